// SPDX-License-Identifier: MIT
#pragma once

/// Calibrated ADC ranges: each layer's range is halved as often as the sums of some images still fit it. Images beyond those may saturate.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sonic/evaluate/evaluate.hpp>

namespace sonic {

namespace detail {

/// Largest magnitude of a sum that the ADC of one layer samples, over codes of several images.
template <class Array>
std::int64_t largest_sampled(const layer& l, const layer_values& v, std::span<const std::vector<std::int32_t>> inputs) {
    using dataflow = typename Array::dataflow_type;
    constexpr number_format format = format_of<Array>;
    const coded_layer coded = encode(v, format);
    const std::span<const std::int32_t> weights = coded.weights;
    std::int64_t largest = 0;
    const auto sample = [&](const std::vector<std::int32_t>& codes, std::span<const tap> lanes, std::size_t first_weight, int y, int x) {
        std::int64_t sums[2] = {0, 0};
        for (const tap& t : lanes) {
            const std::int64_t in = input_at(l, t.channel, t.ky, t.kx, y, x);
            const std::int64_t w = weights[first_weight + t.weight];
            if (in >= 0) sums[format.sign_passes == 2 && w < 0] += w * codes[static_cast<std::size_t>(in)];
        }
        for (const std::int64_t sum : sums) largest = std::max(largest, sum < 0 ? -sum : sum);
    };
    if constexpr (dataflow::holds_weights) {
        dataflow::walk(l, weights, format.lanes, [&](const weight_item& item) {
            for (const auto& codes : inputs)
                for (int y = 0; y < l.out.height; ++y)
                    for (int x = 0; x < l.out.width; ++x) sample(codes, item.lanes, 0, y, x);
        });
    } else {
        const auto kernel = static_cast<std::size_t>(l.inputs_per_group()) * static_cast<std::size_t>(l.taps());
        for (const auto& codes : inputs)
            dataflow::walk(l, std::span<const std::int32_t>(codes), format.lanes, [&](const activation_item& item) {
                for (int o = item.group * l.outputs_per_group(); o < (item.group + 1) * l.outputs_per_group(); ++o)
                    sample(codes, item.lanes, static_cast<std::size_t>(o) * kernel, item.y, item.x);
            });
    }
    return largest;
}

}  // namespace detail

/// Per MAC layer, how often the safe ADC range can be halved so that no sum of `images` (pixels, one image after another) saturates. Layers
/// are calibrated in order, each on what the calibrated ones before it hand on. Zeros for machines without an ADC.
template <accelerator A>
[[nodiscard]] std::vector<int> calibrated_adc_ranges(const trained_network& network, std::span<const std::uint8_t> images) {
    std::vector<int> ranges(network.values.size(), 0);
    if constexpr (!detail::lowered<A>::is_floating) {
        const std::size_t count = images.size() / static_cast<std::size_t>(network.input().size());
        std::size_t mac = 0;
        for (const layer& l : network.layers) {
            if (!l.is_mac()) continue;
            detail::lowered<A>::with_array_for(l.kind, [&]<class Array>(std::type_identity<Array>) {
                if constexpr (format_of<Array>.has_adc()) {
                    std::vector<std::vector<std::int32_t>> captured, inputs;
                    evaluator<A>(network, ranges)(images, &captured);
                    for (std::size_t i = 0; i < count; ++i) inputs.push_back(captured[i * network.values.size() + mac]);
                    const std::int64_t largest = detail::largest_sampled<Array>(l, network.values[mac], inputs);
                    number_format narrower = format_of<Array>;
                    for (++narrower.range_halvings; narrower.lsb() * narrower.largest_code() >= largest; ++narrower.range_halvings) {
                        ranges[mac] = narrower.range_halvings;
                        if (narrower.lsb() == 1) break;
                    }
                }
            });
            ++mac;
        }
    }
    return ranges;
}

}  // namespace sonic
