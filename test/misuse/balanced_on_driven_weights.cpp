// expect: sonic: balanced detection needs the signed operand, the weights, on the rings
// SPDX-License-Identifier: MIT
#include <sonic/sonic.hpp>
using namespace sonic;
template <class Flow>
struct machine {
    static constexpr auto name = "machine";
    using unit = detail::rewrite<accelerators::sonic::conv_unit, signs::free, signs::balanced>::type;
    using diagram = assembly<array<of<2>, unit, Flow, runs<kind::conv, kind::dense>>>;
    using reading = readings::serial;
};
#ifdef SONIC_MISUSE_CONTROL
constexpr auto latency = cost<machine<compress_weights>, networks::cifar10>.latency();
#else
constexpr auto latency = cost<machine<compress_activations>, networks::cifar10>.latency();
#endif
