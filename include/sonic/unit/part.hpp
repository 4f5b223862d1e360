// SPDX-License-Identifier: MIT
#pragma once

/// Parts: what a unit is made of once its types are lowered to values. Formulas see only these.

#include <array>
#include <cstddef>
#include <string_view>

#include <sonic/device/device.hpp>

namespace sonic {

/// Where a part stands; it decides which event makes the part work. n lanes, m rows, c columns: a unit multiplies a driven n x c by a
/// held n x m operand. The vector-dot-product unit has m = c = 1.
enum class role {
    driven_dac,   ///< converts the operand that changes on every pass; n x c places
    emitter,      ///< puts that operand on light (VCSEL, laser, modulator, ring bank); n x c
    held_dac,     ///< converts the operand that stays for one work item; n x m
    tuner,        ///< holds that operand (microring, phase shifter, register); n x m
    crossing,     ///< multiplies one driven by one held element (ring pair, XNOR gate, multiplier); n x m x c
    arm,          ///< stands between lanes and detector, once per group of lanes; groups x m x c
    detector,     ///< receives a sum; m x c
    adc,          ///< digitises it; m x c
    accumulator,  ///< adds what was digitised (m x c), or each product in units without an ADC (n x m x c)
    scale_dac,    ///< drives the ring that applies the batch-norm factor; one
    scaler,       ///< that ring
    supply,       ///< works whenever its unit does and is no stage of the pass (laser bank, control); one
    memory,       ///< stores and delivers bits; one per accelerator
    link          ///< moves bits; one per accelerator
};

constexpr bool is_held(role r) { return r == role::held_dac || r == role::tuner; }
/// Is the part a stage between operand and code?
constexpr bool is_stage(role r) {
    return r != role::accumulator && r != role::scale_dac && r != role::scaler && r != role::supply && r != role::memory && r != role::link;
}

/// One kind of device in one role of a unit.
struct part {
    const char* name = "";
    sonic::role role{};
    int count = 0;   ///< per unit
    int places = 1;  ///< of its role in the unit; count / places devices work at each event
    watt power{};    ///< of one device
    joule energy{};  ///< of one device at one event
    second latency{};
    second period{};
    square_metre area{};
    origin power_origin{};
    origin area_origin{};
    origin period_origin{};
    bool gated = false;            ///< switched off for zero elements
    bool gated_lane_dac = false;   ///< a DAC that only feeds gated emitters
    bool clock_gated = false;      ///< draws nothing while its unit waits
    bool structure_gated = false;  ///< switched off where the weights' structure leaves its place empty
    bool states_latency = false;
    bool emits_light = false;  ///< a light source, not a modulator
    int bits = 0;              ///< of a converter, else 0
};

namespace detail {

constexpr origin weaker(origin a, origin b) { return static_cast<int>(a) > static_cast<int>(b) ? a : b; }

template <class Device>
constexpr part make_part(sonic::role role, int places) {
    using marks = unmark<Device>;
    using D = typename marks::type;
    static_assert(device<D>, "sonic: a device states a name, and power or energy (or both) through published(), derived() or assumed()");
    if constexpr (device<D>) {
        constexpr auto power = power_of<D>();
        constexpr auto energy = energy_of<D>();
        constexpr auto area = area_of<D>();
        part p{};
        p.name = D::name;
        p.role = role;
        p.count = marks::count > 0 ? marks::count : places;
        p.places = places;
        p.power = power.value;
        p.energy = energy.value;
        p.latency = latency_of<D>().value;
        p.period = period_of<D>().value;
        p.period_origin = marks::borrowed ? origin::assumed : period_of<D>().origin;
        p.area = area.value;
        p.power_origin = marks::borrowed ? origin::assumed : weaker(power.origin, energy.origin);
        p.area_origin = marks::borrowed ? origin::assumed : area.origin;
        p.gated = marks::gated;
        p.clock_gated = marks::clock_gated;
        p.structure_gated = marks::structure_gated;
        p.states_latency = states_latency<D>;
        p.emits_light = emits_light_of<D>();
        if constexpr (converter<D>) p.bits = D::bits;
        return p;
    } else {
        return {};
    }
}
}  // namespace detail

}  // namespace sonic
