// expect: the_claimed_bits_exceed_what_crosstalk_leaves<
// expect: array 0: 4.00 bits claimed, 2.19 bits left, short by 1.81 bits
// SPDX-License-Identifier: MIT
#include "../support/buildable.hpp"
using namespace sonic;
struct machine : lab::buildable {
    static constexpr unit_optics optics{.quality_factor = assumed(700.0, "a test")};
#ifdef SONIC_MISUSE_CONTROL
    static constexpr auto claimed_bits = assumed(2.0, "a test");
#else
    static constexpr auto claimed_bits = assumed(4.0, "a test");
#endif
};
static_assert(feasible<machine>);
