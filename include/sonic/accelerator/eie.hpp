// SPDX-License-Identifier: MIT
#pragma once

/// EIE: S. Han et al., "EIE: Efficient Inference Engine on Compressed Deep Neural Network", ISCA 2016, arXiv 1602.01528. 64 processing
/// elements at 800 MHz; rows are interleaved over them, zeros of both operands are skipped. A convolution runs as one matrix-vector product
/// per output position, for which the machine was not built.

#include <sonic/accelerator/assembly.hpp>
#include <sonic/cost/policy.hpp>
#include <sonic/dataflow/scatter.hpp>
#include <sonic/device/digital.hpp>
#include <sonic/unit/multiplier_array.hpp>

namespace sonic::accelerators {

struct eie {
    static constexpr auto name = "EIE";

    // clang-format off
    using element = multiplier_array<of<1>,
        multiplies<devices::eie::arithmetic>,
        supplied_by<devices::eie::sparse_matrix_read, devices::eie::pointer_read, devices::eie::activation_file, devices::eie::queue>,
        formats<of<16>, of<16>>,
        clocked_by<devices::eie::clock>>;

    using diagram = assembly<
        array<of<64>, element, skip_both<interleaved>, runs<kind::conv, kind::dense>>,
        assumed_memory::off_chip, assumed_memory::on_chip, assumed_memory::between, assumed_memory::beside_units>;
    // clang-format on

    using reading = readings::clock;
};

}  // namespace sonic::accelerators
