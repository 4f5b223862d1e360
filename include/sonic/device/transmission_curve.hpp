// SPDX-License-Identifier: MIT
#pragma once

/// From the level of a DAC to the share of light that a modulator passes: what a digital weight becomes.

#include <sonic/device/mach_zehnder.hpp>
#include <sonic/device/ring_resonator.hpp>

namespace sonic::physics {

/// How light is modulated.
enum class modulator {
    direct,         ///< the source itself, in proportion to its drive
    ring,           ///< through port of a ring, drive in proportion to the detuning
    interferometer  ///< Mach-Zehnder, drive in proportion to the phase
};

/// Transmission of DAC levels 0..levels-1, scaled so that 0 is the darkest and 1 the brightest point that the drive reaches.
struct transmission_curve {
    modulator kind = modulator::direct;
    int levels = 2;
    /// Drive of the top level: detuning over FWHM for a ring (> 0), phase over pi for an interferometer (0 < span <= 1).
    double span = 1;
    /// A calibrated DAC inverts the curve: transmission is in proportion to the level.
    bool calibrated = true;

    /// Share of light for a level, 0 to 1.
    constexpr double at(int level) const { return shape(drive(level)); }
    /// Slope of that share against the drive (in units of full drive): how strongly a tuning error acts.
    constexpr double slope(int level) const {
        const double x = drive(level), h = 1e-6;
        return (shape(x + h) - shape(x - h)) / (2 * h);
    }
    /// Change of the share per linewidth of detuning error; 0 for other modulators.
    constexpr double per_linewidth(int level) const { return kind == modulator::ring ? slope(level) / span : 0.0; }
    /// Largest distance of the curve from a straight line, in levels.
    constexpr double worst_nonlinearity() const {
        double worst = 0;
        for (int i = 0; i < levels; ++i) {
            const double error = math::abs(at(i) * (levels - 1) - i);
            worst = worst < error ? error : worst;
        }
        return worst;
    }

    /// Drive of a level, 0 to 1 of the full drive.
    constexpr double drive(int level) const {
        const double share = static_cast<double>(level) / (levels - 1);
        return calibrated ? inverse(share) : share;
    }
    /// Share of light for a drive x: ring d^2 / (1 + d^2) with d = 2 span x, scaled to 1 at x = 1; interferometer sin^2, likewise.
    constexpr double shape(double x) const {
        switch (kind) {
            case modulator::ring: return raised(2.0 * span * x) / raised(2.0 * span);
            case modulator::interferometer: return bright(span * x) / bright(span);
            case modulator::direct: break;
        }
        return x;
    }

  private:
    static constexpr double raised(double d) { return d * d / (1.0 + d * d); }
    static constexpr double bright(double turns) {
        const double s = math::sin(math::pi / 2.0 * turns);
        return s * s;
    }
    constexpr double inverse(double share) const {
        switch (kind) {
            case modulator::ring: {
                const double t = share * raised(2.0 * span);
                return math::sqrt(t / (1.0 - t)) / (2.0 * span);
            }
            case modulator::interferometer: return math::asin(math::sqrt(share * bright(span))) / (math::pi / 2.0 * span);
            case modulator::direct: break;
        }
        return share;
    }
};

}  // namespace sonic::physics
