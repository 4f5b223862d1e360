// SPDX-License-Identifier: MIT
#pragma once

/// A network at run time: a graph of layers in topological order, with the values of its weights.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sonic/network/electronic.hpp>
#include <sonic/network/error.hpp>
#include <sonic/network/layer.hpp>

namespace sonic {

/// Values of one convolution or dense layer. After the sum over weights: y = scale x sum + shift per output (bias and batch norm folded).
struct layer_values {
    std::vector<float> weights;        ///< [output][input of the group][ky][kx]
    std::vector<double> scale, shift;  ///< per output
    double activation_maximum = 1;     ///< largest value that enters
};

/// Layers, what each reads, and their values. The values that flow are numbered: 0 is the network's input, i + 1 is what layer i
/// computes; the last layer's is the output. A network type lowers to a chain, where layer i reads value i.
struct trained_network {
    std::vector<layer> layers;                      ///< each reads only values that stand before it
    std::vector<layer_values> values;               ///< one per MAC layer, in order
    std::vector<std::vector<std::size_t>> reads{};  ///< per layer, the values it reads; empty: the network is a chain
    std::vector<std::vector<float>> constants{};    ///< per layer, what electronic.hpp asks for; empty: no layer has any

    shape input() const { return layers.front().in; }
    int outputs() const { return static_cast<int>(layers.back().out.size()); }

    std::vector<std::size_t> reads_of(std::size_t layer) const { return reads.empty() ? std::vector{layer} : reads[layer]; }
    std::span<const float> constants_of(std::size_t layer) const {
        return constants.empty() ? std::span<const float>{} : std::span<const float>(constants[layer]);
    }
};

namespace detail {

inline constexpr std::int64_t largest_value = (std::int64_t{1} << 31) - 1;

inline std::string text(shape s) { return std::to_string(s.channels) + " x " + std::to_string(s.height) + " x " + std::to_string(s.width); }

/// Per value of the network: can it be negative? Its input cannot: images are pixels in [0, 1].
inline std::vector<bool> signed_values(const trained_network& n) {
    std::vector<bool> result{false};
    for (std::size_t i = 0; i < n.layers.size(); ++i) {
        bool any = false;
        for (const std::size_t v : n.reads_of(i)) any = any || result[v];
        const auto constants = n.constants_of(i);
        switch (n.layers[i].kind) {
            case layer_kind::conv:
            case layer_kind::dense:
            case layer_kind::batch_norm: result.push_back(true); break;
            case layer_kind::relu:
            case layer_kind::sigmoid:
            case layer_kind::softmax: result.push_back(false); break;
            case layer_kind::clip: result.push_back(constants[1] < 0 || (any && constants[0] < 0)); break;
            case layer_kind::leaky_relu: result.push_back(any && constants[0] > 0); break;
            case layer_kind::affine:
                for (const float c : constants) any = any || c < 0;
                result.push_back(any);
                break;
            case layer_kind::max_pool:
            case layer_kind::average_pool:
            case layer_kind::flatten:
            case layer_kind::add:
            case layer_kind::multiply:
            case layer_kind::concat:
            case layer_kind::global_average_pool:
            case layer_kind::pad: result.push_back(any); break;
        }
    }
    return result;
}

/// Do a MAC layer's numbers make sense together? Every window must meet the map, and the weights' number fit 64 bits.
constexpr bool sound(const layer& l) {
    const auto meets = [&](int in, int out, int kernel, int padding) {
        return kernel > 0 && padding >= 0 && std::int64_t{out - 1} * l.stride - padding < in;
    };
    return l.stride > 0 && l.groups > 0 && l.kernel_height > 0 && l.kernel_width > 0 && l.taps() <= largest_window &&
           l.inputs_per_group() * l.taps() <= largest_value && l.in.channels % l.groups == 0 && l.out.channels % l.groups == 0 &&
           meets(l.in.height, l.out.height, l.kernel_height, l.padding_top) &&
           meets(l.in.width, l.out.width, l.kernel_width, l.padding_left) &&
           (l.kind != layer_kind::dense || (l.in.pixels() == 1 && l.out.pixels() == 1 && l.taps() == 1));
}

/// Where a layer stands: the file, and what its author called it if that is known.
inline std::string place(const std::string& where, std::span<const std::string> origins, std::size_t layer) {
    return origins.empty() ? where : where + ": " + origins[layer];
}

/// Throws where the graph is not sound: unknown or later values, shapes that do not meet, missing values, numbers that are not finite.
/// `origins` may say, per layer, what it was made from.
inline void check_graph(const trained_network& n, const std::string& where, std::span<const std::string> origins = {}) {
    if (n.layers.empty()) throw input_error(where, "a network without layers", "at least one");
    if (!n.reads.empty() && n.reads.size() != n.layers.size())
        throw input_error(where, std::to_string(n.reads.size()) + " lists of reads", "one per layer");
    if (!n.constants.empty() && n.constants.size() != n.layers.size())
        throw input_error(where, std::to_string(n.constants.size()) + " lists of constants", "one per layer");
    std::size_t mac = 0;
    for (std::size_t i = 0; i < n.layers.size(); ++i) {
        const layer& l = n.layers[i];
        const std::string at = place(where, origins, i);
        const std::string name(l.name().view());
        for (const shape& s : {l.in, l.out})
            if (s.channels < 1 || s.height < 1 || s.width < 1 || std::int64_t{s.channels} * s.height > largest_value / s.width)
                throw input_error(at, name + " on " + text(s) + " values", "1 to 2^31 - 1 values");
        std::vector<shape> in;
        for (const std::size_t v : n.reads_of(i)) {
            if (v > i) throw input_error(at, name + " reads value " + std::to_string(v), "a value that stands before it");
            in.push_back(v == 0 ? n.input() : n.layers[v - 1].out);
        }
        if (l.is_mac()) {
            if (in.size() != 1 || !(in[0] == l.in))
                throw input_error(at, name + " reads " + (in.size() == 1 ? text(in[0]) : std::to_string(in.size()) + " values"),
                                  text(l.in));
            if (!sound(l)) throw input_error(at, name + " does not fit its shapes", "windows that meet the map, groups that divide");
            if (mac == n.values.size()) throw input_error(at, "no weights for " + name, "values per convolution and dense layer");
            const layer_values& v = n.values[mac++];
            const auto outputs = static_cast<std::size_t>(l.out.channels);
            if (v.weights.size() != static_cast<std::size_t>(l.weights()) || v.scale.size() != outputs || v.shift.size() != outputs)
                throw input_error(at, name + " has " + std::to_string(v.weights.size()) + " weights",
                                  std::to_string(l.weights()) + ", a scale and a shift per output");
            const auto finite = [&](const auto& values, const char* what) {
                for (const auto value : values)
                    if (!std::isfinite(value)) throw input_error(at, name + " has " + what + " that is not finite", "finite numbers");
            };
            finite(v.weights, "a weight"), finite(v.scale, "a scale"), finite(v.shift, "a shift");
            if (!(v.activation_maximum > 0) || !std::isfinite(v.activation_maximum))
                throw input_error(at, name + " has an activation maximum of " + std::to_string(v.activation_maximum),
                                  "a positive, finite number");
        } else {
            check_electronic(l, in, n.constants_of(i), at);
            const std::size_t before = n.reads_of(i)[0];
            if (l.kind == layer_kind::batch_norm && (before == 0 || !n.layers[before - 1].is_mac()))
                throw input_error(at, name + " does not follow a convolution or dense layer", "one to fold it into, or an affine layer");
        }
    }
    if (mac != n.values.size()) throw input_error(where, "values of " + std::to_string(n.values.size()) + " layers", std::to_string(mac));
}

/// Throws where a MAC layer's input can be negative: light is not, and no unit here splits activations by sign.
inline void check_signs(const trained_network& n, const std::string& where, std::span<const std::string> origins = {}) {
    const auto is_signed = signed_values(n);
    for (std::size_t i = 0; i < n.layers.size(); ++i)
        if (n.layers[i].is_mac() && is_signed[n.reads_of(i)[0]])
            throw input_error(place(where, origins, i), "the input of " + std::string(n.layers[i].name().view()) + " can be negative",
                              "a ReLU before it");
}

/// Runs a network on one block of samples. `mac(index of the MAC layer, layer, its input)` returns a MAC layer's output; electronic
/// layers run here. A value is dropped after its last reader. Values are stored [channel][y][x][sample].
template <class R, class Mac>
std::vector<R> run_graph(const trained_network& n, std::vector<R> input, std::size_t samples, Mac mac) {
    std::vector<std::size_t> readers(n.layers.size() + 1);
    for (std::size_t i = 0; i < n.layers.size(); ++i)
        for (const std::size_t v : n.reads_of(i)) ++readers[v];
    std::vector<std::vector<R>> live(n.layers.size() + 1);
    live[0] = std::move(input);
    const auto take = [&](std::size_t v) { return --readers[v] == 0 ? std::move(live[v]) : live[v]; };
    std::size_t next = 0;
    for (std::size_t i = 0; i < n.layers.size(); ++i) {
        const layer& l = n.layers[i];
        const auto reads = n.reads_of(i);
        if (l.is_mac()) {
            live[i + 1] = mac(next++, l, take(reads[0]));
        } else {
            std::vector<std::vector<R>> operands;
            for (const std::size_t v : reads) operands.push_back(take(v));
            live[i + 1] = apply_electronic(l, n.constants_of(i), std::move(operands), samples);
        }
    }
    return std::move(live.back());
}

}  // namespace detail

/// Throws input_error unless an accelerator can run the network: its graph is sound, and no MAC layer's input can be negative. `origins`
/// may say, per layer, what it was made from, such as a node of a file.
inline void check(const trained_network& network, const std::string& where = "network", std::span<const std::string> origins = {}) {
    detail::check_graph(network, where, origins);
    detail::check_signs(network, where, origins);
}

}  // namespace sonic
