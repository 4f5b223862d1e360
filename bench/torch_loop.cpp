// SPDX-License-Identifier: MIT
#include "torch_loop.hpp"

#include <torch/torch.h>

namespace sonic::bench {

std::function<std::vector<double>(std::span<const std::uint8_t>)> torch_loop(const trained_network& network, const number_format& conv,
                                                                             const number_format& dense) {
    torch::set_num_threads(1);
    struct mac {
        torch::Tensor weights, scale, shift;
        double step, largest;
        std::int64_t lsb, code;
        int lanes;
    };
    std::vector<mac> macs;
    std::size_t at = 0;
    for (const layer& l : network.layers) {
        if (!l.is_mac()) continue;
        const number_format& f = l.kind == layer_kind::conv ? conv : dense;
        const layer_values& v = network.values[at++];
        const coded_layer coded = encode(v, f);
        const std::vector<float> w(coded.weights.begin(), coded.weights.end()), scale(coded.scale.begin(), coded.scale.end()),
            shift(coded.shift.begin(), coded.shift.end());
        const auto tensor = [](const std::vector<float>& x, at::IntArrayRef shape) { return torch::tensor(x).reshape(shape).contiguous(); };
        macs.push_back({tensor(w, {l.out.channels, -1}), tensor(scale, {1, l.out.channels, 1}), tensor(shift, {1, l.out.channels, 1}),
                        coded.activation_step, static_cast<double>(f.largest_activation()), f.lsb(), f.largest_code(), f.lanes});
    }
    return [&network, macs](std::span<const std::uint8_t> pixels) {
        const torch::NoGradGuard no_gradients;
        const auto each = network.input().size();
        const auto count = static_cast<std::int64_t>(pixels.size()) / each;
        std::vector<double> outputs;
        constexpr std::int64_t batch = 20;  // the fastest of 20, 50 and 100 here
        for (std::int64_t first = 0; first < count; first += batch) {
            const std::int64_t some = std::min(batch, count - first);
            auto x = torch::from_blob(const_cast<std::uint8_t*>(pixels.data() + first * each),
                                      {some, network.input().channels, network.input().height, network.input().width}, torch::kUInt8)
                         .to(torch::kFloat32)
                         .div(255.0);
            std::size_t next = 0;
            for (const layer& l : network.layers) {
                if (l.kind == layer_kind::relu) {
                    x = torch::relu(x);
                } else if (l.kind == layer_kind::max_pool) {
                    x = torch::max_pool2d(x, l.kernel_height, l.stride);
                } else if (l.kind == layer_kind::flatten) {
                    x = x.flatten(1);
                } else if (l.is_mac()) {
                    const mac& m = macs[next++];
                    const auto codes = torch::clamp(torch::round(torch::relu(x) / m.step), 0, m.largest);
                    const auto columns = l.kind == layer_kind::conv ? torch::im2col(codes, {l.kernel_height, l.kernel_width}, {1, 1},
                                                                                    {l.padding_top, l.padding_left}, {l.stride, l.stride})
                                                                    : codes.unsqueeze(2);
                    auto total = torch::zeros({some, l.out.channels, columns.size(2)});
                    const std::int64_t inner = columns.size(1);
                    for (std::int64_t k = 0; k < inner; k += m.lanes) {
                        const std::int64_t end = std::min<std::int64_t>(k + m.lanes, inner);
                        auto part = torch::matmul(m.weights.slice(1, k, end), columns.slice(1, k, end));
                        total.add_(part.div_(static_cast<double>(m.lsb))
                                       .round_()
                                       .clamp_(-static_cast<double>(m.code), static_cast<double>(m.code)));
                    }
                    x = total * m.scale + m.shift;
                    x = x.reshape({some, l.out.channels, l.out.height, l.out.width});
                    if (l.kind == layer_kind::dense) x = x.flatten(1);
                }
            }
            const auto out = x.contiguous();
            for (std::int64_t i = 0; i < out.numel(); ++i) outputs.push_back(out.data_ptr<float>()[i]);
        }
        return outputs;
    };
}

}  // namespace sonic::bench
