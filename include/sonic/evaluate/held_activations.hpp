// SPDX-License-Identifier: MIT
#pragma once

/// Kernels of chunks that depend on the sample: a chunk of activations is held, and every output row's weights are driven against it.
/// Samples differ in their chunks, so lanes are output rows.
///
/// Dense layers of small weights run in bytes: a 16-bit activation is two unsigned bytes, a weight one signed byte, and four neighbouring
/// positions multiply at once. A chunk boundary may fall between the four: they are then visited twice, with the others' activations zero.

#include <cstddef>
#include <cstdint>

#include <sonic/evaluate/byte_dot.hpp>
#include <sonic/evaluate/lanes.hpp>

namespace sonic::detail {

/// Four neighbouring activations of one sample: high and low bytes, position / 4.
struct quad {
    std::uint32_t high, low, position;
};

/// Rows of output that one instruction set takes at once, at most, in registers.
template <class Isa>
inline constexpr std::size_t byte_rows_registers = Isa::registers == 32 ? 4 : 2;
/// Quads of positions per tile of weights: 24 KB, so that a tile and the state of several samples share the first level cache.
template <class Isa>
inline constexpr std::size_t quads_per_tile = 24 * 1024 / (byte_rows_registers<Isa> * width<Isa, std::int32_t> * 4);

/// One dense layer for some samples.
struct byte_rows_call {
    const std::int8_t* weights;           ///< [block of rows][position / 4][row of the block][position % 4]
    std::size_t positions_of_four, rows;  ///< rows: padded to whole registers
    std::size_t samples;
    const quad* const* quads;                ///< per sample, in ascending position
    const std::uint32_t* const* chunk_ends;  ///< per sample: index one past each chunk's last quad; then one past the last chunk's, again
    const std::uint32_t* counts;             ///< per sample: quads
    int lsb_bits;
    std::int32_t largest;
    bool clamps;
    std::int32_t* totals;     ///< [sample][row], cleared by the caller
    std::int32_t* state;      ///< scratch: samples x 2 x rows of a block, cleared by the caller
    std::uint32_t* progress;  ///< scratch: samples x 2
};

/// Chunk sums to codes: half to even.
template <class Isa>
SONIC_ALWAYS_INLINE lanes<Isa, std::int32_t> digitise_int(lanes<Isa, std::int32_t> sum, int lsb_bits, std::int32_t largest, bool clamps) {
    using I = lanes<Isa, std::int32_t>;
    if (lsb_bits > 0) sum = (sum + I((1 << (lsb_bits - 1)) - 1) + ((sum >> lsb_bits) & I(1))) >> lsb_bits;
    return clamps ? xsimd::min(xsimd::max(sum, I(-largest)), I(largest)) : sum;
}

template <class Isa, std::size_t Registers>
SONIC_ALWAYS_INLINE void byte_rows_block(const byte_rows_call& c, const std::int8_t* weights, std::size_t first_row) {
    using I = lanes<Isa, std::int32_t>;
    constexpr std::size_t rows = Registers * I::size, bytes = rows * 4;
    for (std::size_t s = 0; s < 2 * c.samples; ++s) c.progress[s] = 0;
    for (std::size_t first = 0; first < c.positions_of_four; first += quads_per_tile<Isa>)
        for (std::size_t s = 0; s < c.samples; ++s) {
            const quad* const quads = c.quads[s];
            const std::uint32_t* const ends = c.chunk_ends[s];
            std::uint32_t at = c.progress[2 * s], chunk = c.progress[2 * s + 1];
            if (at == c.counts[s]) continue;
            std::int32_t* const state = c.state + s * 2 * rows;
            std::int32_t* const totals = c.totals + s * c.rows + first_row;
            I high[Registers], low[Registers];
            unroll<Registers>([&](auto r) SONIC_INLINE_LAMBDA {
                high[r] = load<Isa>(state + r * I::size);
                low[r] = load<Isa>(state + rows + r * I::size);
            });
            const std::size_t tile_end = first + quads_per_tile<Isa>;
            while (at < c.counts[s] && quads[at].position < tile_end) {
                const std::uint32_t end = ends[chunk];
                for (; at < end && quads[at].position < tile_end; ++at) {
                    const std::int8_t* w = weights + quads[at].position * bytes;
                    unroll<Registers>([&](auto r) SONIC_INLINE_LAMBDA {
                        const I four = load_at<Isa, std::int32_t>(reinterpret_cast<const char*>(w) + r * I::size * 4);
                        high[r] = dot_bytes<Isa>(high[r], quads[at].high, four);
                        low[r] = dot_bytes<Isa>(low[r], quads[at].low, four);
                    });
                }
                if (at == end) {
                    unroll<Registers>([&](auto r) SONIC_INLINE_LAMBDA {
                        const I code = digitise_int<Isa>((high[r] << 8) + low[r], c.lsb_bits, c.largest, c.clamps);
                        (load<Isa>(totals + r * I::size) + code).store_aligned(totals + r * I::size);
                        high[r] = low[r] = I(0);
                    });
                    ++chunk;
                }
            }
            unroll<Registers>([&](auto r) SONIC_INLINE_LAMBDA {
                high[r].store_aligned(state + r * I::size);
                low[r].store_aligned(state + rows + r * I::size);
            });
            c.progress[2 * s] = at;
            c.progress[2 * s + 1] = chunk;
        }
}

template <class Isa>
void run_byte_rows(const byte_rows_call& c) {
    constexpr std::size_t most = byte_rows_registers<Isa>, per_register = width<Isa, std::int32_t>;
    const std::int8_t* weights = c.weights;
    for (std::size_t row = 0; row < c.rows;) {
        const std::size_t left = (c.rows - row) / per_register;
        std::size_t taken = 1;
        if (most >= 4 && left >= 4) {
            byte_rows_block<Isa, most>(c, weights, row);
            taken = most;
        } else if (left >= 2) {
            byte_rows_block<Isa, 2>(c, weights, row);
            taken = 2;
        } else {
            byte_rows_block<Isa, 1>(c, weights, row);
        }
        row += taken * per_register;
        weights += taken * per_register * 4 * c.positions_of_four;
    }
}

/// Codes of four positions of all samples of a register, as bytes. `codes`: [position][stride]; positions beyond `count` are zero.
template <class Isa>
void split_bytes(const float* codes, std::size_t stride, std::size_t count, std::uint32_t* high, std::uint32_t* low) {
    constexpr std::size_t samples = width<Isa, float>;
    for (std::size_t q = 0; 4 * q < count; ++q, high += samples, low += samples) {
        using I = lanes<Isa, std::int32_t>;
        I h(0), l(0);
        for (std::size_t i = 0; i < 4 && 4 * q + i < count; ++i) {
            const I code = round_to_int<Isa>(load<Isa>(codes + (4 * q + i) * stride));
            h = h | ((code >> 8) << static_cast<int>(8 * i));
            l = l | ((code & I(255)) << static_cast<int>(8 * i));
        }
        h.store_aligned(reinterpret_cast<std::int32_t*>(high));
        l.store_aligned(reinterpret_cast<std::int32_t*>(low));
    }
}

/// One held chunk against rows [first, last) of weights: [position][row], rows padded to whole registers. Adds codes to `totals`.
template <class T>
struct held_chunk_call {
    const T* weights;
    std::size_t rows, first, last;
    const std::size_t* positions;
    const T* held;
    std::size_t count;
    bool split_signs;  ///< positive and negative weights pass one after the other
    T inverse_lsb, largest;
    T* totals;
};

template <class Isa, class T>
void run_held_chunk(const held_chunk_call<T>& c) {
    using V = lanes<Isa, T>;
    const V zero(T{0}), inverse(c.inverse_lsb), top(c.largest), bottom(-c.largest);
    for (std::size_t r = c.first / V::size * V::size; r < c.last; r += V::size) {
        V sum(T{0}), negative(T{0});
        for (std::size_t i = 0; i < c.count; ++i) {
            const V w = load<Isa>(c.weights + c.positions[i] * c.rows + r), a(c.held[i]);
            if (c.split_signs) {
                sum = xsimd::fma(a, xsimd::max(w, zero), sum);
                negative = xsimd::fma(a, xsimd::min(w, zero), negative);
            } else {
                sum = xsimd::fma(a, w, sum);
            }
        }
        const auto digitise = [&](V v) SONIC_INLINE_LAMBDA { return xsimd::min(xsimd::max(xsimd::nearbyint(v * inverse), bottom), top); };
        const V code = c.split_signs ? digitise(sum) + digitise(negative) : digitise(sum);
        if (r < c.first || r + V::size > c.last) {
            // Rows of other groups hold other channels' weights; a group's rows need not begin at a register.
            alignas(64) T each[V::size];
            code.store_aligned(each);
            for (std::size_t i = 0; i < V::size; ++i)
                if (r + i >= c.first && r + i < c.last) c.totals[r + i] += each[i];
        } else {
            (load<Isa>(c.totals + r) + code).store_aligned(c.totals + r);
        }
    }
}

}  // namespace sonic::detail
