// expect: sonic: one reading at most
// SPDX-License-Identifier: MIT
#include <sonic/sonic.hpp>
using namespace sonic;
#ifdef SONIC_MISUSE_CONTROL
constexpr auto latency = cost<accelerators::sonic, networks::cifar10, readings::serial, idle::gated>.latency();
#else
constexpr auto latency = cost<accelerators::sonic, networks::cifar10, readings::serial, readings::rated>.latency();
#endif
