// SPDX-License-Identifier: MIT
#pragma once

/// CIFAR-10's binary format (A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009): records of a label byte from
/// 0 to 9, then 32 x 32 bytes of red, of green and of blue, row by row.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include <sonic/network/error.hpp>
#include <sonic/network/file.hpp>
#include <sonic/network/image_set.hpp>

namespace sonic {

/// All records of one file; throws input_error on anything else.
inline image_set parse_cifar10(std::span<const std::uint8_t> bytes, const std::string& where = "images") {
    constexpr std::size_t pixels = 3 * 32 * 32, record = 1 + pixels;
    if (bytes.empty() || bytes.size() % record != 0)
        throw input_error(where, std::to_string(bytes.size()) + " bytes", "whole records of " + std::to_string(record) + ", at least one");
    image_set result{{3, 32, 32}, {}, {}};
    result.pixels.reserve(bytes.size() / record * pixels);
    for (std::size_t first = 0; first < bytes.size(); first += record) {
        if (bytes[first] > 9)
            throw input_error(where, "label " + std::to_string(bytes[first]) + " in record " + std::to_string(first / record),
                              "labels from 0 to 9");
        result.labels.push_back(bytes[first]);
        const auto image = bytes.subspan(first + 1, pixels);
        result.pixels.insert(result.pixels.end(), image.begin(), image.end());
    }
    return result;
}

inline image_set read_cifar10(const std::filesystem::path& path) { return parse_cifar10(read_file(path), path.string()); }

/// All records of several files, in order.
inline image_set read_cifar10(std::span<const std::filesystem::path> paths) {
    image_set result{{3, 32, 32}, {}, {}};
    for (const auto& path : paths) {
        const image_set part = read_cifar10(path);
        result.pixels.insert(result.pixels.end(), part.pixels.begin(), part.pixels.end());
        result.labels.insert(result.labels.end(), part.labels.begin(), part.labels.end());
    }
    return result;
}

}  // namespace sonic
