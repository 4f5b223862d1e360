// SPDX-License-Identifier: MIT
#pragma once

/// RSNN: W. You, C. Wu, "RSNN: A Software/Hardware Co-Optimized Framework for Sparse Convolutional Neural Networks on FPGAs", IEEE Access
/// 9 (2021). Its board, clock, multipliers and power could not be read; this is the balanced weight-sparse array that its abstract
/// describes, whose size, clock and power the user states.

#include <sonic/accelerator/assembly.hpp>
#include <sonic/cost/policy.hpp>
#include <sonic/dataflow/compress.hpp>
#include <sonic/device/digital.hpp>
#include <sonic/unit/multiplier_array.hpp>

namespace sonic::accelerators {

/// `Units` processing units of `Multipliers` each. Pruning balances their work, so kernels are cut into chunks of equal cost.
template <int Units, int Multipliers, int Megahertz, int MilliwattsPerUnit>
struct balanced_sparse_array {
    static constexpr auto name = "balanced sparse array";
    using unit = multiplier_array<of<Multipliers>, supplied_by<devices::processing_unit<of<MilliwattsPerUnit>>>, formats<of<16>, of<16>>,
                                  clocked_by<devices::user_clock<of<Megahertz>>>>;
    using diagram = assembly<array<of<Units>, unit, compress_kernels, runs<kind::conv, kind::dense>>, assumed_memory::off_chip,
                             assumed_memory::on_chip, assumed_memory::between, assumed_memory::beside_units>;
    using reading = readings::clock;
};

/// The default, assumed throughout: a middle-sized FPGA with 512 multipliers at 200 MHz and 10 W.
struct rsnn : balanced_sparse_array<32, 16, 200, 312> {
    static constexpr auto name = "RSNN";
};

}  // namespace sonic::accelerators
