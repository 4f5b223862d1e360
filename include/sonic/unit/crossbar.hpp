// SPDX-License-Identifier: MIT
#pragma once

/// The crossbar: n lanes, m rows, c columns of dot products at once. Every row's held vector meets every column's driven vector.
/// Its options say which: a bank of rings or microdisks (holds), a coherent array or MZI mesh (signs::coherent), XNOR or AND gates
/// (multiplies), bit streams (bit_streams), charge integrated over passes (integrates).

#include <sonic/unit/unit.hpp>

namespace sonic {

template <class Lanes, class Rows, class Columns, class... Options>
struct crossbar {};

namespace detail {

template <int Lanes, int Rows, int Columns, class... Options>
struct lower_unit<crossbar<of<Lanes>, of<Rows>, of<Columns>, Options...>> {
    static_assert(option_count<drives, Options...> == 1, "sonic: a crossbar needs exactly one drives<DAC, emitter...>");
    static_assert(option_count<holds, Options...> == 1, "sonic: a crossbar needs exactly one holds<DAC, tuner...>");
    static_assert(option_count<reads, Options...> == 1, "sonic: a crossbar needs exactly one reads<detector..., ADC>");
    static constexpr auto value = lower_options<Options...>(Lanes, Rows, Columns);
    static_assert(value.weight_bits > 0 || (value.driven_bits > 0 && value.held_bits > 0),
                  "sonic: a crossbar's converters state their bits, or formats<weights, activations> does");
    static_assert(value.adc_bits > 1, "sonic: reads<...> ends with a converter, which states its bits");
};

}  // namespace detail
}  // namespace sonic
