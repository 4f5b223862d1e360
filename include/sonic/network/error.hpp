// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>

namespace sonic {

/// Refused input: one line that says where, what, and what was expected.
struct input_error : std::runtime_error {
    input_error(const std::string& where, const std::string& what, const std::string& expected)
        : std::runtime_error(where + ": " + what + "; expected " + expected) {}
};

}  // namespace sonic
