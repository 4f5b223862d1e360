// SPDX-License-Identifier: MIT
// The linked component: it reads the model that its argument names.
#include <cstdio>

#include <sonic/onnx/import.hpp>

int main(int, char** arguments) {
    try {
        return sonic::onnx::import_network(arguments[1]).network.layers.empty();
    } catch (const sonic::input_error& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 2;
    }
}
