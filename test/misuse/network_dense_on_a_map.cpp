// expect: sonic: this layer does not fit the shape that enters it
// expect: dense<10
// SPDX-License-Identifier: MIT
#include <sonic/network/network.hpp>
using namespace sonic;
struct net {
    static constexpr auto name = "net";
#ifdef SONIC_MISUSE_CONTROL
    using layers = layer_list<sonic::layers::input<1, 28, 28>, sonic::layers::flatten, sonic::layers::dense<10>>;
#else
    using layers = layer_list<sonic::layers::input<1, 28, 28>, sonic::layers::dense<10>>;
#endif
    static constexpr double weight_density = 1;
};
constexpr auto count = parameters_of<net>;
