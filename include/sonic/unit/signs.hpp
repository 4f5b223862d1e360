// SPDX-License-Identifier: MIT
#pragma once

/// Sign policies: light intensity is never negative, so a unit says how it treats signed operands.

#include <concepts>

namespace sonic::signs {

/// The signed sum passes one signed ADC once, at no extra cost: the accounting of the SONIC paper. Assumed, for light has no sign.
struct free {
    static constexpr auto name = "free";
    static constexpr int passes = 1;
    static constexpr int detectors = 1;
};

/// Positive operands, then negative ones: every pass and conversion twice, the two codes subtracted. Held weights are loaded twice.
struct two_pass {
    static constexpr auto name = "two_pass";
    static constexpr int passes = 2;
    static constexpr int detectors = 1;
};

/// Through and drop port on two photodetectors: one pass, one detector more. Only where rings carry the signed operand.
struct balanced {
    static constexpr auto name = "balanced";
    static constexpr int passes = 1;
    static constexpr int detectors = 2;
};

/// Interference of fields carries the sign: one pass, a balanced pair of detectors among the unit's own devices, and no rings.
struct coherent {
    static constexpr auto name = "coherent";
    static constexpr int passes = 1;
    static constexpr int detectors = 1;
};

/// A pair of rings or detectors carries the sign; the pair stands among the unit's own devices. One pass.
struct differential {
    static constexpr auto name = "differential";
    static constexpr int passes = 1;
    static constexpr int detectors = 1;
};

/// Electronic arithmetic is signed.
struct electronic {
    static constexpr auto name = "electronic";
    static constexpr int passes = 1;
    static constexpr int detectors = 1;
};

template <class S>
concept policy = requires {
    { S::passes } -> std::convertible_to<int>;
    { S::detectors } -> std::convertible_to<int>;
};

}  // namespace sonic::signs
