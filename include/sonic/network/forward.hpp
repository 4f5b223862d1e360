// SPDX-License-Identifier: MIT
#pragma once

/// A network in plain floating point, without any accelerator; and what only a run can tell about it.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sonic/network/graph.hpp>
#include <sonic/network/idx.hpp>

namespace sonic {

namespace detail {

/// A MAC layer in double: y = scale x sum + shift.
inline std::vector<double> plain_mac(const layer& l, const layer_values& v, const std::vector<double>& in) {
    std::vector<double> out(static_cast<std::size_t>(l.out.size()));
    const auto pixels = static_cast<std::size_t>(l.out.pixels());
    std::size_t weight = 0;
    for (int o = 0; o < l.out.channels; ++o) {
        double* map = out.data() + static_cast<std::size_t>(o) * pixels;
        const int first = o / l.outputs_per_group() * l.inputs_per_group();
        for (int i = 0; i < l.inputs_per_group(); ++i)
            for (int ky = 0; ky < l.kernel_height; ++ky)
                for (int kx = 0; kx < l.kernel_width; ++kx) {
                    const double w = v.weights[weight++];
                    if (w == 0) continue;
                    // Output columns whose tap lies inside the map.
                    const int left = kx - l.padding_left, s = l.stride;
                    const int x0 = left < 0 ? (-left + s - 1) / s : 0,
                              x1 = left >= l.in.width ? 0 : std::min(l.out.width, (l.in.width - 1 - left) / s + 1);
                    for (int y = 0; y < l.out.height; ++y) {
                        const int iy = y * s + ky - l.padding_top;
                        if (iy < 0 || iy >= l.in.height) continue;
                        const double* row = in.data() + (static_cast<std::ptrdiff_t>(first + i) * l.in.height + iy) * l.in.width + left;
                        double* to = map + static_cast<std::ptrdiff_t>(y) * l.out.width;
                        for (int x = x0; x < x1; ++x) to[x] += w * row[static_cast<std::ptrdiff_t>(x) * s];
                    }
                }
        const auto channel = static_cast<std::size_t>(o);
        for (std::size_t p = 0; p < pixels; ++p) map[p] = map[p] * v.scale[channel] + v.shift[channel];
    }
    return out;
}

}  // namespace detail

/// Outputs for one input, [channel][y][x]. `visit(index of the MAC layer, its input)` sees what enters each MAC layer.
template <class Visit>
std::vector<double> forward(const trained_network& network, std::vector<double> input, Visit visit) {
    if (static_cast<std::int64_t>(input.size()) != network.input().size())
        throw input_error("network", std::to_string(input.size()) + " values", std::to_string(network.input().size()));
    return detail::run_graph(network, std::move(input), 1, [&](std::size_t mac, const layer& l, const std::vector<double>& in) {
        visit(mac, std::as_const(in));
        return detail::plain_mac(l, network.values[mac], in);
    });
}
inline std::vector<double> forward(const trained_network& network, std::vector<double> input) {
    return forward(network, std::move(input), [](std::size_t, const std::vector<double>&) {});
}

/// Sets every MAC layer's activation maximum to the largest value that enters it over the images; 1 where nothing positive does. Throws
/// input_error where a value that enters a MAC layer is not finite.
inline void calibrate_activations(trained_network& network, const image_set& images) {
    if (!(images.size == network.input()))
        throw input_error("images", detail::text(images.size) + " values", detail::text(network.input()));
    std::vector<double> maxima(network.values.size(), 0);
    for (std::size_t i = 0; i < images.count(); ++i) {
        std::vector<double> input;
        for (const std::uint8_t pixel : images.image(i)) input.push_back(pixel / 255.0);
        forward(network, std::move(input), [&](std::size_t mac, const std::vector<double>& in) {
            for (const double v : in) {
                if (!std::isfinite(v)) {
                    const auto is_mac = [](const layer& l) { return l.is_mac(); };
                    auto at = std::find_if(network.layers.begin(), network.layers.end(), is_mac);
                    for (std::size_t before = 0; before < mac; ++before) at = std::find_if(at + 1, network.layers.end(), is_mac);
                    throw input_error("image " + std::to_string(i), "what enters " + std::string(at->name().view()) + " is not finite",
                                      "weights that keep values within floating point");
                }
                maxima[mac] = std::max(maxima[mac], v);
            }
        });
    }
    for (std::size_t mac = 0; mac < maxima.size(); ++mac) network.values[mac].activation_maximum = maxima[mac] > 0 ? maxima[mac] : 1;
}

}  // namespace sonic
