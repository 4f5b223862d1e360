// SPDX-License-Identifier: MIT
#pragma once

/// DEAP-CNN: V. Bangari et al., "Digital Electronics and Analog Photonics for Convolutional Neural Networks", JSTQE 2020, arXiv
/// 1907.01525. R^2 wavelengths by D channels; every channel's sum is amplified, all are added as voltages, one ADC at 5 GS/s.

#include <sonic/accelerator/assembly.hpp>
#include <sonic/cost/policy.hpp>
#include <sonic/dataflow/tiles.hpp>
#include <sonic/device/deap_cnn.hpp>
#include <sonic/unit/vector_dot_product.hpp>

namespace sonic::accelerators {

/// Kernel edge `R`, `D` channels; at most 1,024 modulators: R^2 D <= 1024.
template <int R, int D>
struct deap_cnn_of {
    static constexpr auto name = "DEAP-CNN";

    // clang-format off
    using unit = vector_dot_product<of<R * R * D>,
        drives<devices::deap_cnn::dac, devices::deap_cnn::ring>,
        holds<devices::deap_cnn::dac, devices::deap_cnn::ring>,
        per_arm<of<R * R>, devices::deap_cnn::amplifier>,
        reads<devices::deap_cnn::adc>,
        supplied_by<times<of<R * R>, devices::deap_cnn::laser>>,
        clocked_by<devices::deap_cnn::sample_rate>,
        signs::differential>;

    using diagram = assembly<
        array<of<1>, unit, dense_tiles, runs<kind::conv, kind::dense>>,
        assumed_memory::off_chip, assumed_memory::on_chip, assumed_memory::between, assumed_memory::beside_units>;
    // clang-format on

    using reading = readings::clock;
};

struct deap_cnn : deap_cnn_of<3, 113> {
    static constexpr auto name = "DEAP-CNN";
};

}  // namespace sonic::accelerators
