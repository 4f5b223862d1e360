// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <random>
#include <vector>

#include <sonic/evaluate/analogue_model.hpp>
#include <sonic/sonic.hpp>

#include "../support/buildable.hpp"
#include "impaired.hpp"

using namespace sonic;
using namespace sonic::units;

namespace {

/// Mean and variance of what `draw(i)` gives.
template <class Draw>
std::array<double, 2> moments(int count, Draw draw) {
    double mean = 0, square = 0;
    for (int i = 0; i < count; ++i) {
        const double x = draw(static_cast<std::uint64_t>(i));
        mean += x / count;
        square += x * x / count;
    }
    return {mean, square - mean * mean};
}
constexpr int draws = 100000;
/// Is an estimated variance within five standard errors of the predicted one?
bool agrees(double variance, double predicted) { return std::fabs(variance / predicted - 1) < 5 * std::sqrt(2.0 / draws); }

struct comb : accelerators::sonic {
    static constexpr unit_optics optics{.common_source = assumed(true, "a test")};
};

}  // namespace

static_assert(analogue_model_of<accelerators::sonic, 0>().full_scale == 31.0 * 65535);
static_assert(analogue_model_of<accelerators::sonic, 1>().held_levels == 65536 &&
              analogue_model_of<accelerators::sonic, 1>().driven_levels == 32);
static_assert(analogue_model_of<accelerators::crosslight, 0>().driven_on_rings &&
              analogue_model_of<accelerators::crosslight, 1>().channels == 15);
static_assert(analogue_model_of<accelerators::sonic, 0>(impairments::none()).noise.variance(1e6, 1e9) == 0);

TEST_CASE("with every impairment off, weights are the codes themselves and noise is none") {
    std::mt19937 random(5);
    const auto check = [&](const analogue_model& model) {
        chunk_weights make(model);
        std::uniform_int_distribution<int> code(-(model.held_levels - 1), model.held_levels - 1);
        for (int trial = 0; trial < 50; ++trial) {
            std::vector<int> codes(static_cast<std::size_t>(model.lanes));
            for (int& c : codes) c = code(random);
            std::vector<double> weights(codes.size()), errors(codes.size());
            for (std::size_t i = 0; i < codes.size(); ++i) errors[i] = model.drift(9, 0, 3, static_cast<std::uint32_t>(i));
            make(codes, errors, weights);
            for (std::size_t i = 0; i < codes.size(); ++i) CHECK(weights[i] == codes[i]);
            CHECK(model.driven(codes[0]) == codes[0]);
        }
        CHECK(model.noise.variance(model.full_scale, model.full_scale * model.full_scale) == 0);
        CHECK(model.noise.variance(0) == 0);
    };
    check(analogue_model_of<imperfect, 0>(impairments::none()));
    check(analogue_model_of<imperfect, 1>(impairments::none()));
    check(analogue_model_of<accelerators::crosslight, 1>(impairments::none()));
}

TEST_CASE("crosstalk: its matrix is the grid's, weights are the codes times it, arms do not disturb one another") {
    const analogue_model model = analogue_model_of<accelerators::crosslight, 1>(only(&impairments::crosstalk));
    REQUIRE(model.lanes == 150);
    REQUIRE(model.channels == 15);
    const auto matrix = model.crosstalk_matrix();
    const auto grid = physics::wdm_grid::filling(1550 * nm, 18 * nm, 15, 8000);
    double worst = 0;
    for (int i = 0; i < 15; ++i) {
        double sum = 0;
        for (int j = 0; j < 15; ++j) {
            CHECK(matrix[static_cast<std::size_t>(i * 15 + j)] == doctest::Approx(grid.crosstalk(i, j)));
            if (i != j) sum += matrix[static_cast<std::size_t>(i * 15 + j)];
        }
        worst = std::max(worst, sum);
    }
    CHECK(std::log2(1 / worst) == doctest::Approx(5.67).epsilon(1e-3));  // the resolution that feasibility reports
    chunk_weights make(model);
    std::vector<int> codes(150, 0);
    std::vector<double> weights(150);
    codes[20] = 1000;
    make(codes, {}, weights);
    for (int j = 0; j < 150; ++j)
        CHECK(weights[static_cast<std::size_t>(j)] == doctest::Approx(j >= 15 && j < 30 ? 1000 * grid.crosstalk(5, j - 15) : 0));
    // Linear in the codes, and a short last chunk is only as long as it is.
    std::vector<int> few{3, -5, 7};
    std::vector<double> few_weights(3);
    make(few, {}, few_weights);
    CHECK(few_weights[1] == doctest::Approx(-5 + 3 * grid.crosstalk(0, 1) + 7 * grid.crosstalk(2, 1)));
}

TEST_CASE("each source of noise alone has the variance that its formula predicts, and they add") {
    const auto variance = [](bool impairments::*one, double light) {
        return analogue_model_of<imperfect, 0>(only(one)).noise.variance(light);
    };
    constexpr unit_optics o = imperfect::optics;
    const double full = 31.0 * 65535, q = 1.602176634e-19, bandwidth = 1 / 34.4058e-9 / std::sqrt(2.0);
    const double received = budget_of<accelerators::sonic::conv_unit>(o).received.power().si, current = 1.2 * received;
    for (const double channels : {0.0, 0.5, 1.0, 5.0}) {
        // `channels` channels at full light; amperes squared over the square of the current of full scale.
        const double i = channels * current, code = full / current;
        CHECK(variance(&impairments::shot, channels * full) ==
              doctest::Approx(2 * q * (i + 35e-9) * bandwidth * code * code).epsilon(1e-5));
        CHECK(variance(&impairments::thermal, channels * full) ==
              doctest::Approx(4 * q * 0.0259 / 50 * bandwidth * code * code).epsilon(1e-5));
        CHECK(variance(&impairments::intensity, channels * full) == doctest::Approx(1e-14 * i * i * bandwidth * code * code).epsilon(1e-5));
        const double lsb = format_of<detail::array_at<0, imperfect::diagram>::type>.lsb();
        CHECK(variance(&impairments::converter, channels * full) == doctest::Approx((std::pow(4, 5) - 1) / 12 * lsb * lsb));
        const double all = analogue_model_of<imperfect, 0>().noise.variance(channels * full);
        CHECK(all ==
              doctest::Approx(variance(&impairments::shot, channels * full) + variance(&impairments::thermal, channels * full) +
                              variance(&impairments::intensity, channels * full) + variance(&impairments::converter, channels * full)));
    }
    // What is left for one channel at full power is what the resolution says: lit and dark noise add as amplitudes there.
    const auto quiet = analogue_model_of<accelerators::sonic, 0>().noise;
    const double ratio = full / (std::sqrt(quiet.variance(full)) + std::sqrt(quiet.variance(0)));
    CHECK(physics::bits_of_snr(ratio * ratio) ==
          doctest::Approx(feasibility_of<accelerators::sonic>.resolutions[0].noise_bits).epsilon(1e-6));
}

TEST_CASE("every detector adds its dark noise: one per arm, two where detection is balanced; attenuation costs signal") {
    using balanced = replace<accelerators::sonic, signs::free, signs::balanced>;
    const noise_law one = analogue_model_of<accelerators::sonic, 0>(only(&impairments::thermal)).noise;
    CHECK(analogue_model_of<balanced, 0>(only(&impairments::thermal)).noise.constant == doctest::Approx(2 * one.constant));
    const auto arms = analogue_model_of<accelerators::crosslight, 1>(only(&impairments::thermal));
    const auto optics = accelerators::crosslight::optics;
    const double current = 1.2 * budget_of<accelerators::crosslight::unit<150>>(optics).received.power().si,
                 code = arms.full_scale / current;
    const double rate = feasibility_of<accelerators::crosslight>.symbol_rates[1].si;
    CHECK(arms.noise.constant ==
          doctest::Approx(10 * 4 * 1.602176634e-19 * 0.0259 / 50 * rate / std::sqrt(2.0) * code * code).epsilon(1e-6));
    // Behind a ring that passes a share t, the noise of the sum scaled back is that of t times the light, over t squared.
    const noise_law all = analogue_model_of<accelerators::sonic, 0>().noise;
    for (const double t : {1.0, 0.5, 0.1}) {
        const double light = 3e6, squares = 4e12;
        CHECK(all.behind(t).variance(light, squares) == doctest::Approx(all.variance(t * light, t * t * squares) / (t * t)));
    }
}

TEST_CASE("Monte Carlo: noise drawn by counter has the predicted variance, for every source and light") {
    for (const auto one : {&impairments::shot, &impairments::thermal, &impairments::intensity, &impairments::converter}) {
        const noise_law law = analogue_model_of<imperfect, 0>(only(one)).noise;
        for (const double light : {31.0 * 65535, 5 * 31.0 * 65535}) {
            const double predicted = law.variance(light), deviation = std::sqrt(predicted);
            const auto [mean, variance] =
                moments(draws, [&](std::uint64_t i) { return deviation * normal(random_words(17, purpose::detector_noise, 0, 0, i)[0]); });
            CHECK(std::fabs(mean) < 5 * deviation / std::sqrt(draws));
            CHECK(agrees(variance, predicted));
        }
    }
}

TEST_CASE("intensity noise of one source for all lanes adds as amplitudes, of one source each as powers") {
    const noise_law own = analogue_model_of<accelerators::sonic, 0>(only(&impairments::intensity)).noise;
    const noise_law one = analogue_model_of<comb, 0>(only(&impairments::intensity)).noise;
    const std::array<double, 5> lane{1e6, 2e5, 7e5, 0, 1.3e6};
    const double light = std::accumulate(lane.begin(), lane.end(), 0.0),
                 squares = std::inner_product(lane.begin(), lane.end(), lane.begin(), 0.0);
    const double relative = std::sqrt(own.quadratic);
    const auto draw = [&](bool shared) {
        return [&, shared](std::uint64_t i) {
            const auto a = random_words(3, purpose::detector_noise, 1, 0, i), b = random_words(3, purpose::detector_noise, 1, 1, i);
            double sum = 0;
            for (std::size_t l = 0; l < lane.size(); ++l) sum += lane[l] * relative * normal(shared ? a[0] : l < 4 ? a[l] : b[0]);
            return sum;
        };
    };
    CHECK(agrees(moments(draws, draw(false))[1], own.variance(light, squares)));
    CHECK(agrees(moments(draws, draw(true))[1], one.variance(light, squares)));
    CHECK(own.variance(light, squares) < own.variance(light));
    CHECK(one.variance(light, squares) == one.variance(light));
}

TEST_CASE("drift belongs to a chip: the same each time, of the stated spread from ring to ring, temperature common to a unit") {
    const analogue_model model = analogue_model_of<imperfect, 0>();
    CHECK(model.drift(1, 0, 2, 3) == model.drift(1, 0, 2, 3));
    CHECK(model.drift(1, 0, 2, 3) != model.drift(2, 0, 2, 3));
    CHECK(model.drift(1, 0, 2, 3) != model.drift(1, 1, 2, 3));
    CHECK(model.drift(1, 0, 2, 3) != model.drift(1, 0, 3, 3));
    const double width = 1550e-9 / 8000, own = 1e-12 / width;
    const double shared = 1550e-9 / 4.2 * 1.86e-4 * 0.02 / width;
    const auto over_chips = moments(draws, [&](std::uint64_t chip) { return model.drift(chip, 0, 0, 0); });
    CHECK(std::fabs(over_chips[0]) < 5 * std::sqrt((own * own + shared * shared) / draws));
    CHECK(agrees(over_chips[1], own * own + shared * shared));
    const auto between_rings = moments(draws, [&](std::uint64_t chip) { return model.drift(chip, 0, 0, 0) - model.drift(chip, 0, 0, 1); });
    CHECK(agrees(between_rings[1], 2 * own * own));
    const auto between_units = moments(draws, [&](std::uint64_t chip) { return model.drift(chip, 0, 0, 0) - model.drift(chip, 0, 1, 0); });
    CHECK(agrees(between_units[1], 2 * (own * own + shared * shared)));
    CHECK(analogue_model_of<imperfect, 0>(only(&impairments::shot)).drift(1, 0, 2, 3) == 0);
}

TEST_CASE("a drifting weight has, for small drift, the variance of the curve's slope; light keeps its sign") {
    const analogue_model model = analogue_model_of<imperfect, 0>(only(&impairments::drift));
    const double width = 1550e-9 / 8000, own = 1e-12 / width, shared = 1550e-9 / 4.2 * 1.86e-4 * 0.02 / width;
    for (const int code : {8, 15, 24, -20}) {
        const auto found = moments(draws, [&](std::uint64_t chip) { return model.held(code, model.drift(chip, 0, 0, 0)); });
        physics::transmission_curve curve = model.held_curve;
        curve.calibrated = true;  // the drift alone acts
        const double slope = curve.per_linewidth(std::abs(code)) * 31;
        CHECK(found[0] == doctest::Approx(code).epsilon(0.01));
        CHECK(std::fabs(found[1] / (slope * slope * (own * own + shared * shared)) - 1) < 0.05);
    }
    for (double error = -3; error <= 3; error += 0.01) {
        CHECK(model.held(0, error) >= 0);
        CHECK(model.held(20, error) >= 0);
        CHECK(model.held(-20, error) <= 0);
    }
}

TEST_CASE("weights of a chunk: the model's own curve, drift and crosstalk, all at once") {
    const analogue_model model = analogue_model_of<imperfect, 0>();
    chunk_weights make(model);
    const std::vector<int> codes{31, -7, 0, 12, -30};
    std::vector<double> errors, weights(5);
    for (std::uint32_t i = 0; i < 5; ++i) errors.push_back(model.drift(4, 0, 1, i));
    make(codes, errors, weights);
    for (int j = 0; j < 5; ++j) {
        double expected = 0;
        for (int i = 0; i < 5; ++i)
            expected += model.crosstalk(i, j) * model.held(codes[static_cast<std::size_t>(i)], errors[static_cast<std::size_t>(i)]);
        CHECK(weights[static_cast<std::size_t>(j)] == doctest::Approx(expected).epsilon(1e-12));
        CHECK(weights[static_cast<std::size_t>(j)] != codes[static_cast<std::size_t>(j)]);
    }
}

TEST_CASE("an uncalibrated DAC bends the weights, monotonically; a calibrated one does not") {
    const analogue_model bent = analogue_model_of<imperfect, 0>(only(&impairments::nonlinearity));
    const analogue_model straight = analogue_model_of<accelerators::sonic, 0>(only(&impairments::nonlinearity));
    double worst = 0;
    for (int code = -31; code <= 31; ++code) {
        CHECK(straight.held(code) == code);
        CHECK(bent.held(-code) == -bent.held(code));
        if (code > -31) CHECK(bent.held(code) > bent.held(code - 1));
        worst = std::max(worst, std::fabs(bent.held(code) - code));
    }
    CHECK(bent.held(31) == doctest::Approx(31));
    CHECK(worst == doctest::Approx(physics::transmission_curve{physics::modulator::ring, 32, 1.5, false}.worst_nonlinearity()));
    CHECK(worst > 1);
}
