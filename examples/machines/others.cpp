// SPDX-License-Identifier: MIT
#include <sonic/accelerator/accelerators.hpp>
#include "machine_of.hpp"

std::vector<examples::machine> examples::other_machines() { return machines_of(sonic::accelerators::others); }
