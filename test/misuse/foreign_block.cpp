// expect: sonic: an assembly consists of array<...>, memory<...> and interconnect<...>
// SPDX-License-Identifier: MIT
#include <sonic/accelerator/cost.hpp>
#include <sonic/dataflow/compress.hpp>
#include <sonic/dataflow/tiles.hpp>
#include <sonic/device/converters.hpp>
#include <sonic/device/photonics.hpp>
#include <sonic/network/networks.hpp>
#include <sonic/unit/crossbar.hpp>
#include <sonic/unit/multiplier_array.hpp>
#include <sonic/unit/vector_dot_product.hpp>
using namespace sonic;
struct clock_1ghz {
    static constexpr auto frequency = assumed(1 * units::GHz, "an example");
};
struct multiplier {
    static constexpr auto name = "multiplier";
    static constexpr auto energy = assumed(1 * units::pJ, "an example");
};
using unit = multiplier_array<of<4>, multiplies<multiplier>, formats<of<8>, of<8>>, clocked_by<clock_1ghz>>;
struct machine {
    static constexpr auto name = "machine";
    using its_array = array<of<1>, unit, compress_kernels, runs<kind::conv, kind::dense>>;
#ifdef SONIC_MISUSE_CONTROL
    using diagram = assembly<its_array>;
#else
    using diagram = assembly<its_array, unit>;
#endif
    using reading = readings::clock;
};
constexpr auto energy = cost<machine, networks::mnist>.energy();
