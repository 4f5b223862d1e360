// expect: the_driven_dac_is_slower_than_the_symbol_rate<
// expect: array 0: 0.20 ns per symbol, 1.00 ns per sample, too slow by 0.80 ns
// SPDX-License-Identifier: MIT
#include "../support/buildable.hpp"
using namespace sonic;
#ifdef SONIC_MISUSE_CONTROL
using machine = replace<lab::buildable, lab::driven_dac, lab::test_dac<4, 150>>;
#else
using machine = replace<lab::buildable, lab::driven_dac, lab::test_dac<4, 1000>>;
#endif
static_assert(feasible<machine>);
