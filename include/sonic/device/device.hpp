// SPDX-License-Identifier: MIT
#pragma once

/// What a device is to the library: a plain struct with static members, no base class.
///
///     struct my_adc {
///         static constexpr auto name = "our 8 bit SAR ADC";
///         static constexpr auto power = derived(3 * mW, "tape-out, 2026");
///         static constexpr auto latency = published(1 * ns, "doi:10.1/x");
///         static constexpr int bits = 8;                                     // converters only
///         static constexpr auto period = published(2 * ns, "doi:10.1/x");    // optional: 1 / sampling rate
///         static constexpr auto area = assumed(0.01 * mm2, "like ...");      // optional
///     };

#include <concepts>
#include <type_traits>

#include <sonic/device/sourced.hpp>
#include <sonic/quantity/quantity.hpp>

namespace sonic {

namespace detail {
template <class T, class Value>
concept sourced_figure = std::same_as<std::remove_cvref_t<T>, sourced<Value>>;
}

/// A device: name, power while its unit works, and latency, both with their source.
template <class D>
concept device = requires {
    { D::name } -> std::convertible_to<const char*>;
    { D::power } -> detail::sourced_figure<watt>;
    { D::latency } -> detail::sourced_figure<second>;
};

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

namespace detail {
template <class D>
struct ungate {
    using type = D;
    static constexpr bool gated = false;
};
template <class D>
struct ungate<sonic::gated<D>> {
    using type = D;
    static constexpr bool gated = true;
};
}  // namespace detail

/// Time between samples at the device's rate: `period` where the device has one, else its latency.
template <device D>
constexpr sourced<second> period_of() {
    if constexpr (requires { D::period; }) {
        static_assert(detail::sourced_figure<decltype(D::period), second>,
                      "sonic: a device's period carries its source: published(), derived() or assumed()");
        return D::period;
    } else {
        return D::latency;
    }
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
