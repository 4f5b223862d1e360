// SPDX-License-Identifier: MIT
#pragma once

/// The arithmetic of `analogue`: what a chip makes of the codes, in numbers that every instruction set computes alike.
///
/// A chunk's sum is S = sum over lanes of w x d, in units of the LSB: w a held code as its ring, its drift and its neighbours' crosstalk
/// leave it, d the driven code as its modulator leaves it. Both lie on a grid of powers of two so fine as a double's 53 bits allow, so that
/// S is exact in any order. Noise is a deviate times a standard deviation that follows from the light of the chunk:
///
///     variance = constant + linear L + quadratic Q,  L = sum of |w d|,  Q = sum of (w d)^2, or L^2 where one source lights all channels
///
/// with lanes' light cut to a few bits and whole coefficients, exact too. The root is rounded correctly everywhere; the product of deviate
/// and deviation is exact, so that fused and separate multiply-add agree and sum + noise rounds once: to a double, or to a float where
/// the kernel of exact chunks draws a constant noise. Without impairments the grid is that of code products, and the result the exact one.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <sonic/evaluate/analogue_model.hpp>
#include <sonic/evaluate/numbers.hpp>
#include <sonic/evaluate/random.hpp>
#include <sonic/network/error.hpp>

namespace sonic {

/// The chip that computes, and the draw of its noise. Chips differ in their rings' drift; a seed gives the noise of every conversion of
/// every image, numbered from 0 in each call.
struct analogue_conditions {
    impairments active{};
    std::uint64_t chip = 0;
    std::uint64_t seed = 0;
    std::span<const unit_optics> optics{};  ///< per array of the accelerator, instead of its own
};

namespace detail {
/// Model of an array under stated conditions.
template <accelerator A, std::size_t Index>
analogue_model model_under(const analogue_conditions& c) {
    if (!c.optics.empty() && c.optics.size() != lowered<A>::arrays)
        throw input_error(A::name, std::to_string(c.optics.size()) + " optics",
                          "one for each of its " + std::to_string(lowered<A>::arrays) + " arrays, or none");
    const unit_optics o = c.optics.empty() ? optics_of<A, Index>() : c.optics[Index];
    const optical_path path = path_of<typename unit_of_array<typename array_at<Index, typename A::diagram>::type>::type>::make(o);
    if (path.channels > 0 && !(path.source.si > 0) && (c.active.shot || c.active.thermal || c.active.intensity))
        throw input_error(A::name, "no light source", "a device that emits light, or unit_optics::source_power, for noise to be known");
    return analogue_model_of<A, Index>(c.active, o);
}
}  // namespace detail

namespace detail {

/// Coefficients of the noise of one output's conversions.
struct noise_terms {
    double deviation = 0;  ///< where the light does not matter: in LSB per unit of the deviate
    double constant = 0, linear = 0, quadratic = 0;
};

/// One layer of one array on one chip.
class analogue_arithmetic {
  public:
    /// `scale`: per output, the batch norm's factor, which costs light where a ring applies it. `units`: of the array, which holds weights
    /// or activations.
    analogue_arithmetic(const analogue_model& model, const number_format& f, const analogue_conditions& conditions, std::uint32_t array,
                        int units, bool holds_weights, std::span<const double> scale)
        : model_(model), lsb_(static_cast<double>(f.lsb())) {
        const impairments& active = model.active;
        const bool drifts = active.drift && model.linewidth.si > 0 && (model.tuning_error.si > 0 || model.temperature_shift.si > 0);
        held_is_bent_ = drifts || (active.nonlinearity && !model.held_curve.calibrated) || (active.crosstalk && model.channels > 1);
        driven_is_bent_ = model.driven_on_rings && (drifts || (active.nonlinearity && !model.driven_curve.calibrated));
        if (drifts) draw_drift(conditions.chip, array, units);
        choose_grid(f.lanes, drifts);
        if (driven_is_bent_) {
            physics::transmission_curve curve = model.driven_curve;
            curve.calibrated = curve.calibrated || !active.nonlinearity;
            for (int level = 0; level < model.driven_levels; ++level)
                positions_.push_back(std::nearbyint(2 * curve.span * curve.drive(level) * position_steps) / position_steps);
        }
        choose_noise(f, holds_weights, scale);
    }

    const analogue_model& model() const { return model_; }
    bool held_is_bent() const { return held_is_bent_; }
    bool driven_is_bent() const { return driven_is_bent_; }
    bool is_noisy() const { return noisy_; }
    /// Does the variance depend on the light?
    bool noise_needs_light() const { return needs_light_; }
    bool common_source() const { return model_.noise.common_source; }
    /// Exact sums that a float holds, of held weights, with noise that does not depend on the light: their sum is rounded to a float.
    bool rounds_to_float() const { return rounds_to_float_; }
    /// Sum and noise, in LSB.
    double noisy(double sum, double deviation, std::int32_t deviate) const {
        const double result = sum + deviation * deviate;
        return rounds_to_float_ ? static_cast<double>(static_cast<float>(result)) : result;
    }

    /// Weights of a chunk on the grid, in LSB. `codes`: one chunk; `make`: of this model.
    void held(chunk_weights& make, std::span<const int> codes, std::size_t unit, std::span<double> result) const {
        if (!held_is_bent_) {
            for (std::size_t i = 0; i < codes.size(); ++i) result[i] = codes[i] / lsb_;
            return;
        }
        make(codes, drift_.empty() ? std::span<const double>{} : drift_of(unit, codes.size()), result);
        for (double& w : result) w = std::nearbyint(std::ldexp(w, held_bits_)) / std::ldexp(lsb_, held_bits_);
    }

    /// Where a driven code stands on its ring's curve, in half linewidths of detuning, with the code's sign; the code itself if it is not
    /// bent.
    double position(int code) const {
        if (!driven_is_bent_) return code;
        const double p = positions_[static_cast<std::size_t>(code < 0 ? -code : code)];
        return code < 0 ? -p : p;
    }
    /// Drift of a lane's driving ring, in half linewidths.
    double driven_drift(std::size_t unit, std::size_t lane) const {
        if (!driven_is_bent_ || drift_.empty()) return 0;
        const double d = 2 * drift_[unit * rings_ + lanes_ + lane % lanes_];
        return std::nearbyint(std::clamp(d, -largest_drift, largest_drift) * position_steps) / position_steps;
    }
    /// Light of a ring at a detuning d: brightness x d^2 / (1 + d^2), to the nearest step. d^2 is exact.
    double brightness() const { return std::ldexp((model_.driven_levels - 1) / full_share(model_.driven_curve), driven_bits_); }
    double driven_step() const { return std::ldexp(1.0, -driven_bits_); }
    double driven(double position, double drift) const {
        if (!driven_is_bent_) return position;
        const double d = std::fabs(position) + drift, square = d * d;
        const double light = std::nearbyint(square / (1 + square) * brightness()) * driven_step();
        return position < 0 ? -light : light;
    }

    /// A lane's light counts |w d| x this, cut to a whole number.
    double light_scale() const { return std::ldexp(lsb_, -light_shift_); }
    /// `variance_unit` turns whole variances into squares of the LSB.
    double variance_unit() const { return variance_unit_; }
    const noise_terms& terms(std::size_t output) const { return terms_[output]; }
    std::span<const noise_terms> terms() const { return terms_; }
    /// Standard deviation per unit of the deviate, in LSB; `light`, `squares` whole.
    double deviation(const noise_terms& t, double light, double squares) const {
        if (!needs_light_) return t.deviation;
        const double variance = t.constant + t.linear * light + t.quadratic * (common_source() ? light * light : squares);
        return std::bit_cast<double>(std::bit_cast<std::uint64_t>(std::sqrt(variance * variance_unit_)) & leading_bits);
    }
    /// 24 bits of a double's significand: what multiplies a deviate of 13 bits exactly.
    static constexpr std::uint64_t leading_bits = 0xFFFFFFFFE0000000U;

  private:
    static constexpr double position_steps = 0x1p20, largest_drift = 16;
    static constexpr int most_bits = 51;  ///< of a sum on the grid: noise beside it still fits
    static constexpr std::int64_t exact_in_floats = std::int64_t{1} << 24;
    static constexpr double least_share = 1. / 256;  ///< of light that a batch norm's ring leaves: below it, noise no longer grows

    static double full_share(const physics::transmission_curve& c) {
        const double d = 2 * c.span;
        return d * d / (1 + d * d);
    }
    static int bits_above(double x) { return x > 1 ? static_cast<int>(std::ceil(std::log2(x))) : 0; }

    void draw_drift(std::uint64_t chip, std::uint32_t array, int units) {
        lanes_ = static_cast<std::size_t>(model_.lanes);
        rings_ = lanes_ * (driven_is_bent_ ? 2 : 1);
        for (int u = 0; u < units; ++u)
            for (std::size_t r = 0; r < rings_; ++r)
                drift_.push_back(model_.drift(chip, array, static_cast<std::uint32_t>(u), static_cast<std::uint32_t>(r)));
    }
    /// Drift of a chunk's rings; a chunk longer than the unit meets them again.
    std::span<const double> drift_of(std::size_t unit, std::size_t count) const {
        const auto all = std::span(drift_).subspan(unit * rings_, lanes_);
        if (count <= lanes_) return all.first(count);
        thread_local std::vector<double> repeated;
        repeated.clear();
        for (std::size_t i = 0; i < count; ++i) repeated.push_back(all[i % lanes_]);
        return repeated;
    }

    void choose_grid(int lanes, bool drifts) {
        double held = model_.held_levels - 1, driven = model_.driven_levels - 1;
        if (held_is_bent_ && drifts) held /= full_share(model_.held_curve);
        if (driven_is_bent_) driven /= full_share(model_.driven_curve);
        if (model_.active.crosstalk) {
            double most = 1;
            for (int j = 0; j < model_.channels; ++j) {
                double sum = 0;
                for (int i = 0; i < model_.channels; ++i) sum += model_.crosstalk(i, j);
                most = std::max(most, sum);
            }
            held *= most;
        }
        const int free = std::max(0, most_bits - bits_above(held * driven * lanes));
        held_bits_ = !held_is_bent_ ? 0 : std::min(20, driven_is_bent_ ? free / 2 : free);
        driven_bits_ = driven_is_bent_ ? std::min(16, free - held_bits_) : 0;
        const int light_bits = common_source() ? std::max(8, 16 - bits_above(lanes)) : 16;
        light_shift_ = std::max(0, bits_above(held * driven) - light_bits);
        const double most_light = std::ceil(std::ldexp(held * driven, -light_shift_));
        largest_light_ = lanes * most_light;
        largest_squares_ = common_source() ? largest_light_ * largest_light_ : lanes * most_light * most_light;
    }

    void choose_noise(const number_format& f, bool holds_weights, std::span<const double> scale) {
        const noise_law& law = model_.noise;
        noisy_ = law.constant > 0 || law.linear > 0 || law.quadratic > 0;
        needs_light_ = law.linear > 0 || law.quadratic > 0;
        rounds_to_float_ =
            holds_weights && noisy_ && !needs_light_ && !held_is_bent_ && !driven_is_bent_ && f.largest_sum() < exact_in_floats;
        double largest_scale = 0;
        for (const double s : scale) largest_scale = std::max(largest_scale, std::fabs(s));
        // From squares of code products to squares of the LSB, per unit of the deviate.
        const double unit = 1 / (detector_noise::variance * lsb_ * lsb_);
        std::vector<noise_law> laws;
        double most = 0;
        for (const double s : scale) {
            const bool attenuates = model_.scaled_by_ring && largest_scale > 0;
            noise_law l = law.behind(attenuates ? std::max(least_share, std::fabs(s) / largest_scale) : 1.0);
            l.constant *= unit;
            l.linear *= std::ldexp(unit, light_shift_);
            l.quadratic *= std::ldexp(unit, 2 * light_shift_);
            most = std::max(most, l.constant + l.linear * largest_light_ + l.quadratic * largest_squares_);
            laws.push_back(l);
        }
        int exponent = most > 0 ? static_cast<int>(std::ceil(std::log2(most))) - 50 : 0;
        exponent += exponent & 1;  // its root is a power of two as well
        variance_unit_ = std::ldexp(1.0, exponent);
        for (const noise_law& l : laws)
            terms_.push_back({few_bits(std::sqrt(l.constant)), std::nearbyint(l.constant / variance_unit_),
                              std::nearbyint(l.linear / variance_unit_), std::nearbyint(l.quadratic / variance_unit_)});
    }

    /// Ten bits, none below 2^-12 code products: times a deviate, exact in a float; beside a sum, exact in a double.
    double few_bits(double x) const {
        int exponent = 0;
        const double fraction = std::frexp(x, &exponent);
        const int last = std::max(exponent - 10, -12 - static_cast<int>(std::log2(lsb_)));
        return std::ldexp(std::nearbyint(std::ldexp(fraction, exponent - last)), last);
    }

    analogue_model model_;
    double lsb_ = 1;
    bool held_is_bent_ = false, driven_is_bent_ = false, noisy_ = false, needs_light_ = false, rounds_to_float_ = false;
    int held_bits_ = 0, driven_bits_ = 0, light_shift_ = 0;
    double largest_light_ = 0, largest_squares_ = 0, variance_unit_ = 1;
    std::size_t lanes_ = 0, rings_ = 0;
    std::vector<double> drift_;      ///< [unit][ring] in linewidths, the held operand's rings first
    std::vector<double> positions_;  ///< per level of the driven operand
    std::vector<noise_terms> terms_;
};

}  // namespace detail

}  // namespace sonic
