// SPDX-License-Identifier: MIT
#pragma once

/// `cost<A, N, choices...>`: what network N costs on accelerator A, a constant expression.
///
///     static_assert(cost<accelerators::sonic, networks::cifar10>.latency() < 1 * ms);
///     constexpr auto c = cost<accelerators::sonic, networks::cifar10, readings::stationary, idle::gated>;

#include <array>
#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

#include <sonic/accelerator/assembly.hpp>
#include <sonic/cost/frame.hpp>
#include <sonic/network/network.hpp>

namespace sonic {

namespace detail {

template <class Diagram>
struct lower_diagram {
    static_assert(sizeof(Diagram) == 0, "sonic: an accelerator's diagram is an assembly<array<...>, ...>");
};

template <class Arrays, class Transports>
struct lower_blocks;
template <class... Blocks>
struct lower_diagram<assembly<Blocks...>> : lower_blocks<arrays_of<Blocks...>, transports_of<Blocks...>> {
    static_assert(sizeof(assembly<Blocks...>) > 0);
};

template <class Dataflow>
constexpr storage weight_storage_of() {
    if constexpr (requires { Dataflow::weight_storage; })
        return Dataflow::weight_storage;
    else
        return storages::dense;
}
template <class Dataflow>
constexpr storage activation_storage_of() {
    if constexpr (requires { Dataflow::activation_storage; })
        return Dataflow::activation_storage;
    else
        return storages::dense;
}

template <class... Arrays, class... Transports>
struct lower_blocks<array_list<Arrays...>, transport_list<Transports...>> {
    static constexpr std::size_t arrays = sizeof...(Arrays);
    /// Do all arrays compute in floating point? Either all do or none.
    static constexpr bool is_floating = (Arrays::unit.is_floating && ...);
    static constexpr bool all_clocked = ((Arrays::unit.clock.si > 0) && ...);
    static_assert(is_floating || !(Arrays::unit.is_floating || ...),
                  "sonic: the arrays of an accelerator compute all in floating point or none");
    static constexpr std::size_t parts = (std::size_t{0} + ... + Arrays::unit.parts.size());

    static constexpr std::array<part, parts> all_parts() {
        std::array<part, parts> result{};
        std::size_t at = 0;
        const auto put = [&](const auto& unit) {
            for (const part& p : unit.parts) result[at++] = p;
        };
        (put(Arrays::unit), ...);
        return result;
    }
    static constexpr std::array<transport_value, sizeof...(Transports)> all_transports() { return {make_transport<Transports>()...}; }

    template <class Reading>
    static constexpr std::array<array_value, arrays> all_arrays() {
        std::array<array_value, arrays> result{};
        std::size_t array = 0, part = 0;
        const auto put = [&]<class A>(std::type_identity<A>) {
            using dataflow_type = typename A::dataflow_type;
            array_value& v = result[array++];
            v.units = A::units;
            v.lanes = A::unit.lanes;
            v.sums = A::unit.rows * A::unit.columns;
            v.integration = A::unit.integration;
            v.first_part = part;
            v.last_part = part += A::unit.parts.size();
            v.timing = timing_of<Reading>(A::unit);
            v.weight_bits = A::weight_bits;
            v.activation_bits = A::activation_bits;
            // A code of the ADC, or a product, and eight bits for the sum.
            v.sum_bits = (A::unit.adc_bits > 0 ? A::unit.adc_bits : A::weight_bits + A::activation_bits) + 8;
            v.holds_weights = dataflow_type::holds_weights;
            v.weight_storage = weight_storage_of<dataflow_type>();
            v.activation_storage = activation_storage_of<dataflow_type>();
        };
        (put(std::type_identity<Arrays>{}), ...);
        return result;
    }

    /// Index of the first array that runs layers of this kind; `arrays` where none does.
    static constexpr std::size_t array_for(layer_kind k) {
        std::size_t found = arrays, at = 0;
        const auto look = [&](bool conv, bool dense) {
            if (found == arrays && ((k == layer_kind::conv && conv) || (k == layer_kind::dense && dense))) found = at;
            ++at;
        };
        (look(Arrays::runs_type::conv, Arrays::runs_type::dense), ...);
        return found;
    }

    /// Calls f(std::type_identity<Array>) with the array that runs layers of this kind.
    template <class F>
    static constexpr void with_array_for(layer_kind k, F f) {
        std::size_t at = 0;
        const std::size_t wanted = array_for(k);
        const auto look = [&]<class A>(std::type_identity<A> array) {
            if (at++ == wanted) f(array);
        };
        (look(std::type_identity<Arrays>{}), ...);
    }

    /// One layer on its array.
    template <class Zeros>
    static constexpr activity<typename Zeros::number> plan(const Zeros& zeros, schedule when) {
        activity<typename Zeros::number> result{};
        with_array_for(zeros.layer.kind, [&]<class A>(std::type_identity<A>) {
            result = A::dataflow_type::plan(zeros, A::shape, when);
            if constexpr (A::unit.adc_bits == 0) {  // electronic: every product is added, nothing is converted
                result.conversions = 0;
                result.additions = result.macs;
            }
        });
        result.kept_weights = zeros.kept_weights();
        result.nonzero_inputs = zeros.nonzero_inputs();
        return result;
    }
};

template <class A>
using lowered = lower_diagram<typename A::diagram>;

template <class A, class N>
constexpr bool every_layer_has_an_array() {
    for (const layer& l : mac_layers_of<N>)
        if (lowered<A>::array_for(l.kind) == lowered<A>::arrays) return false;
    return true;
}

}  // namespace detail

/// The events of one layer of accelerator A, from whatever model of zeros.
template <accelerator A, class Zeros>
constexpr activity<typename Zeros::number> plan_layer(const Zeros& zeros, schedule when) {
    return detail::lowered<A>::plan(zeros, when);
}

namespace detail {
template <class A, class N, schedule When>
constexpr auto plan_network() {
    static_assert(every_layer_has_an_array<A, N>(), "sonic: no array of this accelerator runs one of the network's layers");
    constexpr auto& layers = mac_layers_of<N>;
    std::array<layer_run, layers.size()> runs{};
    for (std::size_t i = 0; i < layers.size(); ++i)
        runs[i] = {layers[i], lowered<A>::array_for(layers[i].kind),
                   lowered<A>::plan(independent_zeros{layers[i], weight_density_of<N>[i], activation_density_of<N>[i].value}, When)};
    return runs;
}
}  // namespace detail

/// Planned events of every MAC layer of N on A, from densities. Shared by all readings with one schedule.
template <accelerator A, network N, schedule When>
inline constexpr auto plan = detail::plan_network<A, N, When>();

namespace detail {

template <class A, class... Choices>
struct policies {
    static_assert((policy<Choices> && ...), "sonic: a choice is a reading, an energy meaning, an idle, gate or memory policy");
    static_assert(reading_policy<typename A::reading>,
                  "sonic: an accelerator's reading is one of readings::serial, overlapped, ... or clock");
    static_assert(
        std::is_same_v<typename A::reading, readings::clock> == lowered<A>::all_clocked,
        "sonic: readings::clock belongs to an accelerator whose units are all clocked, every other reading to a table of latencies");
    static_assert(times_chosen<choice::reading, Choices...> <= 1, "sonic: one reading at most");
    static_assert(times_chosen<choice::energy, Choices...> <= 1, "sonic: one energy meaning at most");
    static_assert(times_chosen<choice::idle, Choices...> <= 1, "sonic: one idle policy at most");
    static_assert(times_chosen<choice::gate, Choices...> <= 1, "sonic: one gate policy at most");
    static_assert(times_chosen<choice::memory, Choices...> <= 1, "sonic: one memory policy at most");
    /// A clocked machine keeps its clock.
    using reading = std::conditional_t<std::is_same_v<typename A::reading, readings::clock>, readings::clock,
                                       typename chosen<choice::reading, typename A::reading, Choices...>::type>;
    using energy = typename chosen<choice::energy, energies::interval, Choices...>::type;
    using idle = typename chosen<choice::idle, sonic::idle::powered, Choices...>::type;
    using gate = typename chosen<choice::gate, gates::emitter, Choices...>::type;
    using memory = typename chosen<choice::memory, memories::modelled, Choices...>::type;
    static constexpr energy_rules rules{std::is_same_v<energy, energies::duty_cycled>, std::is_same_v<idle, sonic::idle::powered>,
                                        gate::off, std::is_same_v<memory, memories::modelled>};
};

}  // namespace detail

/// Cost of layer runs given at run time or from another plan, under the same choices as `cost`.
template <accelerator A, class... Choices, std::size_t Layers>
constexpr auto cost_of(std::span<const layer_run, Layers> runs) {
    using chosen = detail::policies<A, Choices...>;
    using lowered = detail::lowered<A>;
    return cost_frame(lowered::all_parts(), lowered::template all_arrays<typename chosen::reading>(), lowered::all_transports(), runs,
                      chosen::rules);
}

template <accelerator A, class... Choices, std::size_t Layers>
constexpr auto cost_of(const std::array<layer_run, Layers>& runs) {
    return cost_of<A, Choices...>(std::span<const layer_run, Layers>(runs));
}
template <accelerator A, class... Choices>
auto cost_of(const std::vector<layer_run>& runs) {
    return cost_of<A, Choices...>(std::span<const layer_run>(runs));
}

/// Cost of one frame of N on A. Choices, in any order: a reading, an energy meaning, an idle, a gate and a memory policy.
template <accelerator A, network N, class... Choices>
inline constexpr auto cost = cost_of<A, Choices...>(plan<A, N, detail::policies<A, Choices...>::reading::schedule>);

}  // namespace sonic
