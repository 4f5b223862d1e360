// SPDX-License-Identifier: MIT
//
// Any bytes as an ONNX model: read, run on zeros, imported, run again. Only input_error may come out.

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>

#include <sonic/network/forward.hpp>
#include <sonic/onnx/import.hpp>
#include <sonic/onnx/interpreter.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sonic;
    const sonic::onnx::limits small{1 << 20, 1 << 26, 1 << 14, 1 << 20, 256};
    try {
        const auto m = sonic::onnx::parse_model(std::span(data, size), "model", small);
        try {
            std::map<std::string, sonic::onnx::tensor> inputs;
            for (const auto& info : m.inputs) {
                sonic::onnx::tensor t{info.type, info.shape, {}};
                std::uint64_t count = 1;
                for (auto& side : t.shape) {
                    if (side < 0) side = 1;
                    count = side > 1 << 14 || count > 1 << 14 ? 1 << 20 : count * static_cast<std::uint64_t>(side);
                }
                if (count > 1 << 14) return 0;
                t.values.assign(static_cast<std::size_t>(count), 0.5);
                inputs[info.name] = t;
            }
            sonic::onnx::run(m, inputs, small);
        } catch (const input_error&) {
        }
        const auto imported = sonic::onnx::import_network(m, small);
        std::int64_t macs = 0;
        for (const layer& l : imported.network.layers) macs += l.is_mac() ? l.macs() : l.out.size() * l.taps();
        if (macs < 1 << 22) forward(imported.network, std::vector<double>(static_cast<std::size_t>(imported.network.input().size()), 0.5));
    } catch (const input_error&) {
    }
    return 0;
}
