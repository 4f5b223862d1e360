// SPDX-License-Identifier: MIT
#pragma once

/// Events and densities of real images: the zeros that a quantised run meets, through the closed forms of the plans. By the law that
/// planned = measured these are the counts of the scalar reference, at a fraction of its time.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
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
    activity<double> value() const {
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

/// Runs images through A, quantised, one at a time. `visit(image, zeros)` gets the exact zeros of every MAC layer, in order.
template <accelerator A, class Visit>
void for_each_zeros(const trained_network& network, const image_set& images, Visit visit) {
    if (!(images.size == network.input()))
        throw input_error("images", detail::text(images.size) + " values", detail::text(network.input()));
    const evaluator<A> run(network);
    std::vector<layer> layers;
    std::vector<weight_zeros> weights;
    for (const layer& l : network.layers) {
        if (!l.is_mac()) continue;
        detail::lowered<A>::with_array_for(l.kind, [&]<class Array>(std::type_identity<Array>) {
            const auto codes = encode(network.values[layers.size()], format_of<Array>).weights;
            weights.emplace_back(l, std::span<const std::int32_t>(codes));
        });
        layers.push_back(l);
    }
    std::vector<std::vector<std::int32_t>> inputs;
    std::vector<std::int32_t> codes;
    for (std::size_t i = 0; i < images.count(); ++i) {
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

/// Mean over images of the events of every MAC layer on A. `progress(images done)` is called after each image.
template <accelerator A, class Progress>
measured_network measure(const trained_network& network, const image_set& images, schedule when, Progress progress) {
    measured_network result;
    std::vector<mean_activity> means;
    for_each_zeros<A>(network, images, [&](std::size_t i, std::span<const exact_zeros> zeros) {
        const auto runs = plan_of<A>(zeros, when);
        means.resize(runs.size());
        for (std::size_t m = 0; m < runs.size(); ++m) means[m].add(runs[m].activity);
        result.runs = runs;
        progress(i + 1);
    });
    for (std::size_t m = 0; m < result.runs.size(); ++m) {
        layer_run& run = result.runs[m];
        run.activity = means[m].value();
        result.densities.push_back({run.activity.kept_weights / static_cast<double>(run.layer.weights()),
                                    {run.activity.nonzero_inputs / static_cast<double>(run.layer.in.size()), true}});
    }
    return result;
}
template <accelerator A>
measured_network measure(const trained_network& network, const image_set& images, schedule when) {
    return measure<A>(network, images, when, [](std::size_t) {});
}

}  // namespace sonic
