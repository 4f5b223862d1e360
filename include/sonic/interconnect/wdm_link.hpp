// SPDX-License-Identifier: MIT
#pragma once

/// An optical link of several wavelengths on one waveguide.

#include <sonic/device/memory.hpp>
#include <sonic/quantity/of.hpp>

namespace sonic::interconnects {

/// `Channels` wavelengths of `Gigabits` per second each, up to 10, the rate at which the transceivers were measured: bandwidth = channels x
/// rate. Energy per bit = transmitter + receiver: 1.35 mW and 3.95 mW at 10 Gb/s (X. Zheng et al., Optics Express 19 (2011) 5172; read in a
/// secondary source), taken per bit at lower rates too; lasers are a supply of their own. Latency: time of flight over `Millimetres` at a
/// group index of 4.2, assumed.
template <class Channels, class Gigabits, class Millimetres>
struct wdm_link {
    static_assert(Channels::value > 0 && Gigabits::value > 0 && Millimetres::value > 0,
                  "sonic: a WDM link has channels, a rate and a length");
    static_assert(Gigabits::value <= 10, "sonic: a WDM link's transceivers are known up to 10 Gb/s per channel");
    static constexpr auto name = "WDM link";
    static constexpr auto energy_per_bit =
        derived((135 + 395) * (units::fJ / units::bits),
                "Zheng et al., Optics Express 19 (2011) 5172: transmitter 135 fJ/bit, receiver 395 fJ/bit "
                "at 10 Gb/s; read in a secondary source");
    static constexpr auto bandwidth =
        derived(double(Channels::value) * units::bits * (double(Gigabits::value) * units::GHz), "channels x rate");
    static constexpr auto latency =
        assumed(Millimetres::value * 1e-3 * 4.2 / 299792458.0 * units::s, "length x group index / c, at an index of 4.2");
    static constexpr auto area = assumed(2.0 * Channels::value * 100 * units::um2, "a ring of 10 um x 10 um at each end of a channel");
};

}  // namespace sonic::interconnects
