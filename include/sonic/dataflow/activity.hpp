// SPDX-License-Identifier: MIT
#pragma once

/// How often each event happens while one layer runs on one array.

namespace sonic {

/// Is the held operand loaded for every pass, or does it stay for a whole work item?
enum class schedule { every_pass, held };

/// Event counts of one layer. R is a 64-bit integer where counted, double where expected.
template <class R>
struct activity {
    R passes{};          ///< dot products done by all units
    R loads{};           ///< loads of a held vector
    R loaded{};          ///< elements in those loads
    R elements{};        ///< lanes filled, over all passes; zeros of the driven operand included
    R driven{};          ///< of these, lanes whose driven element is not zero
    R conversions{};     ///< ADC samples
    R additions{};       ///< electronic additions: conversions - outputs that received one
    R busiest_passes{};  ///< passes of the unit that has the most
    R busiest_loads{};   ///< loads of that unit

    friend constexpr bool operator==(const activity&, const activity&) = default;
};

/// Counted events in the form that costs take. Counts below 2^53 stay exact.
template <class R>
constexpr activity<double> expected(const activity<R>& a) {
    return {double(a.passes),      double(a.loads),     double(a.loaded),         double(a.elements),     double(a.driven),
            double(a.conversions), double(a.additions), double(a.busiest_passes), double(a.busiest_loads)};
}

}  // namespace sonic
