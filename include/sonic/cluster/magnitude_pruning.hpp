// SPDX-License-Identifier: MIT
#pragma once

/// Unstructured pruning by magnitude, per layer and over a whole network.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace sonic {

/// Mask that keeps the largest magnitudes: floor(sparsity x n) weights become 0, ties by position. Sparsity in [0, 1].
/// Zhu, Gupta, "To prune, or not to prune", arXiv 1710.01878 (2017).
inline std::vector<std::uint8_t> magnitude_mask(std::span<const float> weights, double sparsity) {
    std::vector<std::size_t> order(weights.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const auto dropped = static_cast<std::ptrdiff_t>(std::clamp(sparsity, 0.0, 1.0) * static_cast<double>(weights.size()));
    std::nth_element(order.begin(), order.begin() + dropped, order.end(), [&](std::size_t a, std::size_t b) {
        const float x = std::fabs(weights[a]), y = std::fabs(weights[b]);
        return x < y || (x == y && a < b);
    });
    std::vector<std::uint8_t> mask(weights.size(), 1);
    for (std::ptrdiff_t i = 0; i < dropped; ++i) mask[order[static_cast<std::size_t>(i)]] = 0;
    return mask;
}

/// One mask per layer, so that the largest magnitudes of the whole network are kept: floor(sparsity x n) of all its n weights become 0.
inline std::vector<std::vector<std::uint8_t>> global_magnitude_masks(std::span<const std::span<const float>> layers, double sparsity) {
    std::vector<float> all;
    for (const auto& weights : layers) all.insert(all.end(), weights.begin(), weights.end());
    const auto mask = magnitude_mask(all, sparsity);
    std::vector<std::vector<std::uint8_t>> result;
    auto at = mask.begin();
    for (const auto& weights : layers) {
        const auto end = at + static_cast<std::ptrdiff_t>(weights.size());
        result.emplace_back(at, end);
        at = end;
    }
    return result;
}

/// Sparsity at a step of the ramp: s = target (1 - (1 - step / steps)^3), the target from the last step on. Same source, equation 1.
constexpr double cubic_ramp(double target, long step, long steps) {
    if (step >= steps) return target;
    const double left = 1.0 - static_cast<double>(step) / static_cast<double>(steps);
    return target * (1.0 - left * left * left);
}

}  // namespace sonic
