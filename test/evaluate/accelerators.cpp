// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include <sonic/accelerator/accelerators.hpp>
#include <sonic/evaluate/calibrate.hpp>
#include <sonic/evaluate/evaluate.hpp>
#include <sonic/evaluate/reference.hpp>
#include <sonic/network/networks.hpp>
#include <sonic/network/trained.hpp>
#include "planned_is_measured.hpp"
#include "random_network.hpp"

using namespace sonic;
namespace hana = boost::hana;

namespace {

struct odd {
    static constexpr auto name = "odd shapes";
    using layers =
        layer_list<sonic::layers::input<2, 9, 7>, sonic::layers::conv<5, sonic::layers::kernel<3>, sonic::layers::same>,
                   sonic::layers::relu,
                   sonic::layers::conv<6, sonic::layers::kernel<2, 3>, sonic::layers::stride<2>, sonic::layers::padding<1>>,
                   sonic::layers::relu, sonic::layers::flatten, sonic::layers::dense<70>, sonic::layers::relu, sonic::layers::dense<3>>;
    static constexpr double weight_density = 0.5;
};
struct grouped {
    static constexpr auto name = "grouped";
    using layers = layer_list<sonic::layers::input<4, 6, 6>, sonic::layers::conv<6, sonic::layers::kernel<3>, sonic::layers::groups<2>>,
                              sonic::layers::relu, sonic::layers::flatten, sonic::layers::dense<9>>;
    static constexpr double weight_density = 0.5;
};

using two_pass_crossbar = replace<accelerators::holylight, signs::free, signs::two_pass>;
/// A crossbar with a table of latencies: both schedules differ.
struct unclocked {
    static constexpr auto name = "unclocked crossbar";
    using unit = crossbar<of<7>, of<3>, of<2>, drives<devices::dac<16>, devices::vcsel>, holds<devices::dac<6>, devices::microring>,
                          reads<devices::photodetector, devices::adc<16>>>;
    using diagram = assembly<array<of<4>, unit, dense_tiles, runs<kind::conv, kind::dense>>>;
    using reading = readings::serial;
};

template <class A>
inline constexpr bool is_floating = [] {
    bool result = false;
    detail::lowered<A>::with_array_for(layer_kind::conv,
                                       [&]<class Array>(std::type_identity<Array>) { result = format_of<Array>.floating; });
    return result;
}();

template <accelerator A, class N>
void random_networks(std::mt19937& random) {
    for (const double density : {0.0, 0.3, 1.0}) {
        const auto network = random_network<N>(random, density);
        const auto each = network.input().size();
        constexpr std::int64_t count = 3;
        const auto pixels = random_pixels(random, each * count, 0.6);
        const auto fast = evaluator<A>(network)(pixels);
        for (std::int64_t i = 0; i < count; ++i) {
            const auto image = std::span(pixels).subspan(static_cast<std::size_t>(i * each), static_cast<std::size_t>(each));
            const auto slow = reference::evaluate<A, fidelity::quantised>(network, image);
            planned_is_measured<A>(network, slow);
            for (std::size_t o = 0; o < slow.outputs.size(); ++o) {
                CAPTURE(A::name);
                const double got = fast.outputs[static_cast<std::size_t>(i) * slow.outputs.size() + o];
                if constexpr (is_floating<A>)
                    CHECK(got == doctest::Approx(slow.outputs[o]).epsilon(1e-4));
                else
                    REQUIRE(got == slow.outputs[o]);
            }
        }
    }
}

}  // namespace

TEST_CASE("planned = measured and SIMD = reference on random networks, for every accelerator") {
    std::mt19937 random(21);
    const auto both = [&](auto each) {
        using A = typename decltype(each)::type;
        random_networks<A, odd>(random);
        random_networks<A, grouped>(random);
    };
    hana::for_each(accelerators::all, both);
    both(hana::type_c<two_pass_crossbar>);
    both(hana::type_c<unclocked>);
}

TEST_CASE("planned = measured and SIMD = reference on the trained network, for every accelerator") {
    const auto network = with_weights<networks::fashion_mnist>(read_weights(SONIC_EXAMPLE_DATA_DIR "/fashion-mnist.weights"));
    const auto images = read_idx(SONIC_EXAMPLE_DATA_DIR "/fashion-mnist-1000-images-idx3-ubyte",
                                 SONIC_EXAMPLE_DATA_DIR "/fashion-mnist-1000-labels-idx1-ubyte");
    hana::for_each(accelerators::all, [&](auto each) {
        using A = typename decltype(each)::type;
        CAPTURE(A::name);
        for (const std::size_t i : {std::size_t{0}, std::size_t{500}}) {
            const auto slow = reference::evaluate<A, fidelity::quantised>(network, images.image(i));
            planned_is_measured<A>(network, slow);
            const auto fast = evaluator<A>(network)(images.image(i));
            for (std::size_t o = 0; o < slow.outputs.size(); ++o) CHECK(fast.outputs[o] == doctest::Approx(slow.outputs[o]).epsilon(1e-4));
        }
    });
}

TEST_CASE("calibrated ranges: SIMD = reference, no image of the calibration saturates, and accuracy returns") {
    const auto network = with_weights<networks::fashion_mnist>(read_weights(SONIC_EXAMPLE_DATA_DIR "/fashion-mnist.weights"));
    const auto images = read_idx(SONIC_EXAMPLE_DATA_DIR "/fashion-mnist-1000-images-idx3-ubyte",
                                 SONIC_EXAMPLE_DATA_DIR "/fashion-mnist-1000-labels-idx1-ubyte");
    const auto some = std::span(images.pixels).first(4 * 784);
    const auto labels = std::span(images.labels).first(200);
    const auto check = [&](auto each) {
        using A = typename decltype(each)::type;
        CAPTURE(A::name);
        const auto ranges = calibrated_adc_ranges<A>(network, some);
        REQUIRE(ranges.size() == network.values.size());
        const evaluator<A> calibrated(network, ranges);
        for (std::size_t i = 0; i < 2; ++i) {
            const auto slow = reference::evaluate<A, fidelity::quantised>(network, images.image(i), ranges);
            const auto fast = calibrated(images.image(i));
            for (std::size_t o = 0; o < slow.outputs.size(); ++o) REQUIRE(fast.outputs[o] == slow.outputs[o]);
        }
        return calibrated(std::span(images.pixels).first(200 * 784)).accuracy(labels);
    };
    CHECK(check(hana::type_c<accelerators::albireo>) > 0.85);
    CHECK(check(hana::type_c<accelerators::sonic>) > 0.9);
    CHECK(check(hana::type_c<accelerators::eie>) > 0.9);
    // The calibrated range is the narrowest: every sum of the calibration images fits it, and one halving more saturates some, so the
    // outputs change. What enters a layer follows from the ranges before it, so one layer is narrowed at a time.
    using albireo = accelerators::albireo;
    const auto ranges = calibrated_adc_ranges<albireo>(network, some);
    std::vector<std::vector<std::int32_t>> inputs;
    const auto calibrated = evaluator<albireo>(network, ranges)(some, &inputs).outputs;
    int narrowed = 0;
    std::size_t mac = 0;
    for (const layer& l : network.layers) {
        if (!l.is_mac()) continue;
        CAPTURE(mac);
        detail::lowered<albireo>::with_array_for(l.kind, [&]<class Array>(std::type_identity<Array>) {
            std::vector<std::vector<std::int32_t>> of_layer;
            for (std::size_t i = mac; i < inputs.size(); i += network.values.size()) of_layer.push_back(inputs[i]);
            const std::int64_t largest = detail::largest_sampled<Array>(l, network.values[mac], of_layer);
            number_format format = format_of<Array>;
            format.range_halvings = ranges[mac];
            CHECK(largest <= format.lsb() * format.largest_code());
            if (format.lsb() == 1) return;
            ++format.range_halvings;
            CHECK(largest > format.lsb() * format.largest_code());
            auto narrower = ranges;
            ++narrower[mac];
            CHECK(evaluator<albireo>(network, narrower)(some).outputs != calibrated);
            ++narrowed;
        });
        ++mac;
    }
    CHECK(narrowed > 0);
    CHECK(*std::max_element(ranges.begin(), ranges.end()) > 0);
    CHECK_THROWS_AS(evaluator<accelerators::albireo>(network, std::vector<int>{1}), input_error);
}
