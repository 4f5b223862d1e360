// expect: the_light_exceeds_what_a_waveguide_carries<
// expect: array 0: 56.23 mW carried, 30.00 mW allowed, too much by 26.23 mW
// SPDX-License-Identifier: MIT
#include "../support/buildable.hpp"
using namespace sonic;
struct machine : lab::buildable {
#ifdef SONIC_MISUSE_CONTROL
    static constexpr unit_optics optics{.source_power = assumed(2 * units::mW, "a test")};
#else
    static constexpr unit_optics optics{.source_power = assumed(20 * units::mW, "a test")};
#endif
};
static_assert(feasible<machine>);
