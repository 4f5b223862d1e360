// SPDX-License-Identifier: MIT
#pragma once

/// Devices of SCATTER: Z. Yin et al., ICCAD 2024, arXiv 2407.05510, public artifact.

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
/// Light of one driven lane, which serves the 16 rows of a core in each of four tiles; the currents of a tile's four cores add. P =
/// 10^((S + IL + 10 log10(4 x 16 / 4)) / 10) mW x 2^8 / efficiency / (1 - 10^(-ER / 10)). Levels are those of the output that is read (8
/// bits, as the ADC), not of the input (6 bits). The artifact adds light for an open eye of -46 dBm, 1e-5 of this, which is left out.
struct lane_laser {
    static constexpr auto name = "laser, per lane";
    static constexpr bool emits_light = true;
    static constexpr dBm sensitivity{-27};
    static constexpr decibel node{0.1 + 0.03 + 0.33};  // Y-branch, phase shifter, directional coupler
    /// Coupling, modulator, multimode splitter over the rows, node, and four stages of the tunable splitter, each of them such a node.
    static constexpr decibel loss = decibel{0.7 + 4.5 + 0.199} + 5 * node;
    static constexpr decibel fan_out = decibel::from_ratio(4 * 16 / 4);
    static constexpr auto power = derived((sensitivity + loss + fan_out).power() * (256 / 0.2 / (1 - decibel{-6}.ratio())),
                                          "loss budget, -27 dBm, 20 % efficiency, 2^8 levels, extinction 6 dB; SCATTER artifact");
};

}  // namespace sonic::devices::scatter
