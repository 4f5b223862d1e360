// SPDX-License-Identifier: MIT
#pragma once

/// Scalar reference: computes inside each dataflow's walk, pass by pass and lane by lane, and counts events at the arithmetic.
/// It shares no code with the plans, and is what every faster path must equal.

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <sonic/accelerator/cost.hpp>
#include <sonic/evaluate/analogue_arithmetic.hpp>
#include <sonic/evaluate/analogue_layers.hpp>
#include <sonic/evaluate/evaluable.hpp>
#include <sonic/evaluate/numbers.hpp>

namespace sonic::reference {

/// Events of one layer, counted under both schedules at once.
struct counts {
    activity<std::int64_t> held, every_pass;
    const activity<std::int64_t>& under(schedule s) const { return s == schedule::held ? held : every_pass; }
};

/// One image: outputs, what entered each MAC layer (codes, or in `ideal` its values' zero map), and the events.
struct result {
    std::vector<double> outputs;
    std::vector<std::vector<std::int32_t>> layer_inputs;
    std::vector<counts> events;
};

namespace detail {

/// Passes and loads of each unit of an array, work items dealt round-robin.
struct unit_tally {
    std::vector<std::int64_t> passes, loads;
    std::size_t next = 0;
    explicit unit_tally(int units) : passes(static_cast<std::size_t>(units)), loads(static_cast<std::size_t>(units)) {}
    std::size_t take() {
        const std::size_t unit = next;
        next = next + 1 == passes.size() ? 0 : next + 1;
        return unit;
    }
    void busiest(activity<std::int64_t>& a) const {
        a.busiest_passes = *std::max_element(passes.begin(), passes.end());
        a.busiest_loads = *std::max_element(loads.begin(), loads.end());
    }
};

/// Receives the passes of a dataflow that yields them (`walk_passes`): multiplies, sums, reads out, and counts at each.
template <class Array, fidelity F, class Code>
class pass_recorder {
  public:
    static constexpr number_format format = format_of<Array>;
    using sum_type = std::conditional_t<uses_codes<Array, F>, std::int64_t, double>;

    pass_recorder(const layer& l, std::span<const Code> weights, std::span<const Code> input, const number_format& adc,
                  std::vector<double>& sums)
        : adc_(adc),
          weights_(weights),
          input_(input),
          sums_(sums),
          received_(static_cast<std::size_t>(l.out.size())),
          held_units_(Array::units),
          pass_units_(Array::units) {
        for (auto& sign : charge_) sign.assign(static_cast<std::size_t>(l.out.size()), sum_type{0});
    }

    void item(int unit) { unit_ = unit < 0 ? held_units_.take() : static_cast<std::size_t>(unit); }
    void load(std::int64_t elements, bool counts) {
        n_.loaded += elements;
        if (!counts) return;
        n_.loads += format.sign_passes;
        held_units_.loads[unit_] += format.sign_passes;
    }
    /// `driven`: input of each driven lane; `read`: outputs whose sums are read out after this pass; `held`: elements on the other side.
    void pass(std::span<const std::int64_t> driven, std::span<const product> products, std::span<const std::int64_t> read,
              std::int64_t held) {
        const std::size_t pass_unit = pass_units_.take();
        loaded_every_pass_ += held;
        for (int sign = 0; sign < format.sign_passes; ++sign) {
            for (const std::int64_t in : driven) {
                ++n_.elements;
                n_.driven += activation(in) != Code{0};
            }
            for (const product& p : products) {
                const Code w = weights_[static_cast<std::size_t>(p.weight)], a = activation(p.input);
                if (format.sign_passes == 2 && (w < Code{0}) != (sign == 1)) continue;
                ++n_.macs;
                if (!format.has_adc()) ++n_.additions;
                if (p.output < 0) continue;
                const sum_type x = static_cast<sum_type>(w) * static_cast<sum_type>(a);
                if (format.has_adc())
                    charge_[static_cast<std::size_t>(sign)][static_cast<std::size_t>(p.output)] += x;
                else
                    sums_[static_cast<std::size_t>(p.output)] += static_cast<double>(x);
            }
            ++n_.passes;
            ++held_units_.passes[unit_];
            ++pass_units_.passes[pass_unit];
            ++pass_units_.loads[pass_unit];
            if (!format.has_adc()) continue;
            for (const std::int64_t out : read) {
                sum_type& sum = charge_[static_cast<std::size_t>(sign)][static_cast<std::size_t>(out)];
                ++n_.conversions;
                if (received_[static_cast<std::size_t>(out)]++ > 0) ++n_.additions;
                if constexpr (uses_codes<Array, F>)
                    sums_[static_cast<std::size_t>(out)] += static_cast<double>(digitise(sum, adc_.lsb(), adc_.largest_code()));
                else
                    sums_[static_cast<std::size_t>(out)] += sum;
                sum = 0;
            }
        }
    }
    /// All units wait for the busiest.
    void barrier() {
        n_.busiest_passes += *std::max_element(held_units_.passes.begin(), held_units_.passes.end());
        n_.busiest_loads += *std::max_element(held_units_.loads.begin(), held_units_.loads.end());
        std::fill(held_units_.passes.begin(), held_units_.passes.end(), 0);
        std::fill(held_units_.loads.begin(), held_units_.loads.end(), 0);
    }
    counts finish() {
        barrier();
        counts result{n_, n_};
        if constexpr (!requires { Array::dataflow_type::any_schedule; }) {
            result.every_pass.loads = n_.passes;
            result.every_pass.loaded = loaded_every_pass_;
            pass_units_.busiest(result.every_pass);
        }
        return result;
    }

  private:
    Code activation(std::int64_t at) const { return at < 0 ? Code{0} : input_[static_cast<std::size_t>(at)]; }

    number_format adc_;  ///< the format with this layer's range
    std::span<const Code> weights_, input_;
    std::vector<double>& sums_;
    std::array<std::vector<sum_type>, 2> charge_;
    std::vector<std::int64_t> received_;
    unit_tally held_units_, pass_units_;
    activity<std::int64_t> n_;
    std::int64_t loaded_every_pass_ = 0;
    std::size_t unit_ = 0;
};

/// What the optics of an array make of the passes of one image in one layer.
class analogue_passes {
  public:
    analogue_passes(const sonic::detail::analogue_arithmetic& arithmetic, std::uint32_t key)
        : arithmetic_(arithmetic), weights_(arithmetic.model()), key_(key) {}

    /// The code of one pass: its sum, its noise, the ADC. Lanes whose sign waits for the other pass hold or drive 0.
    std::int64_t code(std::span<const int> held, std::span<const int> driven, std::size_t unit, std::size_t output,
                      std::uint32_t conversion, std::int64_t largest) {
        held_.resize(held.size());
        arithmetic_.held(weights_, held, unit, held_);
        double sum = 0, light = 0, squares = 0;
        for (std::size_t j = 0; j < held.size(); ++j) {
            const double product = held_[j] * arithmetic_.driven(arithmetic_.position(driven[j]), arithmetic_.driven_drift(unit, j));
            const double part = std::trunc(std::fabs(product) * arithmetic_.light_scale());
            sum += product;
            light += part;
            squares += part * part;
        }
        if (arithmetic_.is_noisy()) {
            const std::int32_t deviate = detector_noise::deviate(detector_noise::word(key_, conversion));
            sum = arithmetic_.noisy(sum, arithmetic_.deviation(arithmetic_.terms(output), light, squares), deviate);
        }
        const double top = static_cast<double>(largest);
        return static_cast<std::int64_t>(std::clamp(std::nearbyint(sum), -top, top));
    }

  private:
    const sonic::detail::analogue_arithmetic& arithmetic_;
    chunk_weights weights_;
    std::uint32_t key_;
    std::vector<double> held_;
};

/// Zeros of the layer's operands, counted one by one.
template <class Code>
void count_zeros(std::span<const Code> weights, std::span<const Code> input, activity<std::int64_t>& a) {
    for (const Code w : weights) a.kept_weights += w != Code{0};
    for (const Code x : input) a.nonzero_inputs += x != Code{0};
}

/// Work item by work item: passes of a dataflow that yields items (`walk`).
template <class Array, fidelity F, class Code>
counts run_items(const layer& l, std::span<const Code> weights, std::span<const Code> input, const number_format& adc,
                 std::vector<double>& sums, [[maybe_unused]] analogue_passes* optics) {
    constexpr number_format format = format_of<Array>;
    using dataflow_type = typename Array::dataflow_type;
    constexpr bool holds_weights = dataflow_type::holds_weights;
    counts n;
    unit_tally held_units(Array::units), pass_units(Array::units);
    std::vector<std::int64_t> received(static_cast<std::size_t>(l.out.size()));
    sums.assign(static_cast<std::size_t>(l.out.size()), 0.0);
    const auto kernel = static_cast<std::size_t>(l.inputs_per_group()) * static_cast<std::size_t>(l.taps());

    const auto activation = [&](const tap& t, int y, int x) {
        const int iy = y * l.stride + t.ky - l.padding_top, ix = x * l.stride + t.kx - l.padding_left;
        if (iy < 0 || iy >= l.in.height || ix < 0 || ix >= l.in.width) return Code{0};
        return input[(static_cast<std::size_t>(t.channel) * static_cast<std::size_t>(l.in.height) + static_cast<std::size_t>(iy)) *
                         static_cast<std::size_t>(l.in.width) +
                     static_cast<std::size_t>(ix)];
    };
    std::vector<int> held_codes, driven_codes;
    int items = 0;
    // One meeting of a held chunk with a driven vector: one pass, or one per sign.
    const auto pass = [&](std::span<const tap> lanes, int output, int y, int x, std::size_t first_weight, std::size_t held_unit) {
        const auto at = static_cast<std::size_t>((output * l.out.height + y) * l.out.width + x);
        const std::size_t unit = pass_units.take();
        if (!holds_weights) {
            ++n.every_pass.loads;
            ++pass_units.loads[unit];
        }
        for (int sign = 0; sign < format.sign_passes; ++sign) {
            double ideal_sum = 0;
            std::int64_t code_sum = 0;
            held_codes.clear(), driven_codes.clear();
            for (const tap& t : lanes) {
                const Code w = weights[first_weight + t.weight], a = activation(t, y, x);
                const bool waits = format.sign_passes == 2 && (w < Code{0}) != (sign == 1);
                if (optics) {
                    held_codes.push_back(static_cast<int>(holds_weights ? (waits ? Code{0} : w) : a));
                    driven_codes.push_back(static_cast<int>(holds_weights ? a : (waits ? Code{0} : w)));
                }
                if (waits) continue;
                ++n.held.elements;
                ++n.held.macs;
                if (!format.has_adc()) ++n.held.additions;
                n.held.driven += (holds_weights ? a : w) != Code{0};
                if constexpr (!uses_codes<Array, F>)
                    ideal_sum += static_cast<double>(w) * static_cast<double>(a);
                else
                    code_sum += std::int64_t{sign == 1 ? -w : w} * a;
            }
            ++n.held.passes;
            ++held_units.passes[held_unit];
            ++pass_units.passes[unit];
            if (holds_weights) {
                ++n.every_pass.loads;
                ++pass_units.loads[unit];
            }
            if (format.has_adc()) {
                ++n.held.conversions;
                if (received[at]++ > 0) ++n.held.additions;
            }
            const auto conversions = static_cast<std::uint32_t>(holds_weights ? l.out.pixels() : l.out.channels);
            const auto conversion = (static_cast<std::uint32_t>((items - 1) * format.sign_passes + sign)) * conversions +
                                    static_cast<std::uint32_t>(holds_weights ? y * l.out.width + x : output);
            if (optics)
                sums[at] += static_cast<double>(
                    optics->code(held_codes, driven_codes, held_unit, static_cast<std::size_t>(output), conversion, adc.largest_code()));
            else if constexpr (!uses_codes<Array, F>)
                sums[at] += ideal_sum;
            else if constexpr (!format.has_adc())
                sums[at] += static_cast<double>((sign == 1 ? -1 : 1) * code_sum);
            else
                sums[at] += static_cast<double>((sign == 1 ? -1 : 1) * digitise(code_sum, adc.lsb(), adc.largest_code()));
        }
    };

    const auto load = [&](std::size_t lanes) {
        ++items;
        const std::size_t unit = held_units.take();
        const int times = holds_weights ? format.sign_passes : 1;
        n.held.loads += times;
        n.held.loaded += static_cast<std::int64_t>(lanes);
        held_units.loads[unit] += times;
        return unit;
    };
    if constexpr (holds_weights) {
        dataflow_type::walk(l, weights, format.lanes, [&](const weight_item& item) {
            const std::size_t unit = load(item.lanes.size());
            for (int y = 0; y < l.out.height; ++y)
                for (int x = 0; x < l.out.width; ++x) pass(item.lanes, item.output, y, x, 0, unit);
        });
    } else {
        dataflow_type::walk(l, input, format.lanes, [&](const activation_item& item) {
            const std::size_t unit = load(item.lanes.size());
            for (int o = item.group * l.outputs_per_group(); o < (item.group + 1) * l.outputs_per_group(); ++o)
                pass(item.lanes, o, item.y, item.x, static_cast<std::size_t>(o) * kernel, unit);
        });
    }
    count_zeros(weights, input, n.held);
    const std::int64_t loads = n.every_pass.loads;
    n.every_pass = n.held;
    n.every_pass.loads = loads;
    n.every_pass.loaded = n.held.elements;
    held_units.busiest(n.held);
    pass_units.busiest(n.every_pass);
    return n;
}

/// Runs one MAC layer on its array. Codes are int32 (quantised) or double (ideal); `sums` receives one number per output position.
template <class Array, fidelity F, class Code>
counts run_layer(const layer& l, std::span<const Code> weights, std::span<const Code> input, const number_format& adc,
                 std::vector<double>& sums, [[maybe_unused]] analogue_passes* optics = nullptr) {
    using dataflow_type = typename Array::dataflow_type;
    if constexpr (requires { &dataflow_type::template walk_passes<Code, pass_recorder<Array, F, Code>>; }) {
        sums.assign(static_cast<std::size_t>(l.out.size()), 0.0);
        pass_recorder<Array, F, Code> recorder(l, weights, input, adc, sums);
        dataflow_type::walk_passes(l, weights, input, Array::shape, recorder);
        counts n = recorder.finish();
        count_zeros(weights, input, n.held);
        count_zeros(weights, input, n.every_pass);
        // Which ring of a chip holds a weight follows the work items' order, in every dataflow alike.
        if (!optics) return n;
        run_items<Array, F, Code>(l, weights, input, adc, sums, optics);
        return n;
    } else {
        return run_items<Array, F, Code>(l, weights, input, adc, sums, optics);
    }
}
}  // namespace detail

/// Runs one image (pixels [channel][y][x], value = pixel / 255) through accelerator A. `ranges`: per MAC layer, how often its ADC range is
/// halved; empty: the safe ranges. `conditions` and the image's number matter in `analogue` alone.
template <accelerator A, fidelity F>
[[nodiscard]] result evaluate(const trained_network& network, std::span<const std::uint8_t> image, std::span<const int> ranges = {},
                              const analogue_conditions& conditions = {}, std::uint32_t image_number = 0) {
    static_assert(sonic::detail::is_evaluable<typename A::diagram>,
                  "sonic: evaluation needs walk of every array's dataflow, which yields its work items; walk_passes does not replace it");
    result out;
    std::vector<double> values;
    for (const std::uint8_t pixel : image) values.push_back(pixel / 255.0);
    check(network);
    out.outputs = sonic::detail::run_graph(network, std::move(values), 1, [&](std::size_t mac, const layer& l, std::vector<double> in) {
        const layer_values& v = network.values[mac];
        std::vector<double> sums;
        sonic::detail::lowered<A>::with_array_for(l.kind, [&]<class Array>(std::type_identity<Array>) {
            number_format format = format_of<Array>;
            if (!ranges.empty()) format.range_halvings = ranges[mac];
            if constexpr (!uses_codes<Array, F>) {
                const std::vector<double> weights(v.weights.begin(), v.weights.end());
                out.layer_inputs.emplace_back();
                for (const double x : in) out.layer_inputs.back().push_back(x != 0);
                out.events.push_back(detail::run_layer<Array, F, double>(l, weights, in, format, sums));
                for (std::size_t i = 0; i < sums.size(); ++i) {
                    const std::size_t channel = i / static_cast<std::size_t>(l.out.pixels());
                    sums[i] = sums[i] * v.scale[channel] + v.shift[channel];
                }
            } else {
                const coded_layer coded = encode(v, format);
                std::vector<std::int32_t> codes;
                for (const double x : in) codes.push_back(activation_code(x, coded.activation_step, format.largest_activation()));
                if constexpr (F == fidelity::analogue && sonic::detail::is_analogue<Array>()) {
                    constexpr std::size_t index = sonic::detail::array_number<A, Array>();
                    const sonic::detail::analogue_arithmetic arithmetic(sonic::detail::model_under<A, index>(conditions), format,
                                                                        conditions, static_cast<std::uint32_t>(index), Array::units,
                                                                        Array::dataflow_type::holds_weights, v.scale);
                    detail::analogue_passes optics(arithmetic,
                                                   detector_noise::key(conditions.seed, static_cast<std::uint32_t>(mac), image_number));
                    out.events.push_back(detail::run_layer<Array, F, std::int32_t>(l, coded.weights, codes, format, sums, &optics));
                } else {
                    out.events.push_back(detail::run_layer<Array, F, std::int32_t>(l, coded.weights, codes, format, sums));
                }
                out.layer_inputs.push_back(std::move(codes));
                for (std::size_t i = 0; i < sums.size(); ++i) {
                    const std::size_t channel = i / static_cast<std::size_t>(l.out.pixels());
                    sums[i] = decode(handed_on(sums[i], format), coded.scale[channel], coded.shift[channel]);
                }
            }
        });
        return sums;
    });
    return out;
}

}  // namespace sonic::reference
