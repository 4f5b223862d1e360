// SPDX-License-Identifier: MIT
#pragma once

/// What a sparse matrix format is: one concept, and conversion between any two models of it.
/// Zero is never an entry: a format stores the other values, exactly.

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sonic {

/// One nonzero value and where it stands.
template <class V>
struct matrix_entry {
    std::size_t row = 0, column = 0;
    V value{};
    friend constexpr bool operator==(const matrix_entry&, const matrix_entry&) = default;
};

enum class matrix_order { row_major, column_major };

/// Bits of one field of a stored matrix, such as its column indices.
struct stored_field {
    const char* name = "";
    std::uint64_t bits = 0;
};

/// Exact size of a stored matrix, field by field. The number of rows, of columns and of bits per field are known outside.
struct stored_size {
    std::array<stored_field, 4> fields{};
    constexpr std::uint64_t bits() const {
        std::uint64_t sum = 0;
        for (const stored_field& f : fields) sum += f.bits;
        return sum;
    }
    /// Bits of a field, 0 where the format has none of that name.
    constexpr std::uint64_t bits_of(std::string_view name) const {
        for (const stored_field& f : fields)
            if (f.name == name) return f.bits;
        return 0;
    }
};

/// Bits that tell `count` things apart: ceil(log2(count)), 0 for one thing or none.
constexpr std::uint64_t index_bits(std::uint64_t count) { return count < 2 ? 0 : static_cast<std::uint64_t>(std::bit_width(count - 1)); }

/// A format has a name, says which accelerator uses it and in which order it keeps its entries; it is made of a matrix's entries in that
/// order, visits them in that order, looks up any element, and knows its exact size for values of a given width.
template <class F>
concept sparse_format =
    requires(const F& f, std::size_t i, std::uint64_t value_bits, std::span<const matrix_entry<typename F::value_type>> entries,
             void (*visit)(const matrix_entry<typename F::value_type>&)) {
        { F::name } -> std::convertible_to<const char*>;
        { F::used_by } -> std::convertible_to<const char*>;
        { F::order } -> std::convertible_to<matrix_order>;
        F(i, i, entries);
        { f.rows() } -> std::same_as<std::size_t>;
        { f.columns() } -> std::same_as<std::size_t>;
        { f.at(i, i) } -> std::same_as<typename F::value_type>;
        { f.size(value_bits) } -> std::same_as<stored_size>;
        f.for_each(visit);
    };

namespace detail {

template <class V>
constexpr bool stands_before(const matrix_entry<V>& a, const matrix_entry<V>& b, matrix_order order) {
    return order == matrix_order::row_major ? a.row < b.row || (a.row == b.row && a.column < b.column)
                                            : a.column < b.column || (a.column == b.column && a.row < b.row);
}

/// Throws std::invalid_argument unless the entries lie inside, ascend in `order`, are numbers and not zero.
template <class V>
void check_entries(std::size_t rows, std::size_t columns, std::span<const matrix_entry<V>> entries, matrix_order order) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const matrix_entry<V>& e = entries[i];
        const bool inside = e.row < rows && e.column < columns, ascends = i == 0 || stands_before(entries[i - 1], e, order);
        if (!inside || !ascends || e.value == V{0} || e.value != e.value)
            throw std::invalid_argument("entry " + std::to_string(i) + " of a sparse matrix is " +
                                        (!inside           ? "outside"
                                         : !ascends        ? "out of order"
                                         : e.value == V{0} ? "zero"
                                                           : "not a number") +
                                        "; expected ascending nonzero entries of " + std::to_string(rows) + " x " +
                                        std::to_string(columns));
    }
}

}  // namespace detail

/// Nonzero entries of a matrix in any order.
template <sparse_format F>
std::vector<matrix_entry<typename F::value_type>> entries_of(const F& matrix, matrix_order order = F::order) {
    std::vector<matrix_entry<typename F::value_type>> result;
    matrix.for_each([&](const auto& e) { result.push_back(e); });
    if (order != F::order)
        std::sort(result.begin(), result.end(), [&](const auto& a, const auto& b) { return detail::stands_before(a, b, order); });
    return result;
}

/// The same matrix in another format.
template <sparse_format To, sparse_format From>
    requires std::same_as<typename To::value_type, typename From::value_type>
To convert(const From& from) {
    const auto entries = entries_of(from, To::order);
    return To(from.rows(), from.columns(), std::span<const matrix_entry<typename To::value_type>>(entries));
}

}  // namespace sonic
