// SPDX-License-Identifier: MIT
#pragma once

/// Devices of SCATTER: J. Yin et al., ICCAD 2024, arXiv 2407.05510, public artifact.

#include <sonic/device/device.hpp>
#include <sonic/quantity/decibel.hpp>

namespace sonic::devices::scatter {

using namespace units;

struct symbol_rate {
    static constexpr auto frequency = published(5 * GHz, "SCATTER (ICCAD 2024) artifact");
};
/// Weight converters run at 1 MHz.
struct weight_update {
    static constexpr auto load = derived(1 * us, "1 / 1 MHz; SCATTER (ICCAD 2024) artifact");
};
struct dac {
    static constexpr auto name = "DAC, 6 bit";
    static constexpr int bits = 6;
    static constexpr auto power =
        derived(50 * mW * (5.0 / 14) * (64.0 / 7) / (256.0 / 9), "50 mW, 8 bit, 14 GS/s, scaled by f 2^b / (b + 1); SCATTER artifact");
    static constexpr auto area = published(0.011 * mm2, "SCATTER (ICCAD 2024) artifact");
};
struct modulator {
    static constexpr auto name = "slow-light MZM";
    static constexpr auto power = derived(50 * fJ * (5 * GHz) + 70 * nW, "50 fJ per symbol at 5 GHz and 70 nW; SCATTER artifact");
    static constexpr auto area = published(250 * 25 * um2, "SCATTER (ICCAD 2024) artifact");
};
struct weight_dac {
    static constexpr auto name = "weight DAC, 8 bit";
    static constexpr int bits = 8;
    static constexpr auto power = derived(50 * mW * (1e6 / 14e9), "50 mW, 8 bit, 14 GS/s, scaled to 1 MHz; SCATTER artifact");
};
struct phase_shifter {
    static constexpr auto name = "phase shifter";
    static constexpr auto power = published(0.15 * mW, "SCATTER (ICCAD 2024) artifact, ITO phase shifter");
    static constexpr auto area = published(50 * 6 * um2, "SCATTER (ICCAD 2024) artifact");
};
struct photodetector {
    static constexpr auto name = "photodetector";
    static constexpr auto power = published(25 * nW, "SCATTER (ICCAD 2024) artifact");
};
struct amplifier {
    static constexpr auto name = "TIA";
    static constexpr auto power = published(3 * mW, "SCATTER (ICCAD 2024) artifact");
};
struct integrator {
    static constexpr auto name = "integrator";
    static constexpr auto power = published(0.3 * mW, "SCATTER (ICCAD 2024) artifact");
    static constexpr auto area = published(560 * um2, "SCATTER (ICCAD 2024) artifact");
};
/// Samples every pass. The artifact has an eighth of this power, for charge integrated over eight passes; but passes of one sum need other
/// weights each, and weights change at 1 MHz.
struct adc {
    static constexpr auto name = "ADC, 8 bit";
    static constexpr int bits = 8;
    static constexpr auto power = published(7.5 * mW, "at 5 GS/s; SCATTER (ICCAD 2024) artifact");
    static constexpr auto area = published(0.1 * mm2, "SCATTER (ICCAD 2024) artifact");
};
/// Light of one driven lane over four cores: P = 10^((S + IL + 10 log10(256 x 16 / 64)) / 10) mW x 2^6 / efficiency / (1 - 10^(-ER / 10)).
struct lane_laser {
    static constexpr auto name = "laser, per lane";
    static constexpr bool emits_light = true;
    static constexpr dBm sensitivity{-27};
    static constexpr decibel loss{0.7 + 4.5 + 0.199};            // coupler, modulator, one splitter
    static constexpr decibel fan_out = decibel::from_ratio(64);  // a lane serves 64 rows
    static constexpr auto power = assumed((sensitivity + loss + fan_out).power() * (64 / 0.2 / (1 - decibel{-6}.ratio())),
                                          "the artifact's laser equation with coupler, modulator and one splitter in the path");
};

}  // namespace sonic::devices::scatter
