// SPDX-License-Identifier: MIT
#pragma once

/// Occupancy: all that a plan may see of a layer's zeros. Two models answer the same questions:
/// `independent_zeros` from densities (exact expectations), `exact_zeros` from masks and maps of codes.

#include <cstdint>

#include <sonic/network/layer.hpp>
#include <sonic/quantity/math.hpp>

namespace sonic {

namespace detail {
/// Expectation of f under a normal law, sampled 64 times per standard deviation up to eight of them. Where a binomial has a variance above
/// 10^6, the two differ, in the place of a step of f, by less than 1/100 of a standard deviation.
template <class F>
constexpr double normal_expectation(double mean, double variance, F f) {
    const double step = math::sqrt(variance) / 64;
    double weight = 1, total = 1, sum = f(static_cast<std::int64_t>(mean + 0.5));
    // exp(-(j / 64)^2 / 2) by its ratio to the one before, which itself falls by a constant ratio.
    const double fall = math::exp(-1.0 / 4096);
    double ratio = math::exp(-0.5 / 4096);
    for (int j = 1; j <= 8 * 64; ++j) {
        weight *= ratio;
        ratio *= fall;
        total += 2 * weight;
        sum += weight * (f(static_cast<std::int64_t>(mean + j * step + 0.5)) + f(static_cast<std::int64_t>(mean - j * step + 0.5)));
    }
    return sum / total;
}

/// Sum over k of P(Bin(n, p) = k) f(k). The recurrence starts at the mode, so large n neither under- nor overflow.
template <class F>
constexpr double binomial_expectation(std::int64_t n, double p, F f) {
    if (p <= 0) return f(std::int64_t{0});
    if (p >= 1) return f(n);
    const double mean = static_cast<double>(n) * p, variance = mean * (1 - p);
    if (variance > 1e6) return normal_expectation(mean, variance, f);
    auto mode = static_cast<std::int64_t>(static_cast<double>(n + 1) * p);
    if (mode > n) mode = n;
    const double odds = p / (1 - p);
    double weight = 1, total = 1, sum = f(mode);
    for (std::int64_t k = mode; k < n && weight > 1e-18; ++k) {
        weight *= odds * static_cast<double>(n - k) / static_cast<double>(k + 1);
        total += weight;
        sum += weight * f(k + 1);
    }
    weight = 1;
    for (std::int64_t k = mode; k > 0 && weight > 1e-18; --k) {
        weight *= static_cast<double>(k) / (odds * static_cast<double>(n - k + 1));
        total += weight;
        sum += weight * f(k - 1);
    }
    return sum / total;
}

constexpr double power(double base, std::int64_t exponent) {
    double result = 1;
    for (; exponent > 0; exponent /= 2, base *= base)
        if (exponent % 2 == 1) result *= base;
    return result;
}

/// Pairs (output position, tap) of one axis that fall inside the map, not on its padding.
constexpr std::int64_t inside_pairs(int in, int out, int kernel, int stride, int padding) {
    std::int64_t pairs = 0;
    for (int o = 0; o < out; ++o)
        for (int k = 0; k < kernel; ++k) {
            const int at = o * stride + k - padding;
            if (at >= 0 && at < in) ++pairs;
        }
    return pairs;
}

constexpr std::int64_t rounds(std::int64_t count, std::int64_t per_round) { return (count + per_round - 1) / per_round; }
}  // namespace detail

/// Every weight is kept with one probability, every activation is nonzero with another, all independently.
/// Densities lie in [0, 1]; each answer is the exact expectation.
struct independent_zeros {
    sonic::layer layer;
    double weight_density = 1, activation_density = 1;

    using number = double;

    /// Sum over (output, input) slices of f(weights kept in the slice).
    template <class F>
    constexpr double over_slices(F f) const {
        return static_cast<double>(std::int64_t{layer.out.channels} * layer.inputs_per_group()) *
               detail::binomial_expectation(layer.taps(), weight_density, [&](std::int64_t k) { return double(f(k)); });
    }
    /// Outputs whose kernel keeps at least one weight.
    constexpr double outputs_with_weights() const {
        const auto length = std::int64_t{layer.inputs_per_group()} * layer.taps();
        return layer.out.channels * (1 - detail::power(1 - weight_density, length));
    }
    /// Sum over outputs of f(weights kept in the output's whole kernel).
    template <class F>
    constexpr double over_kernels(F f) const {
        return layer.out.channels * detail::binomial_expectation(std::int64_t{layer.inputs_per_group()} * layer.taps(), weight_density,
                                                                 [&](std::int64_t k) { return double(f(k)); });
    }
    /// Sum over groups of f(weights kept in the group).
    template <class F>
    constexpr double over_groups(F f) const {
        return layer.groups *
               detail::binomial_expectation(layer.weights() / layer.groups, weight_density, [&](std::int64_t k) { return double(f(k)); });
    }
    constexpr double nonzero_inputs() const { return static_cast<double>(layer.in.size()) * activation_density; }
    constexpr double kept_weights() const { return static_cast<double>(layer.weights()) * weight_density; }
    /// f(nonzero inputs) for a dense layer.
    template <class F>
    constexpr double over_inputs(F f) const {
        return detail::binomial_expectation(layer.in.channels, activation_density, [&](std::int64_t k) { return double(f(k)); });
    }
    /// Nonzero activations that enter taps, over all positions; each group's are counted once per output channel of the group.
    constexpr double visited_activations() const { return visits() * layer.outputs_per_group() * activation_density; }
    /// Nonzero activations that enter taps, over all positions and input channels.
    constexpr double nonzero_visits() const { return visits() * activation_density; }
    /// Kept weight meets nonzero activation, over the whole layer.
    constexpr double meetings() const { return visited_activations() * weight_density; }

    /// Activations (zero or not, padding excluded) that enter taps, summed over input channels of all groups.
    constexpr double visits() const {
        const auto rows = detail::inside_pairs(layer.in.height, layer.out.height, layer.kernel_height, layer.stride, layer.padding_top);
        const auto columns = detail::inside_pairs(layer.in.width, layer.out.width, layer.kernel_width, layer.stride, layer.padding_left);
        return static_cast<double>(rows * columns * layer.in.channels);
    }
};

}  // namespace sonic
