// SPDX-License-Identifier: MIT
#pragma once

/// SIMD kernels of both chunk semantics. Chunks that do not depend on the sample are vectorised over samples, which stand innermost in
/// memory; chunks of a sample's activations are vectorised over output channels.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sonic/evaluate/lanes.hpp>
#include <sonic/evaluate/numbers.hpp>

namespace sonic::detail {

/// Samples that run together: one register of floats.
inline constexpr std::size_t samples = width<float>;

/// Padded input map, samples innermost.
struct padded_map {
    std::size_t height = 0, width = 0;
    explicit padded_map(const layer& l)
        : height(static_cast<std::size_t>(std::max((l.out.height - 1) * l.stride + l.kernel_height, l.padding_top + l.in.height))),
          width(static_cast<std::size_t>(std::max((l.out.width - 1) * l.stride + l.kernel_width, l.padding_left + l.in.width))) {}
    std::size_t at(std::size_t channel, std::size_t y, std::size_t x) const { return ((channel * height + y) * width + x) * samples; }
};

/// Held weights as a stream: per output channel its chunks, per chunk its lanes.
template <class T>
struct weight_stream {
    std::vector<std::size_t> first_chunk;  ///< per output channel, and one past the last
    std::vector<std::size_t> first_lane;   ///< per chunk, and one past the last
    std::vector<std::size_t> offsets;      ///< per lane: from the window's corner in the padded map
    std::vector<T> weights;
};

/// Builds the stream of a dataflow that holds weights. With two sign passes a chunk becomes its positive and its negative lanes:
/// the ADC is symmetric, so adding signed codes equals subtracting codes of magnitudes. Unchunked: all lanes of an output at once.
template <class Dataflow, class T, class Code>
weight_stream<T> make_stream(const layer& l, std::span<const Code> weights, const number_format& f, bool chunked) {
    weight_stream<T> s;
    const padded_map map(l);
    int output = -1;
    const auto begin_outputs = [&](int next) {
        for (; output < next; ++output) s.first_chunk.push_back(s.first_lane.size());
    };
    Dataflow::walk(l, weights, f.lanes, [&](const weight_item& item) {
        const bool new_output = item.output != output;
        begin_outputs(item.output);
        for (int sign = 0; sign < (chunked ? f.sign_passes : 1); ++sign) {
            if (chunked || new_output) s.first_lane.push_back(s.offsets.size());
            for (const tap& t : item.lanes) {
                if (chunked && f.sign_passes == 2 && (weights[t.weight] < Code{0}) != (sign == 1)) continue;
                s.offsets.push_back(
                    map.at(static_cast<std::size_t>(t.channel), static_cast<std::size_t>(t.ky), static_cast<std::size_t>(t.kx)));
                s.weights.push_back(static_cast<T>(weights[t.weight]));
            }
        }
    });
    begin_outputs(l.out.channels);
    s.first_lane.push_back(s.offsets.size());
    return s;
}

/// `Pixels` neighbouring outputs of one channel: sums of ADC codes, or plain sums.
template <std::size_t Pixels, bool Adc, class T>
inline void pixel_block(const weight_stream<T>& s, std::size_t output, const T* window, std::size_t step, T inverse_lsb, T largest,
                        T* out) {
    lanes<T> totals[Pixels];
    for (auto& t : totals) t = lanes<T>(T{0});
    for (std::size_t c = s.first_chunk[output]; c < s.first_chunk[output + 1]; ++c) {
        lanes<T> sums[Pixels];
        for (auto& v : sums) v = lanes<T>(T{0});
        for (std::size_t i = s.first_lane[c]; i < s.first_lane[c + 1]; ++i) {
            const T* at = window + s.offsets[i];
            const lanes<T> w(s.weights[i]);
            for (std::size_t p = 0; p < Pixels; ++p) sums[p] = xsimd::fma(w, load(at + p * step), sums[p]);
        }
        for (std::size_t p = 0; p < Pixels; ++p) totals[p] = totals[p] + (Adc ? digitise(sums[p], inverse_lsb, largest) : sums[p]);
    }
    for (std::size_t p = 0; p < Pixels; ++p) store(out + p * samples, totals[p]);
}

/// A whole layer of held weights on one block of samples. `input`: padded map; `out`: [channel][y][x][sample].
template <bool Adc, class T>
void run_held_weights(const layer& l, const weight_stream<T>& s, const number_format& f, const aligned_vector<T>& input,
                      aligned_vector<T>& out) {
    const padded_map map(l);
    const auto inverse_lsb = T{1} / static_cast<T>(f.lsb());
    const auto largest = static_cast<T>(f.largest_code());
    const auto step = static_cast<std::size_t>(l.stride) * samples;
    const auto out_width = static_cast<std::size_t>(l.out.width), out_height = static_cast<std::size_t>(l.out.height);
    out.resize(static_cast<std::size_t>(l.out.size()) * samples);
    for (std::size_t o = 0; o < static_cast<std::size_t>(l.out.channels); ++o)
        for (std::size_t y = 0; y < out_height; ++y)
            for (std::size_t part = 0; part < samples; part += width<T>) {
                const T* window = input.data() + map.at(0, y * static_cast<std::size_t>(l.stride), 0) + part;
                T* row = out.data() + (o * out_height + y) * out_width * samples + part;
                std::size_t x = 0;
                for (; x + 7 <= out_width; x += 7)
                    pixel_block<7, Adc>(s, o, window + x * step, step, inverse_lsb, largest, row + x * samples);
                for (; x < out_width; ++x) pixel_block<1, Adc>(s, o, window + x * step, step, inverse_lsb, largest, row + x * samples);
            }
}

/// Weights of a dataflow that holds activations: [kernel position][output channel], rows padded to whole registers.
template <class T>
struct weight_columns {
    std::size_t rows = 0;
    aligned_vector<T> weights;

    template <class Code>
    weight_columns(const layer& l, std::span<const Code> codes) {
        const auto outputs = static_cast<std::size_t>(l.out.channels);
        const std::size_t kernel = codes.size() / outputs;
        rows = (outputs + width<T> - 1) / width<T> * width<T>;
        weights.assign(kernel * rows, T{0});
        for (std::size_t o = 0; o < outputs; ++o)
            for (std::size_t k = 0; k < kernel; ++k) weights[k * rows + o] = static_cast<T>(codes[o * kernel + k]);
    }
};

/// One sample against held activations. `activation(tap, y, x)` gives the code; `totals`: [output position][row], cleared here.
template <class Dataflow, bool Adc, class T, class Code, class Activation>
void run_held_activations(const layer& l, const weight_columns<T>& columns, const number_format& f, std::span<const Code> input,
                          Activation activation, aligned_vector<T>& totals) {
    const auto inverse_lsb = T{1} / static_cast<T>(f.lsb());
    const auto largest = static_cast<T>(f.largest_code());
    const std::size_t rows = columns.rows;
    totals.assign(static_cast<std::size_t>(l.out.pixels()) * rows, T{0});
    std::vector<T> held;
    Dataflow::walk(l, input, f.lanes, [&](const activation_item& item) {
        held.clear();
        for (const tap& t : item.lanes) held.push_back(static_cast<T>(activation(t, item.y, item.x)));
        T* total = totals.data() + static_cast<std::size_t>(item.y * l.out.width + item.x) * rows;
        // Rows of other groups hold other channels' weights; a group's rows need not begin at a register.
        const auto first = static_cast<std::size_t>(item.group * l.outputs_per_group()),
                   last = first + static_cast<std::size_t>(l.outputs_per_group());
        for (std::size_t r = first / width<T> * width<T>; r < last; r += width<T>) {
            lanes<T> sum(T{0}), negative(T{0});
            for (std::size_t i = 0; i < held.size(); ++i) {
                const auto w = load(columns.weights.data() + item.lanes[i].weight * rows + r);
                if (f.sign_passes == 2) {
                    sum = xsimd::fma(lanes<T>(held[i]), xsimd::max(w, lanes<T>(T{0})), sum);
                    negative = xsimd::fma(lanes<T>(held[i]), xsimd::min(w, lanes<T>(T{0})), negative);
                } else {
                    sum = xsimd::fma(lanes<T>(held[i]), w, sum);
                }
            }
            auto code = Adc ? digitise(sum, inverse_lsb, largest) + digitise(negative, inverse_lsb, largest) : sum + negative;
            if (r < first || r + width<T> > last) {
                alignas(64) T each[width<T>];
                code.store_unaligned(each);
                for (std::size_t i = 0; i < width<T>; ++i)
                    if (r + i >= first && r + i < last) total[r + i] += each[i];
            } else {
                store(total + r, load(total + r) + code);
            }
        }
    });
}

}  // namespace sonic::detail
