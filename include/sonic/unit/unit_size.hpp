// SPDX-License-Identifier: MIT
#pragma once

/// How large a unit may be: channels by each limit, and the sizes of N x N units by Al-Qadasi et al. 2022 and Vatsavai and Thakkar 2022.

#include <sonic/unit/resolution.hpp>

namespace sonic {

/// What may bind the number of channels.
enum class size_limit { free_spectral_range, crosstalk, light, waveguide_power };

constexpr const char* name_of(size_limit l) {
    switch (l) {
        case size_limit::free_spectral_range: return "free spectral range";
        case size_limit::crosstalk: return "crosstalk";
        case size_limit::light: return "light";
        case size_limit::waveguide_power: break;
    }
    return "waveguide power";
}

/// The most channels that each limit leaves one waveguide; 0 where not even one fits, `beyond` where 1000 do.
struct channel_limits {
    static constexpr int beyond = 1000;
    int by_spectral_range = 0, by_crosstalk = 0, by_light = 0, by_waveguide_power = 0;

    constexpr int channels() const {
        int least = by_spectral_range;
        for (const int n : {by_crosstalk, by_light, by_waveguide_power}) least = n < least ? n : least;
        return least;
    }
    /// Which limit binds; of equals the first.
    constexpr size_limit binding() const {
        const int least = channels();
        return by_spectral_range == least ? size_limit::free_spectral_range
               : by_crosstalk == least    ? size_limit::crosstalk
               : by_light == least        ? size_limit::light
                                          : size_limit::waveguide_power;
    }
};

/// Channels of a waveguide that still give `wanted` bits at a rate, every channel with the source power of `shape`.
/// By light: the detector receives what `wanted` bits need there (and never less than its stated sensitivity).
constexpr channel_limits channel_limits_of(ring_path_shape shape, const unit_optics& o, double wanted, hertz rate) {
    channel_limits result;
    result.by_spectral_range = physics::channels_in_fsr(o.free_spectral_range, least_spacing(o));
    result.by_crosstalk = physics::channels_for_bits(o.wavelength, o.free_spectral_range, o.quality_factor, wanted);
    const dBm noise_needs = o.receiver.value.sensitivity(wanted, rate);
    const dBm needed = noise_needs < o.detector_sensitivity.value ? o.detector_sensitivity.value : noise_needs;
    // Both grow with the channels, one by one in dB, the other in proportion.
    const auto budget = [&](int n) {
        shape.channels = n;
        return budget_of_path(ring_path(shape, o), o);
    };
    const link_budget one = budget(1);
    const double spare = (one.received - needed).value, each = shape.banks * o.ring_through_loss.value.value;
    // A budget that closes exactly is closed: a hair of tolerance for rounding.
    if (spare >= -1e-9)
        result.by_light =
            each > 0 && spare / each < channel_limits::beyond - 1 ? 1 + static_cast<int>(spare / each + 1e-9) : channel_limits::beyond;
    const double ratio = one.in_waveguide.si > 0 ? o.waveguide_power_limit.value / one.in_waveguide : channel_limits::beyond;
    result.by_waveguide_power = ratio < channel_limits::beyond ? static_cast<int>(ratio) : channel_limits::beyond;
    return result;
}

/// The same for the channels of a unit.
template <class Unit>
constexpr channel_limits channel_limits_of(const unit_optics& o, double wanted, hertz rate) {
    return channel_limits_of(detail::path_of<Unit>::shape(o), o, wanted, rate);
}

/// Order of aggregation and modulation in an N x M unit, M weight banks of N rings (Vatsavai and Thakkar, CASES 2022).
enum class organisation {
    mam,  ///< modulate inputs once, aggregate, modulate weights
    amm   ///< aggregate, modulate inputs, modulate weights: a longer pitch and 1 dB more penalty
};

/// The model of Al-Qadasi et al., APL Photonics 7 (2022) 020902, with the parameters that Vatsavai and Thakkar code; losses in dB.
struct organisation_model {
    physics::photoreceiver receiver = physics::published_receiver;
    attenuation waveguide = 0.3 * units::dB_per_mm;
    metre ring_pitch = 0.02 * units::mm;
    metre extra_pitch_amm = 0.1 * units::mm;
    decibel fibre{0}, edge_coupler{1.6}, input_modulation{4}, input_through{0.01}, splitter{0.01}, weight_ring{0.01}, weight_through{0.01};
    decibel penalty{4.8}, extra_penalty_amm{1};
    double wall_plug_efficiency = physics::usual_wall_plug_efficiency;
    dBm electrical_limit{20};

    /// Losses of one wavelength to one of the n banks: division by n, waveguide, coupling, modulation, passing, penalty.
    constexpr decibel loss(organisation o, int n) const {
        const bool amm = o == organisation::amm;
        const double others = n - 1;
        return physics::splitter_tree(n, splitter) +
               waveguide * ((amm ? ring_pitch + extra_pitch_amm : ring_pitch) * static_cast<double>(n)) + fibre + edge_coupler +
               input_modulation + others * input_through + weight_ring + others * weight_through + penalty +
               (amm ? extra_penalty_amm : decibel{});
    }
    /// Electrical level of the laser of one wavelength: sensitivity + loss + 10 log10(1 / efficiency).
    constexpr dBm laser(organisation o, int n, dBm sensitivity) const {
        return sensitivity + loss(o, n) - decibel::from_ratio(wall_plug_efficiency);
    }

    /// The largest N = M whose laser stays within the limit; 0 where none does.
    constexpr int largest(organisation o, double bits, hertz rate) const {
        const dBm s = receiver.sensitivity(bits, rate);
        int n = 0;
        while (n < 1000 && !(electrical_limit < laser(o, n + 1, s))) ++n;
        return n;
    }
    /// The size as published: N nearest to the limit in dB, above or below, with the sensitivity nearest in bits on a grid of 0.1 dB
    /// from -30 dBm (MAM) or -35 dBm (AMM). Most such sizes exceed the limit by some hundredths of a dB.
    constexpr int nearest(organisation o, double bits, hertz rate) const {
        dBm best_level{};
        double best = math::infinity;
        const int first = o == organisation::mam ? -300 : -350;
        for (int tenth = first; tenth < 0; ++tenth) {
            const dBm level{tenth / 10.0};
            const double error = math::abs(receiver.bits(level.power(), rate) - bits);
            if (error < best) {
                best = error;
                best_level = level;
            }
        }
        int nearest = 1;
        best = math::infinity;
        for (int n = 1; n < 160; ++n) {
            const double error = math::abs((electrical_limit - laser(o, n, best_level)).value);
            if (error < best) {
                best = error;
                nearest = n;
            }
        }
        return nearest;
    }
};

}  // namespace sonic
