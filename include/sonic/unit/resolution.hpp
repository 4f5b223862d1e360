// SPDX-License-Identifier: MIT
#pragma once

/// The resolution that optics leave a unit: levels by crosstalk between its channels, bits by noise at its detector.

#include <sonic/device/wdm_grid.hpp>
#include <sonic/unit/link_budget.hpp>

namespace sonic {

struct resolution {
    double levels = math::infinity;          ///< that crosstalk leaves: 1 / worst crosstalk (CrossLight, DAC 2021, eqs (8)-(10))
    double crosstalk_bits = math::infinity;  ///< log2 of them
    double noise_bits = math::infinity;      ///< of one channel at full power at the symbol rate (Al-Qadasi et al. 2022)
    int channels = 0;

    constexpr double bits() const { return crosstalk_bits < noise_bits ? crosstalk_bits : noise_bits; }
};

/// Channels spread over one FSR.
constexpr physics::wdm_grid grid_of(const unit_optics& o, int channels) {
    return physics::wdm_grid::filling(o.wavelength, o.free_spectral_range, channels, o.quality_factor);
}

/// Resolution of a path at a symbol rate; a unit without light has no such limit.
constexpr resolution resolution_of_path(const optical_path& path, const unit_optics& o, hertz rate) {
    if (path.channels == 0) return {};
    resolution r{.channels = path.channels};
    if (path.rings && path.channels > 1) {
        const auto grid = grid_of(o, path.channels);
        r.levels = grid.levels();
        r.crosstalk_bits = physics::wdm_grid::bits_of(r.levels);
    }
    const link_budget b = budget_of_path(path, o);
    const double noise = b.source.value > -math::infinity && rate.si > 0 ? o.receiver.value.bits(b.received.power(), rate) : 0.0;
    r.noise_bits = noise > 0 ? noise : 0.0;
    return r;
}

template <optically_described Unit>
constexpr resolution resolution_of(const unit_optics& optics, hertz rate) {
    return resolution_of_path(path_of_unit<Unit>(optics), optics, rate);
}

/// Least distance of two channels: as stated, or one linewidth.
constexpr metre least_spacing(const unit_optics& o) {
    return o.least_spacing.value.si > 0 ? o.least_spacing.value : physics::linewidth(o.wavelength, o.quality_factor);
}

}  // namespace sonic
