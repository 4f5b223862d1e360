// SPDX-License-Identifier: MIT
//
// Operators whose form changed between opsets, each in the form of every supported one.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "same_outputs.hpp"

using namespace sonic;
namespace so = sonic::onnx;  // protobuf has a namespace onnx too
using sides = std::vector<std::int64_t>;

namespace {

/// Bounds, pads and axes: attributes before the opset in which they became inputs.
void add_clip(model_builder& b, int opset, const std::string& in, const std::string& out, float low, float high) {
    if (opset < 11) {
        auto& n = b.node("Clip", {in}, {out});
        b.set(n, "min", low);
        b.set(n, "max", high);
    } else {
        b.constant(out + ".low", {}, {low});
        b.constant(out + ".high", {}, {high});
        b.node("Clip", {in, out + ".low", out + ".high"}, {out});
    }
}
void with_integers(model_builder& b, bool as_attribute, const std::string& operation, const std::string& in, const std::string& out,
                   const std::string& name, const sides& values) {
    if (as_attribute) {
        b.set(b.node(operation, {in}, {out}), name, values);
    } else {
        b.integers(out + "." + name, values);
        b.node(operation, {in, out + "." + name}, {out});
    }
}

}  // namespace

TEST_CASE("operators import as what they compute, in the form of every opset from 7 to 17") {
    std::mt19937 random(5);
    for (int opset = 7; opset <= 17; ++opset) {
        CAPTURE(opset);
        model_builder b(opset);
        b.input("x", {-1, 2, 6, 5});
        b.constant("w", {4, 2, 3, 3}, random_values(random, {4, 2, 3, 3}));
        b.node("Conv", {"x", "w"}, {"c"});
        add_clip(b, opset, "c", "k", 0.125f, 0.75f);
        with_integers(b, opset < 11, "Pad", "k", "p", "pads", {0, 0, 1, 0, 0, 0, 2, 3});
        with_integers(b, true, "ReduceMean", "p", "m", "axes", {2, -1});  // an input from opset 18 on
        with_integers(b, opset < 13, "Squeeze", "m", "s", "axes", {2, 3});
        with_integers(b, opset < 13, "Unsqueeze", "s", "u", "axes", {2});
        with_integers(b, opset < 13, "Squeeze", "u", "v", "axes", {-1});
        if (opset < 12) {
            b.set(b.node("Dropout", {"v"}, {"d"}), "ratio", 0.25f);
        } else {
            b.constant("ratio", {}, {0.25f});
            b.node("Dropout", {"v", "ratio"}, {"d"});
        }
        b.constant("g", {4, 6}, random_values(random, {4, 6}));
        b.constant("bias", {6}, random_values(random, {6}));
        b.node("Gemm", {"d", "g", "bias"}, {"e"});
        b.node("Softmax", {"e"}, {"y"});  // its default axis: 1, since 13 the last
        b.output("y");
        same_outputs(b, random);

        // Against mistakes that importer and interpreter share.
        const auto n = so::import_network(b.parse()).network;
        const auto find = [&](layer_kind kind) {
            const auto at = std::find_if(n.layers.begin(), n.layers.end(), [=](const layer& l) { return l.kind == kind; });
            REQUIRE(at != n.layers.end());
            return static_cast<std::size_t>(at - n.layers.begin());
        };
        CHECK(n.constants[find(layer_kind::clip)] == std::vector<float>{0.125f, 0.75f});
        const layer& pad = n.layers[find(layer_kind::pad)];
        CHECK(pad.out == shape{4, 7, 6});
        CHECK(pad.padding_top == 1);
        CHECK(pad.padding_left == 0);
        CHECK(n.layers[find(layer_kind::global_average_pool)].out == shape{4, 1, 1});
        CHECK(n.layers[find(layer_kind::softmax)].in == shape{6, 1, 1});
        CHECK(n.values.size() == 2);
    }
}

TEST_CASE("softmax over the channels of a map: all its values together before opset 13") {
    std::mt19937 random(6);
    for (int opset = 7; opset <= 17; ++opset) {
        CAPTURE(opset);
        model_builder b(opset);
        b.input("x", {1, 3, 2, 2});
        b.set(b.node("Softmax", {"x"}, {"y"}), "axis", std::int64_t{1});
        b.output("y");
        if (opset < 13)
            CHECK_THROWS_WITH_AS(so::import_network(b.parse()), doctest::Contains("normalises along another side"), input_error);
        else
            same_outputs(b, random);
    }
}

TEST_CASE("a form of another opset is refused") {
    for (int opset = 7; opset <= 17; ++opset) {
        CAPTURE(opset);
        const auto refused = [&](auto change) {
            model_builder b(opset);
            b.input("x", {1, 2, 3, 3});
            change(b);
            b.output("y");
            CHECK_THROWS_AS(so::import_network(b.parse()), input_error);
        };
        refused([&](auto& b) { add_clip(b, opset < 11 ? 17 : 7, "x", "y", 0, 1); });
        refused([&](auto& b) { with_integers(b, opset >= 11, "Pad", "x", "y", "pads", {0, 0, 1, 1, 0, 0, 1, 1}); });
        refused([&](auto& b) { with_integers(b, opset >= 13, "Unsqueeze", "x", "y", "axes", {0}); });
        refused([&](auto& b) { with_integers(b, false, "ReduceMean", "x", "y", "axes", {2, 3}); });
    }
}

TEST_CASE("before opset 7 batch norm and dropout train unless they say that they infer") {
    std::mt19937 random(9);
    const auto model = [&](const char* operation, std::optional<std::int64_t> is_test) {
        model_builder b(6);
        b.input("x", {1, 2, 3, 3});
        std::vector<std::string> inputs{"x"};
        if (std::string(operation) == "BatchNormalization")
            for (const char* name : {"scale", "bias", "mean", "variance"}) {
                b.constant(name, {2}, random_values(random, {2}, 0.5f, 1.5f));
                inputs.push_back(name);
            }
        auto& n = b.node(operation, inputs, {"n"});
        if (is_test) b.set(n, "is_test", *is_test);
        b.node("Relu", {"n"}, {"y"});
        b.output("y");
        return b;
    };
    for (const char* operation : {"BatchNormalization", "Dropout"}) {
        CAPTURE(operation);
        same_outputs(model(operation, 1), random);
        for (const auto training : {std::optional<std::int64_t>{}, std::optional<std::int64_t>{0}}) {
            const auto m = model(operation, training).parse();
            const so::tensor x{so::element::float32, {1, 2, 3, 3}, std::vector<double>(18, 1.0)};
            CHECK_THROWS_WITH_AS(so::import_network(m), doctest::Contains("is in training mode"), input_error);
            CHECK_THROWS_WITH_AS(so::run(m, {{"x", x}}), doctest::Contains("is in training mode"), input_error);
        }
    }
}

TEST_CASE("dropout's mask has the input's type before opset 10, then it is boolean") {
    for (const int opset : {7, 9, 10, 13}) {
        CAPTURE(opset);
        model_builder b(opset);
        b.input("x", {1, 4});
        b.node("Dropout", {"x"}, {"y", "mask"});
        b.output("y");
        b.output("mask");
        const auto out = so::run(b.parse(), {{"x", {so::element::float32, {1, 4}, {1, 2, 3, 4}}}});
        REQUIRE(out.size() == 2);
        CHECK(out[1].type == (opset < 10 ? so::element::float32 : so::element::boolean));
        CHECK(out[1].values == std::vector<double>(4, 1.0));
    }
}

TEST_CASE("results are rounded to the digits of their element type") {
    const auto twice = [](so::element type, int onnx_type, double x) {
        model_builder b;
        b.input("x", {1, 1});
        b.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(onnx_type);
        b.node("Add", {"x", "x"}, {"y"});
        b.output("y");
        return so::run(b.parse(), {{"x", {type, {1, 1}, {x}}}})[0].values[0];
    };
    const auto half = [&](double x) { return twice(so::element::float16, ::onnx::TensorProto::FLOAT16, x); };
    CHECK(half(1024.5) == 2048);  // a tie, to even
    CHECK(half(1025.5) == 2052);
    CHECK(half(-1025.5) == -2052);
    CHECK(half(32752) == 65504);
    CHECK(half(60000) == HUGE_VAL);
    CHECK(half(-60000) == -HUGE_VAL);
    CHECK(half(std::ldexp(3.0, -26)) == std::ldexp(2.0, -24));  // below the normal numbers the step stays
    CHECK(half(std::ldexp(1.0, -27)) == 0);
    const auto brain = [&](double x) { return twice(so::element::bfloat16, ::onnx::TensorProto::BFLOAT16, x); };
    CHECK(brain(128.5) == 256);  // a tie, to even
    CHECK(brain(129.5) == 260);
    CHECK(brain(60000) == 119808);
}

TEST_CASE("the logarithm of a sum of exponentials does not overflow") {
    model_builder b;
    b.input("x", {1, 3});
    b.node("ReduceLogSumExp", {"x"}, {"y"});
    b.output("y");
    const auto m = b.parse();
    const auto of = [&](std::vector<double> x) { return so::run(m, {{"x", {so::element::float32, {1, 3}, std::move(x)}}})[0].values[0]; };
    CHECK(of({800, 800, -HUGE_VAL}) == doctest::Approx(800 + std::log(2.0)));
    CHECK(of({-800, -800, -900}) == doctest::Approx(-800 + std::log(2.0)));
    CHECK(of({0.5, 1, -2}) == doctest::Approx(std::log(std::exp(0.5) + std::exp(1.0) + std::exp(-2.0))));
    CHECK(of({1, HUGE_VAL, -HUGE_VAL}) == HUGE_VAL);
}
