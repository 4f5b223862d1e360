// SPDX-License-Identifier: MIT
#pragma once

/// Losses of passive optics: waveguide, splitter tree, and the figures that papers publish for theirs.

#include <sonic/device/ring_resonator.hpp>
#include <sonic/device/sourced.hpp>

namespace sonic::physics {

/// A tree that splits light over m outputs: 10 log10 m for the division, and an excess loss per stage of log2 m stages; m >= 1.
constexpr decibel splitter_tree(double outputs, decibel excess_per_stage) {
    return decibel::from_ratio(outputs) + math::log2(outputs) * excess_per_stage;
}
/// The excess loss of that tree alone.
constexpr decibel splitter_excess(double outputs, decibel excess_per_stage) { return math::log2(outputs) * excess_per_stage; }

/// Loss by a modulator of finite extinction, against one that is dark at zero: 1 / (1 - 10^(-ER / 10)).
constexpr decibel extinction_penalty(decibel extinction_ratio) {
    return decibel::from_ratio(1.0 / (1.0 - math::exp10(-extinction_ratio.value / 10.0)));
}

/// CrossLight (DAC 2021), losses of its link.
namespace crosslight_loss {
inline constexpr const char* source = "CrossLight (DAC 2021), link losses";
inline constexpr auto propagation = published(1.0 * units::dB_per_cm, source);
inline constexpr auto splitter = published(decibel{0.13}, source);
inline constexpr auto combiner = published(decibel{0.9}, source);
inline constexpr auto ring_through = published(decibel{0.02}, source);
inline constexpr auto ring_modulation = published(decibel{0.72}, source);
inline constexpr auto microdisk = published(decibel{1.22}, source);
inline constexpr auto electro_optic_section = published(6.0 * units::dB_per_cm, source);
}  // namespace crosslight_loss

/// Waveguide crossing: 0.13 to 0.25 dB in the SimPhony library (Yin et al., DAC 2025); the larger one.
inline constexpr auto crossing_loss = published(decibel{0.25}, "SimPhony (DAC 2025) device library, crossings 0.13 to 0.25 dB");

/// Total light in one waveguide beyond which non-linear absorption sets in. The source's year and venue are not traced.
inline constexpr auto silicon_power_limit =
    assumed(30 * units::mW, "silicon waveguide, as in Mukherjee, Lis, Shekhar, Shining light on silicon photonic DNN accelerators");

}  // namespace sonic::physics
