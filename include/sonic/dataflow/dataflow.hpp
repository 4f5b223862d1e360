// SPDX-License-Identifier: MIT
#pragma once

/// Dataflows: which zeros are skipped, gated or paid for. Each states one rule twice:
/// `plan` counts without enumerating passes; `walk` yields work items and counts nothing.

#include <concepts>
#include <cstdint>

#include <sonic/dataflow/activity.hpp>
#include <sonic/dataflow/zeros.hpp>
#include <sonic/network/layer.hpp>

namespace sonic {

/// What a dataflow must know of the array it runs on.
struct array_shape {
    int lanes = 1, units = 1;
    int sign_passes = 1;  ///< 2 where signs take two passes
};

namespace detail {
/// Two-pass signs repeat passes and conversions; a held weight vector is loaded once per sign. Elements are split, not repeated.
template <class R>
constexpr activity<R> with_signs(activity<R> a, int factor, bool holds_weights, R outputs) {
    const R f = static_cast<R>(factor);
    a.passes = a.passes * f;
    a.conversions = a.conversions * f;
    a.busiest_passes = a.busiest_passes * f;
    if (holds_weights) {
        a.loads = a.loads * f;
        a.busiest_loads = a.busiest_loads * f;
    }
    a.additions = a.conversions - outputs;
    return a;
}

/// Largest share of a count that goes round-robin to units. For a mean count this is an estimate (ceiling of the mean).
constexpr std::int64_t busiest(std::int64_t items, int units) { return rounds(items, units); }
constexpr double busiest(double items, int units) {
    const double share = items / units;
    const auto whole = static_cast<double>(static_cast<std::int64_t>(share));
    // A sum of expectations carries rounding errors; they must not open a round of their own.
    return share - whole > 1e-9 * (share + 1) ? whole + 1 : whole;
}
}  // namespace detail

/// SONIC, convolutions: each k x k slice of a kernel drops its zero weights and is cut into chunks of n, in ascending position.
/// The weights of a chunk stay on the rings; the activations they meet are driven, zeros among them are gated.
/// Sunny et al., ASP-DAC 2022, section on convolution layer dataflow.
struct compress_weights {
    static constexpr auto name = "compress_weights";
    static constexpr bool holds_weights = true;

    template <class Zeros>
    static constexpr auto plan(const Zeros& zeros, array_shape array, schedule when) {
        using R = typename Zeros::number;
        const layer& l = zeros.layer;
        const R pixels = static_cast<R>(l.out.pixels());
        const R items = zeros.over_slices([&](std::int64_t kept) { return detail::rounds(kept, array.lanes); });
        activity<R> a;
        a.passes = items * pixels;
        a.conversions = a.passes;
        a.elements = zeros.kept_weights() * pixels;
        a.driven = zeros.meetings();
        if (when == schedule::held) {
            a.loads = items;
            a.loaded = zeros.kept_weights();
            a.busiest_loads = detail::busiest(items, array.units);
            a.busiest_passes = a.busiest_loads * pixels;
        } else {
            a.loads = a.passes;
            a.loaded = a.elements;
            a.busiest_passes = detail::busiest(a.passes, array.units);
            a.busiest_loads = a.busiest_passes;
        }
        return detail::with_signs(a, array.sign_passes, true, R(zeros.outputs_with_weights() * pixels));
    }
};

/// SONIC, dense layers: the sample's nonzero activations, in ascending position, are cut into chunks of m that stay on the rings;
/// every output row's weights are driven against them, zeros among them are gated. Chunk boundaries depend on the sample.
/// Sunny et al., ASP-DAC 2022, section on fully connected layer dataflow.
struct compress_activations {
    static constexpr auto name = "compress_activations";
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
        if (when == schedule::held) {
            a.loads = items;
            a.loaded = zeros.over_inputs([](std::int64_t nonzero) { return nonzero; });
            a.busiest_loads = zeros.over_inputs([&](std::int64_t nonzero) { return detail::rounds(chunks(nonzero), array.units); });
            a.busiest_passes = a.busiest_loads * rows;
        } else {
            a.loads = a.passes;
            a.loaded = a.elements;
            a.busiest_passes = zeros.over_inputs(
                [&](std::int64_t nonzero) { return detail::rounds(chunks(nonzero) * l.out.channels, array.units); });
            a.busiest_loads = a.busiest_passes;
        }
        const R outputs = zeros.over_inputs([](std::int64_t nonzero) { return std::int64_t{nonzero > 0}; }) * rows;
        return detail::with_signs(a, array.sign_passes, false, outputs);
    }
};

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
};

/// A dataflow has a name, says which operand it holds, and plans.
template <class D>
concept dataflow = requires(independent_zeros zeros, array_shape array, schedule when) {
    { D::name } -> std::convertible_to<const char*>;
    { D::holds_weights } -> std::convertible_to<bool>;
    { D::plan(zeros, array, when) } -> std::same_as<activity<double>>;
};

}  // namespace sonic
