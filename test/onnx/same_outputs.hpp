// SPDX-License-Identifier: MIT
#pragma once

/// An imported network against the interpreter, on random values.

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include <sonic/network/forward.hpp>
#include <sonic/onnx/import.hpp>
#include <sonic/onnx/interpreter.hpp>
#include "build_model.hpp"

inline std::vector<float> random_values(std::mt19937& random, const std::vector<std::int64_t>& shape, float low = -1, float high = 1) {
    std::uniform_real_distribution<float> uniform(low, high);
    std::size_t count = 1;
    for (const auto s : shape) count *= static_cast<std::size_t>(s);
    std::vector<float> values(count);
    for (float& v : values) v = uniform(random);
    return values;
}

/// The imported network computes what the interpreter computes, on random images.
inline void same_outputs(const model_builder& b, std::mt19937& random) {
    const auto m = b.parse();
    const auto imported = sonic::onnx::import_network(m);
    sonic::detail::check_graph(imported.network, "test");
    std::vector<std::int64_t> shape = m.inputs[0].shape;
    shape[0] = 1;
    for (int image = 0; image < 3; ++image) {
        const auto pixels = random_values(random, shape, 0, 1);
        const std::vector<double> input(pixels.begin(), pixels.end());
        const auto wanted = sonic::onnx::run(m, {{m.inputs[0].name, {sonic::onnx::element::float32, shape, input}}})[0];
        const auto got = sonic::forward(imported.network, input);
        REQUIRE(got.size() == wanted.values.size());
        for (std::size_t i = 0; i < got.size(); ++i)
            CHECK(std::fabs(got[i] - wanted.values[i]) <= 1e-5 * (1 + std::fabs(wanted.values[i])));
    }
}
