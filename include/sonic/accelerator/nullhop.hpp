// SPDX-License-Identifier: MIT
#pragma once

/// NullHop: A. Aimar et al., "NullHop: A Flexible Convolutional Neural Network Accelerator Based on Sparse Representations of Feature
/// Maps", TNNLS 2019, arXiv 1706.01406. 128 multipliers of 16 bits; zero activations cost no cycle, zero weights do. Maps are stored as a
/// bitmap and a list of nonzero values.

#include <sonic/accelerator/assembly.hpp>
#include <sonic/cost/policy.hpp>
#include <sonic/dataflow/scatter.hpp>
#include <sonic/device/digital.hpp>
#include <sonic/unit/multiplier_array.hpp>

namespace sonic::accelerators {

namespace detail {
template <class Share, class Clock>
using nullhop_diagram = assembly<array<of<128>, multiplier_array<of<1>, supplied_by<Share>, formats<of<16>, of<16>>, clocked_by<Clock>>,
                                       skip_activations, runs<kind::conv, kind::dense>>,
                                 assumed_memory::off_chip, assumed_memory::on_chip, assumed_memory::between, assumed_memory::beside_units>;
}  // namespace detail

/// 28 nm, 500 MHz.
struct nullhop {
    static constexpr auto name = "NullHop";
    using diagram = detail::nullhop_diagram<devices::nullhop::asic_share, devices::nullhop::asic_clock>;
    using reading = readings::clock;
};
/// The same design on a Zynq.
struct nullhop_fpga {
    static constexpr auto name = "NullHop FPGA";
    using diagram = detail::nullhop_diagram<devices::nullhop::fpga_share, devices::nullhop::fpga_clock>;
    using reading = readings::clock;
};

}  // namespace sonic::accelerators
