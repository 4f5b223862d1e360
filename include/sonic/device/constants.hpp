// SPDX-License-Identifier: MIT
#pragma once

/// Constants of nature, exact in the SI since 2019.

#include <sonic/device/sourced.hpp>
#include <sonic/quantity/quantity.hpp>

namespace sonic::physics {

using metre_per_second = quantity<dimensions::length - dimensions::time>;
using coulomb = quantity<dimensions::charge>;
using joule_per_kelvin = quantity<dimensions::energy - dimensions::temperature>;

inline constexpr auto speed_of_light = published(metre_per_second{299792458.0}, "SI Brochure, 9th edition (2019)");
inline constexpr auto elementary_charge = published(coulomb{1.602176634e-19}, "SI Brochure, 9th edition (2019)");
inline constexpr auto boltzmann = published(joule_per_kelvin{1.380649e-23}, "SI Brochure, 9th edition (2019)");

}  // namespace sonic::physics
