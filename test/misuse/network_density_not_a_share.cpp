// expect: sonic: a density is a share from 0 to 1
// SPDX-License-Identifier: MIT
#include <array>

#include <sonic/network/network.hpp>
using namespace sonic;
struct net {
    static constexpr auto name = "net";
    using layers = layer_list<sonic::layers::input<1, 28, 28>, sonic::layers::flatten, sonic::layers::dense<10>, sonic::layers::dense<5>>;
#ifdef SONIC_MISUSE_CONTROL
    static constexpr double weight_density = 1;
    static constexpr std::array activation_density{measured_share(1, "a test"), measured_share(0, "a test")};
#else
    static constexpr double weight_density = 1;
    static constexpr std::array activation_density{measured_share(1, "a test"), measured_share(-0.01, "a test")};
#endif
};
constexpr auto density = activation_density_of<net>;
