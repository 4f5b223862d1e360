// SPDX-License-Identifier: MIT
#pragma once

/// A plain reference interpreter of ONNX graphs: sums in double, results rounded to their element type. Slow and simple on purpose; it is
/// what an imported network is compared with.

#include <map>
#include <string>
#include <vector>

#include <sonic/onnx/model.hpp>

namespace sonic::onnx {

/// The model's outputs, in order, for inputs by name. Throws unsupported_error for operators and attributes outside the documented set,
/// input_error for values that do not fit their operator or exceed a limit.
std::vector<tensor> run(const model& m, std::map<std::string, tensor> inputs, const limits& limit = {});

/// Operators that `run` knows.
const std::vector<std::string>& operators();

}  // namespace sonic::onnx
