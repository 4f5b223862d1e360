// SPDX-License-Identifier: MIT
#pragma once

/// Layers as types, and the shape inference that lowers a list of them to values.
///
///     layer_list<input<1, 28, 28>, conv<32, kernel<5>, same>, relu, max_pool<2>, flatten, dense<10>>

#include <array>
#include <concepts>
#include <cstddef>

#include <sonic/network/layer.hpp>

namespace sonic {

namespace layers {

/// Shape of one sample; first in every list.
template <int Channels, int Height = 1, int Width = 1>
struct input {
    static constexpr shape value{Channels, Height, Width};
};

/// Options of a convolution, in any order. Defaults: kernel<3>, valid, stride<1>, groups<1>, with bias.
template <int Height, int Width = Height>
struct kernel {};
template <int Step>
struct stride {};
template <int Each>
struct padding {};
template <int Count>
struct groups {};
/// Output as large as ceil(input / stride); an odd surplus of padding goes below and to the right.
struct same {};
struct valid {};
struct no_bias {};

/// Convolution with `Filters` output channels.
template <int Filters, class... Options>
struct conv {};
/// Fully connected layer on a flat input.
template <int Outputs, class... Options>
struct dense {};
/// Four values per channel: scale, shift, mean, variance.
struct batch_norm {};
struct relu {};
/// Pooling over Size x Size windows; windows that would leave the map are dropped.
template <int Size, int Step = Size>
struct max_pool {};
template <int Size, int Step = Size>
struct average_pool {};
/// Channel-major: index = channel x height x width + y x width + x.
struct flatten {};

}  // namespace layers

template <class... Layers>
struct layer_list {};

namespace detail {

struct conv_options {
    int kernel_height = 3, kernel_width = 3, stride = 1, padding = 0, groups = 1;
    bool same = false, bias = true;

    template <int H, int W>
    constexpr void take(layers::kernel<H, W>) {
        kernel_height = H, kernel_width = W;
    }
    template <int N>
    constexpr void take(layers::stride<N>) {
        stride = N;
    }
    template <int N>
    constexpr void take(layers::padding<N>) {
        padding = N;
    }
    template <int N>
    constexpr void take(layers::groups<N>) {
        groups = N;
    }
    constexpr void take(layers::same) { same = true; }
    constexpr void take(layers::valid) { same = false, padding = 0; }
    constexpr void take(layers::no_bias) { bias = false; }
};

/// A lowered layer, and whether its parameters fit the shape that enters it.
struct inferred {
    layer value{};
    bool fits = false;
};

constexpr inferred window(layer l, bool same, int padding) {
    const int kh = l.kernel_height, kw = l.kernel_width, s = l.stride;
    if (kh < 1 || kw < 1 || s < 1 || padding < 0 || l.out.channels < 1) return {l, false};
    if (same) {
        l.out.height = (l.in.height + s - 1) / s;
        l.out.width = (l.in.width + s - 1) / s;
        const int ph = (l.out.height - 1) * s + kh - l.in.height, pw = (l.out.width - 1) * s + kw - l.in.width;
        l.padding_top = ph > 0 ? ph / 2 : 0;
        l.padding_left = pw > 0 ? pw / 2 : 0;
        return {l, true};
    }
    l.padding_top = l.padding_left = padding;
    const int height = l.in.height + 2 * padding - kh, width = l.in.width + 2 * padding - kw;
    if (height < 0 || width < 0) return {l, false};
    l.out.height = height / s + 1;
    l.out.width = width / s + 1;
    return {l, true};
}

template <int Filters, class... Options>
constexpr inferred infer(layers::conv<Filters, Options...>, shape in) {
    conv_options o;
    (o.take(Options{}), ...);
    if (o.groups < 1 || in.channels % o.groups != 0 || Filters % o.groups != 0) return {};
    return window({.kind = layer_kind::conv,
                   .in = in,
                   .out = {Filters, 0, 0},
                   .kernel_height = o.kernel_height,
                   .kernel_width = o.kernel_width,
                   .stride = o.stride,
                   .groups = o.groups,
                   .bias = o.bias},
                  o.same, o.padding);
}
template <int Outputs, class... Options>
constexpr inferred infer(layers::dense<Outputs, Options...>, shape in) {
    conv_options o;
    (o.take(Options{}), ...);
    return {{.kind = layer_kind::dense, .in = in, .out = {Outputs, 1, 1}, .bias = o.bias}, Outputs > 0 && in.height == 1 && in.width == 1};
}
template <int Size, int Step>
constexpr inferred infer(layers::max_pool<Size, Step>, shape in) {
    return window(
        {.kind = layer_kind::max_pool, .in = in, .out = {in.channels, 0, 0}, .kernel_height = Size, .kernel_width = Size, .stride = Step},
        false, 0);
}
template <int Size, int Step>
constexpr inferred infer(layers::average_pool<Size, Step>, shape in) {
    return window({.kind = layer_kind::average_pool,
                   .in = in,
                   .out = {in.channels, 0, 0},
                   .kernel_height = Size,
                   .kernel_width = Size,
                   .stride = Step},
                  false, 0);
}
constexpr inferred infer(layers::batch_norm, shape in) { return {{.kind = layer_kind::batch_norm, .in = in, .out = in}, true}; }
constexpr inferred infer(layers::relu, shape in) { return {{.kind = layer_kind::relu, .in = in, .out = in}, true}; }
constexpr inferred infer(layers::flatten, shape in) {
    return {{.kind = layer_kind::flatten, .in = in, .out = {static_cast<int>(in.size()), 1, 1}}, true};
}
template <int C, int H, int W>
constexpr inferred infer(layers::input<C, H, W>, shape) {
    return {};
}

/// Instantiated once per layer, so that a compiler's message names the layer, its position and what enters it.
template <class Layer, std::size_t Position, int Channels, int Height, int Width>
struct fit {
    static constexpr inferred result = infer(Layer{}, shape{Channels, Height, Width});
    static_assert(result.fits, "sonic: this layer does not fit the shape that enters it");
};

template <class List>
struct lower_layers {
    static_assert(sizeof(List) == 0, "sonic: a network's layers are a layer_list that begins with an input");
};
template <int C, int H, int W, class... Layers>
struct lower_layers<layer_list<layers::input<C, H, W>, Layers...>> {
    static_assert(C > 0 && H > 0 && W > 0, "sonic: an input has at least one value");
    static_assert(sizeof...(Layers) > 0, "sonic: a network has at least one layer after its input");

    template <shape In, std::size_t Position, class First, class... Rest>
    static constexpr void write(std::array<layer, sizeof...(Layers)>& out) {
        constexpr layer lowered = fit<First, Position, In.channels, In.height, In.width>::result.value;
        out[Position - 1] = lowered;
        if constexpr (sizeof...(Rest) > 0) write<lowered.out, Position + 1, Rest...>(out);
    }
    static constexpr auto make() {
        std::array<layer, sizeof...(Layers)> result{};
        write<shape{C, H, W}, 1, Layers...>(result);
        number_layers(result);
        return result;
    }
    static constexpr auto value = make();
};

}  // namespace detail
}  // namespace sonic
