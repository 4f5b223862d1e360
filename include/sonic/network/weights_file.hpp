// SPDX-License-Identifier: MIT
#pragma once

/// Sparse clustered weights in a compact file: per layer a mask, a codebook of DAC codes and one index per kept weight.
/// The format is written out byte by byte in examples/data/README.md.

#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sonic/network/error.hpp>
#include <sonic/network/file.hpp>

namespace sonic {

/// One convolution or dense layer as stored. A weight's value is its code times `weight_scale`; where the mask is 0, it is 0.
struct stored_layer {
    std::string name;
    int outputs = 0, inputs = 0, kernel_height = 1, kernel_width = 1;  ///< inputs: per group
    float weight_scale = 1;
    float activation_maximum = 1;       ///< largest value that enters the layer
    std::vector<std::int8_t> codebook;  ///< ascending, without 0
    std::vector<std::uint8_t> mask;     ///< one byte per weight, 1: kept; order [output][input][ky][kx]
    std::vector<std::uint8_t> indices;  ///< into the codebook, one per kept weight
    std::vector<float> bias;
    bool batch_norm = false;
    std::vector<float> gamma, beta, mean, variance;

    std::size_t count() const {
        return static_cast<std::size_t>(outputs) * static_cast<std::size_t>(inputs) * static_cast<std::size_t>(kernel_height) *
               static_cast<std::size_t>(kernel_width);
    }
    /// The dense codes.
    std::vector<std::int8_t> codes() const {
        std::vector<std::int8_t> result(mask.size());
        std::size_t next = 0;
        for (std::size_t i = 0; i < mask.size(); ++i)
            if (mask[i]) result[i] = codebook[indices[next++]];
        return result;
    }
    friend bool operator==(const stored_layer&, const stored_layer&) = default;
};

namespace detail {

inline constexpr std::string_view weights_magic = "SONICWT1";
inline constexpr int largest_weight_code = 31;

inline std::uint32_t crc32(std::span<const std::uint8_t> bytes) {
    static constexpr auto table = [] {
        std::array<std::uint32_t, 256> t{};
        for (std::uint32_t i = 0; i < 256; ++i) {
            std::uint32_t c = i;
            for (int k = 0; k < 8; ++k) c = c & 1 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
            t[i] = c;
        }
        return t;
    }();
    std::uint32_t crc = 0xFFFFFFFFu;
    for (const std::uint8_t b : bytes) crc = table[(crc ^ b) & 0xFF] ^ (crc >> 8);
    return ~crc;
}

constexpr int index_bits(std::size_t codebook_size) { return codebook_size <= 2 ? 1 : static_cast<int>(std::bit_width(codebook_size - 1)); }

}  // namespace detail

/// Layers from the bytes of a weight file; throws input_error on anything that is not exactly one.
inline std::vector<stored_layer> parse_weights(std::span<const std::uint8_t> bytes, const std::string& where = "weights") {
    detail::byte_reader in(bytes, where);
    const auto magic = in.take(8, "magic number");
    if (std::string_view(reinterpret_cast<const char*>(magic.data()), 8) != detail::weights_magic)
        in.fail("it does not begin like a weight file", "the bytes SONICWT1");
    if (bytes.size() < 16) in.fail("it is cut off", "a number of layers and a check sum");
    detail::byte_reader tail(bytes.last(4), where);
    if (tail.u32("check sum") != detail::crc32(bytes.first(bytes.size() - 4))) in.fail("the check sum does not match", "an undamaged file");
    in = detail::byte_reader(bytes.first(bytes.size() - 4).subspan(8), where);

    const std::uint32_t layers = in.u32("number of layers");
    if (layers == 0 || layers > 1024) in.fail(std::to_string(layers) + " layers", "1 to 1024");
    std::vector<stored_layer> result;
    for (std::uint32_t l = 0; l < layers; ++l) {
        stored_layer s;
        const auto name = in.take(in.u8("length of a name"), "name");
        s.name.assign(name.begin(), name.end());
        std::uint64_t count = 1;
        for (int* side : {&s.outputs, &s.inputs, &s.kernel_height, &s.kernel_width}) {
            const std::uint32_t value = in.u32("shape");
            // Every weight takes a mask bit, so no shape may exceed what is left.
            if (value == 0 || value > (1u << 28)) in.fail(s.name + ": a side of " + std::to_string(value), "1 to 2^28");
            count *= value;
            if (count / 8 > in.left()) in.fail(s.name + ": more weights than the file can hold", "a mask bit per weight");
            *side = static_cast<int>(value);
        }
        s.weight_scale = in.f32("weight scale");
        s.activation_maximum = in.f32("activation maximum");
        if (!(s.weight_scale > 0) || !(s.activation_maximum > 0)) in.fail(s.name + ": a scale that is not positive", "positive scales");
        const std::uint8_t flags = in.u8("flags");
        if (flags > 1) in.fail(s.name + ": flags " + std::to_string(flags), "0 or 1");
        s.batch_norm = flags == 1;

        const std::uint8_t clusters = in.u8("codebook size");
        if (clusters < 1 || clusters > 64) in.fail(s.name + ": " + std::to_string(clusters) + " clusters", "1 to 64");
        int largest = 0;
        for (const std::uint8_t byte : in.take(clusters, "codebook")) {
            const auto code = static_cast<std::int8_t>(byte);
            if (code == 0 || std::abs(int{code}) > detail::largest_weight_code || (!s.codebook.empty() && code <= s.codebook.back()))
                in.fail(s.name + ": codebook entry " + std::to_string(int{code}), "ascending codes from -31 to 31 without 0");
            largest = std::max(largest, std::abs(int{code}));
            s.codebook.push_back(code);
        }
        if (largest != detail::largest_weight_code) in.fail(s.name + ": the largest code is " + std::to_string(largest), "31");

        const auto mask = in.take((count + 7) / 8, "mask");
        s.mask.resize(static_cast<std::size_t>(count));
        std::uint64_t kept = 0;
        for (std::size_t i = 0; i < s.mask.size(); ++i) kept += s.mask[i] = (mask[i / 8] >> (i % 8)) & 1;
        if (count % 8 != 0 && (mask.back() >> (count % 8)) != 0) in.fail(s.name + ": bits set beyond the mask's end", "zeros");

        const auto width = static_cast<std::size_t>(detail::index_bits(clusters));
        const auto packed = in.take((kept * width + 7) / 8, "indices");
        s.indices.resize(static_cast<std::size_t>(kept));
        for (std::size_t i = 0; i < s.indices.size(); ++i) {
            unsigned value = 0;
            for (std::size_t b = 0; b < width; ++b) value |= ((packed[(i * width + b) / 8] >> ((i * width + b) % 8)) & 1u) << b;
            if (value >= clusters) in.fail(s.name + ": index " + std::to_string(value), "below " + std::to_string(clusters));
            s.indices[i] = static_cast<std::uint8_t>(value);
        }
        const auto floats = [&](std::vector<float>& out, const char* field) {
            if (in.left() / 4 < static_cast<std::size_t>(s.outputs))
                in.fail(s.name + ": " + field + " is cut off", "one number per output");
            for (int i = 0; i < s.outputs; ++i) out.push_back(in.f32(field));
        };
        floats(s.bias, "bias");
        if (s.batch_norm) {
            floats(s.gamma, "gamma");
            floats(s.beta, "beta");
            floats(s.mean, "mean");
            floats(s.variance, "variance");
            for (const float v : s.variance)
                if (v < 0) in.fail(s.name + ": a negative variance", "variances of at least 0");
        }
        result.push_back(std::move(s));
    }
    if (in.left() != 0) in.fail(std::to_string(in.left()) + " bytes follow the last layer", "none");
    return result;
}

inline std::vector<stored_layer> read_weights(const std::filesystem::path& path) { return parse_weights(read_file(path), path.string()); }

/// The bytes of a weight file.
inline std::vector<std::uint8_t> format_weights(std::span<const stored_layer> layers) {
    std::vector<std::uint8_t> out(detail::weights_magic.begin(), detail::weights_magic.end());
    const auto u32 = [&](std::uint32_t v) {
        for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<std::uint8_t>(v >> shift));
    };
    const auto f32 = [&](float v) { u32(std::bit_cast<std::uint32_t>(v)); };
    u32(static_cast<std::uint32_t>(layers.size()));
    for (const stored_layer& s : layers) {
        out.push_back(static_cast<std::uint8_t>(s.name.size()));
        out.insert(out.end(), s.name.begin(), s.name.end());
        for (const int side : {s.outputs, s.inputs, s.kernel_height, s.kernel_width}) u32(static_cast<std::uint32_t>(side));
        f32(s.weight_scale);
        f32(s.activation_maximum);
        out.push_back(s.batch_norm ? 1 : 0);
        out.push_back(static_cast<std::uint8_t>(s.codebook.size()));
        for (const std::int8_t code : s.codebook) out.push_back(static_cast<std::uint8_t>(code));
        const auto pack = [&](std::span<const std::uint8_t> values, std::size_t width) {
            const std::size_t start = out.size();
            out.resize(start + (values.size() * width + 7) / 8);
            for (std::size_t i = 0; i < values.size(); ++i)
                for (std::size_t b = 0; b < width; ++b)
                    if ((values[i] >> b) & 1) out[start + (i * width + b) / 8] |= static_cast<std::uint8_t>(1u << ((i * width + b) % 8));
        };
        pack(s.mask, 1);
        pack(s.indices, static_cast<std::size_t>(detail::index_bits(s.codebook.size())));
        for (const auto* values : {&s.bias, &s.gamma, &s.beta, &s.mean, &s.variance})
            for (const float v : *values) f32(v);
    }
    u32(detail::crc32(out));
    return out;
}

inline void write_weights(const std::filesystem::path& path, std::span<const stored_layer> layers) {
    write_file(path, format_weights(layers));
}

}  // namespace sonic
