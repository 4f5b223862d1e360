// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>

#include <sonic/accelerator/accelerators.hpp>
#include <sonic/sonic.hpp>

using namespace sonic;

namespace {

/// Compares relative to the value alone: SI values of a cost are far below 1, where an absolute margin would accept anything (doctest never
/// accepts one of 0).
doctest::Approx relative(double value) { return doctest::Approx(value).epsilon(1e-9).scale(1e-30); }

constexpr bool near(double a, double b, double tolerance) { return a - b < tolerance && b - a < tolerance; }

/// SONIC's published total counts VCSELs, DACs, photodetectors and ADCs only.
constexpr bool in_published_total(const part_cost& p) {
    return p.part.role == role::driven_dac || p.part.role == role::held_dac || p.part.role == role::emitter ||
           p.part.role == role::detector || p.part.role == role::adc;
}
constexpr auto& sonic_cost = cost<accelerators::sonic, networks::cifar10, memories::none>;
static_assert(near(sonic_cost.peak_power_if(in_published_total).si, 37.113, 1e-9));
static_assert(near(sonic_cost.peak_power_if([](const part_cost& p) { return in_published_total(p) && p.array == 0; }).si, 14.315, 1e-9));
static_assert(near(sonic_cost.peak_power_if([](const part_cost& p) { return in_published_total(p) && p.array == 1; }).si, 22.798, 1e-9));
static_assert(near(sonic_cost.peak_power().si, 37.113 + 60 * 3e-3 + (750 + 60) * 4e-6, 1e-9));

// CrossLight with SONIC's device table: 22,000 rings, each behind a 16 bit DAC.
constexpr auto& crosslight_cost = cost<accelerators::crosslight, networks::cifar10, memories::none>;
constexpr int crosslight_rings = [] {
    int rings = 0;
    for (const part_cost& p : crosslight_cost.parts)
        if (p.part.role == role::tuner || p.part.role == role::emitter) rings += p.count;
    return rings;
}();
static_assert(crosslight_rings == 22000);
static_assert(near(
    crosslight_cost.peak_power_if([](const part_cost& p) { return p.part.role == role::driven_dac || p.part.role == role::held_dac; }).si,
    880, 1e-9));
static_assert(near(crosslight_cost
                       .peak_power_if([](const part_cost& p) {
                           return p.part.role != role::supply && p.part.role != role::tuner && p.part.role != role::emitter;
                       })
                       .si,
                   899.4, 0.1));

using unit_c = accelerators::sonic::conv_unit;
using unit_f = accelerators::sonic::fc_unit;
template <class Reading, class Unit>
constexpr double interval_ns = Reading::timing(unit_of<Unit>).interval.si * 1e9;
static_assert(near(interval_ns<readings::serial, unit_c>, 34.406, 5e-4) && near(interval_ns<readings::serial, unit_f>, 34.406, 5e-4));
static_assert(near(interval_ns<readings::overlapped, unit_c>, 20, 1e-9) && near(interval_ns<readings::overlapped, unit_f>, 20, 1e-9));
static_assert(near(interval_ns<readings::stationary, unit_c>, 14, 1e-9) && near(interval_ns<readings::stationary, unit_f>, 14, 1e-9));
static_assert(near(interval_ns<readings::pipelined, unit_c>, 0.33, 1e-9) && near(interval_ns<readings::pipelined, unit_f>, 0.33, 1e-9));
static_assert(near(interval_ns<readings::rated, unit_c>, 62.5, 1e-9) && near(interval_ns<readings::rated, unit_f>, 62.5, 1e-9));
static_assert(near(interval_ns<readings::stationary, accelerators::crosslight::unit<20>>, 20, 1e-9), "its changing operand sits on rings");
static_assert(near(readings::stationary::timing(unit_of<unit_c>).load.si, 20e-9, 1e-15));

template <class A, class N, class... Choices>
void report_laws() {
    CAPTURE(A::name);
    CAPTURE(N::name);
    const auto& c = cost<A, N, Choices...>;
    joule by_part{}, by_layer{};
    watt power{};
    square_metre area{};
    for (const auto& p : c.parts) {
        CHECK(p.energy.si >= 0);
        CHECK(p.peak_power.si >= 0);
        CHECK(p.area.si >= 0);
        by_part += p.energy;
        power += p.peak_power;
        area += p.area;
    }
    second latency{};
    for (const auto& l : c.layers) {
        CHECK(l.time.si > 0);
        CHECK(l.energy.si > 0);
        by_layer += l.energy;
        latency += l.time;
        CHECK(l.activity.busiest_passes <= l.activity.passes * (1 + 1e-12));
        CHECK(l.activity.driven <= l.activity.elements * (1 + 1e-12));
        CHECK(l.activity.additions >= 0);
    }
    CHECK(by_part.si == relative(c.energy().si).epsilon(1e-12));
    CHECK(by_layer.si == relative(c.energy().si).epsilon(1e-12));
    CHECK(power.si == relative(c.peak_power().si).epsilon(1e-12));
    CHECK(area.si == relative(c.area().si).epsilon(1e-12));
    CHECK(latency.si == relative(c.latency().si).epsilon(1e-12));
    CHECK((c.power() * c.latency()).si == relative(c.energy().si).epsilon(1e-12));
    CHECK(c.fps_per_watt() == relative(c.fps().si / c.power().si).epsilon(1e-12));
    CHECK(c.assumed_share() >= 0);
    CHECK(c.assumed_share() <= 1);
    CHECK(std::isfinite(c.energy_per_bit(bit_meaning::executed_macs).si));
    if (!detail::policies<A, Choices...>::rules.duty_cycled) {
        // Peak power counts what memories draw at rest; their transfers come on top.
        joule of_arrays{};
        const auto in_arrays = [](const part_cost& p) { return p.part.role != role::memory && p.part.role != role::link; };
        for (const auto& p : c.parts)
            if (in_arrays(p)) of_arrays += p.energy;
        CHECK((of_arrays / c.latency()).si <= c.peak_power_if(in_arrays).si * (1 + 1e-12));
    }
    CHECK(c.bound_share(bound::compute) + c.bound_share(bound::memory) + c.bound_share(bound::link) == relative(1).epsilon(1e-12));
}

template <class A, class N>
void all_policies() {
    report_laws<A, N>();
    report_laws<A, N, readings::overlapped, idle::gated>();
    report_laws<A, N, gates::emitter_and_dac, readings::stationary>();
    report_laws<A, N, readings::pipelined, gates::none, idle::gated>();
    report_laws<A, N, readings::rated, energies::duty_cycled>();
}

template <class A>
void all_networks() {
    all_policies<A, networks::mnist>();
    all_policies<A, networks::fashion_mnist>();
    all_policies<A, networks::cifar10>();
    all_policies<A, networks::svhn>();
    all_policies<A, networks::stl10>();
}

/// Layers whose work divides evenly by many units.
struct even {
    static constexpr auto name = "even";
    using layers = layer_list<sonic::layers::input<8, 16, 16>, sonic::layers::conv<400, sonic::layers::kernel<1>, sonic::layers::same>>;
    static constexpr double weight_density = 1;
};

}  // namespace

TEST_CASE("report laws hold for every accelerator, network and policy") {
    all_networks<accelerators::sonic>();
    all_networks<accelerators::crosslight>();
    all_networks<replace<accelerators::sonic, signs::free, signs::two_pass>>();
    boost::hana::for_each(accelerators::all, [](auto each) {
        using A = typename decltype(each)::type;
        report_laws<A, networks::mnist>();
        report_laws<A, networks::cifar10, idle::gated, memories::none>();
        report_laws<A, networks::stl10, energies::duty_cycled>();
        report_laws<A, networks::svhn, gates::emitter_and_dac, readings::stationary>();
    });
}

TEST_CASE("twice the units: twice the power, half the time where work divides") {
    using twice = replace<accelerators::sonic, of<50>, of<100>>;  // also makes dense units of 100 lanes; convolutions alone run here
    const auto& once_cost = cost<accelerators::sonic, even>;
    const auto& twice_cost = cost<twice, even>;
    CHECK(twice_cost.latency().si == relative(once_cost.latency().si / 2).epsilon(1e-12));
    const auto conv = [](const part_cost& p) { return p.array == 0; };
    CHECK(twice_cost.peak_power_if(conv).si == relative(2 * once_cost.peak_power_if(conv).si).epsilon(1e-12));
}

TEST_CASE("gating both emitter and DAC saves what the model says, never more energy than none") {
    const auto& none = cost<accelerators::sonic, networks::cifar10, gates::none>;
    const auto& emitter = cost<accelerators::sonic, networks::cifar10>;
    const auto& both = cost<accelerators::sonic, networks::cifar10, gates::emitter_and_dac>;
    CHECK(both.energy() < emitter.energy());
    CHECK(emitter.energy() < none.energy());
    CHECK(both.latency() == none.latency());
}

TEST_CASE("two sign passes double conversions; balanced detection adds one photodetector, and nothing behind it") {
    using twice = replace<accelerators::sonic, signs::free, signs::two_pass>;
    CHECK(cost<twice, networks::cifar10>.latency().si == relative(2 * cost<accelerators::sonic, networks::cifar10>.latency().si));
    CHECK(cost<twice, networks::cifar10>.layers[1].activity.driven == relative(sonic_cost.layers[1].activity.driven));
    CHECK(cost<twice, networks::cifar10>.layers[1].activity.conversions == relative(2 * sonic_cost.layers[1].activity.conversions));
    using balanced =
        vector_dot_product<of<5>, drives<devices::dac<16>, devices::vcsel>, holds<devices::dac<6>, devices::microring>,
                           reads<devices::photodetector, devices::transimpedance_amplifier, devices::adc<16>>, signs::balanced>;
    const auto count = [](const char* name) {
        int sum = 0;
        for (const part& p : unit_of<balanced>.parts) sum += std::string_view(p.name) == name ? p.count : 0;
        return sum;
    };
    CHECK(count(devices::photodetector::name) == 2);
    CHECK(count(devices::transimpedance_amplifier::name) == 1);
    CHECK(count(devices::adc<16>::name) == 1);
}

namespace lab {
struct fast_adc {
    static constexpr auto name = "fast ADC";
    static constexpr int bits = 16;
    static constexpr auto power = assumed(31 * units::mW, "test");
    static constexpr auto latency = assumed(1 * units::ns, "test");
};
}  // namespace lab

TEST_CASE("replace rewrites what it names and nothing else") {
    using fast = replace<accelerators::sonic, devices::adc<16>, lab::fast_adc>;
    const auto& c = cost<fast, networks::cifar10, memories::none>;
    CHECK(c.peak_power().si == relative(sonic_cost.peak_power().si - 60 * 31e-3));
    using fast_unit = detail::rewrite<unit_c, devices::adc<16>, lab::fast_adc>::type;
    CHECK(interval_ns<readings::serial, fast_unit> == relative(interval_ns<readings::serial, unit_c> - 13));
    CHECK(c.assumed_share() > 0.01);
    CHECK(c.parts.size() == sonic_cost.parts.size());
}
