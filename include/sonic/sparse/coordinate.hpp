// SPDX-License-Identifier: MIT
#pragma once

#include <sonic/sparse/format.hpp>

namespace sonic::sparse {

/// COO: row, column and value of each entry. Bits: entries x (log2 rows + log2 columns + value).
template <class V>
class coordinate {
  public:
    using value_type = V;
    static constexpr auto name = "COO";
    static constexpr auto used_by = "none modelled here; the common exchange form";
    static constexpr auto order = matrix_order::row_major;

    coordinate(std::size_t rows, std::size_t columns, std::span<const matrix_entry<V>> entries)
        : rows_(rows), columns_(columns), entries_(entries.begin(), entries.end()) {
        detail::check_entries(rows, columns, entries, order);
    }

    std::size_t rows() const { return rows_; }
    std::size_t columns() const { return columns_; }
    V at(std::size_t row, std::size_t column) const {
        const matrix_entry<V> wanted{row, column, V{}};
        const auto found = std::lower_bound(entries_.begin(), entries_.end(), wanted,
                                            [](const auto& a, const auto& b) { return detail::stands_before(a, b, order); });
        return found != entries_.end() && found->row == row && found->column == column ? found->value : V{0};
    }
    stored_size size(std::uint64_t value_bits) const {
        return {{{{"rows", entries_.size() * index_bits(rows_)},
                  {"columns", entries_.size() * index_bits(columns_)},
                  {"values", entries_.size() * value_bits}}}};
    }
    template <class Visit>
    void for_each(Visit visit) const {
        for (const matrix_entry<V>& e : entries_) visit(e);
    }

  private:
    std::size_t rows_, columns_;
    std::vector<matrix_entry<V>> entries_;
};

}  // namespace sonic::sparse
