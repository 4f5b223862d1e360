// SPDX-License-Identifier: MIT
#pragma once

#include <sonic/sparse/format.hpp>

namespace sonic::sparse {

/// ELL: every row takes as many places as the fullest row has entries; free places hold zero.
/// Bits: rows x width x (log2 columns + value). Equal rows suit machines that work on them in lockstep: N. Bell, M. Garland, SC 2009.
template <class V>
class ellpack {
  public:
    using value_type = V;
    static constexpr auto name = "ELL";
    static constexpr auto used_by = "none modelled here; GPU kernels";
    static constexpr auto order = matrix_order::row_major;

    ellpack(std::size_t rows, std::size_t columns, std::span<const matrix_entry<V>> entries) : rows_(rows), columns_(columns) {
        detail::check_entries(rows, columns, entries, order);
        std::vector<std::size_t> used(rows);
        for (const matrix_entry<V>& e : entries) width_ = std::max(width_, ++used[e.row]);
        places_.resize(rows * width_);
        std::fill(used.begin(), used.end(), 0);
        for (const matrix_entry<V>& e : entries) places_[e.row * width_ + used[e.row]++] = {e.column, e.value};
    }

    std::size_t rows() const { return rows_; }
    std::size_t columns() const { return columns_; }
    /// Places per row.
    std::size_t width() const { return width_; }
    V at(std::size_t row, std::size_t column) const {
        for (std::size_t i = row * width_; i < (row + 1) * width_; ++i)
            if (places_[i].value != V{0} && places_[i].column == column) return places_[i].value;
        return V{0};
    }
    stored_size size(std::uint64_t value_bits) const {
        return {{{{"columns", places_.size() * index_bits(columns_)}, {"values", places_.size() * value_bits}}}};
    }
    template <class Visit>
    void for_each(Visit visit) const {
        for (std::size_t i = 0; i < places_.size(); ++i)
            if (places_[i].value != V{0}) visit(matrix_entry<V>{i / width_, places_[i].column, places_[i].value});
    }

  private:
    struct place {
        std::size_t column = 0;
        V value{};
    };
    std::size_t rows_, columns_, width_ = 0;
    std::vector<place> places_;
};

}  // namespace sonic::sparse
