// SPDX-License-Identifier: MIT
//
// Runs a fuzz target on every file of the directories given: the kept corpus as a plain test, with any compiler.

#include <cstdint>
#include <filesystem>
#include <iostream>

#include <sonic/network/file.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
    std::size_t count = 0;
    for (int i = 1; i < argc; ++i)
        for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
            if (!entry.is_regular_file()) continue;
            const auto bytes = sonic::read_file(entry.path());
            LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
            ++count;
        }
    std::cout << count << " inputs replayed\n";
    return count == 0 ? 1 : 0;
}
