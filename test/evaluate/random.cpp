// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <vector>

#include <sonic/evaluate/random.hpp>

using namespace sonic;

// Known answers of Philox4x32-10, distributed with Random123 by its authors.
static_assert(philox::words({0, 0, 0, 0}, {0, 0}) == philox::block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
static_assert(philox::words({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
              philox::block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
static_assert(philox::words({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
              philox::block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});

namespace {

std::vector<double> sample(std::size_t count, std::uint64_t seed) {
    std::vector<double> result;
    for (std::uint64_t i = 0; result.size() < count; ++i)
        for (const std::uint32_t w : random_words(seed, purpose::detector_noise, 3, 7, i)) result.push_back(normal(w));
    return result;
}

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }

}  // namespace

TEST_CASE("the quantile table is the normal distribution's") {
    for (double x = 0; x < 6; x += 0.01)
        CHECK(detail::normal_two_tails(x) == doctest::Approx(std::erfc(x / std::sqrt(2.0))).epsilon(1e-12));
    for (std::uint32_t u = 0; u < (1U << 23); u += u < 4096 ? 1 : 1009) {
        const double p = (2.0 * u + 1) * 0x1p-24, x = normal(u << 9);
        // 2^-23 of probability at the middle, 1e-4 of a deviation from interpolation.
        CHECK(std::fabs(std::erfc(x / std::sqrt(2.0)) - p) < 1.5e-4 * p * (1 + x * x) + 2e-7);
        CHECK(normal((u << 9) | 1) == -x);
    }
    CHECK(normal(0) == doctest::Approx(5.42).epsilon(1e-2));
    for (std::uint32_t u = 1; u < (1U << 23); ++u)
        if (standard_normal(u << 9) > standard_normal((u - 1) << 9)) {
            FAIL("quantiles rise with the tail's probability at ", u);
        }
}

TEST_CASE("normal numbers: moments and Kolmogorov-Smirnov, at a fixed seed") {
    const std::size_t n = 400000;
    std::vector<double> x = sample(n, 42);
    double mean = 0, m2 = 0, m3 = 0, m4 = 0;
    for (const double v : x) mean += v / n;
    for (const double v : x) {
        m2 += v * v / n;
        m3 += v * v * v / n;
        m4 += v * v * v * v / n;
    }
    // Five standard errors each.
    CHECK(std::fabs(mean) < 5 / std::sqrt(n));
    CHECK(std::fabs(m2 - 1) < 5 * std::sqrt(2.0 / n));
    CHECK(std::fabs(m3) < 5 * std::sqrt(15.0 / n));
    CHECK(std::fabs(m4 - 3) < 5 * std::sqrt(96.0 / n));
    std::sort(x.begin(), x.end());
    double worst = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const double c = normal_cdf(x[i]);
        worst = std::max({worst, std::fabs(c - static_cast<double>(i) / n), std::fabs(c - static_cast<double>(i + 1) / n)});
    }
    CHECK(worst * std::sqrt(n) < 1.95);  // 0.1 % level
}

TEST_CASE("uniform numbers fill (0, 1) evenly") {
    CHECK(uniform(0) == 0x1p-33);
    CHECK(uniform(0xffffffff) == 1 - 0x1p-33);
    const std::size_t n = 400000;
    std::array<int, 64> bins{};
    for (std::uint64_t i = 0; i < n / 4; ++i)
        for (const std::uint32_t w : random_words(8, purpose::ring_drift, 0, 0, i)) ++bins[static_cast<std::size_t>(uniform(w) * 64)];
    double chi = 0;
    for (const int b : bins) chi += (b - n / 64.0) * (b - n / 64.0) / (n / 64.0);
    CHECK(chi < 103.4);  // 0.1 % level, 63 degrees of freedom
    CHECK(chi > 30);     // too even is not random either
}

TEST_CASE("deviates of conversions: every one its own, four to a block, standard normal over a layer") {
    static_assert(detector_deviate(5, 2, 9, 6) == standard_normal(random_words(5, purpose::detector_noise, 2, 9, 1)[2]));
    std::set<std::int32_t> seen;
    double sum = 0, squares = 0;
    const int n = 40000;
    for (std::uint32_t image = 0; image < 4; ++image)
        for (std::uint64_t conversion = 0; conversion < n / 4; ++conversion) {
            const std::int32_t d = detector_deviate(7, 1, image, conversion);
            seen.insert(d);
            sum += d * (1.0 / normal_unit);
            squares += d * (1.0 / normal_unit) * d * (1.0 / normal_unit);
        }
    CHECK(seen.size() > n * 99 / 100);
    CHECK(std::fabs(sum) < 5 * std::sqrt(n));
    CHECK(std::fabs(squares / n - 1) < 5 * std::sqrt(2.0 / n));
}

TEST_CASE("seeds, purposes, coordinates and indices give unrelated numbers") {
    const auto correlation = [](auto a, auto b) {
        const int n = 100000;
        double sum = 0;
        for (int i = 0; i < n; ++i) sum += normal(a(static_cast<std::uint64_t>(i))) * normal(b(static_cast<std::uint64_t>(i)));
        return std::fabs(sum / std::sqrt(n));
    };
    const auto at = [](std::uint64_t seed, purpose what, std::uint32_t first, std::uint32_t second, std::size_t word) {
        return [=](std::uint64_t i) { return random_words(seed, what, first, second, i)[word]; };
    };
    const auto base = at(1, purpose::detector_noise, 0, 0, 0);
    CHECK(correlation(base, base) > 100);
    CHECK(correlation(base, at(2, purpose::detector_noise, 0, 0, 0)) < 4);
    CHECK(correlation(base, at(1, purpose::ring_drift, 0, 0, 0)) < 4);
    CHECK(correlation(base, at(1, purpose::detector_noise, 1, 0, 0)) < 4);
    CHECK(correlation(base, at(1, purpose::detector_noise, 0, 1, 0)) < 4);
    CHECK(correlation(base, at(1, purpose::detector_noise, 0, 0, 1)) < 4);
    CHECK(correlation(base, [&](std::uint64_t i) { return base(i + 1); }) < 4);
    std::set<std::uint32_t> seen;
    for (const std::uint64_t index : {0ULL, 1ULL, 1ULL << 32, (1ULL << 32) + 1, 1ULL << 63})
        for (const std::uint64_t seed : {0ULL, 1ULL, 1ULL << 32, 1ULL << 63})
            seen.insert(random_words(seed, purpose::temperature, 0, 0, index)[0]);
    CHECK(seen.size() == 20);
}
