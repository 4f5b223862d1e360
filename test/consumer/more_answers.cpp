// SPDX-License-Identifier: MIT
#include <sonic/evaluate/evaluate.hpp>
#include <sonic/evaluate/reference.hpp>
#include <sonic/sonic.hpp>

int more_answers() { return sonic::digitise(256, 512, 32767) == 0 ? 0 : 1; }
