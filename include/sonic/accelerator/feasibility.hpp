// SPDX-License-Identifier: MIT
#pragma once

/// Can it be built? `feasible<A>` is true where no limit of physics is broken; a `static_assert(feasible<A>)` that fails names every broken
/// limit and says by how much. `feasibility_of<A>` lists all limits, what each requires, what is available, and the margin.
///
/// What the block diagram does not say comes from `A::optics` (unit_optics; its defaults are assumed). A design may claim a resolution,
/// `static constexpr auto claimed_bits = published(16.0, "...")`, in the accelerator or in a unit of the user's; else its operands' DACs
/// are the claim. Nothing here is imposed: an accelerator that breaks limits still has a cost and still computes.

#include <array>
#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <type_traits>
#include <utility>

#include <sonic/accelerator/assembly.hpp>
#include <sonic/cost/policy.hpp>
#include <sonic/unit/resolution.hpp>

namespace sonic {

/// A limit of physics.
enum class limit {
    described_optics,  ///< the unit's optical path is known
    light_budget,      ///< the detector receives its sensitivity
    spectral_range,    ///< the channels fit the FSR at their least distance
    waveguide_power,   ///< the light of all channels stays below what a waveguide carries
    driven_dac_rate,   ///< the DAC of the driven operand keeps up with the symbols
    held_dac_rate,     ///< so does that of the held operand, where it changes on every pass
    adc_rate,          ///< and the ADC
    photon_lifetime,   ///< the rings' light decays within a symbol
    bend_loss,         ///< rings of their radius can have their quality factor
    crosstalk,         ///< crosstalk leaves the bits that the design claims
    noise              ///< noise leaves them
};
inline constexpr std::size_t limits_per_array = 11;

/// What a limit says of one array.
struct limit_check {
    limit what{};
    int array = 0;
    double required = 0, available = 0;
    const char* unit = "";
    /// By how much it holds; negative: by how much it is broken. In `unit`, levels in dB.
    double margin = 0;
    bool holds = true;
    sonic::origin basis{};  ///< the weakest origin of the figures behind it
    bool stated = true;     ///< false: the design does not state what would decide it, so it counts as held

    constexpr double short_by() const { return -margin; }
};

constexpr const char* name_of(limit l) {
    switch (l) {
        case limit::described_optics: return "optical path described";
        case limit::light_budget: return "light at the detector";
        case limit::spectral_range: return "channels in the free spectral range";
        case limit::waveguide_power: return "light in a waveguide";
        case limit::driven_dac_rate: return "driven DAC's sampling period";
        case limit::held_dac_rate: return "held DAC's sampling period";
        case limit::adc_rate: return "ADC's sampling period";
        case limit::photon_lifetime: return "symbol rate against the photon lifetime";
        case limit::bend_loss: return "quality factor against the bend's loss";
        case limit::crosstalk: return "bits left by crosstalk";
        case limit::noise: break;
    }
    return "bits left by noise";
}

/// The bits that a design claims.
struct bit_claim {
    double bits = 0;
    bool stated = false;  ///< by `claimed_bits`; else the wider of the operands
    sonic::origin origin = origin::derived;
    const char* source = "the wider of the operands";
};

/// All limits of an accelerator, array by array.
template <std::size_t Arrays>
struct feasibility {
    std::array<limit_check, Arrays * limits_per_array> checks{};
    std::array<bit_claim, Arrays> claims{};
    std::array<resolution, Arrays> resolutions{};
    std::array<link_budget, Arrays> budgets{};
    std::array<hertz, Arrays> symbol_rates{};

    constexpr std::size_t broken() const {
        std::size_t result = 0;
        for (const limit_check& c : checks) result += c.holds ? 0 : 1;
        return result;
    }
    constexpr bool feasible() const { return broken() == 0; }
    constexpr const limit_check& check(limit what, std::size_t array = 0) const {
        return checks[array * limits_per_array + static_cast<std::size_t>(what)];
    }
};

namespace detail {

/// The unit of an array.
template <class Array>
struct unit_of_array;
template <template <class...> class Array, class Count, class Unit, class... Rest>
struct unit_of_array<Array<Count, Unit, Rest...>> {
    using type = Unit;
};

template <class T>
concept indexable = requires(const T& t) { t[0]; };

template <class A, std::size_t Index>
constexpr unit_optics optics_of() {
    if constexpr (!requires { A::optics; }) {
        return {};
    } else if constexpr (indexable<decltype(A::optics)>) {
        static_assert(Index < A::optics.size(), "sonic: an accelerator's optics are one unit_optics, or one for each of its arrays");
        return A::optics[Index];
    } else {
        static_assert(std::same_as<std::remove_cvref_t<decltype(A::optics)>, unit_optics>,
                      "sonic: an accelerator's optics are one unit_optics, or one for each of its arrays");
        return A::optics;
    }
}

template <class T>
constexpr bit_claim claim_from(const sourced<T>& c) {
    return {static_cast<double>(c.value), true, c.origin, c.source};
}
template <class T>
concept claim_with_source = requires(const T& t) { claim_from(t); };

template <class A, std::size_t Index, class Array>
constexpr bit_claim claim_of() {
    using Unit = typename unit_of_array<Array>::type;
    if constexpr (requires { Unit::claimed_bits; }) {
        static_assert(claim_with_source<decltype(Unit::claimed_bits)>,
                      "sonic: claimed bits carry their source: published(), derived() or assumed()");
        return claim_from(Unit::claimed_bits);
    } else if constexpr (requires { A::claimed_bits; }) {
        if constexpr (indexable<decltype(A::claimed_bits)>) {
            static_assert(Index < A::claimed_bits.size(), "sonic: claimed bits are one figure, or one for each array");
            return claim_from(A::claimed_bits[Index]);
        } else {
            static_assert(claim_with_source<decltype(A::claimed_bits)>,
                          "sonic: claimed bits carry their source: published(), derived() or assumed()");
            return claim_from(A::claimed_bits);
        }
    } else {
        if (Array::unit.cycles > 1) return {1, false, origin::derived, "one bit per symbol of a bit stream"};
        return {static_cast<double>(Array::weight_bits > Array::activation_bits ? Array::weight_bits : Array::activation_bits)};
    }
}

/// Time of one pass of an array: by its clock, by the machine's reading, or by the stated rate of its light's symbols.
template <class A, class Array>
constexpr second pass_interval_of(const unit_optics& o) {
    if (o.symbol_rate.value.si > 0) return static_cast<double>(Array::unit.cycles) / o.symbol_rate.value;
    return timing_of<typename A::reading>(Array::unit).interval;
}

/// Symbols of light per second: stated, the clock's, or one per pass.
template <class A, class Array>
constexpr hertz symbol_rate_of(const unit_optics& o) {
    if (o.symbol_rate.value.si > 0) return o.symbol_rate;
    if (Array::unit.clock.si > 0) return Array::unit.clock;
    const second interval = pass_interval_of<A, Array>(o);
    return interval.si > 0 ? 1.0 / interval : hertz{};
}

template <class A, class Array>
constexpr bool loads_on_every_pass() {
    // Charge is summed over passes with another operand each.
    return Array::unit.integration > 1 || (Array::unit.clock.si == 0 && A::reading::schedule == schedule::every_pass);
}

constexpr origin weakest(std::initializer_list<origin> origins) {
    origin result = origin::published;
    for (const origin o : origins) result = weaker(result, o);
    return result;
}

template <class A, class Array, std::size_t Index, std::size_t Arrays>
constexpr void check_array(feasibility<Arrays>& f) {
    using Unit = typename unit_of_array<Array>::type;
    constexpr int array = static_cast<int>(Index);
    const unit_optics o = optics_of<A, Index>();
    const hertz rate = symbol_rate_of<A, Array>(o);
    const bit_claim claim = claim_of<A, Index, Array>();
    const bool light = has_light(Array::unit);
    const bool known = path_of<Unit>::known || !light;
    const optical_path path = path_of<Unit>::make(o);
    const link_budget budget = budget_of_path(path, o);
    const resolution bits = resolution_of_path(path, o, rate);
    f.claims[Index] = claim;
    f.budgets[Index] = budget;
    f.resolutions[Index] = bits;
    f.symbol_rates[Index] = rate;

    const auto put = [&](limit what, double required, double available, const char* unit, double margin, bool holds, origin basis) {
        f.checks[Index * limits_per_array + static_cast<std::size_t>(what)] = {what, array,  required, available,
                                                                               unit, margin, holds,    basis};
    };
    put(limit::described_optics, 1, known ? 1 : 0, "paths", known ? 0 : -1, known, origin::published);
    for (std::size_t l = 1; l < limits_per_array; ++l) put(static_cast<limit>(l), 0, 0, "", 0, true, origin::published);

    if (path.channels > 0) {
        origin losses = weaker(path.source_origin, o.detector_sensitivity.origin);
        for (std::size_t i = 0; i < path.count; ++i) losses = weaker(losses, path.elements[i].origin);
        put(limit::light_budget, budget.sensitivity.value, budget.received.value, "dBm", budget.margin().value, budget.closes(), losses);
        put(limit::waveguide_power, budget.in_waveguide.si * 1e3, budget.waveguide_limit.si * 1e3, "mW",
            (budget.waveguide_limit - budget.in_waveguide).si * 1e3, budget.in_waveguide <= budget.waveguide_limit,
            weaker(path.source_origin, o.waveguide_power_limit.origin));
        if (path.rings) {
            const int fit = physics::channels_in_fsr(o.free_spectral_range, least_spacing(o));
            put(limit::spectral_range, path.channels, fit, "channels", fit - path.channels, path.channels <= fit,
                weakest({o.free_spectral_range.origin, o.least_spacing.origin}));
            const hertz lifetime = physics::photon_lifetime_bandwidth(o.wavelength, o.quality_factor);
            put(limit::photon_lifetime, rate.si * 1e-9, lifetime.si * 1e-9, "GHz", (lifetime - rate).si * 1e-9, rate <= lifetime,
                weakest({o.wavelength.origin, o.quality_factor.origin, o.symbol_rate.origin}));
            const double bend =
                physics::intrinsic_quality_factor(physics::bend_loss(o.ring_radius), physics::silicon_group_index, o.wavelength);
            put(limit::bend_loss, o.quality_factor, bend, "", bend - o.quality_factor, o.quality_factor <= bend,
                weakest({o.wavelength.origin, o.quality_factor.origin, o.ring_radius.origin, physics::silicon_group_index.origin}));
        }
        put(limit::crosstalk, claim.bits, bits.crosstalk_bits, "bits", bits.crosstalk_bits - claim.bits, claim.bits <= bits.crosstalk_bits,
            weakest({claim.origin, o.wavelength.origin, o.quality_factor.origin, o.free_spectral_range.origin}));
        put(limit::noise, claim.bits, bits.noise_bits, "bits", bits.noise_bits - claim.bits, claim.bits <= bits.noise_bits,
            weaker(weaker(losses, o.receiver.origin), claim.origin));
    }
    const second pass = pass_interval_of<A, Array>(o);
    if (pass.si > 0)
        for (const part& p : Array::unit.parts) {
            const bool driven = p.role == role::driven_dac, held = p.role == role::held_dac && loads_on_every_pass<A, Array>();
            if (!driven && !held && p.role != role::adc) continue;
            // An ADC behind an integrator samples once for all its passes.
            const second symbol = p.role == role::adc ? static_cast<double>(Array::unit.integration) * pass : pass;
            const limit what = driven ? limit::driven_dac_rate : held ? limit::held_dac_rate : limit::adc_rate;
            const bool stated = p.period.si > 0;
            put(what, symbol.si * 1e9, p.period.si * 1e9, "ns", stated ? (symbol - p.period).si * 1e9 : 0,
                p.period.si <= symbol.si * (1 + 1e-12), weaker(o.symbol_rate.origin, p.period_origin));
            f.checks[Index * limits_per_array + static_cast<std::size_t>(what)].stated = stated;
        }
}

template <class A, class Diagram>
struct check_diagram {
    static_assert(sizeof(Diagram) == 0, "sonic: an accelerator's diagram is an assembly<array<...>, ...>");
};
template <class A, class... Arrays>
struct check_diagram<A, array_list<Arrays...>> {
    static constexpr std::size_t arrays = sizeof...(Arrays);
    template <std::size_t... Index>
    static constexpr auto all(std::index_sequence<Index...>) {
        feasibility<arrays> result;
        (check_array<A, Arrays, Index>(result), ...);
        return result;
    }
    static constexpr auto value = all(std::make_index_sequence<arrays>{});
};
template <class A, class... Blocks>
struct check_diagram<A, assembly<Blocks...>> : check_diagram<A, arrays_of<Blocks...>> {};

}  // namespace detail

/// Every limit of accelerator A.
template <accelerator A>
inline constexpr auto feasibility_of = detail::check_diagram<A, typename A::diagram>::value;

namespace detail {

/// Text as a template argument, so that a compiler's message carries it.
template <std::size_t N>
struct sentence {
    char letters[N]{};
};

struct sentence_writer {
    char letters[160]{};
    std::size_t length = 0;

    constexpr void put(const char* s) {
        while (*s != 0) letters[length++] = *s++;
    }
    /// Fixed decimals; an infinity as such.
    constexpr void put(double value, int decimals) {
        if (value < 0) put("-");
        if (!(math::abs(value) < 1e12)) return put("infinitely many");
        auto scaled = static_cast<long long>(math::abs(value) * (decimals == 0 ? 1 : 100) + 0.5);
        char digits[24]{};
        int count = 0;
        for (; count <= decimals || scaled > 0; scaled /= 10) digits[count++] = static_cast<char>('0' + scaled % 10);
        for (int i = count; i-- > 0;) {
            letters[length++] = digits[i];
            if (i == decimals && decimals > 0) letters[length++] = '.';
        }
    }
};

/// "array 1: 16.00 bits claimed, 2.17 left, short by 13.83 bits": what is required, what is available, by how much it is not enough.
constexpr sentence_writer sentence_of(const limit_check& c) {
    struct words {
        const char *required, *available, *short_by;
    };
    const words w = [&c]() -> words {
        switch (c.what) {
            case limit::described_optics: return {" needed, ", " described, short by ", ""};
            case limit::light_budget: return {" dBm required, ", " dBm received, short by ", " dB"};
            case limit::spectral_range: return {" channels, ", " fit, too many by ", ""};
            case limit::waveguide_power: return {" mW carried, ", " mW allowed, too much by ", " mW"};
            case limit::driven_dac_rate:
            case limit::held_dac_rate:
            case limit::adc_rate: return {" ns per symbol, ", " ns per sample, too slow by ", " ns"};
            case limit::photon_lifetime: return {" GHz of symbols, ", " GHz of bandwidth, short by ", " GHz"};
            case limit::bend_loss: return {" of quality, ", " possible, short by ", ""};
            case limit::crosstalk:
            case limit::noise: break;
        }
        return {" bits claimed, ", " bits left, short by ", " bits"};
    }();
    const bool dark = c.what == limit::light_budget && c.available == -math::infinity;
    const bool whole = c.what == limit::spectral_range || c.what == limit::described_optics || c.what == limit::bend_loss;
    sentence_writer result;
    result.put("array ");
    result.put(c.array, 0);
    result.put(": ");
    result.put(c.required, whole ? 0 : 2);
    result.put(w.required);
    if (dark) {
        result.put("and no light source is stated");
        return result;
    }
    result.put(c.available, whole ? 0 : 2);
    result.put(w.available);
    result.put(c.short_by(), whole ? 0 : 2);
    result.put(w.short_by);
    return result;
}

template <accelerator A, std::size_t Check>
constexpr auto sentence_text() {
    constexpr sentence_writer w = sentence_of(feasibility_of<A>.checks[Check]);
    sentence<w.length + 1> result;
    for (std::size_t i = 0; i < w.length; ++i) result.letters[i] = w.letters[i];
    return result;
}

}  // namespace detail

/// Broken limits: the name of each is the sentence that a compiler prints, its argument the figures.
namespace broken {
template <detail::sentence Figures>
struct the_optical_path_of_this_unit_is_not_described {};
template <detail::sentence Figures>
struct the_light_budget_is_not_closed {};
template <detail::sentence Figures>
struct the_channels_exceed_the_free_spectral_range {};
template <detail::sentence Figures>
struct the_light_exceeds_what_a_waveguide_carries {};
template <detail::sentence Figures>
struct the_driven_dac_is_slower_than_the_symbol_rate {};
template <detail::sentence Figures>
struct the_held_dac_is_slower_than_the_symbol_rate {};
template <detail::sentence Figures>
struct the_adc_is_slower_than_the_symbol_rate {};
template <detail::sentence Figures>
struct the_symbol_rate_exceeds_the_photon_lifetime_of_the_rings {};
template <detail::sentence Figures>
struct the_rings_are_too_small_for_their_quality_factor {};
template <detail::sentence Figures>
struct the_claimed_bits_exceed_what_crosstalk_leaves {};
template <detail::sentence Figures>
struct the_claimed_bits_exceed_what_noise_leaves {};
template <detail::sentence Figures>
struct the_dacs_have_more_bits_than_crosstalk_leaves_and_no_claimed_bits_are_stated {};
template <detail::sentence Figures>
struct the_dacs_have_more_bits_than_noise_leaves_and_no_claimed_bits_are_stated {};
}  // namespace broken

/// The broken limits of a design.
template <class... Limits>
struct limits_broken {
    static constexpr bool none = sizeof...(Limits) == 0;
};

namespace detail {

template <accelerator A, std::size_t Check>
constexpr auto broken_limit() {
    constexpr auto& report = feasibility_of<A>;
    constexpr limit_check c = report.checks[Check];
    if constexpr (c.holds) {
        return limits_broken<>{};
    } else {
        constexpr auto figures = sentence_text<A, Check>();
        constexpr bool stated = report.claims[Check / limits_per_array].stated;
        using namespace broken;
        if constexpr (c.what == limit::described_optics)
            return limits_broken<the_optical_path_of_this_unit_is_not_described<figures>>{};
        else if constexpr (c.what == limit::light_budget)
            return limits_broken<the_light_budget_is_not_closed<figures>>{};
        else if constexpr (c.what == limit::spectral_range)
            return limits_broken<the_channels_exceed_the_free_spectral_range<figures>>{};
        else if constexpr (c.what == limit::waveguide_power)
            return limits_broken<the_light_exceeds_what_a_waveguide_carries<figures>>{};
        else if constexpr (c.what == limit::driven_dac_rate)
            return limits_broken<the_driven_dac_is_slower_than_the_symbol_rate<figures>>{};
        else if constexpr (c.what == limit::held_dac_rate)
            return limits_broken<the_held_dac_is_slower_than_the_symbol_rate<figures>>{};
        else if constexpr (c.what == limit::adc_rate)
            return limits_broken<the_adc_is_slower_than_the_symbol_rate<figures>>{};
        else if constexpr (c.what == limit::photon_lifetime)
            return limits_broken<the_symbol_rate_exceeds_the_photon_lifetime_of_the_rings<figures>>{};
        else if constexpr (c.what == limit::bend_loss)
            return limits_broken<the_rings_are_too_small_for_their_quality_factor<figures>>{};
        else if constexpr (c.what == limit::crosstalk && stated)
            return limits_broken<the_claimed_bits_exceed_what_crosstalk_leaves<figures>>{};
        else if constexpr (c.what == limit::crosstalk)
            return limits_broken<the_dacs_have_more_bits_than_crosstalk_leaves_and_no_claimed_bits_are_stated<figures>>{};
        else if constexpr (stated)
            return limits_broken<the_claimed_bits_exceed_what_noise_leaves<figures>>{};
        else
            return limits_broken<the_dacs_have_more_bits_than_noise_leaves_and_no_claimed_bits_are_stated<figures>>{};
    }
}

template <class... A, class... B>
constexpr limits_broken<A..., B...> operator+(limits_broken<A...>, limits_broken<B...>) {
    return {};
}

template <accelerator A, std::size_t... Check>
constexpr auto all_broken(std::index_sequence<Check...>) {
    return (limits_broken<>{} + ... + broken_limit<A, Check>());
}

template <accelerator A>
using broken_limits_of = decltype(all_broken<A>(std::make_index_sequence<feasibility_of<A>.checks.size()>{}));

}  // namespace detail

template <class Limits>
concept no_limit_of_physics_is_broken = Limits::none;

/// Can A be built? A failing static_assert(feasible<A>) prints limits_broken<...>.
template <class A>
concept feasible = accelerator<A> && no_limit_of_physics_is_broken<detail::broken_limits_of<A>>;

}  // namespace sonic
