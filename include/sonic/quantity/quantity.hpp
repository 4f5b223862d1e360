// SPDX-License-Identifier: MIT
#pragma once

/// Physical quantities in coherent SI units, extended by a dimension of information (bit).
/// A quantity is structural: it can be a template argument and lives in constant expressions.

#include <concepts>

namespace sonic {

/// Exponents of the base dimensions.
struct dimension {
    int length = 0, mass = 0, time = 0, current = 0, temperature = 0, information = 0;

    friend constexpr bool operator==(dimension, dimension) = default;
    friend constexpr dimension operator+(dimension a, dimension b) {
        return {a.length + b.length,          a.mass + b.mass, a.time + b.time, a.current + b.current, a.temperature + b.temperature,
                a.information + b.information};
    }
    friend constexpr dimension operator-(dimension a, dimension b) {
        return {a.length - b.length,          a.mass - b.mass, a.time - b.time, a.current - b.current, a.temperature - b.temperature,
                a.information - b.information};
    }
};

template <dimension A, dimension B>
concept quantities_added_must_have_the_same_dimension = (A == B);

template <dimension A, dimension B>
concept quantities_compared_must_have_the_same_dimension = (A == B);

/// A value with a dimension: `si` holds it in coherent SI units. R is double, or any type with arithmetic (a lane batch).
template <dimension D, class R = double>
struct quantity {
    R si{};

    constexpr quantity& operator+=(quantity b) {
        si = si + b.si;
        return *this;
    }
    friend constexpr quantity operator-(quantity a) { return {-a.si}; }
    friend constexpr quantity operator*(quantity a, R factor) { return {a.si * factor}; }
    friend constexpr quantity operator*(R factor, quantity a) { return {factor * a.si}; }
    friend constexpr quantity operator/(quantity a, R divisor) { return {a.si / divisor}; }
};

template <dimension A, dimension B, class R>
    requires quantities_added_must_have_the_same_dimension<A, B>
constexpr quantity<A, R> operator+(quantity<A, R> a, quantity<B, R> b) {
    return {a.si + b.si};
}
template <dimension A, dimension B, class R>
    requires quantities_added_must_have_the_same_dimension<A, B>
constexpr quantity<A, R> operator-(quantity<A, R> a, quantity<B, R> b) {
    return {a.si - b.si};
}

namespace detail {
template <dimension D, class R>
constexpr auto with_dimension(R value) {
    if constexpr (D == dimension{})
        return value;
    else
        return quantity<D, R>{value};
}
}  // namespace detail

/// Product; a plain number where the dimensions cancel.
template <dimension A, dimension B, class R>
constexpr auto operator*(quantity<A, R> a, quantity<B, R> b) {
    return detail::with_dimension<A + B>(a.si * b.si);
}
/// Ratio; a plain number where the dimensions cancel.
template <dimension A, dimension B, class R>
constexpr auto operator/(quantity<A, R> a, quantity<B, R> b) {
    return detail::with_dimension<A - B>(a.si / b.si);
}
template <dimension D, class R>
constexpr auto operator/(R a, quantity<D, R> b) {
    return detail::with_dimension<dimension{} - D>(a / b.si);
}

// Written out, not defaulted: for a lane batch they return the batch's mask.
template <dimension A, dimension B, class R>
    requires quantities_compared_must_have_the_same_dimension<A, B>
constexpr auto operator<(quantity<A, R> a, quantity<B, R> b) {
    return a.si < b.si;
}
template <dimension A, dimension B, class R>
    requires quantities_compared_must_have_the_same_dimension<A, B>
constexpr auto operator>(quantity<A, R> a, quantity<B, R> b) {
    return a.si > b.si;
}
template <dimension A, dimension B, class R>
    requires quantities_compared_must_have_the_same_dimension<A, B>
constexpr auto operator<=(quantity<A, R> a, quantity<B, R> b) {
    return a.si <= b.si;
}
template <dimension A, dimension B, class R>
    requires quantities_compared_must_have_the_same_dimension<A, B>
constexpr auto operator>=(quantity<A, R> a, quantity<B, R> b) {
    return a.si >= b.si;
}
template <dimension A, dimension B, class R>
    requires quantities_compared_must_have_the_same_dimension<A, B>
constexpr auto operator==(quantity<A, R> a, quantity<B, R> b) {
    return a.si == b.si;
}
template <dimension A, dimension B, class R>
    requires quantities_compared_must_have_the_same_dimension<A, B>
constexpr auto operator!=(quantity<A, R> a, quantity<B, R> b) {
    return a.si != b.si;
}

namespace dimensions {
inline constexpr dimension length{.length = 1};
inline constexpr dimension area{.length = 2};
inline constexpr dimension time{.time = 1};
inline constexpr dimension frequency{.time = -1};
inline constexpr dimension energy{.length = 2, .mass = 1, .time = -2};
inline constexpr dimension power{.length = 2, .mass = 1, .time = -3};
inline constexpr dimension information{.information = 1};
inline constexpr dimension energy_per_information = energy - information;
inline constexpr dimension bandwidth = information - time;
inline constexpr dimension temperature{.temperature = 1};
inline constexpr dimension current{.current = 1};
inline constexpr dimension charge{.time = 1, .current = 1};
inline constexpr dimension voltage = power - current;
inline constexpr dimension resistance = voltage - current;
inline constexpr dimension capacitance = charge - voltage;
inline constexpr dimension responsivity = current - power;
inline constexpr dimension current_variance = current + current;
}  // namespace dimensions

template <class R>
using basic_metre = quantity<dimensions::length, R>;
template <class R>
using basic_square_metre = quantity<dimensions::area, R>;
template <class R>
using basic_second = quantity<dimensions::time, R>;
template <class R>
using basic_hertz = quantity<dimensions::frequency, R>;
template <class R>
using basic_joule = quantity<dimensions::energy, R>;
template <class R>
using basic_watt = quantity<dimensions::power, R>;
template <class R>
using basic_bit = quantity<dimensions::information, R>;

// Named by unit: a device's member may then be called `power` without hiding its own type.
using metre = basic_metre<double>;
using square_metre = basic_square_metre<double>;
using second = basic_second<double>;
using hertz = basic_hertz<double>;
using joule = basic_joule<double>;
using watt = basic_watt<double>;
using bit = basic_bit<double>;
using joule_per_bit = quantity<dimensions::energy_per_information, double>;
using bit_per_second = quantity<dimensions::bandwidth, double>;
using kelvin = quantity<dimensions::temperature>;
using ampere = quantity<dimensions::current>;
using square_ampere = quantity<dimensions::current_variance>;
using volt = quantity<dimensions::voltage>;
using ohm = quantity<dimensions::resistance>;
using farad = quantity<dimensions::capacitance>;
using ampere_per_watt = quantity<dimensions::responsivity>;

template <class R>
constexpr quantity<dimensions::time, R> max(quantity<dimensions::time, R> a, quantity<dimensions::time, R> b) {
    return a.si < b.si ? b : a;
}

/// Unit constants, to be multiplied: `3 * mW`.
namespace units {
inline constexpr second s{1}, ms{1e-3}, us{1e-6}, ns{1e-9}, ps{1e-12};
inline constexpr watt W{1}, mW{1e-3}, uW{1e-6}, nW{1e-9};
inline constexpr joule J{1}, mJ{1e-3}, uJ{1e-6}, nJ{1e-9}, pJ{1e-12}, fJ{1e-15};
inline constexpr hertz Hz{1}, kHz{1e3}, MHz{1e6}, GHz{1e9};
inline constexpr metre m{1}, cm{1e-2}, mm{1e-3}, um{1e-6}, nm{1e-9}, pm{1e-12};
inline constexpr square_metre m2{1}, mm2{1e-6}, um2{1e-12};
inline constexpr bit bits{1}, bytes{8};
inline constexpr kelvin K{1};
inline constexpr ampere A{1}, mA{1e-3}, uA{1e-6}, nA{1e-9};
inline constexpr volt V{1}, mV{1e-3};
inline constexpr ohm Ohm{1}, kOhm{1e3};
inline constexpr farad F{1}, pF{1e-12}, fF{1e-15};
}  // namespace units

}  // namespace sonic
