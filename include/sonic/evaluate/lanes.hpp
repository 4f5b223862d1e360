// SPDX-License-Identifier: MIT
#pragma once

/// The few xsimd operations that evaluation needs, in the form that xsimd 8 to 14 share.

#include <cstddef>
#include <vector>

#include <xsimd/xsimd.hpp>

namespace sonic::detail {

/// Lanes of the widest instruction set that this translation unit is compiled for.
template <class T>
using lanes = xsimd::batch<T>;
template <class T>
inline constexpr std::size_t width = lanes<T>::size;

/// A vector whose storage suits aligned loads.
template <class T>
using aligned_vector = std::vector<T, xsimd::default_allocator<T>>;

template <class T>
inline lanes<T> load(const T* p) {
    return lanes<T>::load_aligned(p);
}
template <class T>
inline void store(T* p, lanes<T> v) {
    v.store_aligned(p);
}

/// ADC of each lane: half to even, saturating. `sum` times the inverse of a power of two is exact.
template <class T>
inline lanes<T> digitise(lanes<T> sum, T inverse_lsb, T largest) {
    const auto code = xsimd::nearbyint(sum * lanes<T>(inverse_lsb));
    return xsimd::min(xsimd::max(code, lanes<T>(-largest)), lanes<T>(largest));
}

}  // namespace sonic::detail
