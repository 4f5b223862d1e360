// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <random>

#include <sonic/device/thermal_coupling.hpp>
#include <sonic/device/tuning.hpp>

using namespace sonic;
using namespace sonic::physics;
using namespace sonic::units;

namespace {
constexpr bool near(double a, double b, double relative) { return math::abs(a - b) <= relative * math::abs(b); }

// CrossLight: 27.5 mW/FSR in an FSR of 18 nm is 10.8 mW for a drift of 7.1 nm, 3.2 mW for 2.1 nm.
static_assert(near(published_heater.power(conventional_fabrication_drift, 18 * nm).si, 10.8e-3, 5e-3));
static_assert(near(published_heater.power(optimised_fabrication_drift, 18 * nm).si, 3.2e-3, 5e-3));
static_assert(published_heater.power(18 * nm, 18 * nm) == tuner_power_per_fsr.value);
static_assert(near(published_electro_optic.power(1 * nm).si, 4e-6, 1e-12));
static_assert(near(thermal_shift(1550 * nm, 4.2).si, 0.07e-9, 3e-2));
// One FSR of a heater is two pi.
static_assert(near((2 * published_heater.power_per_pi()).si, 27.5e-3, 1e-12));

static_assert(near(doped_silicon_heater.value.power_per_pi().si, 24.77e-3, 1e-12) &&
              insulated_heater_power_per_fsr.value < tuner_power_per_fsr.value);
// Doped silicon: a time constant of 1.22 us, which rises from 10 to 90 % in the 2.69 us often quoted.
static_assert(near(doped_silicon_heater.value.time_constant.si, 1.22e-6, 5e-3));
static_assert(near((doped_silicon_heater.value.settling_time(0.1) - doped_silicon_heater.value.settling_time(0.9)).si, 2.69e-6, 1e-3));

constexpr auto coupling = exponential_coupling<15>(5 * um, 5 * um);
constexpr std::array<double, 15> wanted{2.1, 0.3, 1.7, 0.9, 2.0, 1.1, 0.4, 1.3, 1.9, 0.7, 1.5, 0.2, 1.0, 0.6, 1.8};
constexpr auto drive = decoupled_drive(coupling, wanted);
static_assert(drive.solvable);
}  // namespace

TEST_CASE("a heater settles exponentially") {
    CHECK(published_heater.settling_time(1 / std::exp(1.0)).si == doctest::Approx(4e-6));
    CHECK(published_heater.settling_time(0.01) > published_heater.settling_time(0.1));
}

TEST_CASE("TED: its powers reproduce the wanted phases") {
    const auto reached = phases(coupling, drive.powers);
    for (std::size_t i = 0; i < wanted.size(); ++i) CHECK(reached[i] == doctest::Approx(wanted[i]).epsilon(1e-10));
    std::mt19937_64 random(3);
    std::uniform_real_distribution<double> phase(0, 1);
    for (int trial = 0; trial < 200; ++trial) {
        std::array<double, 15> target{};
        for (double& t : target) t = phase(random);
        for (const double decay : {1.0, 5.0, 20.0}) {
            const auto k = exponential_coupling<15>(5 * um, decay * um);
            const auto found = decoupled_drive(k, target);
            REQUIRE(found.solvable);
            const auto got = phases(k, found.powers);
            for (std::size_t i = 0; i < target.size(); ++i) CHECK(got[i] == doctest::Approx(target[i]).epsilon(1e-9));
        }
    }
}

TEST_CASE("TED needs less power where neighbours help, and what it corrects is what crosstalk adds") {
    std::array<double, 15> equal{};
    equal.fill(1);
    const auto helped = decoupled_drive(coupling, equal);
    CHECK(helped.attainable);
    CHECK(helped.total < 15);
    const auto error = uncorrected_error(coupling, equal);
    for (const double e : error) CHECK(e > 0);
    // Far apart, nothing couples: each heater's power is its phase, and there is no error.
    const auto apart = exponential_coupling<15>(200 * um, 5 * um);
    const auto alone = decoupled_drive(apart, wanted);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        CHECK(alone.powers[i] == doctest::Approx(wanted[i]).epsilon(1e-9));
        CHECK(std::fabs(uncorrected_error(apart, wanted)[i]) < 1e-9);
    }
    // A heater cannot cool what hot neighbours overheat.
    CHECK_FALSE(decoupled_drive(exponential_coupling<3>(5 * um, 20 * um), std::array<double, 3>{1, 0, 1}).attainable);
    CHECK_FALSE(decoupled_drive(square_matrix<2>{{{1, 1}, {1, 1}}}, std::array<double, 2>{1, 2}).solvable);
}

TEST_CASE("coupling matrices are 1 on the diagonal, symmetric, and fall with distance") {
    const auto check = [](const auto& k) {
        for (std::size_t i = 0; i < k.size(); ++i) {
            CHECK(k[i][i] == 1);
            for (std::size_t j = 0; j < k.size(); ++j) {
                CHECK(k[i][j] == k[j][i]);
                CHECK(k[i][j] >= 0);
                if (j > i) CHECK(k[i][j] < k[i][j - 1]);
            }
        }
    };
    check(exponential_coupling<12>(5 * um, 30 * um));
    check(logarithmic_coupling<12>(20 * um, 5 * um, 1 * mm));
    CHECK(logarithmic_coupling<12>(200 * um, 5 * um, 1 * mm)[0][6] == 0);
}
