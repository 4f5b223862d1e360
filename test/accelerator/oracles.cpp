// SPDX-License-Identifier: MIT
//
// Published totals come out of parts and counts.
#include <sonic/accelerator/accelerators.hpp>
#include <sonic/accelerator/cost.hpp>
#include <sonic/accelerator/feasibility.hpp>
#include <sonic/network/networks.hpp>

using namespace sonic;

namespace {

constexpr bool near(double a, double b, double tolerance) { return a - b < tolerance && b - a < tolerance; }

template <class A>
constexpr const auto& frame = cost<A, networks::cifar10>;

/// Power in watts of the parts of A, memories at rest included or not.
template <class A, class Chosen>
constexpr double watts(Chosen chosen) {
    double sum = 0;
    for (const part_cost& p : frame<A>.parts)
        if (chosen(p.part)) sum += p.peak_power.si;
    return sum;
}
constexpr bool in_array(const part& p) { return p.role != role::memory && p.role != role::link; }
constexpr auto of_role(role r) {
    return [r](const part& p) { return p.role == r; };
}
template <class A>
constexpr int count_of(role r) {
    int sum = 0;
    for (const part_cost& p : frame<A>.parts)
        if (p.part.role == r) sum += p.count;
    return sum;
}

// Lightening-Transformer, base, 4 bit: 14,752.6 mW and its split.
using lt = accelerators::lt_base_4;
static_assert(near(watts<lt>(of_role(role::supply)) * 1e3, 770.1, 0.05), "lasers");
static_assert(count_of<lt>(role::emitter) + count_of<lt>(role::tuner) == 1440, "modulators");
static_assert(near((watts<lt>(of_role(role::emitter)) + watts<lt>(of_role(role::tuner))) * 1e3, 4032.0, 0.05));
static_assert(near((watts<lt>(of_role(role::driven_dac)) + watts<lt>(of_role(role::held_dac))) * 1e3, 3214.3, 0.05));
static_assert(near(watts<lt>(of_role(role::adc)) * 1e3, 2131.2, 0.05));
static_assert(near(watts<lt>(of_role(role::arm)) * 1e3, 2534.4, 0.05) && count_of<lt>(role::arm) == 2304, "photodetectors");
static_assert(near(watts<lt>(of_role(role::detector)) * 1e3, 1728, 0.05), "amplifiers");
static_assert(near(watts<lt>(of_role(role::accumulator)) * 1e3, 26.2, 0.05), "adders");
static_assert(near(watts<lt>(of_role(role::memory)) * 1e3, 316.39, 0.005));
static_assert(near(watts<lt>([](const part&) { return true; }) * 1e3, 14752.6, 0.1));
// Twice the tiles have twice the global buffer.
static_assert(near(watts<accelerators::lt_large_4>(of_role(role::memory)) * 1e3, 2 * 315.2512 + 9 * 0.172725 + 34 * 0.0154, 0.005));
// Its areas in the artifact: lasers 0.72 mm2, DACs 15.84 mm2, ADCs 1.64 mm2.
template <class A>
constexpr double square_millimetres(role wanted) {
    double sum = 0;
    for (const part_cost& p : frame<A>.parts)
        if (p.part.role == wanted) sum += p.area.si * 1e6;
    return sum;
}
static_assert(near(square_millimetres<lt>(role::supply), 0.72, 1e-9), "lasers");
static_assert(near(square_millimetres<lt>(role::driven_dac) + square_millimetres<lt>(role::held_dac), 15.84, 1e-9));
static_assert(near(square_millimetres<lt>(role::adc), 1.64, 0.005));

// Its two operands change on every pass, so no fetch is saved; its converters state no rate to check.
static_assert(frame<lt>.layers[1].activity.loads == frame<lt>.layers[1].activity.passes);
static_assert(!feasibility_of<lt>.check(limit::adc_rate).stated && feasibility_of<lt>.check(limit::adc_rate).holds);

// A clocked unit pays for settling what holds its operand, where that states a latency: ROBIN's rings need 20 ns.
static_assert(near(detail::lowered<accelerators::robin_energy>::all_arrays<readings::clock>()[0].timing.load.si, 20e-9, 1e-12));
static_assert(detail::lowered<lt>::all_arrays<readings::clock>()[0].timing.load.si == 0);

// Albireo, conservative: 22.744 W without its cache, 6.08 TMAC/s.
using albireo = accelerators::albireo;
static_assert(near(watts<albireo>(in_array), 22.744, 5e-4));
static_assert(count_of<albireo>(role::crossing) == 2430 && count_of<albireo>(role::emitter) + count_of<albireo>(role::tuner) == 306);
static_assert(count_of<albireo>(role::supply) == 1215 && count_of<albireo>(role::adc) == 45);

// DEAP-CNN: 95.44 W at R = 3, D = 113, and 119.5 W at R = 10, D = 12.
static_assert(near(watts<accelerators::deap_cnn>(in_array), 95.44, 0.005));
static_assert(near(watts<accelerators::deap_cnn_of<10, 12>>(in_array), 119.5, 0.05));

// EIE: 586.05 mW without the nonzero detectors; each of five module figures is rounded to a microwatt. 102.4 GOP/s.
static_assert(near(watts<accelerators::eie>(in_array) * 1e3, 586.05, 64 * 5 * 0.5e-3));
template <class A>
constexpr double peak_operations_per_second() {
    const auto arrays = detail::lowered<A>::template all_arrays<readings::clock>();
    double sum = 0;
    for (const array_value& a : arrays) sum += 2.0 * a.units * a.lanes * a.sums / a.timing.interval.si;
    return sum;
}
static_assert(near(peak_operations_per_second<accelerators::eie>() / 1e9, 102.4, 1e-9));

// NullHop: 128 GOp/s, 471 GOp/s at the published 368 % efficiency.
static_assert(near(peak_operations_per_second<accelerators::nullhop>() / 1e9, 128, 1e-9));
static_assert(near(peak_operations_per_second<accelerators::nullhop>() / 1e9 * 3.68, 471, 0.5));
static_assert(near(peak_operations_per_second<accelerators::albireo>() / 2e12, 6.08, 0.01));
// SCNN: 2 Tera-operations per second from 1,024 multipliers.
static_assert(near(peak_operations_per_second<accelerators::scnn>() / 1e12, 2.048, 1e-9));
// Tesla P100: 9.5 TFLOPS at the assumed share of the peak.
static_assert(near(peak_operations_per_second<accelerators::tesla_p100>() / 1e12 / devices::tesla_p100::efficiency, 9.5, 0.05));
static_assert(near(peak_operations_per_second<accelerators::xeon_9282>() / 1e12 / devices::xeon_9282::efficiency, 9.3, 0.05));

// SCONNA: 8.53 ns per dot product.
static_assert(near(detail::lowered<accelerators::sconna>::all_arrays<readings::clock>()[0].timing.interval.si * 1e9, 8.53, 0.005));

// LightBulb: 3 N M + N rings a unit; SCONNA and ROBIN: 2 N M + N.
static_assert(count_of<accelerators::lightbulb>(role::crossing) + count_of<accelerators::lightbulb>(role::held_dac) +
                  count_of<accelerators::lightbulb>(role::driven_dac) ==
              227 * (3 * 16 * 4 + 16));
template <class A>
constexpr int rings(const char* name) {
    int sum = 0;
    for (const part_cost& p : frame<A>.parts)
        if (std::string_view(p.part.name) == name) sum += p.count;
    return sum;
}
static_assert(rings<accelerators::robin_performance>("microring, EO tuned") == 37 * (2 * 50 * 10 + 50));
static_assert(rings<accelerators::sconna>("microring AND gate") == 3 * (2 * 176 * 176 + 176));
static_assert(rings<accelerators::sconna>("serialiser") == 3 * 2 * 176 * 176);

}  // namespace
