// expect: sonic: evaluation needs walk of every array's dataflow, which yields its work items; walk_passes does not replace it
// SPDX-License-Identifier: MIT
#include <sonic/evaluate/evaluate.hpp>
#include <sonic/sonic.hpp>
using namespace sonic;
struct passes_alone {
    static constexpr auto name = "a dataflow that yields passes";
    static constexpr bool holds_weights = true;
    template <class Zeros>
    static constexpr auto plan(const Zeros& zeros, array_shape array, schedule when) {
        return compress_weights::plan(zeros, array, when);
    }
#ifdef SONIC_MISUSE_CONTROL
    template <class Code, class Emit>
    static void walk(const layer& l, std::span<const Code> codes, int lanes, Emit emit) {
        compress_weights::walk(l, codes, lanes, emit);
    }
#endif
    template <class Code, class Visitor>
    static void walk_passes(const layer&, std::span<const Code>, std::span<const Code>, array_shape, Visitor&) {}
};
using machine = replace<accelerators::sonic, compress_weights, passes_alone>;
static_assert(cost<machine, networks::cifar10>.energy().si > 0);  // costs ask for plans alone
constexpr auto size = sizeof(evaluator<machine>);
