// SPDX-License-Identifier: MIT
#pragma once

/// The vector-dot-product unit: n lanes multiply a driven by a held operand, light sums them, one ADC digitises the sum.
///
///     driven operand -> DAC -> emitter -+
///                                       +-> (arms) -> detector -> ADC
///     held operand   -> DAC -> ring ----+

#include <sonic/unit/unit.hpp>

namespace sonic {

template <class Lanes, class... Options>
struct vector_dot_product {};

namespace detail {

template <int Lanes, class... Options>
struct lower_unit<vector_dot_product<of<Lanes>, Options...>> {
    static_assert(option_count<drives, Options...> == 1, "sonic: a vector_dot_product needs exactly one drives<DAC, emitter...>");
    static_assert(option_count<holds, Options...> == 1, "sonic: a vector_dot_product needs exactly one holds<DAC, tuner...>");
    static_assert(option_count<reads, Options...> == 1, "sonic: a vector_dot_product needs exactly one reads<detector..., ADC>");
    static constexpr auto value = lower_options<Options...>(Lanes, 1, 1);
    static_assert(value.driven_bits > 0, "sonic: drives<...> begins with a converter, which states its bits");
    static_assert(value.held_bits > 0, "sonic: holds<...> begins with a converter, which states its bits");
    static_assert(value.adc_bits > 1, "sonic: reads<...> ends with a converter, which states its bits");
};

}  // namespace detail
}  // namespace sonic
