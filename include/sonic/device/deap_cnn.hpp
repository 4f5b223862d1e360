// SPDX-License-Identifier: MIT
#pragma once

/// Devices of DEAP-CNN: V. Bangari et al., JSTQE 2020, arXiv 1907.01525, figures as read in OpticalLoop's model of it.

#include <sonic/device/device.hpp>

namespace sonic::devices::deap_cnn {

using namespace units;

struct dac {
    static constexpr auto name = "DAC, 7 bit";
    static constexpr int bits = 7;
    static constexpr auto power = published(26 * mW, "DEAP-CNN (JSTQE 2020, arXiv 1907.01525), as read in OpticalLoop's model");
};
struct ring {
    static constexpr auto name = "microring, heater";
    static constexpr auto power = published(19.5 * mW, "DEAP-CNN (JSTQE 2020, arXiv 1907.01525), as read in OpticalLoop's model");
};
struct laser {
    static constexpr auto name = "laser";
    static constexpr bool emits_light = true;
    static constexpr auto power = published(100 * mW, "DEAP-CNN (JSTQE 2020, arXiv 1907.01525), as read in OpticalLoop's model");
};
struct amplifier {
    static constexpr auto name = "TIA";
    static constexpr auto power = published(17 * mW, "DEAP-CNN (JSTQE 2020, arXiv 1907.01525), as read in OpticalLoop's model");
};
struct adc {
    static constexpr auto name = "ADC";
    static constexpr int bits = 8;
    static constexpr auto power = published(76 * mW, "DEAP-CNN (JSTQE 2020, arXiv 1907.01525), as read in OpticalLoop's model");
    // The width is assumed: rings are good for 7 bits, and their sum needs one more.
};
struct sample_rate {
    static constexpr auto frequency = published(5 * GHz, "DEAP-CNN (JSTQE 2020, arXiv 1907.01525), as read in OpticalLoop's model");
};

}  // namespace sonic::devices::deap_cnn
