// SPDX-License-Identifier: MIT
#pragma once

/// Plans of networks known at run time, by the dataflows that plan network types. `cost_of<A>` costs the result.
///
///     const auto runs = plan_of<accelerators::sonic>(network, densities_of(network), schedule::every_pass);
///     const auto c = cost_of<accelerators::sonic>(runs);

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <sonic/accelerator/cost.hpp>
#include <sonic/dataflow/exact_zeros.hpp>
#include <sonic/network/error.hpp>
#include <sonic/network/graph.hpp>
#include <sonic/network/network.hpp>

namespace sonic {

/// Share of a MAC layer's weights that are not zero, and of the activations that enter it.
struct layer_density {
    double weights = 1;
    activation_share activations{};
};

/// Densities per MAC layer: those of the weights are counted; those of the activations are assumed, as for a network type: 1 where the
/// network's input enters, 0.5 elsewhere.
inline std::vector<layer_density> densities_of(const trained_network& network) {
    std::vector<layer_density> result;
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
        if (!network.layers[i].is_mac()) continue;
        const std::vector<float>& weights = network.values[result.size()].weights;
        std::size_t kept = 0;
        for (const float w : weights) kept += w != 0;
        result.push_back({weights.empty() ? 0.0 : static_cast<double>(kept) / static_cast<double>(weights.size()),
                          {network.reads_of(i)[0] == 0 ? 1.0 : 0.5, false}});
    }
    return result;
}

/// Events of every MAC layer on A. `zeros`: one model of zeros per MAC layer, in order (independent_zeros, exact_zeros or a user's).
/// Throws input_error where no array of A runs a layer.
template <accelerator A, class Zeros>
std::vector<layer_run> plan_of(std::span<const Zeros> zeros, schedule when) {
    std::vector<layer_run> runs;
    for (const Zeros& z : zeros) {
        const std::size_t array = detail::lowered<A>::array_for(z.layer.kind);
        if (array == detail::lowered<A>::arrays)
            throw input_error(A::name, "no array runs " + std::string(z.layer.name().view()),
                              "an array for every convolution and dense layer");
        runs.push_back({z.layer, array, expected(plan_layer<A>(z, when))});
    }
    return runs;
}

/// Events expected from densities, one per MAC layer in order. Throws input_error unless each is a share from 0 to 1.
template <accelerator A>
std::vector<layer_run> plan_of(const trained_network& network, std::span<const layer_density> densities, schedule when) {
    std::vector<independent_zeros> zeros;
    for (const layer& l : network.layers) {
        if (!l.is_mac()) continue;
        if (zeros.size() == densities.size())
            throw input_error(A::name, "no density for " + std::string(l.name().view()), "one per convolution and dense layer");
        const layer_density& d = densities[zeros.size()];
        for (const double share : {d.weights, d.activations.value})
            if (!(share >= 0 && share <= 1))
                throw input_error(A::name, "a density of " + std::to_string(share) + " in " + std::string(l.name().view()), "0 to 1");
        zeros.push_back({l, d.weights, d.activations.value});
    }
    return plan_of<A>(std::span<const independent_zeros>(zeros), when);
}

/// Cost of one frame of a network known at run time, from densities, under the same choices as `cost`.
template <accelerator A, class... Choices>
auto cost_of(const trained_network& network, std::span<const layer_density> densities) {
    return cost_of<A, Choices...>(plan_of<A>(network, densities, detail::policies<A, Choices...>::reading::schedule));
}

}  // namespace sonic
