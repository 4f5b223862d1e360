// SPDX-License-Identifier: MIT
#pragma once

/// What follows the sums of a layer: scale and shift (bias, batch norm), ReLU, pooling, and the codes that enter the next layer.
///
/// The meaning is in doubles (`numbers.hpp`). The fast path computes each code in floats together with a bound of its own error, and
/// recomputes in doubles the rare codes that the bound leaves open: the result is the meaning's, always.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sonic/evaluate/lanes.hpp>
#include <sonic/evaluate/numbers.hpp>

namespace sonic::detail {

/// code = high x sum + shift_high + (low x sum + shift_low), within `slope` x code + `margin`.
struct code_coefficients {
    float high, low, shift_high, shift_low, open;  ///< open: 1/2 - margin
    bool falls = false;                            ///< does the code fall when the sum rises?
};

/// A band of sums and where its results go. Strides are in elements; `Total`: [channel][row][x][sample].
template <class Total>
struct finish_call {
    const Total* totals;
    std::size_t in_channel, in_row;
    int channels, rows, width;  ///< of the result
    int pool;                   ///< maximum over pool x pool sums; 1: none
    float* out;
    std::size_t out_channel, out_row, out_pixel;
    std::size_t samples;
    // integer sums to codes
    const code_coefficients* codes;
    float slope;
    // the meaning
    const float* scale;
    const double* shift;
    double step;
    std::int64_t largest;
    // plain sums to values
    const float* plain_scale;
    const float* plain_shift;
    bool relu;
};

/// A code by the meaning.
inline float exact_code(double total, float scale, double shift, double step, std::int64_t largest) {
    return static_cast<float>(activation_code(decode(total, scale, shift), step, largest));
}

/// Coefficients of each channel; `largest_total` bounds the magnitude of its sums.
inline std::vector<code_coefficients> coefficients(std::span<const float> scale, std::span<const double> shift,
                                                   std::span<const std::int64_t> largest_total, double step, bool fused) {
    std::vector<code_coefficients> result;
    for (std::size_t c = 0; c < scale.size(); ++c) {
        const double a = double{scale[c]} / step, b = shift[c] / step;
        code_coefficients k{};
        k.high = static_cast<float>(a);
        k.low = static_cast<float>(a - double{k.high});
        k.shift_high = static_cast<float>(b);
        k.shift_low = static_cast<float>(b - double{k.shift_high});
        k.falls = scale[c] < 0;
        const double size = std::fabs(a) * static_cast<double>(largest_total[c]) + std::fabs(b);
        // Without fused arithmetic the product rounds too, by up to the shift's own rounding.
        const double margin = size * 0x1p-40 + 1e-6 + (fused ? 0.0 : (std::fabs(b) + 1) * 0x1p-22);
        // A sum that a float does not hold, or a bound that says nothing, leaves every code open.
        k.open = largest_total[c] < (std::int64_t{1} << 24) && margin < 0.25 ? static_cast<float>(0.5 - margin) : -1.0f;
        result.push_back(k);
    }
    return result;
}
inline constexpr float code_slope = 0x1.8p-23f;            ///< two roundings of half a unit in the last place, and something to spare
inline constexpr float code_slope_not_fused = 0x1.8p-22f;  ///< four

/// Integer sums to codes.
template <class Isa>
void finish_codes(const finish_call<std::int32_t>& c) {
    using V = lanes<Isa, float>;
    constexpr std::size_t samples = width<Isa, float>;
    const V zero(0.0f), top(static_cast<float>(c.largest)), slope(c.slope);
    // Stores of whole registers may alias the call's members.
    const int width_out = c.width, pool = c.pool;
    const std::size_t in_row = c.in_row, out_pixel = c.out_pixel;
    for (int channel = 0; channel < c.channels; ++channel) {
        const code_coefficients k = c.codes[channel];
        const V high(k.high), low(k.low), shift_high(k.shift_high), shift_low(k.shift_low), open(k.open);
        for (int y = 0; y < c.rows; ++y) {
            const std::int32_t* from = c.totals + static_cast<std::size_t>(channel) * c.in_channel +
                                       static_cast<std::size_t>(y) * static_cast<std::size_t>(c.pool) * c.in_row;
            float* to = c.out + static_cast<std::size_t>(channel) * c.out_channel + static_cast<std::size_t>(y) * c.out_row;
            for (int x = 0; x < width_out; ++x, from += static_cast<std::size_t>(pool) * samples, to += out_pixel) {
                // The code is monotone in the sum, so the largest value's code is the code of the largest sum, or of the smallest.
                auto sum = load<Isa>(from);
                if (pool > 1)
                    for (int py = 0; py < pool; ++py)
                        for (int px = 0; px < pool; ++px) {
                            const auto other =
                                load<Isa>(from + static_cast<std::size_t>(py) * in_row + static_cast<std::size_t>(px) * samples);
                            sum = k.falls ? xsimd::min(sum, other) : xsimd::max(sum, other);
                        }
                const V total = to_float<Isa>(sum);
                const V code = xsimd::min(xsimd::max(xsimd::fma(total, high, shift_high) + xsimd::fma(total, low, shift_low), zero), top);
                const V rounded = to_float<Isa>(round_to_int<Isa>(code));
                rounded.store_aligned(to);
                const V doubt = xsimd::fma(code, slope, xsimd::abs(code - rounded));
                if (any_greater<Isa, float>(doubt, open)) {
                    alignas(64) float doubts[samples];
                    alignas(64) std::int32_t sums[samples];
                    doubt.store_aligned(doubts);
                    sum.store_aligned(sums);
                    for (std::size_t s = 0; s < samples; ++s)
                        if (doubts[s] > k.open) to[s] = exact_code(sums[s], c.scale[channel], c.shift[channel], c.step, c.largest);
                }
            }
        }
    }
}

/// Values to codes.
template <class Isa>
void codes_of_values(const double* values, std::size_t count, double step, std::int64_t largest, float* codes) {
    using V = lanes<Isa, double>;
    const V inverse(1 / step), zero(0.0), top(static_cast<double>(largest)), open(0.5 - 1e-6);
    std::size_t i = 0;
    for (; i + V::size <= count; i += V::size) {
        // The product is within two roundings of the quotient; beyond the largest code that does not matter.
        const V code = xsimd::min(xsimd::max(V::load_unaligned(values + i), zero) * inverse, top), rounded = xsimd::nearbyint(code);
        alignas(64) double each[V::size];
        rounded.store_aligned(each);
        if (any_greater<Isa, double>(xsimd::abs(code - rounded), open))
            for (std::size_t s = 0; s < V::size; ++s) each[s] = activation_code(values[i + s], step, largest);
        for (std::size_t s = 0; s < V::size; ++s) codes[i + s] = static_cast<float>(each[s]);
    }
    for (; i < count; ++i) codes[i] = static_cast<float>(activation_code(values[i], step, largest));
}

/// Plain sums to values, in floats.
template <class Isa>
void finish_plain(const finish_call<float>& c) {
    using V = lanes<Isa, float>;
    constexpr std::size_t samples = width<Isa, float>;
    for (int channel = 0; channel < c.channels; ++channel) {
        const V scale(c.plain_scale[channel]), shift(c.plain_shift[channel]), least(c.relu ? 0.0f : -INFINITY);
        for (int y = 0; y < c.rows; ++y) {
            const float* from = c.totals + static_cast<std::size_t>(channel) * c.in_channel +
                                static_cast<std::size_t>(y) * static_cast<std::size_t>(c.pool) * c.in_row;
            float* to = c.out + static_cast<std::size_t>(channel) * c.out_channel + static_cast<std::size_t>(y) * c.out_row;
            for (int x = 0; x < c.width; ++x, from += static_cast<std::size_t>(c.pool) * samples, to += c.out_pixel) {
                V value = xsimd::fma(load<Isa>(from), scale, shift);
                if (c.pool > 1)
                    for (int py = 0; py < c.pool; ++py)
                        for (int px = 0; px < c.pool; ++px)
                            value = xsimd::max(value, xsimd::fma(load<Isa>(from + static_cast<std::size_t>(py) * c.in_row +
                                                                           static_cast<std::size_t>(px) * samples),
                                                                 scale, shift));
                xsimd::max(value, least).store_aligned(to);
            }
        }
    }
}

}  // namespace sonic::detail
