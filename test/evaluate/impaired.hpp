// SPDX-License-Identifier: MIT
#pragma once

#include <sonic/evaluate/analogue_model.hpp>
#include <sonic/sonic.hpp>

/// Only one impairment acts.
constexpr sonic::impairments only(bool sonic::impairments::*one) {
    sonic::impairments result = sonic::impairments::none();
    result.*one = true;
    return result;
}

/// Machine A with optics on which every impairment acts.
template <sonic::accelerator A>
struct impaired : A {
    static constexpr sonic::unit_optics optics{.source_power = sonic::assumed(0.13 * sonic::units::mW, "a test"),
                                               .calibrated = sonic::assumed(false, "a test"),
                                               .adc_effective_bits = sonic::assumed(11.0, "a test"),
                                               .tuning_error = sonic::assumed(1 * sonic::units::pm, "a test"),
                                               .temperature_error = sonic::assumed(0.02 * sonic::units::K, "a test")};
};
using imperfect = impaired<sonic::accelerators::sonic>;
