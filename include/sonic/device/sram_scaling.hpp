// SPDX-License-Identifier: MIT
#pragma once

/// A known SRAM scaled to another depth, by the empirical rule over CACTI that the Accelergy component library uses.

#include <sonic/device/sourced.hpp>
#include <sonic/quantity/math.hpp>
#include <sonic/quantity/quantity.hpp>

namespace sonic::physics {

inline constexpr auto sram_depth_exponent = published(0.78, "Accelergy component library: energy per access over depth, fitted to CACTI");

/// Energy per access: E (depth / known depth)^0.78.
constexpr joule sram_energy(joule known, double known_depth, double depth) {
    return known * math::pow(depth / known_depth, sram_depth_exponent);
}
/// Energy per access at another width: in proportion to the bits read.
constexpr joule sram_energy_of_width(joule known, double known_bits, double bits) { return known * (bits / known_bits); }
/// Area and leakage: in proportion to the depth.
constexpr square_metre sram_area(square_metre known, double known_depth, double depth) { return known * (depth / known_depth); }
constexpr watt sram_leakage(watt known, double known_depth, double depth) { return known * (depth / known_depth); }

}  // namespace sonic::physics
