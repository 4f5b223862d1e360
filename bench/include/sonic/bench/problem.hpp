// SPDX-License-Identifier: MIT
#pragma once

/// A MAC layer with random sparse clustered weights and random activations: the work that contenders share.

#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <sonic/bench/suite.hpp>
#include <sonic/evaluate/evaluate.hpp>
#include <sonic/evaluate/reference.hpp>

namespace sonic::bench {

/// Activations of a layer for some images; shared by the problems that differ in their weights only.
struct activations_of {
    std::vector<float> codes;    ///< [channel][y][x][image], whole numbers from 0 to 65535, half of them zero
    std::vector<float> columns;  ///< im2col: [channel, ky, kx][y, x, image]; filled on demand
};

/// Outputs = weights x activations, on `images` images.
struct problem {
    sonic::layer layer;
    int images = 16;
    std::vector<std::int32_t> weights;  ///< codes -31 .. 31, [output][channel][ky][kx]
    std::vector<float> float_weights;
    std::shared_ptr<activations_of> activations;

    std::size_t outputs() const { return static_cast<std::size_t>(layer.out.channels); }
    std::size_t kernel() const { return weights.size() / outputs(); }  ///< inner dimension
    std::size_t columns() const { return static_cast<std::size_t>(layer.out.pixels()) * static_cast<std::size_t>(images); }
    std::size_t nonzeros() const {
        std::size_t n = 0;
        for (const auto w : weights) n += w != 0;
        return n;
    }
    /// Useful operations: a multiplication and an addition per nonzero weight and output.
    double operations() const { return 2.0 * static_cast<double>(nonzeros()) * static_cast<double>(columns()); }

    /// Activation that kernel position k meets at column n.
    float activation(std::size_t k, std::size_t n) const {
        const auto image = n % static_cast<std::size_t>(images), pixel = n / static_cast<std::size_t>(images);
        const auto taps = static_cast<std::size_t>(layer.taps()), kw = static_cast<std::size_t>(layer.kernel_width);
        const auto width = static_cast<std::size_t>(layer.out.width);
        const int y = static_cast<int>(pixel / width) * layer.stride + static_cast<int>(k % taps / kw) - layer.padding_top,
                  x = static_cast<int>(pixel % width) * layer.stride + static_cast<int>(k % taps % kw) - layer.padding_left;
        if (y < 0 || x < 0 || y >= layer.in.height || x >= layer.in.width) return 0;
        const std::size_t at = (k / taps * static_cast<std::size_t>(layer.in.height) + static_cast<std::size_t>(y)) *
                                   static_cast<std::size_t>(layer.in.width) +
                               static_cast<std::size_t>(x);
        return activations->codes[at * static_cast<std::size_t>(images) + image];
    }
    /// The im2col matrix, made once.
    const std::vector<float>& im2col() const {
        auto& c = activations->columns;
        if (c.empty()) {
            c.resize(kernel() * columns());
            for (std::size_t k = 0; k < kernel(); ++k)
                for (std::size_t n = 0; n < columns(); ++n) c[k * columns() + n] = activation(k, n);
        }
        return c;
    }
    /// Exact sum of one output.
    std::int64_t sum(std::size_t output, std::size_t column) const {
        std::int64_t s = 0;
        for (std::size_t k = 0; k < kernel(); ++k)
            if (const auto w = weights[output * kernel() + k]; w != 0)
                s += std::int64_t{w} * static_cast<std::int64_t>(activation(k, column));
        return s;
    }
    /// Calls f(output, column) for some 500 outputs spread over the layer.
    void samples(const std::function<void(std::size_t, std::size_t)>& f) const {
        std::mt19937_64 random(7);
        for (int i = 0; i < 500; ++i) f(random() % outputs(), random() % columns());
    }
    /// Throws unless out[output x columns() + column] is the exact sum within float rounding.
    void check_sums(const float* out, const std::string& who) const {
        samples([&](std::size_t o, std::size_t n) {
            const auto exact = static_cast<double>(sum(o, n));
            const double size = 65535.0 * 31 * std::sqrt(static_cast<double>(kernel()));
            if (std::fabs(double{out[o * columns() + n]} - exact) > 1e-4 * size)
                throw input_error(who, "an output is " + std::to_string(out[o * columns() + n]), std::to_string(exact));
        });
    }
};

inline std::shared_ptr<activations_of> random_activations(const layer& l, int images) {
    auto a = std::make_shared<activations_of>();
    std::mt19937 random(1);
    a->codes.resize(static_cast<std::size_t>(l.in.size()) * static_cast<std::size_t>(images));
    for (float& c : a->codes) c = random() % 2 == 0 ? 0.0f : static_cast<float>(random() % 65536);
    return a;
}

/// Weights: Gaussian on the codes of a 6-bit DAC, a share `density` of them kept.
inline problem random_problem(const layer& l, int images, double density, std::shared_ptr<activations_of> activations) {
    problem p{.layer = l, .images = images, .weights = {}, .float_weights = {}, .activations = std::move(activations)};
    std::mt19937 random(2);
    std::normal_distribution<float> normal(0, 10);
    const auto kept = static_cast<std::uint64_t>(density * 4294967296.0);
    std::vector<std::int8_t> table;  // drawing every weight would take longer than all measurements
    while (table.size() < 65536)
        if (const long code = std::lround(normal(random)); code != 0 && std::labs(code) <= 31)
            table.push_back(static_cast<std::int8_t>(code));
    for (std::int64_t i = 0; i < l.weights(); ++i) p.weights.push_back(random() < kept ? table[random() % 65536] : 0);
    p.float_weights.assign(p.weights.begin(), p.weights.end());
    return p;
}

/// Of `analogue`: Gaussian noise on every chunk and nothing else.
constexpr analogue_conditions thermal_noise() {
    impairments active = impairments::none();
    active.thermal = true;
    return {.active = active};
}

/// The layer on accelerator A: activations in, codes of the next layer out. Checked before it is timed. `analogue`: under thermal noise.
template <accelerator A, fidelity F = fidelity::quantised>
contender machine(const problem& p, const std::string& name, const kernel_table& kernels = SONIC_DEFAULT_KERNELS) {
    using namespace sonic::detail;
    struct state {
        std::unique_ptr<prepared_layer> timed, checked;
        aligned_buffer<float> input, codes;
        std::vector<double> values;
        kernel_scratch scratch;
        block_run run;
    };
    auto s = std::make_shared<state>();
    const std::size_t samples = kernels.samples, images = static_cast<std::size_t>(p.images), blocks = (images + samples - 1) / samples;
    const bool dense = p.layer.kind == layer_kind::dense;
    const std::size_t groups = dense ? blocks : 1, lanes = groups * samples;
    if (!dense && images > samples) throw input_error(name, std::to_string(images) + " images", "one register of images at most");
    layer_values v;
    for (const auto w : p.weights) v.weights.push_back(static_cast<float>(w));
    v.scale.assign(p.outputs(), 1.0);
    v.shift.assign(p.outputs(), 0.0);
    v.activation_maximum = 65535;
    const layer_end end{.to_codes = true, .step = 16, .largest = 65535}, plain{};
    const auto prepare = [&](const layer_end& e) -> std::unique_ptr<prepared_layer> {
        std::unique_ptr<prepared_layer> result;
        if constexpr (F == fidelity::ideal)
            result = prepare_ideal(p.layer, v, e, kernels);
        else
            lowered<A>::with_array_for(p.layer.kind, [&]<class Array>(std::type_identity<Array>) {
                if constexpr (F == fidelity::analogue)
                    result = prepare_analogue<A, Array>(p.layer, v, e, kernels, 0, thermal_noise(), 0);
                else
                    result = prepare_quantised<Array>(p.layer, v, e, kernels);
            });
        return result;
    };
    const auto inputs = static_cast<std::size_t>(p.layer.in.size()), outputs = static_cast<std::size_t>(p.layer.out.size());
    float* in = s->input.at_least(inputs * lanes);
    for (std::size_t i = 0; i < inputs; ++i)
        for (std::size_t k = 0; k < images; ++k) in[i * lanes + k] = p.activations->codes[i * images + k];
    s->values.resize(outputs * lanes);
    s->run = {.input = in,
              .input_lanes = lanes,
              .groups = groups,
              .active = images,
              .codes = s->codes.at_least(outputs * lanes),
              .code_lanes = lanes,
              .values = s->values.data()};
    prepare(plain)->run(s->run, s->scratch);
    const auto value = [&](std::size_t o, std::size_t pixel, std::size_t image) {
        return s->values[(o * static_cast<std::size_t>(p.layer.out.pixels()) + pixel) * lanes + image];
    };
    if constexpr (F == fidelity::ideal) {
        p.samples([&](std::size_t o, std::size_t n) {
            const double got = value(o, n / images, n % images), exact = static_cast<double>(p.sum(o, n));
            if (std::fabs(got - exact) > 1e-4 * 65535 * 31 * std::sqrt(static_cast<double>(p.kernel())))
                throw input_error(name, "an output is " + std::to_string(got), std::to_string(exact));
        });
    } else {
        // One image, every output, against the scalar reference.
        lowered<A>::with_array_for(p.layer.kind, [&]<class Array>(std::type_identity<Array>) {
            const std::size_t image = images - 1;
            std::vector<std::int32_t> codes;
            for (std::size_t i = 0; i < inputs; ++i) codes.push_back(static_cast<std::int32_t>(p.activations->codes[i * images + image]));
            const coded_layer coded = encode(v, format_of<Array>);
            std::vector<double> sums;
            if constexpr (F == fidelity::analogue) {
                constexpr std::size_t array = array_number<A, Array>();
                const analogue_arithmetic arithmetic(model_under<A, array>(thermal_noise()), format_of<Array>, thermal_noise(), array,
                                                     Array::units, Array::dataflow_type::holds_weights, v.scale);
                reference::detail::analogue_passes optics(arithmetic, detector_noise::key(0, 0, static_cast<std::uint32_t>(image)));
                reference::detail::run_layer<Array, F, std::int32_t>(p.layer, coded.weights, codes, format_of<Array>, sums, &optics);
            } else {
                reference::detail::run_layer<Array, F, std::int32_t>(p.layer, coded.weights, codes, format_of<Array>, sums);
            }
            const auto pixels = static_cast<std::size_t>(p.layer.out.pixels());
            for (std::size_t i = 0; i < sums.size(); ++i)
                if (const double expected = decode(sums[i], coded.scale[i / pixels], 0), got = value(i / pixels, i % pixels, image);
                    got != expected)
                    throw input_error(name, "an output is " + std::to_string(got), std::to_string(expected) + ", the scalar reference's");
        });
    }
    s->timed = prepare(end);
    return {name, [s] { s->timed->run(s->run, s->scratch); }, p.operations()};
}

}  // namespace sonic::bench
