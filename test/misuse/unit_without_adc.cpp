// expect: sonic: a vector_dot_product needs exactly one reads<detector..., ADC>
// SPDX-License-Identifier: MIT
#include <sonic/device/converters.hpp>
#include <sonic/device/photonics.hpp>
#include <sonic/unit/vector_dot_product.hpp>
using namespace sonic;
#ifdef SONIC_MISUSE_CONTROL
using unit = vector_dot_product<of<5>, drives<devices::dac<16>, devices::vcsel>, holds<devices::dac<6>, devices::microring>,
                                reads<devices::photodetector, devices::adc<16>>>;
#else
using unit = vector_dot_product<of<5>, drives<devices::dac<16>, devices::vcsel>, holds<devices::dac<6>, devices::microring>>;
#endif
constexpr int lanes = unit_of<unit>.lanes;
