// SPDX-License-Identifier: MIT
#pragma once

/// The way of one channel's light through a unit, element by element, from its source to the detector.
///
/// A vector_dot_product has it from its block diagram. A unit of another kind states it as a static member function
/// `template optical_path path(const unit_optics&)`, or is without light if none of its parts emits, tunes or detects.

#include <array>
#include <cstddef>
#include <string_view>

#include <sonic/unit/crossbar.hpp>
#include <sonic/unit/optics.hpp>
#include <sonic/unit/vector_dot_product.hpp>

namespace sonic {

/// One kind of element on the path.
struct path_element {
    const char* name = "";
    double count = 0;
    decibel each{};
    sonic::origin origin{};
    const char* source = "";

    constexpr decibel loss() const { return count * each; }
};

/// The path of one channel, and what shares it.
struct optical_path {
    int channels = 0;    ///< wavelengths on one waveguide, each with its own rings, that meet one detector; 0 for a unit without light
    int waveguides = 1;  ///< such groups of channels in a unit
    int copies = 1;      ///< waveguides that share the light of one source
    bool rings = true;   ///< are channels told apart by rings? Else crosstalk and the FSR set no limit
    watt source{};       ///< light of one channel at its source
    sonic::origin source_origin{};
    std::array<path_element, 12> elements{};
    std::size_t count = 0;

    /// Appends an element; one without loss is left out.
    constexpr void add(const path_element& e) {
        if (e.count > 0 && !(e.each == decibel{0})) elements[count++] = e;
    }
    constexpr decibel loss() const {
        decibel sum{};
        for (std::size_t i = 0; i < count; ++i) sum = sum + elements[i].loss();
        return sum;
    }
    /// Loss before the first ring that modulates: what still is in the waveguide there.
    constexpr decibel loss_to_waveguide() const {
        decibel sum{};
        for (std::size_t i = 0; i < count && i < before_waveguide; ++i) sum = sum + elements[i].loss();
        return sum;
    }
    std::size_t before_waveguide = 0;  ///< how many of the first elements stand before the waveguide that all channels share
};

namespace detail {

/// Lanes of one arm among a unit's options: all of a unit without arms.
template <class... Options>
struct lanes_per_arm {
    template <class T>
    struct arm : std::integral_constant<int, 0> {};
    template <class Lane, class... Devices>
    struct arm<per_arm<Lane, Devices...>> : std::integral_constant<int, Lane::value> {};
    static constexpr int stated = (0 + ... + arm<Options>::value);
    static constexpr int of_unit(int lanes) { return stated == 0 || stated > lanes ? lanes : stated; }
};

template <std::size_t N>
constexpr bool has_part(const unit_value<N>& unit, role r) {
    for (const part& p : unit.parts)
        if (p.role == r) return true;
    return false;
}
/// Light is emitted or detected; else the unit is electronic.
template <std::size_t N>
constexpr bool has_light(const unit_value<N>& unit) {
    return std::string_view(unit.signs) != signs::electronic::name && (has_part(unit, role::emitter) || has_part(unit, role::detector));
}

/// Does the driven operand modulate light that comes from elsewhere? Then no device that drives it emits.
template <std::size_t N>
constexpr bool driven_by_modulators(const unit_value<N>& unit) {
    bool modulates = false;
    for (const part& p : unit.parts) {
        if (p.role != role::emitter) continue;
        if (p.emits_light) return false;
        modulates = true;
    }
    return modulates;
}
/// Do these modulators sit on rings? Interferometers do not.
template <std::size_t N>
constexpr bool driven_on_rings(const unit_value<N>& unit) {
    return driven_by_modulators(unit) && std::string_view(unit.signs) != signs::coherent::name;
}

/// Where light comes from: the parts that emit it, among those that supply the unit or else in each lane. No power where none does.
struct light_part {
    watt power{};  ///< electrical, of all devices of an external source, or of one lane's emitters
    sonic::origin origin{};
    bool external = false;
};
template <std::size_t N>
constexpr light_part light_of(const unit_value<N>& unit) {
    light_part external{{}, origin::published, true}, of_lane{{}, origin::published, driven_by_modulators(unit)};
    for (const part& p : unit.parts) {
        if (!p.emits_light || (p.role != role::supply && p.role != role::emitter)) continue;
        light_part& source = p.role == role::supply ? external : of_lane;
        source.power += p.power * (p.role == role::supply ? static_cast<double>(p.count) : 1.0);
        source.origin = weaker(source.origin, p.power_origin);
    }
    return external.power.si > 0 ? external : of_lane;
}

}  // namespace detail

/// What a path of rings is made of: channels side by side, in one or two banks of rings.
struct ring_path_shape {
    int channels = 1;
    int waveguides = 1;     ///< of a unit
    int copies = 1;         ///< waveguides that share one source
    int banks = 1;          ///< banks of rings on the way: one for the held operand, one more if rings drive the other
    int broadband = 0;      ///< rings that act on all channels at once
    bool coherent = false;  ///< interferometers instead of rings: no channel passes another's
    bool external = false;  ///< light from one laser for all waveguides, not from an emitter per channel
    watt source{};          ///< light of one channel
    sonic::origin source_origin = origin::assumed;
};

/// The path of such a unit: coupling (of emitters), splitter tree, multiplexer, waveguide, rings.
constexpr optical_path ring_path(const ring_path_shape& shape, const unit_optics& o) {
    optical_path path{.channels = shape.channels,
                      .waveguides = shape.waveguides,
                      .copies = shape.copies,
                      .rings = !shape.coherent,
                      .source = shape.source,
                      .source_origin = shape.source_origin};
    const auto put = [&path](const char* name, double count, const sourced<decibel>& each) {
        path.add({name, count, each.value, each.origin, each.source});
    };
    const auto put_length = [&path](const char* name, double count, const sourced<metre>& length, const sourced<attenuation>& loss) {
        path.add({name, count, loss.value * length.value, detail::weaker(length.origin, loss.origin),
                  static_cast<int>(length.origin) > static_cast<int>(loss.origin) ? length.source : loss.source});
    };
    if (!shape.external) put("coupling into the waveguide", 1, o.coupling_loss);
    path.add({"division over waveguides", 1, decibel::from_ratio(static_cast<double>(shape.copies)), origin::derived, "1 to n"});
    put("splitter stage", math::log2(static_cast<double>(shape.copies)), o.splitter_loss);
    put("multiplexer", 1, o.combiner_loss);
    path.before_waveguide = path.count;
    put_length("waveguide", 1, o.path_length, o.propagation_loss);
    put("waveguide crossing", o.crossings.value, o.crossing_loss);
    put(shape.coherent ? "modulator" : "modulation by the channel's ring", shape.banks, o.ring_modulation_loss);
    if (!shape.coherent)
        put("passing another channel's ring", static_cast<double>(shape.banks) * (shape.channels - 1), o.ring_through_loss);
    put("broadband ring", shape.broadband, o.ring_modulation_loss);
    put_length("tuned section of a ring", shape.banks + shape.broadband, o.tuned_length, o.tuned_loss);
    return path;
}

namespace detail {

template <class Unit>
struct path_of {
    static constexpr bool known = requires(const unit_optics& o) {
        { Unit::path(o) } -> std::same_as<optical_path>;
    };
    static constexpr optical_path make(const unit_optics& o) {
        if constexpr (known)
            return Unit::path(o);
        else
            return {};
    }
};
/// The path of a unit of rows and columns from its diagram.
template <class Unit, class... Options>
struct path_of_diagram {
    static constexpr bool known = true;

    static constexpr ring_path_shape shape(const unit_optics& o) {
        constexpr auto& unit = unit_of<Unit>;
        constexpr light_part light = light_of(unit);
        ring_path_shape s{};
        s.channels = lanes_per_arm<Options...>::of_unit(unit.lanes);
        s.copies = light.external ? unit.arms * unit.rows * unit.columns : unit.rows;
        s.waveguides = unit.arms * unit.rows * unit.columns;
        s.coherent = std::string_view(unit.signs) == signs::coherent::name;
        s.external = light.external;
        s.banks = light.external ? 2 : 1;
        s.broadband = has_part(unit, role::scaler) ? 1 : 0;
        const bool stated = o.source_power.value.si > 0;
        // An external source is shared by all channels, an emitter is its channel's own.
        s.source = stated ? o.source_power.value : light.power * (o.wall_plug_efficiency.value / (light.external ? s.channels : 1));
        s.source_origin = stated ? o.source_power.origin : weaker(light.origin, o.wall_plug_efficiency.origin);
        return s;
    }
    static constexpr optical_path make(const unit_optics& o) {
        if (!has_light(unit_of<Unit>)) return {};
        return ring_path(shape(o), o);
    }
};
template <int Lanes, class... Options>
struct path_of<vector_dot_product<of<Lanes>, Options...>> : path_of_diagram<vector_dot_product<of<Lanes>, Options...>, Options...> {};
template <class Lanes, class Rows, class Columns, class... Options>
struct path_of<crossbar<Lanes, Rows, Columns, Options...>> : path_of_diagram<crossbar<Lanes, Rows, Columns, Options...>, Options...> {};

}  // namespace detail

/// Is a unit's path described?
template <class Unit>
concept optically_described = detail::path_of<Unit>::known;

/// The path of one channel of a unit.
template <optically_described Unit>
constexpr optical_path path_of_unit(const unit_optics& optics = {}) {
    return detail::path_of<Unit>::make(optics);
}

}  // namespace sonic
