// expect: sonic: a network's layers are a layer_list that begins with an input
// SPDX-License-Identifier: MIT
#include <sonic/network/network.hpp>
using namespace sonic;
struct net {
    static constexpr auto name = "net";
#ifdef SONIC_MISUSE_CONTROL
    using layers = layer_list<sonic::layers::input<3>, sonic::layers::dense<10>>;
#else
    using layers = layer_list<sonic::layers::dense<10>>;
#endif
    static constexpr double weight_density = 1;
};
constexpr auto count = parameters_of<net>;
