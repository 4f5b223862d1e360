// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <span>
#include <vector>

#include <sonic/evaluate/dispatch.hpp>
#include <sonic/evaluate/evaluate.hpp>
#include <sonic/evaluate/reference.hpp>

/// f(table) on every set that the program was built with and the processor has; kernels.cpp reports those that it lacks.
template <class F>
void on_every_set(F f) {
    int ran = 0;
    for (const sonic::built_kernels& k : sonic::all_built_kernels())
        if (k.runs_here) {
            CAPTURE(k.name);
            f(*k.table);
            ++ran;
        }
    REQUIRE(ran > 0);
}

/// The fidelity `analogue` equals its scalar reference, code for code. `ranges`: as in evaluator. Returns the outputs.
template <sonic::accelerator A>
std::vector<double> equals_reference(const sonic::trained_network& network, std::span<const std::uint8_t> pixels,
                                     const sonic::impairments& active, std::span<const int> ranges = {}) {
    using namespace sonic;
    const auto each = static_cast<std::size_t>(network.input().size()), count = pixels.size() / each;
    const analogue_conditions conditions{.active = active, .chip = 3, .seed = 9};
    std::vector<double> expected;
    for (std::size_t i = 0; i < count; ++i) {
        const auto slow = reference::evaluate<A, fidelity::analogue>(network, pixels.subspan(i * each, each), ranges, conditions,
                                                                     static_cast<std::uint32_t>(i));
        expected.insert(expected.end(), slow.outputs.begin(), slow.outputs.end());
    }
    CAPTURE(A::name);
    on_every_set([&](const kernel_table& kernels) {
        REQUIRE(evaluator<A, fidelity::analogue>(network, conditions, ranges, kernels)(pixels).outputs == expected);
    });
    return expected;
}
