// SPDX-License-Identifier: MIT
#pragma once

/// The static power that holds a unit's rings against fabrication drift, with and without thermal eigenmode decomposition (TED).

#include <sonic/device/thermal_coupling.hpp>
#include <sonic/unit/optical_path.hpp>

namespace sonic {

/// Every ring drifts by the mean drift here; a heater is the published one, 27.5 mW per FSR.
struct tuning_budget {
    int rings = 0;           ///< of the unit
    watt per_ring{};         ///< P_FSR drift / FSR, as if each heater were alone
    watt independent{};      ///< of all rings, heaters so far apart that none warms another
    watt decoupled{};        ///< of all rings at their pitch under TED: neighbours' heat is used, not fought
    double worst_error = 0;  ///< phase error of a ring at that pitch without TED, relative to the wanted shift
    bool attainable = true;  ///< does TED need no negative power?
};

namespace detail {

/// Powers of a row of N rings that all want a shift of 1.
template <std::size_t N>
constexpr tuning_budget row_of(const unit_optics& o) {
    const auto coupling = physics::exponential_coupling<N>(o.ring_pitch, o.thermal_decay);
    std::array<double, N> wanted{};
    for (double& w : wanted) w = 1;
    const auto drive = physics::decoupled_drive(coupling, wanted);
    tuning_budget row{.rings = static_cast<int>(N), .attainable = drive.attainable};
    row.per_ring = physics::published_heater.power(o.fabrication_drift, o.free_spectral_range);
    row.independent = row.per_ring * static_cast<double>(N);
    row.decoupled = row.per_ring * drive.total;
    for (const double e : physics::uncorrected_error(coupling, wanted)) row.worst_error = row.worst_error < e ? e : row.worst_error;
    return row;
}

}  // namespace detail

/// Budget of a unit of rings: its banks, each a row of the channels of one waveguide, and its broadband ring by itself.
template <class Unit>
constexpr tuning_budget tuning_budget_of(const unit_optics& o = {}) {
    constexpr int channels = detail::path_of<Unit>::shape(unit_optics{}).channels;
    constexpr auto& unit = unit_of<Unit>;
    const ring_path_shape shape = detail::path_of<Unit>::shape(o);
    const tuning_budget row = detail::row_of<static_cast<std::size_t>(channels)>(o);
    const int in_rows = unit.lanes * (unit.rows + (shape.banks == 2 ? unit.columns : 0));
    tuning_budget result = row;
    result.rings = in_rows + shape.broadband;
    result.independent = row.per_ring * static_cast<double>(result.rings);
    result.decoupled = row.decoupled * (static_cast<double>(in_rows) / channels) + row.per_ring * static_cast<double>(shape.broadband);
    return result;
}

}  // namespace sonic
