// SPDX-License-Identifier: MIT
#pragma once

/// Dot products of bytes, which xsimd lacks: per 32-bit lane, the sum of four products of unsigned by signed bytes.
/// Intrinsics where the flags allow them, xsimd elsewhere. All are exact for weights of at most 64 in magnitude.

#include <cstdint>

#include <sonic/evaluate/lanes.hpp>

#if defined(__SSSE3__)
#include <immintrin.h>
#endif

namespace sonic::detail {

/// Largest weight for which no path saturates: two products of 255 x 64 fit 16 bits.
inline constexpr std::int64_t largest_byte_weight = 64;

/// sums + sum over i of (byte i of `unsigned_bytes`, the same in all lanes) x (signed byte i of the lane of `signed_bytes`).
template <class Isa>
SONIC_ALWAYS_INLINE lanes<Isa, std::int32_t> dot_bytes(lanes<Isa, std::int32_t> sums, std::uint32_t unsigned_bytes,
                                                       lanes<Isa, std::int32_t> signed_bytes) {
    using I = lanes<Isa, std::int32_t>;
#if defined(__AVX512BW__)
    if constexpr (I::size == 16) {
        const __m512i u = _mm512_set1_epi32(static_cast<int>(unsigned_bytes));
#if defined(__AVX512VNNI__)
        if constexpr (Isa::byte_dot) return I(_mm512_dpbusd_epi32(sums, u, signed_bytes));
#endif
        return I(_mm512_add_epi32(sums, _mm512_madd_epi16(_mm512_maddubs_epi16(u, signed_bytes), _mm512_set1_epi16(1))));
    }
#endif
#if defined(__AVX2__)
    if constexpr (I::size == 8) {
        const __m256i u = _mm256_set1_epi32(static_cast<int>(unsigned_bytes));
        return I(_mm256_add_epi32(sums, _mm256_madd_epi16(_mm256_maddubs_epi16(u, signed_bytes), _mm256_set1_epi16(1))));
    }
#endif
#if defined(__SSSE3__)
    if constexpr (I::size == 4 && std::is_base_of_v<xsimd::ssse3, typename Isa::arch>) {
        const __m128i u = _mm_set1_epi32(static_cast<int>(unsigned_bytes));
        return I(_mm_add_epi32(sums, _mm_madd_epi16(_mm_maddubs_epi16(u, signed_bytes), _mm_set1_epi16(1))));
    }
#endif
    // Shifts bring each byte to the top and back down with its sign.
    unroll<4>([&](auto i) SONIC_INLINE_LAMBDA {
        const I w = (signed_bytes << (24 - 8 * static_cast<int>(i))) >> 24;
        sums = sums + w * I(static_cast<std::int32_t>((unsigned_bytes >> (8 * i)) & 255u));
    });
    return sums;
}

}  // namespace sonic::detail
