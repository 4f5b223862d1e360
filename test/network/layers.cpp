// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <sonic/network/networks.hpp>

using namespace sonic;
using namespace sonic::layers;

struct shapes {
    static constexpr auto name = "shapes";
    using layers = layer_list<input<4, 11, 9>, conv<6, kernel<3, 2>, stride<2>, padding<1>, groups<2>>, conv<8, kernel<4>, same, no_bias>,
                              average_pool<2, 1>, max_pool<2>, relu, batch_norm, flatten, dense<5, no_bias>>;
    static constexpr double weight_density = 1;
};
constexpr auto& all = layers_of<shapes>;
static_assert(all[0].out == shape{6, 6, 5} && all[0].weights() == 6 * 2 * 3 * 2 && all[0].parameters() == 72 + 6);
static_assert(all[1].out == shape{8, 6, 5} && all[1].padding_top == 1 && all[1].parameters() == 8 * 6 * 16);
static_assert(all[2].out == shape{8, 5, 4} && all[3].out == shape{8, 2, 2});
static_assert(all[5].parameters() == 32 && all[6].out == shape{32, 1, 1} && all[7].macs() == 160);
static_assert(mac_layers_of<shapes>.size() == 3 && mac_layers_of<shapes>[2].name().view() == "dense1");
static_assert(mac_layers_of<networks::cifar10>[5].name().view() == "conv6");
static_assert(activation_density_of<networks::svhn>[0].value == 1 && activation_density_of<networks::svhn>[3].value == 0.5 &&
              !activation_density_of<networks::svhn>[3].measured);
static_assert(activation_density_of<networks::cifar10>[3].value == 0.5062 && activation_density_of<networks::cifar10>[3].measured);
static_assert(network<shapes> && !network<int>);

TEST_CASE("multiply-accumulates agree with enumeration") {
    for (const layer& l : mac_layers_of<networks::svhn>) {
        std::int64_t macs = 0;
        for (int o = 0; o < l.out.channels; ++o)
            for (std::int64_t p = 0; p < l.out.pixels(); ++p) macs += std::int64_t{l.in.channels} * l.kernel_height * l.kernel_width;
        CHECK(l.macs() == macs);
        CHECK(l.weights() * l.out.pixels() == macs);
    }
    CHECK(parameters_of<networks::cifar10> == 552874);
    CHECK(parameters_of<networks::svhn> == 552362);
    CHECK(parameters_of<networks::fashion_mnist> == 1461962);
}
