// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sonic/network/layer.hpp>

namespace sonic {

/// Images of one size and their labels. Pixels stand image by image as [channel][y][x]; a value is pixel / 255.
struct image_set {
    shape size{};
    std::vector<std::uint8_t> pixels;
    std::vector<std::uint8_t> labels;

    std::size_t count() const { return labels.size(); }
    std::span<const std::uint8_t> image(std::size_t i) const {
        const auto each = static_cast<std::size_t>(size.size());
        return std::span(pixels).subspan(i * each, each);
    }
};

/// The first `count` images of a set, or all where it has fewer.
inline image_set first_images(const image_set& images, std::size_t count) {
    const std::size_t taken = count < images.count() ? count : images.count();
    const auto pixels = images.pixels.begin(), labels = images.labels.begin();
    return {images.size,
            {pixels, pixels + static_cast<std::ptrdiff_t>(taken * static_cast<std::size_t>(images.size.size()))},
            {labels, labels + static_cast<std::ptrdiff_t>(taken)}};
}

}  // namespace sonic
