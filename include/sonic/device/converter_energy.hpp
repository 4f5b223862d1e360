// SPDX-License-Identifier: MIT
#pragma once

/// What a conversion costs: figures of merit, the regression over published ADCs, and scaling of a known converter to other bits and rates.

#include <sonic/device/sourced.hpp>
#include <sonic/quantity/math.hpp>
#include <sonic/quantity/quantity.hpp>

namespace sonic::physics {

/// Signal to noise and distortion of b effective bits, in dB: 6.02 b + 1.76.
constexpr double sndr_of_bits(double bits) { return 6.02 * bits + 1.76; }
constexpr double bits_of_sndr(double sndr) { return (sndr - 1.76) / 6.02; }

/// Walden: energy per conversion F 2^b (Walden, IEEE JSAC 17 (1999)).
constexpr joule walden_energy(double bits, joule per_step) { return per_step * math::pow(2.0, bits); }
/// The figure of merit of a converter of power P at a rate f: P / (2^b f).
constexpr joule walden_figure(watt power, double bits, hertz rate) { return power / rate / math::pow(2.0, bits); }

/// Schreier: figure of merit in dB = SNDR + 10 log10(f / (2 P)), so energy per conversion = 10^((SNDR - FoM) / 10) / 2.
constexpr joule schreier_energy(double bits, double figure) { return {0.5 * math::exp10((sndr_of_bits(bits) - figure) / 10.0)}; }
constexpr double schreier_figure(watt power, double bits, hertz rate) {
    return sndr_of_bits(bits) + 10.0 * math::log10(rate.si / (2.0 * power.si));
}

/// Envelopes of the ADC survey (Murmann, ADC Performance Survey 1997-; read in a secondary source).
namespace adc_survey {
inline constexpr auto corner = published(46.3 * units::MHz, "envelope of the Murmann survey; read in a secondary source");
inline constexpr auto low_speed_figure = published(186.7, "envelope of the Murmann survey, dB; read in a secondary source");

/// Best Schreier figure of merit at a rate: 186.7 dB - 10 log10(1 + (f / 46.3 MHz)^2).
constexpr double best_figure(hertz rate) {
    const double x = rate / corner.value;
    return low_speed_figure - 10.0 * math::log10(1.0 + x * x);
}
/// Least energy of a conversion at any rate: 0.27 pJ + 0.145 aJ 4^b.
constexpr joule least_energy(double bits) { return 0.27 * units::pJ + 1.45e-19 * units::J * math::pow(4.0, bits); }
/// Effective bits that an energy per conversion buys at a rate, at the best figure of merit.
constexpr double bits_at(joule energy, hertz rate) { return bits_of_sndr(best_figure(rate) + 10.0 * math::log10(2.0 * energy.si)); }
}  // namespace adc_survey

/// Effective bits that a sampling clock of jitter s leaves for an input of frequency f: (-20 log10(2 pi f s) - 1.76) / 6.02 (textbook).
constexpr double jitter_bits(hertz input, second jitter) {
    return bits_of_sndr(-20.0 * math::log10(2.0 * math::pi * input.si * jitter.si));
}

/// Effective bits of a converter of `nominal` bits whose other errors leave `limit` bits: noise powers add, 4^-b = 4^-b1 + 4^-b2.
constexpr double combined_bits(double nominal, double limit) {
    return -math::log2(math::pow(4.0, -nominal) + math::pow(4.0, -limit)) / 2.0;
}

/// Regression over the Murmann survey (Andrulis et al., arXiv 2404.06553, coefficients of its published model): a good ADC of b effective
/// bits at a rate in a CMOS node. 4 <= b, rate up to 10 GS/s.
namespace adc_regression {
/// Schreier figure, the lower of what speed and what resolution (rounded up) leave.
constexpr double figure(double bits, hertz rate) {
    const double by_rate = 213.7806687348118 - 2.8719030399529957 * math::log(rate.si);
    int whole = static_cast<int>(bits);
    if (whole < bits) ++whole;
    whole = whole > 20 ? 20 : whole;
    const double by_bits = 128.3068287398817 + 3.2205115109775617 * whole;
    return by_rate < by_bits ? by_rate : by_bits;
}
/// e_S exp(26.050 + 1.8800 ln node - 2.8291 ln b - 1.4702) pJ, e_S in joule from the figure with SNDR = 20 b log10 2 + 10 log10 1.5.
constexpr joule energy(double bits, hertz rate, metre node) {
    const double sndr = 20.0 * bits * math::log10(2.0) + 10.0 * math::log10(1.5);
    const double ideal = 0.5 * math::exp10((sndr - figure(bits, rate)) / 10.0);
    return ideal *
           math::exp(26.0496215686518 + 1.8800369206815004 * math::log(node.si * 1e9) - 2.8291256050594527 * math::log(bits) -
                     1.4702022133784405) *
           units::pJ;
}
/// exp(1.3462 + 0.99328 ln node + 0.18072 ln rate + 0.29912 ln(energy / pJ)) um^2.
constexpr square_metre area(double bits, hertz rate, metre node) {
    return math::exp(1.3461916439910742 + 0.9932794744745022 * math::log(node.si * 1e9) + 0.18071538424508238 * math::log(rate.si) +
                     0.29912426192653485 * math::log(energy(bits, rate, node).si * 1e12)) *
           units::um2;
}
}  // namespace adc_regression

/// How power grows with bits b and rate f within one architecture.
enum class converter_scaling {
    sar_adc,          ///< f b
    flash_adc,        ///< f (2^b - 1)
    dac,              ///< f 2^b / b (Zhu et al., Lightening-Transformer, HPCA 2024)
    dac_with_offset,  ///< f 2^b / (b + 1) (Yin et al., SCATTER, ICCAD 2024, and SimPhony, DAC 2025)
    dac_by_figure     ///< 2 F b f with a figure of merit F (SimPhony)
};

/// The factor above; the ratio of two of them scales a power.
constexpr double converter_load(converter_scaling law, int bits, hertz rate) {
    const double steps = math::pow(2.0, bits);
    switch (law) {
        case converter_scaling::flash_adc: return rate.si * (steps - 1.0);
        case converter_scaling::dac: return rate.si * steps / bits;
        case converter_scaling::dac_with_offset: return rate.si * steps / (bits + 1.0);
        case converter_scaling::sar_adc:
        case converter_scaling::dac_by_figure: break;
    }
    return rate.si * bits;
}

/// Power of a known converter (`from_bits` at `from_rate`) built for other bits and another rate.
constexpr watt scaled_power(converter_scaling law, watt known, int from_bits, hertz from_rate, int bits, hertz rate) {
    return known * (converter_load(law, bits, rate) / converter_load(law, from_bits, from_rate));
}

}  // namespace sonic::physics
