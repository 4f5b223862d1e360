// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>

#include <sonic/device/converter_energy.hpp>
#include <sonic/device/sram_scaling.hpp>
#include <sonic/device/technology.hpp>

using namespace sonic;
using namespace sonic::physics;
using namespace sonic::units;

namespace {
constexpr bool near(double a, double b, double relative) { return math::abs(a - b) <= relative * math::abs(b); }
constexpr double regression(double b, double giga, double node) { return adc_regression::energy(b, giga * GHz, node * nm).si * 1e12; }
}  // namespace

// The survey's envelope at 5 GS/s is 146 dB: 122 pJ for 8 bits.
static_assert(near(adc_survey::best_figure(5 * GHz), 146, 1e-3) &&
              near(schreier_energy(8, adc_survey::best_figure(5 * GHz)).si, 122e-12, 1e-2));
static_assert(near(adc_survey::bits_at(schreier_energy(8, adc_survey::best_figure(5 * GHz)), 5 * GHz), 8, 1e-9));
// The regression at 28 nm and 7 nm.
static_assert(near(regression(6, 1, 28), 0.83, 1e-2) && near(regression(8, 1, 28), 1.33, 1e-2) && near(regression(8, 5, 28), 3.7, 1e-2));
static_assert(near(regression(8, 10, 28), 5.84, 1e-2) && near(regression(10, 1, 28), 10.8, 1e-2) &&
              near(regression(10, 5, 28), 31.5, 1e-2));
static_assert(near(regression(10, 10, 28), 49.7, 1e-2) && near(regression(8, 1, 7), 0.098, 1e-2) && near(regression(8, 5, 7), 0.273, 1e-2));
static_assert(near(regression(8, 10, 7), 0.431, 1e-2));
// Lightening-Transformer: an 8 bit, 10 GS/s ADC of 14.8 mW at 4 bits and 5 GS/s; an 8 bit, 14 GS/s DAC of 50 mW at 4 bits and 5 GS/s.
static_assert(near(scaled_power(converter_scaling::sar_adc, 14.8 * mW, 8, 10 * GHz, 4, 5 * GHz).si, 3.7e-3, 1e-12));
static_assert(near(scaled_power(converter_scaling::dac, 50 * mW, 8, 14 * GHz, 4, 5 * GHz).si, 50e-3 * (5.0 / 14) * 4 / 32, 1e-12));

TEST_CASE("figures of merit invert their energies") {
    for (double b = 4; b <= 14; b += 0.5) {
        CHECK((walden_energy(b, 5 * fJ)).si == doctest::Approx(5e-15 * std::pow(2, b)));
        CHECK(walden_figure(walden_energy(b, 5 * fJ) * (1 * GHz), b, 1 * GHz).si == doctest::Approx(5e-15));
        CHECK(schreier_figure(schreier_energy(b, 170) * (1 * MHz), b, 1 * MHz) == doctest::Approx(170));
        CHECK(bits_of_sndr(sndr_of_bits(b)) == doctest::Approx(b));
        CHECK(schreier_energy(b + 1, 170).si == doctest::Approx(std::pow(10, 0.602) * schreier_energy(b, 170).si));
        CHECK(adc_survey::least_energy(b + 1) > adc_survey::least_energy(b));
    }
    CHECK(adc_survey::best_figure(1 * kHz) == doctest::Approx(186.7));
    CHECK(adc_survey::least_energy(0).si == doctest::Approx(0.27e-12).epsilon(1e-5));
}

TEST_CASE("effective bits: jitter costs one per octave of input, and noise powers add") {
    CHECK(jitter_bits(1 * GHz, 100e-15 * s) - jitter_bits(2 * GHz, 100e-15 * s) == doctest::Approx(1).epsilon(1e-3));
    CHECK(jitter_bits(1 * GHz, 100e-15 * s) == doctest::Approx((64.04 - 1.76) / 6.02).epsilon(1e-3));
    CHECK(combined_bits(8, 8) == doctest::Approx(7.5));
    CHECK(combined_bits(8, 30) == doctest::Approx(8));
    CHECK(combined_bits(8, 6) < 6);
}

TEST_CASE("the regression is monotone in bits, rate and node, and its area in energy") {
    for (double b = 4; b < 12; ++b)
        for (const double giga : {0.1, 1.0, 5.0, 10.0})
            for (const double node : {7.0, 16.0, 28.0, 65.0}) {
                CHECK(regression(b + 1, giga, node) > regression(b, giga, node));
                CHECK(regression(b, giga, node * 1.5) > regression(b, giga, node));
                CHECK(regression(b, giga * 2, node) >= regression(b, giga, node));
                CHECK(adc_regression::area(b + 1, giga * GHz, node * nm) > adc_regression::area(b, giga * GHz, node * nm));
            }
}

TEST_CASE("a scaled converter at its own bits and rate is itself; laws differ as stated") {
    for (const auto law : {converter_scaling::sar_adc, converter_scaling::flash_adc, converter_scaling::dac,
                           converter_scaling::dac_with_offset, converter_scaling::dac_by_figure}) {
        CHECK(scaled_power(law, 10 * mW, 8, 1 * GHz, 8, 1 * GHz).si == doctest::Approx(10e-3));
        CHECK(scaled_power(law, 10 * mW, 8, 1 * GHz, 8, 3 * GHz).si == doctest::Approx(30e-3));
        CHECK(scaled_power(law, 10 * mW, 8, 1 * GHz, 10, 1 * GHz).si > 10e-3);
    }
    CHECK(scaled_power(converter_scaling::flash_adc, 1 * mW, 4, 1 * GHz, 6, 1 * GHz).si == doctest::Approx(63.0 / 15 * 1e-3));
    CHECK(scaled_power(converter_scaling::dac_with_offset, 1 * mW, 4, 1 * GHz, 6, 1 * GHz).si ==
          doctest::Approx((64.0 / 7) / (16.0 / 5) * 1e-3));
}

TEST_CASE("technology: a node scaled to itself is itself, smaller nodes are smaller, there and back cancels to the table's digits") {
    for (const double from : technology::nodes_nm)
        for (const double to : technology::nodes_nm) {
            CHECK(area_scaling(from * nm, to * nm) * area_scaling(to * nm, from * nm) == doctest::Approx(1).epsilon(0.06));
            CHECK(energy_scaling(from * nm, 0.8 * V, to * nm, 0.8 * V) * energy_scaling(to * nm, 0.8 * V, from * nm, 0.8 * V) ==
                  doctest::Approx(1).epsilon(1e-12));
            if (to < from) CHECK(area_scaling(from * nm, to * nm) < 1);
        }
    CHECK(area_scaling(45 * nm, 7 * nm) == 0.059);
    CHECK(area_scaling(130 * nm, 90 * nm) == 0.44);
    const double half = area_scaling(45 * nm, 28 * nm);
    CHECK(half < area_scaling(45 * nm, 32 * nm));
    CHECK(half > area_scaling(45 * nm, 20 * nm));
    CHECK(energy_scaling(45 * nm, 1.0 * V, 45 * nm, 0.7 * V) < 1);
    CHECK(energy_scaling(65 * nm, 1.0 * V, 7 * nm, 0.7 * V) ==
          doctest::Approx((0.1776 * 0.49 - 0.09097 * 0.7 + 0.02447) / (3.755 - 4.398 + 1.975)));
    CHECK(std::isnan(area_scaling(180 * nm, 45 * nm)));
    CHECK(std::isnan(energy_scaling(45 * nm, 1 * V, 5 * nm, 1 * V)));
}

TEST_CASE("SRAM: sub-linear energy, linear area and leakage in depth") {
    CHECK(sram_energy(1 * pJ, 1024, 1024).si == doctest::Approx(1e-12));
    CHECK(sram_energy(1 * pJ, 1024, 4096).si == doctest::Approx(1e-12 * std::pow(4, 0.78)));
    CHECK(sram_energy_of_width(1 * pJ, 64, 128).si == doctest::Approx(2e-12));
    CHECK(sram_area(1 * mm2, 1024, 4096).si == doctest::Approx(4e-6));
    CHECK(sram_leakage(1 * mW, 1024, 512).si == doctest::Approx(0.5e-3));
}
