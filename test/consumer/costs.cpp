// SPDX-License-Identifier: MIT
#include <cstdio>

#include <sonic/sonic.hpp>

#ifdef XSIMD_VERSION_MAJOR
#error "costs pull in xsimd"
#endif

static_assert(sonic::cost<sonic::accelerators::sonic, sonic::networks::cifar10>.energy().si > 0);

int main() { std::printf("%g FPS/W\n", sonic::cost<sonic::accelerators::sonic, sonic::networks::cifar10>.fps_per_watt()); }
