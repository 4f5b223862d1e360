// SPDX-License-Identifier: MIT
#pragma once

/// Lanes rearranged in ways that xsimd 8 lacks. Intrinsics where the flags allow them, memory elsewhere.

#include <bit>
#include <cstddef>
#include <cstdint>

#include <sonic/evaluate/lanes.hpp>

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

namespace sonic::detail {

/// A square of numbers, as many rows as lanes.
template <class Isa>
using square = lanes<Isa, std::int32_t>[width<Isa, std::int32_t>];

/// Lane j of row i becomes lane i of row j.
template <class Isa>
SONIC_ALWAYS_INLINE void transpose(square<Isa>& rows) {
    using I = lanes<Isa, std::int32_t>;
#if defined(__AVX512F__)
    if constexpr (I::size == 16) {
        __m512i t[16], u[16];
        unroll<8>([&](auto i) SONIC_INLINE_LAMBDA {
            t[2 * i] = _mm512_unpacklo_epi32(rows[2 * i], rows[2 * i + 1]);
            t[2 * i + 1] = _mm512_unpackhi_epi32(rows[2 * i], rows[2 * i + 1]);
        });
        unroll<4>([&](auto g) SONIC_INLINE_LAMBDA {
            u[4 * g] = _mm512_unpacklo_epi64(t[4 * g], t[4 * g + 2]);
            u[4 * g + 1] = _mm512_unpackhi_epi64(t[4 * g], t[4 * g + 2]);
            u[4 * g + 2] = _mm512_unpacklo_epi64(t[4 * g + 1], t[4 * g + 3]);
            u[4 * g + 3] = _mm512_unpackhi_epi64(t[4 * g + 1], t[4 * g + 3]);
        });
        // A quarter of u[4 g + j] holds rows 4 g to 4 g + 3 of one column.
        unroll<4>([&](auto j) SONIC_INLINE_LAMBDA {
            const __m512i even = _mm512_shuffle_i32x4(u[j], u[4 + j], 0x88), odd = _mm512_shuffle_i32x4(u[j], u[4 + j], 0xdd),
                          more_even = _mm512_shuffle_i32x4(u[8 + j], u[12 + j], 0x88),
                          more_odd = _mm512_shuffle_i32x4(u[8 + j], u[12 + j], 0xdd);
            rows[j] = I(_mm512_shuffle_i32x4(even, more_even, 0x88));
            rows[4 + j] = I(_mm512_shuffle_i32x4(odd, more_odd, 0x88));
            rows[8 + j] = I(_mm512_shuffle_i32x4(even, more_even, 0xdd));
            rows[12 + j] = I(_mm512_shuffle_i32x4(odd, more_odd, 0xdd));
        });
        return;
    }
#endif
    alignas(64) std::int32_t from[I::size][I::size], to[I::size][I::size];
    for (std::size_t i = 0; i < I::size; ++i) rows[i].store_aligned(from[i]);
    for (std::size_t i = 0; i < I::size; ++i)
        for (std::size_t j = 0; j < I::size; ++j) to[j][i] = from[i][j];
    for (std::size_t i = 0; i < I::size; ++i) rows[i] = I::load_aligned(to[i]);
}

/// Appends those of a register of 16-bit codes that are not zero: their positions `first`, `first` + 1, ..., and their two bytes. Returns
/// how many there are; may write as many as a register has lanes.
template <class Isa>
SONIC_ALWAYS_INLINE std::uint32_t append_nonzeros(lanes<Isa, std::int32_t> codes, std::uint32_t first, std::uint32_t* positions,
                                                  std::uint8_t* high, std::uint8_t* low) {
    using I = lanes<Isa, std::int32_t>;
#if defined(__AVX512F__)
    if constexpr (I::size == 16) {
        const __m512i all = codes, count = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        const __mmask16 nonzero = _mm512_test_epi32_mask(all, all);
        const __m512i kept = _mm512_maskz_compress_epi32(nonzero, all),
                      at = _mm512_maskz_compress_epi32(nonzero, _mm512_add_epi32(count, _mm512_set1_epi32(static_cast<int>(first))));
        _mm512_storeu_si512(positions, at);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(high), _mm512_cvtepi32_epi8(_mm512_srli_epi32(kept, 8)));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(low), _mm512_cvtepi32_epi8(kept));
        return static_cast<std::uint32_t>(std::popcount(static_cast<std::uint32_t>(nonzero)));
    }
#endif
    alignas(64) std::int32_t each[I::size];
    codes.store_aligned(each);
    std::uint32_t made = 0;
    for (std::size_t i = 0; i < I::size; ++i) {
        positions[made] = first + static_cast<std::uint32_t>(i);
        high[made] = static_cast<std::uint8_t>(each[i] >> 8);
        low[made] = static_cast<std::uint8_t>(each[i]);
        made += each[i] != 0;
    }
    return made;
}

}  // namespace sonic::detail
