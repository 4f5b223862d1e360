// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include <sonic/accelerator/sonic.hpp>
#include <sonic/evaluate/measured.hpp>
#include <sonic/network/cifar10.hpp>
#include <sonic/network/idx.hpp>
#include <sonic/network/networks.hpp>
#include <sonic/network/trained.hpp>

using namespace sonic;

namespace {

/// The densities that costs of N expect are those of its trained weights on these images, to the digits that the type states.
template <network N>
void stated_densities_are_measured(const std::string& weights, const image_set& images) {
    CAPTURE(N::name);
    const auto network = with_weights<N>(read_weights(SONIC_EXAMPLE_DATA_DIR "/" + weights));
    const auto measured = measure<accelerators::sonic>(network, images, schedule::held);
    REQUIRE(measured.densities.size() == mac_layers_of<N>.size());
    for (std::size_t l = 0; l < measured.densities.size(); ++l) {
        CAPTURE(l);
        CHECK(activation_density_of<N>[l].measured);
        CHECK(std::fabs(measured.densities[l].activations.value - activation_density_of<N>[l].value) <= 0.5001e-4);
        CHECK(std::fabs(measured.densities[l].weights - weight_density_of<N>[l]) <= 1e-3);
    }
}

}  // namespace

TEST_CASE("Fashion-MNIST's densities are those of the embedded images") {
    stated_densities_are_measured<networks::fashion_mnist>("fashion-mnist.weights",
                                                           read_idx(SONIC_EXAMPLE_DATA_DIR "/fashion-mnist-1000-images-idx3-ubyte",
                                                                    SONIC_EXAMPLE_DATA_DIR "/fashion-mnist-1000-labels-idx1-ubyte"));
}

TEST_CASE("MNIST's densities are those of its test set, where its directory is given") {
    const std::string directory = SONIC_MNIST_DIR;
    if (directory.empty()) {
        MESSAGE("skipped: set SONIC_MNIST_DIR to a directory with t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte of MNIST");
        return;
    }
    stated_densities_are_measured<networks::mnist>("mnist.weights",
                                                   read_idx(directory + "/t10k-images-idx3-ubyte", directory + "/t10k-labels-idx1-ubyte"));
}

TEST_CASE("CIFAR-10's densities are those of its test set, recompressed as JPEG, where its directory is given") {
    const std::string directory = SONIC_CIFAR10_DIR;
    if (directory.empty()) {
        MESSAGE("skipped: set SONIC_CIFAR10_DIR to a directory with test_batch.bin of the recompressed CIFAR-10");
        return;
    }
    stated_densities_are_measured<networks::cifar10>("cifar10.weights", read_cifar10(directory + "/test_batch.bin"));
}
