// SPDX-License-Identifier: MIT
#pragma once

#include <random>
#include <utility>
#include <vector>

#include <sonic/network/trained.hpp>

/// Random values for the MAC layers of a network: weights on 31 codes with the given density, biases around 0.
inline sonic::trained_network with_random_values(sonic::trained_network result, std::mt19937& random, double density) {
    std::bernoulli_distribution kept(density);
    std::uniform_int_distribution<int> code(-31, 31);
    std::normal_distribution<double> normal(0, 0.2);
    for (const sonic::layer& l : result.layers) {
        if (!l.is_mac()) continue;
        sonic::layer_values v;
        for (std::int64_t i = 0; i < l.weights(); ++i) v.weights.push_back(kept(random) ? 0.01f * static_cast<float>(code(random)) : 0.0f);
        for (int o = 0; o < l.out.channels; ++o) v.scale.push_back(1 + normal(random)), v.shift.push_back(normal(random));
        v.activation_maximum = result.values.empty() ? 1 : 2.5;
        result.values.push_back(std::move(v));
    }
    return result;
}

template <class N>
sonic::trained_network random_network(std::mt19937& random, double density) {
    return with_random_values(sonic::chain_of<N>(), random, density);
}

/// A graph with every electronic kind: two residual blocks, a squeeze that scales channels, a concatenation.
inline sonic::trained_network random_graph(std::mt19937& random, double density) {
    using namespace sonic;
    using enum layer_kind;
    trained_network n;
    const auto put = [&](layer l, std::vector<std::size_t> reads, std::vector<float> constants = {}) {
        n.layers.push_back(l);
        n.reads.push_back(std::move(reads));
        n.constants.push_back(std::move(constants));
        return n.layers.size();
    };
    const auto conv3 = [](shape in, int outputs) {
        return layer{.kind = conv,
                     .in = in,
                     .out = {outputs, in.height, in.width},
                     .kernel_height = 3,
                     .kernel_width = 3,
                     .padding_top = 1,
                     .padding_left = 1};
    };
    const auto same = [](layer_kind k, shape s) { return layer{.kind = k, .in = s, .out = s}; };
    const shape map{4, 7, 6}, small{4, 4, 3}, both{8, 4, 3}, vector{8, 1, 1};
    const auto first = put(same(relu, map), {put(conv3({3, 7, 6}, 4), {0})});
    const auto branch = put(same(batch_norm, map), {put(conv3(map, 4), {first})});
    const auto joined = put(same(clip, map), {put(same(add, map), {branch, first})}, {0, 6});
    const auto padded = put({.kind = pad, .in = map, .out = {4, 8, 7}, .padding_top = 1}, {joined});
    const auto pooled = put({.kind = max_pool,
                             .in = {4, 8, 7},
                             .out = small,
                             .kernel_height = 3,
                             .kernel_width = 3,
                             .stride = 2,
                             .padding_top = 1,
                             .padding_left = 1},
                            {padded});
    const auto averaged =
        put({.kind = average_pool, .in = {4, 8, 7}, .out = small, .kernel_height = 2, .kernel_width = 3, .stride = 2}, {padded});
    const auto wide = put({.kind = concat, .in = small, .out = both}, {pooled, averaged});
    const auto squeezed = put({.kind = global_average_pool, .in = both, .out = vector}, {wide});
    const auto gate = put(same(sigmoid, vector), {put({.kind = dense, .in = vector, .out = vector}, {squeezed})});
    const auto scaled = put(same(multiply, both), {wide, gate});
    const auto leaky = put(same(leaky_relu, both), {put(conv3(both, 8), {scaled})}, {0.1f});
    std::vector<float> affine_constants;
    for (int i = 0; i < 16; ++i) affine_constants.push_back(0.1f * static_cast<float>(i - 6));
    const auto shifted = put(same(affine, both), {leaky}, affine_constants);
    const auto rectified = put(same(relu, both), {put(same(add, both), {shifted, scaled, shifted})});
    const auto flat = put({.kind = flatten, .in = both, .out = {96, 1, 1}}, {rectified});
    put(same(softmax, {5, 1, 1}), {put({.kind = dense, .in = {96, 1, 1}, .out = {5, 1, 1}}, {flat})});
    number_layers(n.layers);
    return with_random_values(std::move(n), random, density);
}

inline std::vector<std::uint8_t> random_pixels(std::mt19937& random, std::int64_t count, double density) {
    std::bernoulli_distribution nonzero(density);
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(count));
    for (auto& p : pixels) p = nonzero(random) ? static_cast<std::uint8_t>(random()) : 0;
    return pixels;
}
