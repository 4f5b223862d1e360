// SPDX-License-Identifier: MIT
#pragma once

/// Clustering onto the grid of a weight DAC: k-means from one of three starts, then the DAC's integer codes hold the centroids. The starts
/// are those of S. Han, H. Mao, W. Dally, "Deep compression", ICLR 2016, arXiv 1510.00149, section 3.2. Zero is no cluster: pruned weights
/// stay exactly 0 in the mask, and no code is 0.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace sonic {

/// Codes, ascending and without 0, the value of one code step, and the sum of squared errors over the kept weights.
struct codebook {
    std::vector<std::int8_t> codes;
    float scale = 1;
    double squared_error = 0;
};

/// Where k-means begins.
enum class centroid_start {
    density_based,  ///< equal steps of the weights' cumulative distribution
    linear,         ///< equal steps from the smallest to the largest weight
    random          ///< weights drawn by `seed`, the same on every machine
};

struct clustering {
    centroid_start start = centroid_start::density_based;
    std::uint64_t seed = 1;
    int rounds = 40;
};

namespace detail {

/// Cluster centres before the first round, ascending and distinct; at least one.
inline std::vector<double> first_centroids(std::span<const float> sorted, int clusters, const clustering& how) {
    std::vector<double> centroids;
    std::mt19937_64 random(how.seed);
    for (int c = 0; c < clusters; ++c) switch (how.start) {
            case centroid_start::density_based:
                centroids.push_back(sorted[static_cast<std::size_t>((c + 0.5) / clusters * static_cast<double>(sorted.size()))]);
                break;
            case centroid_start::linear: {
                const double share = clusters == 1 ? 0.5 : static_cast<double>(c) / (clusters - 1);
                centroids.push_back(sorted.front() + share * (double{sorted.back()} - double{sorted.front()}));
                break;
            }
            case centroid_start::random: centroids.push_back(sorted[static_cast<std::size_t>(random() % sorted.size())]); break;
        }
    std::sort(centroids.begin(), centroids.end());
    centroids.erase(std::unique(centroids.begin(), centroids.end()), centroids.end());
    return centroids;
}

/// k-means in one dimension on sorted values: clusters are runs between midpoints of neighbouring centroids.
inline std::vector<double> k_means(std::span<const float> sorted, int clusters, const clustering& how) {
    std::vector<double> centroids = first_centroids(sorted, clusters, how);
    for (int round = 0; round < how.rounds; ++round) {
        std::size_t at = 0;
        for (std::size_t c = 0; c < centroids.size(); ++c) {
            const double end = c + 1 < centroids.size() ? (centroids[c] + centroids[c + 1]) / 2 : INFINITY;
            double sum = 0;
            std::size_t first = at;
            for (; at < sorted.size() && sorted[at] <= end; ++at) sum += sorted[at];
            if (at > first) centroids[c] = sum / static_cast<double>(at - first);
        }
    }
    return centroids;
}

}  // namespace detail

/// Index of the code nearest to a weight; ties go to the smaller code.
inline std::size_t nearest_code(const codebook& book, float weight) {
    const float wanted = weight / book.scale;
    const auto above =
        static_cast<std::size_t>(std::lower_bound(book.codes.begin(), book.codes.end(), wanted,
                                                  [](std::int8_t code, float value) { return static_cast<float>(code) < value; }) -
                                 book.codes.begin());
    if (above == 0) return 0;
    if (above == book.codes.size()) return above - 1;
    return wanted - static_cast<float>(book.codes[above - 1]) <= static_cast<float>(book.codes[above]) - wanted ? above - 1 : above;
}

/// Sum over weights of (weight - its nearest code's value)^2.
inline double squared_error(const codebook& book, std::span<const float> weights) {
    double sum = 0;
    for (const float w : weights) {
        const double error = w - book.scale * static_cast<float>(book.codes[nearest_code(book, w)]);
        sum += error * error;
    }
    return sum;
}

/// Clusters kept weights into at most `clusters` codes of -largest..largest without 0; the largest magnitude is always used.
/// The scale is searched from max|w| / largest downward for the least squared error. Without any kept weight the codebook is {largest}.
/// Throws std::invalid_argument unless all weights are finite and not 0, a code step is a normal number, and 0 < clusters.
inline codebook cluster_on_grid(std::span<const float> kept, int clusters, int largest = 31, const clustering& how = {}) {
    for (const float w : kept)
        if (w == 0 || !std::isfinite(w))
            throw std::invalid_argument("a weight of " + std::to_string(w) + " to cluster; expected kept, finite weights");
    if (clusters < 1 || largest < 1 || largest > 127)
        throw std::invalid_argument(std::to_string(clusters) + " clusters on codes to " + std::to_string(largest) +
                                    "; expected at least 1 on codes to 1..127");
    if (kept.empty()) return {{static_cast<std::int8_t>(largest)}, 1, 0};
    std::vector<float> sorted(kept.begin(), kept.end());
    std::sort(sorted.begin(), sorted.end());
    const auto centroids = detail::k_means(sorted, clusters, how);
    const float maximum = std::max(std::fabs(sorted.front()), std::fabs(sorted.back()));
    if (maximum / static_cast<float>(2 * largest) < std::numeric_limits<float>::min())
        throw std::invalid_argument("weights of at most " + std::to_string(maximum) +
                                    " to cluster; expected a code step that a float holds");
    codebook best;
    best.squared_error = INFINITY;
    for (int step = 0; step < 28; ++step) {
        codebook candidate;
        candidate.scale = maximum / static_cast<float>(largest) * static_cast<float>(1.0 - 0.025 * step);
        for (const double c : centroids) {
            int code = static_cast<int>(std::nearbyint(c / candidate.scale));
            code = std::clamp(code, -largest, largest);
            if (code == 0) code = c < 0 ? -1 : 1;
            candidate.codes.push_back(static_cast<std::int8_t>(code));
        }
        const bool negative = sorted.back() < 0 || -sorted.front() > sorted.back();
        (negative ? candidate.codes.front() : candidate.codes.back()) = static_cast<std::int8_t>(negative ? -largest : largest);
        std::sort(candidate.codes.begin(), candidate.codes.end());
        candidate.codes.erase(std::unique(candidate.codes.begin(), candidate.codes.end()), candidate.codes.end());
        candidate.squared_error = squared_error(candidate, sorted);
        if (candidate.squared_error < best.squared_error) best = std::move(candidate);
    }
    return best;
}

/// One codebook for several layers, a scale for each, and the sum of squared errors over all their kept weights.
struct shared_codebook {
    std::vector<std::int8_t> codes;
    std::vector<float> scales;
    double squared_error = 0;

    codebook of_layer(std::size_t layer) const { return {codes, scales[layer], 0}; }
};

/// Clusters the kept weights of a whole network into one codebook: every layer is divided by its largest magnitude first, so that each
/// weighs by its number of weights, and gets its own scale back after. Errors as cluster_on_grid.
inline shared_codebook cluster_network_on_grid(std::span<const std::span<const float>> layers, int clusters, int largest = 31,
                                               const clustering& how = {}) {
    std::vector<float> all, maxima;
    for (const auto& kept : layers) {
        float maximum = 0;
        for (const float w : kept) maximum = std::max(maximum, std::fabs(w));
        maxima.push_back(maximum);
        // What vanishes beside the largest still is a kept weight.
        for (const float w : kept) {
            const float share = std::fabs(w) / maximum;
            all.push_back(std::copysign(std::max(share, std::numeric_limits<float>::min()), w));
        }
    }
    const codebook book = cluster_on_grid(all, clusters, largest, how);
    shared_codebook result{book.codes, {}, 0};
    for (std::size_t l = 0; l < layers.size(); ++l) {
        result.scales.push_back(maxima[l] > 0 ? book.scale * maxima[l] : 1.0f);
        result.squared_error += squared_error(result.of_layer(l), layers[l]);
    }
    return result;
}

}  // namespace sonic
