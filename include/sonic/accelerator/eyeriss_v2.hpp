// SPDX-License-Identifier: MIT
#pragma once

/// Eyeriss v2: Y. Chen et al., "Eyeriss v2: A Flexible Accelerator for Emerging Deep Neural Networks on Mobile Devices", JETCAS 2019. 192
/// processing elements of two 8 bit multipliers; compressed columns of both operands, 32 partial sums per element.

#include <sonic/accelerator/assembly.hpp>
#include <sonic/cost/policy.hpp>
#include <sonic/dataflow/scatter.hpp>
#include <sonic/device/digital.hpp>
#include <sonic/unit/multiplier_array.hpp>

namespace sonic::accelerators {

struct eyeriss_v2 {
    static constexpr auto name = "Eyeriss v2";

    // clang-format off
    using element = multiplier_array<of<2>,
        multiplies<devices::eyeriss_v2::multiplier>,
        accumulates<devices::eyeriss_v2::partial_sum_pad>,
        supplied_by<devices::eyeriss_v2::activation_pad>,
        formats<of<8>, of<8>>,
        clocked_by<devices::eyeriss_v2::clock>>;

    using diagram = assembly<
        array<of<192>, element, skip_both<consecutive<of<32>>>, runs<kind::conv, kind::dense>>,
        assumed_memory::off_chip, assumed_memory::on_chip, assumed_memory::between, assumed_memory::beside_units>;
    // clang-format on

    using reading = readings::clock;
};

}  // namespace sonic::accelerators
