// SPDX-License-Identifier: MIT
#pragma once

/// SONIC: F. Sunny, M. Nikdast, S. Pasricha, "SONIC: A Sparse Neural Network Inference Accelerator with Silicon Photonics
/// for Energy-Efficient Deep Learning", ASP-DAC 2022, in its best configuration (n, m, N, K) = (5, 50, 50, 10).

#include <sonic/accelerator/assembly.hpp>
#include <sonic/cost/policy.hpp>
#include <sonic/dataflow/compress.hpp>
#include <sonic/device/converters.hpp>
#include <sonic/device/photonics.hpp>
#include <sonic/unit/optics.hpp>
#include <sonic/unit/vector_dot_product.hpp>

namespace sonic::accelerators {

struct sonic {
    static constexpr auto name = "SONIC";

    // clang-format off
    /// Convolutions: activations (16 bit) on gated VCSELs, clustered weights (6 bit) on the rings.
    using conv_unit = vector_dot_product<of<5>,
        drives<devices::dac<16>, gated<devices::vcsel>>,
        holds<devices::dac<6>, devices::microring>,
        scales<devices::dac<6>, devices::microring>,
        reads<devices::photodetector, devices::adc<16>>,
        signs::free>;

    /// Dense layers: weights (6 bit) on gated VCSELs, nonzero activations (16 bit) on the rings.
    using fc_unit = vector_dot_product<of<50>,
        drives<devices::dac<6>, gated<devices::vcsel>>,
        holds<devices::dac<16>, devices::microring>,
        scales<devices::dac<6>, devices::microring>,
        reads<devices::photodetector, devices::adc<16>>,
        signs::free>;

    using diagram = assembly<
        array<of<50>, conv_unit, compress_weights, runs<kind::conv>>,
        array<of<10>, fc_unit, compress_activations, runs<kind::dense>>,
        assumed_memory::off_chip, assumed_memory::on_chip, assumed_memory::between, assumed_memory::beside_units>;
    // clang-format on

    using reading = readings::serial;

    /// The paper publishes no optics: rings and losses are CrossLight's, by the same group, the rest the library's defaults.
    static constexpr unit_optics optics{.least_spacing = assumed(1 * units::nm, "CrossLight, same group: channel spacing above 1 nm")};
    static constexpr auto claimed_bits = published(16.0, "SONIC (ASP-DAC 2022): 16 bit activations");
};

}  // namespace sonic::accelerators
