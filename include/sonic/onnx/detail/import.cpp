// SPDX-License-Identifier: MIT
#include <sonic/onnx/import.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "node_view.hpp"

namespace sonic::onnx {

namespace detail {
std::vector<tensor> run_node(const node_view& n, std::vector<const tensor*> operands, const limits& limit, std::uint64_t& operations);
}

namespace {

using detail::node_view;
using detail::window;
using sides = std::vector<std::int64_t>;

std::string text(const sides& shape) {
    std::string result;
    for (const std::int64_t s : shape) result += (result.empty() ? "" : " x ") + std::to_string(s);
    return result.empty() ? "a scalar" : result;
}

/// A value that depends on the image: its number in the network, and its sides in the model, batch first.
struct flow {
    std::size_t value = 0;
    sides dims;
};

class importer {
  public:
    importer(const model& m, const limits& limit) : m_(m), limit_(limit), operations_(limit.operations) {}

    imported_network import() {
        start();
        for (const node& n : m_.nodes) translate(node_view(m_, n));
        finish();
        return std::move(result_);
    }

  private:
    trained_network& network() { return result_.network; }

    void start() {
        if (m_.inputs.size() != 1) throw unsupported_error(m_.where, std::to_string(m_.inputs.size()) + " inputs", "one");
        if (m_.outputs.size() != 1) throw unsupported_error(m_.where, std::to_string(m_.outputs.size()) + " outputs", "one");
        const value_info& in = m_.inputs[0];
        sides dims = in.shape;
        if (in.has_shape && !dims.empty() && dims[0] == -1) dims[0] = 1;
        if (!is_floating(in.type) || dims.size() < 2 || dims.size() > 4 || dims[0] != 1 ||
            std::any_of(dims.begin(), dims.end(), [](std::int64_t s) { return s < 1 || s > 1 << 24; }))
            throw unsupported_error(m_.where, "input \"" + in.name + "\" of " + text(in.shape),
                                    "floating point values of known sides, for one image");
        input_ = *shape_of(dims);
        if (static_cast<std::uint64_t>(input_.size()) > limit_.tensor_elements)
            throw input_error(m_.where, "input \"" + in.name + "\" is too large", "a smaller one");
        flows_[in.name] = {0, dims};
        for (const node& n : m_.nodes)
            for (const std::string& name : n.inputs) ++readers_[name];
        ++readers_[m_.outputs[0]];
    }

    static std::optional<shape> shape_of(const sides& dims) {
        std::int64_t size = 1;
        for (const std::int64_t s : dims)
            if (s < 1 || s > sonic::detail::largest_value / size)
                return std::nullopt;
            else
                size *= s;
        const auto side = [&](std::size_t i) { return static_cast<int>(dims[i]); };
        if (dims.empty() || dims[0] != 1) return std::nullopt;
        if (dims.size() == 2) return shape{side(1), 1, 1};
        if (dims.size() == 3) return shape{side(1), 1, side(2)};
        if (dims.size() == 4) return shape{side(1), side(2), side(3)};
        return std::nullopt;
    }
    shape known_shape(const node_view& n, const sides& dims) const {
        const auto s = shape_of(dims);
        if (!s) n.unsupported("gives " + text(dims), "one image of channels, height and width, or a vector");
        return *s;
    }

    const tensor* constant(const std::string& name) const {
        if (const auto at = constants_.find(name); at != constants_.end()) return &at->second;
        if (const auto at = m_.initializers.find(name); at != m_.initializers.end()) return &at->second;
        return nullptr;
    }
    const tensor& constant_input(const node_view& n, std::size_t i, const char* what) const {
        const tensor* t = n.has_input(i) ? constant(n.get().inputs[i]) : nullptr;
        if (!t) n.unsupported(std::string("has ") + what + " that depend on the image", "constants");
        for (const double v : t->values)
            if (!std::isfinite(v)) n.refuse(std::string("has ") + what + " that are not finite", "finite numbers");
        return *t;
    }
    const flow& flow_input(const node_view& n, std::size_t i) const {
        const auto at = i < n.get().inputs.size() ? flows_.find(n.get().inputs[i]) : flows_.end();
        if (at == flows_.end()) n.unsupported("has a constant where the image's values are expected", "values that depend on the image");
        return at->second;
    }
    shape shape_at(std::size_t value) const { return value == 0 ? input_ : result_.network.layers[value - 1].out; }

    /// Memory that the network keeps.
    void hold(const node_view& n, std::uint64_t bytes) {
        if (bytes > limit_.memory_bytes - held_) n.refuse("takes more memory than allowed", "a smaller model, or a larger limit");
        held_ += bytes;
    }
    /// Weights, and a scale and a shift per output: asked before they are built, since one constant may serve many layers.
    void hold_mac(const node_view& n, std::uint64_t weights, std::int64_t outputs) {
        hold(n, weights * sizeof(float) + 2 * sizeof(double) * static_cast<std::uint64_t>(outputs));
    }
    /// Operations of a layer in a forward pass.
    void spend(const node_view& n, const layer& l) {
        const auto size = static_cast<std::uint64_t>(l.out.size());
        std::uint64_t each = 1;
        if (l.is_mac()) each = static_cast<std::uint64_t>(l.inputs_per_group()) * static_cast<std::uint64_t>(l.taps());
        if (l.kind == layer_kind::max_pool || l.kind == layer_kind::average_pool)
            each = static_cast<std::uint64_t>(std::min(l.kernel_height, l.in.height)) *
                   static_cast<std::uint64_t>(std::min(l.kernel_width, l.in.width));
        if (each > operations_ / size) n.refuse("takes more operations than allowed", "a smaller model, or a larger limit");
        operations_ -= each * size;
    }

    flow put(const node_view& n, layer l, std::vector<std::size_t> reads, std::vector<float> constants, sides dims) {
        // Each side is bounded; the product of all three need not fit an integer.
        if (static_cast<std::uint64_t>(l.out.channels) > limit_.tensor_elements / static_cast<std::uint64_t>(l.out.pixels()))
            n.refuse("gives a map that is too large", "a smaller one");
        spend(n, l);
        hold(n, constants.size() * sizeof(float));
        origins_.push_back(&n.get());
        network().layers.push_back(l);
        network().reads.push_back(std::move(reads));
        network().constants.push_back(std::move(constants));
        return {network().layers.size(), std::move(dims)};
    }
    flow elementwise(const node_view& n, layer_kind kind, std::vector<float> constants = {}) {
        const flow in = flow_input(n, 0);
        const shape s = shape_at(in.value);
        return put(n, {.kind = kind, .in = s, .out = s}, {in.value}, std::move(constants), in.dims);
    }
    /// The MAC layer that alone writes this value for this reader alone; its values may change.
    layer_values* folds_into(const node_view& n, const flow& f) {
        const std::string* name = nullptr;
        for (const std::string& in : n.get().inputs)
            if (const auto at = flows_.find(in); at != flows_.end() && at->second.value == f.value) name = &in;
        if (!name || f.value == 0 || !network().layers[f.value - 1].is_mac() || shared_.contains(f.value) || readers_[*name] != 1)
            return nullptr;
        return &network().values[mac_of_.at(f.value)];
    }

    flow put_mac(const node_view& n, const layer& l, const flow& in, std::vector<float> weights, std::vector<double> shift, sides dims) {
        for (const float w : weights)
            if (!std::isfinite(w)) n.refuse("has weights that are not finite", "finite numbers");
        const flow out = put(n, l, {in.value}, {}, std::move(dims));
        mac_of_[out.value] = network().values.size();
        network().values.push_back(
            {std::move(weights), std::vector<double>(static_cast<std::size_t>(l.out.channels), 1.0), std::move(shift), 1.0});
        nodes_.push_back(n.get().name);
        return out;
    }

    flow conv(const node_view& n) {
        n.inputs(2, 3);
        const flow in = flow_input(n, 0);
        const tensor& w = constant_input(n, 1, "weights");
        const shape from = shape_at(in.value);
        const std::size_t d = in.dims.size() - 2;
        if (in.dims.size() < 3 || w.shape.size() != in.dims.size())
            n.refuse("meets " + text(in.dims) + " with weights " + text(w.shape), "a map and a kernel of as many sides");
        const std::int64_t groups = n.attribute("group", std::int64_t{1});
        if (groups < 1 || from.channels % groups != 0 || w.shape[0] % groups != 0 || w.shape[0] < 1 || w.shape[1] != from.channels / groups)
            n.refuse("meets " + std::to_string(from.channels) + " channels with weights " + text(w.shape) + " in " +
                         std::to_string(groups) + " groups",
                     "groups that divide both");
        const sides kernel(w.shape.begin() + 2, w.shape.end());
        const window win = read_window(n, sides(in.dims.begin() + 2, in.dims.end()), &kernel, true, false);
        n.no_other_attributes();
        layer l{.kind = layer_kind::conv, .in = from, .out = {static_cast<int>(w.shape[0]), 1, 1}, .groups = static_cast<int>(groups)};
        // One spatial side becomes the width.
        const std::size_t y = 0, x = d - 1;
        const bool flat = d == 1;
        const std::int64_t eh = flat ? 1 : win.extent(y), ew = win.extent(x);
        if (eh * ew > sonic::detail::largest_window) n.refuse("has a kernel that is too large", "a smaller one");
        l.kernel_height = static_cast<int>(eh), l.kernel_width = static_cast<int>(ew);
        l.stride = stride_of(n, win);
        l.padding_top = flat ? 0 : static_cast<int>(win.begin[y]), l.padding_left = static_cast<int>(win.begin[x]);
        l.out.height = flat ? 1 : static_cast<int>(win.out[y]), l.out.width = static_cast<int>(win.out[x]);
        l.bias = n.has_input(2);

        const std::uint64_t slices = static_cast<std::uint64_t>(w.shape[0]) * static_cast<std::uint64_t>(w.shape[1]);
        if (slices > limit_.tensor_elements / static_cast<std::uint64_t>(eh * ew))
            n.refuse("has too many weights", "fewer, or less dilation");
        hold_mac(n, slices * static_cast<std::uint64_t>(eh * ew), w.shape[0]);
        std::vector<float> weights(static_cast<std::size_t>(slices) * static_cast<std::size_t>(eh * ew));
        const std::int64_t kh = flat ? 1 : kernel[y], kw = kernel[x], dh = flat ? 1 : win.dilation[y], dw = win.dilation[x];
        std::size_t at = 0;
        for (std::size_t slice = 0; slice < slices; ++slice)
            for (std::int64_t ky = 0; ky < kh; ++ky)
                for (std::int64_t kx = 0; kx < kw; ++kx)
                    weights[slice * static_cast<std::size_t>(eh * ew) + static_cast<std::size_t>(ky * dh * ew + kx * dw)] =
                        static_cast<float>(w.values[at++]);
        std::vector<double> shift(static_cast<std::size_t>(w.shape[0]));
        if (n.has_input(2)) {
            const tensor& b = constant_input(n, 2, "biases");
            if (b.shape != sides{w.shape[0]}) n.refuse("has a bias of " + text(b.shape), std::to_string(w.shape[0]));
            shift = b.values;
        }
        sides dims{1, w.shape[0]};
        dims.insert(dims.end(), win.out.begin(), win.out.end());
        return put_mac(n, l, in, std::move(weights), std::move(shift), std::move(dims));
    }

    int stride_of(const node_view& n, const window& win) const {
        // A stride matters only along a side that takes a second step.
        std::int64_t stride = 0;
        for (std::size_t i = 0; i < win.out.size(); ++i) {
            if (win.out[i] == 1) continue;
            if (stride != 0 && stride != win.stride[i]) n.unsupported("has strides of " + text(win.stride), "equal strides");
            stride = win.stride[i];
        }
        return stride == 0 ? 1 : static_cast<int>(stride);
    }

    flow pool(const node_view& n, layer_kind kind) {
        const bool largest = kind == layer_kind::max_pool;
        n.inputs(1, 1);
        n.outputs(1);
        const flow in = flow_input(n, 0);
        if (in.dims.size() < 3) n.refuse("pools " + text(in.dims), "a map");
        const bool ceil = n.attribute("ceil_mode", std::int64_t{0}) != 0;
        const window win = read_window(n, sides(in.dims.begin() + 2, in.dims.end()), nullptr, largest, true);
        const bool padding_counts = !largest && n.attribute("count_include_pad", std::int64_t{0}) != 0;
        n.attribute("storage_order", std::int64_t{0});
        n.no_other_attributes();
        for (const std::int64_t d : win.dilation)
            if (d != 1) n.unsupported("is dilated", "a dense window");
        if (padding_counts && ceil) n.unsupported("counts padding beyond the map's padding", "ceil_mode or count_include_pad, not both");
        const bool flat = win.in.size() == 1;
        const std::size_t x = win.in.size() - 1;
        const shape from = shape_at(in.value);
        if ((flat ? 1 : win.kernel[0]) * win.kernel[x] > sonic::detail::largest_window)
            n.refuse("has a window that is too large", "a smaller one");
        layer l{.kind = kind, .in = from, .out = {from.channels, flat ? 1 : static_cast<int>(win.out[0]), static_cast<int>(win.out[x])}};
        l.kernel_height = flat ? 1 : static_cast<int>(win.kernel[0]), l.kernel_width = static_cast<int>(win.kernel[x]);
        l.stride = stride_of(n, win);
        l.padding_top = flat ? 0 : static_cast<int>(win.begin[0]), l.padding_left = static_cast<int>(win.begin[x]);
        sides dims{1, from.channels};
        dims.insert(dims.end(), win.out.begin(), win.out.end());
        return put(n, l, {in.value}, padding_counts ? std::vector<float>{1} : std::vector<float>{}, std::move(dims));
    }

    flow dense(const node_view& n, bool gemm) {
        n.inputs(2, gemm ? 3 : 2);
        const flow in = flow_input(n, 0);
        const tensor& w = constant_input(n, 1, "weights");
        const double alpha = gemm ? n.attribute("alpha", 1.0f) : 1, beta = gemm ? n.attribute("beta", 1.0f) : 1;
        const bool transposed = gemm && n.attribute("transB", std::int64_t{0}) != 0;
        if (gemm && n.attribute("transA", std::int64_t{0}) != 0) n.unsupported("transposes the image's values", "transA of 0");
        n.no_other_attributes();
        if (in.dims.size() != 2 || w.shape.size() != 2 || w.shape[transposed ? 1 : 0] != in.dims[1])
            n.refuse("multiplies " + text(in.dims) + " by " + text(w.shape), "a vector and a matrix that meet");
        const std::int64_t inputs = in.dims[1], outputs = w.shape[transposed ? 0 : 1];
        if (outputs < 1) n.refuse("gives no outputs", "at least one");
        hold_mac(n, w.values.size(), outputs);
        std::vector<float> weights(w.values.size());
        for (std::int64_t o = 0; o < outputs; ++o)
            for (std::int64_t i = 0; i < inputs; ++i)
                weights[static_cast<std::size_t>(o * inputs + i)] =
                    static_cast<float>(alpha * w.values[static_cast<std::size_t>(transposed ? o * inputs + i : i * outputs + o)]);
        std::vector<double> shift(static_cast<std::size_t>(outputs));
        const bool bias = gemm && n.has_input(2);
        if (bias) {
            const tensor& b = constant_input(n, 2, "biases");
            if (b.values.size() != 1 && (b.values.size() != shift.size() || b.shape.back() != outputs))
                n.refuse("adds " + text(b.shape), "one number per output");
            for (std::size_t o = 0; o < shift.size(); ++o) shift[o] = beta * b.values[b.values.size() == 1 ? 0 : o];
        }
        const layer l{
            .kind = layer_kind::dense, .in = {static_cast<int>(inputs), 1, 1}, .out = {static_cast<int>(outputs), 1, 1}, .bias = bias};
        return put_mac(n, l, in, std::move(weights), std::move(shift), {1, outputs});
    }

    /// y = scale x + shift per channel: folded into the MAC layer before it, or a layer of its own.
    flow affine(const node_view& n, const flow& in, const std::vector<double>& scale, const std::vector<double>& shift,
                bool is_batch_norm) {
        for (const auto* values : {&scale, &shift})
            for (const double v : *values)
                if (!std::isfinite(v) || std::fabs(v) > 3e38) n.refuse("has constants beyond floating point", "finite numbers");
        const shape s = shape_at(in.value);
        if (layer_values* v = folds_into(n, in)) {
            for (std::size_t c = 0; c < scale.size(); ++c) {
                v->scale[c] *= scale[c];
                v->shift[c] = v->shift[c] * scale[c] + shift[c];
            }
            return is_batch_norm ? put(n, {.kind = layer_kind::batch_norm, .in = s, .out = s}, {in.value}, {}, in.dims) : in;
        }
        std::vector<float> constants(scale.begin(), scale.end());
        constants.insert(constants.end(), shift.begin(), shift.end());
        return put(n, {.kind = layer_kind::affine, .in = s, .out = s}, {in.value}, std::move(constants), in.dims);
    }

    flow batch_norm(const node_view& n) {
        const flow in = flow_input(n, 0);
        n.inputs(5, 5);
        n.outputs(5);
        if (n.attribute("training_mode", std::int64_t{0}) != 0 || n.get().outputs.size() > 1)
            n.unsupported("is in training mode", "inference");
        if (n.attribute("spatial", std::int64_t{1}) != 1) n.unsupported("normalises each position on its own", "each channel");
        n.attribute("momentum", 0.9f);
        require_inference(n);
        const double epsilon = n.attribute("epsilon", 1e-5f);
        n.no_other_attributes();
        const auto channels = static_cast<std::size_t>(shape_at(in.value).channels);
        std::vector<double> scale(channels), shift(channels);
        const tensor* v[5] = {};
        for (std::size_t i = 1; i < 5; ++i) {
            v[i] = &constant_input(n, i, "statistics");
            if (v[i]->values.size() != channels) n.refuse("has " + std::to_string(v[i]->values.size()) + " values", "one per channel");
        }
        for (std::size_t c = 0; c < channels; ++c) {
            scale[c] = v[1]->values[c] / std::sqrt(v[4]->values[c] + epsilon);
            shift[c] = v[2]->values[c] - v[3]->values[c] * scale[c];
        }
        return affine(n, in, scale, shift, true);
    }

    /// Values of a constant operand, one per channel; it may vary along channels only.
    std::vector<double> per_channel(const node_view& n, const tensor& t, const flow& in) const {
        const auto channels = static_cast<std::size_t>(shape_at(in.value).channels);
        for (const double v : t.values)
            if (!std::isfinite(v)) n.refuse("has a constant that is not finite", "finite numbers");
        if (t.values.size() == 1 && t.shape.size() <= in.dims.size()) return std::vector<double>(channels, t.values[0]);
        bool fits = t.values.size() == channels && t.shape.size() <= in.dims.size();
        for (std::size_t i = 0; fits && i < t.shape.size(); ++i) {
            const std::size_t at = in.dims.size() - t.shape.size() + i;
            fits = t.shape[i] == (at == 1 ? static_cast<std::int64_t>(channels) : 1);
        }
        if (!fits) n.unsupported("combines " + text(in.dims) + " with constants of " + text(t.shape), "one number, or one per channel");
        return t.values;
    }

    flow arithmetic(const node_view& n) {
        const std::string& op = n.get().operation;
        n.inputs(2, 2);
        if (n.opset() < 7 && n.attribute("broadcast", std::int64_t{0}) != 0)
            n.unsupported("spreads its operand the way of opset 6", "opset 7 or later");
        n.no_other_attributes();
        const tensor *a = constant(n.get().inputs[0]), *b = constant(n.get().inputs[1]);
        if (!a && !b) {
            const flow x = flow_input(n, 0), y = flow_input(n, 1);
            if (op == "Div") n.unsupported("divides by values that depend on the image", "a constant divisor");
            const shape sx = shape_at(x.value), sy = shape_at(y.value);
            const shape s = sx.size() >= sy.size() ? sx : sy, smaller = sx.size() >= sy.size() ? sy : sx;
            const bool fits = x.dims.size() == y.dims.size() && (smaller == s || smaller == shape{s.channels, 1, 1});
            if (!fits) n.unsupported("combines " + text(x.dims) + " with " + text(y.dims), "equal sides, or one value per channel");
            std::size_t second = y.value;
            if (op == "Sub") {
                const auto channels = static_cast<std::size_t>(sy.channels);
                std::vector<float> minus(2 * channels, 0.0f);
                std::fill_n(minus.begin(), channels, -1.0f);
                second = put(n, {.kind = layer_kind::affine, .in = sy, .out = sy}, {y.value}, minus, y.dims).value;
            }
            // The first operand's shape is the layer's input.
            return put(n, {.kind = op == "Mul" ? layer_kind::multiply : layer_kind::add, .in = sx, .out = s}, {x.value, second}, {},
                       s == sx ? x.dims : y.dims);
        }
        const flow in = flow_input(n, a ? 1 : 0);
        const auto constants = per_channel(n, a ? *a : *b, in);
        std::vector<double> scale(constants.size(), 1.0), shift(constants.size(), 0.0);
        if (op == "Add") shift = constants;
        if (op == "Mul") scale = constants;
        if (op == "Sub" && b)
            for (std::size_t c = 0; c < constants.size(); ++c) shift[c] = -constants[c];
        if (op == "Sub" && a) scale.assign(constants.size(), -1.0), shift = constants;
        if (op == "Div") {
            if (a) n.unsupported("divides by values that depend on the image", "a constant divisor");
            for (std::size_t c = 0; c < constants.size(); ++c) scale[c] = 1 / constants[c];
        }
        return affine(n, in, scale, shift, false);
    }

    flow clip(const node_view& n) {
        n.inputs(1, n.opset() < 11 ? 1 : 3);
        float low = -INFINITY, high = INFINITY;
        if (n.opset() < 11) {
            low = n.attribute("min", low), high = n.attribute("max", high);
        } else {
            const auto bound = [&](std::size_t i, float& to) {
                if (!n.has_input(i)) return;
                const tensor* t = constant(n.get().inputs[i]);
                if (!t || t->values.size() != 1) n.unsupported("has a bound that depends on the image", "a constant number");
                to = static_cast<float>(t->values[0]);
            };
            bound(1, low), bound(2, high);
        }
        n.no_other_attributes();
        if (std::isnan(low) || std::isnan(high)) n.refuse("has a bound that is not a number", "numbers");
        return elementwise(n, layer_kind::clip, {low, high});
    }

    flow concat(const node_view& n) {
        const std::int64_t* given = n.find<std::int64_t>("axis");
        n.no_other_attributes();
        flow first = flow_input(n, 0);
        if (!given || n.axis(*given, first.dims.size()) != 1) n.unsupported("joins along another side", "channels");
        if (n.get().inputs.size() == 1) return first;
        std::vector<std::size_t> reads;
        shape out = shape_at(first.value);
        std::int64_t channels = 0;
        for (std::size_t i = 0; i < n.get().inputs.size(); ++i) {
            const flow& f = flow_input(n, i);
            const shape s = shape_at(f.value);
            if (f.dims.size() != first.dims.size() || s.height != out.height || s.width != out.width)
                n.refuse("joins " + text(f.dims) + " to " + text(first.dims), "equal heights and widths");
            channels += s.channels;
            reads.push_back(f.value);
        }
        if (channels > sonic::detail::largest_value / out.pixels()) n.refuse("gives a map that is too large", "a smaller one");
        const shape in = out;
        out.channels = static_cast<int>(channels);
        sides dims = first.dims;
        dims[1] = channels;
        return put(n, {.kind = layer_kind::concat, .in = in, .out = out}, std::move(reads), {}, std::move(dims));
    }

    /// The same values under other sides.
    flow reshaped(const node_view& n, const flow& in, sides dims) {
        const shape from = shape_at(in.value), to = known_shape(n, dims);
        if (to.size() != from.size()) n.refuse("gives " + text(dims) + " from " + text(in.dims), "as many values");
        if (to == from) return {in.value, std::move(dims)};
        if (!(to == shape{static_cast<int>(from.size()), 1, 1}))
            n.unsupported("gives " + text(dims) + " from " + text(in.dims), "a vector, or the same sides");
        return put(n, {.kind = layer_kind::flatten, .in = from, .out = to}, {in.value}, {}, std::move(dims));
    }

    /// Operators that only rename sides: the interpreter says what a tensor of the value's sides becomes.
    flow renamed(const node_view& n) {
        const flow in = flow_input(n, 0);
        std::vector<const tensor*> operands;
        std::uint64_t size = 1;
        for (const std::int64_t s : in.dims) size *= static_cast<std::uint64_t>(s);
        const tensor stand_in{element::float32, in.dims, std::vector<double>(static_cast<std::size_t>(size))};
        operands.push_back(&stand_in);
        for (std::size_t i = 1; i < n.get().inputs.size(); ++i)
            operands.push_back(n.has_input(i) ? &constant_input(n, i, "sides") : nullptr);
        auto out = detail::run_node(n, std::move(operands), limit_, operations_);
        return reshaped(n, in, out[0].shape);
    }

    flow transpose(const node_view& n) {
        n.inputs(1, 1);
        const flow in = flow_input(n, 0);
        sides order(in.dims.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int64_t>(order.size() - 1 - i);
        order = n.attribute("perm", order);
        n.no_other_attributes();
        if (order.size() != in.dims.size()) n.refuse("has a perm of " + std::to_string(order.size()), std::to_string(in.dims.size()));
        sides dims, kept;
        std::set<std::size_t> seen;
        for (const std::int64_t a : order) {
            const std::size_t axis = n.axis(a, order.size());
            if (!seen.insert(axis).second) n.refuse("names an axis twice", "each axis once");
            dims.push_back(in.dims[axis]);
            if (in.dims[axis] != 1) kept.push_back(static_cast<std::int64_t>(axis));
        }
        // Moving sides of 1 moves no value.
        if (!std::is_sorted(kept.begin(), kept.end())) n.unsupported("reorders the image's values", "an order that moves sides of 1 only");
        return reshaped(n, in, dims);
    }

    flow pad(const node_view& n) {
        n.opset() < 11 ? n.inputs(1, 1) : n.inputs(2, 3);
        const flow in = flow_input(n, 0);
        sides pads;
        double value = 0;
        if (n.attribute<std::string>("mode", "constant") != "constant") n.unsupported("pads with values of the image", "mode constant");
        if (n.opset() < 11) {
            pads = n.attribute("pads", sides{});
            value = n.attribute("value", 0.0f);
        } else {
            for (const double v : constant_input(n, 1, "pads").values) pads.push_back(static_cast<std::int64_t>(std::clamp(v, -1e9, 1e9)));
            if (n.has_input(2)) {
                const tensor& t = constant_input(n, 2, "values");
                if (t.values.size() != 1) n.refuse("has a value of " + text(t.shape), "one number");
                value = t.values[0];
            }
        }
        n.no_other_attributes();
        const std::size_t rank = in.dims.size();
        if (pads.size() != 2 * rank) n.refuse("has " + std::to_string(pads.size()) + " pads", std::to_string(2 * rank));
        if (value != 0) n.unsupported("pads with " + std::to_string(value), "zeros");
        sides dims = in.dims;
        for (std::size_t i = 0; i < rank; ++i) {
            const bool spatial = i >= 2;
            if ((!spatial && (pads[i] != 0 || pads[rank + i] != 0)) || pads[i] < 0 || pads[rank + i] < 0 || pads[i] > 1 << 24 ||
                pads[rank + i] > 1 << 24)
                n.unsupported("pads by " + text(pads), "zeros around the map");
            dims[i] += pads[i] + pads[rank + i];
        }
        const shape from = shape_at(in.value), to = known_shape(n, dims);
        if (to == from) return in;
        layer l{.kind = layer_kind::pad, .in = from, .out = to};
        l.padding_top = rank == 4 ? static_cast<int>(pads[2]) : 0;
        l.padding_left = static_cast<int>(pads[rank - 1]);
        return put(n, l, {in.value}, {}, std::move(dims));
    }

    /// A mean over all positions of each channel.
    flow global_average(const node_view& n, bool keeps_sides) {
        n.inputs(1, 1);
        const flow in = flow_input(n, 0);
        if (in.dims.size() < 3) n.refuse("pools " + text(in.dims), "a map");
        const shape s = shape_at(in.value);
        sides dims = in.dims;
        if (keeps_sides)
            std::fill(dims.begin() + 2, dims.end(), 1);
        else
            dims.resize(2);
        return put(n, {.kind = layer_kind::global_average_pool, .in = s, .out = {s.channels, 1, 1}}, {in.value}, {}, std::move(dims));
    }

    flow reduce_mean(const node_view& n) {
        const flow in = flow_input(n, 0);
        const bool keeps = n.attribute("keepdims", std::int64_t{1}) != 0;
        const sides axes = n.attribute("axes", sides{});
        n.no_other_attributes();
        std::set<std::size_t> gone, spatial;
        for (const std::int64_t a : axes) gone.insert(n.axis(a, in.dims.size()));
        for (std::size_t i = 2; i < in.dims.size(); ++i) spatial.insert(i);
        if (gone != spatial || spatial.empty())
            n.unsupported("takes the mean along other sides than height and width", "all positions of a map");
        return global_average(n, keeps);
    }

    flow softmax(const node_view& n) {
        n.inputs(1, 1);
        const flow in = flow_input(n, 0);
        const std::int64_t given = n.attribute("axis", std::int64_t{n.opset() < 13 ? 1 : -1});
        n.no_other_attributes();
        const shape s = shape_at(in.value);
        const std::size_t axis = n.axis(given, in.dims.size());
        if (axis != 1 || (n.opset() < 13 && s.pixels() != 1)) n.unsupported("normalises along another side", "channels");
        return elementwise(n, layer_kind::softmax);
    }

    void translate(const node_view& n) {
        const node& x = n.get();
        bool all_constant = true;
        for (const std::string& name : x.inputs)
            if (!name.empty() && !constant(name)) {
                all_constant = false;
                if (!flows_.contains(name)) n.unsupported("reads \"" + name + "\", which was not computed", "the first output of its node");
            }
        if (all_constant) {
            std::vector<const tensor*> operands;
            for (const std::string& name : x.inputs) operands.push_back(name.empty() ? nullptr : constant(name));
            auto out = detail::run_node(n, std::move(operands), limit_, operations_);
            for (std::size_t i = 0; i < out.size() && i < x.outputs.size(); ++i) {
                hold(n, out[i].values.size() * sizeof(double));
                if (!x.outputs[i].empty()) constants_[x.outputs[i]] = std::move(out[i]);
            }
            return;
        }
        const std::string& op = x.operation;
        n.outputs(op == "Dropout" || op == "BatchNormalization" || op == "MaxPool" ? 5 : 1);
        const auto plain = [&](layer_kind k) {
            n.inputs(1, 1);
            n.no_other_attributes();
            return elementwise(n, k);
        };
        flow out;
        if (op == "Conv")
            out = conv(n);
        else if (op == "Gemm")
            out = dense(n, true);
        else if (op == "MatMul")
            out = dense(n, false);
        else if (op == "BatchNormalization")
            out = batch_norm(n);
        else if (op == "Relu")
            out = plain(layer_kind::relu);
        else if (op == "Sigmoid")
            out = plain(layer_kind::sigmoid);
        else if (op == "LeakyRelu") {
            n.inputs(1, 1);
            const float slope = n.attribute("alpha", 0.01f);
            n.no_other_attributes();
            if (!std::isfinite(slope) || slope < 0) n.unsupported("has a slope of " + std::to_string(slope), "at least 0");
            out = elementwise(n, layer_kind::leaky_relu, {slope});
        } else if (op == "Clip")
            out = clip(n);
        else if (op == "MaxPool")
            out = pool(n, layer_kind::max_pool);
        else if (op == "AveragePool")
            out = pool(n, layer_kind::average_pool);
        else if (op == "GlobalAveragePool") {
            n.no_other_attributes();
            out = global_average(n, true);
        } else if (op == "ReduceMean")
            out = reduce_mean(n);
        else if (op == "Add" || op == "Sub" || op == "Mul" || op == "Div")
            out = arithmetic(n);
        else if (op == "Concat")
            out = concat(n);
        else if (op == "Flatten" || op == "Reshape" || op == "Squeeze" || op == "Unsqueeze")
            out = renamed(n);
        else if (op == "Identity") {
            n.inputs(1, 1);
            n.no_other_attributes();
            out = flow_input(n, 0);
        } else if (op == "Dropout")
            out = renamed(n);
        else if (op == "Transpose")
            out = transpose(n);
        else if (op == "Pad")
            out = pad(n);
        else if (op == "Softmax")
            out = softmax(n);
        else
            n.unsupported("cannot run on an accelerator", "one of the documented operators");
        if (n.opset() < 6 && op != "GlobalAveragePool") n.unsupported("is of an old opset", "opset 6 to 17");
        // A second name for a MAC layer's output is a second reader of it.
        if (out.value != 0 && !written_.insert(out.value).second && readers_[x.inputs[0]] > 1) shared_.insert(out.value);
        if (!x.outputs.empty()) flows_[x.outputs[0]] = out;
    }

    /// Refuses values that take more memory than allowed beside the weights: those alive at once in a forward pass (run_graph).
    void check_memory(const trained_network& n, const std::vector<const node*>& origins) const {
        const auto bytes = [&](std::size_t v) {
            return sizeof(double) * static_cast<std::uint64_t>((v == 0 ? n.input() : n.layers[v - 1].out).size());
        };
        std::vector<std::size_t> readers(n.layers.size() + 1);
        for (const auto& reads : n.reads)
            for (const std::size_t v : reads) ++readers[v];
        std::uint64_t alive = bytes(0);
        for (std::size_t i = 0; i < n.layers.size(); ++i) {
            // A value goes to its last reader, others get a copy.
            std::uint64_t gone = 0, copied = 0;
            for (const std::size_t v : n.reads[i]) (--readers[v] == 0 ? gone : copied) += bytes(v);
            if (alive + copied + bytes(i + 1) > limit_.memory_bytes - held_)
                node_view(m_, *origins[i]).refuse("takes more memory than allowed", "a smaller model, or a larger limit");
            alive += bytes(i + 1) - gone;
        }
    }

    void finish() {
        const auto at = flows_.find(m_.outputs[0]);
        if (at == flows_.end())
            throw unsupported_error(m_.where, "output \"" + m_.outputs[0] + "\" does not depend on the image", "one that does");
        // What the output does not need is dropped; what is left ends with it.
        trained_network all = std::move(network());
        std::vector<bool> needed(all.layers.size() + 1);
        needed[at->second.value] = true;
        for (std::size_t i = all.layers.size(); i > 0; --i)
            if (needed[i])
                for (const std::size_t v : all.reads[i - 1]) needed[v] = true;
        trained_network kept;
        std::vector<std::size_t> renumbered(all.layers.size() + 1);
        std::vector<std::string> names;
        std::vector<const node*> origins;
        for (std::size_t i = 1; i <= all.layers.size(); ++i) {
            if (!needed[i]) continue;
            for (std::size_t& v : all.reads[i - 1]) v = renumbered[v];
            origins.push_back(origins_[i - 1]);
            kept.layers.push_back(all.layers[i - 1]);
            kept.reads.push_back(std::move(all.reads[i - 1]));
            kept.constants.push_back(std::move(all.constants[i - 1]));
            renumbered[i] = kept.layers.size();
            if (all.layers[i - 1].is_mac()) {
                names.push_back(nodes_[mac_of_.at(i)]);
                kept.values.push_back(std::move(all.values[mac_of_.at(i)]));
            }
        }
        number_layers(kept.layers);
        std::vector<std::string> from;
        for (const node* n : origins) from.push_back(node_view(m_, *n).what());
        check(kept, m_.where, from);
        check_memory(kept, origins);
        network() = std::move(kept);
        std::size_t mac = 0;
        for (const layer& l : network().layers) {
            if (!l.is_mac()) continue;
            imported_layer info{names[mac], std::string(l.name().view()), 1, 0, {}};
            std::vector<float> distinct;
            std::size_t nonzero = 0;
            for (const float w : network().values[mac].weights)
                if (w != 0) ++nonzero, distinct.push_back(w);
            std::sort(distinct.begin(), distinct.end());
            distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
            info.weight_density = static_cast<double>(nonzero) / static_cast<double>(network().values[mac].weights.size());
            info.distinct = distinct.size();
            if (distinct.size() <= 256) info.codebook = std::move(distinct);
            result_.layers.push_back(std::move(info));
            ++mac;
        }
    }

    const model& m_;
    const limits& limit_;
    std::uint64_t operations_, held_ = 0;
    imported_network result_;
    shape input_{};
    std::map<std::string, tensor> constants_;
    std::map<std::string, flow> flows_;
    std::map<std::string, std::size_t> readers_;
    std::map<std::size_t, std::size_t> mac_of_;  ///< value of a MAC layer -> its place among them
    std::set<std::size_t> written_, shared_;
    std::vector<std::string> nodes_;
    std::vector<const node*> origins_;  ///< per layer
};

}  // namespace

imported_network import_network(const model& m, const limits& limit) { return importer(m, limit).import(); }

imported_network import_network(const std::filesystem::path& path, const limits& limit) {
    return import_network(read_model(path, limit), limit);
}

}  // namespace sonic::onnx
