// SPDX-License-Identifier: MIT
#pragma once

/// The optics of a unit: what its light meets, as far as a block diagram does not say it. Most papers publish little of this, so every
/// figure has a default, `assumed`; an accelerator states what it knows:
///
///     struct machine {
///         static constexpr unit_optics optics{.quality_factor = published(12e3, "doi:10.1/x"), .detector_sensitivity = derived(dBm{-18},
///         "...")};
///         ...
///     };
///
/// One for all arrays, or a std::array<unit_optics, arrays>. Designated members come in the order in which they stand here.

#include <sonic/device/optical_loss.hpp>
#include <sonic/device/photoreceiver.hpp>
#include <sonic/device/transmission_curve.hpp>
#include <sonic/device/tuning.hpp>

namespace sonic {

/// Every figure with its origin.
struct unit_optics {
    // Wavelengths and rings.
    sourced<metre> wavelength = assumed(1550 * units::nm, "middle of the C band");
    sourced<double> quality_factor = assumed(8000.0, "CrossLight's rings");
    sourced<metre> free_spectral_range = assumed(18 * units::nm, "CrossLight's rings");
    /// Least distance of two channels; 0 for one linewidth, lambda / Q.
    sourced<metre> least_spacing = assumed(0 * units::nm, "one linewidth");
    sourced<metre> ring_radius = assumed(5 * units::um, "FSR 18.2 nm at n_g = 4.2");

    // Losses from the source to the detector.
    sourced<decibel> coupling_loss = assumed(decibel{1.6}, "edge coupler of Al-Qadasi et al. 2022");
    sourced<decibel> combiner_loss = assumed(physics::crosslight_loss::combiner.value, "CrossLight's combiner, as wavelength multiplexer");
    sourced<decibel> splitter_loss = assumed(physics::crosslight_loss::splitter.value, "CrossLight's splitter, per stage");
    sourced<metre> path_length = assumed(1 * units::cm, "order of a unit's waveguide");
    sourced<attenuation> propagation_loss = assumed(physics::crosslight_loss::propagation.value, "CrossLight's waveguide");
    sourced<decibel> ring_through_loss = assumed(physics::crosslight_loss::ring_through.value, "CrossLight's rings");
    sourced<decibel> ring_modulation_loss = assumed(physics::crosslight_loss::ring_modulation.value, "CrossLight's rings");
    sourced<int> crossings = assumed(0, "a unit without waveguide crossings");
    sourced<decibel> crossing_loss = physics::crossing_loss;
    /// Length of electro-optically tuned waveguide that light crosses in each ring it is modulated by.
    sourced<metre> tuned_length = assumed(0 * units::um, "contained in the modulation loss");
    sourced<attenuation> tuned_loss = assumed(physics::crosslight_loss::electro_optic_section.value, "CrossLight's EO section");

    // Light source.
    sourced<double> wall_plug_efficiency = assumed(physics::usual_wall_plug_efficiency.value, "Al-Qadasi et al. 2022");
    /// Light of one channel at its source, before it is divided over waveguides; 0 for the electrical power of the unit's emitter or laser
    /// (its share of one channel) times the efficiency.
    sourced<watt> source_power = assumed(0 * units::W, "the emitter's electrical power x the wall-plug efficiency");

    /// Does one source light all channels of a waveguide (a comb)? Its intensity noise is then common to them.
    sourced<bool> common_source = assumed(false, "a source per channel");

    // Detector.
    sourced<dBm> detector_sensitivity = assumed(dBm{-20}, "order of a photodetector with TIA at a few GS/s");
    sourced<physics::photoreceiver> receiver = assumed(physics::published_receiver, "the receiver of Al-Qadasi et al. 2022");

    // Limits and rate.
    sourced<watt> waveguide_power_limit = physics::silicon_power_limit;
    /// 0 for one symbol per pass interval of the accelerator's reading.
    sourced<hertz> symbol_rate = derived(0 * units::Hz, "one symbol per pass");

    // What an analogue evaluation needs beyond this.
    /// Detuning of the top level of a ring's DAC, in linewidths.
    sourced<double> modulation_span = assumed(1.5, "90 % of full transmission");
    sourced<bool> calibrated = assumed(true, "each DAC's table inverts its ring's curve");
    /// Effective bits of the ADC at the symbol rate; 0 for its nominal ones.
    sourced<double> adc_effective_bits = assumed(0.0, "as many as its nominal bits");
    /// Standard deviation of a ring's resonance, after it was calibrated, from ring to ring of a chip.
    sourced<metre> tuning_error = assumed(2 * units::pm, "1 % of a linewidth at Q 8000");
    /// Resonance error as fabricated, which a bias corrects.
    sourced<metre> fabrication_drift = assumed(physics::optimised_fabrication_drift.value, "CrossLight's optimised ring");
    /// Distance of neighbouring rings, and the distance over which their heaters' influence falls to 1 / e.
    sourced<metre> ring_pitch = assumed(5 * units::um, "CrossLight's pitch with TED");
    sourced<metre> thermal_decay = assumed(5 * units::um, "one pitch; no paper states it");
    /// Standard deviation of the temperature that all rings of a unit share, against that of the calibration.
    sourced<kelvin> temperature_error = assumed(0 * units::K, "a perfect thermostat");
};

}  // namespace sonic
