// expect: sonic: a block has at least one element
// SPDX-License-Identifier: MIT
#include <sonic/sparse/formats.hpp>
#ifdef SONIC_MISUSE_CONTROL
constexpr int width = 2;
#else
constexpr int width = 0;
#endif
constexpr auto name = sonic::sparse::blocked<int, 2, width>::name;
