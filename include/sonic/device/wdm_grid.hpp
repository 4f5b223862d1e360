// SPDX-License-Identifier: MIT
#pragma once

/// Wavelengths side by side on one waveguide, a ring for each: crosstalk between them, and the levels it leaves.
/// Sunny et al., "CrossLight", DAC 2021, eqs (8)-(10), with the crosstalk of Duong et al., IEEE Design & Test 31 (2014).

#include <sonic/device/ring_resonator.hpp>

namespace sonic::physics {

/// `channels` wavelengths, evenly spaced around `centre`, and rings of one quality factor.
struct wdm_grid {
    metre centre{};
    metre spacing{};
    int channels = 1;
    double quality_factor = 1;

    /// A grid that fills one free spectral range: spacing FSR / channels.
    static constexpr wdm_grid filling(metre centre, metre fsr, int channels, double quality_factor) {
        return {centre, fsr / static_cast<double>(channels), channels, quality_factor};
    }

    constexpr metre wavelength(int channel) const { return centre + spacing * (channel - 0.5 * (channels - 1)); }

    /// Share of channel j's power that ring i takes: d^2 / ((l_i - l_j)^2 + d^2), d = l_i / (2 Q); 1 for i = j.
    constexpr double crosstalk(int i, int j) const {
        return lorentzian(wavelength(i) - wavelength(j), linewidth(wavelength(i), quality_factor));
    }
    /// Power that ring i takes from all other channels, each of power 1: crosstalk at every distance, once or from both sides.
    constexpr double noise(int i) const {
        const double per_step = 2.0 * quality_factor * spacing.si / wavelength(i).si;
        const int below = i, above = channels - 1 - i, near = below < above ? below : above, far = below < above ? above : below;
        double sum = 0;
        for (int k = 1; k <= far; ++k) sum += (k <= near ? 2.0 : 1.0) / (1.0 + per_step * k * per_step * k);
        return sum;
    }
    constexpr double worst_noise() const {
        double worst = 0;
        for (int i = 0; i < channels; ++i) {
            const double of_ring = noise(i);
            if (worst < of_ring) worst = of_ring;
        }
        return worst;
    }
    /// Levels that stay distinguishable, 1 / worst noise; infinite for one channel.
    constexpr double levels() const { return channels > 1 ? 1.0 / worst_noise() : math::infinity; }
    /// Effective bits of so many levels, log2(levels), never below 0.
    static constexpr double bits_of(double levels) { return levels == math::infinity ? levels : levels > 1 ? math::log2(levels) : 0.0; }
    constexpr double bits() const { return bits_of(levels()); }
};

/// Channels of a given spacing that one FSR holds, floor(FSR / spacing); a ring would serve two of them beyond that.
constexpr int channels_in_fsr(metre fsr, metre spacing) { return static_cast<int>(fsr.si / spacing.si * (1.0 + 1e-12)); }

/// The most channels, spread over one FSR, that leave `bits` effective bits; at least 1.
constexpr int channels_for_bits(metre centre, metre fsr, double quality_factor, double bits) {
    int channels = 1;
    while (channels < 1000 && wdm_grid::filling(centre, fsr, channels + 1, quality_factor).bits() >= bits) ++channels;
    return channels;
}

}  // namespace sonic::physics
