// SPDX-License-Identifier: MIT
// Two translation units include everything: a function that is not inline would not link.
#include <sonic/evaluate/evaluate.hpp>
#include <sonic/evaluate/reference.hpp>
#include <sonic/sonic.hpp>

int more_answers();

int main() { return more_answers(); }
