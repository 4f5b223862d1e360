// SPDX-License-Identifier: MIT
#pragma once

/// Randomness by counter: the number for one purpose at one place is a function of the seed and of that place alone, so results do not
/// depend on threads, on the order of work, or on the instruction set. Integer arithmetic throughout.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include <sonic/quantity/math.hpp>

namespace sonic {

/// Philox4x32-10: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. A bijection of 128 bit counters
/// for each 64 bit key, ten rounds of two 32 x 32 bit products.
struct philox {
    using block = std::array<std::uint32_t, 4>;
    using key = std::array<std::uint32_t, 2>;
    static constexpr std::uint32_t multipliers[2] = {0xD2511F53U, 0xCD9E8D57U};
    static constexpr std::uint32_t key_steps[2] = {0x9E3779B9U, 0xBB67AE85U};
    static constexpr int rounds = 10;

    static constexpr block words(block counter, key k) {
        for (int round = 0; round < rounds; ++round) {
            const std::uint64_t a = std::uint64_t{multipliers[0]} * counter[0], b = std::uint64_t{multipliers[1]} * counter[2];
            counter = {static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ k[0], static_cast<std::uint32_t>(b),
                       static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ k[1], static_cast<std::uint32_t>(a)};
            k[0] += key_steps[0];
            k[1] += key_steps[1];
        }
        return counter;
    }
};

/// What a random number is for; different purposes never share numbers.
enum class purpose : std::uint32_t { detector_noise = 1, ring_drift = 2, temperature = 3 };

/// Four random words of a seed for a purpose at a place: two coordinates of the caller's (a layer and a pass, an array and a ring ...),
/// and an index that may exceed 32 bits. `purpose` and `place` share a word: place < 2^24.
constexpr philox::block random_words(std::uint64_t seed, purpose what, std::uint32_t place, std::uint32_t step, std::uint64_t index) {
    return philox::words({static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32), step,
                          (static_cast<std::uint32_t>(what) << 24) | (place & 0xFFFFFFU)},
                         {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
}

/// A uniform number in (0, 1) with 32 bits: (word + 1/2) / 2^32.
constexpr double uniform(std::uint32_t word) { return (word + 0.5) * 0x1p-32; }

namespace detail {

/// Upper tail of |x| for a standard normal x: erfc(x / sqrt 2), by the series of erf or, from 2 on, by Laplace's continued fraction.
constexpr double normal_two_tails(double x) {
    if (x < 2.0) {
        double term = x, sum = x;
        for (int n = 1; n < 26; ++n) {
            term *= x * x / (2.0 * n + 1.0);
            sum += term;
        }
        return 1.0 - 0.7978845608028654 * math::exp(-0.5 * x * x) * sum;
    }
    double fraction = x;
    for (int n = 60; n >= 1; --n) fraction = x + n / fraction;
    return 0.7978845608028654 * math::exp(-0.5 * x * x) / fraction;
}

/// Quantiles of |x| for a standard normal x, at tail probabilities p = v / 2^24, v = 2^e (1 + m / 32): cells of equal ratio, so that the
/// tail is as fine as the middle. Between two of them |x| is a straight line in p. In units of 2^-20.
struct normal_table {
    static constexpr int cells_per_octave = 32, octaves = 24;
    static constexpr std::size_t cells = cells_per_octave * octaves;
    std::array<std::int32_t, cells> value{};  ///< at the cell's smaller p, its larger |x|
    std::array<std::int32_t, cells> fall{};   ///< to the cell's other end

    static constexpr normal_table make() {
        normal_table table;
        // From the middle outwards, each quantile by two steps e / (1 + x e / 2) from its neighbour, e Newton's step. Halley's has the
        // other sign there; as it is, an error of 0.225 of the unit 2^-20 is left at most, and results of seeds depend on the table.
        double x = 0;
        std::int32_t inner = 0;
        for (std::size_t cell = cells; cell-- > 0;) {
            const double v = power_of_two(static_cast<int>(cell) / cells_per_octave) *
                             (1.0 + static_cast<int>(cell) % cells_per_octave / static_cast<double>(cells_per_octave));
            const double p = v * 0x1p-24;
            for (int i = 0; i < 2; ++i) {
                const double density = 0.7978845608028654 * math::exp(-0.5 * x * x), error = (normal_two_tails(x) - p) / density;
                x += error / (1.0 + 0.5 * x * error);
            }
            const auto outer = static_cast<std::int32_t>(x * 0x1p20 + 0.5);
            table.value[cell] = outer;
            table.fall[cell] = outer - inner;
            inner = outer;
        }
        return table;
    }

  private:
    static constexpr double power_of_two(int e) {
        double result = 1;
        for (int i = 0; i < e; ++i) result *= 2;
        return result;
    }
};
inline constexpr normal_table normal_quantiles = normal_table::make();

}  // namespace detail

/// One standard deviation of standard_normal's integers.
inline constexpr std::int32_t normal_unit = 1 << 20;

/// A standard normal number in units of 2^-20, |x| <= 5.42, from one random word: the sign is bit 0, bits 9 to 31 are a probability of
/// 23 bits, whose quantile is read from a table and interpolated. Integers only: every instruction set gives the same, and each step has
/// a vector counterpart (integer to float conversion finds the cell, a gather reads it).
constexpr std::int32_t standard_normal(std::uint32_t word) {
    // v is odd and below 2^24, exact in a float, whose exponent and five leading digits number the cell.
    const std::uint32_t v = ((word >> 9) << 1) | 1U;
    const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(static_cast<std::int32_t>(v)));
    const std::uint32_t cell = (bits >> 18) - (std::uint32_t{127} << 5), rest = (bits >> 3) & 0x7FFFU;
    const std::int32_t magnitude =
        detail::normal_quantiles.value[cell] - ((detail::normal_quantiles.fall[cell] * static_cast<std::int32_t>(rest)) >> 15);
    const auto sign = -static_cast<std::int32_t>(word & 1U);  // 0 or all ones
    return (magnitude ^ sign) - sign;
}

/// A standard normal number from one random word, exactly standard_normal / 2^20.
constexpr double normal(std::uint32_t word) { return standard_normal(word) * (1.0 / normal_unit); }

/// Noise of a detector: one draw per conversion, millions per image, so its generator is the cheapest that still counts. The words of one
/// image's conversions in one layer are a SplitMix sequence (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA
/// 2014) of 32 bits: key + conversion x golden ratio, through the finaliser of MurmurHash3 (A. Appleby). A bijection of the conversion.
struct detector_noise {
    static constexpr std::uint32_t golden_ratio = 0x9E3779B9U;
    static constexpr std::uint32_t multipliers[2] = {0x85EBCA6BU, 0xC2B2AE35U};
    static constexpr int shifts[3] = {16, 13, 16};

    /// Where the sequence of one image in one MAC layer starts. layer < 2^24.
    static constexpr std::uint32_t key(std::uint64_t seed, std::uint32_t layer, std::uint32_t image) {
        return random_words(seed, purpose::detector_noise, layer, image, 0)[0];
    }
    static constexpr std::uint32_t word(std::uint32_t key, std::uint32_t conversion) {
        std::uint32_t x = key + conversion * golden_ratio;
        x = (x ^ (x >> shifts[0])) * multipliers[0];
        x = (x ^ (x >> shifts[1])) * multipliers[1];
        return x ^ (x >> shifts[2]);
    }

    /// A nearly normal number: the ones among 24 bits, dithered by the other 8 so that no grid remains. An odd integer, |deviate| <=
    /// largest. Mean and skewness 0, variance exactly `variance`, excess kurtosis -0.081; its distribution function is within 0.004 of the
    /// normal's, its tails end at 5.07 standard deviations.
    static constexpr std::int32_t deviate(std::uint32_t word) {
        return 2 * (256 * std::popcount(word & 0xFFFFFFU) + static_cast<std::int32_t>(word >> 24)) - largest;
    }
    static constexpr std::int32_t largest = 256 * 24 + 255;
    /// Coins that are +w or -w add w^2: 24 of weight 256, and 1, 2, 4 ... 128.
    static constexpr double variance = 24 * 65536.0 + (65536.0 - 1) / 3;
};

}  // namespace sonic
