// SPDX-License-Identifier: MIT
#pragma once

/// Dot products of bytes, which xsimd lacks: per 32-bit lane, the sum of four products of unsigned by signed bytes, and the interleaving
/// that brings four bytes from different places into one lane. Intrinsics where the flags allow them, xsimd or memory elsewhere. All are
/// exact for weights of at most 64 in magnitude.

#include <cstddef>
#include <cstdint>

#include <sonic/evaluate/lanes.hpp>

#if defined(__SSE2__)
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
        if constexpr (Isa::byte_dot) {
#if defined(__GNUC__) && !defined(__clang__)
            // GCC 12 copies the sums around the intrinsic, twice per call.
            __m512i in_place = sums;
            const __m512i w = signed_bytes;
            __asm__("vpdpbusd %2, %1, %0" : "+v"(in_place) : "v"(u), "v"(w));
            return I(in_place);
#else
            return I(_mm512_dpbusd_epi32(sums, u, signed_bytes));
#endif
        }
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

/// Where `interleave_bytes` finds lane `lane` of register `k` in each of its four sources: the order that unpacking within 128 bits gives.
constexpr std::size_t interleaved_byte(std::size_t k, std::size_t lane) { return 16 * (lane / 4) + 4 * k + lane % 4; }

/// Four rows of bytes, as many as a register holds, side by side: byte j of lane e of out[k] is byte interleaved_byte(k, e) of row j.
template <class Isa>
SONIC_ALWAYS_INLINE void interleave_bytes(const std::int8_t* a, const std::int8_t* b, const std::int8_t* c, const std::int8_t* d,
                                          lanes<Isa, std::int32_t> (&out)[4]) {
    using I = lanes<Isa, std::int32_t>;
#if defined(__AVX512BW__)
    if constexpr (I::size == 16) {
        const __m512i x = _mm512_load_si512(a), y = _mm512_load_si512(b), z = _mm512_load_si512(c), w = _mm512_load_si512(d),
                      xy_low = _mm512_unpacklo_epi8(x, y), xy_high = _mm512_unpackhi_epi8(x, y), zw_low = _mm512_unpacklo_epi8(z, w),
                      zw_high = _mm512_unpackhi_epi8(z, w);
        out[0] = I(_mm512_unpacklo_epi16(xy_low, zw_low));
        out[1] = I(_mm512_unpackhi_epi16(xy_low, zw_low));
        out[2] = I(_mm512_unpacklo_epi16(xy_high, zw_high));
        out[3] = I(_mm512_unpackhi_epi16(xy_high, zw_high));
        return;
    }
#endif
#if defined(__AVX2__)
    if constexpr (I::size == 8) {
        const auto from = [](const std::int8_t* p) { return _mm256_load_si256(reinterpret_cast<const __m256i*>(p)); };
        const __m256i x = from(a), y = from(b), z = from(c), w = from(d), xy_low = _mm256_unpacklo_epi8(x, y),
                      xy_high = _mm256_unpackhi_epi8(x, y), zw_low = _mm256_unpacklo_epi8(z, w), zw_high = _mm256_unpackhi_epi8(z, w);
        out[0] = I(_mm256_unpacklo_epi16(xy_low, zw_low));
        out[1] = I(_mm256_unpackhi_epi16(xy_low, zw_low));
        out[2] = I(_mm256_unpacklo_epi16(xy_high, zw_high));
        out[3] = I(_mm256_unpackhi_epi16(xy_high, zw_high));
        return;
    }
#endif
#if defined(__SSE2__)
    if constexpr (I::size == 4) {
        const auto from = [](const std::int8_t* p) { return _mm_load_si128(reinterpret_cast<const __m128i*>(p)); };
        const __m128i x = from(a), y = from(b), z = from(c), w = from(d), xy_low = _mm_unpacklo_epi8(x, y),
                      xy_high = _mm_unpackhi_epi8(x, y), zw_low = _mm_unpacklo_epi8(z, w), zw_high = _mm_unpackhi_epi8(z, w);
        out[0] = I(_mm_unpacklo_epi16(xy_low, zw_low));
        out[1] = I(_mm_unpackhi_epi16(xy_low, zw_low));
        out[2] = I(_mm_unpacklo_epi16(xy_high, zw_high));
        out[3] = I(_mm_unpackhi_epi16(xy_high, zw_high));
        return;
    }
#endif
    alignas(64) std::int8_t mixed[4][I::size * 4];
    for (std::size_t k = 0; k < 4; ++k)
        for (std::size_t e = 0; e < I::size; ++e) {
            const std::size_t at = interleaved_byte(k, e);
            mixed[k][4 * e] = a[at], mixed[k][4 * e + 1] = b[at], mixed[k][4 * e + 2] = c[at], mixed[k][4 * e + 3] = d[at];
        }
    unroll<4>([&](auto k) SONIC_INLINE_LAMBDA { out[k] = load_at<Isa, std::int32_t>(reinterpret_cast<const char*>(mixed[k])); });
}

}  // namespace sonic::detail
