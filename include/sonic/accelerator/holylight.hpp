// SPDX-License-Identifier: MIT
#pragma once

/// HolyLight-M: W. Liu et al., "HolyLight: A Nanophotonic Accelerator for Deep Learning in Data Centers", DATE 2019. Banks of two-bit
/// microdisks, eight ganged for 16 bits, 1.28 GHz. Inputs are modulated once and broadcast to the rows of a bank. The paper's tables could
/// not be read: the bank's size and the number of banks are the area-matched ones of SPOGA (arXiv 2407.06134) for 4 bits at 1 GS/s, used
/// here at two bits a disk and 1.28 GHz; its peripherals are ISAAC's.

#include <sonic/accelerator/assembly.hpp>
#include <sonic/cost/policy.hpp>
#include <sonic/dataflow/tiles.hpp>
#include <sonic/device/microdisk.hpp>
#include <sonic/device/photonics.hpp>
#include <sonic/unit/crossbar.hpp>

namespace sonic::accelerators {

struct holylight {
    static constexpr auto name = "HolyLight";

    struct clock {
        static constexpr auto frequency = published(1.28 * units::GHz, "HolyLight (DATE 2019), as quoted in SCONNA's simulator");
    };

    // clang-format off
    using bank = crossbar<of<43>, of<43>, of<1>,
        drives<times<of<8 * 43>, devices::microdisk>>,
        holds<times<of<8 * 43 * 43>, devices::microdisk>>,
        reads<borrowed<devices::photodetector>, devices::sliced_adc>,
        formats<of<16>, of<16>>,
        clocked_by<clock>,
        signs::free>;

    using diagram = assembly<
        array<of<180>, bank, dense_tiles, runs<kind::conv, kind::dense>>,
        assumed_memory::off_chip, assumed_memory::on_chip, assumed_memory::between, assumed_memory::beside_units>;
    // clang-format on

    using reading = readings::clock;

    static constexpr auto claimed_bits =
        published(2.0, "HolyLight (DATE 2019), as quoted in CrossLight: two bits per microdisk, eight ganged");
};

}  // namespace sonic::accelerators
