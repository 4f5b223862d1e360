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

/// One array of an accelerator as values; its parts are parts[first_part, last_part) of the accelerator.
struct array_value {
    int units = 0;
    int lanes = 0;
    std::size_t first_part = 0, last_part = 0;
    unit_timing timing{};
    int weight_bits = 0, activation_bits = 0;
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

/// A layer's time on the busiest unit, and its energy. Energy of idle arrays while it runs is part of it.
struct layer_cost {
    sonic::layer layer{};
    std::size_t array = 0;
    second time{};
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
    /// Share of the energy that rests on assumed power figures, 0 to 1.
    constexpr double assumed_share() const {
        joule sum{};
        for (const auto& p : parts)
            if (p.part.power_origin == origin::assumed) sum += p.energy;
        return sum / energy();
    }
    /// Share of the area that rests on assumed figures, 0 to 1.
    constexpr double assumed_area_share() const {
        square_metre sum{};
        for (const auto& p : parts)
            if (p.part.area_origin == origin::assumed) sum += p.area;
        return area().si > 0 ? sum / area() : 0.0;
    }
};

namespace detail {

/// Lane events of a part under activity `a`; duty-cycled energy and gating use them.
constexpr double events(const part& p, const activity<double>& a, bool off_for_zeros) {
    switch (p.role) {
        case role::driven_dac:
        case role::emitter: return off_for_zeros ? a.driven : a.elements;
        case role::held_dac:
        case role::tuner: return a.loaded;
        case role::arm: return a.passes * p.count;
        case role::detector:
        case role::adc: return a.conversions * p.count;
        case role::scale_dac:
        case role::scaler: return a.loads * p.count;
        case role::supply: return a.passes * p.count;
    }
    return 0;
}

/// Energy of all devices of one part in one layer that runs on the part's array; idle time is billed elsewhere.
constexpr joule working_energy(const part& p, const unit_timing& t, const activity<double>& a, const energy_rules& rules) {
    const bool off = rules.off_for_zeros(p);
    const second working = t.interval * a.passes + t.load * a.loads;
    if (rules.duty_cycled) return p.role == role::supply ? p.power * working * double(p.count) : p.power * p.latency * events(p, a, off);
    if (off) return p.power * t.interval * events(p, a, true);
    return p.power * working * double(p.count);
}

/// What the ungated devices of one part draw beyond their work: until the layer's end, in every unit of every array.
constexpr joule idle_energy(const part& p, const array_value& array, second layer_time, second working) {
    return p.power * double(p.count) * (layer_time * double(array.units) - working);
}

}  // namespace detail

/// Costs a frame. Sizes: `parts` holds all arrays' parts in order, `runs` one entry per MAC layer in order.
template <std::size_t Parts, std::size_t Arrays, std::size_t Layers>
constexpr frame_cost<Parts, Layers> cost_frame(const std::array<part, Parts>& parts, const std::array<array_value, Arrays>& arrays,
                                               std::span<const layer_run, Layers> runs, const energy_rules& rules) {
    frame_cost<Parts, Layers> result{};
    if constexpr (Layers == std::dynamic_extent) result.layers.resize(runs.size());
    for (std::size_t l = 0; l < runs.size(); ++l) {
        const layer_run& run = runs[l];
        const array_value& array = arrays[run.array];
        const unit_timing& t = array.timing;
        const second time = t.load * run.activity.busiest_loads + t.interval * run.activity.busiest_passes +
                            (run.activity.busiest_passes > 0 ? t.fill : second{0});
        result.layers[l] = {run.layer, run.array, time, joule{}, run.activity};
        const double bits = array.weight_bits + array.activation_bits;
        result.own_bits += static_cast<double>(run.layer.macs()) * bits;
        result.executed_bits += run.activity.elements * bits;
        result.common_bits += static_cast<double>(run.layer.macs()) * 32;
        result.model_bits += static_cast<double>(run.layer.weights()) * array.weight_bits;
    }
    for (std::size_t a = 0; a < Arrays; ++a) {
        for (std::size_t i = arrays[a].first_part; i < arrays[a].last_part; ++i) {
            const part& p = parts[i];
            part_cost& cost = result.parts[i];
            cost = {p,
                    a,
                    p.count * arrays[a].units,
                    p.power * double(p.count * arrays[a].units),
                    joule{},
                    p.area * double(p.count * arrays[a].units)};
            for (std::size_t l = 0; l < runs.size(); ++l) {
                layer_cost& layer = result.layers[l];
                joule energy{};
                second working{};
                if (layer.array == a) {
                    energy = detail::working_energy(p, arrays[a].timing, layer.activity, rules);
                    working = arrays[a].timing.interval * layer.activity.passes + arrays[a].timing.load * layer.activity.loads;
                }
                if (rules.idle_powered && !rules.duty_cycled && !rules.off_for_zeros(p))
                    energy += detail::idle_energy(p, arrays[a], layer.time, working);
                cost.energy += energy;
                layer.energy += energy;
            }
        }
    }
    return result;
}

}  // namespace sonic
