// SPDX-License-Identifier: MIT
#pragma once

/// What dataflows hand out: work items, passes, and the helpers that cut layers into them.

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
    int rows = 1, columns = 1;
    int integration = 1;  ///< passes that an ADC sample sums
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
/// One multiplication of a pass. Padding has input -1; a product that belongs to no output has output -1.
struct product {
    std::int64_t weight = 0;  ///< index in [output][input of the group][ky][kx]
    std::int64_t input = 0;   ///< index in the input map
    std::int64_t output = 0;  ///< index in the output map
};

namespace detail {
/// Index in the input map of what a tap meets at output (y, x); -1 on padding.
constexpr std::int64_t input_at(const layer& l, int channel, int ky, int kx, int y, int x) {
    const int iy = y * l.stride + ky - l.padding_top, ix = x * l.stride + kx - l.padding_left;
    if (iy < 0 || iy >= l.in.height || ix < 0 || ix >= l.in.width) return -1;
    return (std::int64_t{channel} * l.in.height + iy) * l.in.width + ix;
}
constexpr std::int64_t output_at(const layer& l, int output, int y, int x) {
    return (std::int64_t{output} * l.out.height + y) * l.out.width + x;
}
constexpr std::int64_t weight_at(const layer& l, int output, int input, int tap) {
    return (std::int64_t{output} * l.inputs_per_group() + input) * l.taps() + tap;
}

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

/// The kept weights of every kernel, output by output, in chunks of `lanes`; 0: each kernel whole.
template <class Code, class Emit>
void walk_kept_kernels(const layer& l, std::span<const Code> codes, int lanes, Emit emit) {
    std::vector<tap> window;
    for (int o = 0; o < l.out.channels; ++o) {
        unroll(l, o / l.outputs_per_group(), static_cast<std::size_t>(o), window);
        std::erase_if(window, [&](const tap& t) { return codes[t.weight] == Code{0}; });
        cut(std::span<const tap>(window), lanes > 0 ? lanes : static_cast<int>(window.size()) + 1, [&](std::span<const tap> chunk) {
            emit(weight_item{o, chunk});
        });
    }
}

/// Largest share of a count that goes round-robin to units. For a mean count this is an estimate (ceiling of the mean).
constexpr std::int64_t busiest(std::int64_t items, int units) { return rounds(items, units); }
constexpr double busiest(double items, int units) {
    if (units == 1) return items;
    const double share = items / units;
    const auto whole = static_cast<double>(static_cast<std::int64_t>(share));
    // A sum of expectations carries rounding errors; they must not open a round of their own.
    return share - whole > 1e-9 * (share + 1) ? whole + 1 : whole;
}
}  // namespace detail

}  // namespace sonic
