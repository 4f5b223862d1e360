// SPDX-License-Identifier: MIT
#pragma once

/// Policies: what a published table means where its paper is silent. Each is a type; a cost takes any of them in any order.

#include <concepts>
#include <cstdint>
#include <type_traits>

#include <sonic/dataflow/activity.hpp>
#include <sonic/unit/unit.hpp>

namespace sonic {

/// Times of one unit under a reading: time = loads x load + passes x interval + fill, of the busiest unit.
struct unit_timing {
    second interval{};
    second load{};
    second fill{};
};

/// What a policy decides.
enum class choice { reading, energy, idle, gate, memory };

namespace detail {

template <std::size_t N>
constexpr second slowest(const unit_value<N>& unit, bool (*chosen)(role)) {
    second result{};
    for (const part& p : unit.parts)
        if (chosen(p.role)) result = max(result, p.latency);
    return result;
}

constexpr bool is_dac(role r) { return r == role::driven_dac || r == role::held_dac; }
/// Stages that change on every pass while the held operand stays.
constexpr bool changes_every_pass(role r) { return is_stage(r) && !is_held(r); }

/// Sum of stages from code to code: the slowest DAC, then every other stage. Modulators of the driven operand and tuners of the held one
/// settle side by side: the slower branch counts.
template <std::size_t N>
constexpr second serial_latency(const unit_value<N>& unit) {
    second sum = slowest(unit, is_dac), modulators{}, tuners{};
    for (const part& p : unit.parts) {
        if (!is_stage(p.role) || is_dac(p.role)) continue;
        if (p.role == role::tuner)
            tuners += p.latency;
        else if (p.role == role::emitter && !p.emits_light)
            modulators += p.latency;
        else
            sum += p.latency;
    }
    return sum + max(modulators, tuners);
}

/// Latency from a changed operand to its code, the held operand in place.
template <std::size_t N>
constexpr second changing_latency(const unit_value<N>& unit) {
    second sum{};
    for (const part& p : unit.parts)
        if (changes_every_pass(p.role)) sum += p.latency;
    return sum;
}

constexpr second fill_of(second latency, second interval) { return max(second{0}, latency - interval); }

template <std::size_t N, class StageTime>
constexpr unit_timing held_timing(const unit_value<N>& unit, StageTime stage_time) {
    second interval{};
    for (const part& p : unit.parts)
        if (changes_every_pass(p.role)) interval = max(interval, stage_time(p));
    return {interval, unit.load_time, fill_of(changing_latency(unit), interval)};
}

}  // namespace detail

/// How a table of latencies becomes the time between passes.
namespace readings {

/// The sum of all stages; every pass loads both operands. SONIC: 34.406 ns.
struct serial {
    static constexpr auto name = "serial";
    static constexpr choice kind = choice::reading;
    static constexpr auto schedule = sonic::schedule::every_pass;
    template <std::size_t N>
    static constexpr unit_timing timing(const unit_value<N>& unit) {
        return {detail::serial_latency(unit), second{0}, second{0}};
    }
};

/// The slowest stage, retuning among them; every pass loads both operands. SONIC: 20 ns.
struct overlapped {
    static constexpr auto name = "overlapped";
    static constexpr choice kind = choice::reading;
    static constexpr auto schedule = sonic::schedule::every_pass;
    template <std::size_t N>
    static constexpr unit_timing timing(const unit_value<N>& unit) {
        const second interval = detail::slowest(unit, is_stage);
        return {interval, second{0}, detail::fill_of(detail::serial_latency(unit), interval)};
    }
};

/// One operand stays: the slowest stage that changes on every pass, and one retuning per load. SONIC: 14 ns.
struct stationary {
    static constexpr auto name = "stationary";
    static constexpr choice kind = choice::reading;
    static constexpr auto schedule = sonic::schedule::held;
    template <std::size_t N>
    static constexpr unit_timing timing(const unit_value<N>& unit) {
        return detail::held_timing(unit, [](const part& p) { return p.latency; });
    }
};

/// As stationary, but the ADC samples once per period of the unit's slowest DAC. SONIC: 0.33 ns.
struct pipelined {
    static constexpr auto name = "pipelined";
    static constexpr choice kind = choice::reading;
    static constexpr auto schedule = sonic::schedule::held;
    template <std::size_t N>
    static constexpr unit_timing timing(const unit_value<N>& unit) {
        const second dac = detail::slowest(unit, detail::is_dac);
        return detail::held_timing(unit, [dac](const part& p) { return p.role == role::adc ? dac : p.latency; });
    }
};

/// As stationary, each converter at the sampling rate of the part that its paper cites. SONIC: 62.5 ns.
struct rated {
    static constexpr auto name = "rated";
    static constexpr choice kind = choice::reading;
    static constexpr auto schedule = sonic::schedule::held;
    template <std::size_t N>
    static constexpr unit_timing timing(const unit_value<N>& unit) {
        return detail::held_timing(unit, [](const part& p) { return p.period; });
    }
};

/// A machine with a clock of its own: one pass takes its cycles, whatever reading the others are given.
struct clock {
    static constexpr auto name = "clock";
    static constexpr choice kind = choice::reading;
    static constexpr auto schedule = sonic::schedule::held;
    template <std::size_t N>
    static constexpr unit_timing timing(const unit_value<N>& unit) {
        return {double(unit.cycles) / unit.clock, unit.load_time, second{0}};
    }
};

}  // namespace readings

/// Times of a unit: a clocked one's own, a table's under the reading.
template <class Reading, std::size_t N>
constexpr unit_timing timing_of(const unit_value<N>& unit) {
    if (unit.clock.si > 0) return readings::clock::timing(unit);
    return Reading::timing(unit);
}

/// What a row (latency, power) of a device table means for energy.
namespace energies {
/// A device draws its power as long as its unit works: energy of a pass = power x interval.
struct interval {
    static constexpr auto name = "interval";
    static constexpr choice kind = choice::energy;
};
/// A device draws its power for its own latency at each of its events.
struct duty_cycled {
    static constexpr auto name = "duty_cycled";
    static constexpr choice kind = choice::energy;
};
}  // namespace energies

/// What arrays and units draw that have nothing to do.
namespace idle {
/// They stay powered for the whole frame, as the totals in the papers imply. Gated parts are off.
struct powered {
    static constexpr auto name = "powered";
    static constexpr choice kind = choice::idle;
};
/// They draw nothing.
struct gated {
    static constexpr auto name = "gated";
    static constexpr choice kind = choice::idle;
};
}  // namespace idle

/// What is switched off for a zero element and for a lane beyond a short chunk's end.
namespace gates {
/// The emitters that the unit marks `gated`: all that the SONIC paper names.
struct emitter {
    static constexpr auto name = "emitter";
    static constexpr choice kind = choice::gate;
    static constexpr bool off(const part& p) { return p.gated; }
};
/// The DAC behind a gated emitter too.
struct emitter_and_dac {
    static constexpr auto name = "emitter_and_dac";
    static constexpr choice kind = choice::gate;
    static constexpr bool off(const part& p) { return p.gated || p.gated_lane_dac; }
};
/// Nothing.
struct none {
    static constexpr auto name = "none";
    static constexpr choice kind = choice::gate;
    static constexpr bool off(const part&) { return false; }
};
}  // namespace gates

/// Memories and links beside the arrays.
namespace memories {
/// Those that the diagram states.
struct modelled {
    static constexpr auto name = "modelled";
    static constexpr choice kind = choice::memory;
};
/// None: the accounting of the SONIC paper, which leaves memory, buffers and control out.
struct none {
    static constexpr auto name = "none";
    static constexpr choice kind = choice::memory;
};
}  // namespace memories

/// Which bits an energy per bit counts.
enum class bit_meaning {
    own_formats,    ///< dense MACs x (activation + weight bits) of the accelerator's own formats
    executed_macs,  ///< MACs that the machine executes x the same bits
    common_16_16,   ///< dense MACs x 32
    model_bits      ///< stored weights x weight bits
};

namespace detail {

template <class T>
concept policy = requires {
    { T::kind } -> std::convertible_to<choice>;
    { T::name } -> std::convertible_to<const char*>;
};

template <class T>
concept reading_policy = policy<T> && T::kind == choice::reading;

/// The first of `Choices` that decides `Kind`, else `Default`.
template <choice Kind, class Default, class... Choices>
struct chosen {
    using type = Default;
};
template <choice Kind, class Default, class First, class... Rest>
struct chosen<Kind, Default, First, Rest...> : chosen<Kind, Default, Rest...> {};
template <choice Kind, class Default, class First, class... Rest>
    requires(First::kind == Kind)
struct chosen<Kind, Default, First, Rest...> {
    using type = First;
};
template <choice Kind, class... Choices>
inline constexpr int times_chosen = (0 + ... + int(Choices::kind == Kind));

}  // namespace detail
}  // namespace sonic
