// SPDX-License-Identifier: MIT
#pragma once

/// Lightening-Transformer: H. Zhu et al., HPCA 2024, arXiv 2305.19533. Coherent cores of 12 x 12 dot products of 12 wavelengths, both
/// operands modulated on every pass at 5 GHz. The two cores of a tile add their currents before one amplifier and ADC (24 lanes), all tiles
/// share one operand's modulators (12 rows a tile), and charge is integrated over three passes. Four tiles have a global buffer of 2 MB.

#include <sonic/accelerator/assembly.hpp>
#include <sonic/cost/policy.hpp>
#include <sonic/dataflow/tiles.hpp>
#include <sonic/device/lightening_transformer.hpp>
#include <sonic/unit/crossbar.hpp>

namespace sonic::accelerators {

/// `Tiles` tiles of two cores at `Bits` bits.
template <int Tiles, int Bits>
struct lightening_transformer {
    template <int B>
    using dac = devices::lightening_transformer::dac<B>;

    // clang-format off
    using cores = crossbar<of<2 * 12>, of<12 * Tiles>, of<12>,
        drives<dac<Bits>, devices::lightening_transformer::modulator>,
        holds<dac<Bits>, devices::lightening_transformer::modulator>,
        per_arm<of<12>, devices::lightening_transformer::photodetector, devices::lightening_transformer::photodetector>,
        reads<devices::lightening_transformer::amplifier, devices::lightening_transformer::adc<Bits>>,
        accumulates<devices::lightening_transformer::adder>,
        supplied_by<devices::lightening_transformer::lasers<2 * Tiles, 12, Bits>>,
        integrates<of<3>>,
        clocked_by<devices::lightening_transformer::symbol_rate>,
        signs::coherent>;

    using diagram = assembly<
        array<of<1>, cores, dense_tiles, runs<kind::conv, kind::dense>>,
        memory<devices::hbm, moves<traffic::weights>>,
        memory<times<of<(Tiles + 3) / 4>, devices::global_buffer>, moves<traffic::weights, traffic::input_map, traffic::output_map>>,
        memory<times<of<Tiles + 1>, devices::tile_buffer>, moves<traffic::weight_fetches, traffic::activation_fetches>>,
        memory<times<of<2 * 2 * Tiles + 2>, devices::register_file>, moves<traffic::partial_sums>>,
        interconnect<devices::network_on_chip, moves<traffic::weights, traffic::input_map, traffic::output_map>>>;
    // clang-format on

    using reading = readings::clock;
};

struct lt_base_4 : lightening_transformer<4, 4> {
    static constexpr auto name = "LT-B, 4 bit";
};
struct lt_base_8 : lightening_transformer<4, 8> {
    static constexpr auto name = "LT-B, 8 bit";
};
struct lt_large_4 : lightening_transformer<8, 4> {
    static constexpr auto name = "LT-L, 4 bit";
};
struct lt_large_8 : lightening_transformer<8, 8> {
    static constexpr auto name = "LT-L, 8 bit";
};

}  // namespace sonic::accelerators
