// expect: sonic: a multiplier_array has no converters; its parts stand in multiplies<>, accumulates<> and supplied_by<>
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
#ifdef SONIC_MISUSE_CONTROL
using unit = multiplier_array<of<4>, multiplies<multiplier>, formats<of<8>, of<8>>, clocked_by<clock_1ghz>>;
#else
using unit = multiplier_array<of<4>, reads<devices::adc<16>>, formats<of<8>, of<8>>, clocked_by<clock_1ghz>>;
#endif
constexpr int lanes = unit_of<unit>.lanes;
