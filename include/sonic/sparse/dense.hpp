// SPDX-License-Identifier: MIT
#pragma once

#include <sonic/sparse/format.hpp>

namespace sonic::sparse {

/// Every element, row by row. Bits: rows x columns x value.
template <class V>
class dense {
  public:
    using value_type = V;
    static constexpr auto name = "dense";
    static constexpr auto used_by = "CrossLight, DEAP-CNN, HolyLight";
    static constexpr auto order = matrix_order::row_major;

    dense(std::size_t rows, std::size_t columns, std::span<const matrix_entry<V>> entries)
        : rows_(rows), columns_(columns), values_(rows * columns) {
        detail::check_entries(rows, columns, entries, order);
        for (const matrix_entry<V>& e : entries) values_[e.row * columns + e.column] = e.value;
    }
    /// From all elements, row by row; throws std::invalid_argument where their number is not rows x columns.
    dense(std::size_t rows, std::size_t columns, std::vector<V> values) : rows_(rows), columns_(columns), values_(std::move(values)) {
        if (values_.size() != rows * columns)
            throw std::invalid_argument(std::to_string(values_.size()) + " elements; expected " + std::to_string(rows) + " x " +
                                        std::to_string(columns));
    }

    std::size_t rows() const { return rows_; }
    std::size_t columns() const { return columns_; }
    V at(std::size_t row, std::size_t column) const { return values_[row * columns_ + column]; }
    stored_size size(std::uint64_t value_bits) const { return {{{{"values", values_.size() * value_bits}}}}; }

    template <class Visit>
    void for_each(Visit visit) const {
        for (std::size_t i = 0; i < values_.size(); ++i)
            if (values_[i] != V{0}) visit(matrix_entry<V>{i / columns_, i % columns_, values_[i]});
    }

  private:
    std::size_t rows_, columns_;
    std::vector<V> values_;
};

}  // namespace sonic::sparse
