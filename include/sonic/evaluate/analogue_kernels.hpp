// SPDX-License-Identifier: MIT
#pragma once

/// Kernels of `analogue`. In full: doubles, a chunk's sum beside its light, a draw for each conversion. Where only noise acts, and does not
/// depend on the light, the exact kernel of held weights takes an ADC that draws it (`noisy_adc`).
///
/// Every operation is exact or rounds once (analogue_arithmetic.hpp), so results do not depend on the instruction set.

#include <bit>
#include <cstddef>
#include <cstdint>

#include <sonic/evaluate/held_weights.hpp>
#include <sonic/evaluate/lanes.hpp>
#include <sonic/evaluate/population_count.hpp>
#include <sonic/evaluate/random.hpp>

namespace sonic::detail {

struct noise_terms;

/// (deviate + largest) / 2 of a register of words: `detector_noise` of key + conversion x golden ratio.
template <class Isa>
SONIC_ALWAYS_INLINE lanes<Isa, std::int32_t> half_deviates(lanes<Isa, std::uint32_t> x) {
    using U = lanes<Isa, std::uint32_t>;
    x = (x ^ (x >> detector_noise::shifts[0])) * U(detector_noise::multipliers[0]);
    x = (x ^ (x >> detector_noise::shifts[1])) * U(detector_noise::multipliers[1]);
    x = x ^ (x >> detector_noise::shifts[2]);
    return as_signed<Isa>((population_count<Isa>(x & U(0xFFFFFFU)) << 8) + (x >> 24));
}

/// Noise of one standard deviation on every conversion of a layer.
struct noisy_call {
    float largest;
    const float* deviation;             ///< per output, per unit of the deviate, in LSB
    const std::uint32_t* keys;          ///< of the samples of a register
    std::size_t keys_per_column;        ///< samples where columns are blocks of samples, else 0
    std::uint32_t pixels, row, column;  ///< of an output; strides of a conversion's number
    bool clamps;                        ///< can sum and noise leave the ADC's range?
};

/// The ADC of a chunk whose sum a float holds, with such noise. The product of deviate and deviation is exact, so sum + noise rounds once.
template <class Isa, bool Clamp>
struct noisy_adc {
    using total = std::int32_t;
    static constexpr bool digitises = true, segmented = false, needs_position = true;
    using U = lanes<Isa, std::uint32_t>;
    using V = lanes<Isa, float>;
    noisy_call how;

    /// A tile of Count registers of one output, Columns to a row.
    template <std::size_t Count, std::size_t Columns>
    struct tile {
        static constexpr bool digitises = true, segmented = false;
        std::uint32_t per_chunk;
        V twice_deviation, centre, largest;
        U keys[Count];  ///< of the pixels' first conversions

        SONIC_ALWAYS_INLINE lanes<Isa, std::int32_t> operator()(V sum, U chunk, std::size_t p) const {
            const V noise = xsimd::fms(to_float<Isa>(half_deviates<Isa>(keys[p] + chunk)), twice_deviation, centre);
            sum = sum + noise;
            if constexpr (Clamp) sum = xsimd::min(xsimd::max(sum, -largest), largest);
            return round_to_int<Isa>(sum);
        }
        /// What is added to the keys for chunk `id`.
        SONIC_ALWAYS_INLINE U chunk(std::uint32_t id) const { return U(id * per_chunk); }
    };
    template <std::size_t Count, std::size_t Columns>
    SONIC_ALWAYS_INLINE tile<Count, Columns> at(std::uint32_t output, int y, int x) const {
        tile<Count, Columns> t;
        t.per_chunk = how.pixels * detector_noise::golden_ratio;
        t.twice_deviation = V(2 * how.deviation[output]);
        t.centre = V(static_cast<float>(detector_noise::largest) * how.deviation[output]);
        t.largest = V(how.largest);
        unroll<Count>([&](auto p) SONIC_INLINE_LAMBDA {
            const std::uint32_t row = static_cast<std::uint32_t>(y) + static_cast<std::uint32_t>(p / Columns),
                                column = static_cast<std::uint32_t>(x) + static_cast<std::uint32_t>(p % Columns);
            t.keys[p] = U::load_aligned(how.keys + column * how.keys_per_column) +
                        U((row * how.row + column * how.column) * detector_noise::golden_ratio);
        });
        return t;
    }
};

/// A lane of a chunk as the analogue kernels see it.
struct analogue_lane {
    std::size_t offset;  ///< of its driven value, in elements, from the window's corner
    double held;         ///< in LSB
    double drift;        ///< of its driving ring, in half linewidths
};
/// A chunk of held weights.
struct analogue_chunk {
    std::size_t first_lane, lanes;
    std::uint32_t output, conversion;  ///< conversion: number of its first one
};

/// Noise and conversion, alike for all conversions of a layer.
struct analogue_conversion {
    double largest, light_scale, variance_unit;
    double brightness, driven_step;  ///< of rings that drive
    bool common_source;
    bool rounds_to_float;  ///< sum and noise
};

/// Held weights against one register block of samples. Driven values: [channel][y][x][sample], with their border.
struct analogue_weights_call {
    const analogue_lane* lanes;
    const analogue_chunk* chunks;
    std::size_t chunk_count;
    const double* driven;
    std::size_t row, pixel;  ///< steps of one output pixel in `driven`
    int height, width;
    const double *deviation, *constant, *linear, *quadratic;  ///< per output
    analogue_conversion how;
    bool bent, noisy, needs_light;
    const std::uint32_t* keys;  ///< per sample
    double* totals;             ///< [output][y][x][sample]
    std::size_t out_channel, out_row, out_pixel;
};

/// One held chunk of a sample against rows [first, last) of driven weights: [position][row], rows padded to whole registers of floats.
struct analogue_rows_call {
    const analogue_lane* lanes;
    std::size_t count;
    const double* driven;
    std::size_t first, last;
    const double *deviation, *constant, *linear, *quadratic;  ///< per row
    analogue_conversion how;
    bool bent, noisy, needs_light;
    bool split_signs;          ///< positive and negative weights pass one after the other
    std::uint32_t key;         ///< of the sample
    std::uint32_t conversion;  ///< of row 0, less the rows of earlier sign passes
    std::uint32_t rows;        ///< conversions of one pass
    double* totals;            ///< [row]
};

template <class Isa, bool Bent, bool Light>
struct analogue_sum {
    using V = lanes<Isa, double>;
    V sum = V(0.0), light = V(0.0), squares = V(0.0);

    /// Adds one lane; `d` its driven position.
    SONIC_ALWAYS_INLINE void add(V held, V d, const analogue_lane& lane, const analogue_conversion& how) {
        if constexpr (Bent) {
            const V x = xsimd::abs(d) + V(lane.drift), square = x * x;
            const V value = xsimd::nearbyint(square / (V(1.0) + square) * V(how.brightness)) * V(how.driven_step);
            d = xsimd::select(d < V(0.0), -value, value);
        }
        const V product = held * d;
        sum = sum + product;
        if constexpr (Light) {
            const V part = xsimd::trunc(xsimd::abs(product) * V(how.light_scale));
            light = light + part;
            squares = squares + part * part;
        }
    }
    /// The code of the sum with its noise.
    SONIC_ALWAYS_INLINE V code(V deviate, V deviation, V constant, V linear, V quadratic, const analogue_conversion& how) const {
        if constexpr (Light) {
            const V variance = constant + linear * light + quadratic * (how.common_source ? light * light : squares);
            deviation = xsimd::sqrt(variance * V(how.variance_unit)) & V(std::bit_cast<double>(std::uint64_t{0xFFFFFFFFE0000000U}));
        }
        V noisy = sum + deviation * deviate;
        if (how.rounds_to_float) {
            alignas(64) double each[V::size];
            noisy.store_aligned(each);
            for (double& v : each) v = static_cast<double>(static_cast<float>(v));
            noisy = V::load_aligned(each);
        }
        return xsimd::min(xsimd::max(xsimd::nearbyint(noisy), V(-how.largest)), V(how.largest));
    }
};

/// Deviates of as many words as a register of floats has lanes, as doubles.
template <class Isa>
SONIC_ALWAYS_INLINE void draw(lanes<Isa, std::uint32_t> words, double* result) {
    constexpr std::size_t samples = width<Isa, float>;
    alignas(64) std::int32_t each[samples];
    half_deviates<Isa>(words).store_aligned(each);
    for (std::size_t s = 0; s < samples; ++s) result[s] = 2 * each[s] - detector_noise::largest;
}

template <class Isa, bool Bent, bool Light>
void analogue_weights(const analogue_weights_call& c) {
    using V = lanes<Isa, double>;
    using U = lanes<Isa, std::uint32_t>;
    constexpr std::size_t samples = width<Isa, float>, registers = samples / V::size;
    alignas(64) double noise[samples] = {};
    const U keys = U::load_aligned(c.keys);
    for (const analogue_chunk* chunk = c.chunks; chunk != c.chunks + c.chunk_count; ++chunk) {
        const V deviation(c.deviation[chunk->output]), constant(c.constant[chunk->output]), linear(c.linear[chunk->output]),
            quadratic(c.quadratic[chunk->output]);
        std::uint32_t conversion = chunk->conversion;
        for (int y = 0; y < c.height; ++y)
            for (int x = 0; x < c.width; ++x, ++conversion) {
                const double* window = c.driven + static_cast<std::size_t>(y) * c.row + static_cast<std::size_t>(x) * c.pixel;
                double* total = c.totals + chunk->output * c.out_channel + static_cast<std::size_t>(y) * c.out_row +
                                static_cast<std::size_t>(x) * c.out_pixel;
                analogue_sum<Isa, Bent, Light> sums[registers];
                for (const analogue_lane* lane = c.lanes + chunk->first_lane; lane != c.lanes + chunk->first_lane + chunk->lanes; ++lane)
                    unroll<registers>([&](auto r) SONIC_INLINE_LAMBDA {
                        sums[r].add(V(lane->held), load<Isa>(window + lane->offset + r * V::size), *lane, c.how);
                    });
                if (c.noisy) draw<Isa>(keys + U(conversion * detector_noise::golden_ratio), noise);
                unroll<registers>([&](auto r) SONIC_INLINE_LAMBDA {
                    const V code = sums[r].code(load<Isa>(static_cast<const double*>(noise) + r * V::size), deviation, constant, linear,
                                                quadratic, c.how);
                    (load<Isa>(static_cast<const double*>(total) + r * V::size) + code).store_aligned(total + r * V::size);
                });
            }
    }
}

template <class Isa, bool Bent, bool Light>
void analogue_rows(const analogue_rows_call& c) {
    using V = lanes<Isa, double>;
    using U = lanes<Isa, std::uint32_t>;
    constexpr std::size_t samples = width<Isa, float>, registers = samples / V::size;
    alignas(64) double noise[samples] = {};
    alignas(64) std::uint32_t each_row[samples];
    for (std::size_t i = 0; i < samples; ++i) each_row[i] = static_cast<std::uint32_t>(i) * detector_noise::golden_ratio;
    const U rows = U::load_aligned(each_row);
    const V zero(0.0);
    for (std::size_t r = c.first / samples * samples; r < c.last; r += samples)
        for (int sign = 0; sign < (c.split_signs ? 2 : 1); ++sign) {
            analogue_sum<Isa, Bent, Light> sums[registers];
            for (std::size_t i = 0; i < c.count; ++i)
                unroll<registers>([&](auto k) SONIC_INLINE_LAMBDA {
                    V d = load<Isa>(c.driven + c.lanes[i].offset + r + k * V::size);
                    if (c.split_signs) d = sign == 0 ? xsimd::max(d, zero) : xsimd::min(d, zero);
                    sums[k].add(V(c.lanes[i].held), d, c.lanes[i], c.how);
                });
            const std::uint32_t conversion = c.conversion + static_cast<std::uint32_t>(sign) * c.rows + static_cast<std::uint32_t>(r);
            if (c.noisy) draw<Isa>(rows + U(c.key + conversion * detector_noise::golden_ratio), noise);
            unroll<registers>([&](auto k) SONIC_INLINE_LAMBDA {
                const std::size_t at = r + k * V::size;
                const V code = sums[k].code(load<Isa>(static_cast<const double*>(noise) + k * V::size), load<Isa>(c.deviation + at),
                                            load<Isa>(c.constant + at), load<Isa>(c.linear + at), load<Isa>(c.quadratic + at), c.how);
                // Rows of other groups hold other channels' weights; a group's rows need not begin at a register.
                alignas(64) double codes[V::size];
                code.store_aligned(codes);
                for (std::size_t l = 0; l < V::size; ++l)
                    if (at + l >= c.first && at + l < c.last) c.totals[at + l] += codes[l];
            });
        }
}

template <class Isa>
void run_analogue_weights(const analogue_weights_call& c) {
    if (c.bent)
        c.needs_light ? analogue_weights<Isa, true, true>(c) : analogue_weights<Isa, true, false>(c);
    else
        c.needs_light ? analogue_weights<Isa, false, true>(c) : analogue_weights<Isa, false, false>(c);
}
template <class Isa>
void run_analogue_rows(const analogue_rows_call& c) {
    if (c.bent)
        c.needs_light ? analogue_rows<Isa, true, true>(c) : analogue_rows<Isa, true, false>(c);
    else
        c.needs_light ? analogue_rows<Isa, false, true>(c) : analogue_rows<Isa, false, false>(c);
}

}  // namespace sonic::detail
