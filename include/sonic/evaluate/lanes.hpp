// SPDX-License-Identifier: MIT
#pragma once

/// Instruction sets as types, and the few operations that the kernels need of them, in the form that xsimd 8 to 14 share.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include <xsimd/xsimd.hpp>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

/// Kernels keep their state in registers, which needs every level inlined: GCC gives up on large bodies otherwise.
#if defined(__GNUC__)
#define SONIC_ALWAYS_INLINE __attribute__((always_inline)) inline
#define SONIC_INLINE_LAMBDA __attribute__((always_inline))
/// The value must be in a register here: keeps an address computed ahead of its use where the compiler would sink it.
#define SONIC_KEEP_IN_REGISTER(x) __asm__ volatile("" : "+r"(x))
#else
#define SONIC_ALWAYS_INLINE inline
#define SONIC_INLINE_LAMBDA
#define SONIC_KEEP_IN_REGISTER(x) ((void)(x))
#endif

namespace sonic::detail {

static_assert(std::endian::native == std::endian::little, "sonic: kernels take several small numbers from one word, lowest first");

/// An instruction set: xsimd's architecture, whether it multiplies bytes into 32-bit sums (VNNI), and whether it counts ones. Every kernel
/// is templated on it, so that translation units compiled with different flags define different functions.
template <class Arch, bool ByteDot, bool PopulationCount>
struct isa {
    using arch = Arch;
    static constexpr bool byte_dot = ByteDot, population_count = PopulationCount;
    /// Does `fma` round once?
    static constexpr bool fused = std::is_base_of_v<xsimd::avx512f, Arch> || std::is_same_v<Arch, xsimd::fma3<xsimd::avx2>> ||
                                  std::is_same_v<Arch, xsimd::fma3<xsimd::avx>> || std::is_same_v<Arch, xsimd::fma3<xsimd::sse4_2>>;
    /// Vector registers: AVX-512 and AArch64 have 32, the others 16.
#if defined(__aarch64__)
    static constexpr std::size_t registers = 32;
#else
    static constexpr std::size_t registers = xsimd::batch<float, Arch>::size == 16 ? 32 : 16;
#endif
};

#if defined(__AVX512VNNI__) && defined(__AVX512BW__)
inline constexpr bool flags_have_byte_dot = true;
#else
inline constexpr bool flags_have_byte_dot = false;
#endif
#if defined(__AVX512VPOPCNTDQ__)
inline constexpr bool flags_have_population_count = true;
#else
inline constexpr bool flags_have_population_count = false;
#endif

/// The instruction set that this translation unit's flags allow.
using native_isa = isa<xsimd::default_arch, flags_have_byte_dot, flags_have_population_count>;

template <class Isa, class T>
using lanes = xsimd::batch<T, typename Isa::arch>;
template <class Isa, class T>
inline constexpr std::size_t width = lanes<Isa, T>::size;

template <class Isa, class T>
SONIC_ALWAYS_INLINE lanes<Isa, T> load(const T* p) {
    return lanes<Isa, T>::load_aligned(p);
}
template <class Isa, class T>
SONIC_ALWAYS_INLINE lanes<Isa, T> load_at(const char* p) {
    return lanes<Isa, T>::load_aligned(reinterpret_cast<const T*>(p));
}

/// Four numbers that stand in a row in memory, each ready to fill a register. One load brings all four: kernels whose every multiplication
/// reads memory have none to spare.
template <class Isa, class T>
class four_in_a_row {
  public:
    explicit SONIC_ALWAYS_INLINE four_in_a_row(const T* p) : at_(p) {}
    template <std::size_t I>
    SONIC_ALWAYS_INLINE lanes<Isa, T> fill() const {
        return lanes<Isa, T>(at_[I]);
    }

  private:
    const T* at_;
};
#if defined(__SSE2__) && defined(__GNUC__)
/// The compiler must not see through the load, or it broadcasts each number from memory again.
#define SONIC_KEEP_IN_VECTOR(x) __asm__("" : "+v"(x))
template <class Isa>
    requires(width<Isa, float> == 4)
class four_in_a_row<Isa, float> {
  public:
    explicit SONIC_ALWAYS_INLINE four_in_a_row(const float* p) : four_(_mm_loadu_ps(p)) {}
    template <std::size_t I>
    SONIC_ALWAYS_INLINE lanes<Isa, float> fill() const {
        return lanes<Isa, float>(_mm_shuffle_ps(four_, four_, I * 0x55));
    }

  private:
    __m128 four_;
};
#if defined(__AVX__)
template <class Isa>
    requires(width<Isa, float> == 8)
class four_in_a_row<Isa, float> {
  public:
    explicit SONIC_ALWAYS_INLINE four_in_a_row(const float* p) : four_(_mm256_broadcast_ps(reinterpret_cast<const __m128*>(p))) {
        SONIC_KEEP_IN_VECTOR(four_);
    }
    template <std::size_t I>
    SONIC_ALWAYS_INLINE lanes<Isa, float> fill() const {
        return lanes<Isa, float>(_mm256_permute_ps(four_, I * 0x55));
    }

  private:
    __m256 four_;
};
#endif
#if defined(__AVX512F__)
template <class Isa>
    requires(width<Isa, float> == 16)
class four_in_a_row<Isa, float> {
  public:
    explicit SONIC_ALWAYS_INLINE four_in_a_row(const float* p) : four_(_mm512_broadcast_f32x4(_mm_loadu_ps(p))) {
        SONIC_KEEP_IN_VECTOR(four_);
    }
    template <std::size_t I>
    SONIC_ALWAYS_INLINE lanes<Isa, float> fill() const {
        return lanes<Isa, float>(_mm512_permute_ps(four_, I * 0x55));
    }

  private:
    __m512 four_;
};
#endif
#undef SONIC_KEEP_IN_VECTOR
#endif

/// f(integral_constant 0), f(1), ... f(N - 1), written out.
template <std::size_t N, class F>
SONIC_ALWAYS_INLINE void unroll(F&& f) {
    [&]<std::size_t... I>(std::index_sequence<I...>)
        SONIC_INLINE_LAMBDA { (f(std::integral_constant<std::size_t, I>{}), ...); }(std::make_index_sequence<N>{});
}

/// Nearest integers, half to even.
template <class Isa>
SONIC_ALWAYS_INLINE lanes<Isa, std::int32_t> round_to_int(lanes<Isa, float> v) {
    return xsimd::nearbyint_as_int(v);
}

/// Sums over 2^bits, half to even: what an ADC whose LSB that is makes of them.
template <class Isa>
SONIC_ALWAYS_INLINE lanes<Isa, std::int32_t> shift_half_to_even(lanes<Isa, std::int32_t> sum, int bits) {
    using I = lanes<Isa, std::int32_t>;
    if (bits == 0) return sum;
    const I odd = (sum >> bits) & I(1);
    return (sum + I((1 << (bits - 1)) - 1) + odd) >> bits;
}

template <class Isa>
SONIC_ALWAYS_INLINE lanes<Isa, float> to_float(lanes<Isa, std::int32_t> v) {
    return xsimd::batch_cast<float>(v);
}

/// The same bits, signed. xsimd names the result's batch up to version 9, its element since.
template <class Isa>
SONIC_ALWAYS_INLINE lanes<Isa, std::int32_t> as_signed(lanes<Isa, std::uint32_t> v) {
    const auto cast = [](auto x) SONIC_INLINE_LAMBDA {
        if constexpr (requires { xsimd::bitwise_cast<lanes<Isa, std::int32_t>>(x); })
            return xsimd::bitwise_cast<lanes<Isa, std::int32_t>>(x);
        else
            return xsimd::bitwise_cast<std::int32_t>(x);
    };
    return cast(v);
}

/// Is any lane of `a` greater than its lane of `b`?
template <class Isa, class T>
SONIC_ALWAYS_INLINE bool any_greater(lanes<Isa, T> a, lanes<Isa, T> b) {
    return xsimd::any(a > b);
}

}  // namespace sonic::detail
