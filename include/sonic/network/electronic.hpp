// SPDX-License-Identifier: MIT
#pragma once

/// What the electronic layers compute: everything between an accelerator's arrays. Values are stored [channel][y][x][sample].
///
///     relu                 max(x, 0)
///     clip                 min(max(x, low), high)            constants: low, high
///     leaky_relu           x where x > 0, else slope x       constants: slope
///     sigmoid              1 / (1 + exp(-x))
///     softmax              exp(x - max) / sum exp(x - max)   over channels
///     affine               scale x + shift                   constants: a scale per channel, then a shift per channel
///     max_pool             over windows; padding never wins
///     average_pool         over windows; padding counts in the divisor where the constant is 1 (default 0: it does not)
///     global_average_pool  over each map
///     add, multiply        of two or more operands of the output's shape, or {channels, 1, 1} spread over it
///     concat               along channels
///     pad                  zeros around the map (padding_top, padding_left, and what the output's shape leaves)
///     flatten, batch_norm  nothing: the order is channel-major already; batch norm is folded into the layer before it

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sonic/network/error.hpp>
#include <sonic/network/layer.hpp>

namespace sonic::detail {

/// exp with every rounding fixed by explicit fma, so that all builds agree to the last bit; a library's may differ between processors.
/// Relative error below 1e-15. Cody and Waite's reduction, then the Taylor series on |r| <= ln 2 / 2.
inline double reproducible_exp(double x) {
    if (std::isnan(x)) return x;
    if (x > 709) return INFINITY;
    if (x < -708) return 0;
    const double k = std::nearbyint(x * 1.4426950408889634);
    const double r = std::fma(-k, 1.9082149292705877e-10, std::fma(-k, 6.93147180369123816490e-01, x));
    double sum = 1;
    for (int i = 13; i > 0; --i) sum = std::fma(sum, r / i, 1.0);
    return std::bit_cast<double>(static_cast<std::uint64_t>(1023 + static_cast<std::int64_t>(k)) << 52) * sum;
}

/// Number of operands: exactly one, or two and more.
constexpr bool reads_several(layer_kind k) { return k == layer_kind::add || k == layer_kind::multiply || k == layer_kind::concat; }

inline std::size_t constants_needed(const layer& l) {
    switch (l.kind) {
        case layer_kind::clip: return 2;
        case layer_kind::leaky_relu: return 1;
        case layer_kind::affine: return 2 * static_cast<std::size_t>(l.in.channels);
        default: return 0;
    }
}

/// Throws input_error where an electronic layer does not fit its operands.
inline void check_electronic(const layer& l, std::span<const shape> in, std::span<const float> constants, const std::string& where) {
    const std::string name(l.name().view());
    const auto refuse = [&](const std::string& what, const std::string& expected) {
        throw input_error(where, name + " " + what, expected);
    };
    if (in.empty() || (in.size() > 1) != reads_several(l.kind))
        refuse("reads " + std::to_string(in.size()) + " values", reads_several(l.kind) ? "two or more" : "one");
    if (!(in[0] == l.in)) refuse("does not fit the value it reads", "equal shapes");
    const bool optional = l.kind == layer_kind::average_pool && constants.size() == 1;
    if (constants.size() != constants_needed(l) && !optional)
        refuse("has " + std::to_string(constants.size()) + " constants", std::to_string(constants_needed(l)));
    for (const float c : constants)
        if (std::isnan(c))
            refuse("has a constant that is not a number", "numbers");
        else if (std::isinf(c) && l.kind != layer_kind::clip)
            refuse("has a constant that is not finite", "finite numbers");
    bool fits = true;
    switch (l.kind) {
        case layer_kind::add:
        case layer_kind::multiply:
            for (const shape s : in) fits = fits && (s == l.out || s == shape{l.out.channels, 1, 1});
            break;
        case layer_kind::concat: {
            int channels = 0;
            for (const shape s : in) {
                fits = fits && s.height == l.out.height && s.width == l.out.width;
                channels += s.channels;
            }
            fits = fits && channels == l.out.channels;
            break;
        }
        case layer_kind::flatten: fits = l.out == shape{static_cast<int>(l.in.size()), 1, 1}; break;
        case layer_kind::global_average_pool: fits = l.out == shape{l.in.channels, 1, 1}; break;
        case layer_kind::max_pool:
        case layer_kind::average_pool:
            // Every window meets the map.
            fits = l.out.channels == l.in.channels && l.kernel_height > 0 && l.kernel_width > 0 && l.taps() <= largest_window &&
                   l.stride > 0 && l.padding_top >= 0 && l.padding_left >= 0 && l.padding_top < l.kernel_height &&
                   l.padding_left < l.kernel_width && std::int64_t{l.out.height - 1} * l.stride - l.padding_top < l.in.height &&
                   std::int64_t{l.out.width - 1} * l.stride - l.padding_left < l.in.width;
            break;
        case layer_kind::pad:
            fits = l.out.channels == l.in.channels && l.padding_top >= 0 && l.padding_left >= 0 &&
                   l.out.height >= l.in.height + l.padding_top && l.out.width >= l.in.width + l.padding_left;
            break;
        default: fits = l.out == l.in; break;
    }
    if (!fits) refuse("does not fit the values it reads", "shapes that meet");
}

template <class R>
std::vector<R> apply_pool(const layer& l, std::span<const float> constants, const std::vector<R>& in, std::size_t samples) {
    std::vector<R> out(static_cast<std::size_t>(l.out.size()) * samples);
    const bool largest = l.kind == layer_kind::max_pool, padding_counts = !constants.empty() && constants[0] != 0;
    std::size_t at = 0;
    for (int c = 0; c < l.out.channels; ++c)
        for (int y = 0; y < l.out.height; ++y)
            for (int x = 0; x < l.out.width; ++x, at += samples) {
                const int top = y * l.stride - l.padding_top, left = x * l.stride - l.padding_left;
                const int y0 = std::max(top, 0), y1 = std::min(top + l.kernel_height, l.in.height);
                const int x0 = std::max(left, 0), x1 = std::min(left + l.kernel_width, l.in.width);
                R* to = out.data() + at;
                std::fill(to, to + samples, largest ? static_cast<R>(-INFINITY) : R{0});
                for (int iy = y0; iy < y1; ++iy)
                    for (int ix = x0; ix < x1; ++ix) {
                        const R* from = in.data() + (static_cast<std::size_t>(c * l.in.height + iy) * static_cast<std::size_t>(l.in.width) +
                                                     static_cast<std::size_t>(ix)) *
                                                        samples;
                        for (std::size_t s = 0; s < samples; ++s) to[s] = largest ? std::max(to[s], from[s]) : to[s] + from[s];
                    }
                if (!largest) {
                    const auto divisor = static_cast<R>(padding_counts ? l.taps() : std::int64_t{y1 - y0} * (x1 - x0));
                    for (std::size_t s = 0; s < samples; ++s) to[s] /= divisor;
                }
            }
    return out;
}

/// Runs one electronic layer; what may change in place does.
template <class R>
std::vector<R> apply_electronic(const layer& l, std::span<const float> constants, std::vector<std::vector<R>> operands,
                                std::size_t samples) {
    std::vector<R>& x = operands[0];
    const auto channels = static_cast<std::size_t>(l.in.channels);
    const std::size_t each = channels == 0 ? 0 : x.size() / channels;  // values of one channel
    switch (l.kind) {
        case layer_kind::relu:
            for (R& v : x) v = v <= R{0} ? R{0} : v;  // passes what is not a number, like the rest
            break;
        case layer_kind::clip:
            for (R& v : x) v = std::min(std::max(v, static_cast<R>(constants[0])), static_cast<R>(constants[1]));
            break;
        case layer_kind::leaky_relu:
            for (R& v : x) v = v > R{0} ? v : v * static_cast<R>(constants[0]);
            break;
        case layer_kind::sigmoid:
            for (R& v : x) v = static_cast<R>(1 / (1 + reproducible_exp(-static_cast<double>(v))));
            break;
        case layer_kind::softmax:
            for (std::size_t i = 0; i < each; ++i) {
                R largest = x[i];
                for (std::size_t c = 1; c < channels; ++c) largest = std::max(largest, x[c * each + i]);
                double sum = 0;
                for (std::size_t c = 0; c < channels; ++c) {
                    const double e = reproducible_exp(static_cast<double>(x[c * each + i]) - static_cast<double>(largest));
                    x[c * each + i] = static_cast<R>(e);
                    sum += e;
                }
                for (std::size_t c = 0; c < channels; ++c) x[c * each + i] = static_cast<R>(static_cast<double>(x[c * each + i]) / sum);
            }
            break;
        case layer_kind::affine:
            // An explicit fma rounds once on every machine.
            for (std::size_t i = 0; i < x.size(); ++i)
                x[i] = std::fma(x[i], static_cast<R>(constants[i / each]), static_cast<R>(constants[channels + i / each]));
            break;
        case layer_kind::max_pool:
        case layer_kind::average_pool: return apply_pool(l, constants, x, samples);
        case layer_kind::global_average_pool: {
            std::vector<R> out(channels * samples);
            for (std::size_t i = 0; i < x.size(); ++i) out[i / each * samples + i % samples] += x[i];
            for (R& v : out) v /= static_cast<R>(l.in.pixels());
            return out;
        }
        case layer_kind::add:
        case layer_kind::multiply: {
            const auto size = static_cast<std::size_t>(l.out.size()) * samples;
            const std::size_t map = size / static_cast<std::size_t>(l.out.channels);
            const auto element = [&](const std::vector<R>& v, std::size_t i) {
                return v.size() == size ? v[i] : v[i / map * samples + i % samples];
            };
            std::vector<R> out(size, l.kind == layer_kind::add ? R{0} : R{1});
            for (const auto& v : operands)
                for (std::size_t i = 0; i < size; ++i) out[i] = l.kind == layer_kind::add ? out[i] + element(v, i) : out[i] * element(v, i);
            return out;
        }
        case layer_kind::concat:
            for (std::size_t o = 1; o < operands.size(); ++o) x.insert(x.end(), operands[o].begin(), operands[o].end());
            break;
        case layer_kind::pad: {
            std::vector<R> out(static_cast<std::size_t>(l.out.size()) * samples);
            const std::size_t row = static_cast<std::size_t>(l.in.width) * samples;
            for (int c = 0; c < l.in.channels; ++c)
                for (int y = 0; y < l.in.height; ++y) {
                    const auto from = static_cast<std::size_t>(c * l.in.height + y) * row;
                    const auto to =
                        (static_cast<std::size_t>(c * l.out.height + y + l.padding_top) * static_cast<std::size_t>(l.out.width) +
                         static_cast<std::size_t>(l.padding_left)) *
                        samples;
                    std::copy_n(x.begin() + static_cast<std::ptrdiff_t>(from), row, out.begin() + static_cast<std::ptrdiff_t>(to));
                }
            return out;
        }
        case layer_kind::conv:
        case layer_kind::dense:
        case layer_kind::batch_norm:
        case layer_kind::flatten: break;
    }
    return std::move(x);
}

}  // namespace sonic::detail
