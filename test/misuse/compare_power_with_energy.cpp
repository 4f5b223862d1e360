// expect: quantities_compared_must_have_the_same_dimension
// SPDX-License-Identifier: MIT
#include <sonic/quantity/quantity.hpp>
using namespace sonic;
#ifdef SONIC_MISUSE_CONTROL
constexpr bool less = watt{1} < watt{2};
#else
constexpr bool less = watt{1} < joule{2};
#endif
