// expect: sonic: a device states a name, and power or energy (or both) through published(), derived() or assumed()
// SPDX-License-Identifier: MIT
#include <sonic/device/converters.hpp>
#include <sonic/device/photonics.hpp>
#include <sonic/unit/vector_dot_product.hpp>
using namespace sonic;
struct adc {
    static constexpr auto name = "ADC";
    static constexpr int bits = 8;
#ifdef SONIC_MISUSE_CONTROL
    static constexpr auto power = assumed(1 * units::mW, "an example");
#else
    static constexpr auto power = 1 * units::mW;
#endif
    static constexpr auto latency = assumed(1 * units::ns, "an example");
};
using unit = vector_dot_product<of<5>, drives<devices::dac<16>, devices::vcsel>, holds<devices::dac<6>, devices::microring>,
                                reads<devices::photodetector, adc>>;
constexpr int lanes = unit_of<unit>.lanes;
