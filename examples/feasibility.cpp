// SPDX-License-Identifier: MIT
//
// What physics says of SONIC and CrossLight: every limit with what it requires and what is available, the link budget of each unit
// element by element, and how many channels each limit would allow.

#include <cmath>
#include <iostream>
#include <string>

#include <sonic/report/table.hpp>
#include <sonic/sonic.hpp>
#include <sonic/unit/tuning_budget.hpp>
#include <sonic/unit/unit_size.hpp>

namespace {

using namespace sonic;
using ::sonic::report::fixed;

std::string figure(double value) { return std::abs(value) < 1e6 ? fixed(value, 2) : value > 0 ? "unlimited" : "none"; }

template <class A>
void print_limits() {
    constexpr const auto& report = feasibility_of<A>;
    report::table table({"array", "limit", "required", "available", "unit", "margin", "", "figures"});
    for (const limit_check& c : report.checks)
        if (c.what != limit::described_optics)
            table.row({std::to_string(c.array), name_of(c.what), figure(c.required), figure(c.available), c.unit, figure(c.margin),
                       c.holds ? "holds" : "BROKEN", name_of(c.basis)});
    std::cout << A::name << ": " << report.broken() << " limits broken\n" << table.text();
    for (std::size_t i = 0; i < report.claims.size(); ++i) {
        const bit_claim& claim = report.claims[i];
        const resolution& r = report.resolutions[i];
        std::cout << "array " << i << ": " << fixed(claim.bits, 0) << " bits claimed (" << name_of(claim.origin) << ": " << claim.source
                  << "); crosstalk leaves " << fixed(r.levels, 1) << " levels, " << fixed(r.crosstalk_bits, 2) << " bits; noise at "
                  << fixed(report.symbol_rates[i].si * 1e-6, 1) << " MS/s " << fixed(r.noise_bits, 2) << " bits\n";
    }
    std::cout << '\n';
}

template <class A>
void print_budgets() {
    constexpr const auto& report = feasibility_of<A>;
    for (std::size_t i = 0; i < report.budgets.size(); ++i) {
        const link_budget& b = report.budgets[i];
        report::table table({"element", "count", "dB", "figure", "source"});
        table.row({"source, per channel (dBm)", "", fixed(b.source.value, 2), name_of(b.path.source_origin), ""});
        for (std::size_t e = 0; e < b.path.count; ++e) {
            const path_element& p = b.path.elements[e];
            table.row({p.name, fixed(p.count, 1), fixed(-p.loss().value, 2), name_of(p.origin), p.source});
        }
        table.row({"received (dBm)", "", fixed(b.received.value, 2), "", ""});
        table.row({"sensitivity (dBm)", "", fixed(b.sensitivity.value, 2), "", ""});
        table.row({"margin", "", fixed(b.margin().value, 2), "", b.closes() ? "closed" : "NOT CLOSED"});
        std::cout << A::name << ", array " << i << ": " << b.path.channels << " channels on each of " << b.path.waveguides
                  << " waveguides\n"
                  << table.text() << "light " << fixed(b.optical.si * 1e3, 3) << " mW, at the wall " << fixed(b.wall_plug.si * 1e3, 2)
                  << " mW; the budget closes from " << fixed(b.required_wall_plug.si * 1e3, 2) << " mW on; fullest waveguide "
                  << fixed(b.in_waveguide.si * 1e3, 3) << " mW\n\n";
    }
}

template <class Unit>
void print_sizes(const char* name, const unit_optics& optics, report::table& table) {
    for (const double wanted : {2.0, 4.0, 6.0, 8.0})
        for (const double giga : {1.0, 5.0}) {
            const channel_limits l = channel_limits_of<Unit>(optics, wanted, giga * units::GHz);
            table.row({name, fixed(wanted, 0), fixed(giga, 0), std::to_string(l.by_spectral_range), std::to_string(l.by_crosstalk),
                       std::to_string(l.by_light), std::to_string(l.by_waveguide_power), std::to_string(l.channels()),
                       name_of(l.binding())});
        }
}

template <class Unit>
void print_tuning(const char* name, int units, const unit_optics& optics, report::table& table) {
    const tuning_budget t = tuning_budget_of<Unit>(optics);
    table.row({name, std::to_string(t.rings * units), fixed(t.per_ring.si * 1e3, 2), fixed(t.independent.si * units, 2),
               fixed(t.decoupled.si * units, 2), fixed(100 * t.worst_error, 0) + " %"});
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 1) {
        std::cerr << "feasibility: " << argv[1] << ": unknown option; expected none\n";
        return 2;
    }
    using accelerators::crosslight;
    using machine = accelerators::sonic;
    print_limits<machine>();
    print_limits<crosslight>();
    print_budgets<machine>();
    print_budgets<crosslight>();

    report::table sizes({"channels of", "bits", "GS/s", "by FSR", "by crosstalk", "by light", "by waveguide", "channels", "bound by"});
    print_sizes<machine::fc_unit>("SONIC FC", machine::optics, sizes);
    print_sizes<crosslight::unit<150>>("CrossLight FC", crosslight::optics, sizes);
    std::cout << "The most channels a waveguide may have (1000: no limit)\n" << sizes.text();

    report::table tuning({"heaters of", "rings", "mW per ring", "W, each alone", "W, with TED", "error without TED"});
    print_tuning<machine::conv_unit>("SONIC CONV", 50, machine::optics, tuning);
    print_tuning<machine::fc_unit>("SONIC FC", 10, machine::optics, tuning);
    print_tuning<crosslight::unit<20>>("CrossLight CONV", 100, crosslight::optics, tuning);
    print_tuning<crosslight::unit<150>>("CrossLight FC", 60, crosslight::optics, tuning);
    std::cout << "\nHolding rings against a fabrication drift of 2.1 nm\n" << tuning.text();

    report::table scale({"N x N unit, 4 bits", "1 GS/s", "3 GS/s", "5 GS/s", "10 GS/s"});
    const organisation_model model;
    const auto row = [&](const char* name, auto size) {
        scale.row({name, std::to_string(size(1.0)), std::to_string(size(3.0)), std::to_string(size(5.0)), std::to_string(size(10.0))});
    };
    for (const auto o : {organisation::mam, organisation::amm}) {
        const bool mam = o == organisation::mam;
        row(mam ? "MAM, within the limit" : "AMM, within the limit", [&](double giga) { return model.largest(o, 4, giga * units::GHz); });
        row(mam ? "MAM, as published" : "AMM, as published", [&](double giga) { return model.nearest(o, 4, giga * units::GHz); });
    }
    std::cout << '\n' << scale.text();
    return 0;
}
