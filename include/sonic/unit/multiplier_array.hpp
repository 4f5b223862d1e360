// SPDX-License-Identifier: MIT
#pragma once

/// The electronic multiplier array: n multipliers with their accumulators, one pass a cycle. Sums are exact.

#include <sonic/unit/unit.hpp>

namespace sonic {

template <class Lanes, class... Options>
struct multiplier_array {};

namespace detail {

template <int Lanes, class... Options>
struct lower_unit<multiplier_array<of<Lanes>, Options...>> {
    static_assert(option_count<clocked_by, Options...> == 1, "sonic: a multiplier_array needs exactly one clocked_by<clock>");
    static_assert(option_count<formats, Options...> + option_count<floating, Options...> == 1,
                  "sonic: a multiplier_array needs formats<weights, activations> or floating<bits>");
    static_assert(option_count<drives, Options...> + option_count<holds, Options...> + option_count<reads, Options...> == 0,
                  "sonic: a multiplier_array has no converters; its parts stand in multiplies<>, accumulates<> and supplied_by<>");
    static constexpr auto value = lower_options<Options..., signs::electronic>(Lanes, 1, 1);
};

}  // namespace detail
}  // namespace sonic
