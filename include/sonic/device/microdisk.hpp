// SPDX-License-Identifier: MIT
#pragma once

/// Microdisks and what HolyLight and LightBulb are assembled of. Neither paper's device table could be read; each figure says where it is
/// from.

#include <sonic/device/device.hpp>

namespace sonic::devices {

/// Two-bit microdisk at HolyLight's clock. E. Timurdogan et al., Nature Communications 2014: 0.9 fJ/bit at 25 Gb/s.
struct microdisk {
    static constexpr auto name = "microdisk, 2 bit";
    static constexpr auto power =
        assumed(0.9 * units::fJ * 2.0 * (1.28 * units::GHz), "0.9 fJ/bit of Timurdogan et al. (2014) x 2 bits at 1.28 GHz");
    static constexpr auto area = assumed(25 * units::um2, "OpticalLoop's microdisk");
};
/// One-bit microdisk at LightBulb's symbol rate.
struct binary_microdisk {
    static constexpr auto name = "microdisk, 1 bit";
    static constexpr auto power = assumed(0.9 * units::fJ * (50 * units::GHz), "0.9 fJ/bit of Timurdogan et al. (2014) at 50 GS/s");
    static constexpr auto area = derived(8.03 / 3 * units::um2, "a third of an XNOR gate's 8.03 um2; settings of OXBNN (ISQED 2023)");
};
/// Eight ADCs of a HolyLight row, one per pair of bits, whose codes are shifted and added.
struct sliced_adc {
    static constexpr auto name = "eight 8 bit ADCs";
    static constexpr int bits = 16;
    static constexpr auto power = assumed(8 * 2 * units::mW, "eight of ISAAC's 1.2 GS/s ADCs at 2 mW");
    static constexpr auto area = assumed(8 * 1200 * units::um2, "eight of ISAAC's ADCs at 1200 um2");
};
/// Counts the ones of sixteen XNOR gates, 50 GS/s.
struct popcount {
    static constexpr auto name = "popcount ADC";
    static constexpr int bits = 6;
    static constexpr auto power = assumed(14.8 * units::mW * (50.0 / 10) * (6.0 / 8),
                                          "a 14.8 mW, 8 bit, 10 GS/s ADC scaled by f b; the paper's photonic ADC is not readable");
    static constexpr auto area = assumed(2850 * units::um2, "that ADC's area");
};

}  // namespace sonic::devices
