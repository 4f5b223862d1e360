// SPDX-License-Identifier: MIT
#pragma once

/// The assembly: arrays of units with their dataflow, and the layers they run.

#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>

#include <sonic/cost/frame.hpp>
#include <sonic/dataflow/dataflow.hpp>
#include <sonic/device/memory.hpp>
#include <sonic/unit/unit.hpp>

namespace sonic {

/// Kinds of layer an array runs.
enum class kind { conv, dense };

template <kind... Kinds>
struct runs {
    static constexpr bool conv = ((Kinds == kind::conv) || ...);
    static constexpr bool dense = ((Kinds == kind::dense) || ...);
};

/// `Count` equal units that run the layers of `Runs` under a dataflow.
template <class Count, class Unit, class Dataflow, class Runs>
struct array {
    static constexpr int units = Count::value;
    static_assert(units > 0, "sonic: an array has at least one unit");
    static_assert(sonic::dataflow<Dataflow>, "sonic: an array's dataflow states name and holds_weights, and plans");
    static constexpr auto unit = unit_of<Unit>;
    static_assert(std::string_view(unit.signs) != "balanced" || Dataflow::holds_weights,
                  "sonic: balanced detection needs the signed operand, the weights, on the rings");
    static_assert(
        unit.integration == 1 || requires { requires Dataflow::integrates; },
        "sonic: a unit that integrates over passes needs a dataflow that orders them so, such as dense_tiles");
    static_assert(unit.integration == 1 || units == 1, "sonic: a unit that integrates over passes stands alone in its array");
    static_assert(unit.integration == 1 || !(unit.load_time > second{0}),
                  "sonic: a unit that integrates over passes holds another operand in each, so loading must take no time");
    using dataflow_type = Dataflow;
    using runs_type = Runs;
    static constexpr array_shape shape{unit.lanes, units, unit.sign_passes, unit.rows, unit.columns, unit.integration};
    static constexpr int weight_bits = unit.weight_bits > 0      ? unit.weight_bits
                                       : Dataflow::holds_weights ? unit.held_bits
                                                                 : unit.driven_bits;
    static constexpr int activation_bits = unit.activation_bits > 0  ? unit.activation_bits
                                           : Dataflow::holds_weights ? unit.driven_bits
                                                                     : unit.held_bits;
};

/// A memory moves the given kinds of traffic, ...
template <class Device, class Kinds>
struct memory {};
/// ... or an interconnect does.
template <class Device, class Kinds>
struct interconnect {};
/// Kinds of traffic, as a type.
template <traffic... Kinds>
struct moves {
    static constexpr unsigned mask = (0u | ... | (1u << static_cast<unsigned>(Kinds)));
    static_assert(sizeof...(Kinds) > 0, "sonic: a memory or link moves at least one kind of traffic");
};

namespace detail {
template <class T>
struct is_array : std::false_type {};
template <class... Args>
struct is_array<array<Args...>> : std::true_type {};
/// Which kinds of layer a block runs.
template <class T>
struct runs_kind {
    static constexpr bool conv = false, dense = false;
};
template <class Count, class Unit, class Dataflow, class Runs>
struct runs_kind<array<Count, Unit, Dataflow, Runs>> {
    static constexpr bool conv = Runs::conv, dense = Runs::dense;
};
template <class T>
struct transport_role {
    static constexpr bool known = false;
};
template <class Device, class Kinds>
struct transport_role<memory<Device, Kinds>> {
    static constexpr bool known = true;
    static constexpr role value = role::memory;
    using device = Device;
    static constexpr unsigned mask = Kinds::mask;
};
template <class Device, class Kinds>
struct transport_role<interconnect<Device, Kinds>> {
    static constexpr bool known = true;
    static constexpr role value = role::link;
    using device = Device;
    static constexpr unsigned mask = Kinds::mask;
};

template <class... Arrays>
struct array_list {};
template <class... Transports>
struct transport_list {};

/// Sorts the blocks of a diagram.
template <class Arrays, class Transports, class... Blocks>
struct sort_blocks {
    using arrays = Arrays;
    using transports = Transports;
};
template <class... A, class... T, class First, class... Rest>
struct sort_blocks<array_list<A...>, transport_list<T...>, First, Rest...>
    : sort_blocks<array_list<A...>, transport_list<T..., First>, Rest...> {};
template <class... A, class... T, class First, class... Rest>
    requires(is_array<First>::value)
struct sort_blocks<array_list<A...>, transport_list<T...>, First, Rest...>
    : sort_blocks<array_list<A..., First>, transport_list<T...>, Rest...> {};
template <class... Blocks>
using arrays_of = typename sort_blocks<array_list<>, transport_list<>, Blocks...>::arrays;
template <class... Blocks>
using transports_of = typename sort_blocks<array_list<>, transport_list<>, Blocks...>::transports;

template <class T>
constexpr transport_value make_transport() {
    using marks = unmark<typename transport_role<T>::device>;
    using D = typename marks::type;
    static_assert(transport<D>, "sonic: a memory or link states name and energy_per_bit through published(), derived() or assumed()");
    transport_value v{};
    if constexpr (transport<D>) {
        v.part.name = D::name;
        v.part.role = transport_role<T>::value;
        v.part.count = marks::count > 0 ? marks::count : 1;
        v.energy_per_bit = D::energy_per_bit.value;
        v.part.power_origin = marks::borrowed ? origin::assumed : D::energy_per_bit.origin;
        v.part.area_origin = origin::assumed;
        if constexpr (requires { D::power; }) {
            static_assert(sourced_figure<decltype(D::power), watt>, "sonic: a memory's power carries its source");
            v.part.power = D::power;
            v.part.power_origin = weaker(v.part.power_origin, D::power.origin);
        }
        if constexpr (requires { D::bandwidth; }) {
            static_assert(sourced_figure<decltype(D::bandwidth), bit_per_second>, "sonic: a memory's bandwidth carries its source");
            v.bandwidth = D::bandwidth.value * double(v.part.count);
        }
        if constexpr (requires { D::latency; }) {
            static_assert(sourced_figure<decltype(D::latency), second>, "sonic: a memory's latency carries its source");
            v.latency = D::latency;
        }
        if constexpr (requires { D::area; }) {
            static_assert(sourced_figure<decltype(D::area), square_metre>, "sonic: a memory's area carries its source");
            v.part.area = D::area;
            v.part.area_origin = marks::borrowed ? origin::assumed : D::area.origin;
        }
        v.carries = transport_role<T>::mask;
    }
    return v;
}
}  // namespace detail

/// The block diagram of an accelerator: its arrays, and the memories and links that it states.
template <class... Blocks>
struct assembly {
    static_assert(((detail::is_array<Blocks>::value || detail::transport_role<Blocks>::known) && ...),
                  "sonic: an assembly consists of array<...>, memory<...> and interconnect<...>");
    static_assert((0 + ... + int(detail::runs_kind<Blocks>::conv)) <= 1 && (0 + ... + int(detail::runs_kind<Blocks>::dense)) <= 1,
                  "sonic: one array runs all layers of a kind; a second would stand idle");
    static_assert((0 + ... + int(detail::is_array<Blocks>::value)) > 0, "sonic: an assembly has at least one array");
};

/// Memories of machines that publish none: Lightening-Transformer's figures, assumed here. `memories::none` leaves them out.
namespace assumed_memory {
using off_chip = memory<borrowed<devices::hbm>, moves<traffic::weights>>;
using on_chip = memory<borrowed<devices::global_buffer>, moves<traffic::weights, traffic::input_map, traffic::output_map>>;
using beside_units =
    memory<borrowed<devices::tile_buffer>, moves<traffic::weight_fetches, traffic::activation_fetches, traffic::partial_sums>>;
using between = interconnect<borrowed<devices::network_on_chip>, moves<traffic::weights, traffic::input_map, traffic::output_map>>;
}  // namespace assumed_memory

/// An accelerator: its name, its block diagram, and the reading that its paper's table is given by default.
template <class A>
concept accelerator = requires {
    { A::name } -> std::convertible_to<const char*>;
    typename A::diagram;
    typename A::reading;
};

namespace detail {

template <class T, class From, class To>
struct rewrite {
    using type = T;
    static constexpr int matches = 0;
};
template <class From, class To>
struct rewrite<From, From, To> {
    using type = To;
    static constexpr int matches = 1;
};
template <template <class...> class Template, class... Args, class From, class To>
    requires(!std::same_as<Template<Args...>, From>)
struct rewrite<Template<Args...>, From, To> {
    using type = Template<typename rewrite<Args, From, To>::type...>;
    static constexpr int matches = (0 + ... + rewrite<Args, From, To>::matches);
};

/// What a variant keeps of its original beside the diagram: the optics and the claims, where it states any.
template <class A>
struct optics_kept {};
template <class A>
    requires requires { A::optics; }
struct optics_kept<A> {
    static constexpr auto optics = A::optics;
};
template <class A>
struct claims_kept {};
template <class A>
    requires requires { A::claimed_bits; }
struct claims_kept<A> {
    static constexpr auto claimed_bits = A::claimed_bits;
};

/// "SONIC, variant", once, however many variants of variants.
template <class A>
struct variant_name {
    static constexpr std::string_view suffix = ", variant", original = A::name;
    static constexpr auto text = [] {
        std::array<char, original.size() + suffix.size() + 1> result{};
        std::size_t at = 0;
        for (const char c : original) result[at++] = c;
        if (!original.ends_with(suffix))
            for (const char c : suffix) result[at++] = c;
        return result;
    }();
};

}  // namespace detail

/// A variant of accelerator A: wherever `From` stands in its diagram (device, unit, count, dataflow, sign policy), `To` stands instead.
/// Optics, claims and reading are A's, the name says "variant"; a struct derived from it may state its own. A `From` that stands nowhere is
/// a compile error.
template <accelerator A, class From, class To>
struct replace : detail::optics_kept<A>, detail::claims_kept<A> {
    using rewritten = detail::rewrite<typename A::diagram, From, To>;
    static_assert(rewritten::matches > 0, "sonic: replace found nothing to replace in the accelerator's diagram");
    static constexpr const char* name = detail::variant_name<A>::text.data();
    using diagram = typename rewritten::type;
    using reading = typename A::reading;
};

}  // namespace sonic
