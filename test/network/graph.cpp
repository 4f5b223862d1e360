// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <random>

#include <sonic/network/forward.hpp>
#include <sonic/network/graph.hpp>

using namespace sonic;
using enum layer_kind;

namespace {

layer same(layer_kind k, shape s) { return {.kind = k, .in = s, .out = s}; }

std::vector<double> run(const layer& l, std::vector<std::vector<double>> operands, std::vector<float> constants = {}) {
    std::vector<shape> in(operands.size(), l.in);
    if (l.kind == add || l.kind == multiply)
        for (std::size_t i = 0; i < in.size(); ++i)
            in[i] = static_cast<std::int64_t>(operands[i].size()) == l.out.size() ? l.out : shape{l.out.channels, 1, 1};
    if (l.kind != concat) detail::check_electronic(l, in, constants, "test");
    return detail::apply_electronic(l, constants, std::move(operands), 1);
}

/// input -> conv1 -> relu -> conv2 -> add with the ReLU's output -> `after` -> dense1
trained_network residual(std::vector<layer> after, std::vector<float> constants = {}) {
    trained_network n;
    const shape map{2, 3, 3};
    const layer conv3{.kind = conv, .in = map, .out = map, .kernel_height = 3, .kernel_width = 3, .padding_top = 1, .padding_left = 1};
    n.layers = {conv3, same(relu, map), conv3, same(add, map)};
    n.reads = {{0}, {1}, {2}, {3, 2}};
    n.constants.resize(4);
    for (const layer& l : after) {
        n.reads.push_back({n.layers.size()});
        n.layers.push_back(l);
        n.constants.push_back(constants);
    }
    for (const layer& l :
         {layer{.kind = flatten, .in = map, .out = {18, 1, 1}}, layer{.kind = dense, .in = {18, 1, 1}, .out = {2, 1, 1}}}) {
        n.reads.push_back({n.layers.size()});
        n.layers.push_back(l);
        n.constants.emplace_back();
    }
    number_layers(n.layers);
    for (const layer& l : n.layers)
        if (l.is_mac()) {
            const auto outputs = static_cast<std::size_t>(l.out.channels);
            n.values.push_back({std::vector<float>(static_cast<std::size_t>(l.weights()), 0.5f), std::vector<double>(outputs, 1),
                                std::vector<double>(outputs, 0)});
        }
    return n;
}

constexpr shape map{2, 3, 3};

}  // namespace

TEST_CASE("electronic layers compute what their table says") {
    using values = std::vector<double>;
    const shape two{2, 1, 2};
    CHECK(run(same(relu, two), {{-1, 0, 2, -0.5}}) == values{0, 0, 2, 0});
    CHECK(run(same(clip, two), {{-1, 0, 7, 3}}, {0, 6}) == values{0, 0, 6, 3});
    CHECK(run(same(leaky_relu, two), {{-1, 0, 2, -4}}, {0.25f}) == values{-0.25, 0, 2, -1});
    CHECK(run(same(affine, two), {{1, 2, 3, 4}}, {2, 0.5f, 1, -1}) == values{3, 5, 0.5, 1});
    CHECK(run(same(add, two), {{1, 2, 3, 4}, {10, 20}, {1, 1, 1, 1}}) == values{12, 13, 24, 25});
    CHECK(run(same(multiply, two), {{1, 2, 3, 4}, {10, 20}}) == values{10, 20, 60, 80});
    CHECK(run({.kind = concat, .in = two, .out = {4, 1, 2}}, {{1, 2, 3, 4}, {5, 6, 7, 8}}) == values{1, 2, 3, 4, 5, 6, 7, 8});
    CHECK(run({.kind = global_average_pool, .in = two, .out = {2, 1, 1}}, {{1, 2, 3, 5}}) == values{1.5, 4});
    CHECK(run({.kind = pad, .in = two, .out = {2, 2, 4}, .padding_top = 1, .padding_left = 1}, {{1, 2, 3, 4}}) ==
          values{0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 3, 4, 0});
    const layer pool{.kind = max_pool,
                     .in = {1, 3, 3},
                     .out = {1, 2, 2},
                     .kernel_height = 2,
                     .kernel_width = 2,
                     .stride = 2,
                     .padding_top = 1,
                     .padding_left = 1};
    const values nine{-1, -2, -3, -4, -5, -6, -7, -8, -9};
    CHECK(run(pool, {nine}) == values{-1, -2, -4, -5});
    layer mean = pool;
    mean.kind = average_pool;
    CHECK(run(mean, {nine}) == values{-1, -2.5, -5.5, -7});
    CHECK(run(mean, {nine}, {1}) == values{-0.25, -1.25, -2.75, -7});
    CHECK(run(same(sigmoid, two), {{0, 100, -800, 1}})[0] == 0.5);
    const auto probabilities = run(same(softmax, {3, 1, 1}), {{1000, 1001, 999}});
    CHECK(std::accumulate(probabilities.begin(), probabilities.end(), 0.0) == doctest::Approx(1).epsilon(1e-15));
    CHECK(probabilities[1] / probabilities[0] == doctest::Approx(std::exp(1.0)).epsilon(1e-14));
}

TEST_CASE("windows beyond 2^24 positions are refused, and counted without overflow") {
    layer mean{.kind = average_pool,
               .in = {1, 4, 4},
               .out = {1, 4, 4},
               .kernel_height = 65536,
               .kernel_width = 65536,
               .padding_top = 32767,
               .padding_left = 32767};
    CHECK(mean.taps() == std::int64_t{1} << 32);
    const std::vector<shape> in{{1, 4, 4}};
    CHECK_THROWS_WITH_AS(detail::check_electronic(mean, in, std::vector<float>{1}, "test"), doctest::Contains("does not fit"), input_error);
    mean.kernel_height = mean.kernel_width = 4096;
    mean.padding_top = mean.padding_left = 2047;
    CHECK(run(mean, {std::vector<double>(16, 1 << 20)}, {1}) == std::vector<double>(16, 1));
}

TEST_CASE("the reproducible exponential is exact to 1e-15, also at its ends") {
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> anywhere(-700, 700), near(-1, 1);
    for (int i = 0; i < 20000; ++i) {
        for (const double x : {anywhere(random), near(random)}) CHECK(std::fabs(detail::reproducible_exp(x) / std::exp(x) - 1) < 1e-15);
    }
    CHECK(detail::reproducible_exp(0) == 1);
    CHECK(detail::reproducible_exp(-1000) == 0);
    CHECK(detail::reproducible_exp(-INFINITY) == 0);
    CHECK(std::isinf(detail::reproducible_exp(1000)));
    CHECK(std::isnan(detail::reproducible_exp(NAN)));
}

TEST_CASE("a graph drops each value after its last reader and hands every reader the same one") {
    const auto n = residual({same(relu, map)});
    int macs = 0;
    std::vector<double> input(18, 1.0);
    const auto out = detail::run_graph(n, input, 1, [&](std::size_t at, const layer& l, const std::vector<double>& in) {
        CHECK(at == static_cast<std::size_t>(macs++));
        CHECK(in.size() == static_cast<std::size_t>(l.in.size()));
        return std::vector<double>(static_cast<std::size_t>(l.out.size()),
                                   at == 2 ? std::accumulate(in.begin(), in.end(), 0.0) : double(at) + 1);
    });
    CHECK(macs == 3);
    CHECK(out == std::vector<double>(2, 18 * (1.0 + 2.0)));  // conv1 gives 1, conv2 gives 2, added and summed
}

TEST_CASE("values that are not finite are not lost on the way: calibration refuses them by layer and image") {
    CHECK(std::isnan(run(same(relu, {1, 1, 1}), {{NAN}})[0]));
    CHECK(std::isnan(run(same(clip, {1, 1, 1}), {{NAN}}, {0, 6})[0]));
    CHECK(std::isnan(run(same(leaky_relu, {1, 1, 1}), {{NAN}}, {0.1f})[0]));
    auto n = residual({same(relu, map)});
    const image_set images{{2, 3, 3}, std::vector<std::uint8_t>(36, 255), {0, 1}};
    CHECK_NOTHROW(calibrate_activations(n, images));
    CHECK(n.values[0].activation_maximum == 1);
    // Finite constants may still leave floating point: infinity, and not a number where infinities meet.
    for (layer_values& v : n.values) v.scale.assign(v.scale.size(), 1e300);
    CHECK_THROWS_WITH_AS(calibrate_activations(n, images), doctest::Contains("image 0: what enters dense1 is not finite"), input_error);
    n.values[0].scale.assign(2, 1.7e308);
    CHECK_THROWS_WITH_AS(calibrate_activations(n, images), doctest::Contains("image 0: what enters conv2 is not finite"), input_error);
}

TEST_CASE("a layer whose input can be negative is refused by name, one behind a ReLU is not") {
    const auto refused = [](const trained_network& n) {
        CHECK_THROWS_WITH_AS(check(n), doctest::Contains("the input of dense1 can be negative"), input_error);
    };
    CHECK_NOTHROW(check(residual({same(relu, map)})));
    refused(residual({}));
    refused(residual({same(leaky_relu, map)}, {0.1f}));
    CHECK_NOTHROW(check(residual({same(leaky_relu, map)}, {0})));
    refused(residual({same(clip, map)}, {-1, 1}));
    refused(residual({same(clip, map)}, {-2, -1}));
    CHECK_NOTHROW(check(residual({same(clip, map)}, {0, 1})));
    CHECK_NOTHROW(check(residual({same(sigmoid, map)})));
    auto shifted = residual({same(relu, map), same(affine, map)});
    shifted.constants[4].clear();
    shifted.constants[5] = {1, 1, 0, -0.5f};
    refused(shifted);
    shifted.constants[5] = {1, 1, 0, 0.5f};
    CHECK_NOTHROW(check(shifted));
}

TEST_CASE("graphs that are not sound are refused") {
    const auto good = residual({same(relu, map)});
    const auto refused = [&](auto change, const char* sentence) {
        trained_network bad = good;
        change(bad);
        CHECK_THROWS_WITH_AS(check(bad), doctest::Contains(sentence), input_error);
    };
    refused([](auto& n) { n.layers.clear(); }, "without layers");
    refused([](auto& n) { n.reads.pop_back(); }, "lists of reads");
    refused([](auto& n) { n.constants.pop_back(); }, "lists of constants");
    refused([](auto& n) { n.reads[3] = {3, 4}; }, "add1 reads value 4");
    refused([](auto& n) { n.reads[3] = {3, 1000}; }, "add1 reads value 1000");
    refused([](auto& n) { n.reads[3] = {3}; }, "add1 reads 1 values");
    refused([](auto& n) { n.reads[4] = {}; }, "relu2 reads 0 values");
    refused([](auto& n) { n.reads[2] = {1, 2}; }, "conv2 reads 2 values");
    refused([](auto& n) { n.layers[2].in.channels = 3; }, "conv2 reads 2 x 3 x 3");
    refused([](auto& n) { n.layers[4].kind = batch_norm; }, "does not follow a convolution");
    refused([](auto& n) { n.layers[4].kind = clip; }, "has 0 constants");
    refused([](auto& n) { n.layers[4].kind = affine, n.constants[4] = {1, 1, 0, NAN}; }, "not a number");
    refused([](auto& n) { n.layers[4].out = {2, 3, 4}; }, "does not fit");
    refused([](auto& n) { n.layers[0].stride = 0; }, "conv1 does not fit");
    refused([](auto& n) { n.layers[0].stride = 9; }, "conv1 does not fit");
    refused([](auto& n) { n.layers[0].groups = 3; }, "conv1 does not fit");
    refused([](auto& n) { n.layers[0].out = {1 << 20, 1 << 10, 1 << 2}; }, "2^31");
    refused([](auto& n) { n.layers[0].kernel_height = n.layers[0].kernel_width = 65536; }, "conv1 does not fit");
    refused([](auto& n) { n.values.pop_back(); }, "no weights for dense1");
    refused([](auto& n) { n.values.push_back({}); }, "values of 4 layers");
    refused([](auto& n) { n.values[1].weights.pop_back(); }, "conv2 has 35 weights");
    for (const float bad : {NAN, INFINITY, -INFINITY}) {
        refused([=](auto& n) { n.values[1].weights[3] = bad; }, "conv2 has a weight that is not finite");
        refused([=](auto& n) { n.values[1].scale[1] = bad; }, "conv2 has a scale that is not finite");
        refused([=](auto& n) { n.values[2].shift[0] = bad; }, "dense1 has a shift that is not finite");
        refused([=](auto& n) { n.values[0].activation_maximum = bad; }, "conv1 has an activation maximum of");
    }
    refused([](auto& n) { n.values[0].activation_maximum = 0; }, "conv1 has an activation maximum of");
    refused([](auto& n) { n.layers[4].kind = affine, n.constants[4] = {1, 1, 0, INFINITY}; }, "not finite");
}
