// SPDX-License-Identifier: MIT
//
// What physics says of SONIC and CrossLight: every limit with what it requires and what is available, the link budget of each unit
// element by element, and how many channels each limit would allow.

#include <algorithm>
#include <initializer_list>
#include <iostream>
#include <string>

#include <sonic/accelerator/accelerators.hpp>
#include <sonic/report/feasibility.hpp>
#include <sonic/report/table.hpp>
#include <sonic/sonic.hpp>
#include <sonic/unit/tuning_budget.hpp>
#include <sonic/unit/unit_size.hpp>

namespace {

using namespace sonic;
using ::sonic::report::fixed;

template <class A>
void print_machine() {
    constexpr const auto& f = feasibility_of<A>;
    std::cout << A::name << ": " << f.broken() << " limits broken\n"
              << report::limits_table(f).text() << '\n'
              << report::claims_table(f).text();
    for (std::size_t i = 0; i < f.budgets.size(); ++i) {
        const link_budget& b = f.budgets[i];
        std::cout << '\n'
                  << A::name << ", array " << i << ": " << b.path.channels << " channels on each of " << b.path.waveguides
                  << " waveguides of a unit\n"
                  << report::budget_table(b).text() << "light " << fixed(b.optical.si * 1e3, 3) << " mW, at the wall "
                  << fixed(b.wall_plug.si * 1e3, 2) << " mW; the budget closes from " << fixed(b.required_wall_plug.si * 1e3, 2)
                  << " mW on; fullest waveguide " << fixed(b.in_waveguide.si * 1e3, 3) << " mW\n";
    }
    std::cout << '\n';
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

// Every machine of the library: how many limits it breaks, and which.
template <class A>
void add_machine(report::table& table) {
    constexpr const auto& f = feasibility_of<A>;
    std::string names;
    for (const limit_check& c : f.checks) {
        const std::string name = name_of(c.what);
        if (!c.holds && names.find(name) == std::string::npos) names += (names.empty() ? "" : ", ") + name;
    }
    bool light = false;
    double by_crosstalk = math::infinity, by_noise = math::infinity, claimed = 0;
    for (std::size_t i = 0; i < f.budgets.size(); ++i) {
        light = light || f.budgets[i].path.channels > 0;
        claimed = std::max(claimed, f.claims[i].bits);
        by_crosstalk = std::min(by_crosstalk, f.resolutions[i].crosstalk_bits);
        by_noise = std::min(by_noise, f.resolutions[i].noise_bits);
    }
    if (light)
        table.row(
            {A::name, fixed(claimed, 0), report::bounded(by_crosstalk), report::bounded(by_noise), std::to_string(f.broken()), names});
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 1) {
        std::cerr << "feasibility: " << argv[1] << ": unknown option; expected none\n";
        return 2;
    }
    using accelerators::crosslight;
    using machine = accelerators::sonic;
    print_machine<machine>();
    print_machine<crosslight>();

    report::table machines({"machine", "bits", "by crosstalk", "by noise", "broken", "limits"});
    boost::hana::for_each(accelerators::all, [&](auto each) { add_machine<typename decltype(each)::type>(machines); });
    std::cout << "Every machine with light; optics but for SONIC's and CrossLight's are the library's assumed defaults\n"
              << machines.text() << '\n';

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
