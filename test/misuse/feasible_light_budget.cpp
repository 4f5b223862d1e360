// expect: the_light_budget_is_not_closed<
// expect: array 0: -5.00 dBm required, -13.16 dBm received, short by 8.16 dB
// SPDX-License-Identifier: MIT
#include "../support/buildable.hpp"
using namespace sonic;
struct machine : lab::buildable {
#ifdef SONIC_MISUSE_CONTROL
    static constexpr unit_optics optics{.detector_sensitivity = assumed(dBm{-15}, "a test")};
#else
    static constexpr unit_optics optics{.detector_sensitivity = assumed(dBm{-5}, "a test")};
#endif
};
static_assert(feasible<machine>);
