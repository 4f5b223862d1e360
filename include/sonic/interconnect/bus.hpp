// SPDX-License-Identifier: MIT
#pragma once

/// A shared electronic bus: one word at a time for all that hang on it.

#include <sonic/device/memory.hpp>
#include <sonic/quantity/of.hpp>

namespace sonic::interconnects {

/// `Bits` wide, `Megahertz` transfers a second: bandwidth = width x rate. Energy per bit as in ISAAC (A. Shafiee et al., ISCA 2016, read in
/// Accelergy's library): 0.054 pJ; power and area of 256 bits as in SCONNA's simulator (IPDPS 2023), in proportion to the width.
template <class Bits, class Megahertz>
struct bus {
    static_assert(Bits::value > 0 && Megahertz::value > 0, "sonic: a bus has a width and a rate");
    static constexpr auto name = "bus";
    static constexpr auto energy_per_bit = published(0.054 * (units::pJ / units::bits), "ISAAC's bus, Accelergy component library");
    static constexpr auto bandwidth = derived(double(Bits::value) * units::bits * (double(Megahertz::value) * units::MHz), "width x rate");
    static constexpr auto power = assumed(7 * units::mW * (Bits::value / 256.0), "SCONNA simulator's 7 mW bus, taken as 256 bits wide");
    static constexpr auto latency = derived(1.0 / (double(Megahertz::value) * units::MHz), "one transfer");
    static constexpr auto area =
        assumed(0.009 * units::mm2 * (Bits::value / 256.0), "SCONNA simulator's 0.009 mm2 bus, taken as 256 bits wide");
};

}  // namespace sonic::interconnects
