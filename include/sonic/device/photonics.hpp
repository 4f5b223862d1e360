// SPDX-License-Identifier: MIT
#pragma once

/// Photonic devices of SONIC (ASP-DAC 2022, Table 2) and CrossLight (DAC 2021, Table II).

#include <sonic/device/device.hpp>
#include <sonic/device/optical_loss.hpp>
#include <sonic/quantity/decibel.hpp>

namespace sonic::devices {

struct vcsel {
    static constexpr auto name = "VCSEL";
    static constexpr bool emits_light = true;
    static constexpr auto power = published(1.3 * units::mW, "SONIC (ASP-DAC 2022), Table 2");
    static constexpr auto latency = published(0.07 * units::ns, "SONIC (ASP-DAC 2022), Table 2");
    static constexpr auto area = assumed(0.0025 * units::mm2, "50 um x 50 um pitch; the paper states none");
};

/// A microring tuned electro-optically by a mean shift of 1 nm for every value.
struct microring {
    static constexpr auto name = "microring, EO tuned";
    static constexpr auto power = assumed(4 * units::uW, "4 uW/nm (SONIC, Table 2) x a mean shift of 1 nm, which the paper does not state");
    static constexpr auto latency = published(20 * units::ns, "SONIC (ASP-DAC 2022), Table 2: EO tuning");
    static constexpr auto area = assumed(100 * units::um2, "10 um x 10 um; CrossLight's pitch with TED is 5 um");
};

struct photodetector {
    static constexpr auto name = "photodetector";
    static constexpr auto power = published(2.8 * units::mW, "SONIC (ASP-DAC 2022), Table 2");
    static constexpr auto latency = published(5.8 * units::ps, "SONIC (ASP-DAC 2022), Table 2");
    static constexpr auto area = assumed(400 * units::um2, "20 um x 20 um; the paper states none");
};

/// The VCSEL of CrossLight's own table: slower and weaker than SONIC's.
struct crosslight_vcsel {
    static constexpr auto name = "VCSEL, CrossLight";
    static constexpr bool emits_light = true;
    static constexpr auto power = published(0.66 * units::mW, "CrossLight (DAC 2021), Table II");
    static constexpr auto latency = published(10 * units::ns, "CrossLight (DAC 2021), Table II");
    static constexpr auto area = assumed(0.0025 * units::mm2, "50 um x 50 um pitch; the paper states none");
};

/// Transimpedance amplifier of a CrossLight arm.
struct transimpedance_amplifier {
    static constexpr auto name = "TIA";
    static constexpr auto power = published(7.2 * units::mW, "CrossLight (DAC 2021), Table II");
    static constexpr auto latency = published(0.15 * units::ns, "CrossLight (DAC 2021), Table II");
    static constexpr auto area = assumed(0.0015 * units::mm2, "order of a 40 nm TIA; the paper states none");
};

/// External laser bank that feeds one CrossLight unit of `Arms` arms of up to `Rings` rings.
/// CrossLight eq (7): P_laser[dBm] = S_detector[dBm] + loss[dB] + 10 log10(N_wavelengths); wall-plug power = P / efficiency. That the
/// logarithm is of the wavelengths is not verified in the paper.
template <int Arms, int Rings>
struct laser_bank {
    static constexpr auto name = "laser bank";
    static constexpr bool emits_light = true;
    static constexpr dBm detector_sensitivity{-20};           // assumed: the paper states none
    static constexpr metre waveguide_length = 1 * units::cm;  // assumed: the paper states none
    static constexpr double wall_plug_efficiency = 0.1;       // assumed: the paper states none
    /// Through losses of the other rings in both banks, one modulation per bank, combiner and splitter tree.
    static constexpr decibel loss =
        physics::crosslight_loss::propagation.value * waveguide_length + 2 * physics::crosslight_loss::ring_modulation.value +
        2.0 * (Rings - 1) * physics::crosslight_loss::ring_through.value + physics::crosslight_loss::combiner.value +
        physics::splitter_excess(Arms, physics::crosslight_loss::splitter);
    static constexpr watt optical = (detector_sensitivity + loss + decibel::from_ratio(double(Rings))).power() * double(Arms);
    static constexpr auto power =
        assumed(optical / wall_plug_efficiency, "CrossLight eq (7) with its losses; sensitivity -20 dBm, 1 cm, 10 % efficiency assumed");
    static constexpr auto latency = assumed(0 * units::ns, "continuous wave");
    static constexpr auto area = assumed(0 * units::mm2, "off chip");
};

}  // namespace sonic::devices
