// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>

#include <sonic/device/mach_zehnder.hpp>
#include <sonic/device/transmission_curve.hpp>

using namespace sonic;
using namespace sonic::physics;
using namespace sonic::units;

TEST_CASE("Mach-Zehnder: equal couplers give cos^2 and sin^2, and nothing is lost but the insertion loss") {
    const mach_zehnder ideal{};
    for (double p = -7; p < 7; p += 0.03) {
        CHECK(ideal.cross(p) == doctest::Approx(std::cos(p / 2) * std::cos(p / 2)).epsilon(1e-12));
        CHECK(ideal.bar(p) == doctest::Approx(std::sin(p / 2) * std::sin(p / 2)).epsilon(1e-12));
        const mach_zehnder uneven{decibel{1.2}, 0.45, 0.53};
        CHECK(uneven.cross(p) + uneven.bar(p) == doctest::Approx(std::pow(10, -0.12)).epsilon(1e-12));
        CHECK(uneven.bar(p) >= -1e-12);
    }
    CHECK(ideal.extinction_ratio() > 1e10);
    const double finite = mach_zehnder{decibel{0}, 0.45, 0.5}.extinction_ratio();
    CHECK(finite > 100);
    CHECK(finite < 1e4);
    CHECK(ideal.at_voltage(2 * V, 4 * V) == doctest::Approx(0.5));
    for (double t = 0; t <= 1; t += 0.01) CHECK(ideal.cross(mach_zehnder::phase_for(t)) == doctest::Approx(t).epsilon(1e-12));
    CHECK(driver_power(0.5, 10 * GHz, 50 * fF, 2 * V).si == doctest::Approx(0.25 * 1e10 * 50e-15 * 4));
}

TEST_CASE("DAC levels through a curve: monotone, from dark to bright, straight once calibrated") {
    for (const auto kind : {modulator::direct, modulator::ring, modulator::interferometer})
        for (const int levels : {2, 16, 64, 1024})
            for (const double span : {0.1, 0.5, 1.0}) {
                const transmission_curve raw{kind, levels, span, false}, calibrated{kind, levels, span, true};
                CHECK(raw.at(0) == 0);
                CHECK(raw.at(levels - 1) == doctest::Approx(1));
                for (int i = 0; i < levels; ++i) {
                    CHECK(calibrated.at(i) == doctest::Approx(i / (levels - 1.0)).epsilon(1e-9));
                    if (i > 0) CHECK(raw.at(i) > raw.at(i - 1));
                    if (i > 0) CHECK(calibrated.drive(i) > calibrated.drive(i - 1));
                }
                CHECK(calibrated.worst_nonlinearity() < 1e-6);
                if (kind == modulator::direct)
                    CHECK(raw.worst_nonlinearity() < 1e-9);
                else if (levels > 2)
                    CHECK(raw.worst_nonlinearity() > 0.02);
            }
}

TEST_CASE("a ring's curve is the through port of the exact ring, and its slope the derivative") {
    const ring_resonator critical{5 * um, 4.2, 0.99, 1, 0.99};
    const metre width = critical.fwhm(1550 * nm);
    const transmission_curve curve{modulator::ring, 64, 1.5, false};
    const double brightest = critical.through(critical.phase(1.5 * width, 1550 * nm));
    for (int i = 0; i < 64; ++i) {
        const double exact = critical.through(critical.phase(curve.drive(i) * 1.5 * width, 1550 * nm)) / brightest;
        CHECK(std::fabs(curve.at(i) - exact) < 2e-3);
    }
    for (int i = 1; i < 63; ++i) {
        const double difference = (curve.at(i + 1) - curve.at(i - 1)) / (curve.drive(i + 1) - curve.drive(i - 1));
        CHECK(curve.slope(i) == doctest::Approx(difference).epsilon(0.02));
        CHECK(curve.per_linewidth(i) == doctest::Approx(curve.slope(i) / 1.5));
    }
    CHECK(transmission_curve{modulator::direct, 64}.per_linewidth(5) == 0);
}
