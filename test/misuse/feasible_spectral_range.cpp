// expect: the_channels_exceed_the_free_spectral_range<
// expect: array 0: 5 channels, 4 fit, too many by 1
// SPDX-License-Identifier: MIT
#include "../support/buildable.hpp"
using namespace sonic;
struct machine : lab::buildable {
#ifdef SONIC_MISUSE_CONTROL
    static constexpr unit_optics optics{.least_spacing = assumed(3.6 * units::nm, "a test")};
#else
    static constexpr unit_optics optics{.least_spacing = assumed(4 * units::nm, "a test")};
#endif
};
static_assert(feasible<machine>);
