// SPDX-License-Identifier: MIT
#pragma once

/// Heaters of neighbouring rings warm one another: the coupling matrix K, and the powers p that give wanted phases t, K p = t
/// (thermal eigenmode decomposition, TED: Milanizadeh et al., Journal of Lightwave Technology 37 (2019)).
/// Decomposing a symmetric K into eigenmodes and driving each by its share of t is the same solution; it is solved here by elimination.

#include <array>
#include <cstddef>

#include <sonic/quantity/math.hpp>
#include <sonic/quantity/quantity.hpp>

namespace sonic::physics {

template <std::size_t N>
using square_matrix = std::array<std::array<double, N>, N>;

/// Coupling that falls off exponentially with distance along a row of heaters of one pitch: K_ij = e^(-|i - j| pitch / decay).
template <std::size_t N>
constexpr square_matrix<N> exponential_coupling(metre pitch, metre decay) {
    square_matrix<N> k{};
    for (std::size_t i = 0; i < N; ++i)
        for (std::size_t j = 0; j < N; ++j)
            k[i][j] = math::exp(-math::abs(static_cast<double>(i) - static_cast<double>(j)) * (pitch / decay));
    return k;
}

/// Coupling by conduction in a plane, which falls off with the logarithm of distance d: ln(b / d) / ln(b / radius), 0 beyond the sink at b.
/// The heaters' radius is below the pitch, and the pitch below b.
template <std::size_t N>
constexpr square_matrix<N> logarithmic_coupling(metre pitch, metre radius, metre sink) {
    square_matrix<N> k{};
    for (std::size_t i = 0; i < N; ++i)
        for (std::size_t j = 0; j < N; ++j) {
            const double distance = math::abs(static_cast<double>(i) - static_cast<double>(j)) * pitch.si;
            k[i][j] = i == j ? 1.0 : distance < sink.si ? math::log(sink.si / distance) / math::log(sink / radius) : 0.0;
        }
    return k;
}

/// K p, the phases (or temperatures, or shifts) that heater powers p give.
template <std::size_t N>
constexpr std::array<double, N> phases(const square_matrix<N>& coupling, const std::array<double, N>& powers) {
    std::array<double, N> result{};
    for (std::size_t i = 0; i < N; ++i)
        for (std::size_t j = 0; j < N; ++j) result[i] += coupling[i][j] * powers[j];
    return result;
}

/// Heater powers, in the unit of the wanted phases.
template <std::size_t N>
struct heater_drive {
    std::array<double, N> powers{};
    double total = 0;
    bool solvable = false;    ///< false where K is singular; powers are then all 0
    bool attainable = false;  ///< no power is negative: a heater cannot cool
};

/// The powers of TED: K p = t by elimination with pivoting.
template <std::size_t N>
constexpr heater_drive<N> decoupled_drive(square_matrix<N> k, const std::array<double, N>& wanted) {
    heater_drive<N> result;
    std::array<double, N> p = wanted;
    for (std::size_t column = 0; column < N; ++column) {
        std::size_t pivot = column;
        for (std::size_t row = column + 1; row < N; ++row)
            if (math::abs(k[row][column]) > math::abs(k[pivot][column])) pivot = row;
        if (math::abs(k[pivot][column]) < 1e-14) return result;
        const auto row_of_pivot = k[pivot];
        k[pivot] = k[column];
        k[column] = row_of_pivot;
        const double wanted_of_pivot = p[pivot];
        p[pivot] = p[column];
        p[column] = wanted_of_pivot;
        for (std::size_t row = column + 1; row < N; ++row) {
            const double factor = k[row][column] / k[column][column];
            if (factor == 0) continue;
            for (std::size_t j = column; j < N; ++j) k[row][j] -= factor * k[column][j];
            p[row] -= factor * p[column];
        }
    }
    result.solvable = result.attainable = true;
    for (std::size_t i = N; i-- > 0;) {
        for (std::size_t j = i + 1; j < N; ++j) p[i] -= k[i][j] * p[j];
        p[i] /= k[i][i];
        result.total += p[i];
        result.attainable = result.attainable && p[i] >= 0;
    }
    result.powers = p;
    return result;
}

/// Without TED each heater is driven as if alone; the error that its neighbours then add to each phase, K t - t.
template <std::size_t N>
constexpr std::array<double, N> uncorrected_error(const square_matrix<N>& coupling, const std::array<double, N>& wanted) {
    std::array<double, N> error = phases(coupling, wanted);
    for (std::size_t i = 0; i < N; ++i) error[i] -= wanted[i];
    return error;
}

}  // namespace sonic::physics
