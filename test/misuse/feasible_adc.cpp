// expect: the_adc_is_slower_than_the_symbol_rate<
// expect: array 0: 0.20 ns per symbol, 62.50 ns per sample, too slow by 62.30 ns
// SPDX-License-Identifier: MIT
#include "../support/buildable.hpp"
using namespace sonic;
#ifdef SONIC_MISUSE_CONTROL
using machine = replace<lab::buildable, lab::adc, lab::test_adc<100>>;
#else
using machine = replace<lab::buildable, lab::adc, lab::test_adc<62500>>;
#endif
static_assert(feasible<machine>);
