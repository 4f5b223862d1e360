// SPDX-License-Identifier: MIT
#pragma once

/// Lasers and VCSELs: what light costs at the wall, and how steady it is.

#include <sonic/device/sourced.hpp>
#include <sonic/quantity/decibel.hpp>

namespace sonic::physics {

/// Electrical power of an optical one: P / efficiency, 0 < efficiency <= 1.
constexpr watt wall_plug_power(watt optical, double efficiency) { return optical / efficiency; }

/// Power that a source must emit so that each of `fan_out` detectors receives its sensitivity: S + loss + 10 log10(fan-out).
/// CrossLight (DAC 2021), eq (7), with the number of wavelengths for the fan-out of one comb (that argument is not verified in the paper).
constexpr dBm required_source_level(dBm sensitivity, decibel loss, double fan_out) {
    return sensitivity + loss + decibel::from_ratio(fan_out);
}

/// The same for light of 2^bits levels, whose smallest step the detector must see: 2^bits as much (Zhu et al., Lightening-Transformer,
/// HPCA 2024; Yin et al., SimPhony, DAC 2025).
constexpr watt multilevel_source_power(dBm sensitivity, decibel loss, double fan_out, int bits) {
    return required_source_level(sensitivity, loss, fan_out).power() * math::pow(2.0, bits);
}

/// A source of one wavelength.
struct light_source {
    double wall_plug_efficiency = 0.1;
    double relative_intensity_noise = 0;  ///< per Hz, a ratio: 10^(dB/10)

    constexpr watt electrical(watt optical) const { return wall_plug_power(optical, wall_plug_efficiency); }
    constexpr watt optical(watt electrical) const { return electrical * wall_plug_efficiency; }
    /// Relative variance of the emitted power in a bandwidth: RIN x bandwidth.
    constexpr double relative_variance(hertz bandwidth) const { return relative_intensity_noise * bandwidth.si; }
};

/// A laser diode or VCSEL above threshold: P = slope (I - I_th), at a forward voltage; 0 below threshold.
struct laser_diode {
    ampere threshold{};
    quantity<dimensions::power - dimensions::current> slope{};  ///< W/A
    volt forward{};

    constexpr watt optical(ampere drive) const { return threshold < drive ? slope * (drive - threshold) : watt{0}; }
    constexpr watt electrical(ampere drive) const { return forward * drive; }
    /// Wall-plug efficiency: rises with the drive towards slope / forward, for the threshold's share shrinks.
    constexpr double efficiency(ampere drive) const { return optical(drive) / electrical(drive); }
    /// The drive that gives an optical power.
    constexpr ampere drive_for(watt light) const { return threshold + light / slope; }
};

/// Share of electrical power that becomes light in the waveguide.
inline constexpr auto usual_wall_plug_efficiency =
    published(0.1, "Al-Qadasi et al., APL Photonics 7 (2022) 020902, as coded by Vatsavai and Thakkar");
/// Intensity noise of a laser, per Hz.
inline constexpr auto usual_intensity_noise =
    published(1e-14, "Al-Qadasi et al., APL Photonics 7 (2022) 020902, as coded by Vatsavai and Thakkar: -140 dB/Hz");

}  // namespace sonic::physics
