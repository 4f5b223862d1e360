// SPDX-License-Identifier: MIT
//
// The fidelity `analogue` of machines that are not built of SONIC's units: crossbars, an interferometric and integrating one, converters of
// few bits, dataflows that yield passes.

#include <doctest/doctest.h>

#include <random>
#include <type_traits>
#include <vector>

#include <sonic/accelerator/albireo.hpp>
#include <sonic/accelerator/holylight.hpp>
#include <sonic/accelerator/lightening_transformer.hpp>
#include <sonic/accelerator/robin.hpp>

#include "equals_reference.hpp"
#include "impaired.hpp"
#include "random_network.hpp"

using namespace sonic;

TEST_CASE("crossbars, interferometers, integrators and one-bit weights: analogue equals the scalar reference, impaired and not") {
    std::mt19937 random(51);
    const auto network = random_graph(random, 0.5);
    const auto pixels = random_pixels(random, network.input().size() * 3, 0.6);
    // Converters of few bits over many lanes see little at the safe range.
    const std::vector<int> ranges(network.values.size(), 4);
    const auto check = [&]<accelerator A>(std::type_identity<A>) {
        CAPTURE(A::name);
        using array = detail::array_at<0, typename A::diagram>::type;
        static_assert(detail::is_analogue<array>() && detail::lowered<A>::arrays == 1);
        const auto all = equals_reference<A>(network, pixels, impairments{}, ranges);
        const auto exact = evaluator<A>(network, ranges)(pixels).outputs;
        CHECK(all != exact);
        CHECK(equals_reference<A>(network, pixels, impairments::none(), ranges) == exact);
    };
    check(std::type_identity<impaired<accelerators::albireo>>{});
    check(std::type_identity<impaired<accelerators::lt_base_4>>{});
    check(std::type_identity<impaired<accelerators::robin_energy>>{});
    check(std::type_identity<impaired<accelerators::holylight>>{});
}

TEST_CASE("noise of light whose source nobody states is refused; without noise, or with a stated source, it is not needed") {
    std::mt19937 random(52);
    const auto network = random_graph(random, 0.5);
    const auto pixels = random_pixels(random, network.input().size(), 0.6);
    using dark = evaluator<accelerators::holylight, fidelity::analogue>;
    CHECK_THROWS_WITH_AS(dark(network, analogue_conditions{})(pixels), doctest::Contains("HolyLight: no light source; expected"),
                         input_error);
    CHECK_NOTHROW(dark(network, analogue_conditions{.active = only(&impairments::drift)})(pixels));
}
