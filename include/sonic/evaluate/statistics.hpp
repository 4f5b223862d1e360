// SPDX-License-Identifier: MIT
#pragma once

/// What a Monte Carlo over chips tells: a mean with its confidence interval.

#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>

#include <sonic/network/error.hpp>

namespace sonic {

/// A mean of independent results; low and high bound it with the stated confidence.
struct estimate {
    double mean = 0, deviation = 0;  ///< deviation: of single results
    double low = 0, high = 0;
    std::size_t count = 0;
    double confidence = 0.95;
};

namespace detail {

/// Probability that Student's t with n degrees of freedom stays within +-x: the regularised incomplete beta function
/// 1 - I(n / (n + x^2); n / 2, 1 / 2), by its continued fraction (Abramowitz and Stegun 26.5.8 and 26.7.1).
inline double student_within(double x, double n) {
    const auto fraction = [](double at, double a, double b) {
        // Modified Lentz evaluation.
        const double tiny = 1e-300;
        double c = 1, d = 1 - (a + b) * at / (a + 1);
        d = 1 / (std::fabs(d) < tiny ? tiny : d);
        double result = d;
        for (int m = 1; m < 500; ++m) {
            for (const double term :
                 {m * (b - m) * at / ((a + 2 * m - 1) * (a + 2 * m)), -(a + m) * (a + b + m) * at / ((a + 2 * m) * (a + 2 * m + 1))}) {
                d = 1 + term * d;
                d = 1 / (std::fabs(d) < tiny ? tiny : d);
                c = 1 + term / c;
                c = std::fabs(c) < tiny ? tiny : c;
                result *= d * c;
            }
            if (std::fabs(d * c - 1) < 1e-15) break;
        }
        return result;
    };
    const double a = n / 2, b = 0.5, at = n / (n + x * x);
    const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(at) + b * std::log1p(-at));
    if (x == 0) return 0;
    return at < (a + 1) / (a + b + 2) ? 1 - front * fraction(at, a, b) / a : front * fraction(1 - at, b, a) / b;
}

/// The x within which Student's t stays with a probability.
inline double student_quantile(double probability, double n) {
    double low = 0, high = 1;
    while (student_within(high, n) < probability) high *= 2;
    for (int i = 0; i < 200 && high - low > 1e-12 * high; ++i) {
        const double middle = 0.5 * (low + high);
        (student_within(middle, n) < probability ? low : high) = middle;
    }
    return high;
}

}  // namespace detail

/// Mean of at least two results and its Student interval: mean +- t s / sqrt(n), s^2 the sample variance with n - 1. Results are taken for
/// independent and nearly normal, as accuracies of many chips are.
[[nodiscard]] inline estimate estimate_of(std::span<const double> results, double confidence = 0.95) {
    if (results.size() < 2) throw input_error("confidence interval", std::to_string(results.size()) + " results", "at least 2");
    if (!(confidence > 0 && confidence < 1))
        throw input_error("confidence interval", std::to_string(confidence), "a confidence between 0 and 1");
    estimate e{.count = results.size(), .confidence = confidence};
    const auto n = static_cast<double>(results.size());
    for (const double r : results) e.mean += r / n;
    double squares = 0;
    for (const double r : results) squares += (r - e.mean) * (r - e.mean);
    e.deviation = std::sqrt(squares / (n - 1));
    const double half = detail::student_quantile(confidence, n - 1) * e.deviation / std::sqrt(n);
    e.low = e.mean - half;
    e.high = e.mean + half;
    return e;
}

}  // namespace sonic
