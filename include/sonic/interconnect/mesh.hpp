// SPDX-License-Identifier: MIT
#pragma once

/// A square mesh of routers. Uniform traffic crosses (2/3) Side links on average (W. Dally, B. Towles, "Principles and Practices of
/// Interconnection Networks", 2004: a mesh's mean distance).

#include <sonic/device/memory.hpp>
#include <sonic/quantity/of.hpp>

namespace sonic::interconnects {

/// Side x Side routers with links of `Bits` at `Megahertz`. Energy per bit = mean hops x energy of a hop; bandwidth = that of the
/// bisection, which half of uniform traffic crosses: 2 x (2 Side links); latency = mean hops x one cycle. A hop costs a router of ISAAC
/// (A. Shafiee et al., ISCA 2016, read in Accelergy's library): 20.74 pJ for 256 bits, which is all of its 42 mW spread over its traffic,
/// so that nothing is drawn at rest.
template <class Side, class Bits, class Megahertz>
struct mesh {
    static_assert(Side::value > 1 && Bits::value > 0 && Megahertz::value > 0,
                  "sonic: a mesh has a side of at least two, a width and a rate");
    static constexpr auto name = "mesh";
    static constexpr double hops = 2.0 / 3.0 * Side::value;
    static constexpr auto energy_per_bit = derived(hops * (20.74 / 256) * (units::pJ / units::bits),
                                                   "ISAAC's router, Accelergy component library: 20.74 pJ per 256 bits, x mean hops");
    static constexpr auto bandwidth =
        derived(4.0 * Side::value * Bits::value * units::bits * (double(Megahertz::value) * units::MHz), "twice the bisection's links");
    static constexpr auto latency = derived(hops / (double(Megahertz::value) * units::MHz), "one cycle per hop");
    static constexpr auto area =
        derived(0.15 * units::mm2 * double(Side::value * Side::value), "ISAAC's router, 0.15 mm2 each, Accelergy component library");
};

}  // namespace sonic::interconnects
