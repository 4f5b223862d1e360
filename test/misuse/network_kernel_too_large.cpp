// expect: sonic: this layer does not fit the shape that enters it
// expect: kernel<7
// SPDX-License-Identifier: MIT
#include <sonic/network/network.hpp>
using namespace sonic;
struct net {
    static constexpr auto name = "net";
#ifdef SONIC_MISUSE_CONTROL
    using layers = layer_list<sonic::layers::input<1, 6, 6>, sonic::layers::conv<4, sonic::layers::kernel<5>>>;
#else
    using layers = layer_list<sonic::layers::input<1, 6, 6>, sonic::layers::conv<4, sonic::layers::kernel<7>>>;
#endif
    static constexpr double weight_density = 1;
};
constexpr auto count = parameters_of<net>;
