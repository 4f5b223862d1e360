// expect: the_dacs_have_more_bits_than_noise_leaves_and_no_claimed_bits_are_stated<
// expect: the_dacs_have_more_bits_than_crosstalk_leaves_and_no_claimed_bits_are_stated<
// expect: array 0: 12.00 bits claimed
// SPDX-License-Identifier: MIT
#include "../support/buildable.hpp"
using namespace sonic;
using wide = replace<lab::buildable, lab::driven_dac, lab::test_dac<12, 200>>;
// A claim below the DACs' width is stated by whoever wants to build it.
#ifdef SONIC_MISUSE_CONTROL
struct machine : wide {
    static constexpr auto claimed_bits = assumed(4, "a test");
};
#else
using machine = wide;
#endif
static_assert(feasible<machine>);
