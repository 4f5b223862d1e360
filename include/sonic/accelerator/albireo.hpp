// SPDX-License-Identifier: MIT
#pragma once

/// Albireo: K. Shiflett et al., "Albireo: Energy-Efficient Acceleration of Convolutional Neural Networks via Silicon Photonics", ISCA 2021,
/// conservative devices. Nine groups (rows: output channels) of three units of nine weights (27 lanes); five columns are neighbouring
/// outputs, whose windows share 21 wavelengths per unit.

#include <sonic/accelerator/assembly.hpp>
#include <sonic/cost/policy.hpp>
#include <sonic/dataflow/tiles.hpp>
#include <sonic/device/albireo.hpp>
#include <sonic/unit/crossbar.hpp>

namespace sonic::accelerators {

struct albireo {
    static constexpr auto name = "Albireo";

    // clang-format off
    using unit = crossbar<of<27>, of<9>, of<5>,
        drives<times<of<3 * 21>, devices::albireo::dac>, times<of<3 * 21>, devices::albireo::modulator>>,
        holds<devices::albireo::dac, devices::albireo::modulator>,
        multiplies<devices::albireo::ring, devices::albireo::ring>,
        reads<devices::albireo::amplifier, devices::albireo::adc>,
        supplied_by<times<of<27 * 9 * 5>, devices::albireo::laser>>,
        clocked_by<devices::albireo::symbol_rate>,
        signs::differential>;

    using diagram = assembly<
        array<of<1>, unit, dense_tiles, runs<kind::conv, kind::dense>>,
        assumed_memory::off_chip, assumed_memory::on_chip, assumed_memory::between, assumed_memory::beside_units>;
    // clang-format on

    using reading = readings::clock;
};

}  // namespace sonic::accelerators
