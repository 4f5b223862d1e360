// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>

#include <sonic/accelerator/plan_of.hpp>
#include <sonic/network/trained.hpp>
#include <sonic/sonic.hpp>

using namespace sonic;

namespace {

/// A network known at run time costs what its type costs; the compiler may fuse a product and a sum at run time only.
void same(double a, double b) { CHECK(std::fabs(a - b) <= 1e-13 * std::fabs(b)); }

template <accelerator A, network N, class... Choices>
void same_cost() {
    std::vector<layer_density> densities;
    for (std::size_t i = 0; i < mac_layers_of<N>.size(); ++i) densities.push_back({weight_density_of<N>[i], activation_density_of<N>[i]});
    const auto at_run_time = cost_of<A, Choices...>(chain_of<N>(), densities);
    constexpr const auto& as_type = cost<A, N, Choices...>;
    CAPTURE(A::name);
    CAPTURE(N::name);
    REQUIRE(at_run_time.layers.size() == as_type.layers.size());
    same(at_run_time.latency().si, as_type.latency().si);
    same(at_run_time.energy().si, as_type.energy().si);
    same(at_run_time.peak_power().si, as_type.peak_power().si);
    same(at_run_time.energy_per_bit().si, as_type.energy_per_bit().si);
    same(at_run_time.energy_per_bit(bit_meaning::executed_macs).si, as_type.energy_per_bit(bit_meaning::executed_macs).si);
    for (std::size_t l = 0; l < as_type.layers.size(); ++l) {
        same(at_run_time.layers[l].time.si, as_type.layers[l].time.si);
        same(at_run_time.layers[l].energy.si, as_type.layers[l].energy.si);
        const auto &a = at_run_time.layers[l].activity, &b = as_type.layers[l].activity;
        same(a.passes, b.passes), same(a.loads, b.loads), same(a.loaded, b.loaded), same(a.elements, b.elements);
        same(a.driven, b.driven), same(a.conversions, b.conversions), same(a.additions, b.additions);
        same(a.busiest_passes, b.busiest_passes), same(a.busiest_loads, b.busiest_loads);
    }
}

struct convolutions_only {
    static constexpr auto name = "convolutions only";
    using diagram = assembly<array<of<2>, accelerators::sonic::conv_unit, compress_weights, runs<kind::conv>>>;
    using reading = readings::serial;
};

}  // namespace

TEST_CASE("a run-time network costs what its type costs") {
    same_cost<accelerators::sonic, networks::cifar10>();
    same_cost<accelerators::sonic, networks::stl10, readings::stationary, idle::gated>();
    same_cost<accelerators::crosslight, networks::svhn, readings::rated>();
    same_cost<accelerators::crosslight, networks::mnist, energies::duty_cycled, gates::none>();
}

TEST_CASE("densities are read off the weights") {
    auto n = chain_of<networks::fashion_mnist>();
    for (const layer& l : n.layers)
        if (l.is_mac()) {
            std::vector<float> weights(static_cast<std::size_t>(l.weights()));
            for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = i % 4 == 0 ? 1.0f : 0.0f;
            n.values.push_back({weights, std::vector<double>(static_cast<std::size_t>(l.out.channels), 1),
                                std::vector<double>(static_cast<std::size_t>(l.out.channels), 0)});
        }
    const auto densities = densities_of(n);
    REQUIRE(densities.size() == 4);
    for (const layer_density& d : densities) CHECK(d.weights == 0.25);
    CHECK(densities[0].activations.value == 1);
    CHECK(densities[3].activations.value == 0.5);
    CHECK_FALSE(densities[3].activations.measured);
}

TEST_CASE("a layer that no array runs, and a density that is missing, are refused by name") {
    const auto n = chain_of<networks::mnist>();
    const std::vector<layer_density> four(4), three(3);
    CHECK_THROWS_WITH_AS(plan_of<accelerators::sonic>(n, three, schedule::held), doctest::Contains("no density for dense2"), input_error);
    CHECK(plan_of<accelerators::sonic>(n, four, schedule::held).size() == 4);
    CHECK_THROWS_WITH_AS(plan_of<convolutions_only>(n, four, schedule::held),
                         "convolutions only: no array runs dense1; expected an array for every convolution and dense layer", input_error);
}
