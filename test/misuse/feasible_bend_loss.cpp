// expect: the_rings_are_too_small_for_their_quality_factor<
// expect: array 0: 8000 of quality, 2022 possible, short by 5978
// SPDX-License-Identifier: MIT
#include "../support/buildable.hpp"
using namespace sonic;
struct machine : lab::buildable {
#ifdef SONIC_MISUSE_CONTROL
    static constexpr unit_optics optics{.ring_radius = assumed(5 * units::um, "a test")};
#else
    static constexpr unit_optics optics{.ring_radius = assumed(2.2 * units::um, "a test")};
#endif
};
static_assert(feasible<machine>);
