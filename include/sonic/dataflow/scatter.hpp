// SPDX-License-Identifier: MIT
#pragma once

/// Dataflows of electronic machines in which each nonzero activation meets the weights of its tap, and products are scattered into
/// accumulators. A pass is a cycle of one unit of n multipliers.

#include <algorithm>

#include <sonic/dataflow/work.hpp>
#include <sonic/quantity/of.hpp>

namespace sonic {

/// How the output channels of a group are dealt: consecutive groups of `Size`, ...
template <class Size>
struct consecutive {
    static constexpr int groups(int outputs, int) { return (outputs + Size::value - 1) / Size::value; }
    static constexpr int size(int group, int outputs, int) {
        const int left = outputs - group * Size::value;
        return left < Size::value ? left : Size::value;
    }
    static constexpr int member(int group, int i, int) { return group * Size::value + i; }
};
/// ... or row r to unit r mod units.
struct interleaved {
    static constexpr int groups(int, int units) { return units; }
    static constexpr int size(int group, int outputs, int units) { return group < outputs ? (outputs - group - 1) / units + 1 : 0; }
    static constexpr int member(int group, int i, int units) { return group + i * units; }
};

namespace detail {

/// What items cost: all of them, and the busiest unit's when they are dealt round-robin.
class item_tally {
  public:
    explicit item_tally(int units) : busy_(static_cast<std::size_t>(units)), items_(static_cast<std::size_t>(units)) {}
    void add(std::int64_t cycles) {
        busy_[next_] += cycles;
        ++items_[next_];
        next_ = next_ + 1 == busy_.size() ? 0 : next_ + 1;
    }
    std::int64_t passes() const {
        std::int64_t sum = 0;
        for (const std::int64_t b : busy_) sum += b;
        return sum;
    }
    std::int64_t items() const {
        std::int64_t sum = 0;
        for (const std::int64_t n : items_) sum += n;
        return sum;
    }
    std::int64_t busiest_passes() const { return *std::max_element(busy_.begin(), busy_.end()); }
    std::int64_t busiest_items() const { return *std::max_element(items_.begin(), items_.end()); }

  private:
    std::vector<std::int64_t> busy_, items_;
    std::size_t next_ = 0;
};

/// The rule of a scattering machine: work items are (group of the layer, input channel, group of outputs), in that order, round-robin to
/// units; a nonzero activation at a tap takes one cycle per n weights of its output group, kept ones only if `SkipsWeights`.
template <class Outputs, bool SkipsWeights>
struct scatter {
    static constexpr bool holds_weights = true;
    static constexpr bool any_schedule = true;  ///< a clocked machine: both schedules are one

    static constexpr std::int64_t cycles(std::int64_t kept, std::int64_t size, int lanes) {
        return rounds(SkipsWeights ? kept : size, lanes);
    }

    static constexpr activity<double> plan(const independent_zeros& zeros, array_shape array, schedule) {
        const layer& l = zeros.layer;
        double per_visit = 0;
        const int groups = Outputs::groups(l.outputs_per_group(), array.units);
        // Groups differ in size at most twice: all but the last few are equal.
        for (int q = 0, size = -1; q < groups;) {
            size = Outputs::size(q, l.outputs_per_group(), array.units);
            int equal = 1;
            while (q + equal < groups && Outputs::size(q + equal, l.outputs_per_group(), array.units) == size) ++equal;
            per_visit += equal * binomial_expectation(size, zeros.weight_density,
                                                      [&](std::int64_t kept) { return double(cycles(kept, size, array.lanes)); });
            q += equal;
        }
        activity<double> a;
        const double items = static_cast<double>(std::int64_t{l.in.channels} * groups);
        a.passes = zeros.nonzero_visits() * per_visit;
        a.elements = a.driven = a.passes;
        a.macs = SkipsWeights ? zeros.meetings() : zeros.visited_activations();
        a.loads = items;
        a.loaded = SkipsWeights ? zeros.kept_weights() : static_cast<double>(l.weights());
        a.busiest_loads = busiest(items, array.units);
        a.busiest_passes = a.passes / items * a.busiest_loads;
        return a;
    }

    template <class Exact>
    static activity<std::int64_t> plan(const Exact& zeros, array_shape array, schedule) {
        const layer& l = zeros.layer;
        item_tally tally(array.units);
        for (int g = 0; g < l.groups; ++g)
            for (int i = 0; i < l.inputs_per_group(); ++i)
                for (int q = 0; q < Outputs::groups(l.outputs_per_group(), array.units); ++q) {
                    const int size = Outputs::size(q, l.outputs_per_group(), array.units);
                    std::int64_t item = 0;
                    for (int t = 0; t < l.taps(); ++t) {
                        std::int64_t kept = 0;
                        if constexpr (SkipsWeights)
                            for (int k = 0; k < size; ++k)
                                kept += zeros.kept(g * l.outputs_per_group() + Outputs::member(q, k, array.units), i, t);
                        item += zeros.visits(g * l.inputs_per_group() + i, t) * cycles(kept, size, array.lanes);
                    }
                    tally.add(item);
                }
        activity<std::int64_t> a;
        a.passes = tally.passes();
        a.elements = a.driven = a.passes;
        a.macs = SkipsWeights ? zeros.meetings() : zeros.visited_activations();
        a.loads = tally.items();
        a.loaded = SkipsWeights ? zeros.kept_weights() : l.weights();
        a.busiest_loads = tally.busiest_items();
        a.busiest_passes = tally.busiest_passes();
        return a;
    }

    /// What it computes, output by output: one exact sum over a whole kernel.
    template <class Code, class Emit>
    static void walk(const layer& l, std::span<const Code> codes, int, Emit emit) {
        walk_kept_kernels(l, codes, 0, emit);
    }

    template <class Code, class Visitor>
    static void walk_passes(const layer& l, std::span<const Code> weights, std::span<const Code> inputs, array_shape array,
                            Visitor& visitor) {
        std::vector<std::int64_t> driven;
        std::vector<product> products;
        const std::vector<std::int64_t> nothing;
        for (int g = 0; g < l.groups; ++g)
            for (int i = 0; i < l.inputs_per_group(); ++i)
                for (int q = 0; q < Outputs::groups(l.outputs_per_group(), array.units); ++q) {
                    visitor.item(-1);
                    bool first = true;
                    for (int t = 0; t < l.taps(); ++t) {
                        std::vector<int> members;
                        for (int k = 0; k < Outputs::size(q, l.outputs_per_group(), array.units); ++k) {
                            const int o = g * l.outputs_per_group() + Outputs::member(q, k, array.units);
                            if (!SkipsWeights || weights[static_cast<std::size_t>(weight_at(l, o, i, t))] != Code{0}) members.push_back(o);
                        }
                        visitor.load(static_cast<std::int64_t>(members.size()), first);
                        first = false;
                        for (int y = 0; y < l.out.height; ++y)
                            for (int x = 0; x < l.out.width; ++x) {
                                const std::int64_t in =
                                    input_at(l, g * l.inputs_per_group() + i, t / l.kernel_width, t % l.kernel_width, y, x);
                                if (in < 0 || inputs[static_cast<std::size_t>(in)] == Code{0}) continue;
                                for (std::size_t at = 0; at < members.size(); at += static_cast<std::size_t>(array.lanes)) {
                                    driven.assign(1, in);
                                    products.clear();
                                    for (std::size_t k = at; k < members.size() && k < at + static_cast<std::size_t>(array.lanes); ++k)
                                        products.push_back({weight_at(l, members[k], i, t), in, output_at(l, members[k], y, x)});
                                    visitor.pass(driven, products, nothing, 0);
                                }
                            }
                    }
                }
    }
};

}  // namespace detail

/// NullHop: zero activations are skipped, zero weights are not; every multiplier serves one output channel at a time.
/// A. Aimar et al., TNNLS 2019, arXiv 1706.01406.
struct skip_activations : detail::scatter<consecutive<of<1>>, false> {
    static constexpr auto name = "skip_activations";
    static constexpr auto activation_storage = storages::bitmap;
};

/// Zeros of both operands are skipped; output channels are dealt to units as `Outputs` says. EIE deals rows interleaved (S. Han et al.,
/// ISCA 2016), Eyeriss v2 keeps as many outputs per unit as its partial-sum pad holds (Y. Chen et al., JETCAS 2019).
template <class Outputs>
struct skip_both : detail::scatter<Outputs, true> {
    static constexpr auto name = "skip_both";
    static constexpr auto weight_storage = storages::run_length;
    static constexpr auto activation_storage = storages::run_length;
};

}  // namespace sonic
