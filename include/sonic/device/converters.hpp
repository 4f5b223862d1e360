// SPDX-License-Identifier: MIT
#pragma once

/// Converters of Sunny, Nikdast, Pasricha, "SONIC", ASP-DAC 2022, Table 2.

#include <sonic/device/device.hpp>

namespace sonic::devices {

/// Digital-to-analogue converter; the published widths are 16 and 6 bits.
template <int Bits>
struct dac;

template <>
struct dac<16> {
    static constexpr auto name = "DAC, 16 bit";
    static constexpr int bits = 16;
    static constexpr auto power = published(40 * units::mW, "SONIC (ASP-DAC 2022), Table 2");
    static constexpr auto latency = published(0.33 * units::ns, "SONIC (ASP-DAC 2022), Table 2");
    static constexpr auto area = assumed(0.02 * units::mm2, "order of a current-steering DAC in 28 nm; the paper states none");
};

template <>
struct dac<6> {
    static constexpr auto name = "DAC, 6 bit";
    static constexpr int bits = 6;
    static constexpr auto power = published(3 * units::mW, "SONIC (ASP-DAC 2022), Table 2");
    static constexpr auto latency = published(0.25 * units::ns, "SONIC (ASP-DAC 2022), Table 2");
    static constexpr auto area = assumed(0.002 * units::mm2, "order of a 6 bit DAC in 28 nm; the paper states none");
};

/// Analogue-to-digital converter; the published width is 16 bits.
template <int Bits>
struct adc;

template <>
struct adc<16> {
    static constexpr auto name = "ADC, 16 bit";
    static constexpr int bits = 16;
    static constexpr auto power = published(62 * units::mW, "SONIC (ASP-DAC 2022), Table 2");
    static constexpr auto latency = published(14 * units::ns, "SONIC (ASP-DAC 2022), Table 2");
    // The cited part samples at 16 MS/s, so the table's 14 ns cannot be its sampling period.
    static constexpr auto period = derived(62.5 * units::ns, "1 / 16 MS/s, Shen et al., JSSC 2018, cited by SONIC");
    static constexpr auto area = assumed(0.02 * units::mm2, "order of a 16 bit SAR ADC; the paper states none");
};

}  // namespace sonic::devices
