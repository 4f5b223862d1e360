// SPDX-License-Identifier: MIT
#pragma once

/// Occupancy of one layer on one sample, from its weight codes and activation codes, in closed form: no pass is enumerated.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sonic/network/layer.hpp>

namespace sonic {

/// What the masks of one layer's weights say. Weights stand in the order [output][input of the group][ky][kx].
struct weight_zeros {
    std::vector<std::int64_t> slices_by_kept;  ///< index: weights kept in a slice; value: slices
    std::vector<std::int64_t> kept_by_tap;     ///< index: (input channel of the layer) x taps + tap
    std::vector<std::int64_t> kept_by_output;  ///< index: output
    std::vector<bool> mask;                    ///< one per weight: kept?
    std::int64_t outputs_with_weights = 0;
    std::int64_t kept = 0;

    template <class Code>
    weight_zeros(const layer& l, std::span<const Code> codes)
        : slices_by_kept(static_cast<std::size_t>(l.taps()) + 1),
          kept_by_tap(static_cast<std::size_t>(l.in.channels) * static_cast<std::size_t>(l.taps())),
          kept_by_output(static_cast<std::size_t>(l.out.channels)),
          mask(codes.size()) {
        std::size_t at = 0;
        for (int o = 0; o < l.out.channels; ++o) {
            const int first_input = o / l.outputs_per_group() * l.inputs_per_group();
            bool any = false;
            for (int i = 0; i < l.inputs_per_group(); ++i) {
                std::size_t in_slice = 0;
                for (int t = 0; t < l.taps(); ++t, ++at) {
                    if (codes[at] == Code{0}) continue;
                    mask[at] = true;
                    ++in_slice;
                    ++kept_by_tap[static_cast<std::size_t>(first_input + i) * static_cast<std::size_t>(l.taps()) +
                                  static_cast<std::size_t>(t)];
                }
                ++slices_by_kept[in_slice];
                kept += static_cast<std::int64_t>(in_slice);
                kept_by_output[static_cast<std::size_t>(o)] += static_cast<std::int64_t>(in_slice);
                any = any || in_slice > 0;
            }
            outputs_with_weights += any;
        }
    }
};

/// Exact zeros of one layer and one sample. Codes of activations stand as [channel][y][x].
class exact_zeros {
  public:
    using number = std::int64_t;
    sonic::layer layer;

    template <class Code>
    exact_zeros(const sonic::layer& l, const weight_zeros& weights, std::span<const Code> activations)
        : layer(l),
          weights_(&weights),
          nonzero_(activations.size()),
          visits_(static_cast<std::size_t>(l.in.channels) * static_cast<std::size_t>(l.taps())) {
        for (std::size_t i = 0; i < activations.size(); ++i) {
            nonzero_[i] = activations[i] != Code{0};
            nonzero_inputs_ += nonzero_[i];
        }
        std::size_t tap_index = 0;
        for (int c = 0; c < l.in.channels; ++c)
            for (int ky = 0; ky < l.kernel_height; ++ky)
                for (int kx = 0; kx < l.kernel_width; ++kx, ++tap_index) {
                    std::int64_t visits = 0;
                    for (int y = 0; y < l.out.height; ++y) {
                        const int iy = y * l.stride + ky - l.padding_top;
                        if (iy < 0 || iy >= l.in.height) continue;
                        for (int x = 0; x < l.out.width; ++x) {
                            const int ix = x * l.stride + kx - l.padding_left;
                            if (ix < 0 || ix >= l.in.width) continue;
                            visits += activations[(static_cast<std::size_t>(c) * static_cast<std::size_t>(l.in.height) +
                                                   static_cast<std::size_t>(iy)) *
                                                      static_cast<std::size_t>(l.in.width) +
                                                  static_cast<std::size_t>(ix)] != Code{0};
                        }
                    }
                    visits_[tap_index] = visits;
                    visited_ += visits * l.outputs_per_group();
                    meetings_ += visits * weights.kept_by_tap[tap_index];
                }
    }

    /// The weights' zeros are kept by reference: a temporary is refused.
    template <class Code>
    exact_zeros(const sonic::layer&, const weight_zeros&&, std::span<const Code>) = delete;

    template <class F>
    std::int64_t over_slices(F f) const {
        std::int64_t sum = 0;
        for (std::size_t k = 0; k < weights_->slices_by_kept.size(); ++k)
            sum += weights_->slices_by_kept[k] * f(static_cast<std::int64_t>(k));
        return sum;
    }
    template <class F>
    std::int64_t over_kernels(F f) const {
        std::int64_t sum = 0;
        for (const std::int64_t kept : weights_->kept_by_output) sum += f(kept);
        return sum;
    }
    template <class F>
    std::int64_t over_groups(F f) const {
        std::int64_t sum = 0;
        for (int g = 0; g < layer.groups; ++g) {
            std::int64_t kept = 0;
            for (int o = 0; o < layer.outputs_per_group(); ++o)
                kept += weights_->kept_by_output[static_cast<std::size_t>(g * layer.outputs_per_group() + o)];
            sum += f(kept);
        }
        return sum;
    }
    std::int64_t nonzero_inputs() const { return nonzero_inputs_; }
    /// Positions where the tap (input channel of the layer, ky x width + kx) meets a nonzero activation.
    std::int64_t visits(int channel, int tap) const {
        return visits_[static_cast<std::size_t>(channel) * static_cast<std::size_t>(layer.taps()) + static_cast<std::size_t>(tap)];
    }
    /// Is the weight of this output, input channel of the output's group and tap kept?
    bool kept(int output, int input, int tap) const {
        return weights_->mask[(static_cast<std::size_t>(output) * static_cast<std::size_t>(layer.inputs_per_group()) +
                               static_cast<std::size_t>(input)) *
                                  static_cast<std::size_t>(layer.taps()) +
                              static_cast<std::size_t>(tap)];
    }
    bool nonzero(int channel, int y, int x) const {
        return nonzero_[(static_cast<std::size_t>(channel) * static_cast<std::size_t>(layer.in.height) + static_cast<std::size_t>(y)) *
                            static_cast<std::size_t>(layer.in.width) +
                        static_cast<std::size_t>(x)];
    }
    std::int64_t outputs_with_weights() const { return weights_->outputs_with_weights; }
    std::int64_t kept_weights() const { return weights_->kept; }
    template <class F>
    std::int64_t over_inputs(F f) const {
        return f(nonzero_inputs_);
    }
    std::int64_t nonzero_visits() const {
        std::int64_t sum = 0;
        for (const std::int64_t v : visits_) sum += v;
        return sum;
    }
    std::int64_t visited_activations() const { return visited_; }
    std::int64_t meetings() const { return meetings_; }

  private:
    const weight_zeros* weights_;
    std::vector<bool> nonzero_;
    std::vector<std::int64_t> visits_;
    std::int64_t nonzero_inputs_ = 0, visited_ = 0, meetings_ = 0;
};

}  // namespace sonic
