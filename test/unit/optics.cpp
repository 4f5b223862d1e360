// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <string_view>

#include <sonic/accelerator/crosslight.hpp>
#include <sonic/accelerator/sonic.hpp>
#include <sonic/unit/crossbar.hpp>
#include <sonic/unit/multiplier_array.hpp>
#include <sonic/unit/tuning_budget.hpp>
#include <sonic/unit/unit_size.hpp>

using namespace sonic;
using namespace sonic::units;

namespace {

using conv = accelerators::sonic::conv_unit;
using fc = accelerators::sonic::fc_unit;
using cross = accelerators::crosslight::unit<150>;
constexpr unit_optics optics{};
constexpr bool near(double a, double b, double tolerance) { return math::abs(a - b) <= tolerance; }

constexpr double loss_of(const optical_path& path, std::string_view name) {
    double sum = 0;
    for (std::size_t i = 0; i < path.count; ++i)
        if (path.elements[i].name == name) sum += path.elements[i].loss().value;
    return sum;
}

/// A convolution unit of DEAP-CNN (JSTQE 2020) for kernels of 3 x 3 and 113 channels: 9 wavelengths of 100 mW, two rings of 19.5 mW
/// and two DACs of 26 mW per product, a TIA of 17 mW per channel, one ADC of 76 mW.
template <int Milliwatts10, int Bits = 0>
struct deap_device {
    static constexpr auto name = "device of DEAP-CNN";
    static constexpr int bits = Bits;
    static constexpr auto power = published(Milliwatts10 * 0.1 * mW, "DEAP-CNN (JSTQE 2020)");
    static constexpr auto latency = published(200 * ps, "DEAP-CNN (JSTQE 2020)");
};
struct deap_laser : deap_device<9000> {
    static constexpr bool emits_light = true;
};
using deap = vector_dot_product<of<9 * 113>, drives<deap_device<260, 7>, deap_device<195>>, holds<deap_device<260, 7>, deap_device<195>>,
                                per_arm<of<9>, deap_device<170>>, reads<deap_device<760, 8>>, supplied_by<deap_laser>>;

constexpr watt power_of_parts() {
    watt sum{};
    for (const part& p : unit_of<deap>.parts) sum += p.power * static_cast<double>(p.count);
    return sum;
}

/// A crossbar of 8 lanes, 4 rows and 2 columns whose driven operand is on emitters, and the same as coherent array behind a laser.
template <class Signs, class... Options>
using bars = crossbar<of<8>, of<4>, of<2>, drives<devices::dac<6>, devices::vcsel>, holds<devices::dac<6>, devices::microring>,
                      reads<devices::photodetector, devices::adc<16>>, Signs, Options...>;
using incoherent = bars<signs::free>;
using coherent = bars<signs::coherent, supplied_by<devices::laser_bank<1, 15>>>;

constexpr organisation_model model{};
constexpr auto largest = [](organisation o, double giga) { return model.largest(o, 4, giga * GHz); };
constexpr auto nearest = [](organisation o, double giga) { return model.nearest(o, 4, giga * GHz); };
using enum organisation;

}  // namespace

// Unit sizes at 4 bits, both rules: what stays within 20 dBm, and as published (nearest to it).
static_assert(largest(mam, 1) == 43 && largest(mam, 3) == 27 && largest(mam, 5) == 21 && largest(mam, 10) == 15);
static_assert(largest(amm, 1) == 30 && largest(amm, 3) == 19 && largest(amm, 5) == 16 && largest(amm, 10) == 11);
static_assert(nearest(mam, 1) == 44 && nearest(mam, 3) == 28 && nearest(mam, 5) == 22 && nearest(mam, 10) == 16);
static_assert(nearest(amm, 1) == 31 && nearest(amm, 3) == 20 && nearest(amm, 5) == 16 && nearest(amm, 10) == 12);

// SONIC: VCSELs of 1.3 mW, 10 % of it light; one bank of rings, one broadband ring.
static_assert(path_of_unit<fc>().channels == 50 && path_of_unit<fc>().waveguides == 1 && path_of_unit<conv>().channels == 5);
static_assert(near(path_of_unit<fc>().source.si, 0.13e-3, 1e-12));
static_assert(near(loss_of(path_of_unit<fc>(), "passing another channel's ring"), 49 * 0.02, 1e-12));
static_assert(near(loss_of(path_of_unit<fc>(), "broadband ring"), 0.72, 1e-12));
static_assert(near(path_of_unit<fc>().loss().value, 1.6 + 0.9 + 1 + 0.72 + 49 * 0.02 + 0.72, 1e-12));
// CrossLight: 10 arms of 15 channels, two banks; its laser bank is sized to close eq (7) exactly.
static_assert(path_of_unit<cross>().channels == 15 && path_of_unit<cross>().waveguides == 10);
static_assert(near(budget_of<cross>(accelerators::crosslight::optics).margin().value, 0, 1e-9));
static_assert(budget_of<cross>(accelerators::crosslight::optics).closes());
// The resolution that each leaves.
static_assert(near(resolution_of<cross>(optics, 1 * GHz).crosstalk_bits, 5.67, 5e-3));
static_assert(near(resolution_of<fc>(optics, 1 * GHz).levels, 4.5, 0.05) &&
              near(resolution_of<fc>(optics, 1 * GHz).crosstalk_bits, 2.2, 0.05));
// DEAP-CNN: 95.44 W, 113 waveguides of 9 channels, each channel 100 mW times the efficiency divided over them.
static_assert(near(power_of_parts().si, 95.44, 5e-3));
static_assert(path_of_unit<deap>().channels == 9 && path_of_unit<deap>().waveguides == 113);
static_assert(near(path_of_unit<deap>().source.si, 0.1 * 100e-3, 1e-9) && path_of_unit<deap>().copies == 113);
// What a device is called decides nothing: a supply that emits no light is no source, nor are rings that only modulate.
static_assert(
    path_of_unit<vector_dot_product<of<9>, drives<deap_device<260, 7>, deap_device<195>>, holds<deap_device<260, 7>, deap_device<195>>,
                                    reads<deap_device<760, 8>>, supplied_by<deap_device<9000>>>>()
        .source.si == 0);
// A crossbar: each emitter's light is divided over the rows; a laser's over rows and columns. Coherent arrays have modulators, no rings.
static_assert(path_of_unit<incoherent>().channels == 8 && path_of_unit<incoherent>().waveguides == 8 &&
              path_of_unit<incoherent>().copies == 4);
static_assert(near(loss_of(path_of_unit<incoherent>(), "division over waveguides"), 10 * math::log10(4.0), 1e-9));
static_assert(near(loss_of(path_of_unit<incoherent>(), "splitter stage"), 2 * 0.13, 1e-9));
static_assert(path_of_unit<coherent>().copies == 8 && !path_of_unit<coherent>().rings);
static_assert(loss_of(path_of_unit<coherent>(), "passing another channel's ring") == 0);
static_assert(near(loss_of(path_of_unit<coherent>(), "modulator"), 2 * 0.72, 1e-9));
static_assert(near(path_of_unit<coherent>().source.si, devices::laser_bank<1, 15>::optical.si / 8, 1e-9));
static_assert(resolution_of<coherent>(optics, 1 * GHz).crosstalk_bits == math::infinity);
// Light is counted once, however often it is divided: 16 VCSELs of 0.13 mW, and one laser.
static_assert(near(budget_of<incoherent>(optics).optical.si, 16 * 0.13e-3, 1e-9));
static_assert(near(budget_of<coherent>(optics).optical.si, devices::laser_bank<1, 15>::optical.si, 1e-9));
static_assert(!optically_described<int> && optically_described<fc>);

TEST_CASE("a budget is the sum of its elements, and power at the wall pays for it") {
    for (const auto& b : {budget_of<conv>(optics), budget_of<fc>(optics), budget_of<cross>(accelerators::crosslight::optics)}) {
        double sum = 0;
        for (std::size_t i = 0; i < b.path.count; ++i) {
            CHECK(b.path.elements[i].loss().value > 0);
            CHECK(std::string_view(b.path.elements[i].source).size() > 0);
            sum += b.path.elements[i].loss().value;
        }
        CHECK(b.path.loss().value == doctest::Approx(sum));
        CHECK((b.source - b.received).value == doctest::Approx(sum));
        CHECK(b.wall_plug.si == doctest::Approx(b.optical.si / 0.1));
        // A source at the required level just closes the budget.
        unit_optics exact = optics;
        exact.source_power = assumed(b.required_source().power(), "a test");
        optical_path path = b.path;
        path.source = b.required_source().power();
        const link_budget closed = budget_of_path(path, exact);
        CHECK(closed.margin().value == doctest::Approx(0).scale(1));
        CHECK(closed.closes());
        CHECK(closed.wall_plug.si == doctest::Approx(b.required_wall_plug.si));
    }
    const auto bank = budget_of<cross>(accelerators::crosslight::optics);
    CHECK(bank.wall_plug.si == doctest::Approx(devices::laser_bank<10, 15>::power.value.si));
}

TEST_CASE("each figure of the optics acts on the budget as it should") {
    const auto with = [](auto change) {
        unit_optics o;
        change(o);
        return budget_of<fc>(o);
    };
    const double base = budget_of<fc>(optics).margin().value;
    CHECK(with([](unit_optics& o) { o.path_length.value = 2 * cm; }).margin().value == doctest::Approx(base - 1));
    CHECK(with([](unit_optics& o) { o.crossings.value = 4; }).margin().value == doctest::Approx(base - 4 * 0.25));
    CHECK(with([](unit_optics& o) { o.tuned_length.value = 100 * um; }).margin().value == doctest::Approx(base - 2 * 0.06));
    CHECK(with([](unit_optics& o) { o.wall_plug_efficiency.value = 0.2; }).margin().value == doctest::Approx(base + 10 * std::log10(2.0)));
    CHECK(with([](unit_optics& o) { o.source_power.value = 1.3 * mW; }).margin().value == doctest::Approx(base + 10));
    CHECK(with([](unit_optics& o) { o.detector_sensitivity.value = dBm{-26}; }).margin().value == doctest::Approx(base + 6));
    CHECK(with([](unit_optics& o) { o.ring_through_loss.value = decibel{0.2}; }).closes() == false);
    CHECK(with([](unit_optics& o) { o.ring_modulation_loss.value = decibel{3}; }).margin().value == doctest::Approx(base - 2 * (3 - 0.72)));
    // All lanes' light meets in the waveguide behind coupling and multiplexer.
    CHECK(budget_of<fc>(optics).in_waveguide.si == doctest::Approx(50 * 0.13e-3 * std::pow(10, -0.25)));
}

TEST_CASE("the channels of a waveguide: which limit binds, and the limit is sharp") {
    const auto limits = [](double wanted, const unit_optics& o) { return channel_limits_of<conv>(o, wanted, 1 * GHz); };
    const channel_limits four = limits(4, optics);
    CHECK(four.binding() == size_limit::crosstalk);
    CHECK(four.channels() == four.by_crosstalk);
    CHECK(std::string_view(name_of(four.binding())) == "crosstalk");
    unit_optics sharp = optics;
    sharp.quality_factor.value = 40e3;
    sharp.least_spacing.value = 1 * nm;
    CHECK(limits(4, sharp).binding() == size_limit::free_spectral_range);
    CHECK(limits(4, sharp).channels() == 18);
    unit_optics dim = sharp;
    dim.source_power.value = dBm{-13}.power();
    CHECK(limits(4, dim).binding() == size_limit::light);
    unit_optics bright = sharp;
    bright.source_power.value = 10 * mW;
    CHECK(limits(4, bright).binding() == size_limit::waveguide_power);
    CHECK(std::string_view(name_of(size_limit::waveguide_power)) == "waveguide power");
    // Light: the largest number still has the bits, one more has not.
    for (const double level : {-13.0, -12.5, -12.0, -11.5}) {
        unit_optics o = optics;
        o.source_power.value = dBm{level}.power();
        o.detector_sensitivity.value = dBm{-60};
        auto shape = detail::path_of<conv>::shape(o);
        const int n = channel_limits_of(shape, o, 4, 1 * GHz).by_light;
        const auto bits_of = [&](int channels) {
            shape.channels = channels;
            return resolution_of_path(ring_path(shape, o), o, 1 * GHz).noise_bits;
        };
        if (n > 0) CHECK(bits_of(n) >= 4 - 1e-9);
        if (n < channel_limits::beyond) CHECK(bits_of(n + 1) < 4);
    }
    // More bits, or a higher rate, never allow more channels.
    for (double b = 1; b < 7; b += 0.5) {
        CHECK(limits(b + 0.5, optics).channels() <= limits(b, optics).channels());
        CHECK(channel_limits_of<conv>(optics, b, 10 * GHz).channels() <= limits(b, optics).channels());
    }
}

TEST_CASE("unit sizes fall with rate and bits, and the largest is the last within the limit") {
    for (const auto o : {mam, amm})
        for (const double b : {1.0, 2.0, 4.0, 6.0})
            for (const double giga : {1.0, 3.0, 5.0, 10.0}) {
                const int n = model.largest(o, b, giga * GHz);
                CHECK(n <= model.largest(o, b, 0.5 * giga * GHz));
                CHECK(n <= model.largest(o, b - 0.5, giga * GHz));
                CHECK(model.largest(amm, b, giga * GHz) <= model.largest(mam, b, giga * GHz));
                const dBm needed = model.receiver.sensitivity(b, giga * GHz);
                if (n > 0) CHECK(model.laser(o, n, needed).value <= 20);
                CHECK(model.laser(o, n + 1, needed).value > 20);
            }
    CHECK(model.largest(mam, 16, 1 * GHz) == 0);
}

TEST_CASE("tuning power: a ring's drift costs its share of an FSR; TED uses neighbours' heat") {
    const unit_optics& o = accelerators::crosslight::optics;
    CHECK(tuning_budget_of<cross>(o).per_ring.si == doctest::Approx(3.2e-3).epsilon(5e-3));
    unit_optics conventional = o;
    conventional.fabrication_drift = physics::conventional_fabrication_drift;
    CHECK(tuning_budget_of<cross>(conventional).per_ring.si == doctest::Approx(10.8e-3).epsilon(5e-3));
    CHECK(tuning_budget_of<cross>(o).rings == 300);
    CHECK(tuning_budget_of<fc>(o).rings == 51);
    // SONIC's banks, 750 rings: 2.4 W at 2.1 nm.
    CHECK((50.0 * 5 + 10.0 * 50) * tuning_budget_of<conv>().per_ring.si == doctest::Approx(2.4).epsilon(5e-3));
    const tuning_budget b = tuning_budget_of<fc>(), c = tuning_budget_of<cross>(o);
    CHECK(b.independent.si == doctest::Approx(51 * b.per_ring.si));
    CHECK(b.decoupled < b.independent);
    CHECK(b.attainable);
    CHECK(b.worst_error > 0);
    CHECK(c.decoupled.si == doctest::Approx(20 * detail::row_of<15>(o).decoupled.si));
    // Far apart, TED has nothing to do.
    unit_optics apart = o;
    apart.ring_pitch.value = 200 * um;
    CHECK(tuning_budget_of<fc>(apart).decoupled.si == doctest::Approx(tuning_budget_of<fc>(apart).independent.si).epsilon(1e-9));
    CHECK(tuning_budget_of<fc>(apart).worst_error < 1e-9);
    // Closer rings help one another more.
    double last = 1;
    for (const double pitch : {50.0, 20.0, 10.0, 5.0, 2.0}) {
        unit_optics closer = o;
        closer.ring_pitch.value = pitch * um;
        const tuning_budget t = tuning_budget_of<fc>(closer);
        CHECK(t.decoupled / t.independent < last);
        last = t.decoupled / t.independent;
    }
}

TEST_CASE("resolution: without rings no crosstalk, without light nothing to limit, without a source no bits") {
    optical_path coherent = path_of_unit<fc>();
    coherent.rings = false;
    CHECK(std::isinf(resolution_of_path(coherent, optics, 1 * GHz).crosstalk_bits));
    CHECK(std::isinf(resolution_of_path({}, optics, 1 * GHz).bits()));
    optical_path dark = path_of_unit<fc>();
    dark.source = 0 * W;
    CHECK(resolution_of_path(dark, optics, 1 * GHz).noise_bits == 0);
    CHECK_FALSE(budget_of_path(dark, optics).closes());
    CHECK(resolution_of<fc>(optics, 1 * GHz).bits() == resolution_of<fc>(optics, 1 * GHz).crosstalk_bits);
}
