// expect: sonic: a crossbar needs exactly one reads<detector..., ADC>
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
using unit = crossbar<of<4>, of<4>, of<1>, drives<devices::dac<16>>, holds<devices::dac<6>, devices::microring>, reads<devices::adc<16>>>;
#else
using unit = crossbar<of<4>, of<4>, of<1>, drives<devices::dac<16>>, holds<devices::dac<6>, devices::microring>>;
#endif
constexpr int lanes = unit_of<unit>.lanes;
