// SPDX-License-Identifier: MIT
#pragma once

/// An optical link of several wavelengths on one waveguide.

#include <sonic/device/memory.hpp>
#include <sonic/quantity/of.hpp>

namespace sonic::interconnects {

/// `Channels` wavelengths of `Gigabits` per second each: bandwidth = channels x rate. Energy per bit = transmitter + receiver, at the rates
/// of the cited parts (up to 25 Gb/s); lasers are a supply of their own. Latency: time of flight over `Millimetres` at group index 4.2.
template <class Channels, class Gigabits, class Millimetres>
struct wdm_link {
    static_assert(Channels::value > 0 && Gigabits::value > 0 && Millimetres::value > 0,
                  "sonic: a WDM link has channels, a rate and a length");
    static_assert(Gigabits::value <= 25, "sonic: a WDM link's transceivers are known up to 25 Gb/s per channel");
    static constexpr auto name = "WDM link";
    static constexpr auto energy_per_bit = derived((135 + (Gigabits::value <= 10 ? 395 : 170)) * (units::fJ / units::bits),
                                                   "hybrid transmitter 135 fJ/bit, detector and TIA 395 fJ/bit at 10 Gb/s or 170 fJ/bit at "
                                                   "25 Gb/s, a sourced table of primary papers");
    static constexpr auto bandwidth =
        derived(double(Channels::value) * units::bits * (double(Gigabits::value) * units::GHz), "channels x rate");
    static constexpr auto latency = derived(Millimetres::value * 1e-3 * 4.2 / 299792458.0 * units::s, "length x group index / c");
    static constexpr auto area = assumed(2.0 * Channels::value * 100 * units::um2, "a ring of 10 um x 10 um at each end of a channel");
};

}  // namespace sonic::interconnects
