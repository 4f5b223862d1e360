// SPDX-License-Identifier: MIT
//
// ONNX's own test data, one model per operator and more: every model made of known operators must give its recorded outputs.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <sonic/network/file.hpp>
#include <sonic/onnx/interpreter.hpp>
#include <sonic/onnx/model.hpp>

using namespace sonic;
namespace fs = std::filesystem;

namespace {

struct outcome {
    std::vector<std::string> passed;
    std::vector<std::pair<std::string, std::string>> failed, unsupported;
};

/// Empty where all recorded outputs are met.
std::string difference(const onnx::model& m, const fs::path& data) {
    std::map<std::string, onnx::tensor> inputs;
    for (std::size_t i = 0; i < m.inputs.size(); ++i) {
        const fs::path file = data / ("input_" + std::to_string(i) + ".pb");
        inputs[m.inputs[i].name] = onnx::parse_tensor(read_file(file), file.string());
    }
    const auto got = onnx::run(m, inputs);
    for (std::size_t o = 0; o < got.size(); ++o) {
        const fs::path file = data / ("output_" + std::to_string(o) + ".pb");
        const auto wanted = onnx::parse_tensor(read_file(file), file.string());
        if (got[o].shape != wanted.shape) return "output " + std::to_string(o) + " has another shape";
        if (got[o].type != wanted.type) return "output " + std::to_string(o) + " has another element type";
        for (std::size_t i = 0; i < wanted.values.size(); ++i) {
            const double a = got[o].values[i], b = wanted.values[i];
            if (a != b && !(std::fabs(a - b) <= 1e-6 + 1e-4 * std::fabs(b)))
                return "output " + std::to_string(o) + ", element " + std::to_string(i) + ": " + std::to_string(a) + ", recorded " +
                       std::to_string(b);
        }
    }
    return "";
}

bool known(const std::string& operation) { return std::count(onnx::operators().begin(), onnx::operators().end(), operation) > 0; }

/// Cases of known operators in a form that inference has no use for, or of an opset before the supported ones.
const std::set<std::string> without_use{
    "node/test_batchnorm_epsilon_training_mode",
    "node/test_batchnorm_example_training_mode",
    "node/test_identity_opt",
    "node/test_identity_sequence",
    "node/test_training_dropout",
    "node/test_training_dropout_default",
    "node/test_training_dropout_default_mask",
    "node/test_training_dropout_mask",
    "pytorch-operator/test_operator_add_broadcast",
    "pytorch-operator/test_operator_add_size1_broadcast",
    "pytorch-operator/test_operator_add_size1_right_broadcast",
    "pytorch-operator/test_operator_add_size1_singleton_broadcast",
    "pytorch-operator/test_operator_addconstant",
};

outcome run_all(const fs::path& root) {
    outcome result;
    std::vector<fs::path> cases;
    for (const char* group : {"node", "pytorch-converted", "pytorch-operator", "simple"})
        if (fs::is_directory(root / group))
            for (const auto& entry : fs::directory_iterator(root / group)) cases.push_back(entry.path());
    std::sort(cases.begin(), cases.end());
    for (const fs::path& path : cases) {
        const std::string name = path.parent_path().filename().string() + "/" + path.filename().string();
        try {
            const auto m = onnx::read_model(path / "model.onnx");
            for (const auto& n : m.nodes)
                if (!known(n.operation)) throw onnx::unsupported_error((path / "model.onnx").string(), n.operation, "a known operator");
            std::string problem;
            for (const auto& entry : fs::directory_iterator(path))
                if (entry.is_directory() && problem.empty()) problem = difference(m, entry.path());
            if (problem.empty())
                result.passed.push_back(name);
            else
                result.failed.emplace_back(name, problem);
        } catch (const onnx::unsupported_error& error) {
            result.unsupported.emplace_back(name, error.what());
        } catch (const std::exception& error) {
            result.failed.emplace_back(name, error.what());
        }
    }
    return result;
}

}  // namespace

TEST_CASE("ONNX's test data: every case of a known operator passes; the rest names what it lacks") {
    const fs::path root = SONIC_ONNX_TEST_DATA;
    if (!fs::is_directory(root)) {
        MESSAGE("skipped: ONNX's test data is not installed (Debian: libonnx-testdata)");
        return;
    }
    const outcome all = run_all(root);
    std::printf("ONNX test data: %zu passed, %zu failed, %zu unsupported\n", all.passed.size(), all.failed.size(), all.unsupported.size());
    for (const auto& name : all.passed) std::printf("passed       %s\n", name.c_str());
    for (const auto& [name, why] : all.failed) std::printf("failed       %s: %s\n", name.c_str(), why.c_str());
    for (const auto& [name, why] : all.unsupported)
        std::printf("unsupported  %s: %s\n", name.c_str(), why.substr(why.rfind(".onnx: ") + 7).c_str());
    for (const auto& [name, why] : all.failed) CHECK_MESSAGE(false, name << ": " << why);
    CHECK(all.passed.size() >= 300);
    std::size_t found = 0;
    for (const auto& [name, why] : all.unsupported) {
        if (why.find("; expected a known operator") != std::string::npos) continue;
        const auto only = why.find("(");
        const bool of_known = only != std::string::npos && known(why.substr(only + 1, why.find(",", only) - only - 1));
        found += without_use.contains(name);
        if (of_known) CHECK_MESSAGE(without_use.contains(name), name << ": " << why);
    }
    CHECK(found == without_use.size());
}
