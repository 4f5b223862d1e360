// SPDX-License-Identifier: MIT
#pragma once

/// Networks with random sparse clustered weights, for timing: their outputs mean nothing, their zeros and ranges are like a trained one's.

#include <cmath>
#include <random>
#include <utility>
#include <vector>

#include <sonic/network/graph.hpp>
#include <sonic/network/trained.hpp>

namespace sonic::bench {

/// Gaussian weights on the codes of a 6-bit DAC, a share `density` kept; scales that keep activations near 1.
inline trained_network with_random_values(trained_network n, double density) {
    std::mt19937 random(3);
    std::normal_distribution<double> normal(0, 10);
    std::bernoulli_distribution kept(density);
    for (const layer& l : n.layers) {
        if (!l.is_mac()) continue;
        layer_values v;
        for (std::int64_t i = 0; i < l.weights(); ++i) {
            double code = 0;
            if (kept(random))
                while (code == 0 || std::fabs(code) > 31) code = std::nearbyint(normal(random));
            v.weights.push_back(static_cast<float>(code));
        }
        const double inner = static_cast<double>(l.inputs_per_group() * l.taps()) * density * 0.5;
        v.scale.assign(static_cast<std::size_t>(l.out.channels), 0.1 / std::sqrt(inner));
        for (int o = 0; o < l.out.channels; ++o) v.shift.push_back(0.01 * normal(random));
        v.activation_maximum = n.values.empty() ? 1 : 6;
        n.values.push_back(std::move(v));
    }
    return n;
}

/// The shape of ResNet-20 for CIFAR-10 (He et al., CVPR 2016, section 4.2): three stages of three blocks of two 3 x 3 convolutions with 16,
/// 32 and 64 channels. Where a stage begins, a 1 x 1 convolution of stride 2 stands in the shortcut.
inline trained_network resnet20(double density) {
    trained_network n;
    const auto put = [&](layer l, std::vector<std::size_t> reads) {
        n.layers.push_back(l);
        n.reads.push_back(std::move(reads));
        return n.layers.size();
    };
    const auto conv = [](shape in, int outputs, int kernel, int stride) {
        return layer{.kind = layer_kind::conv,
                     .in = in,
                     .out = {outputs, in.height / stride, in.width / stride},
                     .kernel_height = kernel,
                     .kernel_width = kernel,
                     .stride = stride,
                     .padding_top = kernel / 2,
                     .padding_left = kernel / 2};
    };
    const auto same = [](layer_kind k, shape s) { return layer{.kind = k, .in = s, .out = s}; };
    shape at{16, 32, 32};
    std::size_t x = put(same(layer_kind::relu, at), {put(conv({3, 32, 32}, 16, 3, 1), {0})});
    for (int stage = 0; stage < 3; ++stage)
        for (int block = 0; block < 3; ++block) {
            const int stride = stage > 0 && block == 0 ? 2 : 1, channels = 16 << stage;
            const shape in = at, out{channels, in.height / stride, in.width / stride};
            const std::size_t first = put(same(layer_kind::relu, out), {put(conv(in, channels, 3, stride), {x})});
            const std::size_t second = put(conv(out, channels, 3, 1), {first});
            const std::size_t shortcut = in == out ? x : put(conv(in, channels, 1, stride), {x});
            x = put(same(layer_kind::relu, out), {put(same(layer_kind::add, out), {second, shortcut})});
            at = out;
        }
    x = put({.kind = layer_kind::global_average_pool, .in = at, .out = {64, 1, 1}}, {x});
    put({.kind = layer_kind::dense, .in = {64, 1, 1}, .out = {10, 1, 1}}, {x});
    number_layers(n.layers);
    return with_random_values(std::move(n), density);
}

}  // namespace sonic::bench
