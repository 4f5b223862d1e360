// SPDX-License-Identifier: MIT
#pragma once

/// Everything about costs. Functional evaluation, which needs xsimd, is <sonic/evaluate/evaluate.hpp>.

#include <sonic/accelerator/cost.hpp>
#include <sonic/accelerator/crosslight.hpp>
#include <sonic/accelerator/feasibility.hpp>
#include <sonic/accelerator/sonic.hpp>
#include <sonic/network/networks.hpp>
