// SPDX-License-Identifier: MIT
#pragma once

/// The Mach-Zehnder interferometer as modulator and as a 2 x 2 switch of light.

#include <sonic/quantity/decibel.hpp>
#include <sonic/quantity/math.hpp>

namespace sonic::physics {

/// Two couplers and two arms.
struct mach_zehnder {
    decibel insertion_loss{};
    double first_splitting = 0.5;   ///< power share of the first coupler
    double second_splitting = 0.5;  ///< and of the second

    /// Power at the cross port for a phase difference of the arms, |t1 k2 + k1 t2 e^(i p)|^2 without loss; cos^2(p / 2) for equal couplers.
    constexpr double cross(double phase) const {
        const double s1 = first_splitting, s2 = second_splitting;
        return transmission() * (s1 * (1 - s2) + (1 - s1) * s2 + 2.0 * math::sqrt(s1 * (1 - s1) * s2 * (1 - s2)) * math::cos(phase));
    }
    /// Power at the bar port; sin^2(p / 2) for equal couplers.
    constexpr double bar(double phase) const { return transmission() - cross(phase); }
    /// Largest over smallest cross power; infinite for equal couplers.
    constexpr double extinction_ratio() const {
        const double dark = cross(math::pi);
        return dark > 0 ? cross(0.0) / dark : math::infinity;
    }
    /// Transmission as a modulator at a drive voltage: the raised cosine (1 + cos(pi V / V_pi)) / 2, times the insertion loss.
    constexpr double at_voltage(volt drive, volt half_wave) const { return cross(math::pi * (drive / half_wave)); }
    /// Phase that gives a share t of the full cross power, 2 acos(sqrt(t)), for equal couplers; 0 <= t <= 1.
    static constexpr double phase_for(double share) { return 2.0 * math::acos(math::sqrt(share)); }

  private:
    constexpr double transmission() const { return (-insertion_loss).ratio(); }
};

/// Power of a driver that charges a capacitance: activity f C V^2 / 2, `activity` transitions per symbol.
constexpr watt driver_power(double activity, hertz rate, farad capacitance, volt swing) {
    return 0.5 * activity * rate * (capacitance * swing * swing);
}

}  // namespace sonic::physics
