// SPDX-License-Identifier: MIT
#pragma once

/// Devices of SCONNA: S. Vatsavai et al., IPDPS 2023, arXiv 2302.07036, and its public simulator, where watts are given as milliwatts.

#include <sonic/device/device.hpp>

namespace sonic::devices::sconna {

using namespace units;

struct stochastic_generator {
    static constexpr auto name = "binary-to-stochastic converter";
    static constexpr auto power = published(60 * uW, "SCONNA (IPDPS 2023, arXiv 2302.07036) and its public simulator");
};
struct serialiser {
    static constexpr auto name = "serialiser";
    static constexpr auto power = published(2.5 * mW, "SCONNA (IPDPS 2023, arXiv 2302.07036) and its public simulator");
    static constexpr auto area = published(5.9e-3 * mm2, "SCONNA (IPDPS 2023, arXiv 2302.07036) and its public simulator");
};
struct gate {
    static constexpr auto name = "microring AND gate";
    static constexpr auto power = derived(1.375 * mW + 1.6 * uW, "thermal and electro-optic tuning; SCONNA (IPDPS 2023) simulator");
    static constexpr auto area = derived(65.04 * um2, "pi (4.55 um)^2; SCONNA (IPDPS 2023) simulator");
};
struct laser {
    static constexpr auto name = "laser per wavelength";
    static constexpr bool emits_light = true;
    static constexpr auto power = derived(1.274 * mW / 0.2, "1.274 mW optical at 20 % efficiency; SCONNA (IPDPS 2023) simulator");
};
struct photodetector {
    static constexpr auto name = "photodetector";
    static constexpr auto power = published(2.8 * mW, "SCONNA (IPDPS 2023, arXiv 2302.07036) and its public simulator");
    static constexpr auto area = published(14.0625 * um2, "SCONNA (IPDPS 2023, arXiv 2302.07036) and its public simulator");
};
struct amplifier {
    static constexpr auto name = "TIA";
    static constexpr auto power = published(17 * mW, "SCONNA (IPDPS 2023, arXiv 2302.07036) and its public simulator");
};
struct accumulator {
    static constexpr auto name = "photo-charge accumulator";
    static constexpr auto power = published(20 * mW, "SCONNA (IPDPS 2023, arXiv 2302.07036) and its public simulator");
};
struct adc {
    static constexpr auto name = "ADC, 8 bit";
    static constexpr int bits = 8;
    static constexpr auto power = published(2 * mW, "SCONNA (IPDPS 2023, arXiv 2302.07036) and its public simulator");
};
struct fast_adc {
    static constexpr auto name = "ADC, 5 GS/s";
    static constexpr int bits = 8;
    static constexpr auto power = published(29 * mW, "SCONNA (IPDPS 2023) simulator, 5 GS/s ADC");
    static constexpr auto area = published(0.103 * mm2, "SCONNA (IPDPS 2023, arXiv 2302.07036) and its public simulator");
    // The width is assumed.
};
struct bit_rate {
    static constexpr auto frequency = published(30 * GHz, "SCONNA (IPDPS 2023, arXiv 2302.07036) and its public simulator");
};

}  // namespace sonic::devices::sconna
