// SPDX-License-Identifier: MIT
#pragma once

/// What a device is to the library: a plain struct with static members, no base class.
///
///     struct my_adc {
///         static constexpr auto name = "our 8 bit SAR ADC";
///         static constexpr auto power = derived(3 * mW, "tape-out, 2026");   // while its unit works
///         static constexpr auto energy = published(2 * pJ, "doi:10.1/x");    // and/or at each of its events
///         static constexpr auto latency = published(1 * ns, "doi:10.1/x");   // needed in units without a clock
///         static constexpr int bits = 8;                                     // converters only
///         static constexpr auto period = published(2 * ns, "doi:10.1/x");    // optional: 1 / sampling rate
///         static constexpr auto area = assumed(0.01 * mm2, "like ...");      // optional
///         static constexpr bool emits_light = true;                          // lasers, combs, VCSELs; what modulates light leaves it out
///     };

#include <concepts>
#include <type_traits>

#include <sonic/device/sourced.hpp>
#include <sonic/quantity/of.hpp>
#include <sonic/quantity/quantity.hpp>

namespace sonic {

namespace detail {
template <class T, class Value>
concept sourced_figure = std::same_as<std::remove_cvref_t<T>, sourced<Value>>;

template <class D>
concept states_power = requires {
    { D::power } -> sourced_figure<watt>;
};
template <class D>
concept states_energy = requires {
    { D::energy } -> sourced_figure<joule>;
};
template <class D>
concept states_latency = requires {
    { D::latency } -> sourced_figure<second>;
};
}  // namespace detail

/// A device: a name, and its power while its unit works or its energy per event (or both), each with its source.
template <class D>
concept device = requires {
    { D::name } -> std::convertible_to<const char*>;
} && (detail::states_power<D> || detail::states_energy<D>);

/// A device between the digital and the analogue side: it also has a width in bits.
template <class D>
concept converter = device<D> && requires {
    { D::bits } -> std::convertible_to<int>;
};

/// Marks an emitter that is switched off for zero elements and for lanes beyond a short chunk's end.
template <class D>
struct gated {
    using device_type = D;
};
/// Marks a device that draws nothing while its unit waits, whatever the idle policy.
template <class D>
struct clock_gated {
    using device_type = D;
};
/// Marks a device that is switched off where the structure of the weights leaves its lane or its sum empty, whatever the gate policy.
template <class D>
struct structure_gated {
    using device_type = D;
};
/// Exactly `Count` of the device in each unit, instead of one at each place of its role.
template <class Count, class D>
struct times {
    using device_type = D;
};
/// The device's figures on a machine that states none of its own: every figure counts as assumed.
template <class D>
struct borrowed {
    using device_type = D;
};

namespace detail {

/// A device inside its markers.
template <class D>
struct unmark {
    using type = D;
    static constexpr bool gated = false, clock_gated = false, structure_gated = false, borrowed = false;
    static constexpr int count = 0;  ///< 0: one at each place
};
template <class D>
struct unmark<sonic::gated<D>> : unmark<D> {
    static constexpr bool gated = true;
};
template <class D>
struct unmark<sonic::clock_gated<D>> : unmark<D> {
    static constexpr bool clock_gated = true;
};
template <class D>
struct unmark<sonic::structure_gated<D>> : unmark<D> {
    static constexpr bool structure_gated = true;
};
template <class D>
struct unmark<sonic::borrowed<D>> : unmark<D> {
    static constexpr bool borrowed = true;
};
template <int N, class D>
struct unmark<sonic::times<of<N>, D>> : unmark<D> {
    static constexpr int count = N;
};

template <class Q>
constexpr sourced<Q> nothing_stated() {
    return {Q{}, origin::published, "none stated"};
}

}  // namespace detail

/// Power while the unit works; zero for a device that states energy alone.
template <device D>
constexpr sourced<watt> power_of() {
    if constexpr (detail::states_power<D>)
        return D::power;
    else
        return detail::nothing_stated<watt>();
}
/// Energy per event; zero for a device that states power alone.
template <device D>
constexpr sourced<joule> energy_of() {
    if constexpr (detail::states_energy<D>)
        return D::energy;
    else
        return detail::nothing_stated<joule>();
}
/// Latency; zero where none is stated, which only clocked units accept.
template <device D>
constexpr sourced<second> latency_of() {
    if constexpr (requires { D::latency; }) {
        static_assert(detail::states_latency<D>, "sonic: a device's latency carries its source: published(), derived() or assumed()");
        return D::latency;
    } else {
        return detail::nothing_stated<second>();
    }
}

/// Time between samples at the device's rate: `period` where the device has one, else its latency.
template <device D>
constexpr sourced<second> period_of() {
    if constexpr (requires { D::period; }) {
        static_assert(detail::sourced_figure<decltype(D::period), second>,
                      "sonic: a device's period carries its source: published(), derived() or assumed()");
        return D::period;
    } else {
        return latency_of<D>();
    }
}

/// Is light made here (a laser, a comb, a VCSEL), rather than modulated?
template <device D>
constexpr bool emits_light_of() {
    if constexpr (requires { D::emits_light; })
        return D::emits_light;
    else
        return false;
}

/// Area; a device that states none counts as zero area, assumed, so that a report shows the gap.
template <device D>
constexpr sourced<square_metre> area_of() {
    if constexpr (requires { D::area; }) {
        static_assert(detail::sourced_figure<decltype(D::area), square_metre>,
                      "sonic: a device's area carries its source: published(), derived() or assumed()");
        return D::area;
    } else {
        return {square_metre{0}, origin::assumed, "no area stated"};
    }
}

}  // namespace sonic
