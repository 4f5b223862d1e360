// SPDX-License-Identifier: MIT
#pragma once

/// MAC layers made ready for an array in `analogue`: one chip's weights and noise.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <sonic/evaluate/analogue_arithmetic.hpp>
#include <sonic/evaluate/prepared.hpp>

namespace sonic::detail {

/// The noise of a layer as the kernels read it: per output, padded to whole registers.
class analogue_noise {
  public:
    analogue_noise(const analogue_arithmetic& arithmetic, const number_format& f, std::uint64_t seed, std::uint32_t layer, std::size_t rows)
        : seed_(seed), layer_(layer) {
        how.largest = static_cast<double>(f.largest_code());
        how.rounds_to_float = arithmetic.rounds_to_float();
        how.light_scale = arithmetic.light_scale();
        how.variance_unit = arithmetic.variance_unit();
        how.brightness = arithmetic.driven_is_bent() ? arithmetic.brightness() : 1;
        how.driven_step = arithmetic.driven_step();
        how.common_source = arithmetic.common_source();
        const auto fill = [&](aligned_buffer<double>& to, double noise_terms::*member) {
            double* all = to.at_least(rows);
            for (std::size_t o = 0; o < arithmetic.terms().size(); ++o) all[o] = arithmetic.terms(o).*member;
        };
        fill(deviation, &noise_terms::deviation);
        fill(constant, &noise_terms::constant);
        fill(linear, &noise_terms::linear);
        fill(quadratic, &noise_terms::quadratic);
    }
    std::uint32_t key(std::size_t image) const { return detector_noise::key(seed_, layer_, static_cast<std::uint32_t>(image)); }

    analogue_conversion how{};
    aligned_buffer<double> deviation, constant, linear, quadratic;

  private:
    std::uint64_t seed_;
    std::uint32_t layer_;
};

/// A layer of held weights whose only impairment is noise that does not depend on the light.
class noisy_weights_layer final : public held_weights_layer<float, std::int32_t> {
  public:
    noisy_weights_layer(const layer& l, const kernel_table& kernels, weight_stream<float> stream, const number_format& f,
                        layer_finish finish, std::vector<float> deviation, bool clamps, std::uint64_t seed, std::uint32_t number)
        : held_weights_layer(l, kernels, std::move(stream), arithmetic::floats, f, std::move(finish)),
          kernels_(&kernels),
          dense_(l.kind == layer_kind::dense),
          shape_(l.out),
          deviation_(std::move(deviation)),
          seed_(seed),
          number_(number) {
        how_.largest = static_cast<float>(f.largest_code());
        how_.clamps = clamps;
    }

  protected:
    void call(const held_weights_call<float, std::int32_t>& c, const block_run& r, kernel_scratch& scratch) const override {
        const std::size_t samples = kernels_->samples;
        std::uint32_t* keys = scratch.keys.at_least(r.groups * samples);
        if (c.first_row == 0)
            for (std::size_t s = 0; s < r.groups * samples; ++s)
                keys[s] = detector_noise::key(seed_, number_, static_cast<std::uint32_t>(r.image + s));
        noisy_call how = how_;
        how.deviation = deviation_.data();
        how.keys = keys;
        how.keys_per_column = dense_ ? samples : 0;
        how.pixels = static_cast<std::uint32_t>(shape_.pixels());
        how.row = dense_ ? 0 : static_cast<std::uint32_t>(shape_.width);
        how.column = dense_ ? 0 : 1;
        kernels_->noisy_floats(c, how);
    }

  private:
    const kernel_table* kernels_;
    bool dense_;
    shape shape_;
    std::vector<float> deviation_;
    std::uint64_t seed_;
    std::uint32_t number_;
    noisy_call how_{};
};

/// A layer of held weights.
class analogue_weights_layer final : public prepared_layer {
  public:
    template <class Dataflow>
    analogue_weights_layer(std::type_identity<Dataflow>, const layer& l, const kernel_table& kernels, std::span<const std::int32_t> codes,
                           const number_format& f, analogue_arithmetic arithmetic, analogue_noise noise, int units, layer_finish finish)
        : layer_(l), kernels_(&kernels), arithmetic_(std::move(arithmetic)), noise_(std::move(noise)), finish_(std::move(finish)) {
        height_ = (l.out.height - 1) * l.stride + l.kernel_height;
        width_ = (l.out.width - 1) * l.stride + l.kernel_width;
        chunk_weights make(arithmetic_.model());
        std::vector<int> held;
        std::vector<double> weights;
        std::uint32_t conversion = 0;
        std::size_t item_number = 0;
        Dataflow::walk(l, codes, f.lanes, [&](const weight_item& item) {
            const std::size_t unit = item_number++ % static_cast<std::size_t>(units);
            for (int sign = 0; sign < f.sign_passes; ++sign) {
                held.clear();
                for (const tap& t : item.lanes) {
                    const std::int32_t w = codes[t.weight];
                    held.push_back(f.sign_passes == 2 && (w < 0) != (sign == 1) ? 0 : w);
                }
                weights.resize(held.size());
                arithmetic_.held(make, held, unit, weights);
                const std::size_t first = lanes_.size();
                for (std::size_t j = 0; j < held.size(); ++j) {
                    if (weights[j] == 0) continue;
                    const tap& t = item.lanes[j];
                    const std::size_t at =
                        (static_cast<std::size_t>(t.channel) * static_cast<std::size_t>(height_) + static_cast<std::size_t>(t.ky)) *
                            static_cast<std::size_t>(width_) +
                        static_cast<std::size_t>(t.kx);
                    lanes_.push_back({at * kernels.samples, weights[j], arithmetic_.driven_drift(unit, j)});
                }
                if (arithmetic_.is_noisy() || lanes_.size() > first)
                    chunks_.push_back({first, lanes_.size() - first, static_cast<std::uint32_t>(item.output), conversion});
                conversion += static_cast<std::uint32_t>(l.out.pixels());
            }
        });
    }

    void run(const block_run& r, kernel_scratch& scratch) const override {
        const layer& l = layer_;
        const std::size_t samples = kernels_->samples, rows = static_cast<std::size_t>(l.out.height);
        analogue_weights_call c{};
        c.lanes = lanes_.data();
        c.chunks = chunks_.data();
        c.chunk_count = chunks_.size();
        c.pixel = static_cast<std::size_t>(l.stride) * samples;
        c.row = static_cast<std::size_t>(l.stride * width_) * samples;
        c.height = l.out.height;
        c.width = l.out.width;
        c.deviation = noise_.deviation.data();
        c.constant = noise_.constant.data();
        c.linear = noise_.linear.data();
        c.quadratic = noise_.quadratic.data();
        c.how = noise_.how;
        c.bent = arithmetic_.driven_is_bent();
        c.noisy = arithmetic_.is_noisy();
        c.needs_light = arithmetic_.noise_needs_light();
        // Blocks of samples of a dense layer stand along x.
        c.out_pixel = r.groups * samples;
        c.out_row = static_cast<std::size_t>(l.out.width) * c.out_pixel;
        c.out_channel = rows * c.out_row;
        double* totals = scratch.double_totals.at_least(static_cast<std::size_t>(l.out.channels) * c.out_channel);
        std::fill_n(totals, static_cast<std::size_t>(l.out.channels) * c.out_channel, 0.0);
        std::uint32_t* keys = scratch.keys.at_least(samples);
        for (std::size_t g = 0; g < r.groups; ++g) {
            c.driven = driven(r.input + g * samples, r.input_lanes, scratch);
            for (std::size_t s = 0; s < samples; ++s) keys[s] = noise_.key(r.image + g * samples + s);
            c.keys = keys;
            c.totals = totals + g * samples;
            kernels_->analogue_weights(c);
        }
        finish_(static_cast<const double*>(totals), c.out_channel, c.out_row, 0, l.out.height, r.groups, r);
    }

  private:
    /// The input as driven positions, with its border, which is dark.
    const double* driven(const float* input, std::size_t lanes, kernel_scratch& scratch) const {
        const layer& l = layer_;
        const std::size_t samples = kernels_->samples;
        const std::size_t size = static_cast<std::size_t>(l.in.channels) * static_cast<std::size_t>(height_ * width_) * samples;
        double* map = scratch.double_tile.at_least(size);
        double* to = map;
        for (int channel = 0; channel < l.in.channels; ++channel)
            for (int y = 0; y < height_; ++y)
                for (int x = 0; x < width_; ++x, to += samples) {
                    const int iy = y - l.padding_top, ix = x - l.padding_left;
                    if (iy < 0 || iy >= l.in.height || ix < 0 || ix >= l.in.width) {
                        std::fill_n(to, samples, 0.0);
                        continue;
                    }
                    const float* from = input + static_cast<std::size_t>((channel * l.in.height + iy) * l.in.width + ix) * lanes;
                    if (arithmetic_.driven_is_bent())
                        for (std::size_t s = 0; s < samples; ++s) to[s] = arithmetic_.position(static_cast<int>(from[s]));
                    else
                        for (std::size_t s = 0; s < samples; ++s) to[s] = static_cast<double>(from[s]);
                }
        return map;
    }

    layer layer_;
    const kernel_table* kernels_;
    analogue_arithmetic arithmetic_;
    analogue_noise noise_;
    layer_finish finish_;
    int height_ = 0, width_ = 0;  ///< of the input with its border
    std::vector<analogue_lane> lanes_;
    std::vector<analogue_chunk> chunks_;
};

/// A layer that holds activations: each chunk of the dataflow's walk against all rows of its group.
template <class Dataflow>
class analogue_rows_layer final : public prepared_layer {
  public:
    analogue_rows_layer(const layer& l, const kernel_table& kernels, std::span<const std::int32_t> codes, const number_format& f,
                        analogue_arithmetic arithmetic, analogue_noise noise, int units, layer_finish finish)
        : layer_(l),
          kernels_(&kernels),
          format_(f),
          arithmetic_(std::move(arithmetic)),
          noise_(std::move(noise)),
          units_(static_cast<std::size_t>(units)),
          finish_(std::move(finish)) {
        const auto outputs = static_cast<std::size_t>(l.out.channels);
        const std::size_t kernel = codes.size() / outputs;
        rows_ = padded_rows(l, kernels);
        double* columns = weights_.at_least(kernel * rows_);
        for (std::size_t o = 0; o < outputs; ++o)
            for (std::size_t k = 0; k < kernel; ++k) columns[k * rows_ + o] = arithmetic_.position(codes[o * kernel + k]);
    }
    static std::size_t padded_rows(const layer& l, const kernel_table& kernels) {
        return (static_cast<std::size_t>(l.out.channels) + kernels.samples - 1) / kernels.samples * kernels.samples;
    }

    void run(const block_run& r, kernel_scratch& scratch) const override {
        const std::size_t samples = kernels_->samples, count = r.groups * samples;
        const auto inputs = static_cast<std::size_t>(layer_.in.size()), pixels = static_cast<std::size_t>(layer_.out.pixels()),
                   outputs = static_cast<std::size_t>(layer_.out.channels);
        double* sums = scratch.double_totals.at_least(outputs * pixels * count);
        std::vector<std::int32_t> sample(inputs);
        std::vector<int> held;
        std::vector<double> weights;
        std::vector<analogue_lane> lanes;
        chunk_weights make(arithmetic_.model());
        double* total = scratch.double_tile.at_least(pixels * rows_);
        analogue_rows_call c{};
        c.driven = weights_.data();
        c.deviation = noise_.deviation.data();
        c.constant = noise_.constant.data();
        c.linear = noise_.linear.data();
        c.quadratic = noise_.quadratic.data();
        c.how = noise_.how;
        c.bent = arithmetic_.driven_is_bent();
        c.noisy = arithmetic_.is_noisy();
        c.needs_light = arithmetic_.noise_needs_light();
        c.split_signs = format_.sign_passes == 2;
        c.rows = static_cast<std::uint32_t>(outputs);
        for (std::size_t s = 0; s < (r.active == 0 ? count : std::min(r.active, count)); ++s) {
            for (std::size_t i = 0; i < inputs; ++i) sample[i] = static_cast<std::int32_t>(r.input[i * r.input_lanes + s]);
            std::fill(total, total + pixels * rows_, 0.0);
            c.key = noise_.key(r.image + s);
            c.conversion = 0;
            std::size_t item_number = 0;
            Dataflow::walk(layer_, std::span<const std::int32_t>(sample), format_.lanes, [&](const activation_item& item) {
                const std::size_t unit = item_number++ % units_;
                held.clear();
                for (const tap& t : item.lanes) {
                    const std::int64_t at = input_at(layer_, t.channel, t.ky, t.kx, item.y, item.x);
                    held.push_back(at < 0 ? 0 : sample[static_cast<std::size_t>(at)]);
                }
                weights.resize(held.size());
                arithmetic_.held(make, held, unit, weights);
                lanes.clear();
                for (std::size_t j = 0; j < held.size(); ++j)
                    if (weights[j] != 0) lanes.push_back({item.lanes[j].weight * rows_, weights[j], arithmetic_.driven_drift(unit, j)});
                c.lanes = lanes.data();
                c.count = lanes.size();
                c.first = static_cast<std::size_t>(item.group * layer_.outputs_per_group());
                c.last = c.first + static_cast<std::size_t>(layer_.outputs_per_group());
                c.totals = total + static_cast<std::size_t>(item.y * layer_.out.width + item.x) * rows_;
                kernels_->analogue_rows(c);
                c.conversion += c.rows * static_cast<std::uint32_t>(format_.sign_passes);
            });
            for (std::size_t o = 0; o < outputs; ++o)
                for (std::size_t p = 0; p < pixels; ++p) sums[(o * pixels + p) * count + s] = total[p * rows_ + o];
        }
        const std::size_t row = static_cast<std::size_t>(layer_.out.width) * count;
        finish_(static_cast<const double*>(sums), static_cast<std::size_t>(layer_.out.height) * row, row, 0, layer_.out.height, r.groups,
                r);
    }

  private:
    layer layer_;
    const kernel_table* kernels_;
    number_format format_;
    analogue_arithmetic arithmetic_;
    analogue_noise noise_;
    std::size_t units_;
    layer_finish finish_;
    std::size_t rows_ = 0;
    aligned_buffer<double> weights_;
};

/// Number of an array in its diagram.
template <class A, class Array>
constexpr std::size_t array_number() {
    std::size_t found = lowered<A>::arrays;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        ((std::is_same_v<typename array_at<I, typename A::diagram>::type, Array> && found == lowered<A>::arrays ? found = I : 0), ...);
    }(std::make_index_sequence<lowered<A>::arrays>{});
    return found;
}

/// Does light carry the sums of an array, so that `analogue` differs from `quantised`? Not where it has no ADC or its path is unknown.
template <class Array>
constexpr bool is_analogue() {
    if constexpr (!format_of<Array>.has_adc() || !optically_described<typename unit_of_array<Array>::type>)
        return false;
    else
        return has_light(Array::unit);
}

/// Prepares one MAC layer for an array in `analogue`. `number`: of the layer among the MAC layers.
template <class A, class Array>
std::unique_ptr<prepared_layer> prepare_analogue(const layer& l, const layer_values& v, const layer_end& end, const kernel_table& kernels,
                                                 int range_halvings, const analogue_conditions& conditions, std::uint32_t number) {
    if constexpr (!is_analogue<Array>()) {
        return prepare_quantised<Array>(l, v, end, kernels, range_halvings);
    } else {
        using dataflow = typename Array::dataflow_type;
        constexpr std::size_t index = array_number<A, Array>();
        number_format format = format_of<Array>;
        format.range_halvings = range_halvings;
        const analogue_model model = model_under<A, index>(conditions);
        const coded_layer coded = encode(v, format);
        const std::span<const std::int32_t> codes = coded.weights;
        analogue_arithmetic arithmetic(model, format, conditions, static_cast<std::uint32_t>(index), Array::units, dataflow::holds_weights,
                                       v.scale);
        // With nothing but constant noise, or none, floats do.
        const bool exact = !arithmetic.held_is_bent() && !arithmetic.driven_is_bent();
        if (exact && !arithmetic.is_noisy()) return prepare_quantised<Array>(l, v, end, kernels, range_halvings);
        if constexpr (dataflow::holds_weights) {
            if (arithmetic.rounds_to_float()) {
                std::vector<float> deviation;
                double most = 0;
                for (const noise_terms& t : arithmetic.terms()) {
                    deviation.push_back(static_cast<float>(t.deviation));
                    most = std::max(most, t.deviation * detector_noise::largest);
                }
                auto stream = chunk_stream<dataflow, float>(along_x(l), codes, format, arithmetic::floats, kernels.samples,
                                                            kernels.float_tiles, true);
                // No sum is larger than the safe range's, of any chunk.
                const double largest = static_cast<double>(format.largest_sum()) / static_cast<double>(format.lsb()) + most + 1;
                const bool clamps = largest > static_cast<double>(format.largest_code());
                std::vector<std::int64_t> chunks(static_cast<std::size_t>(l.out.channels));
                dataflow::walk(l, codes, format.lanes,
                               [&](const weight_item& item) { chunks[static_cast<std::size_t>(item.output)] += format.sign_passes; });
                bool fits = true;
                for (std::size_t o = 0; o < chunks.size(); ++o) {
                    stream.largest_total[o] =
                        chunks[o] * std::min(format.largest_code(), static_cast<std::int64_t>(std::min(largest, 0x1p40)));
                    fits = fits && stream.largest_total[o] < std::int64_t{1} << 31;
                }
                if (fits) {
                    layer_finish finish(l, kernels, end, coded.scale, coded.shift, stream.largest_total);
                    return std::make_unique<noisy_weights_layer>(l, kernels, std::move(stream), format, std::move(finish),
                                                                 std::move(deviation), clamps, conditions.seed, number);
                }
            }
        }
        layer_finish finish(l, kernels, end, coded.scale, coded.shift, {});
        if constexpr (dataflow::holds_weights) {
            analogue_noise noise(arithmetic, format, conditions.seed, number, static_cast<std::size_t>(l.out.channels));
            return std::make_unique<analogue_weights_layer>(std::type_identity<dataflow>{}, l, kernels, codes, format,
                                                            std::move(arithmetic), std::move(noise), Array::units, std::move(finish));
        } else {
            analogue_noise noise(arithmetic, format, conditions.seed, number, analogue_rows_layer<dataflow>::padded_rows(l, kernels));
            return std::make_unique<analogue_rows_layer<dataflow>>(l, kernels, codes, format, std::move(arithmetic), std::move(noise),
                                                                   Array::units, std::move(finish));
        }
    }
}

}  // namespace sonic::detail
