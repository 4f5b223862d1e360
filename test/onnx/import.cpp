// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <sonic/accelerator/plan_of.hpp>
#include <sonic/accelerator/sonic.hpp>
#include <sonic/evaluate/evaluate.hpp>
#include <sonic/evaluate/reference.hpp>
#include <sonic/network/file.hpp>
#include <sonic/network/forward.hpp>
#include <sonic/onnx/import.hpp>
#include <sonic/onnx/interpreter.hpp>
#include "same_outputs.hpp"

using namespace sonic;
namespace so = sonic::onnx;  // protobuf has a namespace onnx too
using sides = std::vector<std::int64_t>;

namespace {

struct resnet_case {
    so::imported_network imported;
    image_set images;
    std::vector<float> outputs;
};

resnet_case resnet(const char* file) {
    const std::string data = SONIC_ONNX_DATA_DIR;
    resnet_case result{so::import_network(data + "/" + file), {{3, 16, 16}, read_file(data + "/resnet-images.bin"), {0, 0, 0, 0}}, {}};
    const auto bytes = read_file(data + "/resnet-outputs.bin");
    result.outputs.resize(bytes.size() / 4);
    std::memcpy(result.outputs.data(), bytes.data(), bytes.size());
    return result;
}

}  // namespace

TEST_CASE("a residual network exported from PyTorch: its outputs to 1e-4, and SONIC runs it") {
    for (const char* file : {"resnet.onnx", "resnet-batch-norm.onnx"}) {
        CAPTURE(file);
        auto r = resnet(file);
        REQUIRE(r.outputs.size() == 40);
        CHECK(r.imported.network.values.size() == 7);
        for (std::size_t i = 0; i < 4; ++i) {
            std::vector<double> input;
            for (const auto p : r.images.image(i)) input.push_back(p / 255.0);
            const auto got = forward(r.imported.network, input);
            for (std::size_t o = 0; o < 10; ++o) CHECK(std::fabs(got[o] - double{r.outputs[i * 10 + o]}) < 1e-4);
        }
        calibrate_activations(r.imported.network, r.images);
        const auto ideal = evaluate<accelerators::sonic, fidelity::ideal>(r.imported.network, r.images);
        const auto quantised = evaluate<accelerators::sonic>(r.imported.network, r.images);
        for (std::size_t i = 0; i < 40; ++i) {
            CHECK(std::fabs(ideal.outputs[i] - double{r.outputs[i]}) < 1e-4);
            CHECK(std::fabs(quantised.outputs[i] - double{r.outputs[i]}) < 0.2);  // 6 bit weights
        }
        for (std::size_t i = 0; i < 4; ++i) {
            const auto slow = reference::evaluate<accelerators::sonic, fidelity::quantised>(r.imported.network, r.images.image(i));
            for (std::size_t o = 0; o < 10; ++o) CHECK(slow.outputs[o] == quantised.outputs[i * 10 + o]);
        }
        const auto c = cost_of<accelerators::sonic>(r.imported.network, densities_of(r.imported.network));
        CHECK(c.layers.size() == 7);
        CHECK(c.energy().si > 0);
    }
}

TEST_CASE("the interpreter gives PyTorch's outputs too") {
    const std::string data = SONIC_ONNX_DATA_DIR;
    const auto r = resnet("resnet.onnx");
    for (const char* file : {"resnet.onnx", "resnet-batch-norm.onnx"}) {
        const auto m = so::read_model(data + "/" + file);
        std::vector<double> all;
        for (const auto p : r.images.pixels) all.push_back(p / 255.0);
        const auto got = so::run(m, {{"image", {so::element::float32, {4, 3, 16, 16}, all}}});
        for (std::size_t i = 0; i < 40; ++i) CHECK(std::fabs(got[0].values[i] - double{r.outputs[i]}) < 1e-4);
    }
}

TEST_CASE("convolutions of every shape import as what they compute") {
    std::mt19937 random(1);
    struct variant {
        sides in, weights;
        std::vector<std::pair<std::string, sides>> lists;
        std::int64_t groups = 1;
        std::string auto_pad{};
    };
    const std::vector<variant> variants{
        {{-1, 3, 9, 7}, {5, 3, 3, 3}, {}},
        {{1, 4, 9, 7}, {6, 2, 3, 2}, {{"pads", {1, 0, 2, 1}}}, 2},
        {{1, 4, 9, 7}, {4, 1, 3, 3}, {{"strides", {2, 2}}}, 4},
        {{1, 2, 11, 12}, {3, 2, 3, 2}, {{"dilations", {2, 3}}, {"pads", {2, 1, 0, 1}}}},
        {{1, 2, 9, 8}, {3, 2, 4, 3}, {{"strides", {2, 2}}}, 1, "SAME_UPPER"},
        {{1, 2, 9, 8}, {3, 2, 4, 3}, {{"strides", {2, 2}}}, 1, "SAME_LOWER"},
        {{1, 2, 9, 8}, {3, 2, 4, 3}, {}, 1, "VALID"},
        {{1, 2, 5, 1}, {3, 2, 5, 1}, {{"strides", {3, 1}}}},
        {{1, 3, 12}, {4, 3, 5}, {{"strides", {2}}, {"pads", {2, 1}}, {"dilations", {2}}}},
    };
    for (const variant& v : variants) {
        model_builder b;
        b.input("x", v.in);
        b.constant("w", v.weights, random_values(random, v.weights));
        b.constant("b", {v.weights[0]}, random_values(random, {v.weights[0]}));
        auto& n = b.node("Conv", {"x", "w", "b"}, {"y"});
        for (const auto& [name, values] : v.lists) b.set(n, name, values);
        if (v.groups != 1) b.set(n, "group", v.groups);
        if (!v.auto_pad.empty()) b.set(n, "auto_pad", v.auto_pad);
        b.output("y");
        same_outputs(b, random);
    }
}

TEST_CASE("electronic operators, folding and branches import as what they compute") {
    std::mt19937 random(2);
    model_builder b;
    b.input("x", {-1, 2, 8, 8});
    const auto conv = [&](const std::string& in, const std::string& out, std::int64_t from, std::int64_t to) {
        b.constant(out + ".w", {to, from, 3, 3}, random_values(random, {to, from, 3, 3}));
        b.set(b.node("Conv", {in, out + ".w"}, {out}), "pads", sides{1, 1, 1, 1});
    };
    const auto norm = [&](const std::string& in, const std::string& out, std::int64_t channels) {
        for (const char* part : {".scale", ".shift", ".mean"}) b.constant(out + part, {channels}, random_values(random, {channels}));
        b.constant(out + ".variance", {channels}, random_values(random, {channels}, 0.5f, 2));
        b.node("BatchNormalization", {in, out + ".scale", out + ".shift", out + ".mean", out + ".variance"}, {out});
    };
    conv("x", "c1", 2, 4);
    norm("c1", "n1", 4);
    b.node("Relu", {"n1"}, {"r1"});
    conv("r1", "c2", 4, 4);
    // c2 has two readers: its norm must not be folded into it.
    norm("c2", "n2", 4);
    b.node("Sub", {"n2", "c2"}, {"d2"});
    b.constant("half", {1}, {0.5f});
    b.constant("each", {4, 1, 1}, {1, -2, 3, 0.25f});
    b.node("Mul", {"d2", "half"}, {"m2"});
    b.node("Sub", {"each", "m2"}, {"s2"});
    b.node("Div", {"s2", "each"}, {"q2"});
    b.node("Add", {"r1", "q2"}, {"a2"});
    b.constant("zero", {}, {0});
    b.constant("six", {}, {6});
    b.node("Clip", {"a2", "zero", "six"}, {"r2"});
    auto& pool = b.node("MaxPool", {"r2"}, {"p2"});
    b.set(pool, "kernel_shape", sides{3, 3});
    b.set(pool, "strides", sides{2, 2});
    b.set(pool, "pads", sides{1, 1, 1, 1});
    auto& mean = b.node("AveragePool", {"r2"}, {"p3"});
    b.set(mean, "kernel_shape", sides{3, 3});
    b.set(mean, "strides", sides{2, 2});
    b.set(mean, "pads", sides{1, 1, 1, 1});
    b.set(mean, "count_include_pad", std::int64_t{1});
    b.set(b.node("Concat", {"p2", "p3"}, {"j"}), "axis", std::int64_t{1});
    b.node("GlobalAveragePool", {"j"}, {"g"});
    b.node("Sigmoid", {"g"}, {"gate"});
    b.node("Mul", {"j", "gate"}, {"k"});
    b.set(b.node("LeakyRelu", {"k"}, {"l"}), "alpha", 0.2f);
    b.node("Dropout", {"l"}, {"o"});
    b.integers("pads", {0, 0, 0, 1, 0, 0, 1, 0});
    b.node("Pad", {"o", "pads"}, {"padded"});
    b.integers("flat", {0, -1});
    b.node("Reshape", {"padded", "flat"}, {"f"});
    b.constant("w", {200, 6}, random_values(random, {200, 6}));
    b.constant("bias", {6}, random_values(random, {6}));
    b.node("MatMul", {"f", "w"}, {"y0"});
    b.node("Add", {"bias", "y0"}, {"y1"});
    b.node("Identity", {"y1"}, {"y2"});
    b.node("Relu", {"y2"}, {"y3"});
    b.constant("v", {3, 6}, random_values(random, {3, 6}));
    auto& gemm = b.node("Gemm", {"y3", "v"}, {"y4"});
    b.set(gemm, "transB", std::int64_t{1});
    b.set(gemm, "alpha", 0.5f);
    b.node("Softmax", {"y4"}, {"y"});
    b.output("y");
    same_outputs(b, random);
    const auto imported = so::import_network(b.parse());
    // The bias is folded: MatMul, then its ReLU.
    std::size_t affine = 0, folded = 0;
    for (const layer& l : imported.network.layers) {
        affine += l.kind == layer_kind::affine;
        folded += l.kind == layer_kind::batch_norm;
    }
    CHECK(folded == 1);
    CHECK(affine == 5);  // n2, the minus of d2, m2, s2, q2
    CHECK(imported.layers.back().node == "y4");
}

TEST_CASE("a name given twice to a convolution's output stops folding into it") {
    std::mt19937 random(3);
    model_builder b;
    b.input("x", {1, 1, 4, 4});
    b.constant("w", {2, 1, 3, 3}, random_values(random, {2, 1, 3, 3}));
    b.node("Conv", {"x", "w"}, {"c"});
    b.node("Identity", {"c"}, {"e"});
    b.constant("two", {}, {2});
    b.node("Mul", {"e", "two"}, {"m"});
    b.node("Add", {"m", "c"}, {"y"});
    b.output("y");
    same_outputs(b, random);
}

TEST_CASE("densities and codebooks are read off the weights") {
    model_builder b;
    b.input("x", {1, 1, 3, 3});
    b.constant("w", {1, 1, 3, 3}, {0, 0.5f, 0, -1, 0.5f, 0, 0, 0, 2});
    b.set(b.node("Conv", {"x", "w"}, {"y"}), "pads", sides{1, 1, 1, 1});
    b.output("y");
    const auto imported = so::import_network(b.parse());
    REQUIRE(imported.layers.size() == 1);
    CHECK(imported.layers[0].name == "conv1");
    CHECK(imported.layers[0].node == "y");
    CHECK(imported.layers[0].weight_density == doctest::Approx(4.0 / 9));
    CHECK(imported.layers[0].codebook == std::vector<float>{-1, 0.5f, 2});
}

TEST_CASE("what accelerators cannot run is refused by node, operator and opset") {
    std::mt19937 random(4);
    const auto refused = [&](auto change, const std::string& sentence) {
        model_builder b;
        b.input("x", {1, 2, 6, 6});
        b.constant("w", {3, 2, 3, 3}, random_values(random, {3, 2, 3, 3}));
        change(b);
        b.output("y");
        CAPTURE(sentence);
        CHECK_THROWS_WITH_AS(so::import_network(b.parse()), doctest::Contains(sentence.c_str()), input_error);
    };
    refused([](auto& b) { b.node("Tanh", {"x"}, {"y"}); }, "node \"y\" (Tanh, opset 13) cannot run on an accelerator");
    refused(
        [](auto& b) {
            b.set(b.node("Conv", {"x", "w"}, {"y"}), "strides", sides{1, 2});
        },
        "node \"y\" (Conv, opset 13) has strides of 1 x 2");
    refused([](auto& b) { b.set(b.node("Conv", {"x", "w"}, {"y"}), "colour", std::int64_t{1}); }, "has attribute \"colour\"");
    refused([](auto& b) { b.set(b.node("Conv", {"x", "w"}, {"y"}), "group", 2.0f); }, "attribute \"group\" of another type");
    refused([](auto& b) { b.node("Conv", {"x", "x"}, {"y"}); }, "has weights that depend on the image");
    refused([](auto& b) { b.node("MatMul", {"x", "w"}, {"y"}); }, "a vector and a matrix that meet");
    refused([](auto& b) { b.node("Transpose", {"x"}, {"y"}); }, "reorders the image's values");
    refused([](auto& b) { b.node("Relu", {"w"}, {"y"}); }, "does not depend on the image");
    refused([](auto& b) { b.node("Div", {"w", "x"}, {"y"}); }, "combines");
    refused([](auto& b) { b.set(b.node("Concat", {"x", "x"}, {"y"}), "axis", std::int64_t{2}); }, "joins along another side");
    refused(
        [&](auto& b) {
            b.node("Conv", {"x", "w"}, {"c"});
            b.constant("v", {1, 3, 3, 3}, random_values(random, {1, 3, 3, 3}));
            b.node("Conv", {"c", "v"}, {"y"});
        },
        "node \"y\" (Conv, opset 13): the input of conv2 can be negative");
    refused(
        [&](auto& b) {
            b.integers("vector", {1, 72});
            b.node("Reshape", {"x", "vector"}, {"f"});
            b.constant("ten", {72, 10}, random_values(random, {72, 10}));
            b.constant("one", {72, 1}, random_values(random, {72, 1}));
            b.node("MatMul", {"f", "ten"}, {"a"});
            b.node("MatMul", {"f", "one"}, {"c"});
            b.node("Add", {"a", "c"}, {"y"});
        },
        "node \"y\" (Add, opset 13) combines 1 x 10 with 1 x 1");
    refused(
        [](auto& b) {
            b.constant("inf", {1, 2, 1, 1}, {INFINITY, 1});
            b.node("Conv", {"x", "inf"}, {"y"});
        },
        "has weights that are not finite");
}
