// expect: sonic: a device states its latency, or its unit is clocked_by a clock
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
struct adc {
    static constexpr auto name = "ADC";
    static constexpr int bits = 8;
    static constexpr auto power = assumed(1 * units::mW, "an example");
};
#ifdef SONIC_MISUSE_CONTROL
using unit = vector_dot_product<of<4>, drives<devices::dac<16>>, holds<devices::dac<6>>, reads<adc>, clocked_by<clock_1ghz>>;
#else
using unit = vector_dot_product<of<4>, drives<devices::dac<16>>, holds<devices::dac<6>>, reads<adc>>;
#endif
constexpr int lanes = unit_of<unit>.lanes;
