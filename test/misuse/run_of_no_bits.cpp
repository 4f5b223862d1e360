// expect: sonic: a run takes 1 to 31 bits
// SPDX-License-Identifier: MIT
#include <sonic/sparse/formats.hpp>
#ifdef SONIC_MISUSE_CONTROL
constexpr int bits = 4;
#else
constexpr int bits = 0;
#endif
constexpr auto longest = sonic::sparse::run_length<int, bits>::longest_run;
