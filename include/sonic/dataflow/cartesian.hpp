// SPDX-License-Identifier: MIT
#pragma once

/// SCNN's dataflow, PT-IS-CP-sparse: A. Parashar et al., ISCA 2017. Units form a square grid over the input plane. In a group of output
/// channels, each unit multiplies its nonzero activations of a channel, I at a time, by the kept weights of that channel, F at a time;
/// every product of the two vectors is executed, also those that fall on no output. All units wait for the slowest after each group.

#include <sonic/dataflow/scatter.hpp>

namespace sonic {

/// F weights meet I activations in a cycle; `Outputs` output channels are accumulated at once. The unit has F x I multipliers.
template <class F, class I, class Outputs>
struct cartesian_product {
    static constexpr auto name = "cartesian_product";
    static constexpr auto weight_storage = storages::run_length;
    static constexpr auto activation_storage = storages::run_length;
    static constexpr bool holds_weights = true;
    static constexpr bool any_schedule = true;

    /// Dense layers deal output channels to units and use one activation a cycle, so F of the F x I multipliers.
    using on_vectors = detail::scatter<interleaved, true>;

    /// Part of a side of `length` elements that unit `i` of `side` holds.
    struct part_of_side {
        int begin, end;
        constexpr part_of_side(int length, int side, int i) : begin(0), end(0) {
            const int each = (length + side - 1) / side;
            begin = i * each < length ? i * each : length;
            end = begin + each < length ? begin + each : length;
        }
        constexpr int size() const { return end - begin; }
    };
    static constexpr int side_of(int units) {
        int side = 1;
        while ((side + 1) * (side + 1) <= units) ++side;
        return side;
    }
    static constexpr int group_size(const layer& l, int q) {
        const int left = l.outputs_per_group() - q * Outputs::value;
        return left < Outputs::value ? left : Outputs::value;
    }
    static constexpr int group_count(const layer& l) { return (l.outputs_per_group() + Outputs::value - 1) / Outputs::value; }

    static constexpr activity<double> plan(const independent_zeros& zeros, array_shape array, schedule when) {
        const layer& l = zeros.layer;
        if (l.in.pixels() == 1) return on_vectors::plan(zeros, vector_shape(array), when);
        const int side = side_of(array.units);
        const auto activation_steps = [&](std::int64_t size) {
            return detail::binomial_expectation(size, zeros.activation_density,
                                                [](std::int64_t k) { return double(detail::rounds(k, I::value)); });
        };
        double tiles = 0;  // expected activation steps of all units for one channel
        for (int r = 0; r < side; ++r)
            for (int c = 0; c < side; ++c)
                tiles +=
                    activation_steps(std::int64_t{part_of_side(l.in.height, side, r).size()} * part_of_side(l.in.width, side, c).size());
        const double largest =
            activation_steps(std::int64_t{part_of_side(l.in.height, side, 0).size()} * part_of_side(l.in.width, side, 0).size());
        double weight_steps = 0;
        for (int q = 0; q < group_count(l); ++q)
            weight_steps += detail::binomial_expectation(std::int64_t{group_size(l, q)} * l.taps(), zeros.weight_density,
                                                         [](std::int64_t k) { return double(detail::rounds(k, F::value)); });
        activity<double> a;
        const double channels = l.in.channels;
        a.passes = channels * tiles * weight_steps;
        a.busiest_passes = channels * largest * weight_steps;
        a.elements = a.driven = zeros.nonzero_inputs() * weight_steps;
        a.macs = zeros.nonzero_inputs() * zeros.kept_weights() / channels;
        a.loads = channels * group_count(l) * side * side;
        a.busiest_loads = channels * group_count(l);
        a.loaded = zeros.kept_weights() * side * side;
        return a;
    }

    template <class Exact>
    static activity<std::int64_t> plan(const Exact& zeros, array_shape array, schedule when) {
        const layer& l = zeros.layer;
        if (l.in.pixels() == 1) return on_vectors::plan(zeros, vector_shape(array), when);
        const int side = side_of(array.units);
        activity<std::int64_t> a;
        std::vector<std::int64_t> nonzero(static_cast<std::size_t>(side) * static_cast<std::size_t>(side) *
                                          static_cast<std::size_t>(l.in.channels));
        for (int r = 0; r < side; ++r)
            for (int c = 0; c < side; ++c)
                for (int channel = 0; channel < l.in.channels; ++channel) {
                    const part_of_side rows(l.in.height, side, r), columns(l.in.width, side, c);
                    for (int y = rows.begin; y < rows.end; ++y)
                        for (int x = columns.begin; x < columns.end; ++x)
                            nonzero[at(side, l, r, c, channel)] += zeros.nonzero(channel, y, x);
                }
        for (int g = 0; g < l.groups; ++g)
            for (int q = 0; q < group_count(l); ++q) {
                std::vector<std::int64_t> busy(static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
                for (int i = 0; i < l.inputs_per_group(); ++i) {
                    std::int64_t kept = 0;
                    for (int k = 0; k < group_size(l, q); ++k)
                        for (int t = 0; t < l.taps(); ++t) kept += zeros.kept(g * l.outputs_per_group() + q * Outputs::value + k, i, t);
                    const std::int64_t steps = detail::rounds(kept, F::value);
                    a.loads += side * side;
                    a.loaded += kept * side * side;
                    for (int unit = 0; unit < side * side; ++unit) {
                        const std::int64_t n = nonzero[at(side, l, unit / side, unit % side, g * l.inputs_per_group() + i)];
                        busy[static_cast<std::size_t>(unit)] += detail::rounds(n, I::value) * steps;
                        a.elements += n * steps;
                        a.macs += n * kept;
                    }
                }
                for (const std::int64_t b : busy) a.passes += b;
                a.busiest_passes += *std::max_element(busy.begin(), busy.end());
            }
        a.driven = a.elements;
        a.busiest_loads = a.loads / (side * side);
        return a;
    }

    template <class Code, class Emit>
    static void walk(const layer& l, std::span<const Code> codes, int lanes, Emit emit) {
        on_vectors::walk(l, codes, lanes, emit);
    }

    template <class Code, class Visitor>
    static void walk_passes(const layer& l, std::span<const Code> weights, std::span<const Code> inputs, array_shape array,
                            Visitor& visitor) {
        if (l.in.pixels() == 1) return on_vectors::walk_passes(l, weights, inputs, vector_shape(array), visitor);
        const int side = side_of(array.units);
        struct activation_at {
            std::int64_t input;
            int y, x;
        };
        struct weight_of {
            int output, tap;
        };
        std::vector<activation_at> activations;
        std::vector<weight_of> kept;
        std::vector<std::int64_t> driven;
        std::vector<product> products;
        const std::vector<std::int64_t> nothing;
        for (int g = 0; g < l.groups; ++g)
            for (int q = 0; q < group_count(l); ++q) {
                for (int unit = 0; unit < side * side; ++unit)
                    for (int i = 0; i < l.inputs_per_group(); ++i) {
                        kept.clear();
                        for (int k = 0; k < group_size(l, q); ++k)
                            for (int t = 0; t < l.taps(); ++t) {
                                const int o = g * l.outputs_per_group() + q * Outputs::value + k;
                                if (weights[static_cast<std::size_t>(detail::weight_at(l, o, i, t))] != Code{0}) kept.push_back({o, t});
                            }
                        activations.clear();
                        const part_of_side rows(l.in.height, side, unit / side), columns(l.in.width, side, unit % side);
                        for (int y = rows.begin; y < rows.end; ++y)
                            for (int x = columns.begin; x < columns.end; ++x) {
                                const std::int64_t in = (std::int64_t{g * l.inputs_per_group() + i} * l.in.height + y) * l.in.width + x;
                                if (inputs[static_cast<std::size_t>(in)] != Code{0}) activations.push_back({in, y, x});
                            }
                        visitor.item(unit);
                        visitor.load(static_cast<std::int64_t>(kept.size()), true);
                        for (std::size_t a = 0; a < activations.size(); a += I::value)
                            for (std::size_t f = 0; f < kept.size(); f += F::value) {
                                driven.clear();
                                products.clear();
                                for (std::size_t n = a; n < activations.size() && n < a + I::value; ++n) {
                                    driven.push_back(activations[n].input);
                                    for (std::size_t m = f; m < kept.size() && m < f + F::value; ++m)
                                        products.push_back({detail::weight_at(l, kept[m].output, i, kept[m].tap), activations[n].input,
                                                            target(l, kept[m].output, kept[m].tap, activations[n].y, activations[n].x)});
                                }
                                visitor.pass(driven, products, nothing, 0);
                            }
                    }
                visitor.barrier();
            }
    }

  private:
    static constexpr array_shape vector_shape(array_shape array) {
        array.lanes = F::value;
        return array;
    }
    static std::size_t at(int side, const layer& l, int r, int c, int channel) {
        return (static_cast<std::size_t>(r) * static_cast<std::size_t>(side) + static_cast<std::size_t>(c)) *
                   static_cast<std::size_t>(l.in.channels) +
               static_cast<std::size_t>(channel);
    }
    /// Where the product of an activation and a tap belongs; -1 where no output takes it.
    static constexpr std::int64_t target(const layer& l, int output, int tap, int y, int x) {
        const int dy = y + l.padding_top - tap / l.kernel_width, dx = x + l.padding_left - tap % l.kernel_width;
        if (dy < 0 || dx < 0 || dy % l.stride != 0 || dx % l.stride != 0) return -1;
        if (dy / l.stride >= l.out.height || dx / l.stride >= l.out.width) return -1;
        return detail::output_at(l, output, dy / l.stride, dx / l.stride);
    }
};

}  // namespace sonic
