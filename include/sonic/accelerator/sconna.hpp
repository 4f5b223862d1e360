// SPDX-License-Identifier: MIT
#pragma once

/// SCONNA: S. Vatsavai et al., "SCONNA: A Stochastic Computing Based Optical Accelerator for Ultra-Fast, Energy-Efficient Inference of
/// Integer-Quantized CNNs", IPDPS 2023, arXiv 2302.07036. Rings are AND gates on streams of 2^8 bits at 30 Gb/s; charge accumulates over a
/// stream. Its simulator counts 512 dot-product elements, about three units of 176 rows: their rate is the one that its 2,102 FPS on
/// ResNet-50 need. Rings: 2 N M + N; stochastic generators and serialisers: 2 N M.

#include <sonic/accelerator/assembly.hpp>
#include <sonic/cost/policy.hpp>
#include <sonic/dataflow/tiles.hpp>
#include <sonic/device/sconna.hpp>
#include <sonic/unit/crossbar.hpp>

namespace sonic::accelerators {

struct sconna {
    static constexpr auto name = "SCONNA";

    // clang-format off
    using unit = crossbar<of<176>, of<176>, of<1>,
        drives<devices::sconna::gate>,
        holds<devices::sconna::stochastic_generator, devices::sconna::serialiser>,
        multiplies<devices::sconna::stochastic_generator, devices::sconna::serialiser, devices::sconna::gate, devices::sconna::gate>,
        reads<devices::sconna::photodetector, devices::sconna::amplifier, devices::sconna::accumulator, devices::sconna::adc>,
        supplied_by<times<of<176>, devices::sconna::laser>>,
        formats<of<8>, of<8>>,
        bit_streams<of<8>>,
        clocked_by<devices::sconna::bit_rate>,
        signs::differential>;

    using diagram = assembly<
        array<of<3>, unit, dense_tiles, runs<kind::conv, kind::dense>>,
        assumed_memory::off_chip, assumed_memory::on_chip, assumed_memory::between, assumed_memory::beside_units>;
    // clang-format on

    using reading = readings::clock;
};

}  // namespace sonic::accelerators
