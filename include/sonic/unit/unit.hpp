// SPDX-License-Identifier: MIT
#pragma once

/// Units: n lanes, m rows, c columns. In one pass a driven operand (n x c) meets a held operand (n x m); m x c sums come out.
/// A unit is a type whose options, themselves types, come in any order; it is lowered once to values.
///
///     driven operand -> DAC -> emitter -+
///                                       +-> crossing -> (arms) -> detector -> ADC -> accumulator
///     held operand   -> DAC -> tuner ---+
///
/// Template arguments are types only, so that `replace` can rewrite any of them.

#include <type_traits>
#include <utility>

#include <sonic/unit/part.hpp>
#include <sonic/unit/signs.hpp>

namespace sonic {

/// Operand that may change on every pass: its DAC first, then what puts it on light.
template <class Dac, class... Emitters>
struct drives {};
/// Operand that stays while a work item lasts: its DAC first, then what holds it.
template <class Dac, class... Tuners>
struct holds {};
/// Stands where a driven element meets a held one.
template <class... Devices>
struct multiplies {};
/// Lanes are grouped in arms of `Lanes`; each arm has these devices.
template <class Lanes, class... Devices>
struct per_arm {};
/// Receives the sums: detectors, last the ADC.
template <class... Devices>
struct reads {};
/// Adds digitised partial sums; in units without an ADC, adds each product.
template <class... Devices>
struct accumulates {};
/// Applies the batch-norm factor optically: its DAC first, then the ring.
template <class Dac, class... Rings>
struct scales {};
/// Devices that work with the unit and are no stage of a pass.
template <class... Devices>
struct supplied_by {};
/// One pass per cycle of `Clock`, a struct with a sourced `frequency`. Such a unit ignores readings.
template <class Clock>
struct clocked_by {};
/// Loading a held operand takes the time that `Timing::load` states (a sourced second); without this option the latency of the slowest
/// device that holds it, converters apart, and no time where none states one.
template <class Timing>
struct loads_in {};
/// Operands are bit streams: a pass takes 2^Bits cycles.
template <class Bits>
struct bit_streams {};
/// Charge is integrated over `Passes` passes before the ADC samples.
template <class Passes>
struct integrates {};
/// Widths of weights and activations, where no converter states them. One bit means +1 and -1.
template <class WeightBits, class ActivationBits>
struct formats {};
/// Floating-point arithmetic: values are used as they are.
template <class Bits>
struct floating {};

/// A unit lowered to values.
template <std::size_t Parts>
struct unit_value {
    int lanes = 0, rows = 1, columns = 1;
    int arms = 1;
    int sign_passes = 1;
    bool signs_assumed = false;
    const char* signs = "";
    int driven_bits = 0, held_bits = 0;
    int adc_bits = 0;                          ///< 0: sums stay exact
    int weight_bits = 0, activation_bits = 0;  ///< 0: those of the converters
    bool is_floating = false;
    int integration = 1;
    int cycles = 1;      ///< per pass
    hertz clock{};       ///< 0: a table of latencies, turned into time by a reading
    second load_time{};  ///< of one held operand
    std::array<part, Parts> parts{};
};

namespace detail {

template <template <class...> class Option, class T>
struct is_option : std::false_type {};
template <template <class...> class Option, class... Args>
struct is_option<Option, Option<Args...>> : std::true_type {};

template <template <class...> class Option, class... Options>
inline constexpr int option_count = (0 + ... + int(is_option<Option, Options>::value));

/// Devices of an option.
template <class T>
struct part_count : std::integral_constant<std::size_t, 0> {};
template <class... D>
struct part_count<drives<D...>> : std::integral_constant<std::size_t, sizeof...(D)> {};
template <class... D>
struct part_count<holds<D...>> : std::integral_constant<std::size_t, sizeof...(D)> {};
template <class... D>
struct part_count<multiplies<D...>> : std::integral_constant<std::size_t, sizeof...(D)> {};
template <class Lanes, class... D>
struct part_count<per_arm<Lanes, D...>> : std::integral_constant<std::size_t, sizeof...(D)> {};
template <class... D>
struct part_count<reads<D...>> : std::integral_constant<std::size_t, sizeof...(D)> {};
template <class... D>
struct part_count<accumulates<D...>> : std::integral_constant<std::size_t, sizeof...(D)> {};
template <class... D>
struct part_count<scales<D...>> : std::integral_constant<std::size_t, sizeof...(D)> {};
template <class... D>
struct part_count<supplied_by<D...>> : std::integral_constant<std::size_t, sizeof...(D)> {};

template <std::size_t N>
struct part_writer {
    unit_value<N>& unit;
    std::size_t at = 0;
    int detectors = 1;
    bool converts = true;  ///< sums are read by an ADC before they are added

    constexpr int driven() const { return unit.lanes * unit.columns; }
    constexpr int held() const { return unit.lanes * unit.rows; }
    constexpr int sums() const { return unit.rows * unit.columns; }
    constexpr void put(part p) { unit.parts[at++] = p; }

    template <class Dac, class... Rest>
    constexpr void write(drives<Dac, Rest...>) {
        put(make_part<Dac>(role::driven_dac, driven()));
        unit.driven_bits = unit.parts[at - 1].bits;
        unit.parts[at - 1].gated_lane_dac = (unmark<Rest>::gated || ...);
        (put(make_part<Rest>(role::emitter, driven())), ...);
    }
    template <class Dac, class... Rest>
    constexpr void write(holds<Dac, Rest...>) {
        put(make_part<Dac>(role::held_dac, held()));
        unit.held_bits = unit.parts[at - 1].bits;
        (put(make_part<Rest>(role::tuner, held())), ...);
    }
    template <class... Devices>
    constexpr void write(multiplies<Devices...>) {
        (put(make_part<Devices>(role::crossing, unit.lanes * sums())), ...);
    }
    template <class Lanes, class... Devices>
    constexpr void write(per_arm<Lanes, Devices...>) {
        unit.arms = (unit.lanes + Lanes::value - 1) / Lanes::value;
        (put(make_part<Devices>(role::arm, unit.arms * sums())), ...);
    }
    template <class... Devices>
    constexpr void write(reads<Devices...>) {
        std::size_t left = sizeof...(Devices);
        int each = detectors;  // balanced: two photodetectors; what follows them sees their difference
        (put(--left == 0 ? make_part<Devices>(role::adc, sums()) : make_part<Devices>(role::detector, std::exchange(each, 1) * sums())),
         ...);
        unit.adc_bits = unit.parts[at - 1].bits;
    }
    template <class... Devices>
    constexpr void write(accumulates<Devices...>) {
        (put(make_part<Devices>(role::accumulator, converts ? sums() : unit.lanes * sums())), ...);
    }
    template <class Dac, class... Rings>
    constexpr void write(scales<Dac, Rings...>) {
        put(make_part<Dac>(role::scale_dac, 1));
        (put(make_part<Rings>(role::scaler, 1)), ...);
    }
    template <class... Devices>
    constexpr void write(supplied_by<Devices...>) {
        (put(make_part<Devices>(role::supply, 1)), ...);
    }
    template <class Clock>
    constexpr void write(clocked_by<Clock>) {
        static_assert(sourced_figure<decltype(Clock::frequency), hertz>,
                      "sonic: a clock states its frequency through published(), derived() or assumed()");
        unit.clock = Clock::frequency;
    }
    template <class Timing>
    constexpr void write(loads_in<Timing>) {
        static_assert(sourced_figure<decltype(Timing::load), second>,
                      "sonic: a load time is stated through published(), derived() or assumed()");
        unit.load_time = Timing::load;
    }
    template <class Bits>
    constexpr void write(bit_streams<Bits>) {
        unit.cycles = 1 << Bits::value;
    }
    template <class Passes>
    constexpr void write(integrates<Passes>) {
        unit.integration = Passes::value;
    }
    template <class Weight, class Activation>
    constexpr void write(formats<Weight, Activation>) {
        unit.weight_bits = Weight::value;
        unit.activation_bits = Activation::value;
    }
    template <class Bits>
    constexpr void write(floating<Bits>) {
        unit.weight_bits = unit.activation_bits = Bits::value;
        unit.is_floating = true;
    }
    template <signs::policy S>
    constexpr void write(S) {
        unit.sign_passes = S::passes;
        unit.signs = S::name;
        unit.signs_assumed = std::is_same_v<S, sonic::signs::free>;
    }
};

template <class... Options>
struct signs_of {
    using type = signs::free;
};
template <class First, class... Rest>
struct signs_of<First, Rest...> : signs_of<Rest...> {};
template <signs::policy First, class... Rest>
struct signs_of<First, Rest...> {
    using type = First;
};

/// Lowers options at the given size. Unless its options name another policy, a unit's signs are free.
template <class... Options>
constexpr auto lower_options(int lanes, int rows, int columns) {
    constexpr std::size_t parts = (std::size_t{0} + ... + part_count<Options>::value);
    unit_value<parts> unit{};
    unit.lanes = lanes;
    unit.rows = rows;
    unit.columns = columns;
    unit.signs = "free";
    unit.signs_assumed = true;
    part_writer<parts> writer{unit, 0, signs_of<Options...>::type::detectors, option_count<reads, Options...> > 0};
    (writer.write(Options{}), ...);
    if constexpr (option_count<loads_in, Options...> == 0)
        for (const part& p : unit.parts)
            if (is_held(p.role) && p.bits == 0) unit.load_time = max(unit.load_time, p.latency);
    return unit;
}

template <std::size_t N>
constexpr bool every_stage_states_latency(const unit_value<N>& unit) {
    for (const part& p : unit.parts)
        if (is_stage(p.role) && !p.states_latency) return false;
    return true;
}

template <class Unit>
struct lower_unit {
    static_assert(sizeof(Unit) == 0, "sonic: an array's unit is a vector_dot_product, crossbar, multiplier_array or processor");
};

/// Checks that all units share.
template <class Value>
constexpr bool has_size(const Value& unit) {
    return unit.lanes > 0 && unit.rows > 0 && unit.columns > 0 && unit.integration > 0;
}
template <class Value>
constexpr bool has_time(const Value& unit) {
    return unit.clock.si > 0 || every_stage_states_latency(unit);
}
template <class Unit, bool Size, bool Time>
struct checked_unit {
    static_assert(Size, "sonic: a unit has at least one lane, row and column, and integrates at least one pass");
    static_assert(Time, "sonic: a device states its latency, or its unit is clocked_by a clock");
    static constexpr bool good = Size && Time;
};
template <class Unit>
using checks_of = checked_unit<Unit, has_size(lower_unit<Unit>::value), has_time(lower_unit<Unit>::value)>;

}  // namespace detail

/// The unit as values; misuse is refused here.
template <class Unit>
    requires(detail::checks_of<Unit>::good)
inline constexpr auto unit_of = detail::lower_unit<Unit>::value;

}  // namespace sonic
