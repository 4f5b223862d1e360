// SPDX-License-Identifier: MIT
#pragma once

/// NVIDIA Tesla P100 (PCIe) and Intel Xeon Platinum 9282 as rooflines: time = max(2 MACs / (efficiency x peak), bytes / bandwidth),
/// power = idle + utilisation (TDP - idle). Dense 32 bit floating point, batch 1; kernel launches are not modelled.

#include <sonic/accelerator/assembly.hpp>
#include <sonic/cost/policy.hpp>
#include <sonic/dataflow/tiles.hpp>
#include <sonic/device/digital.hpp>
#include <sonic/unit/multiplier_array.hpp>

namespace sonic::accelerators {

namespace detail {
template <int Multipliers, class Idle, class Busy, class Clock, class Memory>
using roofline =
    assembly<array<of<Multipliers>, multiplier_array<of<1>, supplied_by<Idle, clock_gated<Busy>>, floating<of<32>>, clocked_by<Clock>>,
                   dense_tiles, runs<kind::conv, kind::dense>>,
             memory<Memory, moves<traffic::weights, traffic::input_map, traffic::output_map>>>;
}  // namespace detail

struct tesla_p100 {
    static constexpr auto name = "Tesla P100";
    using diagram = detail::roofline<devices::tesla_p100::multipliers, devices::tesla_p100::idle, devices::tesla_p100::busy,
                                     devices::tesla_p100::clock, devices::tesla_p100::hbm2>;
    using reading = readings::clock;
};
struct xeon_9282 {
    static constexpr auto name = "Xeon 9282";
    using diagram = detail::roofline<devices::xeon_9282::multipliers, devices::xeon_9282::idle, devices::xeon_9282::busy,
                                     devices::xeon_9282::clock, devices::xeon_9282::ddr4>;
    using reading = readings::clock;
};

}  // namespace sonic::accelerators
