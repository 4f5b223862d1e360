// SPDX-License-Identifier: MIT
#pragma once

/// Every published accelerator of the library.
///
///     hana::for_each(accelerators::all, [](auto each) { using A = typename decltype(each)::type; ... });

#include <boost/hana/concat.hpp>
#include <boost/hana/for_each.hpp>
#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>

#include <sonic/accelerator/albireo.hpp>
#include <sonic/accelerator/crosslight.hpp>
#include <sonic/accelerator/deap_cnn.hpp>
#include <sonic/accelerator/eie.hpp>
#include <sonic/accelerator/eyeriss_v2.hpp>
#include <sonic/accelerator/holylight.hpp>
#include <sonic/accelerator/lightbulb.hpp>
#include <sonic/accelerator/lightening_transformer.hpp>
#include <sonic/accelerator/nullhop.hpp>
#include <sonic/accelerator/processors.hpp>
#include <sonic/accelerator/robin.hpp>
#include <sonic/accelerator/rsnn.hpp>
#include <sonic/accelerator/scatter.hpp>
#include <sonic/accelerator/scnn.hpp>
#include <sonic/accelerator/sconna.hpp>
#include <sonic/accelerator/sigma.hpp>
#include <sonic/accelerator/sonic.hpp>

namespace sonic::accelerators {

/// SONIC and the machines that its paper compares with ...
inline constexpr auto of_the_paper =
    boost::hana::tuple_t<sonic, crosslight, holylight, lightbulb, nullhop, nullhop_fpga, rsnn, tesla_p100, xeon_9282>;
/// ... and others that users compare with.
inline constexpr auto others = boost::hana::tuple_t<deap_cnn, albireo, sconna, robin_energy, robin_performance, lt_base_4, lt_base_8,
                                                    lt_large_4, lt_large_8, scatter, eie, scnn, eyeriss_v2, sigma>;
inline constexpr auto all = boost::hana::concat(of_the_paper, others);

}  // namespace sonic::accelerators
