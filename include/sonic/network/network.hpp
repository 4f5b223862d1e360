// SPDX-License-Identifier: MIT
#pragma once

/// A network as a type: a plain struct with a name, a layer_list and the density of its weights.
///
///     struct lenet {
///         static constexpr auto name = "LeNet";
///         using layers = layer_list<input<1, 28, 28>, ...>;
///         static constexpr double weight_density = 0.5;      // kept share of the weights: one number, or one per MAC layer
///         static constexpr std::array activation_density{measured_share(1, "our images"), ...};   // optional, one per MAC layer
///     };

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include <sonic/network/layers.hpp>

namespace sonic {

/// Share of nonzero activations that enter a layer, and whether somebody measured it, on what.
struct activation_share {
    double value = 0.5;
    bool measured = false;
    const char* source = "1 for the network's input, 0.5 elsewhere";
};

constexpr activation_share measured_share(double value, const char* source) { return {value, true, source}; }

constexpr const char* name_of(const activation_share& a) { return a.measured ? "measured" : "assumed"; }

namespace detail {
template <class T>
struct is_layer_list {
    static constexpr bool value = false;
};
template <class... Layers>
struct is_layer_list<layer_list<Layers...>> {
    static constexpr bool value = true;
};
}  // namespace detail

template <class N>
concept network = requires {
    { N::name } -> std::convertible_to<const char*>;
    N::weight_density;
} && detail::is_layer_list<typename N::layers>::value;

namespace detail {
template <class N>
struct network_layers {
    static_assert(network<N>, "sonic: a network states name, layers and weight_density");
    static constexpr auto value = lower_layers<typename N::layers>::value;
};

template <class N>
constexpr std::size_t mac_layer_count() {
    std::size_t count = 0;
    for (const layer& l : network_layers<N>::value) count += l.is_mac();
    return count;
}
template <class N>
constexpr auto mac_layers() {
    std::array<layer, mac_layer_count<N>()> result{};
    std::size_t at = 0;
    for (const layer& l : network_layers<N>::value)
        if (l.is_mac()) result[at++] = l;
    return result;
}
template <class N>
constexpr auto weight_densities() {
    constexpr std::size_t count = mac_layer_count<N>();
    std::array<double, count> result{};
    if constexpr (std::convertible_to<decltype(N::weight_density), double>) {
        for (double& each : result) each = N::weight_density;
    } else {
        static_assert(N::weight_density.size() == count, "sonic: weight_density is one share, or one for each convolution and dense layer");
        for (std::size_t i = 0; i < count && i < N::weight_density.size(); ++i) result[i] = N::weight_density[i];
    }
    return result;
}
template <class N>
constexpr auto activation_densities() {
    constexpr std::size_t count = mac_layer_count<N>();
    std::array<activation_share, count> result{};
    if constexpr (requires { N::activation_density; }) {
        static_assert(N::activation_density.size() == count, "sonic: activation_density has one entry per convolution and dense layer");
        for (std::size_t i = 0; i < count && i < N::activation_density.size(); ++i) result[i] = N::activation_density[i];
    } else {
        result[0].value = 1;
    }
    return result;
}
template <class N>
struct checked_densities {
    static constexpr auto weights = weight_densities<N>();
    static constexpr auto activations = activation_densities<N>();
    static constexpr bool good = [] {
        bool result = true;
        for (const double each : weights) result = result && each >= 0 && each <= 1;
        for (const activation_share& each : activations) result = result && each.value >= 0 && each.value <= 1;
        return result;
    }();
    static_assert(good, "sonic: a density is a share from 0 to 1");
};
}  // namespace detail

/// All layers of N after its input, as values.
template <class N>
inline constexpr auto layers_of = detail::network_layers<N>::value;
/// The convolutions and dense layers of N.
template <class N>
inline constexpr auto mac_layers_of = detail::mac_layers<N>();
/// Kept share of the weights, per MAC layer.
template <class N>
inline constexpr auto weight_density_of = detail::checked_densities<N>::weights;
/// Nonzero share of the activations that enter each MAC layer. Until measured, assumed: 1 for the input, 0.5 elsewhere.
template <class N>
inline constexpr auto activation_density_of = detail::checked_densities<N>::activations;

/// Weights, biases and batch-norm values of N.
template <class N>
inline constexpr std::int64_t parameters_of = [] {
    std::int64_t sum = 0;
    for (const layer& l : layers_of<N>) sum += l.parameters();
    return sum;
}();
/// Multiply-accumulates of one sample on a dense machine.
template <class N>
inline constexpr std::int64_t macs_of = [] {
    std::int64_t sum = 0;
    for (const layer& l : layers_of<N>) sum += l.macs();
    return sum;
}();
/// Mean weight density, weighted by the layers' weights.
template <class N>
inline constexpr double mean_weight_density_of = [] {
    double kept = 0, all = 0;
    for (std::size_t i = 0; i < mac_layers_of<N>.size(); ++i) {
        kept += weight_density_of<N>[i] * static_cast<double>(mac_layers_of<N>[i].weights());
        all += static_cast<double>(mac_layers_of<N>[i].weights());
    }
    return kept / all;
}();

}  // namespace sonic
