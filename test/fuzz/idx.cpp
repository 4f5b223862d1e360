// SPDX-License-Identifier: MIT
//
// Any bytes as an IDX image file and a label file; the first two bytes say where one ends.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include <sonic/network/idx.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::size_t wanted = std::size_t{data[0]} << 8 | data[1], images = wanted < size - 2 ? wanted : size - 2;
    const auto bytes = std::span(data, size).subspan(2);
    try {
        const auto set = sonic::parse_idx(bytes.first(images), bytes.subspan(images));
        if (set.pixels.size() != set.count() * static_cast<std::size_t>(set.size.size())) std::abort();
        for (const auto label : set.labels)
            if (label > 9) std::abort();
    } catch (const sonic::input_error&) {
    }
    return 0;
}
