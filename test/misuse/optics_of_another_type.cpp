// expect: sonic: an accelerator's optics are one unit_optics, or one for each of its arrays
// SPDX-License-Identifier: MIT
#include "../support/buildable.hpp"
using namespace sonic;
struct machine : lab::buildable {
#ifdef SONIC_MISUSE_CONTROL
    static constexpr std::array<unit_optics, 1> optics{};
#else
    static constexpr double optics = 8000;
#endif
};
static_assert(feasible<machine>);
