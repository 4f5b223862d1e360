// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <sonic/accelerator/cost.hpp>
#include <sonic/accelerator/crosslight.hpp>
#include <sonic/accelerator/nullhop.hpp>
#include <sonic/interconnect/broadcast_tree.hpp>
#include <sonic/interconnect/bus.hpp>
#include <sonic/interconnect/mesh.hpp>
#include <sonic/interconnect/wdm_link.hpp>
#include <sonic/network/networks.hpp>

using namespace sonic;
using namespace sonic::interconnects;

namespace {

constexpr bool near(double a, double b) { return a - b < 1e-9 * b && b - a < 1e-9 * b; }

static_assert(transport<bus<of<256>, of<1000>>> && transport<mesh<of<4>, of<128>, of<1000>>> && transport<wdm_link<of<16>, of<10>, of<5>>>);
static_assert(transport<broadcast_tree<of<8>, of<64>, of<500>>> && transport<devices::sram<of<64>>> && transport<devices::edram<of<64>>> &&
              transport<devices::dram>);

// Twice as wide or as fast: twice the bandwidth, the same energy per bit.
static_assert(near(bus<of<512>, of<1000>>::bandwidth.value.si, 2 * bus<of<256>, of<1000>>::bandwidth.value.si));
static_assert(near(bus<of<256>, of<1000>>::bandwidth.value.si, 256e9));
static_assert(near(wdm_link<of<16>, of<10>, of<5>>::bandwidth.value.si, 160e9));
static_assert(near(wdm_link<of<16>, of<10>, of<5>>::energy_per_bit.value.si, 530e-15));
// A mesh twice as wide: twice the hops, twice the bisection, four times the routers.
static_assert(near(mesh<of<8>, of<64>, of<1000>>::energy_per_bit.value.si, 2 * mesh<of<4>, of<64>, of<1000>>::energy_per_bit.value.si));
static_assert(near(mesh<of<8>, of<64>, of<1000>>::bandwidth.value.si, 2 * mesh<of<4>, of<64>, of<1000>>::bandwidth.value.si));
static_assert(near(mesh<of<8>, of<64>, of<1000>>::area.value.si, 4 * mesh<of<4>, of<64>, of<1000>>::area.value.si));
// Two links on average in a mesh of three by three: twice a router's 20.74 pJ per 256 bits, all of its power.
static_assert(near(mesh<of<3>, of<256>, of<1000>>::energy_per_bit.value.si, 2 * 20.74e-12 / 256));
// A bit on a tree drives every branch.
static_assert(near(broadcast_tree<of<8>, of<64>, of<500>>::energy_per_bit.value.si, 14 * 0.054e-12));
static_assert(broadcast_tree<of<8>, of<64>, of<500>>::levels == 3);
// Memories meet the size they are scaled from, and grow with the rule.
static_assert(near(devices::sram<of<256>>::energy_per_bit.value.si, 0.435e-12 / 64));
static_assert(near(devices::sram<of<512>>::area.value.si, 2 * devices::sram<of<256>>::area.value.si));
static_assert(near(devices::edram<of<64>>::energy_per_bit.value.si, 20.45e-12 / 256));
// Its energy, the bus's and the router's are ISAAC's power over its traffic, so no power is counted besides.
template <class T>
concept draws_at_rest = requires { T::power; };
static_assert(draws_at_rest<devices::global_buffer> && !draws_at_rest<devices::edram<of<64>>> && !draws_at_rest<bus<of<256>, of<1000>>> &&
              !draws_at_rest<mesh<of<4>, of<128>, of<1000>>>);
static_assert(near(bus<of<256>, of<1000>>::area.value.si, 0.09e-6) && near(bus<of<512>, of<1000>>::area.value.si, 0.18e-6));
static_assert(devices::sram<of<512>>::energy_per_bit.value.si > 1.7 * devices::sram<of<256>>::energy_per_bit.value.si &&
              devices::sram<of<512>>::energy_per_bit.value.si < 1.8 * devices::sram<of<256>>::energy_per_bit.value.si);

/// NullHop's multipliers behind one memory and one link.
template <class Memory, class Link>
struct behind {
    static constexpr auto name = "behind a link";
    using unit = multiplier_array<of<1>, supplied_by<devices::nullhop::asic_share>, formats<of<16>, of<16>>,
                                  clocked_by<devices::nullhop::asic_clock>>;
    using diagram = assembly<array<of<128>, unit, skip_activations, runs<kind::conv, kind::dense>>, memory<Memory, moves<traffic::weights>>,
                             interconnect<Link, moves<traffic::weights>>>;
    using reading = readings::clock;
};
/// One bit at 1 MHz: everything waits for it.
using slow = bus<of<1>, of<1>>;

}  // namespace

TEST_CASE("a slow link binds every layer, and the report says so") {
    const auto& c = cost<behind<devices::sram<of<256>>, slow>, networks::mnist>;
    CHECK(c.bound_share(bound::link) == doctest::Approx(1));
    double bits = 0;
    for (const layer& l : mac_layers_of<networks::mnist>) bits += double(l.weights()) * 16;
    // The time of the weights' bits, and one transfer of latency per layer.
    CHECK(c.latency().si == doctest::Approx(bits * 1e-6 + 4e-6).epsilon(1e-9));
    CHECK(cost<behind<devices::sram<of<256>>, slow>, networks::mnist, memories::none>.bound_share(bound::compute) == doctest::Approx(1));
}

TEST_CASE("a slow memory binds, a fast link does not; energy is bits times energy per bit") {
    using fast = wdm_link<of<64>, of<10>, of<5>>;
    const auto& c = cost<behind<devices::dram, fast>, networks::stl10>;
    CHECK(c.bound_share(bound::memory) > 0.2);
    CHECK(c.bound_share(bound::link) == 0);
    double bits = 0;
    for (const layer& l : mac_layers_of<networks::stl10>) bits += double(l.weights()) * 16;
    for (const part_cost& p : c.parts) {
        if (p.part.role == role::memory) CHECK(p.energy.si == doctest::Approx(bits * 20e-12).epsilon(1e-9).scale(0));
        if (p.part.role == role::link) CHECK(p.energy.si == doctest::Approx(bits * 530e-15).epsilon(1e-9).scale(0));
    }
}

TEST_CASE("CrossLight's own table differs in its VCSEL") {
    const auto& borrowed_table = cost<accelerators::crosslight, networks::cifar10, memories::none>;
    const auto& own = cost<accelerators::crosslight_own_table, networks::cifar10, memories::none>;
    // 10 ns in place of 0.07 ns in every pass of 34.5616 ns.
    CHECK(own.latency() / borrowed_table.latency() == doctest::Approx((34.5616 + 9.93) / 34.5616).epsilon(1e-6));
    // 100 units of two arms and 60 of ten.
    CHECK(borrowed_table.peak_power().si - own.peak_power().si == doctest::Approx((100 * 2 + 60 * 10) * 0.64e-3).epsilon(1e-6));
}
