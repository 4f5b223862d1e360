// SPDX-License-Identifier: MIT
#pragma once

/// How often each event happens while one layer runs on one array.

namespace sonic {

/// How a tensor is stored: bits = elements x per_element + kept x (width x keeps_values + per_kept).
struct storage {
    int per_element = 0;  ///< mask bits
    int per_kept = 0;     ///< index bits
    bool sparse = false;  ///< only kept elements have a value
    template <class R>
    constexpr R bits(R elements, R kept, int width) const {
        return elements * R(per_element) + (sparse ? kept * R(width + per_kept) : elements * R(width));
    }
};
namespace storages {
inline constexpr storage dense{};
inline constexpr storage bitmap{.per_element = 1, .sparse = true};
inline constexpr storage run_length{.per_kept = 4, .sparse = true};  ///< runs of at most 15 zeros; longer ones are rare and not counted
}  // namespace storages

/// Is the held operand loaded for every pass, or does it stay for a whole work item?
enum class schedule { every_pass, held };

/// Event counts of one layer. R is a 64-bit integer where counted, double where expected.
template <class R>
struct activity {
    R passes{};          ///< passes of all units; on an electronic machine a pass is a cycle
    R loads{};           ///< loads of a held operand
    R loaded{};          ///< elements in those loads
    R elements{};        ///< driven elements presented, over all passes; zeros among them included
    R driven{};          ///< of these, the ones that are not zero
    R macs{};            ///< multiply-accumulates executed, useful or not
    R conversions{};     ///< sums read out of a unit (ADC samples, where it has an ADC)
    R additions{};       ///< electronic additions of what was read: conversions - outputs that received one
    R kept_weights{};    ///< weights of the layer that are not zero
    R nonzero_inputs{};  ///< elements of the layer's input map that are not zero
    R busiest_passes{};  ///< passes of the unit that has the most
    R busiest_loads{};   ///< loads of that unit

    friend constexpr bool operator==(const activity&, const activity&) = default;
};

/// Calls f(name, event) for every event of an activity.
template <class R, class F>
constexpr void for_each_event(const activity<R>& a, F f) {
    f("passes", a.passes);
    f("loads", a.loads);
    f("loaded", a.loaded);
    f("elements", a.elements);
    f("driven", a.driven);
    f("macs", a.macs);
    f("conversions", a.conversions);
    f("additions", a.additions);
    f("kept_weights", a.kept_weights);
    f("nonzero_inputs", a.nonzero_inputs);
    f("busiest_passes", a.busiest_passes);
    f("busiest_loads", a.busiest_loads);
}

/// Counted events in the form that costs take. Counts below 2^53 stay exact.
template <class R>
constexpr activity<double> expected(const activity<R>& a) {
    return {double(a.passes),       double(a.loads),          double(a.loaded),         double(a.elements),
            double(a.driven),       double(a.macs),           double(a.conversions),    double(a.additions),
            double(a.kept_weights), double(a.nonzero_inputs), double(a.busiest_passes), double(a.busiest_loads)};
}

}  // namespace sonic
