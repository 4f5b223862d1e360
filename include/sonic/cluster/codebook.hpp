// SPDX-License-Identifier: MIT
#pragma once

/// Density-based clustering onto the grid of a weight DAC. Centroids begin at equal steps of the weights' cumulative distribution
/// (S. Han, H. Mao, W. Dally, "Deep compression", ICLR 2016, arXiv 1510.00149), k-means moves them, and the DAC's integer codes hold them.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace sonic {

/// Codes, ascending and without 0, the value of one code step, and the sum of squared errors over the kept weights.
struct codebook {
    std::vector<std::int8_t> codes;
    float scale = 1;
    double squared_error = 0;
};

namespace detail {

/// k-means in one dimension on sorted values: clusters are runs between midpoints of neighbouring centroids.
inline std::vector<double> density_based_centroids(std::span<const float> sorted, int clusters, int rounds = 40) {
    std::vector<double> centroids;
    for (int c = 0; c < clusters; ++c)
        centroids.push_back(sorted[static_cast<std::size_t>((c + 0.5) / clusters * static_cast<double>(sorted.size()))]);
    centroids.erase(std::unique(centroids.begin(), centroids.end()), centroids.end());
    for (int round = 0; round < rounds; ++round) {
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

/// Clusters kept weights into at most `clusters` codes of -largest..largest without 0; the largest magnitude is always used.
/// The scale is searched from max|w| / largest downward for the least squared error. Needs at least one nonzero weight.
inline codebook cluster_on_grid(std::span<const float> kept, int clusters, int largest = 31) {
    std::vector<float> sorted(kept.begin(), kept.end());
    std::sort(sorted.begin(), sorted.end());
    const auto centroids = detail::density_based_centroids(sorted, clusters);
    const float maximum = std::max(std::fabs(sorted.front()), std::fabs(sorted.back()));
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
        const bool negative = std::fabs(sorted.front()) > std::fabs(sorted.back());
        (negative ? candidate.codes.front() : candidate.codes.back()) = static_cast<std::int8_t>(negative ? -largest : largest);
        std::sort(candidate.codes.begin(), candidate.codes.end());
        candidate.codes.erase(std::unique(candidate.codes.begin(), candidate.codes.end()), candidate.codes.end());
        for (const float w : sorted) {
            const double error = w - candidate.scale * static_cast<float>(candidate.codes[nearest_code(candidate, w)]);
            candidate.squared_error += error * error;
        }
        if (candidate.squared_error < best.squared_error) best = std::move(candidate);
    }
    return best;
}

}  // namespace sonic
