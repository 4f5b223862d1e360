// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <type_traits>

#include <sonic/quantity/decibel.hpp>
#include <sonic/quantity/quantity.hpp>

using namespace sonic;
using namespace sonic::units;

template <watt P>
struct structural {
    static constexpr double value = P.si;
};
static_assert(structural<3 * mW>::value == 3e-3);
static_assert(std::is_same_v<decltype(2 * W * (3 * s)), joule>);
static_assert(std::is_same_v<decltype(joule{1} / second{1}), watt>);
static_assert(std::is_same_v<decltype(watt{1} / watt{2}), double>);
static_assert(std::is_same_v<decltype(1.0 / second{1}), hertz>);
static_assert((2 * W + 1 * mW).si == 2.001);
static_assert(1 * ns < 2 * ns && 1 * ns != 2 * ns && -(1 * W) < 1 * mW);
static_assert(std::is_same_v<decltype(1 * V * (1 * A)), watt> && std::is_same_v<decltype(1 * V / (1 * A)), ohm>);
static_assert(std::is_same_v<decltype(1 * A / (1 * W) * (1 * W)), ampere> && std::is_same_v<decltype(1 * F * (1 * V) * (1 * V)), joule>);
static_assert((2 * dB_per_cm * (5 * mm)).value == 1 && (3 * dB_per_cm + 1 * dB_per_cm) == 4 * dB_per_cm);
static_assert(std::is_same_v<decltype(dBm{} - dBm{}), decibel>);
static_assert(std::is_same_v<decltype(dBm{} + decibel{}), dBm>);

template <class A, class B>
concept addable = requires(A a, B b) { a + b; };
static_assert(!addable<watt, joule> && !addable<dBm, dBm> && !addable<decibel, watt> && !addable<watt, double>);
static_assert(addable<watt, watt> && addable<dBm, decibel>);

TEST_CASE("levels and ratios round trip") {
    for (double level = -60; level <= 30; level += 0.7) {
        CHECK(dBm::from_power(dBm{level}.power()).value == doctest::Approx(level).epsilon(1e-12));
        CHECK(decibel::from_ratio(decibel{level}.ratio()).value == doctest::Approx(level).epsilon(1e-12));
    }
    CHECK((dBm{0} + decibel{30}).power().si == doctest::Approx(1).epsilon(1e-12));
}
