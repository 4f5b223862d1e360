// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>

#include <sonic/dataflow/exact_zeros.hpp>
#include <sonic/evaluate/evaluate.hpp>
#include <sonic/evaluate/reference.hpp>
#include <sonic/sonic.hpp>
#include "planned_is_measured.hpp"
#include "random_network.hpp"

using namespace sonic;

namespace {

struct odd {
    static constexpr auto name = "odd shapes";
    using layers = layer_list<sonic::layers::input<2, 9, 7>, sonic::layers::conv<5, sonic::layers::kernel<3>, sonic::layers::same>,
                              sonic::layers::relu, sonic::layers::max_pool<2, 1>,
                              sonic::layers::conv<6, sonic::layers::kernel<2, 3>, sonic::layers::stride<2>, sonic::layers::padding<1>>,
                              sonic::layers::batch_norm, sonic::layers::relu, sonic::layers::average_pool<2>, sonic::layers::flatten,
                              sonic::layers::dense<11>, sonic::layers::relu, sonic::layers::dense<3>>;
    static constexpr double weight_density = 0.5;
};
struct grouped {
    static constexpr auto name = "grouped";
    using layers = layer_list<sonic::layers::input<4, 6, 6>, sonic::layers::conv<6, sonic::layers::kernel<3>, sonic::layers::groups<2>>,
                              sonic::layers::relu, sonic::layers::flatten, sonic::layers::dense<9>>;
    static constexpr double weight_density = 0.5;
};

using two_pass = replace<accelerators::sonic, signs::free, signs::two_pass>;
using two_pass_crosslight = replace<accelerators::crosslight, signs::free, signs::two_pass>;
/// Convolutions on units that hold activations.
struct swapped {
    static constexpr auto name = "swapped";
    using diagram = assembly<array<of<7>, accelerators::sonic::fc_unit, dense_chunks<activations>, runs<kind::conv>>,
                             array<of<4>, accelerators::sonic::conv_unit, compress_weights, runs<kind::dense>>>;
    using reading = readings::stationary;
};

/// SIMD = reference, code for code, and planned = measured, on blocks that are full and blocks that are not.
template <accelerator A>
void laws(const trained_network& network, std::mt19937& random, double pixel_density) {
    const auto each = network.input().size();
    for (const std::int64_t count : {1, 7, 16, 33}) {
        const auto pixels = random_pixels(random, each * count, pixel_density);
        std::vector<std::vector<std::int32_t>> inputs;
        const auto fast = evaluator<A>(network)(pixels, &inputs);
        const auto ideal = evaluator<A, fidelity::ideal>(network)(pixels);
        for (std::int64_t i = 0; i < count; ++i) {
            const auto image = std::span(pixels).subspan(static_cast<std::size_t>(i * each), static_cast<std::size_t>(each));
            const auto slow = reference::evaluate<A, fidelity::quantised>(network, image);
            for (std::size_t l = 0; l < slow.layer_inputs.size(); ++l)
                REQUIRE(slow.layer_inputs[l] == inputs[static_cast<std::size_t>(i) * network.values.size() + l]);
            for (std::size_t o = 0; o < slow.outputs.size(); ++o)
                REQUIRE(slow.outputs[o] == fast.outputs[static_cast<std::size_t>(i) * slow.outputs.size() + o]);
            planned_is_measured<A>(network, slow);
            const auto exact = reference::evaluate<A, fidelity::ideal>(network, image);
            for (std::size_t o = 0; o < exact.outputs.size(); ++o)
                CHECK(ideal.outputs[static_cast<std::size_t>(i) * exact.outputs.size() + o] ==
                      doctest::Approx(exact.outputs[o]).epsilon(1e-4));
        }
    }
}

template <accelerator A, class N>
void random_networks(std::mt19937& random) {
    for (const double density : {0.0, 0.1, 0.5, 1.0}) laws<A>(random_network<N>(random, density), random, density == 0.1 ? 0.0 : 0.6);
}

/// Plain convolution, for a rule in `walk` that is wrong would be executed faithfully.
std::vector<double> naive(const trained_network& network, std::span<const std::uint8_t> image) {
    std::vector<double> values;
    for (const auto p : image) values.push_back(p / 255.0);
    return detail::run_graph(network, std::move(values), 1, [&](std::size_t mac, const layer& l, const std::vector<double>& in) {
        const auto& v = network.values[mac];
        std::vector<double> out;
        for (int o = 0; o < l.out.channels; ++o)
            for (int y = 0; y < l.out.height; ++y)
                for (int x = 0; x < l.out.width; ++x) {
                    double sum = 0;
                    for (int i = 0; i < l.inputs_per_group(); ++i)
                        for (int ky = 0; ky < l.kernel_height; ++ky)
                            for (int kx = 0; kx < l.kernel_width; ++kx) {
                                const int iy = y * l.stride + ky - l.padding_top, ix = x * l.stride + kx - l.padding_left;
                                if (iy < 0 || ix < 0 || iy >= l.in.height || ix >= l.in.width) continue;
                                const int channel = o / l.outputs_per_group() * l.inputs_per_group() + i;
                                sum += double{v.weights[static_cast<std::size_t>(
                                           ((o * l.inputs_per_group() + i) * l.kernel_height + ky) * l.kernel_width + kx)]} *
                                       in[static_cast<std::size_t>((channel * l.in.height + iy) * l.in.width + ix)];
                            }
                    out.push_back(sum * v.scale[static_cast<std::size_t>(o)] + v.shift[static_cast<std::size_t>(o)]);
                }
        return out;
    });
}

const trained_network& fashion() {
    static const auto network = with_weights<networks::fashion_mnist>(read_weights(SONIC_EXAMPLE_DATA_DIR "/fashion-mnist.weights"));
    return network;
}
const image_set& fashion_images() {
    static const auto images = read_idx(SONIC_EXAMPLE_DATA_DIR "/fashion-mnist-1000-images-idx3-ubyte",
                                        SONIC_EXAMPLE_DATA_DIR "/fashion-mnist-1000-labels-idx1-ubyte");
    return images;
}

}  // namespace

static_assert(format_of<array<of<1>, accelerators::sonic::conv_unit, compress_weights, runs<kind::conv>>>.lsb() == 512);
static_assert(digitise(256, 512, 32767) == 0 && digitise(768, 512, 32767) == 2 && digitise(-256, 512, 32767) == 0 &&
              digitise(-257, 512, 32767) == -1);
static_assert(digitise(1 << 30, 512, 32767) == 32767 && digitise(-(1 << 30), 512, 32767) == -32767);

TEST_CASE("SIMD equals the reference, and planned equals measured, on random networks of odd shapes") {
    std::mt19937 random(1);
    random_networks<accelerators::sonic, odd>(random);
    random_networks<accelerators::crosslight, odd>(random);
    random_networks<two_pass, odd>(random);
    random_networks<two_pass_crosslight, odd>(random);
    random_networks<swapped, odd>(random);
    random_networks<accelerators::sonic, grouped>(random);
    random_networks<accelerators::crosslight, grouped>(random);
    random_networks<swapped, grouped>(random);
}

TEST_CASE("SIMD equals the reference, and planned equals measured, on graphs") {
    std::mt19937 random(8);
    for (const double density : {0.0, 0.5, 1.0}) {
        laws<accelerators::sonic>(random_graph(random, density), random, 0.6);
        laws<accelerators::crosslight>(random_graph(random, density), random, 0.6);
        laws<two_pass>(random_graph(random, density), random, 0.6);
        laws<swapped>(random_graph(random, density), random, 0.6);
    }
}

TEST_CASE("ideal evaluation of a graph is plain convolutions between its electronic layers") {
    std::mt19937 random(9);
    const auto network = random_graph(random, 0.7);
    const auto pixels = random_pixels(random, network.input().size(), 0.7);
    const auto expected_outputs = naive(network, pixels);
    for (const auto& got : {reference::evaluate<accelerators::sonic, fidelity::ideal>(network, pixels).outputs,
                            reference::evaluate<swapped, fidelity::ideal>(network, pixels).outputs})
        for (std::size_t o = 0; o < got.size(); ++o) CHECK(got[o] == doctest::Approx(expected_outputs[o]).epsilon(1e-9));
}

TEST_CASE("ideal evaluation is a plain convolution") {
    std::mt19937 random(2);
    const auto network = random_network<odd>(random, 0.6);
    const auto pixels = random_pixels(random, network.input().size(), 0.7);
    const auto expected = naive(network, pixels);
    const auto check = [&](const std::vector<double>& outputs) {
        for (std::size_t o = 0; o < expected.size(); ++o) CHECK(outputs[o] == doctest::Approx(expected[o]).epsilon(1e-9));
    };
    check(reference::evaluate<accelerators::sonic, fidelity::ideal>(network, pixels).outputs);
    check(reference::evaluate<accelerators::crosslight, fidelity::ideal>(network, pixels).outputs);
    check(reference::evaluate<swapped, fidelity::ideal>(network, pixels).outputs);
    const auto grouped_network = random_network<grouped>(random, 0.6);
    const auto grouped_pixels = random_pixels(random, grouped_network.input().size(), 0.7);
    const auto grouped_expected = naive(grouped_network, grouped_pixels);
    const auto got = reference::evaluate<swapped, fidelity::ideal>(grouped_network, grouped_pixels).outputs;
    for (std::size_t o = 0; o < got.size(); ++o) CHECK(got[o] == doctest::Approx(grouped_expected[o]).epsilon(1e-9));
}

TEST_CASE("trained network: every image's planned events are the measured ones, and SIMD equals the reference") {
    const auto& images = fashion_images();
    const auto fast = evaluate<accelerators::sonic>(fashion(), images);
#ifdef __SANITIZE_ADDRESS__
    constexpr std::size_t step = 100;  // the reference is slow under sanitizers, and every image runs without them
    MESSAGE("under sanitizers: every hundredth image");
#else
    constexpr std::size_t step = 1;
#endif
    for (std::size_t i = 0; i < images.count(); i += step) {
        const auto slow = reference::evaluate<accelerators::sonic, fidelity::quantised>(fashion(), images.image(i));
        planned_is_measured<accelerators::sonic>(fashion(), slow);
        for (std::size_t o = 0; o < 10; ++o) REQUIRE(slow.outputs[o] == fast.outputs[i * 10 + o]);
    }
    const auto fast_crosslight = evaluate<accelerators::crosslight>(fashion(), images);
    for (std::size_t i = 0; i < images.count(); i += 50) {
        const auto slow = reference::evaluate<accelerators::crosslight, fidelity::quantised>(fashion(), images.image(i));
        planned_is_measured<accelerators::crosslight>(fashion(), slow);
        for (std::size_t o = 0; o < 10; ++o) REQUIRE(slow.outputs[o] == fast_crosslight.outputs[i * 10 + o]);
    }
}

TEST_CASE("trained network: quantised accuracy is within 0.2 points of ideal") {
    const auto& images = fashion_images();
    const double ideal = evaluate<accelerators::sonic, fidelity::ideal>(fashion(), images).accuracy(images.labels);
    const double quantised = evaluate<accelerators::sonic>(fashion(), images).accuracy(images.labels);
    CHECK(ideal > 0.9);
    CHECK(std::fabs(ideal - quantised) <= 0.002 + 1e-12);
    CHECK(evaluate<accelerators::crosslight>(fashion(), images).accuracy(images.labels) > 0.9);
}

TEST_CASE("full test set, where its directory is given") {
    const std::string directory = SONIC_DATA_DIR;
    if (directory.empty()) {
        MESSAGE("skipped: set SONIC_DATA_DIR to a directory with t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte");
        return;
    }
    const auto images = read_idx(directory + "/t10k-images-idx3-ubyte", directory + "/t10k-labels-idx1-ubyte");
    const double ideal = evaluate<accelerators::sonic, fidelity::ideal>(fashion(), images).accuracy(images.labels);
    CHECK(ideal >= 0.9);
    CHECK(std::fabs(ideal - evaluate<accelerators::sonic>(fashion(), images).accuracy(images.labels)) <= 0.002);
}

TEST_CASE("images of another size are refused") {
    image_set wrong{{1, 2, 2}, std::vector<std::uint8_t>(4), {0}};
    CHECK_THROWS_AS(evaluate<accelerators::sonic>(fashion(), wrong), input_error);
    const image_set colour{{3, 28, 28}, std::vector<std::uint8_t>(3 * 28 * 28), {0}};
    CHECK_THROWS_WITH_AS(evaluate<accelerators::sonic>(fashion(), colour), doctest::Contains("3 x 28 x 28 values; expected 1 x 28 x 28"),
                         input_error);
}
