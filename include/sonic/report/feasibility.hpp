// SPDX-License-Identifier: MIT
#pragma once

/// The limits of an accelerator and the link budgets of its units as tables.

#include <cmath>
#include <cstddef>
#include <string>

#include <sonic/accelerator/feasibility.hpp>
#include <sonic/report/table.hpp>

namespace sonic::report {

/// A figure of a limit: two decimals, or a word where it has no bound.
inline std::string bounded(double value) { return std::fabs(value) < 1e9 ? fixed(value, 2) : value > 0 ? "unlimited" : "none"; }

/// Every limit of every array: what it requires, what is available, the margin, whether it holds, and the weakest figure behind it.
template <std::size_t Arrays>
table limits_table(const feasibility<Arrays>& f) {
    table result({"array", "limit", "required", "available", "unit", "margin", "", "figures"});
    for (const limit_check& c : f.checks)
        result.row({std::to_string(c.array), name_of(c.what), bounded(c.required), bounded(c.available), c.unit, bounded(c.margin),
                    !c.stated ? "not stated"
                    : c.holds ? "holds"
                              : "BROKEN",
                    name_of(c.basis)});
    return result;
}

/// What each array claims and what physics leaves it.
template <std::size_t Arrays>
table claims_table(const feasibility<Arrays>& f) {
    table result(
        {"array", "bits claimed", "stated", "levels by crosstalk", "bits by crosstalk", "MS/s", "bits by noise", "source of the claim"});
    for (std::size_t i = 0; i < Arrays; ++i)
        result.row({std::to_string(i), bounded(f.claims[i].bits), f.claims[i].stated ? name_of(f.claims[i].origin) : "no",
                    bounded(f.resolutions[i].levels), bounded(f.resolutions[i].crosstalk_bits), bounded(f.symbol_rates[i].si * 1e-6),
                    bounded(f.resolutions[i].noise_bits), f.claims[i].source});
    return result;
}

/// A link budget, element by element, with the origin and source of each loss.
inline table budget_table(const link_budget& b) {
    table result({"element", "count", "dB or dBm", "figure", "source"});
    result.row({"source, per channel", "", bounded(b.source.value), name_of(b.path.source_origin), ""});
    for (std::size_t e = 0; e < b.path.count; ++e) {
        const path_element& p = b.path.elements[e];
        result.row({p.name, fixed(p.count, 1), bounded(-p.loss().value), name_of(p.origin), p.source});
    }
    result.row({"received", "", bounded(b.received.value), "", ""});
    result.row({"sensitivity", "", bounded(b.sensitivity.value), "", ""});
    result.row({"margin", "", bounded(b.margin().value), "", b.closes() ? "closed" : "NOT CLOSED"});
    return result;
}

}  // namespace sonic::report
