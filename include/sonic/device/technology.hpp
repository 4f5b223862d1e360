// SPDX-License-Identifier: MIT
#pragma once

/// CMOS from one node to another: area and energy.
/// Stillmaker and Baas, "Scaling equations for the accurate prediction of CMOS device performance from 180 nm to 7 nm",
/// Integration 58 (2017) 74; tables read in a secondary source.

#include <array>
#include <cstddef>

#include <sonic/quantity/math.hpp>
#include <sonic/quantity/quantity.hpp>

namespace sonic::physics {

namespace technology {

/// Nodes of the tables.
inline constexpr std::array<double, 10> nodes_nm{130, 90, 65, 45, 32, 20, 16, 14, 10, 7};

/// Area factors, row: from, column: to.
inline constexpr std::array<std::array<double, 10>, 10> area_factors{{{1, 0.44, 0.23, 0.16, 0.072, 0.033, 0.03, 0.027, 0.016, 0.0092},
                                                                      {2.3, 1, 0.53, 0.35, 0.16, 0.075, 0.067, 0.061, 0.036, 0.021},
                                                                      {4.3, 1.9, 1, 0.66, 0.31, 0.14, 0.13, 0.12, 0.068, 0.039},
                                                                      {6.4, 2.8, 1.5, 1, 0.46, 0.21, 0.19, 0.17, 0.1, 0.059},
                                                                      {14, 6.1, 3.3, 2.2, 1, 0.46, 0.41, 0.38, 0.22, 0.13},
                                                                      {30, 13, 7.1, 4.7, 2.2, 1, 0.89, 0.82, 0.48, 0.28},
                                                                      {34, 15, 7.9, 5.3, 2.4, 1.1, 1, 0.91, 0.54, 0.31},
                                                                      {37, 16, 8.7, 5.8, 2.7, 1.2, 1.1, 1, 0.59, 0.34},
                                                                      {63, 28, 15, 9.8, 4.5, 2.1, 1.9, 1.7, 1, 0.58},
                                                                      {110, 48, 25, 17, 7.8, 3.6, 3.2, 2.9, 1.7, 1}}};

/// Energy of an operation at a supply V in volt, in one arbitrary unit: c0 V^2 + c1 V + c2.
inline constexpr std::array<std::array<double, 3>, 10> energy_polynomials{{{7.171, -6.709, 2.904},
                                                                           {4.762, -4.781, 2.092},
                                                                           {3.755, -4.398, 1.975},
                                                                           {1.103, -0.362, 0.2767},
                                                                           {0.9559, -0.7823, 0.471},
                                                                           {0.373, -0.1582, 0.04104},
                                                                           {0.2958, -0.1241, 0.03024},
                                                                           {0.2363, -0.09675, 0.02239},
                                                                           {0.2068, -0.09311, 0.02375},
                                                                           {0.1776, -0.09097, 0.02447}}};

struct position {
    std::size_t index = 0;  ///< of the next larger tabulated node
    double share = 0;       ///< of the next smaller one, in the logarithm of the node
    bool valid = false;
};
constexpr position find(metre node) {
    const double nm = node.si * 1e9;
    for (std::size_t i = 0; i < nodes_nm.size(); ++i)
        if (math::abs(nm - nodes_nm[i]) < 1e-9 * nm) return {i, 0, true};
    for (std::size_t i = 0; i + 1 < nodes_nm.size(); ++i)
        if (nm < nodes_nm[i] && nm > nodes_nm[i + 1])
            return {i, math::log(nodes_nm[i] / nm) / math::log(nodes_nm[i] / nodes_nm[i + 1]), true};
    return {};
}
constexpr double between(double larger, double smaller, double share) {
    return share == 0 ? larger : math::exp((1 - share) * math::log(larger) + share * math::log(smaller));
}

}  // namespace technology

/// Area at node `to` over area at node `from`, 7 to 130 nm; geometric between tabulated nodes (28 nm lies between 32 and 20). NaN outside.
constexpr double area_scaling(metre from, metre to) {
    using namespace technology;
    const position f = find(from), t = find(to);
    if (!f.valid || !t.valid) return math::nan;
    const auto row = [&](std::size_t i) {
        return between(area_factors[i][t.index], area_factors[i][t.share > 0 ? t.index + 1 : t.index], t.share);
    };
    return between(row(f.index), row(f.share > 0 ? f.index + 1 : f.index), f.share);
}

/// Energy at node `to` and supply `to_supply` over energy at `from` and its supply; geometric between tabulated nodes. NaN outside 7 to 130
/// nm.
constexpr double energy_scaling(metre from, volt from_supply, metre to, volt to_supply) {
    using namespace technology;
    const position f = find(from), t = find(to);
    if (!f.valid || !t.valid) return math::nan;
    const auto energy = [](const position& p, double v) {
        const auto at = [v](std::size_t i) {
            const auto& c = energy_polynomials[i];
            return (c[0] * v + c[1]) * v + c[2];
        };
        return between(at(p.index), at(p.share > 0 ? p.index + 1 : p.index), p.share);
    };
    return energy(t, to_supply.si) / energy(f, from_supply.si);
}

}  // namespace sonic::physics
