// SPDX-License-Identifier: MIT
#pragma once

/// SCATTER: Z. Yin et al., "SCATTER: Algorithm-Circuit Co-Sparse Photonic Accelerator with Thermal-Tolerant, Power-Efficient In-situ Light
/// Redistribution", ICCAD 2024, arXiv 2407.05510. Sixteen cores of 16 x 16 (64 lanes by 64 rows), weights on phase shifters that
/// change at 1 MHz, inputs at 5 GHz. The artifact also integrates charge over eight passes, which weights that slow cannot follow: every
/// pass is converted here. Empty columns are not driven and their light is rerouted, empty rows are not read.

#include <sonic/accelerator/assembly.hpp>
#include <sonic/cost/policy.hpp>
#include <sonic/dataflow/tiles.hpp>
#include <sonic/device/scatter.hpp>
#include <sonic/unit/crossbar.hpp>

namespace sonic::accelerators {

struct scatter {
    static constexpr auto name = "SCATTER";

    // clang-format off
    using cores = crossbar<of<4 * 16>, of<4 * 16>, of<1>,
        drives<structure_gated<devices::scatter::dac>, structure_gated<devices::scatter::modulator>, structure_gated<devices::scatter::lane_laser>>,
        holds<devices::scatter::weight_dac, devices::scatter::phase_shifter>,
        per_arm<of<16>, devices::scatter::photodetector, devices::scatter::photodetector>,
        reads<structure_gated<devices::scatter::amplifier>, structure_gated<devices::scatter::integrator>, structure_gated<devices::scatter::adc>>,
        clocked_by<devices::scatter::symbol_rate>,
        loads_in<devices::scatter::weight_update>,
        signs::coherent>;

    using diagram = assembly<
        array<of<1>, cores, structured_tiles, runs<kind::conv, kind::dense>>,
        assumed_memory::off_chip, assumed_memory::on_chip, assumed_memory::between, assumed_memory::beside_units>;
    // clang-format on

    using reading = readings::clock;
};

}  // namespace sonic::accelerators
