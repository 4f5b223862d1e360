// SPDX-License-Identifier: MIT
#pragma once

/// A square mesh of routers. Uniform traffic crosses (2/3) Side links on average (W. Dally, B. Towles, "Principles and Practices of
/// Interconnection Networks", 2004: a mesh's mean distance).

#include <sonic/device/memory.hpp>
#include <sonic/quantity/of.hpp>

namespace sonic::interconnects {

/// Side x Side routers with links of `Bits` at `Megahertz`. Energy per bit = mean hops x energy of a hop; bandwidth = that of the
/// bisection, which half of uniform traffic crosses: 2 x (2 Side links); latency = mean hops x one cycle.
template <class Side, class Bits, class Megahertz>
struct mesh {
    static_assert(Side::value > 1 && Bits::value > 0 && Megahertz::value > 0,
                  "sonic: a mesh has a side of at least two, a width and a rate");
    static constexpr auto name = "mesh";
    static constexpr double hops = 2.0 / 3.0 * Side::value;
    static constexpr auto energy_per_bit =
        assumed(hops * (2.0 / 16) * (units::pJ / units::bits), "Lightening-Transformer's 2 pJ per 2 bytes, taken as one hop, x mean hops");
    static constexpr auto bandwidth =
        derived(4.0 * Side::value * Bits::value * units::bits * (double(Megahertz::value) * units::MHz), "twice the bisection's links");
    static constexpr auto power =
        published(42 * units::mW * double(Side::value * Side::value), "ISAAC's router, 42 mW each, Accelergy component library");
    static constexpr auto latency = derived(hops / (double(Megahertz::value) * units::MHz), "one cycle per hop");
    static constexpr auto area =
        published(0.15 * units::mm2 * double(Side::value * Side::value), "ISAAC's router, 0.15 mm2 each, Accelergy component library");
};

}  // namespace sonic::interconnects
