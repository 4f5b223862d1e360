// SPDX-License-Identifier: MIT
#pragma once

/// Images and labels in the IDX format of MNIST and Fashion-MNIST (Y. LeCun): big-endian header, then bytes.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <sonic/network/error.hpp>
#include <sonic/network/file.hpp>
#include <sonic/network/image_set.hpp>

namespace sonic {

/// Images (magic 0x803) and labels (magic 0x801, below `classes`) from bytes; throws input_error on anything else.
inline image_set parse_idx(std::span<const std::uint8_t> images, std::span<const std::uint8_t> labels, int classes = 10,
                           const std::string& images_name = "images", const std::string& labels_name = "labels") {
    detail::byte_reader in(images, images_name);
    if (in.u32_big_endian("magic number") != 0x803) in.fail("it does not begin like an IDX image file", "the bytes 00 00 08 03");
    const std::uint64_t count = in.u32_big_endian("number of images");
    const std::uint64_t rows = in.u32_big_endian("number of rows"), columns = in.u32_big_endian("number of columns");
    if (count == 0 || rows == 0 || columns == 0 || rows > 4096 || columns > 4096)
        in.fail(std::to_string(count) + " images of " + std::to_string(rows) + " x " + std::to_string(columns),
                "at least one image, sides of 1 to 4096");
    const auto pixels = in.take(count * rows * columns, "pixels");
    if (in.left() != 0) in.fail(std::to_string(in.left()) + " bytes follow the last pixel", "none");

    detail::byte_reader label_in(labels, labels_name);
    if (label_in.u32_big_endian("magic number") != 0x801)
        label_in.fail("it does not begin like an IDX label file", "the bytes 00 00 08 01");
    const std::uint64_t label_count = label_in.u32_big_endian("number of labels");
    if (label_count != count) label_in.fail(std::to_string(label_count) + " labels", std::to_string(count) + ", one per image");
    const auto values = label_in.take(label_count, "labels");
    if (label_in.left() != 0) label_in.fail(std::to_string(label_in.left()) + " bytes follow the last label", "none");
    for (const std::uint8_t v : values)
        if (v >= classes) label_in.fail("label " + std::to_string(v), "labels from 0 to " + std::to_string(classes - 1));

    return {{1, static_cast<int>(rows), static_cast<int>(columns)}, {pixels.begin(), pixels.end()}, {values.begin(), values.end()}};
}

inline image_set read_idx(const std::filesystem::path& images, const std::filesystem::path& labels, int classes = 10) {
    const auto image_bytes = read_file(images), label_bytes = read_file(labels);
    return parse_idx(image_bytes, label_bytes, classes, images.string(), labels.string());
}

}  // namespace sonic
