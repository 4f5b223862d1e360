// SPDX-License-Identifier: MIT
#pragma once

/// A machine's number formats: codes of weights and activations, the ADC, and what happens to a sum of codes.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <sonic/accelerator/assembly.hpp>
#include <sonic/network/error.hpp>
#include <sonic/network/trained.hpp>

namespace sonic {

/// How the machine computes.
enum class fidelity {
    ideal,      ///< floating point: the network's own values
    quantised,  ///< exact codes of DACs and ADCs, the same on every instruction set
    analogue    ///< codes through the array's optics and noise, of one chip; with every impairment off, `quantised`
};

constexpr const char* name_of(fidelity f) { return f == fidelity::ideal ? "ideal" : f == fidelity::quantised ? "quantised" : "analogue"; }

/// Formats of one array. `lanes`: those that one ADC sample sums. Without an ADC (0 bits) sums are exact; one weight bit means +1 and -1.
struct number_format {
    int lanes = 1, weight_bits = 6, activation_bits = 16, adc_bits = 16, sign_passes = 1;
    int range_halvings = 0;  ///< calibrated ADC range: so many times half the safe one; it then saturates
    bool floating = false;

    constexpr bool has_adc() const { return adc_bits > 0; }
    constexpr std::int64_t largest_weight() const { return weight_bits == 1 ? 1 : (std::int64_t{1} << (weight_bits - 1)) - 1; }
    constexpr std::int64_t largest_activation() const { return (std::int64_t{1} << activation_bits) - 1; }
    constexpr std::int64_t largest_sum() const { return lanes * largest_activation() * largest_weight(); }
    /// Of the ADC; without one, the largest integer below which a double holds all.
    constexpr std::int64_t largest_code() const {
        return has_adc() ? (std::int64_t{1} << (adc_bits - 1)) - 1 : (std::int64_t{1} << 53) - 1;
    }
    /// Smallest power of two with largest_sum <= largest_code x LSB, halved as often as the range is, but at least 1.
    constexpr std::int64_t lsb() const {
        std::int64_t result = 1;
        if (!has_adc()) return result;
        while (largest_sum() > largest_code() * result) result *= 2;
        for (int i = 0; i < range_halvings && result > 1; ++i) result /= 2;
        return result;
    }
    /// LSB = 2^lsb_bits.
    constexpr int lsb_bits() const { return std::countr_zero(static_cast<std::uint64_t>(lsb())); }
};

template <class Array>
inline constexpr number_format format_of{Array::unit.lanes * Array::unit.integration,
                                         Array::weight_bits,
                                         Array::activation_bits,
                                         Array::unit.adc_bits,
                                         Array::unit.sign_passes,
                                         0,
                                         Array::unit.is_floating};

/// Does the array compute with codes, or with the network's own values?
template <class Array, fidelity F>
inline constexpr bool uses_codes = F != fidelity::ideal && !format_of<Array>.floating;

/// What an array hands on of the sum of codes that it has: all of it from an ADC's codes, the 24 leading bits of an exact sum.
[[nodiscard]] constexpr double handed_on(double sum, const number_format& f) {
    return f.has_adc() ? sum : static_cast<double>(static_cast<float>(sum));
}

/// ADC: round half to even, saturate at +-largest_code.
[[nodiscard]] constexpr std::int64_t digitise(std::int64_t sum, std::int64_t lsb, std::int64_t largest) {
    std::int64_t code = sum / lsb, rest = sum % lsb;
    if (rest < 0) {
        rest += lsb;
        --code;
    }
    if (2 * rest > lsb || (2 * rest == lsb && code % 2 != 0)) ++code;
    return std::clamp(code, -largest, largest);
}

/// One MAC layer in a machine's codes: weight = code x weight_step, activation = code x activation_step.
struct coded_layer {
    std::vector<std::int32_t> weights;
    std::vector<float> scale;  ///< per output: value = scale x (sum of ADC codes) + shift
    std::vector<double> shift;
    double activation_step = 1;
};

/// Activation code: nearest, half to even, saturating; 0 for what is not positive.
[[nodiscard]] inline std::int32_t activation_code(double value, double step, std::int64_t largest) {
    return static_cast<std::int32_t>(std::min(std::nearbyint(std::max(value, 0.0) / step), static_cast<double>(largest)));
}

[[nodiscard]] inline coded_layer encode(const layer_values& v, const number_format& f) {
    coded_layer result;
    double step = 1;
    if (f.weight_bits == 1) {
        // The magnitude that all weights of the layer share: their mean, as M. Rastegari et al., "XNOR-Net", ECCV 2016, take it for each
        // filter. There is no zero.
        double sum = 0;
        for (const float w : v.weights) sum += std::fabs(w);
        if (sum > 0) step = sum / static_cast<double>(v.weights.size());
        for (const float w : v.weights) result.weights.push_back(w < 0 ? -1 : 1);
    } else {
        float largest = 0;
        for (const float w : v.weights) largest = std::max(largest, std::fabs(w));
        if (largest > 0) step = double{largest} / static_cast<double>(f.largest_weight());
        for (const float w : v.weights) result.weights.push_back(static_cast<std::int32_t>(std::nearbyint(w / step)));
    }
    result.activation_step = v.activation_maximum / static_cast<double>(f.largest_activation());
    // Scale is a float so that scale x (an integer below 2^29) is exact in double: fused or not, the sum rounds once.
    for (const double s : v.scale)
        result.scale.push_back(static_cast<float>(s * static_cast<double>(f.lsb()) * step * result.activation_step));
    result.shift = v.shift;
    return result;
}

/// Value of a sum of ADC codes.
[[nodiscard]] inline double decode(double codes, float scale, double shift) { return codes * double{scale} + shift; }

/// What came out: one row of outputs per image.
struct evaluation {
    int classes = 0;
    std::vector<double> outputs;

    /// Index of the largest output; the first of equals.
    [[nodiscard]] int prediction(std::size_t image) const {
        const auto row = std::span(outputs).subspan(image * static_cast<std::size_t>(classes), static_cast<std::size_t>(classes));
        return static_cast<int>(std::max_element(row.begin(), row.end()) - row.begin());
    }
    /// Share of images whose prediction is their label, 0 to 1; of the first ones where fewer are labelled, 0 where none is.
    /// Throws input_error where there are more labels than images.
    [[nodiscard]] double accuracy(std::span<const std::uint8_t> labels) const {
        if (labels.size() * static_cast<std::size_t>(classes) > outputs.size())
            throw input_error("accuracy", std::to_string(labels.size()) + " labels",
                              "no more than the " + std::to_string(outputs.size() / static_cast<std::size_t>(classes)) + " images");
        std::size_t right = 0;
        for (std::size_t i = 0; i < labels.size(); ++i) right += prediction(i) == labels[i];
        return labels.empty() ? 0.0 : static_cast<double>(right) / static_cast<double>(labels.size());
    }
};

}  // namespace sonic
