// SPDX-License-Identifier: MIT
#pragma once

/// A small machine that breaks no limit of physics: 4 bits, 5 channels, 5 GS/s. Tests spoil one thing at a time.

#include <sonic/accelerator/feasibility.hpp>
#include <sonic/dataflow/dense.hpp>
#include <sonic/device/photonics.hpp>
#include <sonic/unit/vector_dot_product.hpp>

namespace lab {

using namespace sonic;

template <int Bits, int Picoseconds>
struct test_dac {
    static constexpr auto name = "DAC of the test";
    static constexpr int bits = Bits;
    static constexpr auto power = assumed(1 * units::mW, "a test");
    static constexpr auto latency = assumed(200 * units::ps, "a test");
    static constexpr auto period = assumed(Picoseconds * units::ps, "a test");
};
template <int Picoseconds>
struct test_adc : test_dac<6, Picoseconds> {
    static constexpr auto name = "ADC of the test";
};
using driven_dac = test_dac<4, 200>;
using held_dac = test_dac<4, 199>;
using adc = test_adc<200>;

struct buildable {
    static constexpr auto name = "buildable";
    using unit = vector_dot_product<of<5>, drives<driven_dac, devices::vcsel>, holds<held_dac, devices::microring>,
                                    reads<devices::photodetector, adc>, signs::two_pass>;
    using diagram = assembly<array<of<2>, unit, dense_chunks<weights>, runs<kind::conv, kind::dense>>>;
    using reading = readings::stationary;
};

}  // namespace lab
