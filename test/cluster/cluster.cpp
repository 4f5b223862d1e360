// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <random>

#include <sonic/cluster/density_based.hpp>
#include <sonic/cluster/magnitude_pruning.hpp>

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
