// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <string_view>

#include <sonic/accelerator/accelerators.hpp>
#include <sonic/sonic.hpp>
#include <sonic/unit/crossbar.hpp>
#include <sonic/unit/multiplier_array.hpp>

#include "../support/buildable.hpp"

using namespace sonic;
using namespace sonic::units;

namespace {

constexpr auto& of_sonic = feasibility_of<accelerators::sonic>;
constexpr auto& of_crosslight = feasibility_of<accelerators::crosslight>;
constexpr bool near(double a, double b, double tolerance) { return math::abs(a - b) <= tolerance; }

template <class A>
constexpr bool breaks(limit what, std::size_t array = 0) {
    return !feasibility_of<A>.check(what, array).holds;
}

struct buildable_at_sixteen_bits : lab::buildable {
    static constexpr auto claimed_bits = published(16.0, "a test");
};
struct two_arrays {
    static constexpr auto name = "two arrays";
    using diagram = assembly<array<of<2>, lab::buildable::unit, dense_chunks<weights>, runs<kind::conv>>,
                             array<of<2>, lab::buildable::unit, dense_chunks<weights>, runs<kind::dense>>>;
    using reading = readings::stationary;
    static constexpr std::array<unit_optics, 2> optics{unit_optics{}, unit_optics{.least_spacing = assumed(10 * nm, "a test")}};
    static constexpr std::array<sourced<int>, 2> claimed_bits{assumed(4, "a test"), assumed(3, "a test")};
};

struct nanosecond_clock {
    static constexpr auto frequency = assumed(1 * GHz, "a test");
};
/// An electronic machine with memories in its diagram: no light, no limit of light.
struct electronic {
    static constexpr auto name = "electronic";
    using unit = multiplier_array<of<16>, clocked_by<nanosecond_clock>, formats<of<16>, of<16>>>;
    using diagram = assembly<array<of<4>, unit, dense_chunks<weights>, runs<kind::conv, kind::dense>>, assumed_memory::on_chip>;
    using reading = readings::clock;
};
struct no_time {
    static constexpr auto load = assumed(0 * s, "a test");
};
/// A clocked crossbar whose ADC samples once in four integrated passes.
template <int Picoseconds>
struct integrating {
    static constexpr auto name = "integrating";
    using unit = crossbar<of<5>, of<2>, of<2>, drives<lab::test_dac<4, 500>, devices::vcsel>, holds<lab::held_dac, devices::microring>,
                          reads<devices::photodetector, lab::test_adc<Picoseconds>>, clocked_by<nanosecond_clock>, loads_in<no_time>,
                          integrates<of<4>>>;
    using diagram = assembly<array<of<1>, unit, dense_tiles, runs<kind::conv, kind::dense>>>;
    using reading = readings::clock;
};

/// A SONIC that breaks nothing: 18 lanes in its dense units, the sampling rate of the ADC that its paper cites, and a claim of 4 bits.
using fc_18 = detail::rewrite<accelerators::sonic::fc_unit, of<50>, of<18>>::type;
struct modest_sonic : replace<accelerators::sonic, accelerators::sonic::fc_unit, fc_18> {
    using reading = readings::rated;
    static constexpr auto claimed_bits = assumed(4, "an example");
};

}  // namespace

// The machine of the tests breaks nothing; the published ones do, and still have a cost.
static_assert(feasible<lab::buildable>);
static_assert(!feasible<accelerators::sonic> && !feasible<accelerators::crosslight>);
static_assert(cost<accelerators::sonic, networks::cifar10>.fps() > 0 * Hz &&
              cost<accelerators::crosslight, networks::cifar10>.fps() > 0 * Hz);
static_assert(feasible<modest_sonic> && cost<modest_sonic, networks::cifar10>.fps() > 0 * Hz);
static_assert(!feasible<int>);

// SONIC: 50 channels at Q 8000 in 18 nm leave 4.5 levels, 2.2 bits of the 16 claimed; they need 50 nm at 1 nm; and its ADC samples
// every 62.5 ns.
static_assert(near(of_sonic.resolutions[1].levels, 4.5, 0.05) && near(of_sonic.check(limit::crosstalk, 1).available, 2.17, 0.005));
static_assert(of_sonic.claims[1].stated && of_sonic.claims[1].bits == 16 && of_sonic.claims[1].origin == origin::published);
static_assert(of_sonic.check(limit::spectral_range, 1).required == 50 && of_sonic.check(limit::spectral_range, 1).available == 18);
static_assert(near(of_sonic.check(limit::adc_rate, 0).available, 62.5, 1e-9) &&
              near(of_sonic.check(limit::adc_rate, 0).required, 34.4058, 1e-4));
static_assert(of_sonic.broken() == 7 && of_crosslight.broken() == 6);
// CrossLight: 5.7 bits of the 16 claimed.
static_assert(near(of_crosslight.check(limit::crosstalk, 0).available, 5.67, 0.005) && of_crosslight.claims[0].bits == 16);
static_assert(of_crosslight.check(limit::light_budget, 1).holds && of_crosslight.check(limit::spectral_range, 1).holds);
// Neither paper publishes its losses to the detector in full: the budgets rest on assumed figures, and say so.
static_assert(of_sonic.check(limit::light_budget, 0).basis == origin::assumed &&
              of_crosslight.check(limit::light_budget, 0).basis == origin::assumed);
static_assert(of_crosslight.check(limit::spectral_range, 0).basis == origin::published);
static_assert(of_sonic.check(limit::spectral_range, 0).basis == origin::assumed);

// A claim is stated, or it is what the DACs pretend; above what physics leaves, the design is not feasible.
static_assert(!feasible<buildable_at_sixteen_bits> && breaks<buildable_at_sixteen_bits>(limit::crosstalk) &&
              breaks<buildable_at_sixteen_bits>(limit::noise));
static_assert(!feasibility_of<lab::buildable>.claims[0].stated && feasibility_of<lab::buildable>.claims[0].bits == 4);
// A variant keeps the optics and the claim of what it was made from.
using slower = replace<accelerators::sonic, signs::free, signs::two_pass>;
static_assert(feasibility_of<slower>.claims[0].bits == 16 && feasibility_of<slower>.check(limit::spectral_range, 1).available == 18);
using fewer = replace<accelerators::sonic, of<50>, of<16>>;
static_assert(feasibility_of<fewer>.check(limit::spectral_range, 1).holds && breaks<fewer>(limit::crosstalk, 1));
static_assert(feasibility_of<fewer>.resolutions[1].levels > of_sonic.resolutions[1].levels);
static_assert(feasibility_of<accelerators::crosslight_own_table>.claims[0].stated &&
              feasibility_of<accelerators::crosslight_own_table>.check(limit::spectral_range).basis == origin::published);
// Optics and claims array by array.
static_assert(!feasible<two_arrays> && !breaks<two_arrays>(limit::spectral_range, 0) && breaks<two_arrays>(limit::spectral_range, 1));
static_assert(feasibility_of<two_arrays>.claims[0].bits == 4 && feasibility_of<two_arrays>.claims[1].bits == 3);

// Memories and links are no arrays; an electronic unit has no optics to describe.
static_assert(feasible<electronic> && feasibility_of<electronic>.checks.size() == limits_per_array);
// A clock sets the symbol rate, and integration gives the ADC more time.
static_assert(near(feasibility_of<integrating<4000>>.symbol_rates[0].si, 1e9, 1));
static_assert(!breaks<integrating<4000>>(limit::adc_rate) && breaks<integrating<4001>>(limit::adc_rate));
static_assert(!breaks<integrating<4000>>(limit::driven_dac_rate) && !breaks<integrating<4000>>(limit::held_dac_rate));

TEST_CASE("every limit of every array is listed, with figures that decide it") {
    const auto check = [](const auto& report, std::size_t arrays) {
        CHECK(report.checks.size() == arrays * limits_per_array);
        std::size_t broken = 0;
        for (std::size_t i = 0; i < report.checks.size(); ++i) {
            const limit_check& c = report.checks[i];
            CAPTURE(name_of(c.what));
            CHECK(static_cast<std::size_t>(c.what) == i % limits_per_array);
            CHECK(c.array == static_cast<int>(i / limits_per_array));
            CHECK((c.margin < -1e-9) == !c.holds);
            CHECK(c.short_by() == -c.margin);
            broken += !c.holds;
        }
        CHECK(broken == report.broken());
        CHECK((broken == 0) == report.feasible());
    };
    check(of_sonic, 2);
    check(of_crosslight, 2);
    check(feasibility_of<lab::buildable>, 1);
    check(feasibility_of<two_arrays>, 2);
}

TEST_CASE("every published machine is checked: what has no light breaks nothing, what has light says what it breaks") {
    boost::hana::for_each(accelerators::all, [](auto each) {
        using A = typename decltype(each)::type;
        constexpr const auto& f = feasibility_of<A>;
        CAPTURE(A::name);
        static_assert(feasible<A> == f.feasible());
        for (std::size_t i = 0; i < f.budgets.size(); ++i) {
            CHECK(f.check(limit::described_optics, i).holds);
            const bool light = f.budgets[i].path.channels > 0;
            if (!light) {
                CHECK(f.budgets[i].path.count == 0);
                CHECK(f.feasible());
            } else {
                CHECK(f.symbol_rates[i].si > 0);
                CHECK(f.claims[i].bits > 0);
                CHECK(f.budgets[i].path.loss().value > 0);
                // No light, or as much as the received level and the losses add up to.
                const link_budget& b = f.budgets[i];
                if (std::isfinite(b.source.value)) CHECK((b.source - b.received).value == doctest::Approx(b.path.loss().value));
            }
        }
    });
    static_assert(feasible<accelerators::eie> && feasible<accelerators::nullhop> && feasible<accelerators::tesla_p100>);
    // A stream carries one bit a symbol; ganged microdisks two each; machines that state no source have none.
    static_assert(feasibility_of<accelerators::sconna>.claims[0].bits == 1 && feasibility_of<accelerators::holylight>.claims[0].bits == 2);
    static_assert(feasibility_of<accelerators::robin_energy>.budgets[0].source.value == -math::infinity);
    // 50 GS/s need a lower Q than 8000.
    static_assert(breaks<accelerators::lightbulb>(limit::photon_lifetime));
}

TEST_CASE("the sentence of a broken limit gives its figures") {
    const auto text = [](const limit_check& c) {
        const auto w = detail::sentence_of(c);
        return std::string(w.letters, w.length);
    };
    CHECK(text(of_sonic.check(limit::spectral_range, 1)) == "array 1: 50 channels, 18 fit, too many by 32");
    CHECK(text(of_sonic.check(limit::crosstalk, 1)) == "array 1: 16.00 bits claimed, 2.17 bits left, short by 13.83 bits");
    CHECK(text(of_sonic.check(limit::adc_rate, 0)) == "array 0: 34.41 ns per symbol, 62.50 ns per sample, too slow by 28.09 ns");
    limit_check dark{.what = limit::light_budget, .required = -20, .available = -math::infinity, .margin = -math::infinity};
    CHECK(text(dark) == "array 0: -20.00 dBm required, and no light source is stated");
}
