// SPDX-License-Identifier: MIT
#pragma once

/// Dataflows: which zeros are skipped, gated or paid for. Each states one rule twice:
/// `plan` counts without enumerating passes; `walk` yields work items and counts nothing.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sonic/dataflow/activity.hpp>
#include <sonic/dataflow/zeros.hpp>
#include <sonic/network/layer.hpp>

namespace sonic {

/// What a dataflow must know of the array it runs on.
struct array_shape {
    int lanes = 1, units = 1;
    int sign_passes = 1;  ///< 2 where signs take two passes
};

/// One lane of a held chunk of weights: where its activation stands in the window, and which weight it is.
struct tap {
    int channel = 0, ky = 0, kx = 0;
    std::size_t weight = 0;  ///< index in [output][input of the group][ky][kx]
};
/// Work item of a machine that holds weights: it meets every output position of `output`.
struct weight_item {
    int output = 0;
    std::span<const tap> lanes;
};
/// Work item of a machine that holds activations: it meets every output channel of its group at one output position.
struct activation_item {
    int group = 0, y = 0, x = 0;
    std::span<const tap> lanes;  ///< `weight` counts from the start of an output channel's kernel
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

/// Cuts a vector into consecutive chunks.
template <class Emit>
void cut(std::span<const tap> vector, int lanes, Emit emit) {
    const auto n = static_cast<std::size_t>(lanes);
    for (std::size_t first = 0; first < vector.size(); first += n)
        emit(vector.subspan(first, n < vector.size() - first ? n : vector.size() - first));
}
/// The whole kernel of an output, channel-major; weights count from `output`'s first.
inline void unroll(const layer& l, int group, std::size_t output, std::vector<tap>& window) {
    window.clear();
    std::size_t at = output * static_cast<std::size_t>(l.inputs_per_group()) * static_cast<std::size_t>(l.taps());
    for (int i = 0; i < l.inputs_per_group(); ++i)
        for (int ky = 0; ky < l.kernel_height; ++ky)
            for (int kx = 0; kx < l.kernel_width; ++kx) window.push_back({group * l.inputs_per_group() + i, ky, kx, at++});
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

/// A dataflow has a name, says which operand it holds, and plans.
template <class D>
concept dataflow = requires(independent_zeros zeros, array_shape array, schedule when) {
    { D::name } -> std::convertible_to<const char*>;
    { D::holds_weights } -> std::convertible_to<bool>;
    { D::plan(zeros, array, when) } -> std::same_as<activity<double>>;
};

}  // namespace sonic
