// SPDX-License-Identifier: MIT
#pragma once

/// The vector-dot-product unit: n lanes multiply a driven by a held operand, light sums them, one ADC digitises the sum.
///
///     driven operand -> DAC -> emitter -+
///                                       +-> (arms) -> detector -> ADC
///     held operand   -> DAC -> ring ----+
///
/// Template arguments are types only, so that `replace` can rewrite any of them; options come in any order.

#include <type_traits>

#include <sonic/unit/part.hpp>
#include <sonic/unit/signs.hpp>

namespace sonic {

/// A number as a type.
template <int N>
struct of {
    static constexpr int value = N;
};

/// Operand that may change on every pass: its DAC first, then what puts it on light.
template <class Dac, class... Emitters>
struct drives {};
/// Operand that stays while a work item lasts: its DAC first, then what holds it.
template <class Dac, class... Tuners>
struct holds {};
/// Lanes are grouped in arms of `Lanes`; each arm has these devices.
template <class Lanes, class... Devices>
struct per_arm {};
/// Receives the sum: detectors, last the ADC.
template <class... Devices>
struct reads {};
/// Applies the batch-norm factor optically: its DAC first, then the ring.
template <class Dac, class... Rings>
struct scales {};
/// Devices that work with the unit and are no stage of a pass.
template <class... Devices>
struct supplied_by {};

template <class Lanes, class... Options>
struct vector_dot_product {};

/// A unit lowered to values.
template <std::size_t Parts>
struct unit_value {
    int lanes = 0;
    int arms = 1;
    int sign_passes = 1;
    bool signs_assumed = false;
    const char* signs = "";
    int driven_bits = 0, held_bits = 0, adc_bits = 0;
    std::array<part, Parts> parts{};
};

namespace detail {

template <template <class...> class Option, class T>
struct is_option : std::false_type {};
template <template <class...> class Option, class... Args>
struct is_option<Option, Option<Args...>> : std::true_type {};

template <template <class...> class Option, class... Options>
inline constexpr int option_count = (0 + ... + int(is_option<Option, Options>::value));

template <class T>
struct part_count : std::integral_constant<std::size_t, 0> {};
template <template <class...> class Option, class... Args>
struct part_count<Option<Args...>> : std::integral_constant<std::size_t, sizeof...(Args)> {};
template <class Lanes, class... Devices>
struct part_count<per_arm<Lanes, Devices...>> : std::integral_constant<std::size_t, sizeof...(Devices)> {};

template <std::size_t N>
struct part_writer {
    unit_value<N>& unit;
    std::size_t at = 0;
    int detectors = 1;

    constexpr void put(part p) { unit.parts[at++] = p; }

    template <class Dac, class... Rest>
    constexpr void write(drives<Dac, Rest...>) {
        put(make_part<Dac>(role::driven_dac, unit.lanes));
        unit.driven_bits = unit.parts[at - 1].bits;
        unit.parts[at - 1].gated_lane_dac = (ungate<Rest>::gated || ...);
        (put(make_part<Rest>(role::emitter, unit.lanes)), ...);
    }
    template <class Dac, class... Rest>
    constexpr void write(holds<Dac, Rest...>) {
        put(make_part<Dac>(role::held_dac, unit.lanes));
        unit.held_bits = unit.parts[at - 1].bits;
        (put(make_part<Rest>(role::tuner, unit.lanes)), ...);
    }
    template <class Lanes, class... Devices>
    constexpr void write(per_arm<Lanes, Devices...>) {
        unit.arms = (unit.lanes + Lanes::value - 1) / Lanes::value;
        (put(make_part<Devices>(role::arm, unit.arms)), ...);
    }
    template <class... Devices>
    constexpr void write(reads<Devices...>) {
        std::size_t left = sizeof...(Devices);
        (put(--left == 0 ? make_part<Devices>(role::adc, 1) : make_part<Devices>(role::detector, detectors)), ...);
        unit.adc_bits = unit.parts[at - 1].bits;
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

template <class Unit>
struct lower_unit {
    static_assert(sizeof(Unit) == 0, "sonic: an array's unit is a vector_dot_product<of<lanes>, ...>");
};
template <int Lanes, class... Options>
struct lower_unit<vector_dot_product<of<Lanes>, Options...>> {
    static_assert(Lanes > 0, "sonic: a unit has at least one lane");
    static_assert(option_count<drives, Options...> == 1, "sonic: a vector_dot_product needs exactly one drives<DAC, emitter...>");
    static_assert(option_count<holds, Options...> == 1, "sonic: a vector_dot_product needs exactly one holds<DAC, tuner...>");
    static_assert(option_count<reads, Options...> == 1, "sonic: a vector_dot_product needs exactly one reads<detector..., ADC>");
    using sign_policy = typename signs_of<Options...>::type;

    static constexpr auto make() {
        constexpr std::size_t parts = (std::size_t{0} + ... + part_count<Options>::value);
        unit_value<parts> unit{.lanes = Lanes, .signs_assumed = true, .signs = "free"};
        part_writer<parts> writer{unit, 0, sign_policy::detectors};
        (writer.write(Options{}), ...);
        return unit;
    }
    static constexpr auto value = make();
    static_assert(value.driven_bits > 0, "sonic: drives<...> begins with a converter, which states its bits");
    static_assert(value.held_bits > 0, "sonic: holds<...> begins with a converter, which states its bits");
    static_assert(value.adc_bits > 1, "sonic: reads<...> ends with a converter, which states its bits");
};

}  // namespace detail

/// The unit as values; misuse is refused here.
template <class Unit>
inline constexpr auto unit_of = detail::lower_unit<Unit>::value;

}  // namespace sonic
