// SPDX-License-Identifier: MIT
#pragma once

/// Which dataflows can be evaluated: more than planning takes, so costs alone do not ask for it.

#include <concepts>
#include <cstdint>
#include <span>
#include <type_traits>

#include <sonic/accelerator/assembly.hpp>
#include <sonic/dataflow/dataflow.hpp>

namespace sonic {

/// A dataflow that yields its work items: `walk(layer, codes of the held operand, lanes, emit)` calls emit with a weight_item each where
/// the weights are held, else with an activation_item. Outputs are computed from these, chunk by chunk. `walk_passes` may stand beside it
/// and tell the scalar reference the passes where they are more than each item against each output position.
template <class D>
concept evaluable_dataflow =
    dataflow<D> &&
    requires(const layer& l, std::span<const std::int32_t> codes,
             void (*emit)(const std::conditional_t<D::holds_weights, weight_item, activation_item>&)) { D::walk(l, codes, 1, emit); };

namespace detail {
/// Of memories and links, which have no dataflow, too.
template <class Block>
inline constexpr bool block_is_evaluable = true;
template <class Count, class Unit, class Dataflow, class Runs>
inline constexpr bool block_is_evaluable<array<Count, Unit, Dataflow, Runs>> = evaluable_dataflow<Dataflow>;
template <class Diagram>
inline constexpr bool is_evaluable = true;
template <class... Blocks>
inline constexpr bool is_evaluable<assembly<Blocks...>> = (block_is_evaluable<Blocks> && ...);
}  // namespace detail

}  // namespace sonic
