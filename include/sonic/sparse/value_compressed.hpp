// SPDX-License-Identifier: MIT
#pragma once

#include <sonic/sparse/bitmap.hpp>

namespace sonic::sparse {

/// A bit per element, an index into a codebook for each one, and the codebook: the distinct values, ascending.
/// Bits: rows x columns + entries x log2 codes + codes x value. S. Han, H. Mao, W. Dally, "Deep compression", ICLR 2016.
template <class V>
class value_compressed {
  public:
    using value_type = V;
    static constexpr auto name = "value-compressed";
    static constexpr auto used_by = "SONIC (clustered weights); EIE keeps a codebook of 16";
    static constexpr auto order = matrix_order::row_major;

    value_compressed(std::size_t rows, std::size_t columns, std::span<const matrix_entry<V>> entries)
        : rows_(rows), columns_(columns), mask_(rows * columns) {
        detail::check_entries(rows, columns, entries, order);
        for (const matrix_entry<V>& e : entries) codebook_.push_back(e.value);
        std::sort(codebook_.begin(), codebook_.end());
        codebook_.erase(std::unique(codebook_.begin(), codebook_.end()), codebook_.end());
        for (const matrix_entry<V>& e : entries) {
            mask_.set(e.row * columns + e.column);
            indices_.push_back(static_cast<std::size_t>(std::lower_bound(codebook_.begin(), codebook_.end(), e.value) - codebook_.begin()));
        }
    }

    std::size_t rows() const { return rows_; }
    std::size_t columns() const { return columns_; }
    /// Distinct values, ascending, without zero.
    std::span<const V> codebook() const { return codebook_; }
    V at(std::size_t row, std::size_t column) const {
        const std::size_t i = row * columns_ + column;
        return mask_[i] ? codebook_[indices_[mask_.ones_before(i)]] : V{0};
    }
    stored_size size(std::uint64_t value_bits) const {
        return {{{{"mask", mask_.size()},
                  {"indices", indices_.size() * index_bits(codebook_.size())},
                  {"codebook", codebook_.size() * value_bits}}}};
    }
    template <class Visit>
    void for_each(Visit visit) const {
        std::size_t next = 0;
        mask_.for_each([&](std::size_t i) { visit(matrix_entry<V>{i / columns_, i % columns_, codebook_[indices_[next++]]}); });
    }

  private:
    std::size_t rows_, columns_;
    detail::mask mask_;
    std::vector<V> codebook_;
    std::vector<std::size_t> indices_;
};

}  // namespace sonic::sparse
