// SPDX-License-Identifier: MIT
#pragma once

/// `evaluate<A, fidelity>(network, images)`: what accelerator A computes, with its number formats, vectorised.
/// `quantised` equals the scalar reference code for code on every instruction set.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <type_traits>

#include <vector>

#include <sonic/accelerator/cost.hpp>
#include <sonic/evaluate/kernels.hpp>
#include <sonic/evaluate/numbers.hpp>
#include <sonic/network/error.hpp>
#include <sonic/network/idx.hpp>

namespace sonic {

namespace detail {

inline constexpr std::int64_t float_exact = std::int64_t{1} << 24;

/// One MAC layer made ready for an array: codes, scales and the packed weights. `T` holds every sum exactly.
template <class Array, fidelity F, class T>
class prepared_layer {
  public:
    using dataflow_type = typename Array::dataflow_type;
    static constexpr number_format format = format_of<Array>;
    static constexpr bool in_codes = uses_codes<Array, F>;
    static constexpr bool adc = in_codes && format.has_adc();
    static constexpr bool holds_weights = dataflow_type::holds_weights;
    using code = std::conditional_t<in_codes, std::int32_t, float>;

    prepared_layer(const layer& l, const layer_values& v, const coded_layer& coded)
        : layer_(l),
          values_(&v),
          scale_(coded.scale),
          shift_(coded.shift),
          activation_step_(coded.activation_step),
          weights_(pack(l, v, coded)) {}

    /// `values`: [channel][y][x][sample], replaced by the layer's output.
    void run(std::vector<double>& values, std::vector<std::vector<std::int32_t>>* inputs) const {
        std::vector<code> codes(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            if constexpr (in_codes)
                codes[i] = activation_code(values[i], activation_step_, format.largest_activation());
            else
                codes[i] = static_cast<float>(values[i]);
        }
        if constexpr (in_codes)
            if (inputs) inputs->push_back(codes);
        values.resize(static_cast<std::size_t>(layer_.out.size()) * samples);
        if constexpr (holds_weights)
            run_weights(codes, values);
        else
            run_activations(codes, values);
    }

  private:
    static auto pack(const layer& l, const layer_values& v, const coded_layer& coded) {
        const auto from = [&](auto span) {
            if constexpr (holds_weights)
                return make_stream<dataflow_type, T>(l, span, format, adc);
            else
                return weight_columns<T>(l, span);
        };
        if constexpr (in_codes)
            return from(std::span<const std::int32_t>(coded.weights));
        else
            return from(std::span<const float>(v.weights));
    }

    double output_value(double sum, std::size_t channel) const {
        if constexpr (in_codes)
            return decode(handed_on(sum, format), scale_[channel], shift_[channel]);
        else
            return sum * values_->scale[channel] + values_->shift[channel];
    }

    void run_weights(const std::vector<code>& codes, std::vector<double>& values) const {
        const padded_map map(layer_);
        aligned_vector<T> padded(static_cast<std::size_t>(layer_.in.channels) * map.height * map.width * samples, T{0});
        std::size_t at = 0;
        for (std::size_t c = 0; c < static_cast<std::size_t>(layer_.in.channels); ++c)
            for (std::size_t y = 0; y < static_cast<std::size_t>(layer_.in.height); ++y) {
                T* row = padded.data() +
                         map.at(c, y + static_cast<std::size_t>(layer_.padding_top), static_cast<std::size_t>(layer_.padding_left));
                for (std::size_t i = 0; i < static_cast<std::size_t>(layer_.in.width) * samples; ++i) row[i] = static_cast<T>(codes[at++]);
            }
        aligned_vector<T> sums;
        run_held_weights<adc>(layer_, weights_, format, padded, sums);
        const std::size_t per_channel = static_cast<std::size_t>(layer_.out.pixels()) * samples;
        for (std::size_t i = 0; i < sums.size(); ++i) values[i] = output_value(static_cast<double>(sums[i]), i / per_channel);
    }

    void run_activations(const std::vector<code>& codes, std::vector<double>& values) const {
        std::vector<code> sample(codes.size() / samples);
        aligned_vector<T> totals;
        const auto activation = [&](const tap& t, int y, int x) {
            const int iy = y * layer_.stride + t.ky - layer_.padding_top, ix = x * layer_.stride + t.kx - layer_.padding_left;
            if (iy < 0 || iy >= layer_.in.height || ix < 0 || ix >= layer_.in.width) return code{0};
            return sample[static_cast<std::size_t>((t.channel * layer_.in.height + iy) * layer_.in.width + ix)];
        };
        const auto pixels = static_cast<std::size_t>(layer_.out.pixels());
        for (std::size_t s = 0; s < samples; ++s) {
            for (std::size_t i = 0; i < sample.size(); ++i) sample[i] = codes[i * samples + s];
            run_held_activations<dataflow_type, adc>(layer_, weights_, format, std::span<const code>(sample), activation, totals);
            for (std::size_t o = 0; o < static_cast<std::size_t>(layer_.out.channels); ++o)
                for (std::size_t p = 0; p < pixels; ++p)
                    values[(o * pixels + p) * samples + s] = output_value(static_cast<double>(totals[p * weights_.rows + o]), o);
        }
    }

    layer layer_;
    const layer_values* values_;
    std::vector<float> scale_;
    std::vector<double> shift_;
    double activation_step_;
    std::conditional_t<holds_weights, weight_stream<T>, weight_columns<T>> weights_;
};

/// Does a float hold every chunk's sum and every total of codes exactly?
inline bool fits_float(const layer& l, const number_format& f) {
    if (!f.has_adc()) return std::int64_t{l.inputs_per_group()} * l.taps() * f.largest_weight() < float_exact / f.largest_activation();
    const std::int64_t chunks = (std::int64_t{l.inputs_per_group()} * (l.taps() / f.lanes + 1) + 1) * f.sign_passes;
    return f.largest_sum() < float_exact && chunks * (f.largest_sum() / f.lsb() + 1) < float_exact;
}

}  // namespace detail

/// A network made ready for accelerator A: weights encoded and packed once, then any number of images. Keeps a reference to `network`.
template <accelerator A, fidelity F = fidelity::quantised>
class evaluator {
  public:
    explicit evaluator(const trained_network& network) : network_(&network) {
        check(network);
        std::size_t mac = 0;
        for (const layer& l : network.layers) {
            if (!l.is_mac()) continue;
            const layer_values& v = network.values[mac++];
            detail::lowered<A>::with_array_for(l.kind, [&]<class Array>(std::type_identity<Array>) {
                using namespace detail;
                const auto add = [&]<class T>(T) {
                    layers_.push_back(
                        [p = prepared_layer<Array, F, T>(l, v, encode(v, format_of<Array>))](
                            std::vector<double>& values, std::vector<std::vector<std::int32_t>>* inputs) { p.run(values, inputs); });
                };
                if (!uses_codes<Array, F> || fits_float(l, format_of<Array>))
                    add(float{});
                else if constexpr (uses_codes<Array, F>)
                    add(double{});
            });
        }
        if (layers_.size() != network.values.size())
            throw input_error(A::name, "no array runs one of the network's layers", "an array for every convolution and dense layer");
    }

    /// Outputs of `images`; images stand one after another, each of the network's input size. `inputs`, if given, receives per block of
    /// `detail::samples` images the codes that enter each MAC layer (quantised only).
    evaluation operator()(std::span<const std::uint8_t> pixels, std::vector<std::vector<std::int32_t>>* inputs = nullptr) const {
        using detail::samples;
        const auto each = static_cast<std::size_t>(network_->input().size());
        if (pixels.size() % each != 0)
            throw input_error("images", std::to_string(pixels.size()) + " pixels", "whole images of " + std::to_string(each) + " pixels");
        const std::size_t count = pixels.size() / each;
        evaluation result{network_->outputs(), std::vector<double>(count * static_cast<std::size_t>(network_->outputs()))};
        std::vector<double> values;
        for (std::size_t first = 0; first < count; first += samples) {
            values.assign(each * samples, 0.0);
            const std::size_t in_block = std::min(samples, count - first);
            for (std::size_t s = 0; s < in_block; ++s)
                for (std::size_t i = 0; i < each; ++i) values[i * samples + s] = pixels[(first + s) * each + i] / 255.0;
            values = detail::run_graph(*network_, std::move(values), samples, [&](std::size_t mac, const layer&, std::vector<double> in) {
                layers_[mac](in, inputs);
                return in;
            });
            const auto classes = static_cast<std::size_t>(result.classes);
            for (std::size_t s = 0; s < in_block; ++s)
                for (std::size_t o = 0; o < classes; ++o) result.outputs[(first + s) * classes + o] = values[o * samples + s];
        }
        return result;
    }

  private:
    const trained_network* network_;
    std::vector<std::function<void(std::vector<double>&, std::vector<std::vector<std::int32_t>>*)>> layers_;
};

/// Outputs of all images on accelerator A.
template <accelerator A, fidelity F = fidelity::quantised>
evaluation evaluate(const trained_network& network, const image_set& images) {
    if (!(images.size == network.input()))
        throw input_error("images", std::to_string(images.size.height) + " x " + std::to_string(images.size.width) + " pixels",
                          std::to_string(network.input().height) + " x " + std::to_string(network.input().width));
    return evaluator<A, F>(network)(images.pixels);
}

}  // namespace sonic
