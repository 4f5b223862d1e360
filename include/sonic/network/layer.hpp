// SPDX-License-Identifier: MIT
#pragma once

/// Layers as structural values: what every plan, cost and evaluation sees of a network, whether it came from a type or a file.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sonic {

/// Channels x height x width of a feature map; a vector of n values is {n, 1, 1}.
struct shape {
    int channels = 0, height = 0, width = 0;

    constexpr std::int64_t size() const { return std::int64_t{channels} * height * width; }
    constexpr std::int64_t pixels() const { return std::int64_t{height} * width; }
    friend constexpr bool operator==(shape, shape) = default;
};

/// Convolutions and dense layers run on an accelerator's arrays; all others are electronic (network/electronic.hpp says what each
/// computes). From `affine` on, kinds exist in run-time networks only.
enum class layer_kind {
    conv,
    dense,
    batch_norm,  ///< folded into the layer before it
    relu,
    max_pool,
    average_pool,
    flatten,
    affine,
    clip,
    leaky_relu,
    sigmoid,
    softmax,
    add,
    multiply,
    concat,
    global_average_pool,
    pad
};

namespace detail {
/// Positions of a kernel or a pooling window that a checked network may have.
inline constexpr std::int64_t largest_window = std::int64_t{1} << 24;

inline constexpr std::array<std::string_view, 17> layer_kind_names{
    "conv",    "dense",   "batch_norm", "relu",     "max_pool", "average_pool",        "flatten", "affine", "clip", "leaky_relu",
    "sigmoid", "softmax", "add",        "multiply", "concat",   "global_average_pool", "pad"};
}  // namespace detail

/// A layer's name: its kind and number, such as "conv3".
struct layer_name {
    std::array<char, 32> text{};
    constexpr std::string_view view() const { return std::string_view(text.data()); }
};

/// One layer with its shapes. A dense layer is a 1 x 1 convolution on a 1 x 1 map of as many channels as it has inputs.
/// Pooling layers use the kernel, stride and padding too.
struct layer {
    layer_kind kind{};
    int ordinal = 0;  ///< 1-based among layers of its kind
    shape in{}, out{};
    int kernel_height = 1, kernel_width = 1, stride = 1, padding_top = 0, padding_left = 0, groups = 1;
    bool bias = false;

    constexpr bool is_mac() const { return kind == layer_kind::conv || kind == layer_kind::dense; }
    constexpr std::int64_t taps() const { return std::int64_t{kernel_height} * kernel_width; }
    constexpr int inputs_per_group() const { return in.channels / groups; }
    constexpr int outputs_per_group() const { return out.channels / groups; }
    /// Number of weights: outputs x inputs per group x taps.
    constexpr std::int64_t weights() const { return is_mac() ? std::int64_t{out.channels} * inputs_per_group() * taps() : 0; }
    /// Weights and biases, or four values per channel for batch normalisation.
    constexpr std::int64_t parameters() const {
        if (kind == layer_kind::batch_norm) return 4 * std::int64_t{out.channels};
        return weights() + (is_mac() && bias ? out.channels : 0);
    }
    /// Multiply-accumulates of a dense machine on one sample, padding included.
    constexpr std::int64_t macs() const { return weights() * out.pixels(); }
    constexpr layer_name name() const {
        layer_name result{};
        std::size_t at = 0;
        for (const char c : detail::layer_kind_names[static_cast<std::size_t>(kind)]) result.text[at++] = c;
        std::array<char, 10> digits{};
        std::size_t count = 0;
        for (int rest = ordinal; rest > 0; rest /= 10) digits[count++] = static_cast<char>('0' + rest % 10);
        while (count > 0) result.text[at++] = digits[--count];
        return result;
    }
    friend constexpr bool operator==(const layer&, const layer&) = default;
};

/// Numbers the layers of each kind from 1, in order.
template <class Layers>
constexpr void number_layers(Layers& layers) {
    std::array<int, detail::layer_kind_names.size()> seen{};
    for (layer& l : layers) l.ordinal = ++seen[static_cast<std::size_t>(l.kind)];
}

}  // namespace sonic
