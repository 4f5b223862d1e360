// SPDX-License-Identifier: MIT
#pragma once

/// CrossLight: F. Sunny, A. Mirza, M. Nikdast, S. Pasricha, "CrossLight: A Cross-Layer Optimized Silicon Photonic Neural Network
/// Accelerator", DAC 2021, (N, K, n, m) = (20, 150, 100, 60), with the device table that the SONIC paper gives all its competitors.

#include <sonic/accelerator/assembly.hpp>
#include <sonic/cost/policy.hpp>
#include <sonic/dataflow/dense.hpp>
#include <sonic/device/converters.hpp>
#include <sonic/device/photonics.hpp>
#include <sonic/unit/optics.hpp>
#include <sonic/unit/vector_dot_product.hpp>

namespace sonic::accelerators {

struct crosslight {
    static constexpr auto name = "CrossLight";

    // clang-format off
    /// Lanes are cut into arms of 15 rings per bank; each arm's sum is detected, re-emitted by a VCSEL and summed once more.
    template <int Lanes>
    using unit = vector_dot_product<of<Lanes>,
        drives<devices::dac<16>, devices::microring>,
        holds<devices::dac<16>, devices::microring>,
        per_arm<of<15>, devices::photodetector, devices::transimpedance_amplifier, devices::vcsel>,
        reads<devices::photodetector, devices::adc<16>>,
        supplied_by<devices::laser_bank<(Lanes + 14) / 15, 15>>,
        signs::free>;

    using diagram = assembly<
        array<of<100>, unit<20>, dense_chunks<weights>, runs<kind::conv>>,
        array<of<60>, unit<150>, dense_chunks<activations>, runs<kind::dense>>,
        assumed_memory::off_chip, assumed_memory::on_chip, assumed_memory::between, assumed_memory::beside_units>;
    // clang-format on

    using reading = readings::serial;

    static constexpr auto published_by = "CrossLight (DAC 2021)";
    static constexpr unit_optics optics{
        .quality_factor = published(8000.0, published_by),
        .free_spectral_range = published(18 * units::nm, published_by),
        .least_spacing = published(1 * units::nm, "CrossLight (DAC 2021): channel spacing above 1 nm"),
        .coupling_loss = assumed(decibel{0}, "eq (7) counts none"),
        .combiner_loss = physics::crosslight_loss::combiner,
        .splitter_loss = physics::crosslight_loss::splitter,
        .path_length = assumed(devices::laser_bank<1, 15>::waveguide_length, "as the laser bank assumes; the paper states none"),
        .propagation_loss = physics::crosslight_loss::propagation,
        .ring_through_loss = physics::crosslight_loss::ring_through,
        .ring_modulation_loss = physics::crosslight_loss::ring_modulation,
        .wall_plug_efficiency =
            assumed(devices::laser_bank<1, 15>::wall_plug_efficiency, "as the laser bank assumes; the paper states none"),
        .detector_sensitivity =
            assumed(devices::laser_bank<1, 15>::detector_sensitivity, "as the laser bank assumes; the paper states none"),
        .fabrication_drift = physics::optimised_fabrication_drift};
    static constexpr auto claimed_bits = published(16.0, "CrossLight (DAC 2021): 16 bits for up to 15 rings per bank");
};

/// CrossLight with its own table's VCSEL. Its other rows agree with SONIC's table; its converters, of a 56 Gb/s transceiver, have no rows.
struct crosslight_own_table : replace<crosslight, devices::vcsel, devices::crosslight_vcsel> {
    static constexpr auto name = "CrossLight, own table";
};

}  // namespace sonic::accelerators
