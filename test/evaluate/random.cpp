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

TEST_CASE("noise of conversions: its mixer is MurmurHash3's, its moments are as stated, and it is nearly normal") {
    // A sequence of one word is MurmurHash3 of nothing with that seed, whose values its author published.
    static_assert(detector_noise::word(0, 0) == 0);
    static_assert(detector_noise::word(1, 0) == 0x514E28B7);
    static_assert(detector_noise::word(0xFFFFFFFF, 0) == 0x81F16F39);
    static_assert(detector_noise::deviate(0) == -detector_noise::largest && detector_noise::deviate(0xFFFFFFFF) == detector_noise::largest);
    // Exactly, from all words: a count among 24 bits, and a byte.
    std::array<double, 25> ways{1};
    for (std::size_t ones = 0; ones < 24; ++ones)
        ways[ones + 1] = ways[ones] * static_cast<double>(24 - ones) / static_cast<double>(ones + 1);
    std::vector<std::pair<double, double>> values;  // deviate, words that give it
    for (std::uint32_t ones = 0; ones <= 24; ++ones)
        for (std::uint32_t byte = 0; byte < 256; ++byte)
            values.emplace_back(detector_noise::deviate((byte << 24) | ((1U << ones) - 1)), ways[ones]);
    std::sort(values.begin(), values.end());
    double total = 0, sum = 0, square = 0, fourth = 0, worst = 0;
    for (const auto& [deviate, count] : values) {
        const double x = deviate / std::sqrt(detector_noise::variance), c = normal_cdf(x) * 0x1p32;
        worst = std::max({worst, std::fabs(c - total), std::fabs(c - total - count)});
        total += count;
        sum += count * x;
        square += count * x * x;
        fourth += count * x * x * x * x;
    }
    CHECK(total == 0x1p32);
    CHECK(std::fabs(sum / total) < 1e-15);
    CHECK(square / total == doctest::Approx(1).epsilon(1e-12));
    CHECK(fourth / total - 3 == doctest::Approx(-0.0813).epsilon(0.01));
    CHECK(worst / total < 0.004);
}

TEST_CASE("noise of conversions: every one its own; images, layers, seeds and neighbours are unrelated") {
    const auto draw = [](std::uint64_t seed, std::uint32_t layer, std::uint32_t image, std::uint32_t conversion) {
        return detector_noise::deviate(detector_noise::word(detector_noise::key(seed, layer, image), conversion)) /
               std::sqrt(detector_noise::variance);
    };
    constexpr std::uint32_t n = 100000;
    std::set<std::uint32_t> words;
    double sum = 0, squares = 0;
    std::array<double, 5> products{};
    for (std::uint32_t i = 0; i < n; ++i) {
        const double x = draw(7, 1, 2, i);
        words.insert(detector_noise::word(detector_noise::key(7, 1, 2), i));
        sum += x;
        squares += x * x;
        const double others[] = {draw(7, 1, 2, i + 1), draw(7, 1, 2, i + 64), draw(7, 1, 3, i), draw(7, 2, 2, i), draw(8, 1, 2, i)};
        for (std::size_t k = 0; k < products.size(); ++k) products[k] += x * others[k];
    }
    CHECK(words.size() == n);  // a bijection
    CHECK(std::fabs(sum) < 5 * std::sqrt(n));
    CHECK(std::fabs(squares / n - 1) < 5 * std::sqrt(2.0 / n));
    for (const double p : products) CHECK(std::fabs(p) < 5 * std::sqrt(n));
    // One conversion of many images, as a kernel draws them side by side.
    double mean = 0, variance = 0;
    for (std::uint32_t image = 0; image < n; ++image) {
        const double x = draw(3, 0, image, 5);
        mean += x / n;
        variance += x * x / n;
    }
    CHECK(std::fabs(mean) < 5 / std::sqrt(n));
    CHECK(std::fabs(variance - 1) < 5 * std::sqrt(2.0 / n));
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
