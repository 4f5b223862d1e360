// SPDX-License-Identifier: MIT
#pragma once

/// Logarithmic power: `decibel` is a ratio, `dBm` a level (power against 1 mW). They are different types:
/// level +- ratio is a level, level - level is a ratio, level + level has no meaning and does not compile.

#include <sonic/quantity/math.hpp>
#include <sonic/quantity/quantity.hpp>

namespace sonic {

/// A power ratio, value = 10 log10(ratio).
template <class R = double>
struct basic_decibel {
    R value{};

    static constexpr basic_decibel from_ratio(R ratio) { return {R(10) * math::log10(ratio)}; }
    /// The ratio 10^(value/10).
    constexpr R ratio() const { return math::exp10(value / R(10)); }

    friend constexpr basic_decibel operator+(basic_decibel a, basic_decibel b) { return {a.value + b.value}; }
    friend constexpr basic_decibel operator-(basic_decibel a, basic_decibel b) { return {a.value - b.value}; }
    friend constexpr basic_decibel operator-(basic_decibel a) { return {-a.value}; }
    friend constexpr basic_decibel operator*(R k, basic_decibel a) { return {k * a.value}; }
    friend constexpr auto operator<(basic_decibel a, basic_decibel b) { return a.value < b.value; }
    friend constexpr auto operator==(basic_decibel a, basic_decibel b) { return a.value == b.value; }
    friend constexpr auto operator!=(basic_decibel a, basic_decibel b) { return a.value != b.value; }
};

/// A power level, value = 10 log10(P / 1 mW).
template <class R = double>
struct basic_dBm {
    R value{};

    static constexpr basic_dBm from_power(basic_watt<R> p) { return {R(10) * math::log10(p.si * R(1e3))}; }
    /// The power 1 mW x 10^(value/10).
    constexpr basic_watt<R> power() const { return {R(1e-3) * math::exp10(value / R(10))}; }

    friend constexpr basic_dBm operator+(basic_dBm level, basic_decibel<R> ratio) { return {level.value + ratio.value}; }
    friend constexpr basic_dBm operator-(basic_dBm level, basic_decibel<R> ratio) { return {level.value - ratio.value}; }
    friend constexpr basic_decibel<R> operator-(basic_dBm a, basic_dBm b) { return {a.value - b.value}; }
    friend constexpr auto operator<(basic_dBm a, basic_dBm b) { return a.value < b.value; }
    friend constexpr auto operator==(basic_dBm a, basic_dBm b) { return a.value == b.value; }
    friend constexpr auto operator!=(basic_dBm a, basic_dBm b) { return a.value != b.value; }
};

using decibel = basic_decibel<double>;
using dBm = basic_dBm<double>;

/// Loss per length; times a length it is a ratio in decibel.
struct attenuation {
    double decibel_per_metre{};

    friend constexpr decibel operator*(attenuation a, metre length) { return {a.decibel_per_metre * length.si}; }
    friend constexpr decibel operator*(metre length, attenuation a) { return a * length; }
    friend constexpr attenuation operator*(double k, attenuation a) { return {k * a.decibel_per_metre}; }
    friend constexpr attenuation operator+(attenuation a, attenuation b) { return {a.decibel_per_metre + b.decibel_per_metre}; }
    friend constexpr bool operator==(attenuation, attenuation) = default;
};

template <class A, class B>
concept two_levels_cannot_be_added_only_a_level_and_a_ratio = !__is_same(A, B);

template <class R>
    requires two_levels_cannot_be_added_only_a_level_and_a_ratio<basic_dBm<R>, basic_dBm<R>>
constexpr void operator+(basic_dBm<R>, basic_dBm<R>);

namespace units {
inline constexpr decibel dB{1};
inline constexpr attenuation dB_per_cm{100}, dB_per_mm{1000};
}  // namespace units

}  // namespace sonic
