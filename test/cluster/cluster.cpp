// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include <sonic/cluster/codebook.hpp>
#include <sonic/cluster/magnitude_pruning.hpp>
#include <sonic/cluster/structured_pruning.hpp>

using namespace sonic;

TEST_CASE("magnitude mask keeps the largest") {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    for (const double sparsity : {0.0, 0.25, 0.5, 0.9, 1.0}) {
        std::vector<float> w(1001);
        for (float& x : w) x = normal(random);
        const auto mask = magnitude_mask(w, sparsity);
        float smallest_kept = INFINITY, largest_dropped = 0;
        std::size_t dropped = 0;
        for (std::size_t i = 0; i < w.size(); ++i) {
            if (mask[i])
                smallest_kept = std::min(smallest_kept, std::fabs(w[i]));
            else
                largest_dropped = std::max(largest_dropped, std::fabs(w[i])), ++dropped;
        }
        CHECK(dropped == static_cast<std::size_t>(sparsity * 1001));
        CHECK(largest_dropped <= smallest_kept);
    }
    static_assert(cubic_ramp(0.5, 0, 10) == 0 && cubic_ramp(0.5, 10, 10) == 0.5 && cubic_ramp(0.5, 5, 10) == 0.4375);
}

TEST_CASE("clustering stays on the DAC's grid and beats a uniform codebook of as many codes") {
    std::mt19937 random(2);
    std::normal_distribution<float> normal(0, 0.05f);
    for (const int clusters : {2, 16, 64}) {
        std::vector<float> w;
        while (w.size() < 4000)
            if (const float x = normal(random); std::fabs(x) > 0.03f) w.push_back(x);
        const codebook book = cluster_on_grid(w, clusters);
        CHECK(book.codes.size() <= static_cast<std::size_t>(clusters));
        CHECK(std::is_sorted(book.codes.begin(), book.codes.end()));
        int largest = 0;
        for (const int code : book.codes) {
            CHECK(code != 0);
            largest = std::max(largest, std::abs(code));
        }
        CHECK(largest == 31);
        double error = 0;
        for (const float x : w) {
            double best = INFINITY;
            for (const int code : book.codes) best = std::min(best, std::fabs(double{x} - double{book.scale} * code));
            error += best * best;
        }
        CHECK(error == doctest::Approx(book.squared_error).epsilon(1e-4));
        if (clusters == 16) {
            double uniform = 0;
            for (const float x : w) {
                double best = INFINITY;
                for (int c = 0; c < 16; ++c) best = std::min(best, std::fabs(double{x} - (-0.2 + 0.4 * c / 15)));
                uniform += best * best;
            }
            CHECK(book.squared_error < uniform);
        }
    }
}

namespace {

std::vector<float> normal_weights(std::mt19937& random, std::size_t count, float deviation = 0.05f) {
    std::normal_distribution<float> normal(0, deviation);
    std::vector<float> w;
    while (w.size() < count)
        if (const float x = normal(random); x != 0) w.push_back(x);
    return w;
}

}  // namespace

TEST_CASE("global pruning keeps the largest of the whole network") {
    std::mt19937 random(3);
    const std::vector<std::vector<float>> weights{normal_weights(random, 300, 1.0f), normal_weights(random, 700, 0.1f), {}};
    const std::vector<std::span<const float>> layers(weights.begin(), weights.end());
    for (const double sparsity : {0.0, 0.3, 0.5, 1.0}) {
        const auto masks = global_magnitude_masks(layers, sparsity);
        REQUIRE(masks.size() == 3);
        float smallest_kept = INFINITY, largest_dropped = 0;
        std::size_t dropped = 0;
        for (std::size_t l = 0; l < 3; ++l) {
            REQUIRE(masks[l].size() == weights[l].size());
            for (std::size_t i = 0; i < weights[l].size(); ++i)
                if (masks[l][i])
                    smallest_kept = std::min(smallest_kept, std::fabs(weights[l][i]));
                else
                    largest_dropped = std::max(largest_dropped, std::fabs(weights[l][i])), ++dropped;
        }
        CHECK(dropped == static_cast<std::size_t>(sparsity * 1000));
        CHECK(largest_dropped <= smallest_kept);
    }
    // At 50 % the layer of small weights loses most.
    const auto masks = global_magnitude_masks(layers, 0.5);
    CHECK(std::count(masks[0].begin(), masks[0].end(), 0) < 100);
}

TEST_CASE("N:M keeps the n largest of every m in a row") {
    std::mt19937 random(4);
    const std::size_t columns = 10;
    const auto w = normal_weights(random, 5 * columns);
    const auto mask = n_of_m_mask(w, columns, 2, 4);
    for (std::size_t row = 0; row < 5; ++row)
        for (std::size_t first = 0; first < columns; first += 4) {
            const std::size_t length = std::min<std::size_t>(4, columns - first);
            std::size_t kept = 0;
            float smallest_kept = INFINITY, largest_dropped = 0;
            for (std::size_t i = row * columns + first; i < row * columns + first + length; ++i) {
                kept += mask[i];
                if (mask[i])
                    smallest_kept = std::min(smallest_kept, std::fabs(w[i]));
                else
                    largest_dropped = std::max(largest_dropped, std::fabs(w[i]));
            }
            CHECK(kept == 2);
            CHECK(largest_dropped <= smallest_kept);
        }
    CHECK(n_of_m_mask(std::vector<float>(4, 1.0f), 4, 2, 4) == std::vector<std::uint8_t>{1, 1, 0, 0});
    CHECK(n_of_m_mask(w, columns, 4, 4) == std::vector<std::uint8_t>(w.size(), 1));
    CHECK_THROWS_AS(n_of_m_mask(w, columns, 0, 4), std::invalid_argument);
    CHECK_THROWS_AS(n_of_m_mask(w, columns, 5, 4), std::invalid_argument);
    CHECK_THROWS_AS(n_of_m_mask(w, 7, 2, 4), std::invalid_argument);
}

TEST_CASE("structured pruning drops whole rows and whole columns, the lightest first") {
    const std::vector<float> w{1, 1, 1, 1,  //
                               9, 0, 0, 2,  //
                               0, 1, 0, 0};
    CHECK(row_mask(w, 4, 0.34) == std::vector<std::uint8_t>{1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0});
    CHECK(row_mask(w, 4, 0.67) == std::vector<std::uint8_t>{0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0});
    CHECK(column_mask(w, 4, 0.5) == std::vector<std::uint8_t>{1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1});
    CHECK(column_mask(w, 4, 0) == std::vector<std::uint8_t>(12, 1));
    CHECK(row_mask(w, 4, 1) == std::vector<std::uint8_t>(12, 0));
    CHECK_THROWS_AS(row_mask(w, 5, 0.5), std::invalid_argument);
    CHECK_THROWS_AS(column_mask(w, 0, 0.5), std::invalid_argument);
}

TEST_CASE("k-means lowers its error from every start, and a seed gives one result") {
    std::mt19937 random(5);
    auto w = normal_weights(random, 5000);
    std::sort(w.begin(), w.end());
    const auto error_of = [&](const std::vector<double>& centroids) {
        double sum = 0;
        for (const float x : w) {
            double best = INFINITY;
            for (const double c : centroids) best = std::min(best, std::fabs(x - c));
            sum += best * best;
        }
        return sum;
    };
    for (const centroid_start start : {centroid_start::density_based, centroid_start::linear, centroid_start::random}) {
        const auto first = detail::first_centroids(w, 16, {start});
        CHECK(std::is_sorted(first.begin(), first.end()));
        double before = error_of(first);
        for (const int rounds : {1, 5, 40}) {
            const double after = error_of(detail::k_means(w, 16, {start, 1, rounds}));
            CHECK(after < before);
            before = after;
        }
        const auto once = cluster_on_grid(w, 16, 31, {start, 7}), again = cluster_on_grid(w, 16, 31, {start, 7});
        CHECK(once.codes == again.codes);
        CHECK(once.squared_error == squared_error(once, w));
        CHECK(once.squared_error > 0);
    }
    CHECK(detail::first_centroids(w, 16, {centroid_start::random, 1}) != detail::first_centroids(w, 16, {centroid_start::random, 2}));
    const auto linear = detail::first_centroids(w, 3, {centroid_start::linear});
    CHECK(linear[0] == double{w.front()});
    CHECK(linear[1] == doctest::Approx((double{w.front()} + double{w.back()}) / 2));
    CHECK(linear[2] == double{w.back()});
}

TEST_CASE("degenerate clusterings: no weights, one weight, equal weights, more clusters than weights") {
    CHECK(cluster_on_grid({}, 16).codes == std::vector<std::int8_t>{31});
    for (const centroid_start start : {centroid_start::density_based, centroid_start::linear, centroid_start::random}) {
        const std::vector<float> one{-0.25f}, equal(100, 0.5f), two{-1, 1};
        CHECK(cluster_on_grid(one, 64, 31, {start}).codes == std::vector<std::int8_t>{-31});
        CHECK(cluster_on_grid(one, 64, 31, {start}).squared_error < 1e-12);
        CHECK(cluster_on_grid(equal, 16, 31, {start}).codes == std::vector<std::int8_t>{31});
        for (const int code : cluster_on_grid(two, 1, 31, {start}).codes) CHECK(code != 0);
    }
    CHECK_THROWS_AS(cluster_on_grid(std::vector<float>{0.0f}, 4), std::invalid_argument);
    CHECK_THROWS_AS(cluster_on_grid(std::vector<float>{NAN}, 4), std::invalid_argument);
    CHECK_THROWS_AS(cluster_on_grid(std::vector<float>{1}, 0), std::invalid_argument);
    CHECK_THROWS_WITH_AS(cluster_on_grid(std::vector<float>{1e-45f, -1e-45f}, 2), doctest::Contains("a code step that a float holds"),
                         std::invalid_argument);
    const std::vector<float> uneven{1e10f, -1e-38f};
    const auto both = cluster_network_on_grid(std::vector<std::span<const float>>{uneven}, 4);
    CHECK(both.codes == std::vector<std::int8_t>{-1, 31});
}

TEST_CASE("one codebook for a network: a scale per layer, errors summed, not clearly better than a codebook per layer") {
    std::mt19937 random(6);
    const std::vector<std::vector<float>> weights{normal_weights(random, 3000, 1.0f), normal_weights(random, 2000, 0.01f), {}};
    const std::vector<std::span<const float>> layers(weights.begin(), weights.end());
    const auto shared = cluster_network_on_grid(layers, 16);
    REQUIRE(shared.scales.size() == 3);
    CHECK(shared.codes.size() <= 16);
    CHECK(shared.scales[0] > 50 * shared.scales[1]);
    double per_layer = 0, sum = 0;
    for (std::size_t l = 0; l < 3; ++l) {
        per_layer += cluster_on_grid(layers[l], 16).squared_error;
        sum += squared_error(shared.of_layer(l), layers[l]);
    }
    CHECK(shared.squared_error == sum);
    CHECK(shared.squared_error > 0.95 * per_layer);
}
