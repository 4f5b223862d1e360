// SPDX-License-Identifier: MIT
#pragma once

/// Builds small ONNX models for tests, without any check of its own.

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <sonic/onnx/model.hpp>

struct model_builder {
    ::onnx::ModelProto proto;
    explicit model_builder(int opset = 13) {
        proto.set_ir_version(7);
        proto.add_opset_import()->set_version(opset);
        proto.mutable_graph()->set_name("test");
    }
    ::onnx::GraphProto& graph() { return *proto.mutable_graph(); }

    void input(const std::string& name, const std::vector<std::int64_t>& sides) { describe(*graph().add_input(), name, sides); }
    void output(const std::string& name) { describe(*graph().add_output(), name, {}); }

    static void fill(::onnx::TensorProto& t, const std::vector<std::int64_t>& sides, const std::vector<float>& values) {
        t.set_data_type(::onnx::TensorProto::FLOAT);
        for (const auto s : sides) t.add_dims(s);
        for (const auto v : values) t.add_float_data(v);
    }
    void constant(const std::string& name, const std::vector<std::int64_t>& sides, const std::vector<float>& values) {
        auto& t = *graph().add_initializer();
        t.set_name(name);
        fill(t, sides, values);
    }
    void integers(const std::string& name, const std::vector<std::int64_t>& values) {
        auto& t = *graph().add_initializer();
        t.set_name(name);
        t.set_data_type(::onnx::TensorProto::INT64);
        t.add_dims(static_cast<std::int64_t>(values.size()));
        for (const auto v : values) t.add_int64_data(v);
    }
    ::onnx::NodeProto& node(const std::string& operation, const std::vector<std::string>& inputs, const std::vector<std::string>& outputs) {
        auto& n = *graph().add_node();
        n.set_op_type(operation);
        for (const auto& i : inputs) n.add_input(i);
        for (const auto& o : outputs) n.add_output(o);
        return n;
    }
    static void set(::onnx::NodeProto& n, const std::string& name, const std::vector<std::int64_t>& values) {
        auto& a = *n.add_attribute();
        a.set_name(name);
        a.set_type(::onnx::AttributeProto::INTS);
        for (const auto v : values) a.add_ints(v);
    }
    static void set(::onnx::NodeProto& n, const std::string& name, std::int64_t value) {
        auto& a = *n.add_attribute();
        a.set_name(name);
        a.set_type(::onnx::AttributeProto::INT);
        a.set_i(value);
    }
    static void set(::onnx::NodeProto& n, const std::string& name, float value) {
        auto& a = *n.add_attribute();
        a.set_name(name);
        a.set_type(::onnx::AttributeProto::FLOAT);
        a.set_f(value);
    }
    static void set(::onnx::NodeProto& n, const std::string& name, const std::string& value) {
        auto& a = *n.add_attribute();
        a.set_name(name);
        a.set_type(::onnx::AttributeProto::STRING);
        a.set_s(value);
    }
    std::vector<std::uint8_t> bytes() const {
        const std::string text = proto.SerializeAsString();
        return {text.begin(), text.end()};
    }
    sonic::onnx::model parse(const sonic::onnx::limits& limit = {}) const { return sonic::onnx::parse_model(bytes(), "test model", limit); }

  private:
    static void describe(::onnx::ValueInfoProto& v, const std::string& name, const std::vector<std::int64_t>& sides) {
        v.set_name(name);
        auto& t = *v.mutable_type()->mutable_tensor_type();
        t.set_elem_type(::onnx::TensorProto::FLOAT);
        for (const auto s : sides) {
            auto& d = *t.mutable_shape()->add_dim();
            if (s >= 0)
                d.set_dim_value(s);
            else
                d.set_dim_param("batch");
        }
    }
};
