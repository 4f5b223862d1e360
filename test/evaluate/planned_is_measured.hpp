// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <utility>
#include <vector>

#include <sonic/dataflow/exact_zeros.hpp>
#include <sonic/evaluate/reference.hpp>

/// Planned from exact zeros = counted by the reference, every event of every layer under both schedules.
template <sonic::accelerator A>
void planned_is_measured(const sonic::trained_network& network, const sonic::reference::result& measured) {
    using namespace sonic;
    std::size_t mac = 0;
    for (const layer& l : network.layers) {
        if (!l.is_mac()) continue;
        std::vector<std::int32_t> codes;
        detail::lowered<A>::with_array_for(
            l.kind, [&]<class Array>(std::type_identity<Array>) { codes = encode(network.values[mac], format_of<Array>).weights; });
        const weight_zeros weights(l, std::span<const std::int32_t>(codes));
        const exact_zeros zeros(l, weights, std::span<const std::int32_t>(measured.layer_inputs[mac]));
        for (const schedule when : {schedule::held, schedule::every_pass}) {
            const auto planned = plan_layer<A>(zeros, when);
            const auto& counted = measured.events[mac].under(when);
            CAPTURE(A::name);
            CAPTURE(mac);
            // Every event, by name.
            std::vector<std::pair<const char*, std::int64_t>> left, right;
            for_each_event(planned, [&](const char* name, std::int64_t n) { left.emplace_back(name, n); });
            for_each_event(counted, [&](const char* name, std::int64_t n) { right.emplace_back(name, n); });
            for (std::size_t e = 0; e < left.size(); ++e) {
                CAPTURE(left[e].first);
                CHECK(left[e].second == right[e].second);
            }
        }
        ++mac;
    }
}
