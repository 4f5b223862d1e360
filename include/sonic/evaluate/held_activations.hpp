// SPDX-License-Identifier: MIT
#pragma once

/// Kernels of chunks that depend on the sample: a chunk of activations is held, and every output row's weights are driven against it.
/// Samples differ in their chunks, so lanes are output rows.
///
/// Dense layers of small weights run in bytes: a 16-bit activation is two unsigned bytes, a weight one signed byte. A sample's nonzero
/// activations are listed first; then four of them at a time, wherever they stand, meet their four columns of weights, interleaved on the
/// way.

#include <cstddef>
#include <cstdint>
#include <cstring>

#include <sonic/evaluate/byte_dot.hpp>
#include <sonic/evaluate/lanes.hpp>
#include <sonic/evaluate/rearrange.hpp>

namespace sonic::detail {

/// The nonzero activations of one sample, in ascending position: position, and the code's two bytes. Kernels write and read up to `slack`
/// entries beyond the last.
struct nonzero_list {
    std::uint32_t* positions;
    std::uint8_t *high, *low;
    std::uint32_t count;
    static constexpr std::size_t slack = 80;
};

/// Ends a list so that what reads ahead of it stays inside the layer.
inline void end_list(const nonzero_list& list) {
    std::memset(list.positions + list.count, 0, nonzero_list::slack * sizeof(std::uint32_t));
    std::memset(list.high + list.count, 0, nonzero_list::slack);
    std::memset(list.low + list.count, 0, nonzero_list::slack);
}

/// Lists the nonzero codes of the first `active` samples of a register. `codes`: [position][stride].
template <class Isa>
void list_nonzeros(const float* codes, std::size_t stride, std::size_t count, std::size_t active, nonzero_list* lists) {
    using I = lanes<Isa, std::int32_t>;
    constexpr std::size_t samples = I::size;
    for (std::size_t s = 0; s < active; ++s) lists[s].count = 0;
    const auto append = [&](std::size_t s, std::size_t first, I some) SONIC_INLINE_LAMBDA {
        nonzero_list& l = lists[s];
        l.count += append_nonzeros<Isa>(some, static_cast<std::uint32_t>(first), l.positions + l.count, l.high + l.count, l.low + l.count);
    };
    for (std::size_t p = 0; p < count; p += samples) {
        const float* from = codes + p * stride;
        if (4 * active <= samples || p + samples > count) {
            for (std::size_t s = 0; s < active; ++s) {
                alignas(64) std::int32_t each[samples];
                for (std::size_t i = 0; i < samples; ++i) each[i] = p + i < count ? static_cast<std::int32_t>(from[i * stride + s]) : 0;
                append(s, p, load<Isa>(each));
            }
        } else {
            square<Isa> some;
            unroll<samples>([&](auto i) SONIC_INLINE_LAMBDA { some[i] = round_to_int<Isa>(load<Isa>(from + i * stride)); });
            transpose<Isa>(some);
            unroll<samples>([&](auto s) SONIC_INLINE_LAMBDA {
                if (s < active) append(s, p, some[s]);
            });
        }
    }
    for (std::size_t s = 0; s < active; ++s) end_list(lists[s]);
}

/// Rows of output that one instruction set takes at once: as many as a register has bytes.
template <class Isa>
inline constexpr std::size_t byte_rows = 4 * width<Isa, std::int32_t>;

/// One dense layer for some samples.
struct byte_rows_call {
    const std::int8_t* weights;   ///< [block of rows][position][row of the block, where interleave_bytes looks for it]
    std::size_t positions, rows;  ///< rows: padded to whole blocks
    std::size_t samples;
    const nonzero_list* lists;           ///< per sample
    const std::uint32_t* const* bounds;  ///< per sample: each chunk's first entry, and one past the last chunk's last
    const std::uint32_t* chunks;         ///< per sample; none is empty
    int lsb_bits;
    std::int32_t largest;
    bool clamps;
    std::int32_t* totals;     ///< [sample][row], cleared by the caller
    std::uint32_t* progress;  ///< scratch: samples
};

/// Chunk sums to codes: half to even.
template <class Isa>
SONIC_ALWAYS_INLINE lanes<Isa, std::int32_t> digitise_int(lanes<Isa, std::int32_t> sum, int lsb_bits, std::int32_t largest, bool clamps) {
    using I = lanes<Isa, std::int32_t>;
    sum = shift_half_to_even<Isa>(sum, lsb_bits);
    return clamps ? xsimd::min(xsimd::max(sum, I(-largest)), I(largest)) : sum;
}

/// Adds the code of the chunk of entries [at, end) to `totals`. `weights`: of a block of rows.
template <class Isa, bool Ahead>
SONIC_ALWAYS_INLINE void chunk_of_bytes(const byte_rows_call& c, const nonzero_list& list, std::uint32_t at, std::uint32_t end,
                                        const std::int8_t* weights, std::int32_t* totals) {
    using I = lanes<Isa, std::int32_t>;
    I high[4], low[4];
    unroll<4>([&](auto r) SONIC_INLINE_LAMBDA { high[r] = low[r] = I(0); });
    const auto four = [](const std::uint8_t* p) SONIC_INLINE_LAMBDA {
        std::uint32_t bytes;
        std::memcpy(&bytes, p, 4);
        return bytes;
    };
    const auto add = [&](std::uint32_t h, std::uint32_t l) SONIC_INLINE_LAMBDA {
        const std::uint32_t* p = list.positions + at;
        const auto row = [&](std::size_t i) SONIC_INLINE_LAMBDA { return weights + std::size_t{p[i]} * byte_rows<Isa>; };
        if constexpr (Ahead) {
#if defined(__GNUC__)
            unroll<4>([&](auto i) SONIC_INLINE_LAMBDA { __builtin_prefetch(row(64 + i)); });
#endif
        }
        I w[4];
        interleave_bytes<Isa>(row(0), row(1), row(2), row(3), w);
        unroll<4>([&](auto r) SONIC_INLINE_LAMBDA {
            high[r] = dot_bytes<Isa>(high[r], h, w[r]);
            low[r] = dot_bytes<Isa>(low[r], l, w[r]);
        });
    };
    for (; at + 4 <= end; at += 4) add(four(list.high + at), four(list.low + at));
    if (at < end) {
        const std::uint32_t mask = (std::uint32_t{1} << (8 * (end - at))) - 1;
        add(four(list.high + at) & mask, four(list.low + at) & mask);
    }
    unroll<4>([&](auto r) SONIC_INLINE_LAMBDA {
        const I code = digitise_int<Isa>((high[r] << 8) + low[r], c.lsb_bits, c.largest, c.clamps);
        (load<Isa>(totals + r * I::size) + code).store_aligned(totals + r * I::size);
    });
}

/// `Ahead`: brings weights nearer before their use, which pays where few samples share them.
template <class Isa, bool Ahead>
void run_blocks_of_byte_rows(const byte_rows_call& c) {
    // A tile of weights, 24 KB, shares the first level cache with the lists of several samples. A chunk belongs to the tile of its first
    // entry.
    constexpr std::size_t per_tile = 24 * 1024 / byte_rows<Isa>;
    for (std::size_t row = 0; row < c.rows; row += byte_rows<Isa>) {
        const std::int8_t* weights = c.weights + row * c.positions;
        for (std::size_t s = 0; s < c.samples; ++s) c.progress[s] = 0;
        for (std::size_t first = 0; first < c.positions; first += per_tile)
            for (std::size_t s = 0; s < c.samples; ++s) {
                const std::uint32_t *bounds = c.bounds[s], chunks = c.chunks[s];
                std::uint32_t chunk = c.progress[s];
                for (; chunk < chunks && c.lists[s].positions[bounds[chunk]] < first + per_tile; ++chunk)
                    chunk_of_bytes<Isa, Ahead>(c, c.lists[s], bounds[chunk], bounds[chunk + 1], weights, c.totals + s * c.rows + row);
                c.progress[s] = chunk;
            }
    }
}
template <class Isa>
void run_byte_rows(const byte_rows_call& c) {
    if (c.samples <= 2)
        run_blocks_of_byte_rows<Isa, true>(c);
    else
        run_blocks_of_byte_rows<Isa, false>(c);
}

/// A square of numbers turned on its way: to[j * to_stride + i] = from[i * from_stride + j].
template <class Isa>
void turn_square(const std::int32_t* from, std::size_t from_stride, std::int32_t* to, std::size_t to_stride) {
    square<Isa> s;
    unroll<width<Isa, std::int32_t>>([&](auto i) SONIC_INLINE_LAMBDA { s[i] = load<Isa>(from + i * from_stride); });
    transpose<Isa>(s);
    unroll<width<Isa, std::int32_t>>([&](auto i) SONIC_INLINE_LAMBDA { s[i].store_aligned(to + i * to_stride); });
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
