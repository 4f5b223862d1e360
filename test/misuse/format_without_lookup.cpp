// expect: sparse_format
// SPDX-License-Identifier: MIT
#include <sonic/sparse/formats.hpp>
struct heap {
    using value_type = int;
    static constexpr auto name = "heap";
    static constexpr auto used_by = "nobody";
    static constexpr auto order = sonic::matrix_order::row_major;
    heap(std::size_t, std::size_t, std::span<const sonic::matrix_entry<int>>) {}
    std::size_t rows() const { return 0; }
    std::size_t columns() const { return 0; }
#ifdef SONIC_MISUSE_CONTROL
    int at(std::size_t, std::size_t) const { return 0; }
#endif
    sonic::stored_size size(std::uint64_t) const { return {}; }
    template <class Visit>
    void for_each(Visit) const {}
};
heap other(const sonic::sparse::csr<int>& matrix) { return sonic::convert<heap>(matrix); }
