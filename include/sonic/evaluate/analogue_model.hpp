// SPDX-License-Identifier: MIT
#pragma once

/// What an array's optics do to the numbers it computes: weights bent by the modulator's curve, by drift and by crosstalk, and noise whose
/// variance depends on the light. All of it follows from the same unit_optics that decide whether the accelerator can be built.
///
/// An array computes S = sum over lanes of held code x driven code. Here S stays in these units: full light of one channel is
/// `full_scale` = largest held code x largest driven code. With every impairment off, weights are the codes themselves and variances 0.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <sonic/accelerator/cost.hpp>
#include <sonic/accelerator/feasibility.hpp>
#include <sonic/evaluate/numbers.hpp>
#include <sonic/evaluate/random.hpp>

namespace sonic {

/// Which impairments act.
struct impairments {
    bool nonlinearity = true;                            ///< the modulator's curve, where DACs are not calibrated to it
    bool crosstalk = true;                               ///< between the channels of a waveguide
    bool drift = true;                                   ///< each ring's tuning error and the unit's temperature, fixed for a chip
    bool shot = true, thermal = true, intensity = true;  ///< noise at the detector
    bool converter = true;                               ///< the ADC's effective bits below its nominal ones

    static constexpr impairments none() { return {false, false, false, false, false, false, false}; }
};

/// Variance of a chunk's sum, in units of S squared, against the light L = sum of |held code x driven code| that reaches the detector:
/// constant + linear L + quadratic Q. Q is L squared where all channels share one source, whose noise then is common to them, and the sum
/// of the lanes' squares where each has a source of its own.
struct noise_law {
    double constant = 0;   ///< thermal, dark current, amplifier, converter
    double linear = 0;     ///< shot
    double quadratic = 0;  ///< relative intensity noise
    bool common_source = false;

    constexpr double variance(double light, double squares) const {
        return constant + linear * light + quadratic * (common_source ? light * light : squares);
    }
    /// The law when only a share t of the light reaches the detector (a broadband ring that applies a batch-norm factor) and the sum is
    /// scaled back: constant / t^2, linear / t; intensity noise scales with the light. 0 < t <= 1.
    constexpr noise_law behind(double share) const { return {constant / (share * share), linear / share, quadratic, common_source}; }

    /// Where the lanes' squares are not at hand: the most they can be, all light from one lane, is L squared.
    constexpr double variance(double light) const { return constant + linear * light + quadratic * light * light; }
};

/// One array's optics as they act on its codes.
struct analogue_model {
    int lanes = 1;        ///< of a unit
    int channels = 1;     ///< of a waveguide; lanes beyond share wavelengths with earlier ones, on another waveguide
    int held_levels = 2;  ///< magnitudes of the held code, zero among them
    int driven_levels = 2;
    bool driven_on_rings = false;
    double full_scale = 1;
    physics::transmission_curve held_curve{}, driven_curve{};
    physics::wdm_grid grid{};
    noise_law noise{};
    bool scaled_by_ring = false;  ///< a broadband ring applies the batch norm's factors
    metre linewidth{};
    metre tuning_error{};
    metre temperature_shift{};  ///< standard deviation of the shift that all rings of a unit share
    impairments active{};

    /// Share of channel j's power that ring i takes along, 1 for i = j (CrossLight, DAC 2021, eq (8)).
    double crosstalk(int i, int j) const { return i == j ? 1.0 : active.crosstalk ? grid.crosstalk(i, j) : 0.0; }

    /// The channels' crosstalk as a matrix, row: ring, column: wavelength.
    std::vector<double> crosstalk_matrix() const {
        std::vector<double> matrix;
        for (int i = 0; i < channels; ++i)
            for (int j = 0; j < channels; ++j) matrix.push_back(crosstalk(i, j));
        return matrix;
    }

    /// Detuning error of a ring of a chip, in linewidths: its own, and its unit's temperature. Fixed by (chip, array, unit, ring); a unit's
    /// rings are numbered with the held operand's first, then the driven operand's.
    double drift(std::uint64_t chip, std::uint32_t array, std::uint32_t unit, std::uint32_t ring) const {
        if (!active.drift || !(linewidth.si > 0)) return 0;
        const double own =
            tuning_error.si > 0 ? tuning_error / linewidth * normal(random_words(chip, purpose::ring_drift, array, unit, ring)[0]) : 0;
        const double shared = temperature_shift.si > 0
                                  ? temperature_shift / linewidth * normal(random_words(chip, purpose::temperature, array, unit, 0)[0])
                                  : 0;
        return own + shared;
    }

    /// What a code becomes on a modulator that is off by `error` linewidths. Exactly the code without impairments.
    static double through(int code, physics::transmission_curve curve, bool nonlinear, double error) {
        const int magnitude = code < 0 ? -code : code;
        curve.calibrated = curve.calibrated || !nonlinear;
        if (curve.calibrated && error == 0) return code;
        const double value = curve.shape(curve.drive(magnitude) + error / curve.span) * (curve.levels - 1);
        return code < 0 ? -value : value;
    }
    double held(int code, double error = 0) const { return through(code, held_curve, active.nonlinearity, error); }
    double driven(int code, double error = 0) const {
        return driven_on_rings ? through(code, driven_curve, active.nonlinearity, error) : code;
    }
};

/// Makes the weights of chunks under a model, its tables at hand: the drive of each level, and the crosstalk matrix.
class chunk_weights {
  public:
    explicit chunk_weights(const analogue_model& model) : model_(model) {
        model_.held_curve.calibrated = model.held_curve.calibrated || !model.active.nonlinearity;
        if (model.active.crosstalk) matrix_ = model.crosstalk_matrix();
        if (model.active.drift || !model_.held_curve.calibrated)
            for (int level = 0; level < model.held_levels; ++level) drives_.push_back(model_.held_curve.drive(level));
    }

    /// Weights that the driven operand of each lane meets: w'_j = sum over rings i of its waveguide of crosstalk(i, j) held_i.
    /// `codes` holds one chunk, at most the unit's lanes; `errors` the lanes' drift in linewidths, or nothing; `result` as many as `codes`.
    void operator()(std::span<const int> codes, std::span<const double> errors, std::span<double> result) {
        bent_.resize(codes.size());
        for (std::size_t i = 0; i < codes.size(); ++i) bent_[i] = held(codes[i], errors.empty() ? 0.0 : errors[i]);
        const auto group = static_cast<std::size_t>(model_.channels);
        for (std::size_t j = 0; j < codes.size(); ++j) {
            if (matrix_.empty()) {
                result[j] = bent_[j];
                continue;
            }
            const std::size_t first = j / group * group, last = first + group < codes.size() ? first + group : codes.size();
            double sum = 0;
            for (std::size_t i = first; i < last; ++i) sum += matrix_[(i - first) * group + (j - first)] * bent_[i];
            result[j] = sum;
        }
    }

  private:
    double held(int code, double error) const {
        const auto magnitude = static_cast<std::size_t>(code < 0 ? -code : code);
        if (drives_.empty() || (model_.held_curve.calibrated && error == 0)) return code;
        const double value = model_.held_curve.shape(drives_[magnitude] + error / model_.held_curve.span) * (model_.held_levels - 1);
        return code < 0 ? -value : value;
    }

    analogue_model model_;
    std::vector<double> matrix_, drives_, bent_;
};

namespace detail {

/// Array `Index` of a diagram.
template <std::size_t Index, class Arrays>
struct array_at;
template <std::size_t Index, class First, class... Rest>
struct array_at<Index, array_list<First, Rest...>> : array_at<Index - 1, array_list<Rest...>> {};
template <class First, class... Rest>
struct array_at<0, array_list<First, Rest...>> {
    using type = First;
};
template <std::size_t Index, class... Blocks>
struct array_at<Index, assembly<Blocks...>> : array_at<Index, arrays_of<Blocks...>> {};

/// Readings of a detector whose dark noise meets in one sum: one for each arm, two of each where detection is balanced, and as many times
/// as passes are integrated.
template <std::size_t N>
constexpr int detections_of(const unit_value<N>& unit) {
    int detectors = 0;
    for (const part& p : unit.parts)
        if (p.role == role::detector && detectors == 0) detectors = p.count / (unit.rows * unit.columns);
    return unit.integration * unit.arms * (detectors > 1 ? detectors : 1);
}

/// Noise of the detectors in units of codes: currents over R P / full_scale, P the light of a channel at full power.
constexpr noise_law noise_law_of(const unit_optics& o, const optical_path& path, int detections, hertz rate, double full_scale,
                                 const impairments& active) {
    noise_law law{.common_source = o.common_source};
    const link_budget budget = budget_of_path(path, o);
    if (path.channels == 0 || !(budget.source.value > -math::infinity) || !(rate.si > 0)) return law;
    const physics::photoreceiver& receiver = o.receiver;
    const watt channel = budget.received.power();
    const hertz bandwidth = physics::photoreceiver::bandwidth(rate);
    const double per_code = receiver.current(channel).si / full_scale;
    const physics::current_noise dark = receiver.noise(watt{0}, bandwidth), lit = receiver.noise(channel, bandwidth);
    if (active.shot) {
        law.constant += detections * dark.shot.si / (per_code * per_code);
        law.linear += (lit.shot - dark.shot).si / (per_code * per_code * full_scale);
    }
    if (active.thermal) law.constant += detections * (dark.thermal + dark.amplifier).si / (per_code * per_code);
    if (active.intensity) law.quadratic += lit.intensity.si / (per_code * per_code * full_scale * full_scale);
    return law;
}

/// Variance that an ADC of b bits and e effective bits adds to its rounding, in LSB squared: (4^(b - e) - 1) / 12.
constexpr double converter_variance(int bits, double effective) {
    return effective > 0 && effective < bits ? (math::pow(4.0, bits - effective) - 1.0) / 12.0 : 0.0;
}

}  // namespace detail

/// The optics of each array of A, as A states them or as the library assumes.
template <accelerator A>
[[nodiscard]] constexpr auto optics_of() {
    return []<std::size_t... I>(std::index_sequence<I...>) {
        return std::array<unit_optics, sizeof...(I)>{detail::optics_of<A, I>()...};
    }(std::make_index_sequence<detail::lowered<A>::arrays>{});
}

/// The model of array `Index` of A with stated optics, which need not be A's own.
template <accelerator A, std::size_t Index>
[[nodiscard]] constexpr analogue_model analogue_model_of(const impairments& active, const unit_optics& o) {
    using Array = typename detail::array_at<Index, typename A::diagram>::type;
    using Unit = typename detail::unit_of_array<Array>::type;
    static_assert(optically_described<Unit>, "sonic: an analogue model needs a unit whose optical path is described");
    constexpr auto& unit = Array::unit;
    const optical_path path = detail::path_of<Unit>::make(o);
    constexpr number_format format = format_of<Array>;
    constexpr bool holds_weights = Array::dataflow_type::holds_weights;
    analogue_model m{.lanes = unit.lanes, .channels = path.channels > 0 ? path.channels : unit.lanes};
    m.active = active;
    if (!path.rings) m.active.nonlinearity = m.active.crosstalk = m.active.drift = false;  // interferometers, taken as linear and tuned
    m.held_levels = static_cast<int>((holds_weights ? format.largest_weight() : format.largest_activation()) + 1);
    m.driven_levels = static_cast<int>((holds_weights ? format.largest_activation() : format.largest_weight()) + 1);
    m.driven_on_rings = detail::driven_on_rings(unit);
    m.full_scale = static_cast<double>(m.held_levels - 1) * (m.driven_levels - 1);
    m.held_curve = {physics::modulator::ring, m.held_levels, o.modulation_span, o.calibrated};
    m.driven_curve = {physics::modulator::ring, m.driven_levels, o.modulation_span, o.calibrated};
    m.scaled_by_ring = detail::has_part(unit, role::scaler);
    m.grid = grid_of(o, m.channels);
    m.linewidth = physics::linewidth(o.wavelength, o.quality_factor);
    m.tuning_error = o.tuning_error;
    m.temperature_shift = physics::thermal_shift(o.wavelength, physics::silicon_group_index) * o.temperature_error.value;
    m.noise = detail::noise_law_of(o, path, detail::detections_of(unit), detail::symbol_rate_of<A, Array>(o), m.full_scale, active);
    const auto lsb = static_cast<double>(format.lsb());
    if (active.converter) m.noise.constant += detail::converter_variance(unit.adc_bits, o.adc_effective_bits) * lsb * lsb;
    return m;
}
/// The same with A's own optics.
template <accelerator A, std::size_t Index>
[[nodiscard]] constexpr analogue_model analogue_model_of(const impairments& active = {}) {
    return analogue_model_of<A, Index>(active, detail::optics_of<A, Index>());
}

}  // namespace sonic
