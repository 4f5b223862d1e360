// expect: sonic: no array of this accelerator runs one of the network's layers
// SPDX-License-Identifier: MIT
#include <sonic/sonic.hpp>
using namespace sonic;
struct machine {
    static constexpr auto name = "machine";
#ifdef SONIC_MISUSE_CONTROL
    using diagram = accelerators::sonic::diagram;
#else
    using diagram = assembly<array<of<2>, accelerators::sonic::conv_unit, compress_weights, runs<kind::conv> > >;
#endif
    using reading = readings::serial;
};
constexpr auto latency = cost<machine, networks::cifar10>.latency();
