// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <sonic/quantity/math.hpp>

using namespace sonic;

static_assert(math::exp(0) == 1 && math::log(1) == 0 && math::sqrt(0.25) == 0.5 && math::pow(2, 10) == 1024 && math::pow(2, -1) == 0.5);
static_assert(math::sin(0) == 0 && math::cos(0) == 1 && math::atan(0) == 0 && math::acos(1) == 0 && math::acos(-1) == math::pi);

namespace {

constexpr double tolerance = 1e-12;
constexpr double largest = std::numeric_limits<double>::max(), smallest = std::numeric_limits<double>::min();

/// Relative difference; where both are infinite, zero or NaN alike, none.
double difference(double value, double exact) {
    if (std::isnan(value) || std::isnan(exact)) return std::isnan(value) == std::isnan(exact) ? 0 : INFINITY;
    if (value == exact) return 0;
    return std::fabs(value - exact) / std::fabs(exact);
}

/// Dense points, uniform and log-uniform random points of both signs where the range has them.
std::vector<double> arguments(double low, double high, unsigned seed) {
    std::vector<double> result{low, high};
    for (int i = 1; i < 20000; ++i) result.push_back(low + (high - low) * i / 20000);
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> uniform(low, high);
    for (int i = 0; i < 20000; ++i) result.push_back(uniform(random));
    const double reach = std::max(std::fabs(low), std::fabs(high));
    std::uniform_real_distribution<double> exponent(-30, std::log10(reach));
    for (int i = 0; i < 20000; ++i) {
        const double x = std::pow(10.0, exponent(random));
        if (x >= low && x <= high) result.push_back(x);
        if (-x >= low && -x <= high) result.push_back(-x);
    }
    return result;
}

template <class F, class G>
double worst(F ours, G exact, const std::vector<double>& points) {
    double result = 0;
    for (const double x : points) result = std::max(result, difference(ours(x), exact(x)));
    return result;
}
#define WORST(f, low, high, seed) worst([](double x) { return math::f(x); }, [](double x) { return std::f(x); }, arguments(low, high, seed))

}  // namespace

TEST_CASE("elementary functions agree with libm to 1e-12 relative") {
    CHECK(WORST(exp, -708.0, 709.78, 1) < tolerance);
    CHECK(WORST(exp, -1.0, 1.0, 2) < tolerance);
    CHECK(WORST(log, 1e-300, 10.0, 3) < tolerance);
    CHECK(WORST(log, 0.5, 2.0, 4) < tolerance);
    CHECK(WORST(log, 1.0, 1e300, 5) < tolerance);
    CHECK(WORST(log10, 1e-3, 1e6, 6) < tolerance);
    CHECK(WORST(log2, 1e-3, 1e6, 7) < tolerance);
    CHECK(WORST(sqrt, 0.0, 1e6, 8) < tolerance);
    CHECK(WORST(sqrt, 0.0, 1e300, 9) < tolerance);
    CHECK(WORST(sin, -10.0, 10.0, 10) < tolerance);
    CHECK(WORST(cos, -10.0, 10.0, 11) < tolerance);
    CHECK(WORST(sin, -1e6, 1e6, 12) < tolerance);
    CHECK(WORST(cos, -1e6, 1e6, 13) < tolerance);
    CHECK(WORST(atan, -100.0, 100.0, 14) < tolerance);
    CHECK(WORST(atan, -1e300, 1e300, 15) < tolerance);
    CHECK(WORST(acos, -1.0, 1.0, 16) < tolerance);
    CHECK(WORST(asin, -1.0, 1.0, 17) < tolerance);
    CHECK(worst([](double x) { return math::exp10(x); }, [](double x) { return std::pow(10.0, x); }, arguments(-300, 300, 18)) < tolerance);
}

TEST_CASE("log keeps its digits next to 1, trigonometry next to its zeros") {
    for (int i = 1; i < 53; ++i) {
        const double step = std::ldexp(1.0, -i);
        for (const double x : {1 + step, 1 - step}) CHECK(difference(math::log(x), std::log(x)) < tolerance);
    }
    for (int n = -600000; n <= 600000; n += 1237) {
        const double zero = n * math::pi / 2;
        for (const double x : {zero, std::nextafter(zero, 1e9), zero + 1e-9}) {
            CHECK(difference(math::sin(x), std::sin(x)) < tolerance);
            CHECK(difference(math::cos(x), std::cos(x)) < tolerance);
        }
    }
    for (int i = 1; i < 53; ++i) {
        const double x = 1 - std::ldexp(1.0, -i);
        CHECK(difference(math::acos(x), std::acos(x)) < tolerance);
        CHECK(difference(math::asin(x), std::asin(x)) < tolerance);
        CHECK(difference(math::acos(-x), std::acos(-x)) < tolerance);
    }
}

TEST_CASE("pow agrees with libm for whole, negative and fractional exponents") {
    std::mt19937_64 random(19);
    std::uniform_real_distribution<double> bases(-6, 6), exponents(-40, 40);
    for (int i = 0; i < 20000; ++i) {
        const double x = std::pow(10.0, bases(random)), y = exponents(random);
        CHECK(difference(math::pow(x, y), std::pow(x, y)) < tolerance);
        CHECK(difference(math::pow(-x, std::trunc(y)), std::pow(-x, std::trunc(y))) < tolerance);
    }
    CHECK(math::pow(0, 0) == 1);
    CHECK(math::pow(0, 2) == 0);
    CHECK(math::pow(0, 0.5) == 0);
    CHECK(math::pow(0, -0.5) == INFINITY);
    CHECK(std::isnan(math::pow(-2, 0.5)));
}

TEST_CASE("the edges of each domain") {
    CHECK(math::exp(-1000) == 0);
    CHECK(math::exp(1000) == INFINITY);
    CHECK(math::exp(-INFINITY) == 0);
    CHECK(math::exp(INFINITY) == INFINITY);
    CHECK(difference(math::exp(709.782712893383), std::exp(709.782712893383)) < tolerance);
    CHECK(std::fabs(math::exp(-740) - std::exp(-740)) <= 2 * std::numeric_limits<double>::denorm_min());
    CHECK(math::log(0) == -INFINITY);
    CHECK(math::log(INFINITY) == INFINITY);
    CHECK(std::isnan(math::log(-1)));
    for (const double x : {largest, smallest, smallest / 1024, std::numeric_limits<double>::denorm_min()}) {
        CHECK(difference(math::log(x), std::log(x)) < tolerance);
        CHECK(difference(math::sqrt(x), std::sqrt(x)) < tolerance);
    }
    CHECK(math::sqrt(INFINITY) == INFINITY);
    CHECK(std::isnan(math::sqrt(-1)));
    CHECK(std::isnan(math::sin(1.1e6)));
    CHECK(std::isnan(math::cos(INFINITY)));
    CHECK(std::isnan(math::acos(1.0000001)));
    CHECK(std::isnan(math::asin(-1.0000001)));
    CHECK(math::atan(INFINITY) == doctest::Approx(math::pi / 2));
    CHECK(math::asin(-1) == -math::pi / 2);
    for (const double x : {math::nan})
        for (const double y :
             {math::exp(x), math::log(x), math::sqrt(x), math::sin(x), math::cos(x), math::atan(x), math::acos(x), math::asin(x)})
            CHECK(std::isnan(y));
}
