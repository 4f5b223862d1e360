// SPDX-License-Identifier: MIT
#pragma once

/// Accuracy over many chips of one design: each has its own drift and its own noise.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <sonic/evaluate/evaluate.hpp>
#include <sonic/evaluate/statistics.hpp>

namespace sonic {

struct chip_accuracies {
    std::vector<double> each;  ///< per chip, 0 to 1
    estimate accuracy;         ///< their mean, with its confidence interval
};

/// Runs `images` through chips first, first + 1, ... of A; chip c draws its noise from seed c. At least two chips.
/// `conditions.chip` and `conditions.seed` are those of the first.
template <accelerator A, executor E = executors::sequential>
[[nodiscard]] chip_accuracies monte_carlo(const trained_network& network, const image_set& images, std::size_t chips,
                                          analogue_conditions conditions = {}, const E& run = {}) {
    chip_accuracies result;
    for (std::size_t i = 0; i < chips; ++i) {
        result.each.push_back(evaluate<A>(network, images, conditions, run).accuracy(images.labels));
        ++conditions.chip;
        ++conditions.seed;
    }
    result.accuracy = estimate_of(result.each);
    return result;
}

}  // namespace sonic
