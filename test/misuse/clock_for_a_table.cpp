// expect: sonic: readings::clock belongs to an accelerator whose units are all clocked
// SPDX-License-Identifier: MIT
#include <sonic/network/networks.hpp>
#include <sonic/sonic.hpp>
using namespace sonic;
struct machine : accelerators::sonic {
#ifndef SONIC_MISUSE_CONTROL
    using reading = readings::clock;
#endif
};
constexpr auto time = cost<machine, networks::mnist>.latency();
