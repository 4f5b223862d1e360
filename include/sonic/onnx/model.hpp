// SPDX-License-Identifier: MIT
#pragma once

/// An ONNX model as plain values. Reading checks everything that later stages rely on; a file that breaks a rule is an input_error.
/// Needs the linked component sonic::onnx; no protobuf header is included here.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include <sonic/network/error.hpp>

namespace sonic::onnx {

/// What a model may take at most. Defaults suit a desktop.
struct limits {
    std::uint64_t file_bytes = std::uint64_t{1} << 30;       ///< of the model's file, and of each external data file
    std::uint64_t memory_bytes = std::uint64_t{4} << 30;     ///< of the parsed model (estimated); of a run's values; of an imported network
                                                             ///< with the values alive in its forward pass
    std::uint64_t tensor_elements = std::uint64_t{1} << 27;  ///< of one tensor
    std::uint64_t operations = std::uint64_t{1} << 40;       ///< arithmetic operations of one run, or of an import and one forward pass
    std::size_t nodes = 65536;
};

/// A part of ONNX that this component does not know: operator, version, attribute or element type.
struct unsupported_error : input_error {
    using input_error::input_error;
};

/// Element types, numbered as in ONNX's TensorProto.
enum class element {
    float32 = 1,
    uint8 = 2,
    int8 = 3,
    uint16 = 4,
    int16 = 5,
    int32 = 6,
    int64 = 7,
    boolean = 9,
    float16 = 10,
    float64 = 11,
    uint32 = 12,
    uint64 = 13,
    bfloat16 = 16
};

constexpr bool is_floating(element e) {
    return e == element::float32 || e == element::float64 || e == element::float16 || e == element::bfloat16;
}

/// Elements in row-major order, held as doubles whatever their type (integers up to 2^53).
struct tensor {
    element type = element::float32;
    std::vector<std::int64_t> shape;
    std::vector<double> values;
};

using attribute_value = std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>, std::vector<float>, tensor>;

struct node {
    std::string name;  ///< its own, or its first output's where it has none
    std::string operation;
    std::vector<std::string> inputs, outputs;  ///< an empty name: left out
    std::map<std::string, attribute_value> attributes;
};

/// A graph input: its name, element type and sides; a side is -1 where the model leaves it open.
struct value_info {
    std::string name;
    element type = element::float32;
    std::vector<std::int64_t> shape;
    bool has_shape = false;
};

/// Nodes stand in topological order; every name is written once and before it is read.
struct model {
    std::string where;  ///< the file's name, for errors
    int opset = 0;
    std::vector<value_info> inputs;  ///< without those that are initializers
    std::vector<std::string> outputs;
    std::map<std::string, tensor> initializers;
    std::vector<node> nodes;
};

/// The model in `bytes`. External data is looked for in `folder` and nowhere else; without a folder it is refused.
model parse_model(std::span<const std::uint8_t> bytes, const std::string& where = "model", const limits& limit = {},
                  const std::filesystem::path& folder = {});
model read_model(const std::filesystem::path& path, const limits& limit = {});

/// A tensor alone in a file, as ONNX's test data has them. `name` receives its name.
tensor parse_tensor(std::span<const std::uint8_t> bytes, const std::string& where = "tensor", const limits& limit = {},
                    std::string* name = nullptr);

}  // namespace sonic::onnx
