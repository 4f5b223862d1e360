// SPDX-License-Identifier: MIT
#pragma once

/// Devices of Albireo: K. Shiflett et al., ISCA 2021, conservative estimates, read in CiMLoop's and Accelergy's models of it.

#include <sonic/device/device.hpp>

namespace sonic::devices::albireo {

using namespace units;

struct dac {
    static constexpr auto name = "DAC, 8 bit";
    static constexpr int bits = 8;
    static constexpr auto power =
        derived(5.2 * pJ * (5 * GHz), "5.2 pJ at 5 GHz, Albireo (ISCA 2021), conservative, as modelled in CiMLoop");
    static constexpr auto area = published(153 * um2, "Albireo (ISCA 2021), conservative, as modelled in CiMLoop");
};
struct modulator {
    static constexpr auto name = "Mach-Zehnder modulator";
    static constexpr auto power = published(11.3 * mW, "Albireo (ISCA 2021), conservative, as modelled in CiMLoop");
    static constexpr auto area = published(15066 * um2, "Albireo (ISCA 2021), conservative, as modelled in CiMLoop");
};
struct ring {
    static constexpr auto name = "microring";
    static constexpr auto power = published(3.1 * mW, "Albireo (ISCA 2021), conservative, as modelled in CiMLoop");
    static constexpr auto area = published(410 * um2, "Albireo (ISCA 2021), conservative, as modelled in CiMLoop");
};
struct laser {
    static constexpr auto name = "laser per endpoint";
    static constexpr bool emits_light = true;
    static constexpr auto power = published(1.94 * mW, "Albireo (ISCA 2021), conservative, as modelled in CiMLoop");
    static constexpr auto area = published(6153 * um2, "Albireo (ISCA 2021), conservative, as modelled in CiMLoop");
};
struct amplifier {
    static constexpr auto name = "TIA";
    static constexpr auto power =
        derived(0.6 * pJ * (5 * GHz), "0.6 pJ at 5 GHz, Albireo (ISCA 2021), conservative, as modelled in CiMLoop");
    static constexpr auto area = published(2769 * um2, "Albireo (ISCA 2021), conservative, as modelled in CiMLoop");
};
struct adc {
    static constexpr auto name = "ADC, 8 bit";
    static constexpr int bits = 8;
    static constexpr auto power = assumed(29 * mW, "an input of the published total: the survey model quoted beside it does not give it");
    static constexpr auto area = assumed(0.1 * mm2, "order of a 5 GS/s ADC; not stated apart");
};
struct symbol_rate {
    static constexpr auto frequency = published(5 * GHz, "Albireo (ISCA 2021), conservative, as modelled in CiMLoop");
};

}  // namespace sonic::devices::albireo
