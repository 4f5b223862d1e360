// SPDX-License-Identifier: MIT
#pragma once

/// ROBIN: F. Sunny et al., "ROBIN: A Robust Optical Binary Neural Network Accelerator", TECS 2021, arXiv 2107.05530. One-bit weights on
/// pairs of rings, 5 GS/s. Unit sizes and counts as in OXBNN's settings (ISQED 2023); activations of 4 bits are not verified in the paper.
/// Devices are CrossLight's, by the same group.

#include <sonic/accelerator/assembly.hpp>
#include <sonic/cost/policy.hpp>
#include <sonic/dataflow/tiles.hpp>
#include <sonic/device/converters.hpp>
#include <sonic/device/photonics.hpp>
#include <sonic/device/sconna.hpp>
#include <sonic/unit/crossbar.hpp>

namespace sonic::accelerators {

/// `Lanes` by ten rows. Rings: 2 N M + N.
template <int Lanes, int Units>
struct robin {
    struct clock {
        static constexpr auto frequency = published(5 * units::GHz, "ROBIN (TECS 2021), as quoted in OXBNN (ISQED 2023)");
    };

    // clang-format off
    using unit = crossbar<of<Lanes>, of<10>, of<1>,
        drives<borrowed<devices::dac<6>>, borrowed<devices::microring>>,
        holds<borrowed<devices::microring>>,
        multiplies<borrowed<devices::microring>>,
        reads<borrowed<devices::photodetector>, borrowed<devices::transimpedance_amplifier>, borrowed<devices::vcsel>, borrowed<devices::sconna::fast_adc>>,
        formats<of<1>, of<4>>,
        clocked_by<clock>,
        signs::differential>;

    using diagram = assembly<
        array<of<Units>, unit, dense_tiles, runs<kind::conv, kind::dense>>,
        assumed_memory::off_chip, assumed_memory::on_chip, assumed_memory::between, assumed_memory::beside_units>;
    // clang-format on

    using reading = readings::clock;
};

struct robin_energy : robin<10, 183> {
    static constexpr auto name = "ROBIN-EO";
};
struct robin_performance : robin<50, 37> {
    static constexpr auto name = "ROBIN-PO";
};

}  // namespace sonic::accelerators
