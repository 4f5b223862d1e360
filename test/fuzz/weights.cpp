// SPDX-License-Identifier: MIT
//
// Any bytes as a weight file, as they are and with a check sum that fits, so that what follows it is reached.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include <sonic/network/networks.hpp>
#include <sonic/network/trained.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::vector<std::uint8_t> bytes(data, data + size);
    for (int round = 0; round < 2; ++round) {
        try {
            const auto layers = sonic::parse_weights(bytes);
            for (const auto& l : layers)
                if (l.codes().size() != l.count()) std::abort();
            // What was read can be written and read again.
            if (!(sonic::parse_weights(sonic::format_weights(layers)) == layers)) std::abort();
            sonic::with_weights<sonic::networks::mnist>(layers);
        } catch (const sonic::input_error&) {
        }
        if (size < 16) return 0;
        const auto crc = sonic::detail::crc32(std::span(bytes).first(size - 4));
        for (std::size_t i = 0; i < 4; ++i) bytes[size - 4 + i] = static_cast<std::uint8_t>(crc >> (8 * i));
    }
    return 0;
}
