// expect: sonic: weight_density is one share, or one for each convolution and dense layer
// SPDX-License-Identifier: MIT
#include <array>

#include <sonic/network/network.hpp>
using namespace sonic;
struct net {
    static constexpr auto name = "net";
    using layers = layer_list<sonic::layers::input<1, 28, 28>, sonic::layers::flatten, sonic::layers::dense<10>, sonic::layers::dense<5>>;
#ifdef SONIC_MISUSE_CONTROL
    static constexpr std::array weight_density{0.5, 0.5};
#else
    static constexpr std::array weight_density{0.5, 0.5, 0.5};
#endif
};
constexpr auto density = weight_density_of<net>;
