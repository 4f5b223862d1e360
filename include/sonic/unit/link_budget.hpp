// SPDX-License-Identifier: MIT
#pragma once

/// The link budget of a unit: what the source sends, what each element takes, what the detector receives and needs.

#include <sonic/unit/optical_path.hpp>

namespace sonic {

/// Levels of one channel, and power of the unit.
struct link_budget {
    optical_path path{};
    dBm source{};         ///< at the source, -infinity without one
    dBm received{};       ///< source less the path's loss
    dBm sensitivity{};    ///< what the detector needs
    watt in_waveguide{};  ///< light of all channels in the fullest waveguide, all lanes at full power
    watt waveguide_limit{};
    watt optical{};             ///< light that the unit's sources emit, all lanes at full power
    watt wall_plug{};           ///< electrical power of that light
    watt required_wall_plug{};  ///< electrical power with which the budget would just close

    /// received - sensitivity: negative where the budget does not close.
    constexpr decibel margin() const { return received - sensitivity; }
    constexpr bool closes() const { return margin().value >= -1e-9; }
    /// The source level that closes the budget.
    constexpr dBm required_source() const { return sensitivity + path.loss(); }
};

/// Budget of a path: margin = P_source - sum of losses - S (CrossLight, DAC 2021, eq (7), for each channel by itself).
constexpr link_budget budget_of_path(const optical_path& path, const unit_optics& o) {
    link_budget b{.path = path, .sensitivity = o.detector_sensitivity, .waveguide_limit = o.waveguide_power_limit};
    b.source = path.source.si > 0 ? dBm::from_power(path.source) : dBm{-math::infinity};
    b.received = b.source - path.loss();
    const double channels = static_cast<double>(path.channels), all = channels * path.waveguides / path.copies;
    b.in_waveguide = path.source * (channels * (-path.loss_to_waveguide()).ratio());
    b.optical = path.source * all;
    b.wall_plug = b.optical / o.wall_plug_efficiency.value;
    b.required_wall_plug = b.required_source().power() * (all / o.wall_plug_efficiency.value);
    return b;
}

template <optically_described Unit>
constexpr link_budget budget_of(const unit_optics& optics = {}) {
    return budget_of_path(path_of_unit<Unit>(optics), optics);
}

}  // namespace sonic
