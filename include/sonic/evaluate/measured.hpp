// SPDX-License-Identifier: MIT
#pragma once

/// Events and densities of real images: the zeros that a quantised run meets, through the closed forms of the plans. By the law that
/// planned = measured these are the counts of the scalar reference, at a fraction of its time.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <sonic/accelerator/plan_of.hpp>
#include <sonic/dataflow/exact_zeros.hpp>
#include <sonic/evaluate/evaluate.hpp>

namespace sonic {

/// Mean of activities, whatever events they count.
class mean_activity {
  public:
    void add(const activity<double>& a) {
        const auto events = std::bit_cast<fields>(a);
        for (std::size_t i = 0; i < events.size(); ++i) sums_[i] += events[i];
        ++count_;
    }
    [[nodiscard]] activity<double> value() const {
        fields means = sums_;
        for (double& m : means) m = count_ == 0 ? 0 : m / static_cast<double>(count_);
        return std::bit_cast<activity<double>>(means);
    }

  private:
    static_assert(std::is_trivially_copyable_v<activity<double>> && sizeof(activity<double>) % sizeof(double) == 0);
    using fields = std::array<double, sizeof(activity<double>) / sizeof(double)>;
    fields sums_{};
    std::size_t count_ = 0;
};

/// Runs images through A, quantised, one at a time. `visit(image, zeros)` gets the exact zeros of every MAC layer, in order: of codes, or
/// of the network's own values on a floating-point machine. `ranges`: of the ADCs, as in evaluator. Labels play no part.
template <accelerator A, class Visit>
void for_each_zeros(const trained_network& network, const image_set& images, Visit visit, std::span<const int> ranges = {}) {
    if (!(images.size == network.input()))
        throw input_error("images", detail::text(images.size) + " values", detail::text(network.input()));
    const evaluator<A> run(network, ranges);
    std::vector<layer> layers;
    std::vector<weight_zeros> weights;
    for (const layer& l : network.layers) {
        if (!l.is_mac()) continue;
        detail::lowered<A>::with_array_for(l.kind, [&]<class Array>(std::type_identity<Array>) {
            const layer_values& v = network.values[layers.size()];
            if constexpr (format_of<Array>.floating) {
                weights.emplace_back(l, std::span<const float>(v.weights));
            } else {
                const auto codes = encode(v, format_of<Array>).weights;
                weights.emplace_back(l, std::span<const std::int32_t>(codes));
            }
        });
        layers.push_back(l);
    }
    std::vector<std::vector<std::int32_t>> inputs;
    std::vector<std::int32_t> codes;
    const auto each = static_cast<std::size_t>(images.size.size());
    if (images.pixels.size() % each != 0)
        throw input_error("images", std::to_string(images.pixels.size()) + " pixels",
                          "whole images of " + std::to_string(each) + " pixels");
    for (std::size_t i = 0; i < images.pixels.size() / each; ++i) {
        inputs.clear();
        run(images.image(i), &inputs);
        std::vector<exact_zeros> zeros;
        for (std::size_t m = 0; m < layers.size(); ++m) {
            // Other samples of the block may stand beside this one.
            const auto size = static_cast<std::size_t>(layers[m].in.size()), step = inputs[m].size() / size;
            codes.resize(size);
            for (std::size_t k = 0; k < size; ++k) codes[k] = inputs[m][k * step];
            zeros.emplace_back(layers[m], weights[m], std::span<const std::int32_t>(codes));
        }
        visit(i, std::span<const exact_zeros>(zeros));
    }
}

/// What images showed: mean events per MAC layer, and densities with activations measured.
struct measured_network {
    std::vector<layer_run> runs;
    std::vector<layer_density> densities;
};

/// Means over images of the events of every MAC layer on A.
template <accelerator A>
class mean_runs {
  public:
    explicit mean_runs(schedule when) : when_(when) {}

    /// One image's zeros, one per MAC layer in order.
    void add(std::span<const exact_zeros> zeros) {
        last_ = plan_of<A>(zeros, when_);
        means_.resize(last_.size());
        for (std::size_t m = 0; m < last_.size(); ++m) means_[m].add(last_[m].activity);
    }
    [[nodiscard]] measured_network value() const {
        measured_network result{last_, {}};
        for (std::size_t m = 0; m < result.runs.size(); ++m) {
            layer_run& run = result.runs[m];
            run.activity = means_[m].value();
            result.densities.push_back(
                {run.activity.kept_weights / static_cast<double>(run.layer.weights()),
                 measured_share(run.activity.nonzero_inputs / static_cast<double>(run.layer.in.size()), "the images that ran")});
        }
        return result;
    }

  private:
    schedule when_;
    std::vector<layer_run> last_;
    std::vector<mean_activity> means_;
};

/// Mean over images of the events of every MAC layer on A. `progress(images done)` is called after each image.
template <accelerator A, class Progress>
[[nodiscard]] measured_network measure(const trained_network& network, const image_set& images, schedule when, Progress progress) {
    mean_runs<A> means(when);
    for_each_zeros<A>(network, images, [&](std::size_t i, std::span<const exact_zeros> zeros) {
        means.add(zeros);
        progress(i + 1);
    });
    return means.value();
}
template <accelerator A>
[[nodiscard]] measured_network measure(const trained_network& network, const image_set& images, schedule when) {
    return measure<A>(network, images, when, [](std::size_t) {});
}

}  // namespace sonic
