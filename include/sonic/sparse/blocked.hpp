// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <utility>

#include <sonic/sparse/format.hpp>

namespace sonic::sparse {

/// BSR: the Height x Width blocks that hold an entry, whole, as compressed rows of blocks; blocks at the edges are filled with zeros.
/// Bits: (block rows + 1) x log2(blocks + 1) + blocks x (log2 block columns + Height x Width x value).
template <class V, int Height, int Width>
class blocked {
  public:
    static_assert(Height > 0 && Width > 0, "sonic: a block has at least one element");
    using value_type = V;
    static constexpr auto name = "blocked";
    static constexpr auto used_by = "none modelled here; block-sparse GPU and CPU kernels";
    static constexpr auto order = matrix_order::row_major;

    blocked(std::size_t rows, std::size_t columns, std::span<const matrix_entry<V>> entries) : rows_(rows), columns_(columns) {
        detail::check_entries(rows, columns, entries, order);
        std::map<std::pair<std::size_t, std::size_t>, std::vector<V>> found;
        for (const matrix_entry<V>& e : entries) {
            auto& block = found[{e.row / height, e.column / width}];
            block.resize(height * width);
            block[e.row % height * width + e.column % width] = e.value;
        }
        starts_.assign(block_rows() + 1, 0);
        for (const auto& [where, block] : found) {
            ++starts_[where.first + 1];
            block_columns_.push_back(where.second);
            values_.insert(values_.end(), block.begin(), block.end());
        }
        for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
    }

    std::size_t rows() const { return rows_; }
    std::size_t columns() const { return columns_; }
    std::size_t blocks() const { return block_columns_.size(); }
    V at(std::size_t row, std::size_t column) const {
        const auto first = block_columns_.begin() + static_cast<std::ptrdiff_t>(starts_[row / height]),
                   last = block_columns_.begin() + static_cast<std::ptrdiff_t>(starts_[row / height + 1]);
        const auto found = std::lower_bound(first, last, column / width);
        if (found == last || *found != column / width) return V{0};
        return values_[(static_cast<std::size_t>(found - block_columns_.begin()) * height + row % height) * width + column % width];
    }
    stored_size size(std::uint64_t value_bits) const {
        return {{{{"starts", starts_.size() * index_bits(blocks() + 1)},
                  {"block columns", blocks() * index_bits((columns_ + width - 1) / width)},
                  {"values", values_.size() * value_bits}}}};
    }
    template <class Visit>
    void for_each(Visit visit) const {
        for (std::size_t row = 0; row < rows_; ++row)
            for (std::size_t b = starts_[row / height]; b < starts_[row / height + 1]; ++b)
                for (std::size_t x = 0; x < width; ++x)
                    if (const V value = values_[(b * height + row % height) * width + x]; value != V{0})
                        visit(matrix_entry<V>{row, block_columns_[b] * width + x, value});
    }

  private:
    static constexpr std::size_t height = Height, width = Width;
    std::size_t block_rows() const { return (rows_ + height - 1) / height; }

    std::size_t rows_, columns_;
    std::vector<std::size_t> starts_, block_columns_;
    std::vector<V> values_;
};

}  // namespace sonic::sparse
