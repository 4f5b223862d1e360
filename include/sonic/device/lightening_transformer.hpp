// SPDX-License-Identifier: MIT
#pragma once

/// Devices of Lightening-Transformer: H. Zhu et al., HPCA 2024, arXiv 2305.19533, public artifact. Converters are scaled from measured
/// parts to `Bits` and 5 GHz: an SAR ADC's power goes with f b, a DAC's with f 2^b / b.

#include <sonic/device/device.hpp>
#include <sonic/quantity/decibel.hpp>

namespace sonic::devices::lightening_transformer {

using namespace units;

struct symbol_rate {
    static constexpr auto frequency = published(5 * GHz, "Lightening-Transformer (HPCA 2024) artifact");
};
/// From 50 mW at 8 bit, 14 GS/s.
template <int Bits>
struct dac {
    static constexpr auto name = "DAC";
    static constexpr int bits = Bits;
    static constexpr auto power = derived(50 * mW * (5.0 / 14) * (double(1 << Bits) / Bits) / (256.0 / 8),
                                          "50 mW, 8 bit, 14 GS/s, scaled by f 2^b / b; Lightening-Transformer artifact");
    static constexpr auto area = published(11000 * um2, "Lightening-Transformer (HPCA 2024) artifact");
};
/// From 14.8 mW at 8 bit, 10 GS/s.
template <int Bits>
struct adc {
    static constexpr auto name = "ADC";
    static constexpr int bits = Bits;
    static constexpr auto power =
        derived(14.8 * mW * (Bits / 8.0) * (5.0 / 10), "14.8 mW, 8 bit, 10 GS/s, scaled by f b; Lightening-Transformer artifact");
    static constexpr auto area = published(2850 * um2, "Lightening-Transformer (HPCA 2024) artifact");
};
struct modulator {
    static constexpr auto name = "MZM and two ring routers";
    static constexpr auto power = derived(450 * fJ * (5 * GHz) + 2 * (0.275 * mW),
                                          "450 fJ per symbol at 5 GHz, two routers of 0.275 mW; Lightening-Transformer artifact");
    static constexpr auto area = published(260 * 20 * um2, "Lightening-Transformer (HPCA 2024) artifact");
};
struct photodetector {
    static constexpr auto name = "photodetector";
    static constexpr auto power = published(1.1 * mW, "Lightening-Transformer (HPCA 2024) artifact");
    static constexpr auto area = published(4 * 10 * um2, "Lightening-Transformer (HPCA 2024) artifact");
};
struct amplifier {
    static constexpr auto name = "TIA";
    static constexpr auto power = published(3 * mW, "Lightening-Transformer (HPCA 2024) artifact");
    static constexpr auto area = published(50 * um2, "Lightening-Transformer (HPCA 2024) artifact");
};
struct adder {
    static constexpr auto name = "adder";
    static constexpr auto power = derived(0.2 / 4.39 * mW, "0.2 mW scaled between nodes by 4.39; Lightening-Transformer artifact");
};
/// Lasers of `Cores` cores of Side x Side dot products at `Bits`. Per core: P = 10^((S + IL + 10 log10(Side^2)) / 10) mW x 2^Bits /
/// efficiency. A laser per tile of two cores for the first operand and per core of a tile for the second: Cores / 2 + 2.
template <int Cores, int Side, int Bits>
struct lasers {
    static constexpr auto name = "lasers";
    static constexpr bool emits_light = true;
    static constexpr int splitter_stages = [] {
        int stages = 0;
        while ((1 << stages) < Side) ++stages;
        return stages;
    }();
    static constexpr dBm sensitivity{-25};
    /// Modulator, two routers, splitter tree; then Y-branch, phase shifter and coupler of the dot product.
    static constexpr decibel loss{1.2 + 2 * 0.93 + 0.1 * splitter_stages + 0.1 + 0.33 + 0.33};
    static constexpr auto power =
        derived((sensitivity + loss + decibel::from_ratio(double(Side * Side))).power() * (double(1 << Bits) / 0.2) * double(Cores),
                "loss budget, -25 dBm, 20 % efficiency, 2^bits levels; Lightening-Transformer artifact");
    static constexpr auto area = derived(400 * 300 * um2 * (Cores / 2 + 2.0),
                                         "400 um x 300 um for each tile and each core of a tile; Lightening-Transformer artifact");
};

}  // namespace sonic::devices::lightening_transformer
