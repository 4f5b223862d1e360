// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include <sonic/dataflow/cartesian.hpp>
#include <sonic/dataflow/compress.hpp>
#include <sonic/dataflow/dataflow.hpp>
#include <sonic/dataflow/dense.hpp>
#include <sonic/dataflow/exact_zeros.hpp>
#include <sonic/dataflow/packed.hpp>
#include <sonic/dataflow/scatter.hpp>
#include <sonic/dataflow/tiles.hpp>

using namespace sonic;

constexpr layer slice{.kind = layer_kind::conv, .ordinal = 1, .in = {1, 3, 3}, .out = {1, 1, 1}, .kernel_height = 3, .kernel_width = 3};
constexpr double passes(double density) {
    return compress_weights::plan(independent_zeros{slice, density, 1}, {5, 1, 1}, schedule::held).passes;
}
static_assert(passes(0.5) > 1.2515 && passes(0.5) < 1.2525, "E[ceil(Bin(9, 0.5) / 5)]");
static_assert(passes(0.6) > 1.4815 && passes(0.6) < 1.4830);
static_assert(passes(1) == 2 && passes(0) == 0);
static_assert(detail::rounds(10, 5) == 2 && detail::rounds(11, 5) == 3 && detail::rounds(0, 5) == 0);

namespace {

struct running {
    double sum = 0, squares = 0;
    int n = 0;
    void add(double x) { sum += x, squares += x * x, ++n; }
    double mean() const { return sum / n; }
    double error() const { return std::sqrt(std::max(0.0, squares / n - mean() * mean()) / n); }
};

/// Mean of exact plans over random zeros against the plan from densities, within five standard errors and a margin for events too rare to
/// be seen.
template <class Dataflow>
void statistics(const layer& l, array_shape array, double dw, double da, double busiest_tolerance = 0.1) {
    std::mt19937 random(11);
    std::bernoulli_distribution kept(dw), nonzero(da);
    for (const schedule when : {schedule::held, schedule::every_pass}) {
        running passes_seen, loads, elements, driven, additions, loaded, busiest, macs, conversions;
        for (int round = 0; round < 400; ++round) {
            std::vector<std::int32_t> weights(static_cast<std::size_t>(l.weights())), activations(static_cast<std::size_t>(l.in.size()));
            for (auto& w : weights) w = kept(random);
            for (auto& a : activations) a = nonzero(random);
            const weight_zeros zeros(l, std::span<const std::int32_t>(weights));
            const auto a = Dataflow::plan(exact_zeros(l, zeros, std::span<const std::int32_t>(activations)), array, when);
            passes_seen.add(double(a.passes)), loads.add(double(a.loads)), elements.add(double(a.elements)), driven.add(double(a.driven));
            additions.add(double(a.additions)), loaded.add(double(a.loaded)), busiest.add(double(a.busiest_passes));
            macs.add(double(a.macs)), conversions.add(double(a.conversions));
        }
        const auto plan = Dataflow::plan(independent_zeros{l, dw, da}, array, when);
        const auto close = [](const running& seen, double planned) {
            CAPTURE(planned);
            CAPTURE(seen.mean());
            CHECK(std::fabs(seen.mean() - planned) <= 5 * seen.error() + 2e-3 * planned);
        };
        close(passes_seen, plan.passes), close(loads, plan.loads), close(elements, plan.elements), close(driven, plan.driven);
        close(additions, plan.additions), close(loaded, plan.loaded), close(macs, plan.macs), close(conversions, plan.conversions);
        if (!Dataflow::holds_weights)
            close(busiest, plan.busiest_passes);
        else
            CHECK(busiest.mean() == doctest::Approx(plan.busiest_passes).epsilon(busiest_tolerance));  // an estimate
    }
}

constexpr layer conv{.kind = layer_kind::conv,
                     .ordinal = 1,
                     .in = {6, 7, 5},
                     .out = {8, 4, 3},
                     .kernel_height = 3,
                     .kernel_width = 3,
                     .stride = 2,
                     .padding_top = 1,
                     .padding_left = 1,
                     .groups = 2};
constexpr layer fc{.kind = layer_kind::dense, .ordinal = 1, .in = {230, 1, 1}, .out = {17, 1, 1}};

}  // namespace

TEST_CASE("plans from densities are the mean over random zeros") {
    for (const double dw : {0.2, 0.5, 0.9})
        for (const double da : {0.3, 0.8}) {
            statistics<compress_weights>(conv, {5, 4, 1}, dw, da);
            statistics<compress_activations>(fc, {50, 3, 1}, dw, da);
            statistics<dense_chunks<weights>>(conv, {20, 4, 1}, dw, da);
            statistics<dense_chunks<activations>>(fc, {150, 3, 2}, dw, da);
            statistics<compress_kernels>(conv, {4, 3, 1}, dw, da);
            statistics<dense_tiles>(conv, {7, 4, 1, 3, 2, 1}, dw, da);
            statistics<structured_tiles>(conv, {4, 1, 1, 2, 3, 2}, dw, da);
            statistics<structured_tiles>(fc, {5, 4, 2, 2, 1, 1}, dw, da);
            statistics<pack_weights>(conv, {20, 2, 1}, dw, da, 0.3);
            statistics<pack_weights>(fc, {600, 2, 1}, dw, da, 1e-3);
            // The busiest of unequal items is above the mean that the estimate assumes.
            statistics<skip_activations>(conv, {1, 6, 1}, dw, da, 0.5);
            statistics<skip_both<interleaved>>(fc, {1, 8, 1}, dw, da, 0.5);
            statistics<skip_both<consecutive<of<3>>>>(conv, {2, 5, 1}, dw, da, 0.5);
            statistics<cartesian_product<of<4>, of<2>, of<3>>>(conv, {8, 4, 1}, dw, da, 0.5);
            statistics<cartesian_product<of<4>, of<2>, of<3>>>(fc, {8, 4, 1}, dw, da, 0.5);
        }
}

TEST_CASE("expectations of very long vectors follow the normal law") {
    const std::int64_t n = 75'497'472;
    const double mean = 0.6 * double(n), variance = 0.4 * mean;
    CHECK(detail::binomial_expectation(n, 0.6, [](std::int64_t k) { return double(k); }) == doctest::Approx(mean).epsilon(1e-10));
    CHECK(detail::binomial_expectation(n, 0.6, [&](std::int64_t k) { return (double(k) - mean) * (double(k) - mean); }) ==
          doctest::Approx(variance).epsilon(1e-6));
    // Half of the mass lies above the mean.
    CHECK(detail::binomial_expectation(n, 0.6, [&](std::int64_t k) { return double(k) > mean ? 1.0 : 0.0; }) ==
          doctest::Approx(0.5).epsilon(0.02));
}

TEST_CASE("binomial expectations stay exact for long vectors") {
    for (const std::int64_t n : {9, 1000, 73728})
        for (const double p : {0.01, 0.5, 0.99}) {
            const double mean = detail::binomial_expectation(n, p, [](std::int64_t k) { return double(k); });
            CHECK(mean == doctest::Approx(double(n) * p).epsilon(1e-10));
            const double second = detail::binomial_expectation(n, p, [](std::int64_t k) { return double(k) * double(k); });
            CHECK(second - mean * mean == doctest::Approx(double(n) * p * (1 - p)).epsilon(1e-6));
        }
}

namespace {
/// Counts how often a unit's held operand is another than in the pass before: what a load is.
struct operand_changes {
    std::int64_t changes = 0, loads = 0, loaded = 0, passes = 0;
    std::vector<std::int64_t> held{};
    void item(int) {}
    void load(std::int64_t elements, bool counts) { loads += counts, loaded += counts ? elements : 0; }
    void pass(std::span<const std::int64_t>, std::span<const product> products, std::span<const std::int64_t>, std::int64_t) {
        std::vector<std::int64_t> now;
        for (const product& p : products) now.push_back(p.weight);
        std::sort(now.begin(), now.end());
        now.erase(std::unique(now.begin(), now.end()), now.end());
        changes += now != held;
        held = std::move(now);
        ++passes;
    }
};
}  // namespace

TEST_CASE("a tiled machine loads whenever the operand that it holds changes, integrating or not") {
    constexpr layer conv{
        .kind = layer_kind::conv, .ordinal = 1, .in = {7, 5, 5}, .out = {6, 3, 3}, .kernel_height = 3, .kernel_width = 3, .groups = 1};
    const std::vector<std::int32_t> weights(static_cast<std::size_t>(conv.weights()), 1),
        activations(static_cast<std::size_t>(conv.in.size()), 1);
    for (const int lanes : {5, 16, 21, 63, 64})
        for (const int integration : {1, 2, 3, 4, 13})
            for (const int columns : {1, 4}) {
                CAPTURE(lanes);
                CAPTURE(integration);
                CAPTURE(columns);
                const array_shape array{lanes, 1, 1, 4, columns, integration};
                operand_changes seen;
                dense_tiles::walk_passes(conv, std::span<const std::int32_t>(weights), std::span<const std::int32_t>(activations), array,
                                         seen);
                const auto plan = dense_tiles::plan(independent_zeros{conv, 1, 1}, array, schedule::held);
                CHECK(seen.loads == seen.changes);
                CHECK(plan.loads == static_cast<double>(seen.loads));
                CHECK(plan.loaded == static_cast<double>(seen.loaded));
                CHECK(plan.passes == static_cast<double>(seen.passes));
                CHECK(plan.busiest_passes == plan.passes);
            }
}
