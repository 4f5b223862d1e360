// SPDX-License-Identifier: MIT
#pragma once

/// Dataflows: which zeros are skipped, gated or paid for. Each states one rule twice:
/// `plan` counts without enumerating passes; `walk` (work items) or `walk_passes` (passes) yields them and counts nothing.

#include <concepts>

#include <sonic/dataflow/work.hpp>

namespace sonic {

/// A dataflow has a name, says which operand it holds, and plans.
template <class D>
concept dataflow = requires(independent_zeros zeros, array_shape array, schedule when) {
    { D::name } -> std::convertible_to<const char*>;
    { D::holds_weights } -> std::convertible_to<bool>;
    { D::plan(zeros, array, when) } -> std::same_as<activity<double>>;
};

}  // namespace sonic
