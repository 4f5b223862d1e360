// SPDX-License-Identifier: MIT
#pragma once

/// Pruning in patterns that hardware can follow. Weights stand as a matrix, row by row: a row per output, a column per input position.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <sonic/cluster/magnitude_pruning.hpp>

namespace sonic {

/// N:M: of every `m` consecutive weights of a row the `n` largest magnitudes stay, ties by position; a row's last, shorter group keeps at
/// most n. Throws std::invalid_argument unless 0 < n <= m and rows are whole. A. Mishra et al., arXiv 2104.08378 (2021), 2:4.
inline std::vector<std::uint8_t> n_of_m_mask(std::span<const float> weights, std::size_t columns, std::size_t n, std::size_t m) {
    if (n == 0 || n > m || columns == 0 || weights.size() % columns != 0)
        throw std::invalid_argument(std::to_string(n) + " of " + std::to_string(m) + " in rows of " + std::to_string(columns) + ", " +
                                    std::to_string(weights.size()) + " weights; expected 0 < n <= m and whole rows");
    std::vector<std::uint8_t> mask(weights.size());
    std::vector<std::size_t> group;
    for (std::size_t row = 0; row < weights.size(); row += columns)
        for (std::size_t first = 0; first < columns; first += m) {
            group.clear();
            for (std::size_t i = first; i < std::min(first + m, columns); ++i) group.push_back(row + i);
            std::stable_sort(group.begin(), group.end(),
                             [&](std::size_t a, std::size_t b) { return std::fabs(weights[a]) > std::fabs(weights[b]); });
            for (std::size_t i = 0; i < std::min(n, group.size()); ++i) mask[group[i]] = 1;
        }
    return mask;
}

namespace detail {
/// Drops the lines with the smallest sum of squares: floor(sparsity x lines) of them, ties by position.
template <class LineOf>
std::vector<std::uint8_t> line_mask(std::span<const float> weights, std::size_t lines, double sparsity, LineOf line_of) {
    std::vector<double> squares(lines);
    for (std::size_t i = 0; i < weights.size(); ++i) squares[line_of(i)] += double{weights[i]} * double{weights[i]};
    std::vector<std::size_t> order(lines);
    for (std::size_t i = 0; i < lines; ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return squares[a] < squares[b]; });
    std::vector<bool> dropped(lines);
    const auto count = static_cast<std::size_t>(std::clamp(sparsity, 0.0, 1.0) * static_cast<double>(lines));
    for (std::size_t i = 0; i < count; ++i) dropped[order[i]] = true;
    std::vector<std::uint8_t> mask(weights.size());
    for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = !dropped[line_of(i)];
    return mask;
}
inline void check_rows(std::size_t weights, std::size_t columns) {
    if (columns == 0 || weights % columns != 0)
        throw std::invalid_argument(std::to_string(weights) + " weights in rows of " + std::to_string(columns) + "; expected whole rows");
}
}  // namespace detail

/// Whole rows (output channels) become 0: floor(sparsity x rows) with the smallest sums of squares. Sparsity in [0, 1].
inline std::vector<std::uint8_t> row_mask(std::span<const float> weights, std::size_t columns, double sparsity) {
    detail::check_rows(weights.size(), columns);
    return detail::line_mask(weights, weights.size() / columns, sparsity, [&](std::size_t i) { return i / columns; });
}

/// Whole columns become 0: floor(sparsity x columns) with the smallest sums of squares. Sparsity in [0, 1].
inline std::vector<std::uint8_t> column_mask(std::span<const float> weights, std::size_t columns, double sparsity) {
    detail::check_rows(weights.size(), columns);
    return detail::line_mask(weights, columns, sparsity, [&](std::size_t i) { return i % columns; });
}

}  // namespace sonic
