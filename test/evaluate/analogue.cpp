// SPDX-License-Identifier: MIT
//
// The fidelity `analogue`: with every impairment off the exact path, else its scalar reference, code for code, on every instruction set;
// and each source alone has the variance that its formula predicts.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <sonic/evaluate/monte_carlo.hpp>
#include <sonic/sonic.hpp>

#include "equals_reference.hpp"
#include "impaired.hpp"
#include "random_network.hpp"

using namespace sonic;
using namespace sonic::units;

namespace {

using two_pass = replace<imperfect, signs::free, signs::two_pass>;
/// Both operands on rings that drift, one source for all channels.
struct on_rings : accelerators::crosslight {
    static constexpr unit_optics optics{
        .common_source = assumed(true, "a test"), .calibrated = assumed(false, "a test"), .temperature_error = assumed(0.05 * K, "a test")};
};

std::vector<impairments> selections() {
    std::vector<impairments> result{impairments{}, impairments::none()};
    for (const auto one : {&impairments::nonlinearity, &impairments::crosstalk, &impairments::drift, &impairments::shot,
                           &impairments::thermal, &impairments::intensity, &impairments::converter})
        result.push_back(only(one));
    return result;
}

/// One convolution of 1 x 1 x `lanes` kernels over maps, or one dense layer: each image and pixel is a draw of the same conversion.
trained_network one_chunk(layer_kind kind, int outputs, int side, float weight) {
    trained_network n;
    const int pixels = kind == layer_kind::conv ? side : 1;
    n.layers.push_back({.kind = kind, .in = {1, pixels, pixels}, .out = {outputs, pixels, pixels}});
    number_layers(n.layers);
    layer_values v;
    v.weights.assign(static_cast<std::size_t>(outputs), weight);
    v.scale.assign(static_cast<std::size_t>(outputs), 1.0);
    v.shift.assign(static_cast<std::size_t>(outputs), 0.0);
    v.activation_maximum = 1;
    n.values.push_back(v);
    return n;
}

struct mean_and_variance {
    double mean = 0, variance = 0;
    std::size_t count = 0;
};
mean_and_variance moments(std::span<const double> x) {
    mean_and_variance m{0, 0, x.size()};
    for (const double v : x) m.mean += v / static_cast<double>(x.size());
    for (const double v : x) m.variance += (v - m.mean) * (v - m.mean) / static_cast<double>(x.size() - 1);
    return m;
}

}  // namespace

TEST_CASE("with every impairment off, analogue equals quantised code for code") {
    std::mt19937 random(41);
    const auto check = [&]<accelerator A>(std::type_identity<A>) {
        const auto network = random_graph(random, 0.5);
        const auto pixels = random_pixels(random, network.input().size() * 40, 0.6);
        const auto exact = evaluator<A>(network)(pixels).outputs;
        on_every_set([&](const kernel_table& kernels) {
            CHECK(evaluator<A, fidelity::analogue>(network, analogue_conditions{.active = impairments::none()}, kernels)(pixels).outputs ==
                  exact);
            // Something does act otherwise.
            CHECK(evaluator<A, fidelity::analogue>(network, kernels)(pixels).outputs != exact);
        });
    };
    check(std::type_identity<imperfect>{});
    check(std::type_identity<two_pass>{});
    check(std::type_identity<on_rings>{});
}

TEST_CASE("every instruction set equals the scalar reference, all impairments together and one at a time") {
    std::mt19937 random(42);
    for (const impairments& active : selections()) {
        const auto network = random_graph(random, 0.5);
        const auto pixels = random_pixels(random, network.input().size() * 3, 0.6);
        equals_reference<imperfect>(network, pixels, active);
        equals_reference<two_pass>(network, pixels, active);
        equals_reference<on_rings>(network, pixels, active);
    }
}

TEST_CASE("results depend neither on the executor nor on how many images run together") {
    std::mt19937 random(43);
    const auto network = random_network<networks::fashion_mnist>(random, 0.5);
    const auto each = static_cast<std::size_t>(network.input().size());
    const auto pixels = random_pixels(random, static_cast<std::int64_t>(each) * 70, 0.6);
    for (const impairments& active : {impairments{}, only(&impairments::thermal)}) {
        const evaluator<imperfect, fidelity::analogue> run(network, analogue_conditions{.active = active, .chip = 1, .seed = 2});
        const auto all = run(pixels);
        const executors::thread_pool pool(3);
        CHECK(run(pixels, pool).outputs == all.outputs);
        for (const std::size_t count : {1u, 7u, 16u, 33u}) {
            const auto some = run(std::span(pixels).first(count * each));
            CHECK(std::equal(some.outputs.begin(), some.outputs.end(), all.outputs.begin()));
        }
        // Another seed is another draw; another chip is another chip.
        CHECK(evaluator<imperfect, fidelity::analogue>(network, analogue_conditions{.active = active, .chip = 1, .seed = 3})(pixels)
                  .outputs != all.outputs);
    }
    const auto drift = only(&impairments::drift);
    const auto chip = [&](std::uint64_t number, std::uint64_t seed) {
        return evaluator<imperfect, fidelity::analogue>(network, analogue_conditions{.active = drift, .chip = number, .seed = seed})(pixels)
            .outputs;
    };
    CHECK(chip(1, 1) == chip(1, 2));  // drift draws nothing from the noise's seed
    CHECK(chip(1, 1) != chip(2, 1));
}

TEST_CASE("each source of noise alone has, in the answers, the variance that its formula predicts") {
    const auto check = [&]<layer_kind Kind, std::size_t Array>(bool impairments::*one, std::uint8_t pixel, int halvings) {
        CAPTURE(Array);
        CAPTURE(int{pixel});
        const auto network = one_chunk(Kind, Kind == layer_kind::conv ? 3 : 40, 20, 0.31f);
        constexpr std::size_t images = Kind == layer_kind::conv ? 100 : 2500;
        const std::vector<std::uint8_t> pixels(static_cast<std::size_t>(network.input().size()) * images, pixel);
        const int ranges[] = {halvings};
        const analogue_conditions conditions{.active = only(one), .seed = 5};
        const auto found = moments(evaluator<imperfect, fidelity::analogue>(network, conditions, ranges)(pixels).outputs);
        const auto exact = moments(evaluator<imperfect>(network, ranges)(pixels).outputs);
        const analogue_model model = analogue_model_of<imperfect, Array>(only(one));
        using array_type = detail::array_at<Array, imperfect::diagram>::type;
        number_format format = format_of<array_type>;
        format.range_halvings = halvings;
        const double code = pixel / 255.0 * 65535, light = 31 * code, lsb = static_cast<double>(format.lsb());
        const double unit = 0.31 / 31 / 65535, predicted = (model.noise.variance(light) + lsb * lsb / 12) * unit * unit;
        CHECK(model.noise.variance(light) > lsb * lsb);  // what is tested is more than rounding
        CHECK(exact.variance < 1e-20);
        const double draws = static_cast<double>(found.count);
        CHECK(std::fabs(found.mean - exact.mean) < 5 * std::sqrt(predicted / draws) + lsb * unit / 2);
        CHECK(std::fabs(found.variance / predicted - 1) < 5 * std::sqrt(2.0 / draws));
    };
    using enum layer_kind;
    const auto both = [&](bool impairments::*one, std::uint8_t pixel, int conv_halvings, int dense_halvings) {
        check.template operator()<conv, 0>(one, pixel, conv_halvings);
        check.template operator()<dense, 1>(one, pixel, dense_halvings);
    };
    both(&impairments::thermal, 1, 3, 5);  // an activation of zero meets no pass in a dense layer
    both(&impairments::thermal, 100, 3, 5);
    both(&impairments::converter, 50, 0, 0);
    both(&impairments::shot, 255, 3, 6);
    both(&impairments::intensity, 255, 3, 6);
}

TEST_CASE("a batch norm's factor that a ring applies costs light: the noise of its result does not shrink with it") {
    auto network = one_chunk(layer_kind::conv, 2, 20, 0.31f);
    network.values[0].scale = {1.0, 0.25};
    const std::vector<std::uint8_t> pixels(400 * 100, 0);
    const analogue_conditions conditions{.active = only(&impairments::thermal), .seed = 5};
    const auto outputs = evaluator<imperfect, fidelity::analogue>(network, conditions)(pixels).outputs;
    std::vector<double> of[2];
    for (std::size_t i = 0; i < outputs.size(); ++i) of[i / 400 % 2].push_back(outputs[i]);
    const double ratio = moments(of[1]).variance / moments(of[0]).variance, draws = 40000;
    CHECK(std::fabs(ratio - 1) < 5 * std::sqrt(4 / draws) + 0.01);  // 0.01: rounding, which the factor does shrink
}

TEST_CASE("drift spreads chips; a Monte Carlo over chips gives their mean and its interval") {
    std::mt19937 random(44);
    const auto network = random_network<networks::fashion_mnist>(random, 0.5);
    image_set images{network.input(), random_pixels(random, network.input().size() * 60, 0.6), {}};
    const auto exact = evaluate<imperfect>(network, images);
    for (std::size_t i = 0; i < 60; ++i) images.labels.push_back(static_cast<std::uint8_t>(exact.prediction(i)));
    const auto none = monte_carlo<imperfect>(network, images, 3, {.active = impairments::none()});
    CHECK(none.accuracy.mean == 1);
    CHECK(none.accuracy.deviation == 0);
    const auto all = monte_carlo<imperfect>(network, images, 4);
    CHECK(all.each.size() == 4);
    CHECK(all.accuracy.mean < 1);
    CHECK(all.accuracy.low <= all.accuracy.mean);
    CHECK(all.accuracy.mean <= all.accuracy.high);
    CHECK(evaluate<imperfect>(network, images, analogue_conditions{.chip = 2, .seed = 2}).accuracy(images.labels) == all.each[2]);
    CHECK_THROWS_AS(monte_carlo<imperfect>(network, images, 1), input_error);
}

TEST_CASE("optics stated for an evaluation take the place of the accelerator's own") {
    std::mt19937 random(45);
    const auto network = random_graph(random, 0.5);
    const auto pixels = random_pixels(random, network.input().size() * 5, 0.6);
    const auto own = optics_of<imperfect>();
    const auto run = [&](auto type, std::span<const unit_optics> optics) {
        using A = typename decltype(type)::type;
        return evaluator<A, fidelity::analogue>(network, analogue_conditions{.optics = optics})(pixels).outputs;
    };
    CHECK(run(std::type_identity<imperfect>{}, {}) == run(std::type_identity<accelerators::sonic>{}, own));
    CHECK(run(std::type_identity<imperfect>{}, {}) != run(std::type_identity<accelerators::sonic>{}, {}));
    CHECK_THROWS_AS(run(std::type_identity<imperfect>{}, std::span(own).first(1)), input_error);
}
