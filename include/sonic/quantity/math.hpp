// SPDX-License-Identifier: MIT
#pragma once

// Elementary functions for constant evaluation: the standard library's are not constexpr in C++20.

namespace sonic::math {

inline constexpr double ln2 = 0.693147180559945309417232121458;
inline constexpr double ln10 = 2.302585092994045684017991454684;

/// e^x. Relative error below 1e-14 for |x| < 700; 0 below that range, infinity above it.
constexpr double exp(double x) {
    if (x != x) return x;
    if (x > 709.7) return __builtin_huge_val();
    if (x < -745.0) return 0.0;
    const auto k = static_cast<long>(x / ln2 + (x < 0 ? -0.5 : 0.5));
    const double r = (x - static_cast<double>(k) * 0.693145751953125) - static_cast<double>(k) * 1.42860682030941723e-6;
    double term = 1.0, sum = 1.0;
    for (int i = 1; i <= 18; ++i) {
        term *= r / i;
        sum += term;
    }
    for (long i = 0; i < k; ++i) sum *= 2.0;
    for (long i = 0; i > k; --i) sum *= 0.5;
    return sum;
}

/// Natural logarithm. Relative error below 1e-14 away from 1; NaN for negative x, -infinity for 0.
constexpr double log(double x) {
    if (x != x || x < 0) return __builtin_nan("");
    if (x == 0) return -__builtin_huge_val();
    if (x == __builtin_huge_val()) return x;
    long k = 0;
    while (x > 1.4142135623730951) {
        x *= 0.5;
        ++k;
    }
    while (x < 0.7071067811865476) {
        x *= 2.0;
        --k;
    }
    const double s = (x - 1.0) / (x + 1.0);
    double power = s, sum = 0.0;
    for (int i = 1; i < 50; i += 2) {
        sum += power / i;
        power *= s * s;
    }
    return 2.0 * sum + static_cast<double>(k) * ln2;
}

constexpr double exp10(double x) { return exp(x * ln10); }
constexpr double log10(double x) { return log(x) / ln10; }

}  // namespace sonic::math
