// expect: sonic: a unit that integrates over passes needs a dataflow that orders them so, such as dense_tiles
// SPDX-License-Identifier: MIT
#include <sonic/accelerator/cost.hpp>
#include <sonic/dataflow/dense.hpp>
#include <sonic/dataflow/tiles.hpp>
#include <sonic/device/converters.hpp>
#include <sonic/device/photonics.hpp>
#include <sonic/unit/crossbar.hpp>
using namespace sonic;
struct clock_1ghz {
    static constexpr auto frequency = assumed(1 * units::GHz, "an example");
};
struct no_time {
    static constexpr auto load = assumed(0 * units::s, "an example");
};
using unit = crossbar<of<4>, of<4>, of<1>, drives<devices::dac<16>>, holds<devices::dac<6>, devices::microring>, reads<devices::adc<16>>,
                      integrates<of<2>>, loads_in<no_time>, clocked_by<clock_1ghz>>;
#ifdef SONIC_MISUSE_CONTROL
using its_array = array<of<1>, unit, dense_tiles, runs<kind::conv>>;
#else
using its_array = array<of<1>, unit, dense_chunks<weights>, runs<kind::conv>>;
#endif
constexpr int units_of_array = its_array::units;
