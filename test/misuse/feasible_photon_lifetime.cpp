// expect: the_symbol_rate_exceeds_the_photon_lifetime_of_the_rings<
// expect: array 0: 5.00 GHz of symbols, 2.42 GHz of bandwidth, short by 2.58 GHz
// SPDX-License-Identifier: MIT
#include "../support/buildable.hpp"
using namespace sonic;
struct machine : lab::buildable {
#ifdef SONIC_MISUSE_CONTROL
    static constexpr unit_optics optics{.quality_factor = assumed(30e3, "a test")};
#else
    static constexpr unit_optics optics{.quality_factor = assumed(80e3, "a test")};
#endif
};
static_assert(feasible<machine>);
