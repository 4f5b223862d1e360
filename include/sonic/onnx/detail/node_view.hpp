// SPDX-License-Identifier: MIT
#pragma once

/// A node as operators read it: every attribute is asked for by name, and one that nobody asked for is refused.

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <sonic/onnx/model.hpp>

namespace sonic::onnx::detail {

class node_view {
  public:
    node_view(const model& m, const node& n) : model_(&m), node_(&n) {}

    int opset() const { return model_->opset; }
    const node& get() const { return *node_; }

    std::string what() const {
        return "node \"" + node_->name + "\" (" + node_->operation + ", opset " + std::to_string(model_->opset) + ")";
    }
    [[noreturn]] void refuse(const std::string& problem, const std::string& expected) const {
        throw input_error(model_->where, what() + " " + problem, expected);
    }
    [[noreturn]] void unsupported(const std::string& problem, const std::string& expected) const {
        throw unsupported_error(model_->where, what() + " " + problem, expected);
    }

    template <class T>
    T attribute(const std::string& name, T otherwise) const {
        const T* found = find<T>(name);
        return found ? *found : otherwise;
    }
    template <class T>
    const T* find(const std::string& name) const {
        asked_.insert(name);
        const auto at = node_->attributes.find(name);
        if (at == node_->attributes.end()) return nullptr;
        const T* value = std::get_if<T>(&at->second);
        if (!value) refuse("has attribute \"" + name + "\" of another type", "the type that ONNX gives it");
        return value;
    }
    /// A list of `count` small integers.
    std::vector<std::int64_t> integers(const std::string& name, std::size_t count, std::int64_t otherwise, std::int64_t least,
                                       std::int64_t most = 1 << 24) const {
        auto values = attribute(name, std::vector<std::int64_t>(count, otherwise));
        if (values.size() != count) refuse("has " + std::to_string(values.size()) + " " + name, std::to_string(count));
        for (const std::int64_t v : values)
            if (v < least || v > most)
                refuse("has " + name + " of " + std::to_string(v), std::to_string(least) + " to " + std::to_string(most));
        return values;
    }
    /// Call after all attributes have been asked for.
    void no_other_attributes() const {
        for (const auto& [name, value] : node_->attributes)
            if (!asked_.contains(name)) unsupported("has attribute \"" + name + "\"", "attributes that change nothing here to be left out");
    }
    void inputs(std::size_t least, std::size_t most) const {
        if (node_->inputs.size() < least || node_->inputs.size() > most)
            refuse("has " + std::to_string(node_->inputs.size()) + " inputs", std::to_string(least) + " to " + std::to_string(most));
    }
    void outputs(std::size_t most = 1) const {
        if (node_->outputs.empty() || node_->outputs.size() > most)
            refuse("has " + std::to_string(node_->outputs.size()) + " outputs", "1 to " + std::to_string(most));
    }
    bool has_input(std::size_t i) const { return i < node_->inputs.size() && !node_->inputs[i].empty(); }

    /// An axis, counted from the end where it is negative.
    std::size_t axis(std::int64_t axis, std::size_t rank) const {
        const auto r = static_cast<std::int64_t>(rank);
        if (axis < -r || axis >= r) refuse("has axis " + std::to_string(axis), "an axis of " + std::to_string(rank));
        return static_cast<std::size_t>(axis < 0 ? axis + r : axis);
    }

  private:
    const model* model_;
    const node* node_;
    mutable std::set<std::string> asked_;
};

/// A sliding window over the spatial sides of a map.
struct window {
    std::vector<std::int64_t> in, kernel, stride, dilation, begin, end, out;

    std::int64_t extent(std::size_t d) const { return (kernel[d] - 1) * dilation[d] + 1; }
};

/// Reads kernel_shape, strides, dilations, pads, auto_pad and (pooling) ceil_mode, and works out the output's sides.
inline window read_window(const node_view& n, std::vector<std::int64_t> in, const std::vector<std::int64_t>* kernel, bool dilates,
                          bool may_ceil) {
    const std::size_t d = in.size();
    if (d == 0) n.refuse("slides over no sides", "at least one spatial side");
    window w;
    w.in = std::move(in);
    w.kernel = n.integers("kernel_shape", d, 0, kernel && !n.find<std::vector<std::int64_t>>("kernel_shape") ? 0 : 1);
    if (kernel) {
        if (n.find<std::vector<std::int64_t>>("kernel_shape") && w.kernel != *kernel)
            n.refuse("has a kernel_shape that differs from its weights", "equal sides");
        w.kernel = *kernel;
    } else if (!n.find<std::vector<std::int64_t>>("kernel_shape")) {
        n.refuse("has no kernel_shape", "one");
    }
    for (const std::int64_t k : w.kernel)
        if (k < 1 || k > 1 << 24) n.refuse("has a kernel side of " + std::to_string(k), "1 to 2^24");
    w.stride = n.integers("strides", d, 1, 1);
    w.dilation = dilates ? n.integers("dilations", d, 1, 1) : std::vector<std::int64_t>(d, 1);
    const bool ceil = may_ceil && n.attribute("ceil_mode", std::int64_t{0}) != 0;
    const auto mode = n.attribute<std::string>("auto_pad", "NOTSET");
    const bool explicit_pads = n.find<std::vector<std::int64_t>>("pads") != nullptr;
    const auto pads = n.integers("pads", 2 * d, 0, 0);
    if (mode != "NOTSET" && mode != "VALID" && mode != "SAME_UPPER" && mode != "SAME_LOWER")
        n.refuse("has auto_pad \"" + mode + "\"", "one of ONNX's four");
    if (mode != "NOTSET" && explicit_pads && std::any_of(pads.begin(), pads.end(), [](std::int64_t p) { return p != 0; }))
        n.refuse("has both auto_pad and pads", "one of them");
    for (std::size_t i = 0; i < d; ++i) {
        // Before anything is multiplied by it: padding may hide a window of any extent.
        if (w.extent(i) > 1 << 24) n.refuse("has a window of " + std::to_string(w.extent(i)), "at most 2^24 with its dilation");
        std::int64_t begin = pads[i], end = pads[i + d], out = 0;
        if (mode == "SAME_UPPER" || mode == "SAME_LOWER") {
            out = (w.in[i] + w.stride[i] - 1) / w.stride[i];
            const std::int64_t total = std::max<std::int64_t>((out - 1) * w.stride[i] + w.extent(i) - w.in[i], 0);
            begin = mode == "SAME_UPPER" ? total / 2 : total - total / 2;
            end = total - begin;
        } else {
            const std::int64_t room = w.in[i] + begin + end - w.extent(i);
            if (room < 0) n.refuse("has a window larger than its padded input", "a window that fits");
            out = (ceil ? (room + w.stride[i] - 1) / w.stride[i] : room / w.stride[i]) + 1;
            if ((out - 1) * w.stride[i] >= w.in[i] + begin && ceil)
                --out;  // a window that begins in the padding after the input is dropped
        }
        w.begin.push_back(begin);
        w.end.push_back(end);
        w.out.push_back(out);
    }
    return w;
}

/// Refuses batch norms and dropouts in training. Up to opset 6 a flag chose, and training was what it meant unless stated.
inline void require_inference(const node_view& n) {
    const bool tests = n.attribute("is_test", std::int64_t{n.opset() < 7 ? 0 : 1}) != 0;
    if (n.opset() < 7 && !tests) n.unsupported("is in training mode", "inference");
}

}  // namespace sonic::onnx::detail
