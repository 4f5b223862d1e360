// SPDX-License-Identifier: MIT
#pragma once

/// Moving a resonance: thermo-optic and electro-optic tuners, and how far temperature moves it by itself.

#include <sonic/device/ring_resonator.hpp>
#include <sonic/device/sourced.hpp>

namespace sonic::physics {

using watt_per_metre = quantity<dimensions::power - dimensions::length>;
using metre_per_kelvin = quantity<dimensions::length - dimensions::temperature>;
using per_kelvin = quantity<dimension{} - dimensions::temperature>;

/// Heater beside a ring: power in proportion to the shift, first-order response.
struct thermo_optic_tuner {
    watt power_per_fsr{};
    second time_constant{};

    /// P = P_FSR d / FSR for a shift d >= 0 (a heater only shifts to the red).
    constexpr watt power(metre shift, metre fsr) const { return power_per_fsr * (shift / fsr); }
    /// Power of a phase shift of pi: P_FSR / 2, for one FSR is a phase of 2 pi.
    constexpr watt power_per_pi() const { return power_per_fsr / 2.0; }
    /// Time until the shift is within a share `error` of its end, t ln(1 / error); 0 < error < 1.
    constexpr second settling_time(double error) const { return time_constant * -math::log(error); }
};

/// Junction or Pockels section in a ring: power in proportion to the shift, fast, small range.
struct electro_optic_tuner {
    watt_per_metre power_per_shift{};
    second response{};

    constexpr watt power(metre shift) const { return power_per_shift * shift; }
};

/// Tuners of the SONIC and CrossLight papers.
inline constexpr auto tuner_power_per_fsr =
    published(27.5 * units::mW, "SONIC (ASP-DAC 2022), Table 2, and CrossLight (DAC 2021), Table II, after Pintus et al. 2019");
inline constexpr auto tuner_heating_time = published(4 * units::us, "SONIC (ASP-DAC 2022), Table 2, and CrossLight (DAC 2021), Table II");
inline constexpr auto tuner_power_per_shift =
    published(4 * units::uW / units::nm, "SONIC (ASP-DAC 2022), Table 2, and CrossLight (DAC 2021), Table II, after Abel et al. 2016");
inline constexpr auto tuner_electric_time = published(20 * units::ns, "SONIC (ASP-DAC 2022), Table 2, and CrossLight (DAC 2021), Table II");

/// Other heaters. Doped silicon: 24.77 mW for a phase of pi and a bandwidth of 130 kHz at -3 dB, so twice that power for an FSR and a time
/// constant of 1 / (2 pi 130 kHz). Insulated: 2.8 mW/FSR against 40 without (no time constant is stated).
inline constexpr auto doped_silicon_heater =
    derived(thermo_optic_tuner{2 * 24.77 * units::mW, 1.0 / (2 * math::pi * 130 * units::kHz)},
            "Harris et al., Optics Express 22 (2014) 10487, abstract: 24.77 mW per phase of pi, 130 kHz");
inline constexpr auto insulated_heater_power_per_fsr =
    assumed(2.8 * units::mW, "assumed in Al-Qadasi et al., APL Photonics 7 (2022) 020902; read in a secondary source");

/// The table gives a latency; as the time constant of a first-order response it is our reading.
inline constexpr thermo_optic_tuner published_heater{tuner_power_per_fsr, tuner_heating_time};
inline constexpr electro_optic_tuner published_electro_optic{tuner_power_per_shift, tuner_electric_time};

/// Thermo-optic coefficient of silicon.
inline constexpr auto silicon_thermo_optic = published(1.86e-4 / units::K, "Bahadori et al., DATE 2017; read in a secondary source");
/// Share of the mode in silicon.
inline constexpr auto silicon_confinement = assumed(1.0, "the mode all in silicon: an upper bound of the shift");

/// Shift of a resonance with temperature: (lambda / n_g) G dn/dT. About 0.07 nm/K in silicon at 1550 nm.
constexpr metre_per_kelvin thermal_shift(metre wavelength, double group_index, double confinement = silicon_confinement,
                                         per_kelvin thermo_optic = silicon_thermo_optic) {
    return wavelength * (confinement / group_index) * thermo_optic;
}

/// Resonance error of rings as fabricated: CrossLight's rings, conventional and with widened waveguides.
inline constexpr auto conventional_fabrication_drift = published(7.1 * units::nm, "CrossLight (DAC 2021): conventional ring");
inline constexpr auto optimised_fabrication_drift =
    published(2.1 * units::nm, "CrossLight (DAC 2021): 400 nm bus and 800 nm ring waveguide");

}  // namespace sonic::physics
