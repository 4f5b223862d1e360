// SPDX-License-Identifier: MIT
#pragma once

#include <sonic/sparse/format.hpp>

namespace sonic {

namespace detail {

/// A bit per element, row by row, with counting of the ones before an element.
class mask {
  public:
    explicit mask(std::size_t size) : size_(size), words_((size + 63) / 64) {}
    void set(std::size_t i) { words_[i / 64] |= std::uint64_t{1} << (i % 64); }
    bool operator[](std::size_t i) const { return (words_[i / 64] >> (i % 64)) & 1; }
    std::size_t size() const { return size_; }
    std::size_t ones_before(std::size_t i) const {
        std::size_t ones = 0;
        for (std::size_t w = 0; w < i / 64; ++w) ones += static_cast<std::size_t>(std::popcount(words_[w]));
        return i % 64 == 0 ? ones : ones + static_cast<std::size_t>(std::popcount(words_[i / 64] << (64 - i % 64)));
    }
    template <class Visit>
    void for_each(Visit visit) const {
        for (std::size_t w = 0; w < words_.size(); ++w)
            for (std::uint64_t rest = words_[w]; rest != 0; rest &= rest - 1)
                visit(w * 64 + static_cast<std::size_t>(std::countr_zero(rest)));
    }

  private:
    std::size_t size_;
    std::vector<std::uint64_t> words_;
};

}  // namespace detail

namespace sparse {

/// A bit per element, and the values of the ones. Bits: rows x columns + entries x value.
template <class V>
class bitmap {
  public:
    using value_type = V;
    static constexpr auto name = "bitmap";
    static constexpr auto used_by = "NullHop, SIGMA";
    static constexpr auto order = matrix_order::row_major;

    bitmap(std::size_t rows, std::size_t columns, std::span<const matrix_entry<V>> entries)
        : rows_(rows), columns_(columns), mask_(rows * columns) {
        detail::check_entries(rows, columns, entries, order);
        for (const matrix_entry<V>& e : entries) {
            mask_.set(e.row * columns + e.column);
            values_.push_back(e.value);
        }
    }

    std::size_t rows() const { return rows_; }
    std::size_t columns() const { return columns_; }
    V at(std::size_t row, std::size_t column) const {
        const std::size_t i = row * columns_ + column;
        return mask_[i] ? values_[mask_.ones_before(i)] : V{0};
    }
    stored_size size(std::uint64_t value_bits) const { return {{{{"mask", mask_.size()}, {"values", values_.size() * value_bits}}}}; }
    template <class Visit>
    void for_each(Visit visit) const {
        std::size_t next = 0;
        mask_.for_each([&](std::size_t i) { visit(matrix_entry<V>{i / columns_, i % columns_, values_[next++]}); });
    }

  private:
    std::size_t rows_, columns_;
    detail::mask mask_;
    std::vector<V> values_;
};

}  // namespace sparse
}  // namespace sonic
