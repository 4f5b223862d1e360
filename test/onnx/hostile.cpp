// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <sonic/network/file.hpp>
#include <sonic/network/forward.hpp>
#include <sonic/onnx/import.hpp>
#include <sonic/onnx/interpreter.hpp>
#include "build_model.hpp"

using namespace sonic;
namespace so = sonic::onnx;  // protobuf has a namespace onnx too
using sides = std::vector<std::int64_t>;
namespace fs = std::filesystem;

namespace {

model_builder small_model() {
    model_builder b;
    b.input("x", {-1, 1, 4, 4});
    b.constant("w", {2, 1, 3, 3}, std::vector<float>(18, 0.5f));
    b.node("Conv", {"x", "w"}, {"c"});
    b.node("Relu", {"c"}, {"y"});
    b.output("y");
    return b;
}

/// Refused with one line that contains the sentence.
void refused(const std::function<void()>& act, const std::string& sentence) {
    CAPTURE(sentence);
    try {
        act();
        FAIL_CHECK("accepted");
    } catch (const input_error& error) {
        const std::string line = error.what();
        CAPTURE(line);
        CHECK(line.find(sentence) != std::string::npos);
        CHECK(line.find('\n') == std::string::npos);
        CHECK(line.find("; expected ") != std::string::npos);
    }
}
void refused_model(const std::function<void(model_builder&)>& change, const std::string& sentence, const so::limits& limit = {}) {
    model_builder b = small_model();
    change(b);
    refused([&] { static_cast<void>(b.parse(limit)); }, sentence);
}

/// A directory that goes away again.
struct scratch {
    fs::path path = fs::temp_directory_path() / ("sonic-onnx-" + std::to_string(std::random_device{}()));
    scratch() { fs::create_directories(path / "model"); }
    ~scratch() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
};

}  // namespace

TEST_CASE("a model cut off anywhere is refused or is another model") {
    const auto good = small_model().bytes();
    CHECK_NOTHROW(so::import_network(so::parse_model(good)));
    for (std::size_t length = 0; length < good.size(); ++length) {
        try {
            so::import_network(so::parse_model(std::span(good).first(length)));
        } catch (const input_error& error) {
            CHECK(std::string(error.what()).find('\n') == std::string::npos);
        }
    }
    refused([&] { static_cast<void>(so::parse_model({})); }, "opset 0");
}

TEST_CASE("damaged models never crash: read, run and imported, only input_error comes out") {
    std::mt19937 random(1);
    const auto good = small_model().bytes();
    const so::limits small{1 << 20, 1 << 26, 1 << 14, 1 << 20, 256};
    int got_through = 0, ran = 0;
    for (int round = 0; round < 20000; ++round) {
        auto bad = good;
        for (auto changes = 1 + random() % 3; changes > 0; --changes) bad[random() % bad.size()] = static_cast<std::uint8_t>(random());
        try {
            const auto m = so::parse_model(bad, "model", small);
            static_cast<void>(so::import_network(m, small));
            ++got_through;
            std::map<std::string, so::tensor> inputs;
            for (const so::value_info& info : m.inputs) {
                so::tensor& x = inputs[info.name] = {so::element::float32, info.shape, {}};
                std::int64_t count = 1;
                for (std::int64_t& side : x.shape) count *= side = side < 1 || side > 16 ? 1 : side;
                x.values.assign(static_cast<std::size_t>(count), 0.5);
            }
            static_cast<void>(so::run(m, inputs, small));
            ++ran;
        } catch (const input_error&) {
        }
    }
    CHECK(got_through > 100);
    CHECK(got_through < 19000);
    CHECK(ran > 100);
}

TEST_CASE("graphs that are not graphs") {
    refused_model([](auto& b) { b.graph().mutable_node(0)->set_input(0, "y"); },
                  "node \"c\" (Conv, opset 13) reads \"y\" before it is written");
    refused_model([](auto& b) { b.graph().mutable_node(0)->set_input(0, "c"); }, "reads \"c\" before it is written");
    refused_model([](auto& b) { b.graph().mutable_node(1)->set_input(0, "nothing"); }, "reads \"nothing\"");
    refused_model([](auto& b) { b.graph().mutable_node(1)->set_output(0, "c"); }, "writes \"c\", which is written already");
    refused_model([](auto& b) { b.graph().mutable_node(0)->set_output(0, "w"); }, "writes \"w\"");
    refused_model([](auto& b) { b.constant("w", {1}, {1}); }, "an initializer writes \"w\"");
    refused_model([](auto& b) { b.graph().mutable_output(0)->set_name("z"); }, "output \"z\" is never written");
    refused_model([](auto& b) { b.graph().clear_output(); }, "without outputs");
    refused_model([](auto& b) { b.graph().mutable_node(1)->set_domain("com.example"); }, "of domain \"com.example\"");
    refused_model([](auto& b) { b.proto.mutable_opset_import(0)->set_version(18); }, "opset 18");
    refused_model([](auto& b) { b.proto.mutable_opset_import(0)->set_version(-1); }, "opset -1");
    refused_model([](auto& b) { b.proto.clear_opset_import(); }, "opset 0");
    refused_model([](auto& b) { b.graph().mutable_input(0)->mutable_type()->mutable_sequence_type(); }, "is no tensor");
    refused_model(
        [](auto& b) {
            b.set(*b.graph().mutable_node(0), "group", std::int64_t{1});
            b.set(*b.graph().mutable_node(0), "group", std::int64_t{1});
        },
        "attribute \"group\" twice");
    refused_model(
        [](auto& b) {
            auto& a = *b.graph().mutable_node(0)->add_attribute();
            a.set_name("body");
            a.set_type(::onnx::AttributeProto::GRAPH);
            a.mutable_g();
        },
        "is a graph");
}

TEST_CASE("tensors that are not tensors") {
    const auto weights = [](model_builder& b) -> ::onnx::TensorProto& { return *b.graph().mutable_initializer(0); };
    refused_model([&](auto& b) { weights(b).set_dims(0, -2); }, "initializer \"w\" has a side of -2");
    refused_model([&](auto& b) { weights(b).set_dims(0, 3); }, "has 18 elements; expected 27");
    refused_model([&](auto& b) { weights(b).set_dims(0, std::int64_t{1} << 62); }, "is too large");
    refused_model([&](auto& b) { weights(b).set_dims(0, 0), weights(b).set_dims(1, std::int64_t{1} << 62); }, "is too large");
    refused_model(
        [&](auto& b) {
            for (int i = 0; i < 4; ++i) weights(b).set_dims(i, 1 << 20);
        },
        "is too large");
    refused_model(
        [&](auto& b) {
            for (int i = 0; i < 20; ++i) weights(b).add_dims(1);
        },
        "has 24 sides");
    refused_model([&](auto& b) { weights(b).set_data_type(::onnx::TensorProto::STRING); }, "has element type 8");
    refused_model([&](auto& b) { weights(b).set_data_type(77); }, "has element type 77");
    refused_model([&](auto& b) { weights(b).set_data_type(::onnx::TensorProto::INT64); }, "has 0 elements; expected 18");
    refused_model([&](auto& b) { weights(b).set_raw_data(std::string(71, 'x')); }, "has 71 bytes; expected 72");
    refused_model([&](auto& b) { weights(b).set_float_data(3, NAN); }, "holds a value that is not a number");
    refused_model([&](auto& b) { weights(b).mutable_segment()->set_begin(1); }, "is stored in segments");
    model_builder infinite = small_model();
    weights(infinite).set_float_data(3, INFINITY);
    refused([&] { so::import_network(infinite.parse()); }, "has weights that are not finite");
}

TEST_CASE("constants beyond floating point are refused by node, also where folding makes them so") {
    const auto refused_network = [](auto change, const std::string& sentence) {
        model_builder b;
        b.input("x", {1, 4});
        b.constant("w", {2, 4}, std::vector<float>(8, 1.0f));
        b.constant("b", {2}, {1, 1});
        b.constant("huge", {1}, {1e38f});
        auto& gemm = b.node("Gemm", {"x", "w", "b"}, {"g"});
        b.set(gemm, "transB", std::int64_t{1});
        change(b, gemm);
        b.output(b.graph().node(b.graph().node_size() - 1).output(0));
        refused([&] { so::import_network(b.parse()); }, sentence);
    };
    for (const float bad : {NAN, INFINITY}) {
        refused_network([=](auto& b, auto& gemm) { b.set(gemm, "beta", bad); },
                        "node \"g\" (Gemm, opset 13): dense1 has a shift that is not finite");
        refused_network([=](auto& b, auto& gemm) { b.set(gemm, "alpha", bad); },
                        "node \"g\" (Gemm, opset 13) has weights that are not finite");
    }
    refused_network(
        [](auto& b, auto&) {
            for (int i = 0; i < 9; ++i) b.node("Mul", {i == 0 ? "g" : "m" + std::to_string(i), "huge"}, {"m" + std::to_string(i + 1)});
        },
        "dense1 has a scale that is not finite");
    const auto relu = [] {
        model_builder b;
        b.input("x", {1});
        b.node("Relu", {"x"}, {"y"});
        b.output("y");
        return b.parse();
    }();
    CHECK(std::isnan(so::run(relu, {{"x", {so::element::float32, {1}, {NAN}}}})[0].values[0]));
}

TEST_CASE("limits hold: bytes, memory, nodes, elements, operations") {
    so::limits limit;
    limit.file_bytes = 100;
    refused_model([](auto&) {}, "at most 100", limit);
    limit = {};
    limit.nodes = 1;
    refused_model([](auto&) {}, "2 nodes; expected at most 1", limit);
    // Sixty-five thousand nodes of two bytes each would become megabytes of objects.
    limit = {};
    limit.memory_bytes = 1 << 20;
    refused_model(
        [](auto& b) {
            for (int i = 0; i < 60000; ++i) b.graph().add_node();
        },
        "more memory than allowed", limit);
    // So would all that a model may hold and nothing here reads.
    const auto bloated = [&](auto add) {
        refused_model(
            [&](auto& b) {
                for (int i = 0; i < 30000; ++i) add(b.proto, *b.graph().mutable_node(0));
            },
            "more memory than allowed", limit);
    };
    bloated([](auto& m, auto&) { (m.functions_size() == 0 ? m.add_functions() : m.mutable_functions(0))->add_node(); });
    bloated([](auto& m, auto&) { m.add_training_info(); });
    bloated([](auto& m, auto&) { m.add_metadata_props(); });
    bloated([](auto& m, auto&) { m.add_opset_import(); });
    bloated([](auto& m, auto&) { m.mutable_graph()->add_quantization_annotation(); });
    bloated([](auto& m, auto&) { m.mutable_graph()->add_sparse_initializer(); });
    bloated([](auto& m, auto&) { m.mutable_graph()->mutable_initializer(0)->add_external_data(); });
    bloated([](auto& m, auto&) { m.mutable_graph()->add_value_info(); });
    bloated([](auto&, auto& n) { n.add_attribute(); });
    const auto attribute = [](auto& n) { return n.attribute_size() == 0 ? n.add_attribute() : n.mutable_attribute(0); };
    bloated([&](auto&, auto& n) { attribute(n)->add_type_protos(); });
    bloated([&](auto&, auto& n) { attribute(n)->add_sparse_tensors(); });
    bloated([&](auto&, auto& n) {
        attribute(n)->mutable_tp()->mutable_sequence_type()->mutable_elem_type()->mutable_tensor_type()->mutable_shape()->add_dim();
    });
    bloated([&](auto&, auto& n) {
        attribute(n)->mutable_tp()->mutable_map_type()->mutable_value_type()->mutable_tensor_type()->mutable_shape()->add_dim();
    });
    bloated([&](auto&, auto& n) {
        attribute(n)->mutable_tp()->mutable_optional_type()->mutable_elem_type()->mutable_tensor_type()->mutable_shape()->add_dim();
    });
    // Fields of a later ONNX are not known to be text.
    refused_model([](auto& b) { b.proto.mutable_unknown_fields()->AddLengthDelimited(99, std::string(10000, '\0')); },
                  "more memory than allowed", limit);
    // Graphs inside graphs.
    model_builder nested = small_model();
    ::onnx::NodeProto* inner = nested.graph().mutable_node(0);
    for (int depth = 0; depth < 30; ++depth) {
        auto& a = *inner->add_attribute();
        a.set_type(::onnx::AttributeProto::GRAPH);
        inner = a.mutable_g()->add_node();
    }
    refused([&] { static_cast<void>(nested.parse()); }, "nested deeper than 16");

    limit = {};
    limit.operations = 50;
    model_builder b = small_model();
    const so::tensor image{so::element::float32, {1, 1, 4, 4}, std::vector<double>(16, 1.0)};
    CHECK(so::run(b.parse(), {{"x", image}})[0].values.size() == 8);
    refused([&] { so::run(b.parse(), {{"x", image}}, limit); }, "takes more operations than allowed");
    // A kernel dilated to the end of the world, a pad of as much, and sums that double forty times.
    model_builder wide = small_model();
    wide.set(*wide.graph().mutable_node(0), "dilations", sides{(1 << 23) - 1, (1 << 23) - 1});
    wide.set(*wide.graph().mutable_node(0), "pads", sides{1 << 24, 1 << 24, 1 << 24, 1 << 24});
    refused([&] { so::import_network(wide.parse()); }, "has a kernel that is too large");
    refused([&] { so::run(wide.parse(), {{"x", image}}); }, "too large");
    // Padding that follows the window hides its extent: the product of two sides wraps.
    model_builder hidden = small_model();
    hidden.constant("long", {1, 1, 2, 1 << 20}, std::vector<float>(2 << 20, 1.0f));
    hidden.graph().mutable_node(0)->set_input(1, "long");
    hidden.set(*hidden.graph().mutable_node(0), "auto_pad", std::string("SAME_UPPER"));
    hidden.set(*hidden.graph().mutable_node(0), "dilations", sides{1 << 23, 1 << 22});
    refused([&] { so::import_network(hidden.parse()); }, "node \"c\" (Conv, opset 13) has a window of 4398042316801");
    refused([&] { so::run(hidden.parse(), {{"x", image}}); }, "has a window of 4398042316801");
    for (const char* operation : {"AveragePool", "MaxPool"}) {
        model_builder pooling = small_model();
        auto& pool = *pooling.graph().mutable_node(1);
        pool.set_op_type(operation);
        pooling.set(pool, "kernel_shape", sides{65536, 65536});
        pooling.set(pool, "auto_pad", std::string("SAME_UPPER"));
        refused([&] { so::import_network(pooling.parse()); }, "has a window that is too large");
    }
    model_builder doubling = small_model();
    doubling.graph().mutable_node(1)->set_output(0, "0");
    for (int i = 0; i < 40; ++i) {
        std::string from = std::to_string(i), to = i == 39 ? "y" : std::to_string(i + 1);
        doubling.set(doubling.node("Concat", {from, from}, {to}), "axis", std::int64_t{1});
    }
    refused([&] { so::run(doubling.parse(), {{"x", image}}); }, "(Concat, opset 13) gives a tensor that is too large");
    refused([&] { so::import_network(doubling.parse()); }, "is too large");
}

TEST_CASE("limits hold for a whole import: shared weights, values alive at once, operations of a forward pass") {
    so::limits limit;
    // Many convolutions of one small constant: each makes a large kernel of it.
    limit.memory_bytes = 8 << 20;
    const auto dilated = [&](int convolutions) {
        model_builder b = small_model();
        for (int i = 0; i < convolutions; ++i) {
            auto& n = b.node("Conv", {"x", "w"}, {"d" + std::to_string(i)});
            b.set(n, "dilations", sides{255, 255});
            b.set(n, "auto_pad", std::string("SAME_UPPER"));
        }
        return b.parse();
    };
    CHECK_NOTHROW(so::import_network(dilated(4), limit));  // 2 MiB of weights each
    refused([&] { so::import_network(dilated(5), limit); }, "node \"d4\" (Conv, opset 13) takes more memory than allowed");

    // Maps padded side by side: all wait for the sums behind them.
    const auto padded = [&](int maps) {
        model_builder b = small_model();
        b.graph().mutable_node(1)->set_output(0, "r");
        b.integers("pads", {0, 0, 0, 0, 0, 0, 254, 254});
        for (int i = 0; i < maps; ++i) b.node("Pad", {"r", "pads"}, {"p" + std::to_string(i)});
        std::string sum = "p0";
        for (int i = 1; i < maps; ++i)
            b.node("Add", {sum, "p" + std::to_string(i)}, {i + 1 == maps ? "y" : "s" + std::to_string(i)}), sum = "s" + std::to_string(i);
        return b.parse();
    };
    CHECK_NOTHROW(so::import_network(padded(6), limit));  // 1 MiB each
    refused([&] { so::import_network(padded(9), limit); }, "node \"p7\" (Pad, opset 13) takes more memory than allowed");
    const so::tensor image{so::element::float32, {1, 1, 4, 4}, std::vector<double>(16, 1.0)};
    refused([&] { so::run(padded(9), {{"x", image}}, limit); }, "node \"p7\" (Pad, opset 13) takes more memory than allowed");

    // 2 x 2 x 2 outputs of 9 weights, then 8 of the ReLU.
    limit = {};
    limit.operations = 80;
    CHECK_NOTHROW(so::import_network(small_model().parse(), limit));
    limit.operations = 79;
    refused([&] { so::import_network(small_model().parse(), limit); }, "node \"y\" (Relu, opset 13) takes more operations than allowed");

    // Sides of 2^26 and 2^14 channels: their product does not fit 64 bits.
    model_builder wide = small_model();
    wide.constant("many", {1 << 14, 1, 1, 1}, std::vector<float>(1 << 14, 1.0f));
    wide.graph().mutable_node(0)->set_input(1, "many");
    wide.set(*wide.graph().mutable_node(0), "pads", sides{1 << 24, 1 << 24, (1 << 24) - 4, (1 << 24) - 4});
    refused([&] { so::import_network(wide.parse()); }, "gives a map that is too large");
}

TEST_CASE("inputs that do not fit the model") {
    const auto m = small_model().parse();
    refused([&] { so::run(m, {}); }, "no value for input \"x\"");
    refused([&] { so::run(m, {{"x", {so::element::float32, {1, 1, 4, 5}, std::vector<double>(20)}}}); }, "input \"x\" is 1 x 1 x 4 x 5");
    refused([&] { so::run(m, {{"x", {so::element::float32, {1, 1, 4, 4}, std::vector<double>(15)}}}); }, "input \"x\"");
    refused([&] { so::run(m, {{"x", {so::element::int64, {1, 1, 4, 4}, std::vector<double>(16)}}}); }, "element type");
}

TEST_CASE("external data stays inside the model's folder") {
    const scratch dir;
    const auto write = [](const fs::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; };
    const std::string data(80, '\0');
    write(dir.path / "model" / "weights.bin", data);
    write(dir.path / "outside.bin", data);
    fs::create_directories(dir.path / "model" / "sub");
    write(dir.path / "model" / "sub" / "weights.bin", data);
    fs::create_symlink(dir.path / "outside.bin", dir.path / "model" / "link.bin");
    fs::create_symlink("weights.bin", dir.path / "model" / "good-link.bin");
    const auto with = [&](const std::string& location, const std::string& offset = "", const std::string& length = "") {
        model_builder b = small_model();
        auto& t = *b.graph().mutable_initializer(0);
        t.clear_float_data();
        t.set_data_location(::onnx::TensorProto::EXTERNAL);
        for (const auto& [key, value] : {std::pair{"location", location}, {"offset", offset}, {"length", length}})
            if (!value.empty()) {
                auto& e = *t.add_external_data();
                e.set_key(key);
                e.set_value(value);
            }
        const fs::path path = dir.path / "model" / "model.onnx";
        const auto bytes = b.bytes();
        write_file(path, bytes);
        return so::read_model(path);
    };
    CHECK(with("weights.bin").initializers.at("w").values == std::vector<double>(18, 0.0));
    CHECK_NOTHROW(with("weights.bin", "8", "72"));
    CHECK_NOTHROW(with("sub/weights.bin"));
    CHECK_NOTHROW(with("./weights.bin"));
    CHECK_NOTHROW(with("good-link.bin"));
    const char* outside = "outside the model's folder";
    refused([&] { with("../outside.bin"); }, outside);
    refused([&] { with("sub/../../outside.bin"); }, outside);
    refused([&] { with((dir.path / "model" / "weights.bin").string()); }, outside);
    refused([&] { with("/etc/passwd"); }, outside);
    refused([&] { with("link.bin"); }, outside);
    refused([&] { with(""); }, outside);
    refused([&] { with("."); }, outside);
    refused([&] { with("sub"); }, outside);
    refused([&] { with("absent.bin"); }, "cannot be found");
    refused([&] { with("weights.bin", "9"); }, "72 bytes inside its file");
    refused([&] { with("weights.bin", "99999999999999999"); }, "72 bytes inside its file");
    refused([&] { with("weights.bin", "0", "71"); }, "has 71 bytes of external data");
    refused([&] { with("weights.bin", "-1"); }, "a whole number");
    refused([&] { with("weights.bin", "1e3"); }, "a whole number");
    model_builder b = small_model();
    b.graph().mutable_initializer(0)->set_data_location(::onnx::TensorProto::EXTERNAL);
    refused([&] { static_cast<void>(b.parse()); }, outside);
}
