// SPDX-License-Identifier: MIT
#pragma once

/// The kernels of a program that holds several instruction sets; the CMake function sonic_add_kernels defines them.

#include <span>

#include <sonic/evaluate/kernels.hpp>

namespace sonic {

/// An instruction set that the program was built with.
struct built_kernels {
    const char* name;
    const kernel_table* table;
    bool runs_here;  ///< on this processor
};

/// All that the program was built with, in the order of ARCHS.
std::span<const built_kernels> all_built_kernels();

/// The last of ARCHS that this processor runs.
const kernel_table& best_kernels();

}  // namespace sonic
