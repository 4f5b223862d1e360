// SPDX-License-Identifier: MIT
#pragma once

/// Cost = parts x activity: one formula over values, for networks and accelerators given as types or at run time.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include <sonic/cost/policy.hpp>
#include <sonic/network/layer.hpp>

namespace sonic {

/// What is moved while a layer runs.
enum class traffic {
    weights,             ///< the layer's weights, once a frame, as stored
    input_map,           ///< its input map, once, as stored
    output_map,          ///< its output map, once
    weight_fetches,      ///< weights into units, as often as units load or drive them
    activation_fetches,  ///< activations into units, likewise
    partial_sums         ///< read and written at each electronic addition
};

/// A memory or a link as values.
struct transport_value {
    sonic::part part{};
    joule_per_bit energy_per_bit{};
    bit_per_second bandwidth{};  ///< 0: no limit
    second latency{};            ///< before the first bit of a layer
    unsigned carries = 0;        ///< bit set of `traffic`
    constexpr bool moves(traffic t) const { return (carries >> static_cast<unsigned>(t)) & 1u; }
};

/// One array of an accelerator as values; its parts are parts[first_part, last_part) of the accelerator.
struct array_value {
    int units = 0;
    int lanes = 0;
    int sums = 1;         ///< rows x columns of a unit
    int integration = 1;  ///< passes that an ADC sample sums
    std::size_t first_part = 0, last_part = 0;
    unit_timing timing{};
    int weight_bits = 0, activation_bits = 0, sum_bits = 0;
    bool holds_weights = true;
    storage weight_storage{}, activation_storage{};
};

/// One layer as it runs: its shape, its array, its events.
struct layer_run {
    sonic::layer layer{};
    std::size_t array = 0;
    sonic::activity<double> activity{};
};

/// The choices that turn activity into energy.
struct energy_rules {
    bool duty_cycled = false;
    bool idle_powered = true;
    bool (*off_for_zeros)(const part&) = gates::emitter::off;
    bool memory = true;
};

/// A part of the whole accelerator: its share of power, energy and area.
struct part_cost {
    sonic::part part{};
    std::size_t array = 0;
    int count = 0;      ///< devices in the accelerator
    watt peak_power{};  ///< all on, nothing gated
    joule energy{};     ///< of one frame
    square_metre area{};
};

/// What a layer's time is bound by.
enum class bound { compute, memory, link };
constexpr const char* name_of(bound b) { return b == bound::compute ? "compute" : b == bound::memory ? "memory" : "link"; }

/// A layer's time, the largest of compute (its busiest unit's) and each memory's and link's transfers, and its energy. Energy of idle
/// arrays while it runs is part of it.
struct layer_cost {
    sonic::layer layer{};
    std::size_t array = 0;
    second time{};
    sonic::bound bound{};
    joule energy{};
    sonic::activity<double> activity{};
};

/// Cost of one frame (batch 1): breakdown by part and by layer, and the totals. `Layers` is std::dynamic_extent for a network known at
/// run time only.
template <std::size_t Parts, std::size_t Layers>
struct frame_cost {
    std::array<part_cost, Parts> parts{};
    std::conditional_t<Layers == std::dynamic_extent, std::vector<layer_cost>, std::array<layer_cost, Layers>> layers{};
    double own_bits = 0, executed_bits = 0, common_bits = 0, model_bits = 0;

    /// Seconds from first input to last output, layers one after another.
    constexpr second latency() const {
        second sum{};
        for (const auto& l : layers) sum += l.time;
        return sum;
    }
    constexpr joule energy() const {
        joule sum{};
        for (const auto& p : parts) sum += p.energy;
        return sum;
    }
    constexpr square_metre area() const {
        square_metre sum{};
        for (const auto& p : parts) sum += p.area;
        return sum;
    }
    /// Power of the parts for which chosen(part_cost) holds, all on and nothing gated.
    template <class Chosen>
    constexpr watt peak_power_if(Chosen chosen) const {
        watt sum{};
        for (const auto& p : parts)
            if (chosen(p)) sum += p.peak_power;
        return sum;
    }
    constexpr watt peak_power() const {
        return peak_power_if([](const part_cost&) { return true; });
    }
    constexpr hertz fps() const { return 1.0 / latency(); }
    /// Average power: energy / latency.
    constexpr watt power() const { return energy() / latency(); }
    /// Frames per joule: FPS / power = 1 / energy.
    constexpr double fps_per_watt() const { return 1.0 / energy().si; }
    constexpr joule energy_per_bit(bit_meaning meaning = bit_meaning::own_formats) const {
        return energy() / (meaning == bit_meaning::own_formats     ? own_bits
                           : meaning == bit_meaning::executed_macs ? executed_bits
                           : meaning == bit_meaning::common_16_16  ? common_bits
                                                                   : model_bits);
    }
    /// Share of the latency that is bound by `b`, 0 to 1.
    constexpr double bound_share(bound b) const {
        second sum{};
        for (const auto& l : layers)
            if (l.bound == b) sum += l.time;
        return sum / latency();
    }
    /// Share of the energy that rests on assumed power figures, 0 to 1.
    constexpr double assumed_share() const {
        joule sum{};
        for (const auto& p : parts)
            if (p.part.power_origin == origin::assumed) sum += p.energy;
        return sum / energy();
    }
};

namespace detail {

/// Events at one place of a part's role.
constexpr double events(const part& p, const activity<double>& a, bool off_for_zeros) {
    switch (p.role) {
        case role::driven_dac:
        case role::emitter: return off_for_zeros ? a.driven : a.elements;
        case role::held_dac:
        case role::tuner: return a.loaded;
        case role::crossing: return a.macs;
        case role::arm: return a.passes * p.places;
        case role::detector:
        case role::adc: return a.conversions * p.places;
        case role::accumulator: return a.additions;
        case role::scale_dac:
        case role::scaler: return a.loads;
        case role::supply: return a.passes;
        case role::memory:
        case role::link: return 0;
    }
    return 0;
}
/// Conversions are counted per sum, arms per unit: places of a role that one event spans.
constexpr double devices_at_event(const part& p, const array_value& array) {
    const double each = double(p.count) / p.places;
    if (p.role == role::detector || p.role == role::adc) return each / array.sums;
    return each;
}

/// Energy of all devices of one part in one layer that runs on the part's array; idle time is billed elsewhere.
constexpr joule working_energy(const part& p, const array_value& array, const activity<double>& a, const energy_rules& rules) {
    const bool off = rules.off_for_zeros(p);
    const unit_timing& t = array.timing;
    const second working = t.interval * a.passes + t.load * a.loads;
    const double device_events = events(p, a, off) * devices_at_event(p, array);
    const joule switching = p.energy * device_events;
    if (rules.duty_cycled && p.role != role::supply && p.states_latency) return p.power * p.latency * device_events + switching;
    if (off) return p.power * t.interval * device_events + switching;
    // A sum that is read was formed over all passes of its sample.
    if (p.structure_gated)
        return p.power * t.interval * device_events * (p.role == role::detector || p.role == role::adc ? array.integration : 1) + switching;
    return p.power * working * double(p.count) + switching;
}

/// What the ungated devices of one part draw beyond their work: until the layer's end, in every unit of every array.
constexpr joule idle_energy(const part& p, const array_value& array, second layer_time, second working) {
    return p.power * double(p.count) * (layer_time * double(array.units) - working);
}

/// Bits of one kind that a layer moves.
constexpr double bits_moved(traffic t, const layer_run& run, const array_value& array) {
    const activity<double>& a = run.activity;
    const double held = array.holds_weights ? array.weight_bits : array.activation_bits;
    const double driven = array.holds_weights ? array.activation_bits : array.weight_bits;
    switch (t) {
        case traffic::weights:
            return array.weight_storage.bits(static_cast<double>(run.layer.weights()), a.kept_weights, array.weight_bits);
        case traffic::input_map:
            return array.activation_storage.bits(static_cast<double>(run.layer.in.size()), a.nonzero_inputs, array.activation_bits);
        case traffic::output_map: return static_cast<double>(run.layer.out.size()) * array.activation_bits;
        case traffic::weight_fetches: return array.holds_weights ? a.loaded * held : a.elements * driven;
        case traffic::activation_fetches: return array.holds_weights ? a.elements * driven : a.loaded * held;
        case traffic::partial_sums: return 2 * a.additions * array.sum_bits;
    }
    return 0;
}
constexpr double bits_moved(const transport_value& transport, const layer_run& run, const array_value& array) {
    double sum = 0;
    for (const traffic t : {traffic::weights, traffic::input_map, traffic::output_map, traffic::weight_fetches, traffic::activation_fetches,
                            traffic::partial_sums})
        if (transport.moves(t)) sum += bits_moved(t, run, array);
    return sum;
}

}  // namespace detail

/// Costs a frame. Sizes: `parts` holds all arrays' parts in order, `runs` one entry per MAC layer in order.
template <std::size_t Parts, std::size_t Arrays, std::size_t Transports, std::size_t Layers>
constexpr frame_cost<Parts + Transports, Layers> cost_frame(const std::array<part, Parts>& parts,
                                                            const std::array<array_value, Arrays>& arrays,
                                                            const std::array<transport_value, Transports>& transports,
                                                            std::span<const layer_run, Layers> runs, const energy_rules& rules) {
    frame_cost<Parts + Transports, Layers> result{};
    if constexpr (Layers == std::dynamic_extent) result.layers.resize(runs.size());
    for (std::size_t i = 0; i < Transports; ++i) {
        const part& p = transports[i].part;
        result.parts[Parts + i] = {p,
                                   Arrays,
                                   rules.memory ? p.count : 0,
                                   p.power * (rules.memory ? p.count : 0.0),
                                   joule{},
                                   p.area * (rules.memory ? p.count : 0.0)};
    }
    for (std::size_t l = 0; l < runs.size(); ++l) {
        const layer_run& run = runs[l];
        const array_value& array = arrays[run.array];
        const unit_timing& t = array.timing;
        layer_cost& layer = result.layers[l];
        layer = {run.layer,
                 run.array,
                 t.load * run.activity.busiest_loads + t.interval * run.activity.busiest_passes +
                     (run.activity.busiest_passes > 0 ? t.fill : second{0}),
                 bound::compute,
                 joule{},
                 run.activity};
        if (rules.memory)
            for (const transport_value& transport : transports) {
                const second transfer = transport.latency + (transport.bandwidth.si > 0 ? detail::bits_moved(transport, run, array) *
                                                                                              units::bits / transport.bandwidth
                                                                                        : second{0});
                if (!(layer.time < transfer)) continue;
                layer.time = transfer;
                layer.bound = transport.part.role == role::memory ? bound::memory : bound::link;
            }
        if (rules.memory)
            for (std::size_t i = 0; i < Transports; ++i) {
                const joule energy = transports[i].energy_per_bit * (detail::bits_moved(transports[i], run, array) * units::bits) +
                                     transports[i].part.power * layer.time * double(transports[i].part.count);
                result.parts[Parts + i].energy += energy;
                layer.energy += energy;
            }
        const double bits = array.weight_bits + array.activation_bits;
        result.own_bits += static_cast<double>(run.layer.macs()) * bits;
        result.executed_bits += run.activity.macs * bits;
        result.common_bits += static_cast<double>(run.layer.macs()) * 32;
        result.model_bits += static_cast<double>(run.layer.weights()) * array.weight_bits;
    }
    for (std::size_t a = 0; a < Arrays; ++a) {
        for (std::size_t i = arrays[a].first_part; i < arrays[a].last_part; ++i) {
            const part& p = parts[i];
            part_cost& cost = result.parts[i];
            const double devices = double(p.count) * arrays[a].units;
            // Devices that state energy alone draw it at their unit's rate.
            const watt switching = p.energy / arrays[a].timing.interval;
            cost = {p, a, p.count * arrays[a].units, (p.power + switching) * devices, joule{}, p.area * devices};
            for (std::size_t l = 0; l < runs.size(); ++l) {
                layer_cost& layer = result.layers[l];
                joule energy{};
                second working{};
                if (layer.array == a) {
                    energy = detail::working_energy(p, arrays[a], layer.activity, rules);
                    working = arrays[a].timing.interval * layer.activity.passes + arrays[a].timing.load * layer.activity.loads;
                }
                const bool waits = p.clock_gated || p.structure_gated || rules.off_for_zeros(p) || (rules.duty_cycled && p.states_latency);
                if (rules.idle_powered && !waits) energy += detail::idle_energy(p, arrays[a], layer.time, working);
                cost.energy += energy;
                layer.energy += energy;
            }
        }
    }
    return result;
}

}  // namespace sonic
