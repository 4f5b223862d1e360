// SPDX-License-Identifier: MIT
#pragma once

/// Costs and feasibility, with SONIC, CrossLight and the networks of SONIC's paper. The other machines are in
/// <sonic/accelerator/accelerators.hpp>, or one by one beside it; functional evaluation, which needs xsimd, is
/// <sonic/evaluate/evaluate.hpp>.

#include <sonic/accelerator/cost.hpp>
#include <sonic/accelerator/crosslight.hpp>
#include <sonic/accelerator/feasibility.hpp>
#include <sonic/accelerator/sonic.hpp>
#include <sonic/network/networks.hpp>
