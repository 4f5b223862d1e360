// SPDX-License-Identifier: MIT
#pragma once

/// Dataflows that compress one operand: its zeros are dropped, what is left is cut into chunks of n lanes.

#include <sonic/dataflow/work.hpp>

namespace sonic {

namespace detail {
/// Chunks of kept weights that stay while every output position passes: `items` chunks in all.
template <class Zeros, class R = typename Zeros::number>
constexpr activity<R> plan_compressed(const Zeros& zeros, array_shape array, schedule when, R items) {
    const R pixels = static_cast<R>(zeros.layer.out.pixels());
    activity<R> a;
    a.passes = items * pixels;
    a.conversions = a.passes;
    a.elements = zeros.kept_weights() * pixels;
    a.macs = a.elements;
    a.driven = zeros.meetings();
    if (when == schedule::held) {
        a.loads = items;
        a.loaded = zeros.kept_weights();
        a.busiest_loads = busiest(items, array.units);
        a.busiest_passes = a.busiest_loads * pixels;
    } else {
        a.loads = a.passes;
        a.loaded = a.elements;
        a.busiest_passes = busiest(a.passes, array.units);
        a.busiest_loads = a.busiest_passes;
    }
    return with_signs(a, array.sign_passes, true, R(zeros.outputs_with_weights() * pixels));
}
}  // namespace detail

/// SONIC, convolutions: each k x k slice of a kernel drops its zero weights and is cut into chunks of n, in ascending position.
/// The weights of a chunk stay on the rings; the activations they meet are driven, zeros among them are gated.
/// Sunny et al., ASP-DAC 2022, section on convolution layer dataflow.
struct compress_weights {
    static constexpr auto name = "compress_weights";
    static constexpr auto weight_storage = storages::bitmap;
    static constexpr bool holds_weights = true;

    template <class Zeros>
    static constexpr auto plan(const Zeros& zeros, array_shape array, schedule when) {
        return detail::plan_compressed(zeros, array, when,
                                       zeros.over_slices([&](std::int64_t kept) { return detail::rounds(kept, array.lanes); }));
    }

    /// Work items in order of output channel, input channel, chunk.
    template <class Code, class Emit>
    static void walk(const layer& l, std::span<const Code> codes, int lanes, Emit emit) {
        std::vector<tap> kept;
        std::size_t at = 0;
        for (int o = 0; o < l.out.channels; ++o)
            for (int i = 0; i < l.inputs_per_group(); ++i) {
                kept.clear();
                for (int ky = 0; ky < l.kernel_height; ++ky)
                    for (int kx = 0; kx < l.kernel_width; ++kx, ++at)
                        if (codes[at] != Code{0}) kept.push_back({o / l.outputs_per_group() * l.inputs_per_group() + i, ky, kx, at});
                detail::cut(std::span<const tap>(kept), lanes, [&](std::span<const tap> chunk) { emit(weight_item{o, chunk}); });
            }
    }
};

/// Whole kernels drop their zero weights and are cut into chunks of n, channel-major. Chunks of one kernel go to successive units.
struct compress_kernels {
    static constexpr auto name = "compress_kernels";
    static constexpr auto weight_storage = storages::bitmap;
    static constexpr bool holds_weights = true;

    template <class Zeros>
    static constexpr auto plan(const Zeros& zeros, array_shape array, schedule when) {
        return detail::plan_compressed(zeros, array, when,
                                       zeros.over_kernels([&](std::int64_t kept) { return detail::rounds(kept, array.lanes); }));
    }

    /// Work items in order of output channel, chunk.
    template <class Code, class Emit>
    static void walk(const layer& l, std::span<const Code> codes, int lanes, Emit emit) {
        detail::walk_kept_kernels(l, codes, lanes, emit);
    }
};

/// SONIC, dense layers: the sample's nonzero activations, in ascending position, are cut into chunks of m that stay on the rings;
/// every output row's weights are driven against them, zeros among them are gated. Chunk boundaries depend on the sample.
/// Sunny et al., ASP-DAC 2022, section on fully connected layer dataflow.
struct compress_activations {
    static constexpr auto name = "compress_activations";
    static constexpr auto weight_storage = storages::bitmap;
    static constexpr bool holds_weights = false;

    template <class Zeros>
    static constexpr auto plan(const Zeros& zeros, array_shape array, schedule when) {
        using R = typename Zeros::number;
        const layer& l = zeros.layer;
        const R rows = static_cast<R>(l.out.channels);
        const auto chunks = [&](std::int64_t nonzero) { return detail::rounds(nonzero, array.lanes); };
        const R items = zeros.over_inputs(chunks);
        activity<R> a;
        a.passes = items * rows;
        a.conversions = a.passes;
        a.elements = zeros.over_inputs([](std::int64_t nonzero) { return nonzero; }) * rows;
        a.driven = zeros.meetings();
        a.macs = a.elements;
        if (when == schedule::held) {
            a.loads = items;
            a.loaded = zeros.over_inputs([](std::int64_t nonzero) { return nonzero; });
            a.busiest_loads = zeros.over_inputs([&](std::int64_t nonzero) { return detail::rounds(chunks(nonzero), array.units); });
            a.busiest_passes = a.busiest_loads * rows;
        } else {
            a.loads = a.passes;
            a.loaded = a.elements;
            a.busiest_passes =
                zeros.over_inputs([&](std::int64_t nonzero) { return detail::rounds(chunks(nonzero) * l.out.channels, array.units); });
            a.busiest_loads = a.busiest_passes;
        }
        const R outputs = zeros.over_inputs([](std::int64_t nonzero) { return std::int64_t{nonzero > 0}; }) * rows;
        return detail::with_signs(a, array.sign_passes, false, outputs);
    }

    /// Work items of one sample, in ascending position.
    template <class Code, class Emit>
    static void walk(const layer& l, std::span<const Code> activations, int lanes, Emit emit) {
        std::vector<tap> kept;
        for (int i = 0; i < l.in.channels; ++i)
            if (activations[static_cast<std::size_t>(i)] != Code{0}) kept.push_back({i, 0, 0, static_cast<std::size_t>(i)});
        detail::cut(std::span<const tap>(kept), lanes, [&](std::span<const tap> chunk) { emit(activation_item{0, 0, 0, chunk}); });
    }
};

}  // namespace sonic
