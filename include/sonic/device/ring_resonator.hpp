// SPDX-License-Identifier: MIT
#pragma once

/// The microring resonator: transmission, free spectral range, linewidth, photon lifetime.
/// Equations of Bogaerts et al., "Silicon microring resonators", Laser & Photonics Reviews 6 (2012) 47; a power coupler has r^2 + k^2 = 1.

#include <sonic/device/constants.hpp>
#include <sonic/quantity/decibel.hpp>
#include <sonic/quantity/math.hpp>

namespace sonic::physics {

/// Group index of the ring's mode of a 450-500 nm x 220 nm silicon wire.
inline constexpr auto silicon_group_index = assumed(4.2, "as in the Vatsavai and Thakkar models: FSR 18.2 nm at a radius of 5 um");

/// Free spectral range FSR = lambda^2 / (n_g L), L the circumference.
constexpr metre free_spectral_range(metre wavelength, metre circumference, double group_index) {
    return {wavelength.si * wavelength.si / (group_index * circumference.si)};
}

/// Full width at half maximum of a resonance of quality factor Q: lambda / Q.
constexpr metre linewidth(metre wavelength, double quality_factor) { return wavelength / quality_factor; }

/// The resonance as a Lorentzian, 1 at its centre: 1 / (1 + (2 d / FWHM)^2) at a detuning d. Good where |d| is far below the FSR.
constexpr double lorentzian(metre detuning, metre fwhm) {
    const double x = 2.0 * detuning.si / fwhm.si;
    return 1.0 / (1.0 + x * x);
}

/// Lifetime of a photon in the ring: Q lambda / (2 pi c).
constexpr second photon_lifetime(metre wavelength, double quality_factor) {
    return {quality_factor * wavelength.si / (2.0 * math::pi * speed_of_light.value.si)};
}

/// Optical bandwidth that the photon lifetime leaves, f = c / (lambda Q): no symbol rate can exceed it. Q = 8000 at 1550 nm: 24.2 GHz.
constexpr hertz photon_lifetime_bandwidth(metre wavelength, double quality_factor) {
    return {speed_of_light.value.si / (wavelength.si * quality_factor)};
}

/// Loss of a bent silicon wire, 1.09e6 R^-10.15 + 1 dB/cm with R in um (Bahadori et al., DATE 2017; read in a secondary source), R >= 1 um.
constexpr attenuation bend_loss(metre radius) { return (1.09e6 * math::pow(radius.si * 1e6, -10.15) + 1.0) * units::dB_per_cm; }

/// Quality factor that propagation loss alone leaves a ring, without coupling: 2 pi n_g / (lambda a), a the loss in nepers of power per
/// length. No ring of that waveguide has a higher one.
constexpr double intrinsic_quality_factor(attenuation loss, double group_index, metre wavelength) {
    return 2.0 * math::pi * group_index / (wavelength.si * loss.decibel_per_metre * math::ln10 / 10.0);
}

/// A ring of one waveguide (all-pass: `drop_coupling` 1) or of two (add-drop).
struct ring_resonator {
    metre radius{};
    double group_index = silicon_group_index;
    double input_coupling = 0.99;     ///< r1, amplitude that stays in the input waveguide, 0 < r1 < 1
    double drop_coupling = 1;         ///< r2, the same at the drop waveguide; 1 without one
    double round_trip_amplitude = 1;  ///< a, amplitude after one round trip, 0 < a <= 1

    constexpr metre circumference() const { return 2.0 * math::pi * radius; }
    constexpr metre fsr(metre wavelength) const { return free_spectral_range(wavelength, circumference(), group_index); }

    /// Phase of a round trip at a detuning from resonance, to first order of dispersion: -2 pi d / FSR.
    constexpr double phase(metre detuning, metre wavelength) const { return -2.0 * math::pi * (detuning / fsr(wavelength)); }

    /// Power at the through port, (r2^2 a^2 - 2 r1 r2 a cos p + r1^2) / (1 - 2 r1 r2 a cos p + (r1 r2 a)^2); all-pass with r2 = 1.
    constexpr double through(double phase) const {
        const double r1 = input_coupling, inner = drop_coupling * round_trip_amplitude;
        return deviation(r1, inner, phase) / denominator(phase);
    }
    /// Power at the drop port, (1 - r1^2)(1 - r2^2) a / (1 - 2 r1 r2 a cos p + (r1 r2 a)^2); 0 without a drop waveguide.
    constexpr double drop(double phase) const {
        return (1.0 - input_coupling * input_coupling) * (1.0 - drop_coupling * drop_coupling) * round_trip_amplitude / denominator(phase);
    }
    /// Power lost in the ring, (1 - r1^2)(1 - a)(1 + r2^2 a) / the same denominator: what neither port receives.
    constexpr double lost(double phase) const {
        return (1.0 - input_coupling * input_coupling) * (1.0 - round_trip_amplitude) *
               (1.0 + drop_coupling * drop_coupling * round_trip_amplitude) / denominator(phase);
    }

    /// Full width at half maximum, exact: (FSR / pi) acos(1 - (1 - x)^2 / (2 x)), x = r1 r2 a >= 3 - 2 sqrt(2).
    constexpr metre fwhm(metre wavelength) const {
        const double x = survival();
        return fsr(wavelength) * (math::acos(1.0 - (1.0 - x) * (1.0 - x) / (2.0 * x)) / math::pi);
    }
    /// The usual approximation for a small width: (1 - x) lambda^2 / (pi n_g L sqrt(x)).
    constexpr metre narrow_fwhm(metre wavelength) const {
        const double x = survival();
        return fsr(wavelength) * ((1.0 - x) / (math::pi * math::sqrt(x)));
    }
    constexpr double quality_factor(metre wavelength) const { return wavelength / fwhm(wavelength); }
    constexpr double finesse(metre wavelength) const { return fsr(wavelength) / fwhm(wavelength); }
    /// Through power off resonance over through power on resonance; infinite at critical coupling (r1 = r2 a).
    constexpr double extinction_ratio() const {
        const double on = through(0.0);
        return on > 0 ? through(math::pi) / on : math::infinity;
    }

  private:
    constexpr double survival() const { return input_coupling * drop_coupling * round_trip_amplitude; }
    /// a^2 - 2 a b cos p + b^2, without cancellation near p = 0 and a = b.
    static constexpr double deviation(double a, double b, double phase) {
        const double s = math::sin(0.5 * phase);
        return (a - b) * (a - b) + 4.0 * a * b * s * s;
    }
    constexpr double denominator(double phase) const { return deviation(1.0, survival(), phase); }
};

/// Amplitude after one round trip of a ring whose waveguide loses `loss`: 10^(-loss L / 20).
constexpr double round_trip_amplitude(attenuation loss, metre circumference) { return math::exp10(-(loss * circumference).value / 20.0); }

}  // namespace sonic::physics
