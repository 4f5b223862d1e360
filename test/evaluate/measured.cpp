// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include <sonic/accelerator/plan_of.hpp>
#include <sonic/accelerator/sigma.hpp>
#include <sonic/accelerator/sonic.hpp>
#include <sonic/evaluate/measured.hpp>
#include <sonic/evaluate/reference.hpp>
#include "random_network.hpp"

using namespace sonic;

namespace {

// A network or the weights' zeros that are kept by reference are no temporaries, whatever follows them.
template <class... Rest>
constexpr bool only_of_what_stays = std::is_constructible_v<evaluator<accelerators::sonic>, const trained_network&, Rest...> &&
                                    !std::is_constructible_v<evaluator<accelerators::sonic>, trained_network, Rest...> &&
                                    !std::is_constructible_v<evaluator<accelerators::sonic>, const trained_network, Rest...>;
static_assert(only_of_what_stays<>);
static_assert(only_of_what_stays<const kernel_table&>);
static_assert(only_of_what_stays<analogue_conditions>);
static_assert(only_of_what_stays<analogue_conditions, const kernel_table&>);
static_assert(only_of_what_stays<std::vector<int>>);
static_assert(only_of_what_stays<std::span<const int>, const kernel_table&>);
static_assert(only_of_what_stays<analogue_conditions, std::span<const int>>);
static_assert(only_of_what_stays<analogue_conditions, std::vector<int>, const kernel_table&>);
static_assert(std::is_constructible_v<exact_zeros, const layer&, const weight_zeros&, std::span<const std::int32_t>>);
static_assert(!std::is_constructible_v<exact_zeros, const layer&, weight_zeros, std::span<const std::int32_t>>);

template <class A>
void measured_is_the_mean_of_counts() {
    CAPTURE(A::name);
    std::mt19937 random(21);
    const auto network = random_graph(random, 0.5);
    image_set images{network.input(), random_pixels(random, 5 * network.input().size(), 0.6), std::vector<std::uint8_t>(5)};
    for (const schedule when : {schedule::held, schedule::every_pass}) {
        std::size_t seen = 0;
        const auto measured = measure<A>(network, images, when, [&](std::size_t done) { CHECK(done == ++seen); });
        CHECK(seen == 5);
        std::vector<std::map<std::string, double>> sums(measured.runs.size());
        for (std::size_t i = 0; i < 5; ++i) {
            const auto slow = reference::evaluate<A, fidelity::quantised>(network, images.image(i));
            for (std::size_t m = 0; m < sums.size(); ++m)
                for_each_event(slow.events[m].under(when),
                               [&](const char* name, auto count) { sums[m][name] += static_cast<double>(count) / 5; });
        }
        for (std::size_t m = 0; m < sums.size(); ++m)
            for_each_event(measured.runs[m].activity, [&](const char* name, double mean) {
                CAPTURE(name);
                CHECK(std::fabs(mean - sums[m][name]) <= 1e-9 * sums[m][name]);
            });
        for (const layer_density& d : measured.densities) {
            CHECK(d.activations.measured);
            CHECK(d.activations.value > 0);
            CHECK(d.activations.value <= 1);
        }
        CHECK(cost_of<A>(measured.runs).energy().si > 0);
    }
}

}  // namespace

TEST_CASE("measured events are the mean of the reference's counts, event by event") {
    measured_is_the_mean_of_counts<accelerators::sonic>();
    measured_is_the_mean_of_counts<accelerators::sigma>();  // its zeros are those of values, not of codes
}

TEST_CASE("images of another size are refused before they are measured") {
    std::mt19937 random(21);
    const auto network = random_graph(random, 0.5);
    image_set images{network.input(), random_pixels(random, network.input().size(), 0.6), {0}};
    images.size.width += 1;
    CHECK_THROWS_AS(measure<accelerators::sonic>(network, images, schedule::held), input_error);
}

TEST_CASE("images are measured whether or not they are labelled, and refused where they are not whole") {
    std::mt19937 random(21);
    const auto network = random_graph(random, 0.5);
    image_set images{network.input(), random_pixels(random, 2 * network.input().size(), 0.6), {0, 0}};
    const auto labelled = measure<accelerators::sonic>(network, images, schedule::held);
    images.labels.clear();
    const auto unlabelled = measure<accelerators::sonic>(network, images, schedule::held);
    REQUIRE(unlabelled.runs.size() == labelled.runs.size());
    for (std::size_t m = 0; m < labelled.runs.size(); ++m) CHECK(unlabelled.runs[m].activity == labelled.runs[m].activity);
    images.pixels.pop_back();
    CHECK_THROWS_AS(measure<accelerators::sonic>(network, images, schedule::held), input_error);
}

TEST_CASE("accuracy: of the images that are labelled; more labels than images are refused") {
    const evaluation two{3, {0, 1, 0, 5, 0, 0}};
    const std::vector<std::uint8_t> labels{1, 1, 0};
    CHECK(two.accuracy(std::span(labels).first(2)) == 0.5);
    CHECK(two.accuracy(std::span(labels).first(1)) == 1);
    CHECK(two.accuracy({}) == 0);
    CHECK_THROWS_AS(two.accuracy(labels), input_error);
}
