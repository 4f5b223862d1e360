// expect: two_levels_cannot_be_added_only_a_level_and_a_ratio
// SPDX-License-Identifier: MIT
#include <sonic/quantity/decibel.hpp>
using namespace sonic;
#ifdef SONIC_MISUSE_CONTROL
constexpr dBm sum = dBm{1} + decibel{2};
#else
constexpr auto sum = dBm{1} + dBm{2};
#endif
