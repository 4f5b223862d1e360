// SPDX-License-Identifier: MIT
#pragma once

/// The audit of published ratios: the cost of a network under any set of meanings, chosen at run time and applied to all machines alike.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <sonic/accelerator/cost.hpp>

namespace sonic::audit {

/// What one of the readings is called, in the order of `meanings::reading`.
inline constexpr std::array reading_names{"serial", "overlapped", "stationary", "pipelined", "rated"};
inline constexpr std::array energy_names{"interval", "duty_cycled"};
inline constexpr std::array idle_names{"powered", "gated"};
inline constexpr std::array gate_names{"emitter", "emitter_and_dac", "none"};
inline constexpr std::array sign_names{"free", "two_pass"};
inline constexpr std::array bit_names{"own_formats", "executed_macs", "common_16_16", "model_bits"};
inline constexpr std::array average_names{"geometric_mean", "mean_of_ratios", "ratio_of_means"};

/// One set of meanings; each number is an index into the names above; memory 1 is modelled, 0 left out. The first of each is the default.
struct meanings {
    std::size_t reading = 0, energy = 0, idle = 0, gate = 0, signs = 0, memory = 0, bits = 0, average = 0;

    std::string policies() const {
        return std::string(energy_names[energy]) + ", " + idle_names[idle] + ", " + gate_names[gate] + ", " + sign_names[signs];
    }
    friend bool operator==(const meanings&, const meanings&) = default;
};

/// What a claim compares, of one network.
struct figures {
    double fps_per_watt = 0;
    std::array<double, bit_names.size()> energy_per_bit{};
};

namespace detail {

template <class A, class To>
struct with_signs {
    using type = A;
};
template <class A, class To>
    requires(sonic::detail::rewrite<typename A::diagram, sonic::signs::free, To>::matches > 0)
struct with_signs<A, To> {
    using type = replace<A, sonic::signs::free, To>;
};

template <class A, class N, class Reading>
figures cost_under(const energy_rules& rules) {
    using lowered = sonic::detail::lowered<A>;
    using effective = typename sonic::detail::policies<A, Reading>::reading;
    static constexpr auto parts = lowered::all_parts();
    static constexpr auto arrays = lowered::template all_arrays<effective>();
    static constexpr auto transports = lowered::all_transports();
    constexpr auto& runs = plan<A, N, effective::schedule>;
    const auto c = cost_frame(parts, arrays, transports, std::span<const layer_run, runs.size()>(runs), rules);
    figures f{c.fps_per_watt(), {}};
    for (std::size_t i = 0; i < f.energy_per_bit.size(); ++i) f.energy_per_bit[i] = c.energy_per_bit(static_cast<bit_meaning>(i)).si;
    return f;
}

template <class A, class N>
figures cost_under(const meanings& m) {
    constexpr std::array gates{gates::emitter::off, gates::emitter_and_dac::off, gates::none::off};
    const energy_rules rules{m.energy == 1, m.idle == 0, gates[m.gate], m.memory == 1};
    switch (m.reading) {
        case 0: return cost_under<A, N, readings::serial>(rules);
        case 1: return cost_under<A, N, readings::overlapped>(rules);
        case 2: return cost_under<A, N, readings::stationary>(rules);
        case 3: return cost_under<A, N, readings::pipelined>(rules);
        default: return cost_under<A, N, readings::rated>(rules);
    }
}

}  // namespace detail

/// A machine whose costs are asked for at run time: figures per network of `Networks`, in order.
struct machine {
    const char* name;
    std::function<std::vector<figures>(const meanings&)> costs;
};

/// Accelerator A on the networks. Where its signs are free, the policy `two_pass` rewrites them.
template <accelerator A, network... Networks>
machine machine_of() {
    using twice = typename detail::with_signs<A, signs::two_pass>::type;
    return {A::name, [](const meanings& m) {
                if (m.signs == 1) return std::vector<figures>{detail::cost_under<twice, Networks>(m)...};
                return std::vector<figures>{detail::cost_under<A, Networks>(m)...};
            }};
}

/// A published ratio: how many times better the first machine is. Energy per bit: the other's over the first's.
struct claim {
    const char* against;
    bool is_energy_per_bit;
    double claimed;
    const char* metric() const { return is_energy_per_bit ? "energy_per_bit" : "fps_per_watt"; }
};

/// The average, over networks, of how many times better `a` is than `b`.
inline double ratio(std::span<const figures> a, std::span<const figures> b, bool is_energy_per_bit, const meanings& m) {
    double logs = 0, ratios = 0, sum_better = 0, sum_worse = 0;
    for (std::size_t n = 0; n < a.size(); ++n) {
        const double better = is_energy_per_bit ? b[n].energy_per_bit[m.bits] : a[n].fps_per_watt;
        const double worse = is_energy_per_bit ? a[n].energy_per_bit[m.bits] : b[n].fps_per_watt;
        logs += std::log(better / worse);
        ratios += better / worse;
        sum_better += better;
        sum_worse += worse;
    }
    const auto count = static_cast<double>(a.size());
    return m.average == 0 ? std::exp(logs / count) : m.average == 1 ? ratios / count : sum_better / sum_worse;
}

/// The model's ratio for each claim under one set of meanings.
struct outcome {
    audit::meanings meanings;
    std::vector<double> modelled;

    /// Geometric mean over the claims of |ln(modelled / claimed)|.
    double distance(std::span<const claim> claims) const {
        double logs = 0;
        for (std::size_t i = 0; i < claims.size(); ++i) logs += std::log(std::fabs(std::log(modelled[i] / claims[i].claimed)));
        return std::exp(logs / static_cast<double>(claims.size()));
    }
    /// Factor by which a claim is missed on average: exp of the mean of |ln(modelled / claimed)|.
    double mean_factor(std::span<const claim> claims) const {
        double sum = 0;
        for (std::size_t i = 0; i < claims.size(); ++i) sum += std::fabs(std::log(modelled[i] / claims[i].claimed));
        return std::exp(sum / static_cast<double>(claims.size()));
    }
};

/// Every set of meanings without memories, as the paper counts. `subject` is compared with `others` as the claims say.
inline std::vector<outcome> all_outcomes(const machine& subject, std::span<const machine> others, std::span<const claim> claims) {
    std::vector<outcome> result;
    meanings m;
    for (m.signs = 0; m.signs < sign_names.size(); ++m.signs)
        for (m.reading = 0; m.reading < reading_names.size(); ++m.reading)
            for (m.energy = 0; m.energy < energy_names.size(); ++m.energy)
                for (m.idle = 0; m.idle < idle_names.size(); ++m.idle)
                    for (m.gate = 0; m.gate < gate_names.size(); ++m.gate) {
                        const auto own = subject.costs(m);
                        std::vector<std::vector<figures>> theirs;
                        for (const machine& o : others) theirs.push_back(o.costs(m));
                        for (m.bits = 0; m.bits < bit_names.size(); ++m.bits)
                            for (m.average = 0; m.average < average_names.size(); ++m.average) {
                                outcome o{m, {}};
                                for (const claim& c : claims)
                                    for (std::size_t i = 0; i < others.size(); ++i)
                                        if (std::string(others[i].name) == c.against)
                                            o.modelled.push_back(ratio(own, theirs[i], c.is_energy_per_bit, m));
                                result.push_back(std::move(o));
                            }
                        m.bits = m.average = 0;
                    }
    return result;
}

/// Average ratios of F. Sunny et al., "SONIC", ASP-DAC 2022: SONIC over each competitor.
inline constexpr std::array<claim, 10> claims_of_the_sonic_paper{{{"NullHop", false, 5.81},
                                                                  {"RSNN", false, 4.02},
                                                                  {"LightBulb", false, 3.08},
                                                                  {"CrossLight", false, 2.94},
                                                                  {"HolyLight", false, 13.8},
                                                                  {"NullHop", true, 8.4},
                                                                  {"RSNN", true, 5.78},
                                                                  {"LightBulb", true, 19.4},
                                                                  {"CrossLight", true, 18.4},
                                                                  {"HolyLight", true, 27.6}}};

/// How well a claim is met: within 1.25 times, within twice, or not.
inline const char* verdict(double modelled, double claimed) {
    const double factor = std::exp(std::fabs(std::log(modelled / claimed)));
    return factor <= 1.25 ? "within 1.25x" : factor <= 2 ? "within 2x" : "not reproduced";
}

}  // namespace sonic::audit
