// SPDX-License-Identifier: MIT
#pragma once

/// SIGMA's dataflow: E. Qin et al., "SIGMA", HPCA 2020. The kept weights of a whole group of output channels are packed into folds of n
/// multipliers; a flexible reduction tree sums each output's share of a fold, whatever its length. Each output position takes one pass per
/// fold; zero activations are not skipped.

#include <sonic/dataflow/work.hpp>

namespace sonic {

struct pack_weights {
    static constexpr auto name = "pack_weights";
    static constexpr auto weight_storage = storages::bitmap;
    static constexpr auto activation_storage = storages::bitmap;
    static constexpr bool holds_weights = true;
    static constexpr bool any_schedule = true;

    template <class Zeros>
    static constexpr auto plan(const Zeros& zeros, array_shape array, schedule) {
        using R = typename Zeros::number;
        const R pixels = static_cast<R>(zeros.layer.out.pixels());
        activity<R> a;
        a.loads = zeros.over_groups([&](std::int64_t kept) { return detail::rounds(kept, array.lanes); });
        a.passes = a.loads * pixels;
        a.loaded = zeros.kept_weights();
        a.elements = zeros.kept_weights() * pixels;
        a.macs = a.elements;
        a.driven = zeros.meetings();
        // One group's folds are dealt alone; those of several follow one another, of which only the mean is known.
        a.busiest_loads =
            zeros.layer.groups == 1
                ? zeros.over_groups([&](std::int64_t kept) { return detail::rounds(detail::rounds(kept, array.lanes), array.units); })
                : detail::busiest(a.loads, array.units);
        a.busiest_passes = a.busiest_loads * pixels;
        return a;
    }

    /// What it computes, output by output: one exact sum over a whole kernel.
    template <class Code, class Emit>
    static void walk(const layer& l, std::span<const Code> codes, int, Emit emit) {
        detail::walk_kept_kernels(l, codes, 0, emit);
    }

    template <class Code, class Visitor>
    static void walk_passes(const layer& l, std::span<const Code> weights, std::span<const Code>, array_shape array, Visitor& visitor) {
        struct place {
            int output, input, tap;
        };
        std::vector<std::int64_t> driven;
        std::vector<product> products;
        const std::vector<std::int64_t> nothing;
        for (int g = 0; g < l.groups; ++g) {
            std::vector<place> kept;
            for (int o = g * l.outputs_per_group(); o < (g + 1) * l.outputs_per_group(); ++o)
                for (int i = 0; i < l.inputs_per_group(); ++i)
                    for (int t = 0; t < l.taps(); ++t)
                        if (weights[static_cast<std::size_t>(detail::weight_at(l, o, i, t))] != Code{0}) kept.push_back({o, i, t});
            for (std::size_t first = 0; first < kept.size(); first += static_cast<std::size_t>(array.lanes)) {
                const std::size_t last = std::min(kept.size(), first + static_cast<std::size_t>(array.lanes));
                visitor.item(-1);
                visitor.load(static_cast<std::int64_t>(last - first), true);
                for (int y = 0; y < l.out.height; ++y)
                    for (int x = 0; x < l.out.width; ++x) {
                        driven.clear();
                        products.clear();
                        for (std::size_t k = first; k < last; ++k) {
                            const std::int64_t in = detail::input_at(l, g * l.inputs_per_group() + kept[k].input,
                                                                     kept[k].tap / l.kernel_width, kept[k].tap % l.kernel_width, y, x);
                            driven.push_back(in);
                            products.push_back({detail::weight_at(l, kept[k].output, kept[k].input, kept[k].tap), in,
                                                detail::output_at(l, kept[k].output, y, x)});
                        }
                        visitor.pass(driven, products, nothing, 0);
                    }
            }
        }
    }
};

}  // namespace sonic
