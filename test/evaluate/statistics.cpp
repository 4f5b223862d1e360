// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

#include <sonic/evaluate/random.hpp>
#include <sonic/evaluate/statistics.hpp>

using namespace sonic;

TEST_CASE("Student's quantiles are the tabulated ones") {
    const auto table = [](double n) { return detail::student_quantile(0.95, n); };
    CHECK(table(1) == doctest::Approx(12.706).epsilon(1e-4));
    CHECK(table(2) == doctest::Approx(4.303).epsilon(1e-4));
    CHECK(table(4) == doctest::Approx(2.776).epsilon(2e-4));
    CHECK(table(9) == doctest::Approx(2.262).epsilon(2e-4));
    CHECK(table(30) == doctest::Approx(2.042).epsilon(2e-4));
    CHECK(table(1e6) == doctest::Approx(1.95996).epsilon(1e-5));
    CHECK(detail::student_quantile(0.99, 9) == doctest::Approx(3.250).epsilon(2e-4));
    // One degree of freedom is Cauchy, two have a closed form.
    for (double x = 0; x < 20; x += 0.1) {
        CHECK(detail::student_within(x, 1) == doctest::Approx(2 / math::pi * std::atan(x)).epsilon(1e-10));
        CHECK(detail::student_within(x, 2) == doctest::Approx(x / std::sqrt(2 + x * x)).epsilon(1e-10));
    }
}

TEST_CASE("an interval covers the truth as often as it says") {
    const int trials = 20000;
    int covered = 0;
    for (std::uint64_t t = 0; t < trials; ++t) {
        std::array<double, 8> results{};
        for (std::uint32_t i = 0; i < 8; ++i) results[i] = 0.9 + 0.01 * normal(random_words(11, purpose::temperature, i, 0, t)[0]);
        const estimate e = estimate_of(results);
        covered += e.low < 0.9 && 0.9 < e.high;
    }
    // Five standard errors.
    CHECK(std::fabs(covered / static_cast<double>(trials) - 0.95) < 5 * std::sqrt(0.95 * 0.05 / trials));
}

TEST_CASE("estimates: mean, deviation, and refusals") {
    const std::vector<double> results{1, 2, 3, 4};
    const estimate e = estimate_of(results);
    CHECK(e.mean == doctest::Approx(2.5));
    CHECK(e.deviation == doctest::Approx(std::sqrt(5.0 / 3)));
    CHECK(e.high - e.mean == doctest::Approx(3.18245 * std::sqrt(5.0 / 12)).epsilon(1e-5));
    CHECK(e.low + e.high == doctest::Approx(5));
    CHECK(estimate_of(results, 0.99).high > e.high);
    CHECK_THROWS_AS(estimate_of(std::vector<double>{1}), input_error);
    CHECK_THROWS_AS(estimate_of(results, 1.0), input_error);
    const std::vector<double> equal{2, 2, 2};
    CHECK(estimate_of(equal).low == 2);
    CHECK(estimate_of(equal).high == 2);
}
