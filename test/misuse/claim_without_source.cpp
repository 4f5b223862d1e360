// expect: sonic: claimed bits carry their source: published(), derived() or assumed()
// SPDX-License-Identifier: MIT
#include "../support/buildable.hpp"
using namespace sonic;
struct machine : lab::buildable {
#ifdef SONIC_MISUSE_CONTROL
    static constexpr auto claimed_bits = assumed(4, "a test");
#else
    static constexpr int claimed_bits = 4;
#endif
};
static_assert(feasible<machine>);
