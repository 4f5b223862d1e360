// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <tuple>
#include <type_traits>
#include <vector>

#include <sonic/sparse/formats.hpp>

using namespace sonic;
using namespace sonic::sparse;

namespace {

template <class V>
using all = std::tuple<dense<V>, coordinate<V>, csr<V>, csc<V>, bitmap<V>, run_length<V, 1>, run_length<V, 4>, run_length<V, 20>,
                       ellpack<V>, blocked<V, 1, 1>, blocked<V, 3, 2>, blocked<V, 4, 4>, value_compressed<V>>;

template <class V, class F>
void each_format(F f) {
    [&]<class... Formats>(std::type_identity<std::tuple<Formats...>>) {
        (f(std::type_identity<Formats>{}), ...);
    }(std::type_identity<all<V>>{});
}

template <class V>
dense<V> random_matrix(std::mt19937& random, std::size_t rows, std::size_t columns, double density) {
    std::bernoulli_distribution kept(density);
    std::vector<V> values(rows * columns);
    for (V& v : values)
        if (kept(random)) v = static_cast<V>(static_cast<int>(random() % 63) - 31);
    return dense<V>(rows, columns, std::move(values));
}

/// Round trip, nonzeros kept, look-up and order, for one format and one matrix.
template <class Format, class V>
void laws(const dense<V>& matrix) {
    static_assert(sparse_format<Format>);
    CAPTURE(Format::name);
    CAPTURE(matrix.rows());
    CAPTURE(matrix.columns());
    const auto f = convert<Format>(matrix);
    REQUIRE(f.rows() == matrix.rows());
    REQUIRE(f.columns() == matrix.columns());
    const auto entries = entries_of(f);
    CHECK(entries.size() == entries_of(matrix).size());
    for (std::size_t i = 1; i < entries.size(); ++i) CHECK(detail::stands_before(entries[i - 1], entries[i], Format::order));
    for (const auto& e : entries) CHECK((e.value != V{0} && matrix.at(e.row, e.column) == e.value));
    for (std::size_t r = 0; r < f.rows(); ++r)
        for (std::size_t c = 0; c < f.columns(); ++c) CHECK(f.at(r, c) == matrix.at(r, c));
    CHECK(entries_of(f, matrix_order::row_major) == entries_of(matrix));
    // A bit more per value costs a bit per stored value: all entries, or the codebook's.
    const auto stored = f.size(9).bits() - f.size(8).bits();
    CHECK(stored == f.size(1).bits() - f.size(0).bits());
    if (!std::is_same_v<Format, value_compressed<V>>) CHECK(stored >= entries.size());
    each_format<V>([&]<class Other>(std::type_identity<Other>) {
        const auto back = convert<dense<V>>(convert<Format>(convert<Other>(f)));
        CHECK(entries_of(back) == entries_of(matrix));
    });
}

template <class V>
void laws_of_all(const dense<V>& matrix) {
    each_format<V>([&]<class Format>(std::type_identity<Format>) { laws<Format>(matrix); });
}

const dense<int> four_by_five(4, 5, std::vector<int>{0, 0, 3, 0, 0,  //
                                                     0, 0, 0, 0, 0,  //
                                                     0, 0, 0, 3, 7,  //
                                                     9, 0, 0, 0, 0});

}  // namespace

TEST_CASE("every format keeps every matrix: round trip, nonzeros, look-up, order") {
    std::mt19937 random(1);
    for (const auto& [rows, columns] : {std::pair{1u, 1u}, {1u, 17u}, {17u, 1u}, {8u, 8u}, {7u, 13u}, {13u, 66u}})
        for (const double density : {0.0, 0.05, 0.5, 1.0}) {
            laws_of_all(random_matrix<std::int8_t>(random, rows, columns, density));
            laws_of_all(random_matrix<float>(random, rows, columns, density));
        }
}

TEST_CASE("degenerate matrices") {
    laws_of_all(dense<int>(0, 0, std::vector<int>{}));
    laws_of_all(dense<int>(0, 5, std::vector<int>{}));
    laws_of_all(dense<int>(5, 0, std::vector<int>{}));
    std::vector<int> corner(400);
    corner.back() = 4;
    laws_of_all(dense<int>(20, 20, corner));
    laws_of_all(dense<int>(1, 400, corner));
    corner.front() = -4;
    laws_of_all(dense<int>(400, 1, corner));
}

TEST_CASE("sizes are exact, field by field") {
    // 4 entries of 4 x 5: rows take 2 bits, columns 3, starts of 0..4 take 3.
    CHECK(four_by_five.size(6).bits() == 120);
    const auto coo = convert<coordinate<int>>(four_by_five).size(6);
    CHECK(coo.bits_of("rows") == 8);
    CHECK(coo.bits_of("columns") == 12);
    CHECK(coo.bits_of("values") == 24);
    CHECK(coo.bits() == 44);
    CHECK(convert<csr<int>>(four_by_five).size(6).bits() == 5 * 3 + 4 * (3 + 6));
    CHECK(convert<csc<int>>(four_by_five).size(6).bits() == 6 * 3 + 4 * (2 + 6));
    CHECK(convert<bitmap<int>>(four_by_five).size(6).bits() == 20 + 24);
    // Runs 2, 10, 0, 0: with 2 bits the run of 10 needs two fillers (4 + 4 + 2).
    const auto runs = convert<run_length<int, 2>>(four_by_five);
    CHECK(runs.fillers() == 2);
    CHECK(runs.size(6).bits() == 6 * (2 + 6));
    CHECK(convert<run_length<int, 4>>(four_by_five).size(6).bits() == 4 * (4 + 6));
    CHECK(convert<ellpack<int>>(four_by_five).width() == 2);
    CHECK(convert<ellpack<int>>(four_by_five).size(6).bits() == 4 * 2 * (3 + 6));
    const auto blocks = convert<blocked<int, 2, 2>>(four_by_five);
    CHECK(blocks.blocks() == 4);  // (0, 1), (1, 0), (1, 1), (1, 2) of 2 x 3 blocks
    CHECK(blocks.size(6).bits() == 3 * 3 + 4 * (2 + 4 * 6));
    const auto codes = convert<value_compressed<int>>(four_by_five);
    CHECK(codes.codebook().size() == 3);
    CHECK(codes.size(6).bits() == 20 + 4 * 2 + 3 * 6);
    static_assert(index_bits(0) == 0 && index_bits(1) == 0 && index_bits(2) == 1 && index_bits(64) == 6 && index_bits(65) == 7);
}

TEST_CASE("the longest run fits and one more zero takes a filler") {
    for (const std::size_t zeros : {0u, 14u, 15u, 16u, 31u, 32u, 47u, 48u}) {
        std::vector<int> values(zeros + 1);
        values.back() = 1;
        const auto runs = convert<run_length<int, 4>>(dense<int>(1, zeros + 1, values));
        CHECK(runs.fillers() == zeros / 16);
        CHECK(runs.at(0, zeros) == 1);
    }
}

TEST_CASE("entries that are outside, out of order or zero are refused") {
    each_format<int>([]<class Format>(std::type_identity<Format>) {
        const auto refused = [](std::vector<matrix_entry<int>> entries) {
            CHECK_THROWS_AS(Format(2, 2, std::span<const matrix_entry<int>>(entries)), std::invalid_argument);
        };
        refused({{2, 0, 1}});
        refused({{0, 2, 1}});
        refused({{0, 0, 0}});
        refused({{0, 0, 1}, {0, 0, 1}});
        refused({{1, 1, 1}, {0, 0, 1}});
    });
    each_format<float>([]<class Format>(std::type_identity<Format>) {
        const std::vector<matrix_entry<float>> entries{{0, 0, NAN}, {0, 1, 1.0f}};
        CHECK_THROWS_WITH_AS(Format(2, 2, std::span<const matrix_entry<float>>(entries)), doctest::Contains("not a number"),
                             std::invalid_argument);
    });
    CHECK_THROWS_AS(dense<int>(2, 2, std::vector<int>(3)), std::invalid_argument);
}
