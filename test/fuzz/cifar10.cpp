// SPDX-License-Identifier: MIT
//
// Any bytes as a CIFAR-10 file. Whole records are rare among random lengths, so the bytes are tried again cut to some.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include <sonic/network/cifar10.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    for (const std::size_t length : {size, size / 3073 * 3073}) try {
            const auto set = sonic::parse_cifar10(std::span(data, length));
            if (set.count() * 3073 != length || set.pixels.size() != set.count() * 3072) std::abort();
            for (const auto label : set.labels)
                if (label > 9) std::abort();
        } catch (const sonic::input_error&) {
        }
    return 0;
}
