// SPDX-License-Identifier: MIT
#pragma once

/// Dataflows of dense machines with one dot product per unit: zeros and padding are paid for.

#include <sonic/dataflow/work.hpp>

namespace sonic {

/// Which operand a dense machine keeps on its rings.
struct weights {};
struct activations {};

/// Dense machines: the whole kernel, unrolled channel-major, is cut into consecutive chunks of n; zeros and padding are paid for.
/// `Held` is `weights` or `activations`.
template <class Held>
struct dense_chunks;

template <>
struct dense_chunks<weights> {
    static constexpr auto name = "dense_chunks<weights>";
    static constexpr bool holds_weights = true;

    template <class Zeros>
    static constexpr auto plan(const Zeros& zeros, array_shape array, schedule when) {
        using R = typename Zeros::number;
        const layer& l = zeros.layer;
        const std::int64_t length = std::int64_t{l.inputs_per_group()} * l.taps();
        const std::int64_t items = l.out.channels * detail::rounds(length, array.lanes);
        const std::int64_t pixels = l.out.pixels();
        activity<R> a;
        a.passes = static_cast<R>(items * pixels);
        a.conversions = a.passes;
        a.elements = static_cast<R>(l.macs());
        a.driven = zeros.visited_activations();
        a.macs = a.elements;
        if (when == schedule::held) {
            a.loads = static_cast<R>(items);
            a.loaded = static_cast<R>(l.weights());
            a.busiest_loads = static_cast<R>(detail::rounds(items, array.units));
            a.busiest_passes = a.busiest_loads * static_cast<R>(pixels);
        } else {
            a.loads = a.passes;
            a.loaded = a.elements;
            a.busiest_passes = static_cast<R>(detail::rounds(items * pixels, array.units));
            a.busiest_loads = a.busiest_passes;
        }
        return detail::with_signs(a, array.sign_passes, true, static_cast<R>(l.out.size()));
    }

    /// Work items in order of output channel, chunk.
    template <class Code, class Emit>
    static void walk(const layer& l, std::span<const Code>, int lanes, Emit emit) {
        std::vector<tap> window;
        for (int o = 0; o < l.out.channels; ++o) {
            detail::unroll(l, o / l.outputs_per_group(), static_cast<std::size_t>(o), window);
            detail::cut(std::span<const tap>(window), lanes, [&](std::span<const tap> chunk) { emit(weight_item{o, chunk}); });
        }
    }
};

template <>
struct dense_chunks<activations> {
    static constexpr auto name = "dense_chunks<activations>";
    static constexpr bool holds_weights = false;

    template <class Zeros>
    static constexpr auto plan(const Zeros& zeros, array_shape array, schedule when) {
        using R = typename Zeros::number;
        const layer& l = zeros.layer;
        const std::int64_t length = std::int64_t{l.inputs_per_group()} * l.taps();
        const std::int64_t items = l.groups * l.out.pixels() * detail::rounds(length, array.lanes);
        const std::int64_t rows = l.outputs_per_group();
        activity<R> a;
        a.passes = static_cast<R>(items * rows);
        a.conversions = a.passes;
        a.elements = static_cast<R>(l.macs());
        a.driven = zeros.kept_weights() * static_cast<R>(l.out.pixels());
        a.macs = a.elements;
        if (when == schedule::held) {
            a.loads = static_cast<R>(items);
            a.loaded = static_cast<R>(l.groups * l.out.pixels() * length);
            a.busiest_loads = static_cast<R>(detail::rounds(items, array.units));
            a.busiest_passes = a.busiest_loads * static_cast<R>(rows);
        } else {
            a.loads = a.passes;
            a.loaded = a.elements;
            a.busiest_passes = static_cast<R>(detail::rounds(items * rows, array.units));
            a.busiest_loads = a.busiest_passes;
        }
        return detail::with_signs(a, array.sign_passes, false, static_cast<R>(l.out.size()));
    }

    /// Work items in order of group, output position, chunk.
    template <class Code, class Emit>
    static void walk(const layer& l, std::span<const Code>, int lanes, Emit emit) {
        std::vector<tap> window;
        for (int g = 0; g < l.groups; ++g) {
            detail::unroll(l, g, 0, window);
            for (int y = 0; y < l.out.height; ++y)
                for (int x = 0; x < l.out.width; ++x)
                    detail::cut(std::span<const tap>(window), lanes, [&](std::span<const tap> chunk) {
                        emit(activation_item{g, y, x, chunk});
                    });
        }
    }
};

}  // namespace sonic
