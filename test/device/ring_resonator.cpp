// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <random>

#include <sonic/device/ring_resonator.hpp>
#include <sonic/device/wdm_grid.hpp>

using namespace sonic;
using namespace sonic::physics;
using namespace sonic::units;

namespace {
constexpr metre light = 1550 * nm;
constexpr bool near(double a, double b, double relative) { return math::abs(a - b) <= relative * math::abs(b); }
}  // namespace

// A radius of 5, 7, 10 and 20 um at n_g = 4.2 gives 18.2, 13.0, 9.10 and 4.55 nm.
static_assert(near(ring_resonator{5 * um}.fsr(light).si, 18.2e-9, 2e-3));
static_assert(near(ring_resonator{7 * um}.fsr(light).si, 13.0e-9, 2e-3));
static_assert(near(ring_resonator{10 * um}.fsr(light).si, 9.10e-9, 2e-3));
static_assert(near(ring_resonator{20 * um}.fsr(light).si, 4.55e-9, 2e-3));
static_assert(near(photon_lifetime_bandwidth(light, 8000).si, 24.2e9, 2e-3));
static_assert(near((2 * math::pi * photon_lifetime(light, 8000)).si * photon_lifetime_bandwidth(light, 8000).si, 1, 1e-12));

// CrossLight's own figures (Q 8000, 15 rings in 18 nm) leave 51 levels, 5.67 bits, not the 16 it claims; 10 rings 6.9 bits;
// Q 16000 7.7, Q 1e5 13.0 bits. SONIC's 50 lanes leave 4.5 levels, 2.2 bits.
constexpr auto crosslight_grid = wdm_grid::filling(light, 18 * nm, 15, 8000);
static_assert(near(crosslight_grid.spacing.si, 1.2e-9, 1e-12) && near(crosslight_grid.worst_noise(), 0.0196, 5e-3));
static_assert(near(crosslight_grid.bits(), 5.67, 1e-3) && static_cast<int>(crosslight_grid.levels()) == 50);
static_assert(near(wdm_grid::filling(light, 18 * nm, 15, 16000).bits(), 7.7, 5e-3));
static_assert(near(wdm_grid::filling(light, 18 * nm, 15, 1e5).bits(), 13.0, 5e-3));
static_assert(near(wdm_grid::filling(light, 18 * nm, 10, 8000).bits(), 6.9, 5e-3));
static_assert(near(wdm_grid::filling(light, 18 * nm, 50, 8000).levels(), 4.5, 1e-2));
static_assert(near(wdm_grid::filling(light, 18 * nm, 50, 8000).bits(), 2.2, 2e-2));
static_assert(wdm_grid{light, 1 * nm, 1, 8000}.bits() == math::infinity);
static_assert(channels_in_fsr(18 * nm, 1 * nm) == 18 && channels_in_fsr(18 * nm, 1.2 * nm) == 15 &&
              channels_in_fsr(18 * nm, 0.36 * nm) == 50);
static_assert(channels_for_bits(light, 18 * nm, 8000, 5.6) == 15);

TEST_CASE("energy is conserved: through, drop and loss are all that light can do") {
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> coupling(0.7, 0.9999), phase(-40, 40);
    for (int i = 0; i < 5000; ++i) {
        const double p = phase(random);
        const ring_resonator lossy{5 * um, 4.2, coupling(random), coupling(random), coupling(random)};
        CHECK(lossy.through(p) + lossy.drop(p) + lossy.lost(p) == doctest::Approx(1).epsilon(1e-10));
        CHECK(lossy.lost(p) > 0);
        ring_resonator lossless = lossy;
        lossless.round_trip_amplitude = 1;
        CHECK(lossless.lost(p) == 0);
        CHECK(lossless.through(p) + lossless.drop(p) == doctest::Approx(1).epsilon(1e-10));
        ring_resonator all_pass = lossless;
        all_pass.drop_coupling = 1;
        CHECK(all_pass.through(p) == doctest::Approx(1).epsilon(1e-10));
        CHECK(all_pass.drop(p) == 0);
    }
}

TEST_CASE("an all-pass ring is the add-drop ring without a drop waveguide") {
    const ring_resonator ring{5 * um, 4.2, 0.97, 1, 0.98};
    for (double p = -4; p < 4; p += 0.01) {
        const double a = 0.98, r = 0.97, c = std::cos(p);
        CHECK(ring.through(p) == doctest::Approx((a * a - 2 * a * r * c + r * r) / (1 - 2 * a * r * c + a * a * r * r)).epsilon(1e-12));
    }
}

TEST_CASE("critical coupling is dark on resonance, and the exact width is where half is dropped") {
    const ring_resonator critical{5 * um, 4.2, 0.98, 1, 0.98};
    CHECK(critical.through(0) < 1e-20);
    CHECK(critical.extinction_ratio() > 1e10);
    for (const double r : {0.7, 0.9, 0.99, 0.999}) {
        const ring_resonator ring{5 * um, 4.2, r, r, 1};
        const double half = ring.phase(ring.fwhm(light) / 2.0, light);
        CHECK(ring.drop(half) == doctest::Approx(ring.drop(0) / 2).epsilon(1e-9));
        CHECK(ring.drop(half + 2 * math::pi) == doctest::Approx(ring.drop(half)).epsilon(1e-9));
        CHECK(ring.finesse(light) == doctest::Approx(ring.quality_factor(light) * (ring.fsr(light) / light)).epsilon(1e-12));
        CHECK(ring.fwhm(light) >= ring.narrow_fwhm(light));
    }
    // The approximation of a narrow line becomes exact as coupling weakens.
    double last = 1;
    for (const double r : {0.7, 0.9, 0.99, 0.999}) {
        const ring_resonator ring{5 * um, 4.2, r, r, 1};
        const double error = ring.fwhm(light) / ring.narrow_fwhm(light) - 1;
        CHECK(error < last);
        last = error;
    }
    CHECK(last < 1e-6);
}

TEST_CASE("the Lorentzian is the ring near its resonance, and Q rises as coupling falls") {
    const ring_resonator ring{5 * um, 4.2, 0.99, 0.99, 1};
    const metre width = ring.fwhm(light);
    for (double x = -3; x <= 3; x += 0.05)
        CHECK(ring.drop(ring.phase(x * width, light)) / ring.drop(0) == doctest::Approx(lorentzian(x * width, width)).epsilon(2e-3));
    double last = 0;
    for (const double r : {0.8, 0.9, 0.95, 0.99, 0.999}) {
        const double q = ring_resonator{5 * um, 4.2, r, r, 1}.quality_factor(light);
        CHECK(q > last);
        last = q;
    }
    CHECK(linewidth(light, ring.quality_factor(light)).si == doctest::Approx(width.si).epsilon(1e-12));
}

TEST_CASE("a bend loses more the tighter it is, and 1 dB/cm when straight") {
    double last = 1e9;
    for (double r = 1; r <= 50; r += 0.5) {
        const double loss = bend_loss(r * um).decibel_per_metre / 100;
        CHECK(loss < last);
        CHECK(loss >= 1);
        last = loss;
    }
    CHECK(bend_loss(5 * um).decibel_per_metre / 100 == doctest::Approx(1 + 1.09e6 * std::pow(5, -10.15)).epsilon(1e-12));
    CHECK(last == doctest::Approx(1).epsilon(1e-9));
    // A ring that only its own loss damps, with couplers closed, has the intrinsic quality factor.
    for (const double loss : {1.0, 10.0, 100.0}) {
        ring_resonator closed{5 * um, 4.2, 1, 1, 1};
        closed.round_trip_amplitude = round_trip_amplitude(loss * dB_per_cm, closed.circumference());
        CHECK(closed.quality_factor(light) == doctest::Approx(intrinsic_quality_factor(loss * dB_per_cm, 4.2, light)).epsilon(1e-3));
    }
    // The amplitude of a round trip squared is the power that the loss leaves.
    const double a = round_trip_amplitude(3 * dB_per_cm, 1 * cm);
    CHECK(a * a == doctest::Approx((-decibel{3}).ratio()).epsilon(1e-12));
}

TEST_CASE("crosstalk falls with spacing and Q, is 1 on the diagonal, and bits follow") {
    for (const int channels : {2, 5, 15, 50}) {
        double last = 0;
        for (const double q : {2e3, 8e3, 16e3, 1e5}) {
            const auto grid = wdm_grid::filling(light, 18 * nm, channels, q);
            CHECK(grid.bits() >= last);
            last = grid.bits();
            for (int i = 0; i < channels; ++i) {
                double sum = 0;
                for (int j = 0; j < channels; ++j)
                    if (j != i) sum += grid.crosstalk(i, j);
                CHECK(grid.noise(i) == doctest::Approx(sum).epsilon(1e-9));
                CHECK(grid.noise(i) <= grid.worst_noise());
                CHECK(grid.crosstalk(i, i) == 1);
                for (int j = 0; j < channels; ++j) {
                    CHECK(grid.crosstalk(i, j) == doctest::Approx(grid.crosstalk(j, i)).epsilon(0.05));
                    if (j > i + 1) CHECK(grid.crosstalk(i, j) < grid.crosstalk(i, j - 1));
                }
            }
        }
    }
    for (const double b : {2.0, 4.0, 6.0}) {
        const int n = channels_for_bits(light, 18 * nm, 8000, b);
        CHECK(wdm_grid::filling(light, 18 * nm, n, 8000).bits() >= b);
        CHECK(wdm_grid::filling(light, 18 * nm, n + 1, 8000).bits() < b);
    }
}
