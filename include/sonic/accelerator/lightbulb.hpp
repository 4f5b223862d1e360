// SPDX-License-Identifier: MIT
#pragma once

/// LightBulb: F. Zokaee et al., "LightBulb: A Photonic-Nonvolatile-Memory-based Accelerator for Binarized CNNs", DATE 2020. Photonic XNOR
/// gates of three microdisks and popcounts, 50 GS/s; 16 gates by 4 rows in each of 227 units, as in OXBNN's settings (ISQED 2023), whose
/// count matches the areas of the machines it compares.

#include <sonic/accelerator/assembly.hpp>
#include <sonic/cost/policy.hpp>
#include <sonic/dataflow/tiles.hpp>
#include <sonic/device/microdisk.hpp>
#include <sonic/device/photonics.hpp>
#include <sonic/unit/crossbar.hpp>

namespace sonic::accelerators {

struct lightbulb {
    static constexpr auto name = "LightBulb";

    struct clock {
        static constexpr auto frequency = published(50 * units::GHz, "LightBulb (DATE 2020), as quoted in OXBNN (ISQED 2023)");
    };

    // clang-format off
    /// Rings: 3 N M for the gates, N for the inputs.
    using unit = crossbar<of<16>, of<4>, of<1>,
        drives<devices::binary_microdisk>,
        holds<devices::binary_microdisk>,
        multiplies<devices::binary_microdisk, devices::binary_microdisk>,
        reads<borrowed<devices::photodetector>, devices::popcount>,
        formats<of<1>, of<1>>,
        clocked_by<clock>,
        signs::differential>;

    using diagram = assembly<
        array<of<227>, unit, dense_tiles, runs<kind::conv, kind::dense>>,
        assumed_memory::off_chip, assumed_memory::on_chip, assumed_memory::between, assumed_memory::beside_units>;
    // clang-format on

    using reading = readings::clock;
};

}  // namespace sonic::accelerators
