// SPDX-License-Identifier: MIT
#pragma once

#include <sonic/sparse/format.hpp>

namespace sonic::sparse {

/// Pairs (zeros before, value) over the elements row by row. A run holds at most 2^RunBits - 1 zeros; a longer one is broken by pairs
/// whose value is zero. Zeros after the last entry are not stored. Bits: pairs x (RunBits + value).
template <class V, int RunBits>
class run_length {
  public:
    static_assert(RunBits > 0 && RunBits < 32, "sonic: a run takes 1 to 31 bits");
    using value_type = V;
    static constexpr auto name = "run-length";
    static constexpr auto used_by = "SCNN (4 bit runs), Eyeriss (in DRAM)";
    static constexpr auto order = matrix_order::row_major;
    static constexpr std::size_t longest_run = (std::size_t{1} << RunBits) - 1;

    run_length(std::size_t rows, std::size_t columns, std::span<const matrix_entry<V>> entries) : rows_(rows), columns_(columns) {
        detail::check_entries(rows, columns, entries, order);
        std::size_t next = 0;
        for (const matrix_entry<V>& e : entries) {
            const std::size_t at = e.row * columns + e.column;
            for (; at - next > longest_run; next += longest_run + 1) pairs_.push_back({static_cast<std::uint32_t>(longest_run), V{0}});
            pairs_.push_back({static_cast<std::uint32_t>(at - next), e.value});
            next = at + 1;
        }
    }

    std::size_t rows() const { return rows_; }
    std::size_t columns() const { return columns_; }
    /// Pairs whose value is zero, stored because a run was too long.
    std::size_t fillers() const {
        return static_cast<std::size_t>(std::count_if(pairs_.begin(), pairs_.end(), [](const pair& p) { return p.value == V{0}; }));
    }
    V at(std::size_t row, std::size_t column) const {
        const std::size_t wanted = row * columns_ + column;
        std::size_t next = 0;
        for (const pair& p : pairs_) {
            next += p.zeros;
            if (next >= wanted) return next == wanted ? p.value : V{0};
            ++next;
        }
        return V{0};
    }
    stored_size size(std::uint64_t value_bits) const {
        return {{{{"runs", pairs_.size() * std::uint64_t{RunBits}}, {"values", pairs_.size() * value_bits}}}};
    }
    template <class Visit>
    void for_each(Visit visit) const {
        std::size_t next = 0;
        for (const pair& p : pairs_) {
            next += p.zeros;
            if (p.value != V{0}) visit(matrix_entry<V>{next / columns_, next % columns_, p.value});
            ++next;
        }
    }

  private:
    struct pair {
        std::uint32_t zeros;
        V value;
    };
    std::size_t rows_, columns_;
    std::vector<pair> pairs_;
};

}  // namespace sonic::sparse
