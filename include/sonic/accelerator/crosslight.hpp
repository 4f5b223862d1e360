// SPDX-License-Identifier: MIT
#pragma once

/// CrossLight: F. Sunny, A. Mirza, M. Nikdast, S. Pasricha, "CrossLight: A Cross-Layer Optimized Silicon Photonic Neural Network
/// Accelerator", DAC 2021, (N, K, n, m) = (20, 150, 100, 60), with the device table that the SONIC paper gives all its competitors.

#include <sonic/accelerator/assembly.hpp>
#include <sonic/cost/policy.hpp>
#include <sonic/dataflow/dense.hpp>
#include <sonic/device/converters.hpp>
#include <sonic/device/photonics.hpp>
#include <sonic/unit/vector_dot_product.hpp>

namespace sonic::accelerators {

struct crosslight {
    static constexpr auto name = "CrossLight";

    // clang-format off
    /// Lanes are cut into arms of 15 rings per bank; each arm's sum is detected, re-emitted by a VCSEL and summed once more.
    template <int Lanes>
    using unit = vector_dot_product<of<Lanes>,
        drives<devices::dac<16>, devices::microring>,
        holds<devices::dac<16>, devices::microring>,
        per_arm<of<15>, devices::photodetector, devices::transimpedance_amplifier, devices::vcsel>,
        reads<devices::photodetector, devices::adc<16>>,
        supplied_by<devices::laser_bank<(Lanes + 14) / 15, 15>>,
        signs::free>;

    using diagram = assembly<
        array<of<100>, unit<20>, dense_chunks<weights>, runs<kind::conv>>,
        array<of<60>, unit<150>, dense_chunks<activations>, runs<kind::dense>>,
        assumed_memory::off_chip, assumed_memory::on_chip, assumed_memory::between, assumed_memory::beside_units>;
    // clang-format on

    using reading = readings::serial;
};

}  // namespace sonic::accelerators
