// SPDX-License-Identifier: MIT
#include <sonic/onnx/model.hpp>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <initializer_list>
#include <set>

#include <sonic/network/file.hpp>

namespace sonic::onnx {

namespace {

// A message of a few bytes can grow into an object of hundreds, so memory is estimated from the wire before protobuf builds anything.
enum class message {
    model,
    graph,
    node,
    attribute,
    tensor,
    sparse_tensor,
    value_info,
    type,
    tensor_type,
    wrapped_type,  ///< of a sequence, a map or an optional value
    shape,
    function,
    training,
    quantization,
    texts,  ///< a message of text and numbers only
    text,   ///< no message: text, bytes or packed numbers
    unknown
};

/// What a length-delimited field holds; every message that protobuf would build is named, whether it is used here or not.
message child(message m, std::uint64_t field) {
    struct row {
        message in, holds;
        std::initializer_list<std::uint64_t> fields;
    };
    using enum message;
    static const row rows[] = {
        {model, text, {2, 3, 4, 6}},
        {model, graph, {7}},
        {model, texts, {8, 14}},
        {model, training, {20}},
        {model, function, {25}},
        {graph, node, {1}},
        {graph, text, {2, 10}},
        {graph, tensor, {5}},
        {graph, value_info, {11, 12, 13}},
        {graph, quantization, {14}},
        {graph, sparse_tensor, {15}},
        {graph, texts, {16}},
        {node, text, {1, 2, 3, 4, 6, 7, 8}},
        {node, attribute, {5}},
        {node, texts, {9}},
        {attribute, text, {1, 4, 7, 8, 9, 13, 21}},
        {attribute, tensor, {5, 10}},
        {attribute, graph, {6, 11}},
        {attribute, type, {14, 15}},
        {attribute, sparse_tensor, {22, 23}},
        {tensor, text, {1, 4, 5, 6, 7, 8, 9, 10, 11, 12}},
        {tensor, texts, {3, 13, 16}},
        {sparse_tensor, tensor, {1, 2}},
        {sparse_tensor, text, {3}},
        {value_info, text, {1, 3}},
        {value_info, type, {2}},
        {value_info, texts, {4}},
        {type, tensor_type, {1, 8}},
        {type, wrapped_type, {4, 5, 9}},
        {type, text, {6}},
        {type, texts, {7}},
        {tensor_type, shape, {2}},
        {wrapped_type, type, {1, 2}},
        {shape, texts, {1}},
        {function, text, {1, 4, 5, 6, 8, 10, 13}},
        {function, node, {7}},
        {function, texts, {9, 14}},
        {function, attribute, {11}},
        {function, value_info, {12}},
        {training, graph, {1, 2}},
        {training, texts, {3, 4}},
        {quantization, text, {1}},
        {quantization, texts, {2}},
        {texts, text, {1, 2, 3}},
    };
    for (const row& r : rows)
        if (r.in == m && std::count(r.fields.begin(), r.fields.end(), field) > 0) return r.holds;
    return unknown;
}

class wire_scan {
  public:
    wire_scan(std::string where, std::uint64_t budget) : where_(std::move(where)), budget_(budget) {}

    void scan(std::span<const std::uint8_t> bytes, message m, int depth = 0) {
        if (depth > 16) throw input_error(where_, "messages nested deeper than 16", "an ONNX model");
        while (!bytes.empty()) {
            const std::uint64_t key = varint(bytes);
            if (key >> 3 == 0) damaged();
            switch (key & 7) {
                case 0: varint(bytes), spend(32); break;
                case 1: skip(bytes, 8), spend(32); break;
                case 5: skip(bytes, 4), spend(32); break;
                case 2: {
                    const std::uint64_t length = varint(bytes);
                    if (length > bytes.size()) damaged();
                    const auto body = bytes.first(static_cast<std::size_t>(length));
                    bytes = bytes.subspan(static_cast<std::size_t>(length));
                    const message inner = child(m, key >> 3);
                    // An object and the pointer to it; other bytes are copied. Packed integers of a byte become eight, in an array that
                    // doubles as it grows. What is not known might be messages of two bytes each.
                    const bool packed = m == message::tensor || m == message::sparse_tensor || m == message::attribute;
                    const bool bytes_or_floats = m == message::tensor && (key >> 3 == 4 || key >> 3 == 9 || key >> 3 == 10);
                    const bool is_message = inner != message::text && inner != message::unknown;
                    spend(320 + length * (is_message ? 0 : inner == message::unknown ? 160 : packed && !bytes_or_floats ? 17 : 2));
                    if (is_message) scan(body, inner, depth + 1);
                    break;
                }
                default: damaged();
            }
        }
    }

  private:
    [[noreturn]] void damaged() const { throw input_error(where_, "it is cut off or damaged", "an ONNX model"); }
    void spend(std::uint64_t bytes) {
        if (bytes > budget_) throw input_error(where_, "it would take more memory than allowed", "a smaller model, or a larger limit");
        budget_ -= bytes;
    }
    std::uint64_t varint(std::span<const std::uint8_t>& bytes) const {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (bytes.empty()) damaged();
            const std::uint8_t b = bytes[0];
            bytes = bytes.subspan(1);
            value |= std::uint64_t{b & 0x7Fu} << shift;
            if (b < 0x80) return value;
        }
        damaged();
    }
    void skip(std::span<const std::uint8_t>& bytes, std::size_t count) const {
        if (bytes.size() < count) damaged();
        bytes = bytes.subspan(count);
    }
    std::string where_;
    std::uint64_t budget_;
};

template <class Message>
void parse_message(Message& m, std::span<const std::uint8_t> bytes, const std::string& where) {
    // Its own words on standard error would add to our one line.
    const google::protobuf::LogSilencer silence;
    google::protobuf::io::ArrayInputStream array(bytes.data(), static_cast<int>(bytes.size()));
    google::protobuf::io::CodedInputStream in(&array);
    in.SetRecursionLimit(32);
    if (!m.ParseFromCodedStream(&in) || !in.ConsumedEntireMessage()) throw input_error(where, "it is cut off or damaged", "an ONNX model");
}

element element_of(int type, const std::string& where, const std::string& what) {
    switch (static_cast<element>(type)) {
        case element::float32:
        case element::uint8:
        case element::int8:
        case element::uint16:
        case element::int16:
        case element::int32:
        case element::int64:
        case element::boolean:
        case element::float16:
        case element::float64:
        case element::uint32:
        case element::uint64:
        case element::bfloat16: return static_cast<element>(type);
    }
    throw unsupported_error(where, what + " has element type " + std::to_string(type), "floating point, integer or Boolean elements");
}

std::size_t bytes_of(element e) {
    switch (e) {
        case element::uint8:
        case element::int8:
        case element::boolean: return 1;
        case element::uint16:
        case element::int16:
        case element::float16:
        case element::bfloat16: return 2;
        case element::float32:
        case element::int32:
        case element::uint32: return 4;
        case element::int64:
        case element::uint64:
        case element::float64: return 8;
    }
    return 0;
}

double half(std::uint16_t bits) {
    const int exponent = (bits >> 10) & 31, fraction = bits & 1023;
    const double magnitude = exponent == 0    ? std::ldexp(fraction, -24)
                             : exponent == 31 ? (fraction == 0 ? INFINITY : NAN)
                                              : std::ldexp(1024 + fraction, exponent - 25);
    return bits & 0x8000 ? -magnitude : magnitude;
}

/// One little-endian element.
double decode(element e, const std::uint8_t* p) {
    std::uint64_t bits = 0;
    for (std::size_t i = bytes_of(e); i > 0; --i) bits = bits << 8 | p[i - 1];
    switch (e) {
        case element::float32: return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
        case element::float64: return std::bit_cast<double>(bits);
        case element::float16: return half(static_cast<std::uint16_t>(bits));
        case element::bfloat16: return std::bit_cast<float>(static_cast<std::uint32_t>(bits << 16));
        case element::int8: return static_cast<std::int8_t>(bits);
        case element::int16: return static_cast<std::int16_t>(bits);
        case element::int32: return static_cast<std::int32_t>(bits);
        case element::int64: return static_cast<double>(static_cast<std::int64_t>(bits));
        case element::boolean: return bits != 0;
        case element::uint8:
        case element::uint16:
        case element::uint32:
        case element::uint64: return static_cast<double>(bits);
    }
    return 0;
}

struct reader {
    std::string where;
    limits limit;
    std::filesystem::path folder;
    std::uint64_t memory_left;
    bool refuses_nan = true;

    /// Bytes of an external tensor: a file inside the model's own folder, links followed.
    std::vector<std::uint8_t> external(const ::onnx::TensorProto& t, const std::string& what, std::uint64_t size) const {
        std::string location;
        std::uint64_t offset = 0, length = size;
        const auto number = [&](const std::string& text) {
            if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos)
                throw input_error(where, what + " has external data at \"" + text.substr(0, 40) + "\"", "a whole number");
            return static_cast<std::uint64_t>(std::stoull(text));
        };
        for (const auto& e : t.external_data()) {
            if (e.key() == "location") location = e.value();
            if (e.key() == "offset") offset = number(e.value());
            if (e.key() == "length") length = number(e.value());
        }
        const std::filesystem::path relative(location);
        bool inside = !folder.empty() && !location.empty() && location.find('\0') == std::string::npos && relative.is_relative();
        for (const auto& part : relative) inside = inside && part != "..";
        std::error_code error;
        const auto home = std::filesystem::canonical(folder, error);
        const auto path = inside && !error ? std::filesystem::canonical(home / relative, error) : std::filesystem::path{};
        if (inside && error)
            throw input_error(where, what + " has external data in \"" + location + "\", which cannot be found",
                              "a file in the model's folder");
        if (inside) {
            const auto from_home = path.lexically_relative(home);
            inside = !from_home.empty() && *from_home.begin() != ".." && std::filesystem::is_regular_file(path, error);
        }
        if (!inside) throw input_error(where, what + " has external data outside the model's folder", "a file in it");
        const std::uint64_t file = std::filesystem::file_size(path, error);
        if (error || length != size || offset > file || size > file - offset || size > limit.file_bytes)
            throw input_error(where, what + " has " + std::to_string(length) + " bytes of external data at " + std::to_string(offset),
                              std::to_string(size) + " bytes inside its file");
        std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
        std::ifstream in(path, std::ios::binary);
        in.seekg(static_cast<std::streamoff>(offset));
        if (!in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size)))
            throw input_error(where, what + " has external data that cannot be read", "a readable file");
        return bytes;
    }

    tensor decode_tensor(const ::onnx::TensorProto& t, const std::string& what) {
        tensor result{element_of(t.data_type(), where, what), {}, {}};
        if (t.has_segment()) throw unsupported_error(where, what + " is stored in segments", "a whole tensor");
        std::uint64_t count = 1, all = 1;
        if (t.dims_size() > 16) throw input_error(where, what + " has " + std::to_string(t.dims_size()) + " sides", "at most 16");
        for (const std::int64_t side : t.dims()) {
            if (side < 0) throw input_error(where, what + " has a side of " + std::to_string(side), "sides of at least 0");
            // Sides beside an empty one must be within bounds too.
            if (side > 0 && all > limit.tensor_elements / static_cast<std::uint64_t>(side))
                throw input_error(where, what + " is too large", "at most " + std::to_string(limit.tensor_elements) + " elements");
            count *= static_cast<std::uint64_t>(side);
            all *= std::max<std::uint64_t>(static_cast<std::uint64_t>(side), 1);
            result.shape.push_back(side);
        }
        if (count * sizeof(double) > memory_left)
            throw input_error(where, "its tensors take more memory than allowed", "a smaller model, or a larger limit");
        const auto exactly = [&](std::uint64_t got, const char* unit) {
            const std::uint64_t wanted = unit[0] == 'b' ? count * bytes_of(result.type) : count;
            if (got != wanted) throw input_error(where, what + " has " + std::to_string(got) + " " + unit, std::to_string(wanted));
        };
        const auto copy = [&](const auto& field) {
            exactly(static_cast<std::uint64_t>(field.size()), "elements");
            result.values.assign(field.begin(), field.end());
        };
        if (t.data_location() == ::onnx::TensorProto::EXTERNAL || t.has_raw_data()) {
            std::vector<std::uint8_t> outside;
            if (t.data_location() == ::onnx::TensorProto::EXTERNAL)
                outside = external(t, what, count * bytes_of(result.type));
            else
                exactly(t.raw_data().size(), "bytes");
            const std::uint8_t* p = outside.empty() ? reinterpret_cast<const std::uint8_t*>(t.raw_data().data()) : outside.data();
            result.values.resize(static_cast<std::size_t>(count));
            for (double& v : result.values) v = decode(result.type, p), p += bytes_of(result.type);
        } else {
            switch (result.type) {
                case element::float32: copy(t.float_data()); break;
                case element::float64: copy(t.double_data()); break;
                case element::int64: copy(t.int64_data()); break;
                case element::uint32:
                case element::uint64: copy(t.uint64_data()); break;
                case element::float16:
                case element::bfloat16:
                    copy(t.int32_data());
                    for (double& v : result.values) {
                        const auto bits = static_cast<std::uint16_t>(static_cast<std::int64_t>(v));
                        v = result.type == element::float16 ? half(bits) : std::bit_cast<float>(std::uint32_t{bits} << 16);
                    }
                    break;
                default: copy(t.int32_data()); break;
            }
        }
        memory_left -= count * sizeof(double);
        for (const double v : result.values) {
            if (refuses_nan && std::isnan(v)) throw input_error(where, what + " holds a value that is not a number", "numbers");
            if (!is_floating(result.type) && std::fabs(v) > 9007199254740992.0)
                throw unsupported_error(where, what + " holds an integer beyond 2^53", "smaller integers");
        }
        return result;
    }

    attribute_value decode_attribute(const ::onnx::AttributeProto& a, const std::string& what) {
        switch (a.type()) {
            case ::onnx::AttributeProto::INT: return a.i();
            case ::onnx::AttributeProto::FLOAT: return a.f();
            case ::onnx::AttributeProto::STRING: return a.s();
            case ::onnx::AttributeProto::INTS: return std::vector<std::int64_t>(a.ints().begin(), a.ints().end());
            case ::onnx::AttributeProto::FLOATS: return std::vector<float>(a.floats().begin(), a.floats().end());
            case ::onnx::AttributeProto::TENSOR: return decode_tensor(a.t(), what);
            default: throw unsupported_error(where, what + " is a graph, a type or a sparse tensor", "numbers, text or a dense tensor");
        }
    }

    model decode_model(const ::onnx::ModelProto& m) {
        model result;
        result.where = where;
        for (const auto& set : m.opset_import()) {
            if (!set.domain().empty() && set.domain() != "ai.onnx") continue;  // refused where a node uses it
            if (set.version() < 1 || set.version() > 1000) throw input_error(where, "opset " + std::to_string(set.version()), "1 to 17");
            result.opset = static_cast<int>(set.version());
        }
        if (result.opset < 1 || result.opset > 17) throw unsupported_error(where, "opset " + std::to_string(result.opset), "1 to 17");
        const ::onnx::GraphProto& graph = m.graph();
        if (graph.sparse_initializer_size() > 0) throw unsupported_error(where, "sparse initializers", "dense ones");
        if (static_cast<std::size_t>(graph.node_size()) > limit.nodes)
            throw input_error(where, std::to_string(graph.node_size()) + " nodes", "at most " + std::to_string(limit.nodes));

        std::set<std::string> written;
        const auto write = [&](const std::string& name, const std::string& by) {
            if (!written.insert(name).second)
                throw input_error(where, by + " writes \"" + name + "\", which is written already", "each name written once");
        };
        for (const auto& t : graph.initializer()) {
            write(t.name(), "an initializer");
            result.initializers.emplace(t.name(), decode_tensor(t, "initializer \"" + t.name() + "\""));
        }
        for (const auto& v : graph.input()) {
            if (result.initializers.contains(v.name())) continue;
            const std::string what = "input \"" + v.name() + "\"";
            if (!v.type().has_tensor_type()) throw unsupported_error(where, what + " is no tensor", "tensors");
            value_info info{v.name(), element_of(v.type().tensor_type().elem_type(), where, what), {}, v.type().tensor_type().has_shape()};
            for (const auto& side : v.type().tensor_type().shape().dim())
                info.shape.push_back(side.has_dim_value() && side.dim_value() >= 0 ? side.dim_value() : -1);
            write(v.name(), what);
            result.inputs.push_back(std::move(info));
        }
        for (const auto& n : graph.node()) {
            node out{n.name(), n.op_type(), {n.input().begin(), n.input().end()}, {n.output().begin(), n.output().end()}, {}};
            if (out.name.empty()) out.name = out.outputs.empty() ? "" : out.outputs.front();
            const std::string what = "node \"" + out.name + "\" (" + out.operation + ", opset " + std::to_string(result.opset) + ")";
            if (!n.domain().empty() && n.domain() != "ai.onnx")
                throw unsupported_error(where, what + " is of domain \"" + n.domain() + "\"", "ONNX's own operators");
            for (const std::string& in : out.inputs)
                if (!in.empty() && !written.contains(in))
                    throw input_error(where, what + " reads \"" + in + "\" before it is written", "nodes in an order without cycles");
            for (const std::string& name : out.outputs)
                if (!name.empty()) write(name, what);
            for (const auto& a : n.attribute())
                if (!out.attributes.emplace(a.name(), decode_attribute(a, what + ", attribute \"" + a.name() + "\"")).second)
                    throw input_error(where, what + " has attribute \"" + a.name() + "\" twice", "each attribute once");
            result.nodes.push_back(std::move(out));
        }
        for (const auto& v : graph.output()) {
            if (!written.contains(v.name()))
                throw input_error(where, "output \"" + v.name() + "\" is never written", "outputs that a node writes");
            result.outputs.push_back(v.name());
        }
        if (result.outputs.empty()) throw input_error(where, "a graph without outputs", "at least one");
        return result;
    }
};

void check_size(std::span<const std::uint8_t> bytes, const std::string& where, const limits& limit) {
    // Protobuf counts in 32 bit integers.
    const std::uint64_t most = std::min<std::uint64_t>(limit.file_bytes, 0x7FFFFFFF);
    if (bytes.size() > most) throw input_error(where, std::to_string(bytes.size()) + " bytes", "at most " + std::to_string(most));
}

}  // namespace

model parse_model(std::span<const std::uint8_t> bytes, const std::string& where, const limits& limit, const std::filesystem::path& folder) {
    check_size(bytes, where, limit);
    wire_scan(where, limit.memory_bytes).scan(bytes, message::model);
    ::onnx::ModelProto m;
    parse_message(m, bytes, where);
    return reader{where, limit, folder, limit.memory_bytes}.decode_model(m);
}

model read_model(const std::filesystem::path& path, const limits& limit) {
    const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    return parse_model(read_file(path, limit.file_bytes), path.string(), limit, folder);
}

tensor parse_tensor(std::span<const std::uint8_t> bytes, const std::string& where, const limits& limit, std::string* name) {
    check_size(bytes, where, limit);
    wire_scan(where, limit.memory_bytes).scan(bytes, message::tensor);
    ::onnx::TensorProto t;
    parse_message(t, bytes, where);
    if (name) *name = t.name();
    return reader{where, limit, {}, limit.memory_bytes, false}.decode_tensor(t, "tensor \"" + t.name() + "\"");
}

}  // namespace sonic::onnx
