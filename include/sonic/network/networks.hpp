// SPDX-License-Identifier: MIT
#pragma once

/// The four networks of the SONIC paper (ASP-DAC 2022, Tables 1 and 3), and Fashion-MNIST. The paper gives only numbers of layers and
/// parameters. CIFAR-10 and SVHN are the architectures whose count is exactly the paper's; MNIST and STL-10 are stand-ins of the same
/// depth. Weight density is the paper's "parameters after" over "parameters": one average, since its per-layer figures stand in a chart
/// only. The weights that this project trained have it in every layer.
///
/// Activation densities of trained networks are measured: means over test images of the share of codes that are not 0 where SONIC runs the
/// embedded weights, quantised. docs/networks.md has the command, test/evaluate/densities.cpp measures them again. Others are assumed.

#include <array>

#include <sonic/network/network.hpp>

namespace sonic::networks {

namespace detail {
using namespace ::sonic::layers;

// clang-format off
/// Two convolutions, two dense layers; 1,461,962 parameters, 2.5 % below the paper's MNIST network.
using two_conv_two_dense = layer_list<
    input<1, 28, 28>,
    conv<32, kernel<5>, same>, relu, max_pool<2>,
    conv<64, kernel<5>, same>, relu, max_pool<2>,
    flatten, dense<448>, relu, dense<10>>;
// clang-format on
}  // namespace detail

/// Stand-in for the paper's MNIST network of 1,498,730 parameters.
struct mnist {
    static constexpr auto name = "MNIST";
    using layers = detail::two_conv_two_dense;
    static constexpr double weight_density = 0.5;
    static constexpr auto images = "mnist.weights on the 10,000 test images";
    static constexpr std::array activation_density{measured_share(0.1928, images), measured_share(0.6418, images),
                                                   measured_share(0.3291, images), measured_share(0.3920, images)};
};

/// The MNIST stand-in's shape, for Fashion-MNIST.
struct fashion_mnist {
    static constexpr auto name = "Fashion-MNIST";
    using layers = detail::two_conv_two_dense;
    static constexpr double weight_density = 0.5;
    static constexpr auto images = "fashion-mnist.weights on the first 1,000 test images";
    static constexpr std::array activation_density{measured_share(0.5017, images), measured_share(0.6698, images),
                                                   measured_share(0.3339, images), measured_share(0.3009, images)};
};

namespace detail {
// clang-format off
/// Three blocks of two 3 x 3 convolutions with batch norm, each ended by 2 x 2 max pooling.
template <class Input, class... Rest>
using three_blocks = layer_list<
    Input,
    conv<32, kernel<3>, same>, batch_norm, relu, conv<32, kernel<3>, same>, batch_norm, relu, max_pool<2>,
    conv<64, kernel<3>, same>, batch_norm, relu, conv<64, kernel<3>, same>, batch_norm, relu, max_pool<2>,
    conv<128, kernel<3>, same>, batch_norm, relu, conv<128, kernel<3>, same>, batch_norm, relu, max_pool<2>,
    flatten, Rest...>;
// clang-format on
}  // namespace detail

/// Exactly the paper's 552,874 parameters.
struct cifar10 {
    static constexpr auto name = "CIFAR-10";
    using layers = detail::three_blocks<::sonic::layers::input<3, 32, 32>, ::sonic::layers::dense<128>, ::sonic::layers::batch_norm,
                                        ::sonic::layers::relu, ::sonic::layers::dense<10>>;
    static constexpr double weight_density = 0.5;
    static constexpr auto images = "cifar10.weights on the 10,000 test images, recompressed as JPEG";
    static constexpr std::array activation_density{
        measured_share(0.9939, images), measured_share(0.5863, images), measured_share(0.7061, images), measured_share(0.5062, images),
        measured_share(0.6639, images), measured_share(0.4159, images), measured_share(0.6283, images), measured_share(0.4952, images)};
};

/// Exactly the paper's 552,362 parameters, though its table says four convolutions and three dense layers.
struct svhn {
    static constexpr auto name = "SVHN";
    using layers = detail::three_blocks<::sonic::layers::input<3, 32, 32>, ::sonic::layers::dense<128>, ::sonic::layers::relu,
                                        ::sonic::layers::dense<10>>;
    static constexpr double weight_density = 0.6;
};

/// Stand-in for the paper's STL-10 network of 77,787,738 parameters: CIFAR-10's blocks on 96 x 96 pixels and a wide dense layer, 2.5 %
/// below.
struct stl10 {
    static constexpr auto name = "STL-10";
    using layers = detail::three_blocks<::sonic::layers::input<3, 96, 96>, ::sonic::layers::dense<4096>, ::sonic::layers::relu,
                                        ::sonic::layers::dense<10>>;
    static constexpr double weight_density = 0.6;
};

static_assert(parameters_of<cifar10> == 552'874);
static_assert(parameters_of<svhn> == 552'362);
static_assert(parameters_of<mnist> == 1'461'962 && parameters_of<mnist> > 0.95 * 1'498'730);
static_assert(parameters_of<stl10> > 0.95 * 77'787'738 && parameters_of<stl10> < 1.05 * 77'787'738);

}  // namespace sonic::networks
