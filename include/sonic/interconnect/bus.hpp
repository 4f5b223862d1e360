// SPDX-License-Identifier: MIT
#pragma once

/// A shared electronic bus: one word at a time for all that hang on it.

#include <sonic/device/memory.hpp>
#include <sonic/quantity/of.hpp>

namespace sonic::interconnects {

/// `Bits` wide, `Megahertz` transfers a second: bandwidth = width x rate. Energy and area as in ISAAC (A. Shafiee et al., ISCA 2016, read
/// in Accelergy's library): 0.054 pJ per bit, which is all of its 7 mW spread over its traffic, so that nothing is drawn at rest; 7500 um2
/// for 256 bits at each of the twelve units that it connects, in proportion to the width.
template <class Bits, class Megahertz>
struct bus {
    static_assert(Bits::value > 0 && Megahertz::value > 0, "sonic: a bus has a width and a rate");
    static constexpr auto name = "bus";
    static constexpr auto energy_per_bit = published(0.054 * (units::pJ / units::bits), "ISAAC's bus, Accelergy component library");
    static constexpr auto bandwidth = derived(double(Bits::value) * units::bits * (double(Megahertz::value) * units::MHz), "width x rate");
    static constexpr auto latency = derived(1.0 / (double(Megahertz::value) * units::MHz), "one transfer");
    static constexpr auto area = derived(12 * 7500 * units::um2 * (Bits::value / 256.0),
                                         "ISAAC's bus, Accelergy component library: 7500 um2 for 256 bits at each of 12 units");
};

}  // namespace sonic::interconnects
