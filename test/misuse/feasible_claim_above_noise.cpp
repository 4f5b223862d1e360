// expect: the_claimed_bits_exceed_what_noise_leaves<
// expect: array 0: 6.00 bits claimed, 4.40 bits left, short by 1.60 bits
// SPDX-License-Identifier: MIT
#include "../support/buildable.hpp"
using namespace sonic;
struct machine : lab::buildable {
#ifdef SONIC_MISUSE_CONTROL
    static constexpr auto claimed_bits = assumed(4, "a test");
#else
    static constexpr auto claimed_bits = assumed(6, "a test");
#endif
};
static_assert(feasible<machine>);
