// expect: sonic: a memory or link states name and energy_per_bit through published(), derived() or assumed()
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
struct sram {
    static constexpr auto name = "SRAM";
#ifdef SONIC_MISUSE_CONTROL
    static constexpr auto energy_per_bit = assumed(1 * (units::pJ / units::bits), "an example");
#else
    static constexpr auto energy_per_bit = 1 * (units::pJ / units::bits);
#endif
};
using unit = multiplier_array<of<4>, multiplies<multiplier>, formats<of<8>, of<8>>, clocked_by<clock_1ghz>>;
struct machine {
    static constexpr auto name = "machine";
    using diagram = assembly<array<of<1>, unit, compress_kernels, runs<kind::conv, kind::dense>>, memory<sram, moves<traffic::weights>>>;
    using reading = readings::clock;
};
constexpr auto energy = cost<machine, networks::mnist>.energy();
