// SPDX-License-Identifier: MIT
#pragma once

/// SCNN: A. Parashar et al., "SCNN: An Accelerator for Compressed-sparse Convolutional Neural Networks", ISCA 2017. A grid of 8 x 8
/// processing elements; in each, four weights meet four activations of a channel, and sixteen products go to banked accumulators.

#include <sonic/accelerator/assembly.hpp>
#include <sonic/cost/policy.hpp>
#include <sonic/dataflow/cartesian.hpp>
#include <sonic/device/digital.hpp>
#include <sonic/unit/multiplier_array.hpp>

namespace sonic::accelerators {

struct scnn {
    static constexpr auto name = "SCNN";

    // clang-format off
    using element = multiplier_array<of<16>,
        multiplies<devices::scnn::multiplier>,
        accumulates<devices::scnn::accumulator_bank>,
        formats<of<16>, of<16>>,
        clocked_by<devices::scnn::clock>>;

    /// Output channels accumulated at once: eight, assumed; the banks' 1,024 entries hold them for tiles of up to 11 x 11 outputs.
    using diagram = assembly<
        array<of<64>, element, cartesian_product<of<4>, of<4>, of<8>>, runs<kind::conv, kind::dense>>,
        assumed_memory::off_chip, assumed_memory::on_chip, assumed_memory::between, assumed_memory::beside_units>;
    // clang-format on

    using reading = readings::clock;
};

}  // namespace sonic::accelerators
