// SPDX-License-Identifier: MIT
#pragma once

#include <random>
#include <vector>

#include <sonic/network/trained.hpp>

/// Random values for network N: weights on 31 codes with the given density, biases around 0.
template <class N>
sonic::trained_network random_network(std::mt19937& random, double density) {
    sonic::trained_network result{{sonic::layers_of<N>.begin(), sonic::layers_of<N>.end()}, {}};
    std::bernoulli_distribution kept(density);
    std::uniform_int_distribution<int> code(-31, 31);
    std::normal_distribution<double> normal(0, 0.2);
    for (const sonic::layer& l : sonic::mac_layers_of<N>) {
        sonic::layer_values v;
        for (std::int64_t i = 0; i < l.weights(); ++i) v.weights.push_back(kept(random) ? 0.01f * static_cast<float>(code(random)) : 0.0f);
        for (int o = 0; o < l.out.channels; ++o) v.scale.push_back(1 + normal(random)), v.shift.push_back(normal(random));
        v.activation_maximum = result.values.empty() ? 1 : 2.5;
        result.values.push_back(std::move(v));
    }
    return result;
}

inline std::vector<std::uint8_t> random_pixels(std::mt19937& random, std::int64_t count, double density) {
    std::bernoulli_distribution nonzero(density);
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(count));
    for (auto& p : pixels) p = nonzero(random) ? static_cast<std::uint8_t>(random()) : 0;
    return pixels;
}
