// SPDX-License-Identifier: MIT
#include <sonic/onnx/interpreter.hpp>

#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>

#include "node_view.hpp"

namespace sonic::onnx {

namespace {

using detail::node_view;
using detail::window;
using sides = std::vector<std::int64_t>;

std::uint64_t count_of(const sides& shape) {
    std::uint64_t count = 1;
    for (const std::int64_t s : shape) count *= static_cast<std::uint64_t>(s);
    return count;
}

std::string text(const sides& shape) {
    std::string result;
    for (const std::int64_t s : shape) result += (result.empty() ? "" : " x ") + std::to_string(s);
    return result.empty() ? "scalar" : result;
}

/// To so many binary digits, half to even, from the smallest normal exponent on; beyond the largest number, infinity.
double to_digits(double v, int digits, int smallest, double largest) {
    if (v == 0 || !std::isfinite(v)) return v;
    const double step = std::ldexp(1.0, std::max(std::ilogb(v), smallest) - digits + 1), result = std::nearbyint(v / step) * step;
    return std::fabs(result) > largest ? std::copysign(HUGE_VAL, v) : result;
}

/// Rounds a result to what its element type holds.
double rounded(element e, double v) {
    switch (e) {
        case element::float64: return v;
        case element::float32: return static_cast<float>(v);
        case element::float16: return to_digits(v, 11, -14, 65504);
        case element::bfloat16: return to_digits(v, 8, -126, 0x1.fep127);
        case element::boolean: return v != 0;
        default: break;
    }
    if (!std::isfinite(v)) return 0;
    v = std::trunc(v);
    const auto wrap = [&](double modulus, bool is_signed) {
        double r = std::fmod(v, modulus);
        if (r < 0) r += modulus;
        return is_signed && r >= modulus / 2 ? r - modulus : r;
    };
    switch (e) {
        case element::uint8: return wrap(256, false);
        case element::int8: return wrap(256, true);
        case element::uint16: return wrap(65536, false);
        case element::int16: return wrap(65536, true);
        case element::uint32: return wrap(4294967296.0, false);
        case element::int32: return wrap(4294967296.0, true);
        default: return v;
    }
}

/// Counts positions of a shape, the last side fastest. False after the last.
bool advance(sides& at, const sides& shape) {
    for (std::size_t i = shape.size(); i > 0; --i) {
        if (++at[i - 1] < shape[i - 1]) return true;
        at[i - 1] = 0;
    }
    return false;
}

sides steps_of(const sides& shape) {
    sides steps(shape.size(), 1);
    for (std::size_t i = shape.size(); i > 1; --i) steps[i - 2] = steps[i - 1] * shape[i - 1];
    return steps;
}

/// One node at work: its operands, and what is left of the limits.
class worker {
  public:
    worker(const node_view& view, std::vector<const tensor*> in, const limits& limit, std::uint64_t& operations)
        : n(view), in_(std::move(in)), limit_(limit), operations_(operations) {}

    std::vector<tensor> work();

  private:
    const tensor& in(std::size_t i) const {
        if (i >= in_.size() || !in_[i]) n.refuse("lacks input " + std::to_string(i + 1), "that input");
        return *in_[i];
    }
    bool has(std::size_t i) const { return i < in_.size() && in_[i]; }

    void spend(std::uint64_t each, std::uint64_t times = 1) const {
        if (times != 0 && each > operations_ / times) n.refuse("takes more operations than allowed", "a smaller model, or a larger limit");
        operations_ -= each * times;
    }
    /// Number of elements; refuses sides and tensors beyond the limit, so that no later product overflows.
    std::uint64_t checked_count(const sides& shape) const {
        if (shape.size() > 16) n.refuse("gives " + std::to_string(shape.size()) + " sides", "at most 16");
        std::uint64_t count = 1, all = 1;
        for (const std::int64_t s : shape) {
            if (s < 0) n.refuse("gives a side of " + std::to_string(s), "sides of at least 0");
            const auto side = static_cast<std::uint64_t>(s);
            count *= side;
            // Sides beside an empty one must be within bounds too.
            if (side > 0 && all > limit_.tensor_elements / side)
                n.refuse("gives a tensor that is too large", "at most " + std::to_string(limit_.tensor_elements) + " elements");
            all *= std::max<std::uint64_t>(side, 1);
        }
        return count;
    }
    tensor make(element type, sides shape, double value = 0) const {
        const std::uint64_t count = checked_count(shape);
        spend(count);
        return {type, std::move(shape), std::vector<double>(static_cast<std::size_t>(count), value)};
    }
    tensor shaped(const tensor& t, sides shape) const {
        if (checked_count(shape) != t.values.size()) n.refuse("gives " + text(shape) + " from " + text(t.shape), "as many elements");
        spend(t.values.size());
        return {t.type, std::move(shape), t.values};
    }
    /// A list of integers given as an input.
    sides integers(std::size_t i) const {
        const tensor& t = in(i);
        if (t.shape.size() > 1 || t.values.size() > 16 || is_floating(t.type))
            n.refuse("takes " + text(t.shape) + " as a list", "at most 16 integers");
        sides result;
        for (const double v : t.values) {
            if (std::fabs(v) > 1e12) n.refuse("takes " + std::to_string(v) + " as a length", "a smaller number");
            result.push_back(static_cast<std::int64_t>(v));
        }
        return result;
    }
    std::vector<bool> axes(const sides& given, std::size_t rank) const {
        std::vector<bool> result(rank);
        for (const std::int64_t a : given) {
            const std::size_t axis = n.axis(a, rank);
            if (result[axis]) n.refuse("names an axis twice", "each axis once");
            result[axis] = true;
        }
        return result;
    }

    template <class F>
    tensor each(const tensor& t, F f) const {
        tensor out = make(t.type, t.shape);
        for (std::size_t i = 0; i < out.values.size(); ++i) out.values[i] = rounded(t.type, f(t.values[i]));
        return out;
    }
    template <class F>
    tensor pairwise(F f) const {
        n.inputs(2, 2);
        const tensor &a = in(0), &b = in(1);
        if (a.type != b.type) n.refuse("mixes element types", "one");
        if (n.opset() < 7 && n.attribute("broadcast", std::int64_t{0}) != 0)
            n.unsupported("spreads its operand the way of opset 6", "opset 7 or later");
        const std::size_t rank = std::max(a.shape.size(), b.shape.size());
        sides shape(rank), a_steps(rank), b_steps(rank);
        const auto spread = [&](const tensor& t, sides& steps) {
            const sides own = steps_of(t.shape);
            for (std::size_t i = 0; i < t.shape.size(); ++i) {
                const std::size_t at = rank - t.shape.size() + i;
                steps[at] = t.shape[i] == 1 ? 0 : own[i];
                if (t.shape[i] != 1) {
                    if (shape[at] != 1 && shape[at] != t.shape[i])
                        n.refuse("meets " + text(a.shape) + " with " + text(b.shape), "sides that are equal or 1");
                    shape[at] = t.shape[i];
                }
            }
        };
        std::fill(shape.begin(), shape.end(), 1);
        spread(a, a_steps), spread(b, b_steps);
        tensor out = make(a.type, shape);
        if (out.values.empty()) return out;
        sides at(rank);
        std::size_t i = 0;
        do {
            std::int64_t pa = 0, pb = 0;
            for (std::size_t d = 0; d < rank; ++d) pa += at[d] * a_steps[d], pb += at[d] * b_steps[d];
            out.values[i++] = rounded(out.type, f(a.values[static_cast<std::size_t>(pa)], b.values[static_cast<std::size_t>(pb)]));
        } while (advance(at, shape));
        return out;
    }

    tensor conv() const;
    std::vector<tensor> pool(bool largest) const;
    tensor gemm() const;
    tensor matmul() const;
    tensor batch_norm() const;
    tensor clip() const;
    tensor concat() const;
    tensor softmax() const;
    tensor transpose() const;
    tensor pad() const;
    tensor reshape() const;
    tensor squeeze() const;
    tensor unsqueeze() const;
    tensor constant() const;
    std::vector<tensor> dropout() const;
    template <class Step, class Finish>
    tensor reduce(double start, Step step, Finish finish) const;
    tensor global_average() const;

    const node_view& n;
    std::vector<const tensor*> in_;
    const limits& limit_;
    std::uint64_t& operations_;
};

tensor worker::conv() const {
    n.inputs(2, 3);
    const tensor &x = in(0), &w = in(1);
    if (x.shape.size() < 3 || w.shape.size() != x.shape.size())
        n.refuse("meets " + text(x.shape) + " with weights " + text(w.shape), "a batch of maps, and a kernel of as many sides");
    const std::int64_t groups = n.attribute("group", std::int64_t{1});
    const std::int64_t batch = x.shape[0], channels = x.shape[1], outputs = w.shape[0];
    if (groups < 1 || channels % groups != 0 || outputs % groups != 0 || w.shape[1] != channels / groups || channels == 0)
        n.refuse(
            "meets " + std::to_string(channels) + " channels with weights " + text(w.shape) + " in " + std::to_string(groups) + " groups",
            "groups that divide both");
    const sides kernel(w.shape.begin() + 2, w.shape.end());
    const window win = read_window(n, sides(x.shape.begin() + 2, x.shape.end()), &kernel, true, false);
    if (has(2) && in(2).shape != sides{outputs}) n.refuse("has a bias of " + text(in(2).shape), std::to_string(outputs));
    sides shape{batch, outputs};
    shape.insert(shape.end(), win.out.begin(), win.out.end());
    tensor out = make(x.type, shape);
    spend(out.values.size(), count_of(kernel) * static_cast<std::uint64_t>(channels / groups));
    const sides steps = steps_of(win.in);
    const auto map = static_cast<std::int64_t>(count_of(win.in)), taps = static_cast<std::int64_t>(count_of(kernel));
    if (out.values.empty()) return out;
    sides at(shape.size());
    std::size_t to = 0;
    do {
        const std::int64_t o = at[1], first = o / (outputs / groups) * (channels / groups);
        double sum = has(2) ? in(2).values[static_cast<std::size_t>(o)] : 0;
        sides tap(kernel.size());
        std::int64_t t = 0;
        do {
            std::int64_t offset = 0;
            bool inside = true;
            for (std::size_t d = 0; d < kernel.size(); ++d) {
                const std::int64_t p = at[d + 2] * win.stride[d] + tap[d] * win.dilation[d] - win.begin[d];
                inside = inside && p >= 0 && p < win.in[d];
                offset += p * steps[d];
            }
            if (inside)
                for (std::int64_t c = 0; c < channels / groups; ++c)
                    sum += x.values[static_cast<std::size_t>((at[0] * channels + first + c) * map + offset)] *
                           w.values[static_cast<std::size_t>((o * (channels / groups) + c) * taps + t)];
            ++t;
        } while (advance(tap, kernel));
        out.values[to++] = rounded(out.type, sum);
    } while (advance(at, shape));
    return out;
}

std::vector<tensor> worker::pool(bool largest) const {
    n.inputs(1, 1);
    n.outputs(largest ? 2 : 1);
    const tensor& x = in(0);
    if (x.shape.size() < 3) n.refuse("pools " + text(x.shape), "a batch of maps");
    const window win = read_window(n, sides(x.shape.begin() + 2, x.shape.end()), nullptr, largest, true);
    const bool padding_counts = !largest && n.attribute("count_include_pad", std::int64_t{0}) != 0;
    const bool column_major = largest && n.attribute("storage_order", std::int64_t{0}) != 0;
    sides shape{x.shape[0], x.shape[1]};
    shape.insert(shape.end(), win.out.begin(), win.out.end());
    tensor out = make(x.type, shape);
    const bool wants_indices = n.get().outputs.size() > 1 && !n.get().outputs[1].empty();
    tensor indices = wants_indices ? make(element::int64, shape) : tensor{};
    spend(out.values.size(), count_of(win.kernel));
    const sides steps = steps_of(win.in);
    sides column_steps(steps.size(), 1);
    for (std::size_t i = 1; i < steps.size(); ++i) column_steps[i] = column_steps[i - 1] * win.in[i - 1];
    const auto map = static_cast<std::int64_t>(count_of(win.in));
    std::vector<tensor> result;
    sides at(shape.size());
    std::size_t to = 0;
    if (!out.values.empty()) do {
            double best = -INFINITY, sum = 0;
            std::int64_t where = 0, counted = 0;
            bool any = false;
            sides tap(win.kernel.size());
            do {
                std::int64_t offset = 0, column_offset = 0;
                bool inside = true, in_padding = true;
                for (std::size_t d = 0; d < tap.size(); ++d) {
                    const std::int64_t p = at[d + 2] * win.stride[d] + tap[d] * win.dilation[d] - win.begin[d];
                    inside = inside && p >= 0 && p < win.in[d];
                    in_padding = in_padding && p < win.in[d] + win.end[d];
                    offset += p * steps[d];
                    column_offset += p * column_steps[d];
                }
                counted += padding_counts ? in_padding : inside;
                if (!inside) continue;
                const std::int64_t plane = (at[0] * x.shape[1] + at[1]) * map;
                const double v = x.values[static_cast<std::size_t>(plane + offset)];
                sum += v;
                if (!any || v > best) best = v, where = plane + (column_major ? column_offset : offset);
                any = true;
            } while (advance(tap, win.kernel));
            if (!any) n.refuse("has a window that lies in the padding alone", "windows that meet the input");
            if (wants_indices) indices.values[to] = static_cast<double>(where);
            out.values[to++] = rounded(out.type, largest ? best : sum / static_cast<double>(counted));
        } while (advance(at, shape));
    result.push_back(std::move(out));
    if (wants_indices) result.push_back(std::move(indices));
    return result;
}

tensor worker::gemm() const {
    n.inputs(2, 3);
    const tensor &a = in(0), &b = in(1);
    if (a.shape.size() != 2 || b.shape.size() != 2) n.refuse("multiplies " + text(a.shape) + " by " + text(b.shape), "two matrices");
    const double alpha = n.attribute("alpha", 1.0f), beta = n.attribute("beta", 1.0f);
    const bool ta = n.attribute("transA", std::int64_t{0}) != 0, tb = n.attribute("transB", std::int64_t{0}) != 0;
    if (n.opset() < 7) n.attribute("broadcast", std::int64_t{0});
    const std::int64_t rows = a.shape[ta ? 1 : 0], inner = a.shape[ta ? 0 : 1], columns = b.shape[tb ? 0 : 1];
    if (b.shape[tb ? 1 : 0] != inner) n.refuse("multiplies " + text(a.shape) + " by " + text(b.shape), "inner sides that are equal");
    tensor out = make(a.type, {rows, columns});
    spend(out.values.size(), static_cast<std::uint64_t>(inner));
    std::int64_t c_row = 0, c_column = 0;
    if (has(2)) {
        const sides& c = in(2).shape;
        const std::int64_t h = c.size() == 2 ? c[0] : 1, w = c.empty() ? 1 : c.back();
        if (c.size() > 2 || (h != 1 && h != rows) || (w != 1 && w != columns)) n.refuse("adds " + text(c), "what spreads over the product");
        c_row = h == 1 ? 0 : w;
        c_column = w == 1 ? 0 : 1;
    }
    for (std::int64_t r = 0; r < rows; ++r)
        for (std::int64_t c = 0; c < columns; ++c) {
            double sum = 0;
            for (std::int64_t k = 0; k < inner; ++k)
                sum += a.values[static_cast<std::size_t>(ta ? k * rows + r : r * inner + k)] *
                       b.values[static_cast<std::size_t>(tb ? c * inner + k : k * columns + c)];
            sum *= alpha;
            if (has(2)) sum += beta * in(2).values[static_cast<std::size_t>(r * c_row + c * c_column)];
            out.values[static_cast<std::size_t>(r * columns + c)] = rounded(out.type, sum);
        }
    return out;
}

tensor worker::matmul() const {
    n.inputs(2, 2);
    const tensor &a = in(0), &b = in(1);
    if (a.shape.empty() || b.shape.empty()) n.refuse("multiplies a scalar", "vectors, matrices or stacks of them");
    sides sa = a.shape, sb = b.shape;
    if (sa.size() == 1) sa.insert(sa.begin(), 1);
    if (sb.size() == 1) sb.push_back(1);
    const std::int64_t rows = sa[sa.size() - 2], inner = sa.back(), columns = sb.back();
    if (sb[sb.size() - 2] != inner) n.refuse("multiplies " + text(a.shape) + " by " + text(b.shape), "inner sides that are equal");
    const std::size_t rank = std::max(sa.size(), sb.size()) - 2;
    sides batch(rank, 1), a_steps(rank, 0), b_steps(rank, 0);
    const auto spread = [&](const sides& s, std::int64_t matrix, sides& steps) {
        std::int64_t step = matrix;
        for (std::size_t i = s.size() - 2; i > 0; --i) {
            const std::size_t at = rank - (s.size() - 2) + i - 1;
            if (s[i - 1] != 1) {
                if (batch[at] != 1 && batch[at] != s[i - 1])
                    n.refuse("multiplies " + text(a.shape) + " by " + text(b.shape), "sides that are equal or 1");
                batch[at] = s[i - 1];
                steps[at] = step;
            }
            step *= s[i - 1];
        }
    };
    spread(sa, rows * inner, a_steps), spread(sb, inner * columns, b_steps);
    sides shape = batch;
    if (a.shape.size() > 1) shape.push_back(rows);
    if (b.shape.size() > 1) shape.push_back(columns);
    tensor out = make(a.type, shape);
    spend(out.values.size(), static_cast<std::uint64_t>(inner));
    if (out.values.empty()) return out;
    sides at(rank);
    std::size_t to = 0;
    do {
        std::int64_t pa = 0, pb = 0;
        for (std::size_t d = 0; d < rank; ++d) pa += at[d] * a_steps[d], pb += at[d] * b_steps[d];
        for (std::int64_t r = 0; r < rows; ++r)
            for (std::int64_t c = 0; c < columns; ++c) {
                double sum = 0;
                for (std::int64_t k = 0; k < inner; ++k)
                    sum +=
                        a.values[static_cast<std::size_t>(pa + r * inner + k)] * b.values[static_cast<std::size_t>(pb + k * columns + c)];
                out.values[to++] = rounded(out.type, sum);
            }
    } while (advance(at, batch));
    return out;
}

tensor worker::batch_norm() const {
    n.inputs(5, 5);
    n.outputs(5);
    const tensor& x = in(0);
    if (x.shape.size() < 2) n.refuse("normalises " + text(x.shape), "a batch of channels");
    if (n.attribute("training_mode", std::int64_t{0}) != 0) n.unsupported("is in training mode", "inference");
    if (n.get().outputs.size() > 1) n.unsupported("has " + std::to_string(n.get().outputs.size()) + " outputs", "one: inference");
    if (n.attribute("spatial", std::int64_t{1}) != 1) n.unsupported("normalises each position on its own", "each channel");
    n.attribute("momentum", 0.9f);
    require_inference(n);
    const double epsilon = n.attribute("epsilon", 1e-5f);
    for (std::size_t i = 1; i < 5; ++i)
        if (in(i).shape != sides{x.shape[1]}) n.refuse("has " + text(in(i).shape) + " values", "one per channel");
    tensor out = make(x.type, x.shape);
    if (out.values.empty()) return out;
    const std::uint64_t each = count_of(x.shape) / static_cast<std::uint64_t>(x.shape[0] * x.shape[1]);
    for (std::size_t i = 0; i < out.values.size(); ++i) {
        const auto c = static_cast<std::size_t>(i / each % static_cast<std::uint64_t>(x.shape[1]));
        out.values[i] =
            rounded(x.type, (x.values[i] - in(3).values[c]) / std::sqrt(in(4).values[c] + epsilon) * in(1).values[c] + in(2).values[c]);
    }
    return out;
}

tensor worker::clip() const {
    n.inputs(1, 3);
    double low = -INFINITY, high = INFINITY;
    if (n.opset() < 11) {
        if (const float* v = n.find<float>("min")) low = *v;
        if (const float* v = n.find<float>("max")) high = *v;
    } else {
        const auto bound = [&](std::size_t i, double& to) {
            if (!has(i)) return;
            if (in(i).values.size() != 1 || in(i).shape.size() > 1) n.refuse("has a bound of " + text(in(i).shape), "one number");
            to = in(i).values[0];
        };
        bound(1, low), bound(2, high);
    }
    return each(in(0), [&](double v) { return std::min(std::max(v, low), high); });
}

tensor worker::concat() const {
    n.inputs(1, 1024);
    sides shape = in(0).shape;
    const std::int64_t* given = n.find<std::int64_t>("axis");
    if (!given) n.refuse("has no axis", "one");
    const std::size_t axis = n.axis(*given, shape.size());
    std::int64_t length = 0;
    for (std::size_t i = 0; i < n.get().inputs.size(); ++i) {
        sides other = in(i).shape;
        if (other.size() != shape.size() || in(i).type != in(0).type)
            n.refuse("joins " + text(other) + " to " + text(shape), "as many sides, one element type");
        length += other[axis];
        other[axis] = shape[axis];
        if (other != shape) n.refuse("joins " + text(in(i).shape) + " to " + text(shape), "sides that are equal but along its axis");
    }
    shape[axis] = length;
    tensor out = make(in(0).type, shape);
    const std::uint64_t inner = count_of(sides(shape.begin() + static_cast<std::ptrdiff_t>(axis) + 1, shape.end()));
    const std::uint64_t outer = count_of(sides(shape.begin(), shape.begin() + static_cast<std::ptrdiff_t>(axis)));
    std::size_t to = 0;
    for (std::uint64_t o = 0; o < outer; ++o)
        for (std::size_t i = 0; i < n.get().inputs.size(); ++i) {
            const std::uint64_t run = static_cast<std::uint64_t>(in(i).shape[axis]) * inner;
            for (std::uint64_t k = 0; k < run; ++k) out.values[to++] = in(i).values[static_cast<std::size_t>(o * run + k)];
        }
    return out;
}

tensor worker::softmax() const {
    n.inputs(1, 1);
    const tensor& x = in(0);
    const bool flattens = n.opset() < 13;
    const std::int64_t given = n.attribute("axis", std::int64_t{flattens ? 1 : -1});
    if (x.shape.empty()) n.refuse("takes a scalar", "at least one side");
    const std::size_t axis =
        flattens && given == static_cast<std::int64_t>(x.shape.size()) ? x.shape.size() : n.axis(given, x.shape.size());
    const auto from = static_cast<std::ptrdiff_t>(axis);
    // Before opset 13 all sides from the axis on are one.
    const std::uint64_t length =
        flattens ? count_of(sides(x.shape.begin() + from, x.shape.end())) : static_cast<std::uint64_t>(x.shape[axis]);
    const std::uint64_t step = flattens ? 1 : count_of(sides(x.shape.begin() + from + 1, x.shape.end()));
    tensor out = make(x.type, x.shape);
    for (std::uint64_t i = 0; i < out.values.size(); ++i) {
        if (i / step % length != 0) continue;
        double largest = -INFINITY, sum = 0;
        for (std::uint64_t k = 0; k < length; ++k) largest = std::max(largest, x.values[static_cast<std::size_t>(i + k * step)]);
        for (std::uint64_t k = 0; k < length; ++k) sum += std::exp(x.values[static_cast<std::size_t>(i + k * step)] - largest);
        for (std::uint64_t k = 0; k < length; ++k) {
            const auto at = static_cast<std::size_t>(i + k * step);
            out.values[at] = rounded(x.type, std::exp(x.values[at] - largest) / sum);
        }
    }
    return out;
}

tensor worker::transpose() const {
    n.inputs(1, 1);
    const tensor& x = in(0);
    sides order(x.shape.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int64_t>(order.size() - 1 - i);
    order = n.attribute("perm", order);
    if (order.size() != x.shape.size()) n.refuse("has a perm of " + std::to_string(order.size()), std::to_string(x.shape.size()));
    axes(order, x.shape.size());
    const sides steps = steps_of(x.shape);
    sides shape, from;
    for (const std::int64_t a : order) {
        shape.push_back(x.shape[n.axis(a, order.size())]);
        from.push_back(steps[n.axis(a, order.size())]);
    }
    tensor out = make(x.type, shape);
    if (out.values.empty()) return out;
    sides at(shape.size());
    std::size_t to = 0;
    do {
        std::int64_t p = 0;
        for (std::size_t d = 0; d < shape.size(); ++d) p += at[d] * from[d];
        out.values[to++] = x.values[static_cast<std::size_t>(p)];
    } while (advance(at, shape));
    return out;
}

tensor worker::pad() const {
    const tensor& x = in(0);
    const auto mode = n.attribute<std::string>("mode", "constant");
    if (mode != "constant" && mode != "edge" && mode != "reflect") n.refuse("has mode \"" + mode + "\"", "constant, edge or reflect");
    double value = 0;
    sides pads;
    if (n.opset() < 11) {
        n.inputs(1, 1);
        const sides* given = n.find<sides>("pads");
        if (!given) n.refuse("has no pads", "them");
        pads = *given;
        value = n.attribute("value", 0.0f);
    } else {
        n.inputs(2, 3);
        const tensor& t = in(1);
        if (t.values.size() > 32 || is_floating(t.type)) n.refuse("has pads of " + text(t.shape), "integers, two per side");
        for (const double v : t.values) pads.push_back(static_cast<std::int64_t>(std::clamp(v, -1e12, 1e12)));
        if (has(2)) {
            if (in(2).values.size() != 1) n.refuse("has a value of " + text(in(2).shape), "one number");
            value = in(2).values[0];
        }
    }
    const std::size_t rank = x.shape.size();
    if (pads.size() != 2 * rank) n.refuse("has " + std::to_string(pads.size()) + " pads", std::to_string(2 * rank));
    sides shape(rank);
    for (std::size_t d = 0; d < rank; ++d) {
        if (std::abs(pads[d]) > 1 << 24 || std::abs(pads[rank + d]) > 1 << 24) n.refuse("has a pad beyond 2^24", "smaller ones");
        shape[d] = x.shape[d] + pads[d] + pads[rank + d];
        const bool grows = pads[d] > 0 || pads[rank + d] > 0;
        if (mode == "edge" && grows && x.shape[d] == 0) n.refuse("repeats the edge of nothing", "at least one element");
        if (mode == "reflect" && std::max(pads[d], pads[rank + d]) >= std::max<std::int64_t>(x.shape[d], 1))
            n.refuse("reflects more than there is", "pads below the side");
    }
    tensor out = make(x.type, shape, value);
    if (out.values.empty()) return out;
    const sides steps = steps_of(x.shape);
    sides at(rank);
    std::size_t to = 0;
    do {
        std::int64_t p = 0;
        bool inside = true;
        for (std::size_t d = 0; d < rank; ++d) {
            std::int64_t from = at[d] - pads[d];
            if (mode == "edge") from = std::clamp<std::int64_t>(from, 0, x.shape[d] - 1);
            if (mode == "reflect") from = from < 0 ? -from : from >= x.shape[d] ? 2 * (x.shape[d] - 1) - from : from;
            inside = inside && from >= 0 && from < x.shape[d];
            p += from * steps[d];
        }
        if (inside) out.values[to] = x.values[static_cast<std::size_t>(p)];
        ++to;
    } while (advance(at, shape));
    return out;
}

tensor worker::reshape() const {
    n.inputs(2, 2);
    const tensor& x = in(0);
    const bool zero_is_zero = n.opset() >= 14 && n.attribute("allowzero", std::int64_t{0}) != 0;
    sides shape = integers(1);
    std::size_t open = shape.size();
    std::uint64_t rest = 1;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] == 0 && !zero_is_zero) {
            if (i >= x.shape.size()) n.refuse("copies a side that its input lacks", "0 only where the input has that side");
            shape[i] = x.shape[i];
        }
        if (shape[i] == -1) {
            if (open != shape.size()) n.refuse("leaves two sides open", "at most one -1");
            open = i;
        } else {
            if (shape[i] < 0 || (shape[i] > 0 && rest > limit_.tensor_elements / static_cast<std::uint64_t>(shape[i])))
                n.refuse("has a side of " + std::to_string(shape[i]), "sides that hold the input's elements");
            rest *= static_cast<std::uint64_t>(shape[i]);
        }
    }
    if (open != shape.size()) {
        if (rest == 0 || x.values.size() % rest != 0) n.refuse("cannot fill its open side from " + text(x.shape), "sides that divide");
        shape[open] = static_cast<std::int64_t>(x.values.size() / rest);
    }
    return shaped(x, shape);
}

tensor worker::squeeze() const {
    const tensor& x = in(0);
    const sides* attribute = n.opset() < 13 ? n.find<sides>("axes") : nullptr;
    n.inputs(1, n.opset() < 13 ? 1 : 2);
    sides given = attribute ? *attribute : has(1) ? integers(1) : sides{};
    const bool all = !attribute && !has(1);
    const auto dropped = axes(given, x.shape.size());
    sides shape;
    for (std::size_t i = 0; i < x.shape.size(); ++i) {
        if (all ? x.shape[i] == 1 : dropped[i]) {
            if (x.shape[i] != 1) n.refuse("drops a side of " + std::to_string(x.shape[i]), "sides of 1");
        } else {
            shape.push_back(x.shape[i]);
        }
    }
    return shaped(x, shape);
}

tensor worker::unsqueeze() const {
    const tensor& x = in(0);
    sides given;
    if (n.opset() < 13) {
        n.inputs(1, 1);
        const sides* attribute = n.find<sides>("axes");
        if (!attribute) n.refuse("has no axes", "them");
        given = *attribute;
    } else {
        n.inputs(2, 2);
        given = integers(1);
    }
    if (given.size() > 16) n.refuse("adds " + std::to_string(given.size()) + " sides", "at most 16");
    const auto added = axes(given, x.shape.size() + given.size());
    sides shape;
    std::size_t next = 0;
    for (const bool a : added) shape.push_back(a ? 1 : x.shape[next++]);
    return shaped(x, shape);
}

tensor worker::constant() const {
    n.inputs(0, 0);
    if (const tensor* t = n.find<tensor>("value")) return shaped(*t, t->shape);
    if (const float* v = n.find<float>("value_float")) return make(element::float32, {}, *v);
    if (const std::int64_t* v = n.find<std::int64_t>("value_int")) return make(element::int64, {}, static_cast<double>(*v));
    tensor out;
    if (const auto* v = n.find<std::vector<float>>("value_floats")) {
        out = make(element::float32, {static_cast<std::int64_t>(v->size())});
        std::copy(v->begin(), v->end(), out.values.begin());
        return out;
    }
    if (const auto* v = n.find<sides>("value_ints")) {
        out = make(element::int64, {static_cast<std::int64_t>(v->size())});
        std::transform(v->begin(), v->end(), out.values.begin(), [](std::int64_t i) { return static_cast<double>(i); });
        return out;
    }
    n.unsupported("has no dense numbers", "a tensor, a number or a list of numbers");
}

std::vector<tensor> worker::dropout() const {
    n.inputs(1, 3);
    n.outputs(2);
    n.attribute("seed", std::int64_t{0});
    require_inference(n);
    n.attribute("ratio", 0.5f);
    if (has(2) && (in(2).values.size() != 1 || in(2).values[0] != 0)) {
        const bool nothing = has(1) && in(1).values.size() == 1 && in(1).values[0] == 0;
        if (!nothing) n.unsupported("is in training mode", "inference");
    }
    std::vector<tensor> result{shaped(in(0), in(0).shape)};
    if (n.get().outputs.size() > 1) result.push_back(make(n.opset() < 10 ? in(0).type : element::boolean, in(0).shape, 1));
    return result;
}

template <class Step, class Finish>
tensor worker::reduce(double start, Step step, Finish finish) const {
    const tensor& x = in(0);
    const bool as_input = n.opset() >= 13 && n.get().operation == "ReduceSum";
    const sides* attribute = as_input ? nullptr : n.find<sides>("axes");
    n.inputs(1, as_input ? 2 : 1);
    const bool keeps = n.attribute("keepdims", std::int64_t{1}) != 0;
    sides given = attribute ? *attribute : as_input && has(1) ? integers(1) : sides{};
    std::vector<bool> gone = axes(given, x.shape.size());
    if (given.empty()) {
        if (as_input && n.attribute("noop_with_empty_axes", std::int64_t{0}) != 0) return shaped(x, x.shape);
        gone.assign(x.shape.size(), true);
    } else if (as_input) {
        n.attribute("noop_with_empty_axes", std::int64_t{0});
    }
    sides shape, kept_shape = x.shape;
    for (std::size_t i = 0; i < x.shape.size(); ++i) {
        if (gone[i]) kept_shape[i] = 1;
        if (keeps || !gone[i]) shape.push_back(kept_shape[i]);
    }
    tensor out = make(x.type, kept_shape, start);
    spend(x.values.size());
    const sides steps = steps_of(kept_shape);
    const double length = out.values.empty() ? 0 : static_cast<double>(x.values.size()) / static_cast<double>(out.values.size());
    if (!x.values.empty()) {
        sides at(x.shape.size());
        std::size_t i = 0;
        do {
            std::int64_t p = 0;
            for (std::size_t d = 0; d < at.size(); ++d) p += gone[d] ? 0 : at[d] * steps[d];
            double& sum = out.values[static_cast<std::size_t>(p)];
            sum = step(sum, x.values[i++]);
        } while (advance(at, x.shape));
    }
    for (double& v : out.values) v = rounded(x.type, finish(v, length));
    out.shape = shape;
    return out;
}

tensor worker::global_average() const {
    n.inputs(1, 1);
    const tensor& x = in(0);
    if (x.shape.size() < 3) n.refuse("pools " + text(x.shape), "a batch of maps");
    sides shape(x.shape.size(), 1);
    shape[0] = x.shape[0], shape[1] = x.shape[1];
    tensor out = make(x.type, shape);
    if (out.values.empty()) return out;
    const std::size_t each = x.values.size() / out.values.size();
    if (each == 0) n.refuse("pools maps without elements", "at least one");
    for (std::size_t i = 0; i < x.values.size(); ++i) out.values[i / each] += x.values[i];
    for (double& v : out.values) v = rounded(x.type, v / static_cast<double>(each));
    return out;
}

std::vector<tensor> worker::work() {
    const std::string& op = n.get().operation;
    // Definitions before opset 6 differ; this one never changed.
    if (n.opset() < 6 && op != "GlobalAveragePool" && std::count(operators().begin(), operators().end(), op) > 0)
        n.unsupported("is of an old opset", "opset 6 to 17");
    std::vector<tensor> out;
    const auto one = [&](tensor t) { out.push_back(std::move(t)); };
    const auto same = [](double v, double) { return v; };
    const auto plus = [](double s, double v) { return s + v; };
    const auto unary = [&](auto f) {
        n.inputs(1, 1);
        one(each(in(0), f));
    };
    if (op == "Conv")
        one(conv());
    else if (op == "Gemm")
        one(gemm());
    else if (op == "MatMul")
        one(matmul());
    else if (op == "BatchNormalization")
        one(batch_norm());
    else if (op == "Relu")
        unary([](double v) { return v <= 0 ? 0.0 : v; });
    else if (op == "LeakyRelu") {
        const double slope = n.attribute("alpha", 0.01f);
        unary([&](double v) { return v < 0 ? slope * v : v; });
    } else if (op == "Sigmoid")
        unary([](double v) { return 1 / (1 + std::exp(-v)); });
    else if (op == "Clip")
        one(clip());
    else if (op == "MaxPool")
        out = pool(true);
    else if (op == "AveragePool")
        out = pool(false);
    else if (op == "GlobalAveragePool")
        one(global_average());
    else if (op == "Add")
        one(pairwise([](double a, double b) { return a + b; }));
    else if (op == "Sub")
        one(pairwise([](double a, double b) { return a - b; }));
    else if (op == "Mul")
        one(pairwise([](double a, double b) { return a * b; }));
    else if (op == "Div") {
        if (!is_floating(in(0).type) && has(1))
            for (const double v : in(1).values)
                if (v == 0) n.refuse("divides an integer by zero", "divisors that are not zero");
        one(pairwise([](double a, double b) { return a / b; }));
    } else if (op == "Concat")
        one(concat());
    else if (op == "Softmax")
        one(softmax());
    else if (op == "Transpose")
        one(transpose());
    else if (op == "Pad")
        one(pad());
    else if (op == "Reshape")
        one(reshape());
    else if (op == "Squeeze")
        one(squeeze());
    else if (op == "Unsqueeze")
        one(unsqueeze());
    else if (op == "Constant")
        one(constant());
    else if (op == "Identity") {
        n.inputs(1, 1);
        one(shaped(in(0), in(0).shape));
    } else if (op == "Dropout")
        out = dropout();
    else if (op == "Flatten") {
        n.inputs(1, 1);
        const sides& s = in(0).shape;
        const std::int64_t given = n.attribute("axis", std::int64_t{1});
        const auto axis = static_cast<std::ptrdiff_t>(given == static_cast<std::int64_t>(s.size()) ? s.size() : n.axis(given, s.size()));
        one(shaped(in(0), {static_cast<std::int64_t>(count_of(sides(s.begin(), s.begin() + axis))),
                           static_cast<std::int64_t>(count_of(sides(s.begin() + axis, s.end())))}));
    } else if (op == "ReduceSum")
        one(reduce(0, plus, same));
    else if (op == "ReduceMean")
        one(reduce(0, plus, [](double v, double length) { return v / length; }));
    else if (op == "ReduceMax")
        one(reduce(
            -INFINITY, [](double s, double v) { return std::max(s, v); }, same));
    else if (op == "ReduceMin")
        one(reduce(
            INFINITY, [](double s, double v) { return std::min(s, v); }, same));
    else if (op == "ReduceProd")
        one(reduce(
            1, [](double s, double v) { return s * v; }, same));
    else if (op == "ReduceL1")
        one(reduce(
            0, [](double s, double v) { return s + std::fabs(v); }, same));
    else if (op == "ReduceL2")
        one(reduce(
            0, [](double s, double v) { return s + v * v; }, [](double v, double) { return std::sqrt(v); }));
    else if (op == "ReduceSumSquare")
        one(reduce(
            0, [](double s, double v) { return s + v * v; }, same));
    else if (op == "ReduceLogSum")
        one(reduce(0, plus, [](double v, double) { return std::log(v); }));
    else if (op == "ReduceLogSumExp")
        // As log(exp(s) + exp(v)), which large values do not overflow.
        one(reduce(
            -HUGE_VAL,
            [](double s, double v) {
                const double largest = std::max(s, v);
                return std::isfinite(largest) ? largest + std::log(std::exp(s - largest) + std::exp(v - largest)) : largest;
            },
            same));
    else
        n.unsupported("is an operator that is not known here", "one of the documented operators");
    n.no_other_attributes();
    return out;
}

}  // namespace

const std::vector<std::string>& operators() {
    static const std::vector<std::string> names{"Add",
                                                "AveragePool",
                                                "BatchNormalization",
                                                "Clip",
                                                "Concat",
                                                "Constant",
                                                "Conv",
                                                "Div",
                                                "Dropout",
                                                "Flatten",
                                                "Gemm",
                                                "GlobalAveragePool",
                                                "Identity",
                                                "LeakyRelu",
                                                "MatMul",
                                                "MaxPool",
                                                "Mul",
                                                "Pad",
                                                "ReduceL1",
                                                "ReduceL2",
                                                "ReduceLogSum",
                                                "ReduceLogSumExp",
                                                "ReduceMax",
                                                "ReduceMean",
                                                "ReduceMin",
                                                "ReduceProd",
                                                "ReduceSum",
                                                "ReduceSumSquare",
                                                "Relu",
                                                "Reshape",
                                                "Sigmoid",
                                                "Softmax",
                                                "Squeeze",
                                                "Sub",
                                                "Transpose",
                                                "Unsqueeze"};
    return names;
}

namespace detail {

std::vector<tensor> run_node(const node_view& n, std::vector<const tensor*> operands, const limits& limit, std::uint64_t& operations) {
    return worker(n, std::move(operands), limit, operations).work();
}

}  // namespace detail

std::vector<tensor> run(const model& m, std::map<std::string, tensor> inputs, const limits& limit) {
    std::map<std::string, tensor> live;
    std::uint64_t operations = limit.operations, alive = 0;
    for (const value_info& info : m.inputs) {
        const auto given = inputs.find(info.name);
        if (given == inputs.end()) throw input_error(m.where, "no value for input \"" + info.name + "\"", "one");
        const tensor& t = given->second;
        bool fits = t.type == info.type && t.values.size() == count_of(t.shape) && (!info.has_shape || t.shape.size() == info.shape.size());
        for (std::size_t i = 0; fits && info.has_shape && i < t.shape.size(); ++i) fits = info.shape[i] < 0 || info.shape[i] == t.shape[i];
        if (!fits)
            throw input_error(m.where, "input \"" + info.name + "\" is " + text(t.shape),
                              "the sides and element type that the model states");
        alive += t.values.size() * sizeof(double);
        live.insert(std::move(*given));
        inputs.erase(given);
    }
    std::map<std::string, std::size_t> readers;
    for (const node& n : m.nodes)
        for (const std::string& name : n.inputs) ++readers[name];
    for (const std::string& name : m.outputs) ++readers[name];

    for (const node& n : m.nodes) {
        const detail::node_view view(m, n);
        std::vector<const tensor*> operands;
        for (const std::string& name : n.inputs) {
            const auto at = live.find(name);
            const auto initial = m.initializers.find(name);
            operands.push_back(name.empty()                      ? nullptr
                               : at != live.end()                ? &at->second
                               : initial != m.initializers.end() ? &initial->second
                                                                 : nullptr);
            if (!name.empty() && !operands.back())
                view.refuse("reads \"" + name + "\", which its writer left out", "an output that is written");
        }
        auto results = detail::run_node(view, std::move(operands), limit, operations);
        for (std::size_t i = 0; i < results.size() && i < n.outputs.size(); ++i) {
            if (n.outputs[i].empty() || readers[n.outputs[i]] == 0) continue;
            alive += results[i].values.size() * sizeof(double);
            if (alive > limit.memory_bytes) view.refuse("takes more memory than allowed", "a smaller model, or a larger limit");
            live[n.outputs[i]] = std::move(results[i]);
        }
        for (const std::string& name : n.inputs)
            if (!name.empty() && --readers[name] == 0)
                if (const auto at = live.find(name); at != live.end()) {
                    alive -= at->second.values.size() * sizeof(double);
                    live.erase(at);
                }
    }
    std::vector<tensor> result;
    for (const std::string& name : m.outputs) {
        if (const auto at = live.find(name); at != live.end())
            result.push_back(at->second);
        else if (const auto initial = m.initializers.find(name); initial != m.initializers.end())
            result.push_back(initial->second);
        else
            throw input_error(m.where, "output \"" + name + "\" was not computed", "an output that its node writes");
    }
    return result;
}

}  // namespace sonic::onnx
