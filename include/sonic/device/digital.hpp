// SPDX-License-Identifier: MIT
#pragma once

/// Electronic parts of the sparse accelerators, and whole chips of which only totals are known.

#include <sonic/device/memory.hpp>

namespace sonic::devices {

/// One processing element of EIE: S. Han et al., ISCA 2016, arXiv 1602.01528, 45 nm, 800 MHz. Module figures are rounded there, so that
/// their sum, 9.158 mW, differs from the printed total of 9.157 mW.
namespace eie {
using namespace units;
struct sparse_matrix_read {
    static constexpr auto name = "sparse matrix SRAM";
    static constexpr auto power = published(4.955 * mW, "EIE (ISCA 2016)");
    static constexpr auto area = published(469412 * um2, "EIE (ISCA 2016)");
};
struct pointer_read {
    static constexpr auto name = "pointer SRAM";
    static constexpr auto power = published(1.807 * mW, "EIE (ISCA 2016)");
};
struct arithmetic {
    static constexpr auto name = "multiplier and adder";
    static constexpr auto power = published(1.162 * mW, "EIE (ISCA 2016)");
};
struct activation_file {
    static constexpr auto name = "activation registers";
    static constexpr auto power = published(1.122 * mW, "EIE (ISCA 2016)");
};
struct queue {
    static constexpr auto name = "activation queue";
    static constexpr auto power = published(0.112 * mW, "EIE (ISCA 2016)");
};
struct clock {
    static constexpr auto frequency = published(800 * MHz, "EIE (ISCA 2016)");
};
}  // namespace eie

/// NullHop: A. Aimar et al., TNNLS 2019, arXiv 1706.01406. Shares of one of 128 multipliers in the chip's power.
namespace nullhop {
using namespace units;
struct asic_share {
    static constexpr auto name = "share of the chip";
    static constexpr auto power =
        assumed(155 * mW / 128.0,
                "155 mW on VGG and 128 multipliers, not verified in the paper, consistent with the abstract's 368 % and 3 TOp/s/W");
    static constexpr auto area = derived(6.3 / 128 * mm2, "6.3 mm2 core, NullHop (TNNLS 2019), abstract");
};
struct asic_clock {
    static constexpr auto frequency = published(500 * MHz, "NullHop (TNNLS 2019), abstract");
};
struct fpga_share {
    static constexpr auto name = "share of the FPGA";
    static constexpr auto power = assumed(2.3 * W / 128.0, "2.3 W on a Zynq; not verified in the paper");
};
struct fpga_clock {
    static constexpr auto frequency = assumed(60 * MHz, "commonly quoted; not verified in the paper");
};
}  // namespace nullhop

/// SCNN: A. Parashar et al., ISCA 2017, 16 nm. Energies are 45 nm figures, not scaled.
namespace scnn {
using namespace units;
struct multiplier {
    static constexpr auto name = "multiplier";
    static constexpr auto energy =
        assumed(3.1 * pJ, "32 bit integer multiplication at 45 nm, Horowitz as quoted in EIE (ISCA 2016), Table I");
    static constexpr auto area = derived(0.008 / 16 * mm2, "0.008 mm2 for 16 multipliers, SCNN (ISCA 2017)");
};
struct accumulator_bank {
    static constexpr auto name = "accumulator bank";
    static constexpr auto energy =
        assumed(0.1 * pJ + 5 * pJ, "32 bit addition and a 32 KB SRAM access at 45 nm, Horowitz as quoted in EIE (ISCA 2016), Table I");
    static constexpr auto area = derived((0.123 - 0.008) / 16 * mm2, "the rest of a 0.123 mm2 PE, SCNN (ISCA 2017)");
};
struct clock {
    static constexpr auto frequency = published(1 * GHz, "SCNN (ISCA 2017)");
};
}  // namespace scnn

/// Eyeriss v2: Y. Chen et al., JETCAS 2019. Energies per access at 45 nm as in the Sparseloop artifact (MICRO 2022).
namespace eyeriss_v2 {
using namespace units;
struct multiplier {
    static constexpr auto name = "8 bit MAC with weight read";
    static constexpr auto energy =
        derived(0.561 * pJ + 0.477 * pJ + 0.884 * pJ, "MAC, and reads of weight and metadata, Sparseloop artifact");
    static constexpr auto area = derived(332 * um2 + 3014 * um2 / 2.0, "MAC and half a weight pad, Sparseloop artifact");
};
struct partial_sum_pad {
    static constexpr auto name = "partial sum pad";
    static constexpr auto energy = derived(2 * 0.167 * pJ, "a read and a write, Sparseloop artifact");
    static constexpr auto area = derived(1021 * um2 / 2.0, "half of a 1021 um2 pad for each of two multipliers, Sparseloop artifact");
};
struct activation_pad {
    static constexpr auto name = "activation pad";
    static constexpr auto energy = derived(0.130 * pJ + 0.149 * pJ, "value and metadata, Sparseloop artifact");
    static constexpr auto area = published(485 * um2, "Sparseloop artifact");
};
struct clock {
    static constexpr auto frequency = assumed(200 * MHz, "commonly quoted; not verified in the paper");
};
}  // namespace eyeriss_v2

/// SIGMA: E. Qin et al., HPCA 2020.
namespace sigma {
using namespace units;
struct chip {
    static constexpr auto name = "chip";
    static constexpr auto power = published(22.33 * W, "SIGMA (HPCA 2020), abstract");
    static constexpr auto area = published(65.10 * mm2, "SIGMA (HPCA 2020), abstract");
};
struct clock {
    static constexpr auto frequency = assumed(500 * MHz, "commonly quoted; not verified in the paper");
};
}  // namespace sigma

/// An FPGA of balanced weight-sparse processing units, of which the user states clock and power: RSNN's could not be read.
template <class MilliwattsPerUnit>
struct processing_unit {
    static constexpr auto name = "processing unit";
    static constexpr auto power =
        assumed(double(MilliwattsPerUnit::value) * units::mW, "stated by the user; the paper's could not be read");
};
template <class Megahertz>
struct user_clock {
    static constexpr auto frequency = assumed(double(Megahertz::value) * units::MHz, "stated by the user; the paper's could not be read");
};

/// Rooflines: P = idle + utilisation (TDP - idle). Power is spread over the multipliers, of which `Efficiency` percent are kept busy.
namespace tesla_p100 {
using namespace units;
inline constexpr int multipliers = 3584;
inline constexpr double efficiency = 0.5;  // assumed: share of the peak that a layer reaches when not bound by memory
struct idle {
    static constexpr auto name = "idle power";
    static constexpr auto power = assumed(30 * W / double(multipliers), "order of an idle board");
};
struct busy {
    static constexpr auto name = "dynamic power";
    static constexpr auto power = assumed((250 * W - 30 * W) / double(multipliers), "250 W TDP, less 30 W assumed at idle");
};
struct clock {
    static constexpr auto frequency = assumed(1.3285 * GHz * efficiency, "1328.5 MHz boost clock x 50 %, assumed, of the peak");
};
struct hbm2 {
    static constexpr auto name = "HBM2";
    static constexpr auto energy_per_bit = derived(0 * pJ / bits, "in the board's power");
    static constexpr auto bandwidth = published(8 * 732e9 * (bits / s), "Tesla P100 PCIe: 732 GB/s");
};
}  // namespace tesla_p100

namespace xeon_9282 {
using namespace units;
inline constexpr int multipliers = 56 * 32;  // cores x AVX-512 multiply-adds of 32 bits in two ports
inline constexpr double efficiency = 0.5;    // assumed, as above
struct idle {
    static constexpr auto name = "idle power";
    static constexpr auto power = assumed(100 * W / double(multipliers), "order of an idle package");
};
struct busy {
    static constexpr auto name = "dynamic power";
    static constexpr auto power = assumed((400 * W - 100 * W) / double(multipliers), "400 W TDP, less 100 W assumed at idle");
};
struct clock {
    static constexpr auto frequency = assumed(2.6 * GHz * efficiency, "2.6 GHz base clock x 50 %, assumed, of the peak");
};
struct ddr4 {
    static constexpr auto name = "DDR4";
    static constexpr auto energy_per_bit = derived(0 * pJ / bits, "in the package's power");
    static constexpr auto bandwidth = assumed(8 * 281.6e9 * (bits / s), "12 channels of DDR4-2933; not verified");
};
}  // namespace xeon_9282

}  // namespace sonic::devices
