// SPDX-License-Identifier: MIT
#pragma once

/// Ones among the bits of each lane, which xsimd lacks: an instruction where the flags allow it, else sums of ever wider fields.

#include <cstdint>

#include <sonic/evaluate/lanes.hpp>

#if defined(__AVX512VPOPCNTDQ__)
#include <immintrin.h>
#endif

namespace sonic::detail {

template <class Isa>
SONIC_ALWAYS_INLINE lanes<Isa, std::uint32_t> population_count(lanes<Isa, std::uint32_t> x) {
    using U = lanes<Isa, std::uint32_t>;
#if defined(__AVX512VPOPCNTDQ__)
    if constexpr (Isa::population_count && U::size == 16) return U(_mm512_popcnt_epi32(x));
#endif
    x = x - ((x >> 1) & U(0x55555555U));
    x = (x & U(0x33333333U)) + ((x >> 2) & U(0x33333333U));
    x = (x + (x >> 4)) & U(0x0F0F0F0FU);
    return (x * U(0x01010101U)) >> 24;
}

}  // namespace sonic::detail
