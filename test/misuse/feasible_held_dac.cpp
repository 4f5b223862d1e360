// expect: the_held_dac_is_slower_than_the_symbol_rate<
// expect: array 0: 20.00 ns per symbol, 30.00 ns per sample, too slow by 10.00 ns
// SPDX-License-Identifier: MIT
#include "../support/buildable.hpp"
using namespace sonic;
// Rings are loaded on every pass here; where they stay for many passes, the same DAC is fast enough.
#ifdef SONIC_MISUSE_CONTROL
struct slow : lab::buildable {};
#else
struct slow : lab::buildable {
    using reading = readings::overlapped;
};
#endif
using machine = replace<slow, lab::held_dac, lab::test_dac<4, 30000>>;
static_assert(feasible<machine>);
