// SPDX-License-Identifier: MIT
#pragma once

/// SIGMA: E. Qin et al., "SIGMA: A Sparse and Irregular GEMM Accelerator with Flexible Interconnects for DNN Training", HPCA 2020. 16,384
/// multipliers behind a distribution network, any of whose sums a reduction tree takes; operands as bitmaps.

#include <sonic/accelerator/assembly.hpp>
#include <sonic/cost/policy.hpp>
#include <sonic/dataflow/packed.hpp>
#include <sonic/device/digital.hpp>
#include <sonic/unit/multiplier_array.hpp>

namespace sonic::accelerators {

struct sigma {
    static constexpr auto name = "SIGMA";
    using chip = multiplier_array<of<16384>, supplied_by<devices::sigma::chip>, floating<of<16>>, clocked_by<devices::sigma::clock>>;
    using diagram = assembly<array<of<1>, chip, pack_weights, runs<kind::conv, kind::dense>>, assumed_memory::off_chip,
                             assumed_memory::on_chip, assumed_memory::between, assumed_memory::beside_units>;
    using reading = readings::clock;
};

}  // namespace sonic::accelerators
