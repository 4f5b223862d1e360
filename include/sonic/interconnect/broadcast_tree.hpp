// SPDX-License-Identifier: MIT
#pragma once

/// A binary tree that brings every bit to all leaves.

#include <sonic/device/memory.hpp>
#include <sonic/quantity/of.hpp>

namespace sonic::interconnects {

/// `Leaves` leaves (a power of two is full), `Bits` wide at `Megahertz`. A tree of N leaves has 2 (N - 1) branches, all of which a bit
/// drives: energy per bit = 2 (N - 1) x energy of a branch; latency = one cycle per level.
template <class Leaves, class Bits, class Megahertz>
struct broadcast_tree {
    static_assert(Leaves::value > 1 && Bits::value > 0 && Megahertz::value > 0,
                  "sonic: a broadcast tree has at least two leaves, a width and a rate");
    static constexpr auto name = "broadcast tree";
    static constexpr int levels = [] {
        int result = 0;
        while ((1 << result) < Leaves::value) ++result;
        return result;
    }();
    static constexpr auto energy_per_bit =
        assumed(2.0 * (Leaves::value - 1) * 0.054 * (units::pJ / units::bits), "every branch taken as ISAAC's bus, 0.054 pJ per bit");
    static constexpr auto bandwidth = derived(double(Bits::value) * units::bits * (double(Megahertz::value) * units::MHz), "width x rate");
    static constexpr auto latency = derived(double(levels) / (double(Megahertz::value) * units::MHz), "one cycle per level");
    static constexpr auto area = assumed(0 * units::mm2, "wires over logic; no figure found");
};

}  // namespace sonic::interconnects
