// SPDX-License-Identifier: MIT
#pragma once

/// `evaluate<A, fidelity>(network, images)`: what accelerator A computes, with its number formats, vectorised.
/// `quantised` and `analogue` equal the scalar reference code for code, on every instruction set, batch size and executor.

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <sonic/accelerator/cost.hpp>
#include <sonic/evaluate/analogue_layers.hpp>
#include <sonic/evaluate/evaluable.hpp>
#include <sonic/evaluate/executor.hpp>
#include <sonic/evaluate/kernels.hpp>
#include <sonic/evaluate/numbers.hpp>
#include <sonic/evaluate/prepared.hpp>
#include <sonic/network/error.hpp>
#include <sonic/network/graph.hpp>
#include <sonic/network/idx.hpp>

namespace sonic {

namespace detail {

/// How the layers of a network follow each other in memory. Where a MAC layer's results pass only through ReLU, non-overlapping maximum
/// pooling and flattening to the next MAC layer, they become that layer's codes at once; elsewhere values stand in memory as doubles.
struct layer_flow {
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    std::vector<std::size_t> mac;       ///< per layer: number among the MAC layers, or none
    std::vector<bool> absorbed;         ///< per layer: done by the MAC layer before it
    std::vector<layer_end> ends;        ///< per MAC layer
    std::vector<std::size_t> next;      ///< per MAC layer: the MAC layer whose codes it makes, or none
    std::vector<std::size_t> layer_of;  ///< per MAC layer
    std::vector<bool> fed;              ///< per MAC layer: do its codes come from a MAC layer or from pixels, without values in memory?
    std::size_t input_reader = none;    ///< MAC layer that alone reads the network's input
    std::size_t tail = none;            ///< first layer of the dense ones that end the network, which run many samples at once

    explicit layer_flow(const trained_network& n) {
        std::vector<std::size_t> readers(n.layers.size() + 1), reader(n.layers.size() + 1, none);
        for (std::size_t i = 0; i < n.layers.size(); ++i) {
            for (const std::size_t v : n.reads_of(i)) ++readers[v], reader[v] = i;
            mac.push_back(n.layers[i].is_mac() ? ends.size() : none);
            if (n.layers[i].is_mac()) ends.emplace_back(), next.push_back(none), layer_of.push_back(i);
        }
        absorbed.resize(n.layers.size());
        fed.resize(ends.size());
        if (readers[0] == 1 && mac[reader[0]] != none) input_reader = mac[reader[0]], fed[input_reader] = true;
        for (std::size_t i = 0; i < n.layers.size(); ++i) {
            if (mac[i] == none) continue;
            layer_end end;
            std::vector<std::size_t> between;
            std::size_t at = i;
            while (readers[at + 1] == 1) {
                at = reader[at + 1];
                const layer& l = n.layers[at];
                if (mac[at] != none) {
                    end.to_codes = true;
                    ends[mac[i]] = end;
                    next[mac[i]] = mac[at];
                    fed[mac[at]] = true;
                    for (const std::size_t b : between) absorbed[b] = true;
                    break;
                }
                if (l.kind == layer_kind::relu)
                    end.relu = true;
                else if (l.kind == layer_kind::max_pool && end.pool == 1 && l.kernel_height == l.kernel_width &&
                         l.kernel_width == l.stride && l.padding_top == 0 && l.padding_left == 0 &&
                         l.out.height == l.in.height / l.stride && l.out.width == l.in.width / l.stride)
                    end.pool = l.stride;
                else if (l.kind != layer_kind::batch_norm && l.kind != layer_kind::flatten)
                    break;
                between.push_back(at);
            }
        }
        find_tail(n, readers);
    }

  private:
    void find_tail(const trained_network& n, const std::vector<std::size_t>& readers) {
        for (std::size_t i = n.layers.size(); i-- > 0;) {
            const layer& l = n.layers[i];
            if (l.kind == layer_kind::conv || l.out.pixels() != 1) return;
            if (l.kind != layer_kind::dense || readers[n.reads_of(i)[0]] != 1) continue;
            bool inside = true;  // nothing from here on reads what stands before
            for (std::size_t k = i + 1; k < n.layers.size(); ++k)
                for (const std::size_t v : n.reads_of(k)) inside = inside && v > i;
            if (inside) tail = i;
        }
    }
};

}  // namespace detail

/// A network made ready for accelerator A: weights encoded and packed once, then any number of images. Keeps a reference to `network`,
/// which must live as long: a temporary is refused. Calls may run at the same time.
template <accelerator A, fidelity Wanted = fidelity::quantised>
class evaluator {
    static_assert(detail::is_evaluable<typename A::diagram>,
                  "sonic: evaluation needs walk of every array's dataflow, which yields its work items; walk_passes does not replace it");
    /// A floating-point machine computes with the network's own values in either fidelity.
    static constexpr fidelity F = detail::lowered<A>::is_floating ? fidelity::ideal : Wanted;

  public:
    /// `kernels`: of the instruction set to use; by default what this translation unit is compiled for.
    explicit evaluator(const trained_network& network, const kernel_table& kernels = SONIC_DEFAULT_KERNELS)
        : evaluator(network, std::span<const int>{}, kernels) {}
    /// One chip of many (`analogue`).
    evaluator(const trained_network& network, const analogue_conditions& conditions, const kernel_table& kernels = SONIC_DEFAULT_KERNELS)
        : evaluator(network, conditions, std::span<const int>{}, kernels) {}

    /// `ranges`: per MAC layer, how often its ADC range is halved (calibrate.hpp); empty: the safe ranges.
    evaluator(const trained_network& network, std::span<const int> ranges, const kernel_table& kernels = SONIC_DEFAULT_KERNELS)
        : evaluator(network, analogue_conditions{}, ranges, kernels) {}
    evaluator(const trained_network& network, const analogue_conditions& conditions, std::span<const int> ranges,
              const kernel_table& kernels = SONIC_DEFAULT_KERNELS)
        : network_(&network), kernels_(&kernels), flow_((check(network), network)) {
        using namespace detail;
        for (std::size_t i = 0; i < network.layers.size(); ++i)
            if (flow_.mac[i] != layer_flow::none)
                lowered<A>::with_array_for(network.layers[i].kind, [&]<class Array>(std::type_identity<Array>) {
                    // How values become codes is the reader's affair.
                    const layer_values& v = network.values[flow_.mac[i]];
                    codings_.push_back({.step = v.activation_maximum / static_cast<double>(format_of<Array>.largest_activation()),
                                        .largest = format_of<Array>.largest_activation()});
                });
        if (codings_.size() != network.values.size())
            throw input_error(A::name, "no array runs one of the network's layers", "an array for every convolution and dense layer");
        if (!ranges.empty() && ranges.size() != network.values.size())
            throw input_error(A::name, std::to_string(ranges.size()) + " ADC ranges", "one per convolution and dense layer, or none");
        for (std::size_t i = 0; i < network.layers.size(); ++i) {
            const std::size_t mac = flow_.mac[i];
            if (mac == layer_flow::none) continue;
            const layer& l = network.layers[i];
            const layer_values& v = network.values[mac];
            layer_end end = flow_.ends[mac];
            if (end.to_codes) end.step = codings_[flow_.next[mac]].step, end.largest = codings_[flow_.next[mac]].largest;
            if constexpr (F == fidelity::ideal)
                layers_.push_back(prepare_ideal(l, v, end, kernels));
            else
                lowered<A>::with_array_for(l.kind, [&]<class Array>(std::type_identity<Array>) {
                    const int halvings = ranges.empty() ? 0 : ranges[mac];
                    if constexpr (F == fidelity::analogue)
                        layers_.push_back(
                            prepare_analogue<A, Array>(l, v, end, kernels, halvings, conditions, static_cast<std::uint32_t>(mac)));
                    else
                        layers_.push_back(prepare_quantised<Array>(l, v, end, kernels, halvings));
                });
        }
    }

    evaluator(const trained_network&&, const kernel_table& = SONIC_DEFAULT_KERNELS) = delete;
    evaluator(const trained_network&&, const analogue_conditions&, const kernel_table& = SONIC_DEFAULT_KERNELS) = delete;
    evaluator(const trained_network&&, std::span<const int>, const kernel_table& = SONIC_DEFAULT_KERNELS) = delete;
    evaluator(const trained_network&&, const analogue_conditions&, std::span<const int>,
              const kernel_table& = SONIC_DEFAULT_KERNELS) = delete;

    /// Outputs of `images`; images stand one after another, each of the network's input size. `inputs`, if given, receives the codes that
    /// enter each MAC layer, or 1 for every value that is not zero where the machine computes in floating point: those of image i and MAC
    /// layer m stand at i x MAC layers + m.
    evaluation operator()(std::span<const std::uint8_t> pixels, std::vector<std::vector<std::int32_t>>* inputs = nullptr) const {
        return (*this)(pixels, executors::sequential{}, inputs);
    }
    template <executor E>
    evaluation operator()(std::span<const std::uint8_t> pixels, const E& run,
                          std::vector<std::vector<std::int32_t>>* inputs = nullptr) const {
        const auto each = static_cast<std::size_t>(network_->input().size());
        if (pixels.size() % each != 0)
            throw input_error("images", std::to_string(pixels.size()) + " pixels", "whole images of " + std::to_string(each) + " pixels");
        const std::size_t count = pixels.size() / each, samples = kernels_->samples;
        evaluation result{network_->outputs(), std::vector<double>(count * static_cast<std::size_t>(network_->outputs()))};
        if (inputs) inputs->assign(count * layers_.size(), {});
        // Dense layers at the end take several blocks at once, unless threads would stand idle.
        const std::size_t blocks = (count + samples - 1) / samples, threads = std::max<std::size_t>(run.concurrency(), 1);
        const std::size_t together =
            flow_.tail == detail::layer_flow::none ? 1 : std::clamp<std::size_t>((blocks + threads - 1) / threads, 1, detail::dense_groups);
        run((blocks + together - 1) / together, [&](std::size_t task) {
            const std::size_t first = task * together * samples, some = std::min(together * samples, count - first);
            auto memory = borrow();
            run_block(pixels.subspan(first * each, some * each), some, together, *memory, result, first, inputs);
            give_back(std::move(memory));
        });
        return result;
    }

  private:
    /// Memory of one running block.
    struct block_memory {
        std::vector<detail::aligned_buffer<float>> codes;  ///< per MAC layer
        std::vector<std::vector<double>> values;           ///< per value of the graph
        detail::kernel_scratch scratch;
    };

    std::unique_ptr<block_memory> borrow() const {
        const std::lock_guard lock(*mutex_);
        if (memory_->empty()) return std::make_unique<block_memory>();
        auto result = std::move(memory_->back());
        memory_->pop_back();
        return result;
    }
    void give_back(std::unique_ptr<block_memory> memory) const {
        const std::lock_guard lock(*mutex_);
        memory_->push_back(std::move(memory));
    }

    std::size_t tail() const { return std::min(flow_.tail, network_->layers.size()); }

    /// Samples that stand beside each other where layer `i` reads.
    std::size_t lanes_into(std::size_t i, std::size_t together) const { return (i >= tail() ? together : 1) * kernels_->samples; }

    void run_block(std::span<const std::uint8_t> pixels, std::size_t count, std::size_t together, block_memory& m, evaluation& result,
                   std::size_t first, std::vector<std::vector<std::int32_t>>* inputs) const {
        const std::size_t samples = kernels_->samples, groups = (count + samples - 1) / samples, layers = network_->layers.size();
        const auto each = static_cast<std::size_t>(network_->input().size());
        m.codes.resize(layers_.size());
        m.values.resize(layers + 1);
        for (std::size_t g = 0; g < groups; ++g) {
            const std::size_t begin = g * samples, some = std::min(samples, count - begin);
            read_input(pixels.subspan(begin * each, some * each), some, g, together, m);
            run_layers(0, tail(), {1, g, together}, m, first + begin, some, inputs);
            if (tail() == layers)
                write_outputs(m.values.back(), samples, some, result, first + begin);
            else if (const std::size_t mac = flow_.mac[tail()]; !flow_.fed[mac])
                enter(m.values[network_->reads_of(tail())[0]], mac, {1, g, together}, m);
        }
        if (tail() < layers) {
            run_layers(tail(), layers, {groups, 0, together}, m, first, count, inputs);
            write_outputs(m.values.back(), groups * samples, count, result, first);
        }
    }

    /// Pixels as codes where one MAC layer alone reads them, else as values.
    void read_input(std::span<const std::uint8_t> pixels, std::size_t count, std::size_t group, std::size_t together,
                    block_memory& m) const {
        const std::size_t samples = kernels_->samples;
        const auto each = static_cast<std::size_t>(network_->input().size());
        if (const std::size_t mac = flow_.input_reader; mac != detail::layer_flow::none) {
            float table[256];
            for (int p = 0; p < 256; ++p) table[p] = entering(p / 255.0, codings_[mac]);
            const std::size_t layer = flow_.layer_of[mac], lanes = lanes_into(layer, together);
            float* to = m.codes[mac].at_least(each * lanes) + (layer == tail() ? group * samples : 0);
            for (std::size_t i = 0; i < each; ++i)
                for (std::size_t s = 0; s < count; ++s) to[i * lanes + s] = table[pixels[s * each + i]];
        } else {
            m.values[0].assign(each * samples, 0.0);
            for (std::size_t s = 0; s < count; ++s)
                for (std::size_t i = 0; i < each; ++i) m.values[0][i * samples + s] = pixels[s * each + i] / 255.0;
        }
    }

    static float entering(double value, const detail::layer_end& coding) {
        if constexpr (F != fidelity::ideal)
            return static_cast<float>(activation_code(value, coding.step, coding.largest));
        else
            return static_cast<float>(value);
    }

    /// Blocks of samples that run at once, the place of the first in the tail's input, and the tail's places.
    struct block_place {
        std::size_t groups, group, together;
    };

    /// Values as the input of a MAC layer.
    void enter(const std::vector<double>& values, std::size_t mac, block_place at, block_memory& m) const {
        const std::size_t samples = kernels_->samples, layer = flow_.layer_of[mac], lanes = lanes_into(layer, at.together);
        const std::size_t from = at.groups * samples;
        float* to = m.codes[mac].at_least(values.size() / from * lanes) + (layer == tail() ? at.group * samples : 0);
        for (std::size_t i = 0; i * from < values.size(); ++i) {
            if constexpr (F != fidelity::ideal)
                kernels_->codes_of_values(values.data() + i * from, from, codings_[mac].step, codings_[mac].largest, to + i * lanes);
            else
                for (std::size_t s = 0; s < from; ++s) to[i * lanes + s] = static_cast<float>(values[i * from + s]);
        }
    }

    /// Layers [first, last) on one block of samples, or on all blocks of the tail.
    void run_layers(std::size_t first, std::size_t last, block_place at, block_memory& m, std::size_t image, std::size_t count,
                    std::vector<std::vector<std::int32_t>>* inputs) const {
        using detail::layer_flow;
        const std::size_t samples = kernels_->samples;
        std::vector<std::size_t> readers(network_->layers.size() + 1);
        for (std::size_t i = first; i < last; ++i)
            for (const std::size_t v : network_->reads_of(i)) ++readers[v];
        const auto take = [&](std::size_t v) { return --readers[v] == 0 ? std::move(m.values[v]) : m.values[v]; };
        for (std::size_t i = first; i < last; ++i) {
            if (flow_.absorbed[i]) continue;
            const layer& l = network_->layers[i];
            const auto reads = network_->reads_of(i);
            const std::size_t mac = flow_.mac[i];
            if (mac == layer_flow::none) {
                std::vector<std::vector<double>> operands;
                for (const std::size_t v : reads) operands.push_back(take(v));
                m.values[i + 1] = detail::apply_electronic(l, network_->constants_of(i), std::move(operands), at.groups * samples);
                continue;
            }
            if (!flow_.fed[mac] && i != tail()) enter(take(reads[0]), mac, at, m);
            const std::size_t lanes = lanes_into(i, at.together), next = flow_.next[mac];
            detail::block_run r{.input = m.codes[mac].data(), .input_lanes = lanes, .groups = at.groups, .image = image, .active = count};
            if (inputs != nullptr) capture(r, mac, l, image, count, *inputs);
            if (next == layer_flow::none) {
                m.values[i + 1].resize(static_cast<std::size_t>(l.out.size()) * at.groups * samples);
                r.values = m.values[i + 1].data();
            } else {
                const std::size_t reader = flow_.layer_of[next];
                r.code_lanes = lanes_into(reader, at.together);
                r.codes = m.codes[next].at_least(static_cast<std::size_t>(network_->layers[reader].in.size()) * r.code_lanes) +
                          (reader == tail() ? at.group * samples : 0);
            }
            layers_[mac]->run(r, m.scratch);
        }
    }

    void capture(const detail::block_run& r, std::size_t mac, const layer& l, std::size_t image, std::size_t count,
                 std::vector<std::vector<std::int32_t>>& inputs) const {
        for (std::size_t s = 0; s < count; ++s) {
            auto& codes = inputs[(image + s) * layers_.size() + mac];
            codes.resize(static_cast<std::size_t>(l.in.size()));
            for (std::size_t k = 0; k < codes.size(); ++k) {
                const float value = r.input[k * r.input_lanes + s];
                codes[k] = F != fidelity::ideal ? static_cast<std::int32_t>(value) : value != 0;
            }
        }
    }

    void write_outputs(const std::vector<double>& values, std::size_t lanes, std::size_t count, evaluation& result,
                       std::size_t image) const {
        const auto classes = static_cast<std::size_t>(result.classes);
        for (std::size_t s = 0; s < count; ++s)
            for (std::size_t o = 0; o < classes; ++o) result.outputs[(image + s) * classes + o] = values[o * lanes + s];
    }

    const trained_network* network_;
    const kernel_table* kernels_;
    detail::layer_flow flow_;
    std::vector<detail::layer_end> codings_;  ///< per MAC layer: how values become its codes
    std::vector<std::unique_ptr<detail::prepared_layer>> layers_;
    std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();
    std::unique_ptr<std::vector<std::unique_ptr<block_memory>>> memory_ = std::make_unique<std::vector<std::unique_ptr<block_memory>>>();
};

/// Outputs of all images on accelerator A.
template <accelerator A, fidelity F = fidelity::quantised, executor E = executors::sequential>
[[nodiscard]] evaluation evaluate(const trained_network& network, const image_set& images, const E& run = {}) {
    if (!(images.size == network.input()))
        throw input_error("images", detail::text(images.size) + " values", detail::text(network.input()));
    return evaluator<A, F>(network)(images.pixels, run);
}
/// The same on one chip under stated conditions.
template <accelerator A, executor E = executors::sequential>
[[nodiscard]] evaluation evaluate(const trained_network& network, const image_set& images, const analogue_conditions& conditions,
                                  const E& run = {}) {
    if (!(images.size == network.input()))
        throw input_error("images", detail::text(images.size) + " values", detail::text(network.input()));
    return evaluator<A, fidelity::analogue>(network, conditions)(images.pixels, run);
}

}  // namespace sonic
