// SPDX-License-Identifier: MIT
#pragma once

/// A network type with the weights of a file.

#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <sonic/network/graph.hpp>
#include <sonic/network/network.hpp>
#include <sonic/network/weights_file.hpp>

namespace sonic {

/// Network N as a graph, its values still missing.
template <network N>
trained_network chain_of() {
    return {{layers_of<N>.begin(), layers_of<N>.end()}, {}};
}

/// Joins network N with stored layers; throws input_error where names or shapes differ, or where a layer's input can be negative.
template <network N>
trained_network with_weights(std::span<const stored_layer> stored, const std::string& where = "weights") {
    trained_network result = chain_of<N>();
    detail::check_signs(result, where);
    for (std::size_t i = 0; i < result.layers.size(); ++i) {
        const layer& l = result.layers[i];
        if (!l.is_mac()) continue;
        const std::string name(l.name().view());
        if (result.values.size() == stored.size())
            throw input_error(where, "no weights for " + name, "one stored layer per convolution and dense layer");
        const stored_layer& s = stored[result.values.size()];
        const auto text = [](auto a, auto b, auto c, auto d) {
            return std::to_string(a) + " x " + std::to_string(b) + " x " + std::to_string(c) + " x " + std::to_string(d);
        };
        if (s.name != name || s.outputs != l.out.channels || s.inputs != l.inputs_per_group() || s.kernel_height != l.kernel_height ||
            s.kernel_width != l.kernel_width)
            throw input_error(where, s.name + " of " + text(s.outputs, s.inputs, s.kernel_height, s.kernel_width),
                              name + " of " + text(l.out.channels, l.inputs_per_group(), l.kernel_height, l.kernel_width));
        const bool norm_follows = i + 1 < result.layers.size() && result.layers[i + 1].kind == layer_kind::batch_norm;
        if (s.batch_norm != norm_follows)
            throw input_error(where, name + (s.batch_norm ? " has a batch norm" : " has no batch norm"), norm_follows ? "one" : "none");
        layer_values v;
        v.activation_maximum = s.activation_maximum;
        for (const std::int8_t code : s.codes()) v.weights.push_back(static_cast<float>(code) * s.weight_scale);
        for (std::size_t o = 0; o < static_cast<std::size_t>(s.outputs); ++o) {
            constexpr double epsilon = 1e-5;  // of the training framework's batch norm
            const double scale = s.batch_norm ? double{s.gamma[o]} / std::sqrt(double{s.variance[o]} + epsilon) : 1.0;
            v.scale.push_back(scale);
            v.shift.push_back(s.batch_norm ? (double{s.bias[o]} - double{s.mean[o]}) * scale + double{s.beta[o]} : double{s.bias[o]});
        }
        result.values.push_back(std::move(v));
    }
    if (result.values.size() != stored.size())
        throw input_error(where, std::to_string(stored.size()) + " stored layers", std::to_string(result.values.size()));
    return result;
}

}  // namespace sonic
