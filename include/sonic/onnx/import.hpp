// SPDX-License-Identifier: MIT
#pragma once

/// From an ONNX model to a network that accelerators run.
///
/// One input of one image, {1 or open, channels, height, width}, with values in [0, 1]; one output. Convolutions (1 and 2 sides, groups,
/// dilation, any padding; equal strides), Gemm and MatMul with constant weights become MAC layers; a batch norm, addition or
/// multiplication by constants behind one is folded into it; everything else stays electronic (network/electronic.hpp). A dilated
/// kernel becomes a larger one with zeros between its weights: machines that skip zeros pay nothing for them, dense machines do.

#include <filesystem>
#include <string>
#include <vector>

#include <sonic/network/graph.hpp>
#include <sonic/onnx/model.hpp>

namespace sonic::onnx {

/// What was read off one MAC layer's weights.
struct imported_layer {
    std::string node;             ///< the model's name for it
    std::string name;             ///< its name in the network, such as "conv3"
    double weight_density = 1;    ///< share of weights that are not zero
    std::size_t distinct = 0;     ///< distinct nonzero weights
    std::vector<float> codebook;  ///< these, ascending, where at most 256
};

/// Activation maxima of all but the first layers are not in the file: `calibrate_activations` (network/forward.hpp) measures them.
struct imported_network {
    trained_network network;
    std::vector<imported_layer> layers;  ///< one per MAC layer
};

/// Throws unsupported_error or input_error naming node, operator and opset. A MAC layer whose input can be negative is refused by name.
imported_network import_network(const model& m, const limits& limit = {});
imported_network import_network(const std::filesystem::path& path, const limits& limit = {});

}  // namespace sonic::onnx
