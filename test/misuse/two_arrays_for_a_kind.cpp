// expect: sonic: one array runs all layers of a kind; a second would stand idle
// SPDX-License-Identifier: MIT
#include <sonic/accelerator/sonic.hpp>
using namespace sonic;
using published = accelerators::sonic;
template <class Unit, kind... Kinds>
using ten = array<of<10>, Unit, compress_weights, runs<Kinds...>>;
#ifdef SONIC_MISUSE_CONTROL
using diagram = assembly<ten<published::conv_unit, kind::conv>, ten<published::fc_unit, kind::dense>>;
#else
using diagram = assembly<ten<published::conv_unit, kind::conv>, ten<published::fc_unit, kind::conv, kind::dense>>;
#endif
constexpr std::size_t size = sizeof(diagram);
