// SPDX-License-Identifier: MIT
#pragma once

/// The assembly: arrays of units with their dataflow, and the layers they run.

#include <concepts>
#include <string_view>
#include <type_traits>

#include <sonic/dataflow/dataflow.hpp>
#include <sonic/unit/vector_dot_product.hpp>

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
    using dataflow_type = Dataflow;
    using runs_type = Runs;
    static constexpr array_shape shape{unit.lanes, units, unit.sign_passes};
    static constexpr int weight_bits = Dataflow::holds_weights ? unit.held_bits : unit.driven_bits;
    static constexpr int activation_bits = Dataflow::holds_weights ? unit.driven_bits : unit.held_bits;
};

/// The arrays of an accelerator.
template <class... Arrays>
struct assembly {
    static constexpr int arrays = sizeof...(Arrays);
    static_assert(arrays > 0, "sonic: an assembly has at least one array");
};

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

}  // namespace detail

/// A variant of accelerator A: wherever `From` stands in its diagram (device, unit, count, dataflow, sign policy), `To` stands instead.
/// A `From` that stands nowhere is a compile error.
template <accelerator A, class From, class To>
struct replace {
    using rewritten = detail::rewrite<typename A::diagram, From, To>;
    static_assert(rewritten::matches > 0, "sonic: replace found nothing to replace in the accelerator's diagram");
    static constexpr auto name = A::name;
    using diagram = typename rewritten::type;
    using reading = typename A::reading;
};

}  // namespace sonic
