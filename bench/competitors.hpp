// SPDX-License-Identifier: MIT
#pragma once

/// Libraries that compute the same layers. Each function adds its contenders to a group after checking their results, or says that it is
/// left out. GEMM libraries get the im2col matrix for free.

#include <string>

#include <sonic/bench/problem.hpp>

namespace sonic::bench {

/// Must run before any of the libraries does: one thread each, and OpenBLAS's kernels for this processor. May restart the program.
void settle_libraries(char** argv);

void add_eigen(suite& s, const std::string& group, const problem& p);
void add_openblas(suite& s, const std::string& group, const problem& p);
void add_onednn(suite& s, const std::string& group, const problem& p);

/// Most multiply-adds per second from registers, and bytes per second read from memory.
void add_limits(suite& s);

inline constexpr const char* limits = "limits of this machine";

}  // namespace sonic::bench
