// SPDX-License-Identifier: MIT
//
// What physics leaves of an accuracy: the embedded network on SONIC, chip by chip, against the light of its sources, the quality factor of
// its rings, the channels of a dense unit, drift, temperature, and the effective bits of its ADCs. Each figure varies alone, twice: from
// the published design, whose 50 channels at Q 8000 drown in crosstalk, and from one of 18 channels that fit the free spectral range.

#include <filesystem>
#include <functional>
#include <iostream>
#include <span>
#include <string>
#include <vector>

#include <sonic/evaluate/monte_carlo.hpp>
#include <sonic/network/networks.hpp>
#include <sonic/network/trained.hpp>
#include <sonic/report/table.hpp>
#include <sonic/sonic.hpp>
#include "command_line.hpp"

namespace {

using namespace sonic;
using namespace sonic::units;
using sonic::report::fixed;

/// SONIC with so many channels in a dense unit, else as published.
template <int Channels>
using dense_unit =
    vector_dot_product<of<Channels>, drives<devices::dac<6>, gated<devices::vcsel>>, holds<devices::dac<16>, devices::microring>,
                       scales<devices::dac<6>, devices::microring>, reads<devices::photodetector, devices::adc<16>>, signs::free>;
template <int Channels>
using sonic_with = replace<accelerators::sonic, accelerators::sonic::fc_unit, dense_unit<Channels>>;
static_assert(unit_of<dense_unit<50>>.lanes == 50 && std::is_same_v<dense_unit<50>, accelerators::sonic::fc_unit>);

struct options {
    std::size_t images = 300, chips = 6;
    std::filesystem::path csv;
};

struct point {
    std::string design, figure, unit;
    double value;
    estimate accuracy;
};

/// All that the sweeps share.
struct study {
    const trained_network& network;
    const image_set& images;
    std::size_t chips;
    executors::thread_pool threads{};
    std::vector<point> points{};

    template <accelerator A>
    void add(const char* design, const char* figure, const char* unit, double value, const impairments& active,
             std::span<const unit_optics> optics) {
        const auto found = monte_carlo<A>(network, images, chips, {.active = active, .optics = optics}, threads);
        points.push_back({design, figure, unit, value, found.accuracy});
        const estimate& e = found.accuracy;
        std::cerr << design << ", " << figure << ' ' << value << ' ' << unit << ": " << fixed(100 * e.mean, 2) << " % ("
                  << fixed(100 * e.low, 2) << " to " << fixed(100 * e.high, 2) << ")\n"
                  << std::flush;
    }
    /// One figure of the optics of all arrays.
    template <accelerator A>
    void sweep(const char* design, const char* figure, const char* unit, std::initializer_list<double> values,
               const std::function<void(unit_optics&, double)>& set) {
        for (const double value : values) {
            auto optics = optics_of<A>();
            for (unit_optics& o : optics) set(o, value);
            add<A>(design, figure, unit, value, {}, optics);
        }
    }
};

constexpr auto varied = "varied here";

template <accelerator A>
void sweep_all(study& s, const char* design) {
    // The design's own among them: 1.3 mW of a VCSEL (SONIC, Table 2) at 10 % wall-plug efficiency is 130 uW.
    constexpr double own_light = feasibility_of<A>.budgets[0].path.source / (1 * uW);
    s.sweep<A>(design, "light of a source", "uW", {1, 3, 10, 30, own_light, 200, 1000},
               [](unit_optics& o, double v) { o.source_power = assumed(v * 1e-6 * W, varied); });
    s.sweep<A>(design, "quality factor", "", {2000, 4000, 8000, 16000, 32000, 64000},
               [](unit_optics& o, double v) { o.quality_factor = assumed(v, varied); });
    s.sweep<A>(design, "drift of a ring", "pm", {0, 1, 2, 5, 10, 20, 50},
               [](unit_optics& o, double v) { o.tuning_error = assumed(v * pm, varied); });
    s.sweep<A>(design, "temperature error", "K", {0, 0.02, 0.05, 0.1, 0.2, 0.5},
               [](unit_optics& o, double v) { o.temperature_error = assumed(v * K, varied); });
    s.sweep<A>(design, "effective bits of the ADC", "", {4, 5, 6, 7, 8, 10, 12, 16},
               [](unit_optics& o, double v) { o.adc_effective_bits = assumed(v, varied); });
}

template <int... Channels>
void sweep_channels(study& s) {
    (s.add<sonic_with<Channels>>("SONIC", "channels of a dense unit", "", Channels, {}, {}), ...);
}

/// Which impairment costs how much: all, and all but one.
template <accelerator A>
void take_away(study& s, const char* design) {
    const std::pair<const char*, bool impairments::*> each[] = {{"without crosstalk", &impairments::crosstalk},
                                                                {"without drift", &impairments::drift},
                                                                {"without shot noise", &impairments::shot},
                                                                {"without thermal noise", &impairments::thermal},
                                                                {"without intensity noise", &impairments::intensity}};
    s.add<A>(design, "without any impairment", "", 0, impairments::none(), {});
    s.add<A>(design, "with all impairments", "", 0, {}, {});
    for (const auto& [name, member] : each) {
        impairments active;
        active.*member = false;
        s.add<A>(design, name, "", 0, active, {});
    }
}

void run(const options& o) {
    const std::filesystem::path data = SONIC_EXAMPLE_DATA_DIR;
    const auto network = with_weights<networks::fashion_mnist>(read_weights(data / "fashion-mnist.weights"), "fashion-mnist.weights");
    const auto images =
        first_images(read_idx(data / "fashion-mnist-1000-images-idx3-ubyte", data / "fashion-mnist-1000-labels-idx1-ubyte"), o.images);
    study s{network, images, o.chips};
    std::cout << "Accuracy of the trained " << networks::fashion_mnist::name << " network (sparse, clustered), " << images.count()
              << " images, " << o.chips
              << " chips; means and their 95 % intervals.\nOptics that a sweep does not vary are SONIC's, most of them assumed "
              << "(docs/physics.md).\n\n";
    take_away<accelerators::sonic>(s, "SONIC");
    take_away<sonic_with<18>>(s, "18 channels");
    sweep_channels<5, 10, 18, 25, 35, 50>(s);
    sweep_all<accelerators::sonic>(s, "SONIC");
    sweep_all<sonic_with<18>>(s, "18 channels");

    report::table table({"design", "figure", "value", "accuracy", "95 % interval", "from chip to chip"});
    for (const point& p : s.points) {
        char value[32];
        std::snprintf(value, sizeof value, "%g", p.value);
        table.row({p.design, p.figure, p.figure.starts_with("with") ? "" : value + (p.unit.empty() ? "" : ' ' + p.unit),
                   fixed(100 * p.accuracy.mean, 2) + " %", fixed(100 * p.accuracy.low, 2) + " to " + fixed(100 * p.accuracy.high, 2),
                   fixed(100 * p.accuracy.deviation, 2)});
    }
    std::cout << '\n' << table.text();
    if (!o.csv.empty()) {
        std::string text = "design,figure,unit,value,accuracy,low,high,deviation,chips,images\n";
        for (const point& p : s.points) {
            char line[256];
            std::snprintf(line, sizeof line, "%s,%s,%s,%g,%.6f,%.6f,%.6f,%.6f,%zu,%zu\n", p.design.c_str(), p.figure.c_str(),
                          p.unit.c_str(), p.value, p.accuracy.mean, p.accuracy.low, p.accuracy.high, p.accuracy.deviation, o.chips,
                          images.count());
            text += line;
        }
        write_file(o.csv, std::vector<std::uint8_t>(text.begin(), text.end()));
    }
}

}  // namespace

int main(int argc, char** argv) {
    return examples::run("accuracy_under_physics", [&] {
        options o;
        examples::command_line line(
            "usage: accuracy_under_physics [--images N] [--chips N] [--csv FILE]\n"
            "N images of the embedded 1,000 (default 300) through each of N chips (default 6, at least 2).\n"
            "examples/accuracy_under_physics.gp draws the CSV.");
        line.option<std::size_t>("--images", o.images, 1, 1000).option<std::size_t>("--chips", o.chips, 2, 1000).option("--csv", o.csv);
        if (!line.parse(argc, argv)) return;
        examples::require_directory_of(o.csv);
        run(o);
    });
}
