// expect: sonic: a unit that integrates over passes holds another operand in each, so loading must take no time
// SPDX-License-Identifier: MIT
#include <sonic/accelerator/cost.hpp>
#include <sonic/dataflow/tiles.hpp>
#include <sonic/device/converters.hpp>
#include <sonic/device/photonics.hpp>
#include <sonic/unit/crossbar.hpp>
using namespace sonic;
struct clock_1ghz {
    static constexpr auto frequency = assumed(1 * units::GHz, "an example");
};
struct modulator {
    static constexpr auto name = "modulator";
    static constexpr auto energy = assumed(1 * units::pJ, "an example");
};
#ifdef SONIC_MISUSE_CONTROL
using holder = modulator;
#else
using holder = devices::microring;  // settles in 20 ns
#endif
using unit = crossbar<of<4>, of<4>, of<1>, drives<devices::dac<16>>, holds<devices::dac<6>, holder>, reads<devices::adc<16>>,
                      integrates<of<2>>, clocked_by<clock_1ghz>>;
constexpr int units_of_array = array<of<1>, unit, dense_tiles, runs<kind::conv>>::units;
