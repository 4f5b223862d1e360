// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>

#include <sonic/device/light_source.hpp>
#include <sonic/device/optical_loss.hpp>
#include <sonic/device/photonics.hpp>
#include <sonic/device/photoreceiver.hpp>
#include <sonic/device/scatter.hpp>

using namespace sonic;
using namespace sonic::physics;
using namespace sonic::units;

namespace {
constexpr bool near(double a, double b, double relative) { return math::abs(a - b) <= relative * math::abs(b); }
constexpr photoreceiver pd = published_receiver;
constexpr watt strong = dBm{10}.power();
}  // namespace

// Intensity noise caps the bits of 10 dBm at 8.2, 7.5, 7.1 and 6.6 for 1, 3, 5 and 10 GS/s.
static_assert(near(pd.bits(strong, 1 * GHz), 8.2, 1e-2) && near(pd.bits(strong, 3 * GHz), 7.5, 1e-2));
static_assert(near(pd.bits(strong, 5 * GHz), 7.1, 1e-2) && near(pd.bits(strong, 10 * GHz), 6.6, 1e-2));
// Mukherjee, Lis, Shekhar: SNR 7, 2 uA, 1 A/W need 28 uW.
static_assert(near(minimum_light(7, 2 * uA, ampere_per_watt{1}).si, 28e-6, 1e-12));
static_assert(near(thermal_voltage(300 * K).si, 0.0259, 3e-3));

// Lightening-Transformer, base configuration, 4 bits: 8 cores of 12 x 12, -25 dBm, modulator path 1.2 + 2 x 0.93 + 0.1 x 4 dB, compute path
// 0.1 + 0.33 + 0.33 dB, 20 %: 770.1 mW.
constexpr decibel lightening_loss{1.2 + 2 * 0.93 + 0.1 * 4 + 0.1 + 0.33 + 0.33};
static_assert(near((8.0 * wall_plug_power(multilevel_source_power(dBm{-25}, lightening_loss, 12 * 12, 4), 0.2)).si, 770.1e-3, 1e-4));
// SCATTER: -27 dBm; coupling, modulator and splitter, five nodes of 0.46 dB; four tiles of 16 rows, four cores whose currents add; 8 bits.
constexpr decibel scatter_loss = decibel{0.7 + 4.5 + 0.199 + 5 * 0.46} + extinction_penalty(decibel{6});
static_assert(near(wall_plug_power(multilevel_source_power(dBm{-27}, scatter_loss, 16, 8), 0.2).si,
                   devices::scatter::lane_laser::power.value.si, 1e-12));
static_assert(near(devices::scatter::lane_laser::power.value.si, 321.26e-3, 1e-5));
// CrossLight eq (7): one comb of N wavelengths, each of them at the sensitivity.
static_assert(near(required_source_level(dBm{-20}, decibel{5}, 15).value, -20 + 5 + 11.7609, 1e-5));

TEST_CASE("noise: each source has its own law in light and bandwidth, and they add") {
    const watt p = 100 * uW;
    const auto n = pd.noise(p, 1 * GHz);
    const double q = 1.602176634e-19;
    CHECK(n.shot.si == doctest::Approx(2 * q * (1.2e-4 + 35e-9) * 1e9));
    CHECK(n.thermal.si == doctest::Approx(4 * q * 0.0259 / 50 * 1e9));
    CHECK(n.intensity.si == doctest::Approx(1e-14 * 1.2e-4 * 1.2e-4 * 1e9));
    CHECK(n.total().si == doctest::Approx(n.shot.si + n.thermal.si + n.intensity.si + n.amplifier.si));
    const auto twice = pd.noise(2.0 * p, 1 * GHz), wide = pd.noise(p, 2 * GHz), dark = pd.noise(0 * W, 1 * GHz);
    CHECK(twice.intensity.si == doctest::Approx(4 * n.intensity.si));
    CHECK((twice.shot - dark.shot).si == doctest::Approx(2 * (n.shot - dark.shot).si));
    CHECK(twice.thermal == n.thermal);
    CHECK(wide.total().si == doctest::Approx(2 * n.total().si));
    CHECK(dark.intensity.si == 0);
    photoreceiver amplified = pd;
    amplified.amplifier_noise = {1e-22};
    CHECK(amplified.noise(p, 1 * GHz).amplifier.si == doctest::Approx(1e-13));
    CHECK(amplified.bits(p, 1 * GHz) < pd.bits(p, 1 * GHz));
}

TEST_CASE("bits rise with light towards a cap, fall with rate; sensitivity is their inverse") {
    for (const double rate : {1e9, 3e9, 5e9, 10e9, 25e9}) {
        double last = -1e9;
        for (double level = -40; level <= 30; level += 0.5) {
            const double effective = pd.bits(dBm{level}.power(), {rate});
            CHECK(effective > last);
            CHECK(effective < pd.largest_bits({rate}));
            CHECK(effective > pd.bits(dBm{level}.power(), {2 * rate}));
            last = effective;
        }
        for (const double b : {1.0, 2.0, 4.0, 6.0}) {
            const dBm level = pd.sensitivity(b, {rate});
            if (b >= pd.largest_bits({rate}))
                CHECK(std::isinf(level.value));
            else
                CHECK(pd.bits(level.power(), {rate}) == doctest::Approx(b).epsilon(1e-8));
        }
        CHECK(std::isinf(pd.sensitivity(16, {rate}).value));
        CHECK(pd.bits(dBm{90}.power(), {rate}) == doctest::Approx(pd.largest_bits({rate})).epsilon(1e-3));
    }
    CHECK(snr_of_bits(bits_of_snr(123.0)) == doctest::Approx(123));
    photoreceiver steady = pd;
    steady.relative_intensity_noise = 0;
    CHECK(std::isinf(steady.largest_bits(1 * GHz)));
    CHECK(steady.bits(strong, 1 * GHz) > pd.bits(strong, 1 * GHz));
}

TEST_CASE("sources and passive losses") {
    CHECK(wall_plug_power(1 * mW, 0.1).si == doctest::Approx(10e-3));
    const light_source laser{0.2, 1e-14};
    CHECK(laser.electrical(laser.optical(5 * mW)).si == doctest::Approx(5e-3));
    CHECK(laser.relative_variance(10 * GHz) == doctest::Approx(1e-4));
    CHECK(splitter_tree(1, decibel{0.13}).value == 0);
    CHECK(splitter_tree(8, decibel{0.13}).value == doctest::Approx(10 * std::log10(8.0) + 3 * 0.13));
    CHECK(splitter_tree(8, decibel{0.13}).value == doctest::Approx(10 * std::log10(8.0) + splitter_excess(8, decibel{0.13}).value));
    CHECK(extinction_penalty(decibel{6}).value == doctest::Approx(-10 * std::log10(1 - std::pow(10, -0.6))));
    CHECK(extinction_penalty(decibel{60}).value == doctest::Approx(0).epsilon(1e-5));
    const laser_diode vcsel{0.5 * mA, {0.5}, 2 * V};
    CHECK(vcsel.optical(0.5 * mA).si == 0);
    CHECK(vcsel.optical(0.1 * mA).si == 0);
    CHECK(vcsel.optical(2.5 * mA).si == doctest::Approx(1e-3));
    CHECK(vcsel.efficiency(2.5 * mA) == doctest::Approx(1e-3 / 5e-3));
    CHECK(vcsel.optical(vcsel.drive_for(3 * mW)).si == doctest::Approx(3e-3));
    double last = -1;
    for (double drive = 0.6; drive < 50; drive *= 1.5) {
        CHECK(vcsel.efficiency(drive * mA) > last);
        last = vcsel.efficiency(drive * mA);
    }
    CHECK(last < 0.5 / 2);
    // The laser bank of a CrossLight unit is eq (7) for each of its arms.
    using bank = devices::laser_bank<2, 15>;
    CHECK(bank::optical.si == doctest::Approx(2 * required_source_level(bank::detector_sensitivity, bank::loss, 15).power().si));
    CHECK(bank::loss.value == doctest::Approx(1 + 2 * 0.72 + 2 * 14 * 0.02 + 0.9 + 0.13));
}

TEST_CASE("a transimpedance stage: gain, noise and the limit of bandwidth") {
    const transimpedance_stage tia{5 * kOhm, 10 * GHz, {1e-22}};
    CHECK(tia.output(100 * uA).si == doctest::Approx(0.5));
    CHECK(tia.noise().si == doctest::Approx(1e-22 * math::pi / 2 * 1e10));
    const hertz narrow = transimpedance_stage::limit(20 * kOhm, 50 * fF, 100 * GHz),
                wide = transimpedance_stage::limit(5 * kOhm, 50 * fF, 100 * GHz);
    CHECK(wide.si == doctest::Approx(2 * narrow.si));
    CHECK(wide.si == doctest::Approx(std::sqrt(100e9 / (2 * math::pi * 5e3 * 50e-15))));
}
