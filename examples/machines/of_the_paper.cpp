// SPDX-License-Identifier: MIT
#include <sonic/accelerator/accelerators.hpp>
#include "machine_of.hpp"

std::vector<examples::machine> examples::machines_of_the_paper() { return machines_of(sonic::accelerators::of_the_paper); }
