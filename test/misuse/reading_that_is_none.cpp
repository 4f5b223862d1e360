// expect: sonic: an accelerator's reading is one of readings::serial, overlapped, ... or clock
// SPDX-License-Identifier: MIT
#include <sonic/network/networks.hpp>
#include <sonic/sonic.hpp>
using namespace sonic;
struct machine : accelerators::sonic {
#ifndef SONIC_MISUSE_CONTROL
    using reading = idle::gated;
#endif
};
constexpr auto time = cost<machine, networks::mnist>.latency();
