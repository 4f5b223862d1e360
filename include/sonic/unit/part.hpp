// SPDX-License-Identifier: MIT
#pragma once

/// Parts: what a unit is made of once its types are lowered to values. Formulas see only these.

#include <array>
#include <cstddef>
#include <string_view>

#include <sonic/device/device.hpp>

namespace sonic {

/// Where a part stands in its unit; it decides which event makes the part work.
enum class role {
    driven_dac,  ///< converts the operand that changes on every pass; one per lane
    emitter,     ///< puts that operand on light (VCSEL, laser, or a ring bank); one per lane
    held_dac,    ///< converts the operand that stays for one work item; one per lane
    tuner,       ///< holds that operand (microring); one per lane
    arm,         ///< stands between lanes and detector, once per group of lanes
    detector,    ///< receives the sum; once per unit
    adc,         ///< digitises the sum; once per unit
    scale_dac,   ///< drives the ring that applies the batch-norm factor; once per unit
    scaler,      ///< that ring
    supply       ///< works whenever its unit does and is no stage of the pass (laser bank)
};

constexpr bool is_driven(role r) { return r == role::driven_dac || r == role::emitter; }
constexpr bool is_held(role r) { return r == role::held_dac || r == role::tuner; }
/// Is the part a stage between operand and code?
constexpr bool is_stage(role r) { return r != role::scale_dac && r != role::scaler && r != role::supply; }

/// One kind of device in one role of a unit.
struct part {
    const char* name = "";
    sonic::role role{};
    int count = 0;  ///< per unit
    watt power{};   ///< of one device
    second latency{};
    second period{};
    square_metre area{};
    origin power_origin{};
    origin area_origin{};
    bool gated = false;           ///< switched off for zero elements
    bool gated_lane_dac = false;  ///< a DAC that only feeds gated emitters
    int bits = 0;                 ///< of a converter, else 0
};

namespace detail {
template <class Device>
constexpr part make_part(sonic::role role, int count) {
    using D = typename ungate<Device>::type;
    static_assert(device<D>, "sonic: a device states name, power and latency, the figures through published(), derived() or assumed()");
    if constexpr (device<D>) {
        int bits = 0;
        if constexpr (converter<D>) bits = D::bits;
        constexpr auto area = area_of<D>();
        return {D::name, role, count, D::power, D::latency, period_of<D>(), area.value, D::power.origin, area.origin, ungate<Device>::gated,
                false,   bits};
    } else {
        return {};
    }
}
}  // namespace detail

}  // namespace sonic
