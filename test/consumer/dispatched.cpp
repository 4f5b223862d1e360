// SPDX-License-Identifier: MIT
// The kernels that sonic_add_kernels compiled are there, and the program chooses one set that runs here.
#include <cstdio>

#include <sonic/evaluate/dispatch.hpp>

int main() {
    bool found = false;
    for (const sonic::built_kernels& k : sonic::all_built_kernels()) {
        std::printf("%s: %zu images at once%s\n", k.name, k.table->samples, k.runs_here ? "" : ", not here");
        found = found || (k.runs_here && k.table == &SONIC_DEFAULT_KERNELS);
    }
    return found ? 0 : 1;
}
