// SPDX-License-Identifier: MIT
#pragma once

/// Elementary functions for constant evaluation: the standard library's are not constexpr in C++20.
/// Each agrees with the exact value to 1e-12 relative over the range it states; outside its domain it returns NaN.

#include <bit>
#include <cstdint>

namespace sonic::math {

inline constexpr double ln2 = 0.693147180559945309417232121458;
inline constexpr double ln10 = 2.302585092994045684017991454684;
inline constexpr double pi = 3.141592653589793238462643383280;

inline constexpr double infinity = __builtin_huge_val();
inline constexpr double nan = __builtin_nan("");

constexpr double abs(double x) { return x < 0 ? -x : x; }

namespace detail {

// ln 2 and pi / 2 in pieces whose product with a small integer is exact, so that a reduced argument keeps all its digits.
inline constexpr double ln2_high = 0.693145751953125, ln2_low = 1.42860682030941723e-6;
inline constexpr double half_pi_1 = 0x1.921fb544p+0, half_pi_2 = 0x1.0b4611a6p-34, half_pi_3 = 0x1.3198a2ep-69,
                        half_pi_4 = 0x1.b839a252049c1p-104;

/// 2^k for a normal result.
constexpr double power_of_two(int k) { return std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52); }

/// x 2^k in two steps, the second of which may round to a subnormal.
constexpr double scaled(double x, int k) {
    const int half = k / 2;
    return x * power_of_two(half) * power_of_two(k - half);
}

struct mantissa_exponent {
    double mantissa;  ///< in [1, 2)
    int exponent;
};

/// Decomposes a positive finite number.
constexpr mantissa_exponent decompose(double x) {
    int offset = 0;
    if (x < 0x1p-1022) {
        x *= 0x1p54;
        offset = -54;
    }
    const auto bits = std::bit_cast<std::uint64_t>(x);
    const auto exponent = static_cast<int>(bits >> 52) - 1023;
    return {std::bit_cast<double>((bits & 0xfffffffffffffULL) | (std::uint64_t{1023} << 52)), exponent + offset};
}

}  // namespace detail

/// e^x for every x; 0 below -745.2, infinity above 709.79. A subnormal result has the absolute accuracy of its spacing.
constexpr double exp(double x) {
    if (x != x) return x;
    if (x > 709.782712893384) return infinity;
    if (x < -745.2) return 0.0;
    const int k = static_cast<int>(x / ln2 + (x < 0 ? -0.5 : 0.5));
    const double r = (x - k * detail::ln2_high) - k * detail::ln2_low;
    double sum = 1.0;
    for (int i = 16; i >= 1; --i) sum = 1.0 + r / i * sum;
    return detail::scaled(sum, k);
}

/// Natural logarithm for x >= 0, near 1 too; NaN for negative x, -infinity for 0.
constexpr double log(double x) {
    if (x != x || x < 0) return nan;
    if (x == 0) return -infinity;
    if (x == infinity) return x;
    auto [m, k] = detail::decompose(x);
    if (m > 1.4142135623730951) {
        m *= 0.5;
        ++k;
    }
    const double s = (m - 1.0) / (m + 1.0), s2 = s * s;
    double sum = 0.0;
    for (int i = 23; i >= 1; i -= 2) sum = 1.0 / i + s2 * sum;
    return k * detail::ln2_high + (2.0 * s * sum + k * detail::ln2_low);
}

constexpr double exp10(double x) { return exp(x * ln10); }
constexpr double log10(double x) { return log(x) / ln10; }
constexpr double log2(double x) { return log(x) / ln2; }

/// Square root for x >= 0; NaN for negative x.
constexpr double sqrt(double x) {
    if (x != x || x < 0) return nan;
    if (x == 0 || x == infinity) return x;
    auto [m, k] = detail::decompose(x);
    if (k % 2 != 0) {
        m *= 2.0;
        --k;
    }
    double root = 0.5 * (1.0 + m);
    for (int i = 0; i < 6; ++i) root = 0.5 * (root + m / root);
    return detail::scaled(root, k / 2);
}

/// x^y. An integer y up to 64 in magnitude multiplies; else e^(y ln x), which needs x >= 0 (NaN otherwise).
constexpr double pow(double x, double y) {
    if (y == 0) return 1.0;
    if (abs(y) <= 64 && y == static_cast<int>(y)) {
        double result = 1.0, square = x;
        for (int n = static_cast<int>(abs(y)); n > 0; n /= 2) {
            if (n % 2 != 0) result *= square;
            if (n > 1) square *= square;
        }
        return y < 0 ? 1.0 / result : result;
    }
    if (x == 0) return y > 0 ? 0.0 : infinity;
    return exp(y * log(x));
}

namespace detail {

struct reduced_angle {
    double rest;   ///< in [-pi/4, pi/4]
    int quadrant;  ///< 0 to 3
};

/// x - n pi/2 for |x| <= 1e6, where n pi/2 is subtracted piece by piece without error.
constexpr reduced_angle reduce(double x) {
    const int n = static_cast<int>(x / (pi / 2) + (x < 0 ? -0.5 : 0.5));
    const double rest = (((x - n * half_pi_1) - n * half_pi_2) - n * half_pi_3) - n * half_pi_4;
    return {rest, static_cast<int>(static_cast<unsigned>(n) & 3U)};
}
constexpr double sine_series(double r) {
    const double r2 = r * r;
    double sum = 1.0;
    for (int i = 18; i >= 2; i -= 2) sum = 1.0 - r2 / (i * (i + 1)) * sum;
    return r * sum;
}
constexpr double cosine_series(double r) {
    const double r2 = r * r;
    double sum = 1.0;
    for (int i = 17; i >= 1; i -= 2) sum = 1.0 - r2 / (i * (i + 1)) * sum;
    return sum;
}
constexpr double sine_in_quadrant(double rest, int quadrant) {
    const double value = quadrant % 2 == 0 ? sine_series(rest) : cosine_series(rest);
    return quadrant < 2 ? value : -value;
}

}  // namespace detail

/// Sine of x in radians, |x| <= 1e6; NaN beyond.
constexpr double sin(double x) {
    if (!(abs(x) <= 1e6)) return nan;
    const auto [rest, quadrant] = detail::reduce(x);
    return detail::sine_in_quadrant(rest, quadrant);
}
/// Cosine of x in radians, |x| <= 1e6; NaN beyond.
constexpr double cos(double x) {
    if (!(abs(x) <= 1e6)) return nan;
    const auto [rest, quadrant] = detail::reduce(x);
    return detail::sine_in_quadrant(rest, (quadrant + 1) % 4);
}

/// Arc tangent of every x, in (-pi/2, pi/2).
constexpr double atan(double x) {
    if (x != x) return x;
    if (x < 0) return -atan(-x);
    if (x > 1) return pi / 2 - atan(1.0 / x);
    // Two halvings of the angle leave an argument below 0.2.
    double t = x;
    for (int i = 0; i < 2; ++i) t = t / (1.0 + sqrt(1.0 + t * t));
    const double t2 = t * t;
    double sum = 0.0;
    for (int i = 25; i >= 1; i -= 2) sum = 1.0 / i - t2 * sum;
    return 4.0 * t * sum;
}
/// Arc cosine of x in [-1, 1], in [0, pi]; NaN beyond.
constexpr double acos(double x) {
    if (!(abs(x) <= 1)) return nan;
    return x == -1 ? pi : 2.0 * atan(sqrt((1.0 - x) / (1.0 + x)));
}
/// Arc sine of x in [-1, 1], in [-pi/2, pi/2]; NaN beyond.
constexpr double asin(double x) {
    if (!(abs(x) <= 1)) return nan;
    if (abs(x) == 1) return x * (pi / 2);
    return atan(x / sqrt((1.0 - x) * (1.0 + x)));
}

}  // namespace sonic::math
