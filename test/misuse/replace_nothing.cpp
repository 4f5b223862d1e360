// expect: sonic: replace found nothing to replace in the accelerator's diagram
// SPDX-License-Identifier: MIT
#include <sonic/sonic.hpp>
using namespace sonic;
#ifdef SONIC_MISUSE_CONTROL
using variant = replace<accelerators::sonic, of<5>, of<9>>;
#else
using variant = replace<accelerators::sonic, of<7>, of<9>>;
#endif
constexpr auto latency = cost<variant, networks::cifar10>.latency();
