// SPDX-License-Identifier: MIT
#pragma once

/// CSR and CSC: one list of entries per row (column), and where each list begins.

#include <sonic/sparse/format.hpp>

namespace sonic {

namespace detail {

/// Lists along one axis. Bits: (lists + 1) x log2(entries + 1) + entries x (log2 positions + value).
template <class V, matrix_order Order>
class compressed {
  public:
    using value_type = V;
    static constexpr auto order = Order;

    compressed(std::size_t rows, std::size_t columns, std::span<const matrix_entry<V>> entries) : rows_(rows), columns_(columns) {
        check_entries(rows, columns, entries, order);
        starts_.assign(lists() + 1, 0);
        for (const matrix_entry<V>& e : entries) {
            ++starts_[(by_row ? e.row : e.column) + 1];
            positions_.push_back(by_row ? e.column : e.row);
            values_.push_back(e.value);
        }
        for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
    }

    std::size_t rows() const { return rows_; }
    std::size_t columns() const { return columns_; }
    V at(std::size_t row, std::size_t column) const {
        const std::size_t list = by_row ? row : column, position = by_row ? column : row;
        const auto first = positions_.begin() + static_cast<std::ptrdiff_t>(starts_[list]),
                   last = positions_.begin() + static_cast<std::ptrdiff_t>(starts_[list + 1]);
        const auto found = std::lower_bound(first, last, position);
        return found != last && *found == position ? values_[static_cast<std::size_t>(found - positions_.begin())] : V{0};
    }
    stored_size size(std::uint64_t value_bits) const {
        return {{{{"starts", starts_.size() * ::sonic::index_bits(values_.size() + 1)},
                  {"positions", values_.size() * ::sonic::index_bits(by_row ? columns_ : rows_)},
                  {"values", values_.size() * value_bits}}}};
    }
    template <class Visit>
    void for_each(Visit visit) const {
        for (std::size_t list = 0; list < lists(); ++list)
            for (std::size_t i = starts_[list]; i < starts_[list + 1]; ++i)
                visit(by_row ? matrix_entry<V>{list, positions_[i], values_[i]} : matrix_entry<V>{positions_[i], list, values_[i]});
    }

  private:
    static constexpr bool by_row = Order == matrix_order::row_major;
    std::size_t lists() const { return by_row ? rows_ : columns_; }

    std::size_t rows_, columns_;
    std::vector<std::size_t> starts_, positions_;
    std::vector<V> values_;
};

}  // namespace detail

namespace sparse {

/// Compressed sparse rows.
template <class V>
struct csr : detail::compressed<V, matrix_order::row_major> {
    using detail::compressed<V, matrix_order::row_major>::compressed;
    static constexpr auto name = "CSR";
    static constexpr auto used_by = "OuterSPACE (its right operand)";
};

/// Compressed sparse columns.
template <class V>
struct csc : detail::compressed<V, matrix_order::column_major> {
    using detail::compressed<V, matrix_order::column_major>::compressed;
    static constexpr auto name = "CSC";
    static constexpr auto used_by =
        "Eyeriss v2 (both operands); OuterSPACE (its left operand); EIE (with 4 bit relative rows and a codebook)";
};

}  // namespace sparse
}  // namespace sonic
