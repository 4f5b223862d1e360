// SPDX-License-Identifier: MIT
#pragma once

/// Photodetector with its load or amplifier: noise, effective bits at a rate, sensitivity.
/// Al-Qadasi et al., "Scaling up silicon photonic-based accelerators", APL Photonics 7 (2022) 020902, as coded by Vatsavai and Thakkar.

#include <sonic/device/constants.hpp>
#include <sonic/device/light_source.hpp>
#include <sonic/quantity/decibel.hpp>
#include <sonic/quantity/math.hpp>

namespace sonic::physics {

/// Variances of the current in one bandwidth, by source.
struct current_noise {
    square_ampere shot{}, thermal{}, intensity{}, amplifier{};
    constexpr square_ampere total() const { return shot + thermal + intensity + amplifier; }
};

/// Effective bits of a signal-to-noise ratio of powers: (10 log10(snr) - 1.76) / 6.02.
constexpr double bits_of_snr(double snr) { return (10.0 * math::log10(snr) - 1.76) / 6.02; }
/// Its inverse.
constexpr double snr_of_bits(double bits) { return math::exp10((6.02 * bits + 1.76) / 10.0); }

struct photoreceiver {
    ampere_per_watt responsivity{};
    ampere dark_current{};
    volt thermal_voltage{};  ///< k T / q
    ohm load{};
    double relative_intensity_noise = 0;                                               ///< of the light, per Hz, a ratio
    quantity<dimensions::current_variance - dimensions::frequency> amplifier_noise{};  ///< input-referred, of a TIA

    constexpr ampere current(watt light) const { return responsivity * light; }

    /// Noise of the current that `light` gives: shot 2 q (I + I_dark) B, thermal 4 k T B / R, intensity RIN I^2 B, amplifier i_n^2 B.
    constexpr current_noise noise(watt light, hertz bandwidth) const {
        const double q = elementary_charge.value.si, i = current(light).si, b = bandwidth.si;
        return {{2.0 * q * (i + dark_current.si) * b},
                {4.0 * thermal_voltage.si * q / load.si * b},
                {relative_intensity_noise * i * i * b},
                {amplifier_noise.si * b}};
    }

    /// Noise bandwidth of a data rate: rate / sqrt(2).
    static constexpr hertz bandwidth(hertz rate) { return rate / math::sqrt(2.0); }

    /// Effective bits of light of power P at a rate: the swing R P over the noise of both its ends,
    /// (20 log10(R P / (sqrt(noise lit) + sqrt(noise dark))) - 1.76) / 6.02.
    constexpr double bits(watt light, hertz rate) const {
        const double lit = noise(light, bandwidth(rate)).total().si, dark = noise(watt{0}, bandwidth(rate)).total().si;
        const double ratio = current(light).si / (math::sqrt(lit) + math::sqrt(dark));
        return bits_of_snr(ratio * ratio);
    }
    /// Bits that no power exceeds, for intensity noise grows with it; infinite without intensity noise.
    constexpr double largest_bits(hertz rate) const {
        return relative_intensity_noise > 0 ? bits_of_snr(1.0 / (relative_intensity_noise * bandwidth(rate).si)) : math::infinity;
    }
    /// The least power, to 1e-9 dB, that gives `bits` at a rate; +infinity dBm where none does. Searches -100 to 100 dBm.
    constexpr dBm sensitivity(double wanted, hertz rate) const {
        double low = -100, high = 100;
        if (bits(dBm{high}.power(), rate) < wanted) return {math::infinity};
        while (high - low > 1e-9) {
            const double middle = 0.5 * (low + high);
            (bits(dBm{middle}.power(), rate) < wanted ? low : high) = middle;
        }
        return {high};
    }
};

/// Thermal voltage k T / q of a temperature.
constexpr volt thermal_voltage(kelvin temperature) { return boltzmann.value * temperature / elementary_charge.value; }

/// The receiver of Al-Qadasi et al. 2022.
inline constexpr photoreceiver published_receiver{.responsivity = {1.2},
                                                  .dark_current = 35 * units::nA,
                                                  .thermal_voltage = 25.9 * units::mV,
                                                  .load = 50 * units::Ohm,
                                                  .relative_intensity_noise = usual_intensity_noise};

/// Least light at a receiver of input-referred noise I_n for a decision of amplitude SNR s: 2 s I_n / R (Mukherjee, Lis, Shekhar, "Shining
/// light on silicon photonic DNN accelerators", year and venue not traced). SNR 7 (error rate 1e-12), 2 uA, 1 A/W: 28 uW.
constexpr watt minimum_light(double snr, ampere noise, ampere_per_watt responsivity) { return 2.0 * snr * noise / responsivity; }

/// Transimpedance amplifier: current to voltage, one pole.
struct transimpedance_stage {
    ohm gain{};
    hertz bandwidth{};
    quantity<dimensions::current_variance - dimensions::frequency> input_noise{};

    constexpr volt output(ampere input) const { return gain * input; }
    /// Input-referred noise, i_n^2 (pi / 2) B, the noise bandwidth of one pole.
    constexpr square_ampere noise() const { return input_noise * (math::pi / 2.0 * bandwidth); }
    /// Highest bandwidth of a shunt-feedback stage of gain R over capacitance C with an amplifier of gain-bandwidth product g:
    /// sqrt(g / (2 pi R C)) (Saeckinger, The transimpedance limit, IEEE TCAS-I 57 (2010)).
    static constexpr hertz limit(ohm gain, farad capacitance, hertz gain_bandwidth) {
        return {math::sqrt(gain_bandwidth.si / (2.0 * math::pi * gain.si * capacitance.si))};
    }
};

}  // namespace sonic::physics
