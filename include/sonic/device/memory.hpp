// SPDX-License-Identifier: MIT
#pragma once

/// What a memory or a link is to the library: a plain struct that states its energy per bit moved, and what else its source states.
///
///     struct my_sram {
///         static constexpr auto name = "SRAM, 64 KB";
///         static constexpr auto energy_per_bit = published(0.1 * pJ / bits, "doi:10.1/x");
///         static constexpr auto bandwidth = published(1e11 * bits / s, "doi:10.1/x");   // optional: without it, no limit
///         static constexpr auto power = assumed(1 * mW, "leakage like ...");            // optional: drawn all the time
///         static constexpr auto latency = assumed(2 * ns, "one access");                // optional: once per layer
///         static constexpr auto area = published(0.07 * mm2, "doi:10.1/x");             // optional
///     };
///
/// Figures of Lightening-Transformer (H. Zhu et al., HPCA 2024, arXiv 2305.19533, public artifact) serve machines that publish none, as
/// `borrowed<...>`.

#include <sonic/device/device.hpp>
#include <sonic/device/sram_scaling.hpp>

namespace sonic {

namespace detail {
template <class D>
concept states_energy_per_bit = requires {
    { D::name } -> std::convertible_to<const char*>;
    { D::energy_per_bit } -> sourced_figure<joule_per_bit>;
};
}  // namespace detail

/// A memory or a link.
template <class D>
concept transport = detail::states_energy_per_bit<D>;

namespace devices {

/// High-bandwidth memory, off chip. The artifact counts 62.4 pJ for two bytes (another of the same authors counts them for one).
struct hbm {
    static constexpr auto name = "HBM";
    static constexpr auto energy_per_bit =
        published(62.4 / 16 * (units::pJ / units::bits), "Lightening-Transformer artifact: 62.4 pJ per 2 bytes");
    static constexpr auto bandwidth = published(8e12 * (units::bits / units::s), "Lightening-Transformer artifact: 1 TB/s");
    static constexpr auto area = assumed(0 * units::mm2, "off chip");
};
/// SRAM of `Kilobytes`, scaled from a known one: energy per bit with depth^0.78, leakage and area with depth (Accelergy's rule over CACTI).
/// The known one is Albireo's in CiMLoop's model: 0.435 pJ for 64 bits, 0.638 mm2, no leakage. Its comment says 256 kB, which is taken
/// here; its columns, 64 bits x 262144, would be 2 MB. Valid around that size.
template <class Kilobytes>
struct sram {
    static_assert(Kilobytes::value > 0, "sonic: an SRAM holds at least one kilobyte");
    static constexpr auto name = "SRAM";
    static constexpr bit capacity = 8192.0 * Kilobytes::value * units::bits;
    static constexpr auto energy_per_bit = assumed(physics::sram_energy(0.435 * units::pJ, 256, Kilobytes::value) / (64 * units::bits),
                                                   "CiMLoop's Albireo: 0.435 pJ per 64 bits, taken as 256 KB, scaled");
    static constexpr auto area =
        assumed(physics::sram_area(637952 * units::um2, 256, Kilobytes::value), "CiMLoop's Albireo: 637,952 um2, taken as 256 KB, scaled");
};
/// eDRAM of `Kilobytes`, scaled by the same rule from ISAAC's 64 KB (256 bits x 2048): 20.45 pJ for 256 bits, 0.083 mm2 (Accelergy's
/// library). Those 20.45 pJ are all of ISAAC's 20.7 mW, spread over its traffic: nothing is drawn at rest besides.
template <class Kilobytes>
struct edram {
    static_assert(Kilobytes::value > 0, "sonic: an eDRAM holds at least one kilobyte");
    static constexpr auto name = "eDRAM";
    static constexpr bit capacity = 8192.0 * Kilobytes::value * units::bits;
    static constexpr auto energy_per_bit = derived(physics::sram_energy(20.45 * units::pJ, 64, Kilobytes::value) / (256 * units::bits),
                                                   "ISAAC, Accelergy component library: 20.45 pJ per 256 bits at 64 KB, scaled");
    static constexpr auto area = derived(physics::sram_area(0.083 * units::mm2, 64, Kilobytes::value),
                                         "ISAAC, Accelergy component library: 0.083 mm2 at 64 KB, scaled");
};
/// Off-chip DRAM: 640 pJ for 32 bits (Horowitz, 45 nm, as quoted in EIE, ISCA 2016, Table I); one channel of DDR4-2400.
struct dram {
    static constexpr auto name = "DRAM";
    static constexpr auto energy_per_bit =
        published(640.0 / 32 * (units::pJ / units::bits), "Horowitz, 45 nm, as quoted in EIE (ISCA 2016), Table I");
    static constexpr auto bandwidth = derived(8 * 19.2e9 * (units::bits / units::s), "DDR4-2400, 64 bits");
    static constexpr auto area = assumed(0 * units::mm2, "off chip");
};
/// On-chip global buffer of 2 MB.
struct global_buffer {
    static constexpr auto name = "global buffer, 2 MB";
    static constexpr auto energy_per_bit =
        published(1.655 / 16 * (units::pJ / units::bits), "Lightening-Transformer artifact: 1.655 pJ per 2 bytes");
    static constexpr auto power = published(315.2512 * units::mW, "Lightening-Transformer artifact");
    static constexpr auto area = published(14.35 * units::mm2, "Lightening-Transformer artifact");
};
/// Buffer of 4 KB beside the units.
struct tile_buffer {
    static constexpr auto name = "tile buffer, 4 KB";
    static constexpr auto energy_per_bit =
        published(0.92 / 16 * (units::pJ / units::bits), "Lightening-Transformer artifact: 0.92 pJ per 2 bytes");
    static constexpr auto power = published(0.172725 * units::mW, "Lightening-Transformer artifact");
    static constexpr auto area = published(0.0683 * units::mm2, "Lightening-Transformer artifact");
};
/// Buffer of 256 B in a unit.
struct register_file {
    static constexpr auto name = "register file, 256 B";
    static constexpr auto energy_per_bit =
        published(0.073 / 16 * (units::pJ / units::bits), "Lightening-Transformer artifact: 0.073 pJ per 2 bytes");
    static constexpr auto power = published(0.0154 * units::mW, "Lightening-Transformer artifact");
    static constexpr auto area = published(3.05e-4 * units::mm2, "Lightening-Transformer artifact");
};
/// Network on chip between buffers.
struct network_on_chip {
    static constexpr auto name = "network on chip";
    static constexpr auto energy_per_bit =
        published(2.0 / 16 * (units::pJ / units::bits), "Lightening-Transformer artifact: 2.0 pJ per 2 bytes");
    static constexpr auto area = assumed(0 * units::mm2, "part of the buffers' figures");
};

}  // namespace devices
}  // namespace sonic
