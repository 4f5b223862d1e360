// SPDX-License-Identifier: MIT
//
// A variant of SONIC with a user's own ADC and own convolution unit, costed at compile time and evaluated on real images.

#include <iostream>

#include <sonic/evaluate/evaluate.hpp>
#include <sonic/sonic.hpp>

namespace lab {

using namespace ::sonic::units;
using ::sonic::assumed;

/// A slower, smaller converter; a device is a plain struct whose figures say where they come from.
struct sar {
    static constexpr auto name = "our SAR ADC, 10 bit";
    static constexpr int bits = 10;
    static constexpr auto power = assumed(3 * mW, "an example, not a measurement");
    static constexpr auto latency = assumed(5 * ns, "an example, not a measurement");
};

/// A convolution unit of nine lanes: a whole 3 x 3 slice in one pass, however dense.
using unit =
    ::sonic::vector_dot_product<::sonic::of<9>, ::sonic::drives<::sonic::devices::dac<16>, ::sonic::gated<::sonic::devices::vcsel>>,
                                ::sonic::holds<::sonic::devices::dac<6>, ::sonic::devices::microring>,
                                ::sonic::reads<::sonic::devices::photodetector, sar>>;

using published = ::sonic::accelerators::sonic;
using wide = ::sonic::replace<published, published::conv_unit, unit>;
using machine = ::sonic::replace<wide, ::sonic::devices::adc<16>, sar>;  // the dense units' ADC too

}  // namespace lab

int main() {
    using namespace sonic;
    constexpr const auto& before = cost<accelerators::sonic, networks::cifar10>;
    constexpr const auto& after = cost<lab::machine, networks::cifar10>;
    static_assert(after.latency() < before.latency());
    std::cout << "FPS/W on CIFAR-10: SONIC " << before.fps_per_watt() << ", variant " << after.fps_per_watt() << '\n';
    try {
        const std::string data = SONIC_EXAMPLE_DATA_DIR "/fashion-mnist";
        const auto network = with_weights<networks::fashion_mnist>(read_weights(data + ".weights"));
        const auto images = read_idx(data + "-1000-images-idx3-ubyte", data + "-1000-labels-idx1-ubyte");
        std::cout << "Fashion-MNIST accuracy: SONIC " << evaluate<accelerators::sonic>(network, images).accuracy(images.labels)
                  << ", variant " << evaluate<lab::machine>(network, images).accuracy(images.labels) << '\n';
    } catch (const input_error& error) {
        std::cerr << "custom_variant: " << error.what() << '\n';
        return 2;
    }
}
