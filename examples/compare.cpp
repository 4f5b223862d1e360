// SPDX-License-Identifier: MIT
//
// The main job: accuracy of a trained sparse, clustered network on every accelerator, the cost of the paper's four networks and of this one
// on each, and the audit of the paper's claims under every set of meanings.

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <boost/hana/length.hpp>

#include <sonic/accelerator/accelerators.hpp>
#include <sonic/network/networks.hpp>
#include <sonic/network/trained.hpp>
#include <sonic/report/audit.hpp>
#include <sonic/report/json.hpp>
#include <sonic/report/table.hpp>
#include "command_line.hpp"
#include "machines/machine.hpp"

namespace {

using namespace sonic;
using report::fixed;
using report::json;
namespace hana = boost::hana;

struct options {
    std::filesystem::path json_file, data;
};

/// Cost of one network on one accelerator under one reading.
struct cost_row {
    std::string_view accelerator, reading, network;
    double peak_power, latency, fps, power, energy, fps_per_watt, energy_per_bit, assumed_share;
    double compute_bound, memory_bound, link_bound;
};

struct accuracy_row {
    std::string accelerator, weights, fidelity, adc_range;
    std::size_t images;
    double accuracy;
};

constexpr auto all_networks = hana::tuple_t<networks::mnist, networks::cifar10, networks::stl10, networks::svhn, networks::fashion_mnist>;
constexpr std::size_t network_count = hana::length(all_networks);

template <class A, class Reading>
void add_costs(std::vector<cost_row>& rows) {
    hana::for_each(all_networks, [&](auto each) {
        using N = typename decltype(each)::type;
        using reading = typename detail::policies<A, Reading>::reading;
        const auto& c = cost<A, N, reading>;
        rows.push_back({A::name, reading::name, N::name, c.peak_power().si, c.latency().si, c.fps().si, c.power().si, c.energy().si,
                        c.fps_per_watt(), c.energy_per_bit().si, c.assumed_share(), c.bound_share(bound::compute),
                        c.bound_share(bound::memory), c.bound_share(bound::link)});
    });
}

/// Every accelerator; those that are given as a table of latencies under every reading.
std::vector<cost_row> all_costs() {
    std::vector<cost_row> rows;
    hana::for_each(accelerators::all, [&](auto each) {
        using A = typename decltype(each)::type;
        add_costs<A, readings::serial>(rows);
        if constexpr (!std::is_same_v<typename A::reading, readings::clock>) {
            add_costs<A, readings::overlapped>(rows);
            add_costs<A, readings::stationary>(rows);
            add_costs<A, readings::pipelined>(rows);
            add_costs<A, readings::rated>(rows);
        }
    });
    return rows;
}

template <class A>
audit::machine on_four_networks() {
    return audit::machine_of<A, networks::mnist, networks::cifar10, networks::stl10, networks::svhn>();
}

std::vector<audit::outcome> audit_the_paper() {
    const std::vector<audit::machine> competitors{on_four_networks<accelerators::nullhop>(), on_four_networks<accelerators::rsnn>(),
                                                  on_four_networks<accelerators::lightbulb>(), on_four_networks<accelerators::crosslight>(),
                                                  on_four_networks<accelerators::holylight>()};
    return audit::all_outcomes(on_four_networks<accelerators::sonic>(), competitors, audit::claims_of_the_sonic_paper);
}

// The stored weights are clustered; the fidelity says how the machine computes with them.
accuracy_row accuracy_of(const examples::machine& m, const examples::way_to_compute& way, const trained_network& network,
                         const image_set& images, std::span<const int> ranges = {}) {
    const double accuracy = way.accuracy(network, images, ranges, [](std::size_t) {});
    return {m.name, "clustered", way.name, ranges.empty() ? "safe" : "calibrated", images.count(), accuracy};
}

/// Each machine with its ADC's safe range, and where the ADC is coarse with one calibrated on the first images; SONIC in every way.
std::vector<accuracy_row> all_accuracies(const trained_network& network, const image_set& images) {
    constexpr std::size_t calibration_images = 4;
    const image_set first = first_images(images, calibration_images);
    std::vector<accuracy_row> rows;
    for (const examples::machine& m : examples::all_machines())
        for (const examples::way_to_compute& way : m.ways) {
            const bool quantised = std::string_view(way.name) == name_of(fidelity::quantised);
            if (!quantised && m.name != std::string_view(accelerators::sonic::name)) continue;
            rows.push_back(accuracy_of(m, way, network, images));
            if (quantised && m.has_coarse_adc)
                rows.push_back(accuracy_of(m, way, network, images, m.calibrated_ranges(network, first.pixels)));
        }
    return rows;
}

// ---- JSON

json networks_json() {
    json result = json::array();
    hana::for_each(all_networks, [&](auto each) {
        using N = typename decltype(each)::type;
        json densities = json::array();
        for (std::size_t i = 0; i < mac_layers_of<N>.size(); ++i) {
            const activation_share& d = activation_density_of<N>[i];
            densities.push(json::object()
                               .set("layer", mac_layers_of<N>[i].name().view())
                               .set("density", d.value)
                               .set("origin", name_of(d))
                               .set("source", d.source));
        }
        result.push(json::object()
                        .set("name", N::name)
                        .set("parameters", static_cast<double>(parameters_of<N>))
                        .set("macs", static_cast<double>(macs_of<N>))
                        .set("weight_density", mean_weight_density_of<N>)
                        .set("activation_density", densities));
    });
    return result;
}

json accelerators_json(const std::vector<cost_row>& rows) {
    json result = json::array();
    for (std::size_t first = 0; first < rows.size(); first += network_count) {
        json results = json::array();
        for (std::size_t i = first; i < first + network_count; ++i) {
            const cost_row& r = rows[i];
            results.push(
                json::object()
                    .set("network", r.network)
                    .set("latency_s", r.latency)
                    .set("fps", r.fps)
                    .set("power_W", r.power)
                    .set("energy_J", r.energy)
                    .set("fps_per_watt", r.fps_per_watt)
                    .set("energy_per_bit_J", r.energy_per_bit)
                    .set("assumed_share", r.assumed_share)
                    .set("bounds", json::object().set("compute", r.compute_bound).set("memory", r.memory_bound).set("link", r.link_bound)));
        }
        result.push(json::object()
                        .set("name", rows[first].accelerator)
                        .set("reading", rows[first].reading)
                        .set("peak_power_W", rows[first].peak_power)
                        .set("results", results));
    }
    return result;
}

json claims_json(const std::vector<audit::outcome>& outcomes) {
    json result = json::array();
    for (const audit::outcome& o : outcomes)
        for (std::size_t i = 0; i < o.modelled.size(); ++i) {
            const audit::claim& c = audit::claims_of_the_sonic_paper[i];
            result.push(json::object()
                            .set("against", c.against)
                            .set("metric", c.metric())
                            .set("reading", audit::reading_names[o.meanings.reading])
                            .set("policies", o.meanings.policies())
                            .set("energy_per_bit_meaning", audit::bit_names[o.meanings.bits])
                            .set("average", audit::average_names[o.meanings.average])
                            .set("claimed", c.claimed)
                            .set("modelled", o.modelled[i]));
        }
    return result;
}

json accuracy_json(const std::vector<accuracy_row>& rows) {
    json result = json::array();
    for (const accuracy_row& a : rows)
        result.push(json::object()
                        .set("accelerator", a.accelerator)
                        .set("network", networks::fashion_mnist::name)
                        .set("dataset", "Fashion-MNIST test")
                        .set("images", static_cast<double>(a.images))
                        .set("weights", a.weights)
                        .set("fidelity", a.fidelity)
                        .set("adc_range", a.adc_range)
                        .set("accuracy", a.accuracy));
    return result;
}

// ---- tables

std::string percent(double share, int decimals = 0) { return fixed(100 * share, decimals) + " %"; }
/// A number with about three digits, whatever its size.
std::string three_digits(double value) {
    const double size = std::fabs(value);
    return fixed(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.01 ? 4 : 6);
}

void print_accuracies(const std::vector<accuracy_row>& rows) {
    report::table t({"accelerator", "weights", "fidelity", "ADC range", "images", "accuracy"});
    for (const accuracy_row& a : rows)
        t.row({a.accelerator, a.weights, a.fidelity, a.adc_range, std::to_string(a.images), percent(a.accuracy, 2)});
    std::cout << "Accuracy of the trained " << networks::fashion_mnist::name
              << " network (50 % of the weights zero, at most 64 clusters) with each machine's number formats.\nADC range: safe never "
                 "saturates, calibrated fits the sums of the first 4 images\n"
              << t.text();
}

void print_densities() {
    report::table t({"network", "layer", "weights kept", "activations not 0", "origin", "source"});
    hana::for_each(all_networks, [&](auto each) {
        using N = typename decltype(each)::type;
        for (std::size_t i = 0; i < mac_layers_of<N>.size(); ++i) {
            const activation_share& d = activation_density_of<N>[i];
            t.row({N::name, std::string(mac_layers_of<N>[i].name().view()), percent(weight_density_of<N>[i]), percent(d.value, 2),
                   name_of(d), d.source});
        }
    });
    std::cout << "\nDensities that the costs below expect\n" << t.text();
}

void print_costs(const std::vector<cost_row>& rows) {
    report::table t({"accelerator", "reading", "network", "latency us", "FPS", "power W", "FPS/W", "pJ/bit", "memory-bound", "assumed"});
    for (const cost_row& r : rows)
        t.row({std::string(r.accelerator), std::string(r.reading), std::string(r.network), fixed(r.latency * 1e6, 2), fixed(r.fps, 0),
               fixed(r.power, 2), three_digits(r.fps_per_watt), three_digits(r.energy_per_bit * 1e12), percent(r.memory_bound),
               percent(r.assumed_share, 2)});
    std::cout << "\nCost of one frame (batch 1, idle arrays powered, emitters gated, expected zeros; memory-bound: share of the time;\n"
                 "assumed: share of the energy on assumed figures)\n"
              << t.text();
}

template <class A>
void print_breakdown() {
    const auto& c = cost<A, networks::cifar10>;
    report::table parts({"block", "part", "count", "peak W", "energy share", "power figure"});
    for (const part_cost& p : c.parts)
        parts.row({p.part.role == role::memory ? "memory"
                   : p.part.role == role::link ? "link"
                   : p.array == 0              ? "CONV"
                                               : "FC",
                   p.part.name, std::to_string(p.count), fixed(p.peak_power.si, 3), percent(p.energy / c.energy(), 2),
                   name_of(p.part.power_origin)});
    std::cout << '\n' << A::name << " on " << networks::cifar10::name << ", reading " << A::reading::name << ", by part\n" << parts.text();
    report::table layers({"layer", "time us", "bound", "energy uJ", "passes", "busiest unit's", "driven"});
    for (const layer_cost& l : c.layers)
        layers.row({std::string(l.layer.name().view()), fixed(l.time.si * 1e6, 2), name_of(l.bound), fixed(l.energy.si * 1e6, 1),
                    fixed(l.activity.passes, 0), fixed(l.activity.busiest_passes, 0), fixed(l.activity.driven, 0)});
    std::cout << '\n' << A::name << " on " << networks::cifar10::name << ", by layer (expected events)\n" << layers.text();
}

const audit::outcome& find(const std::vector<audit::outcome>& outcomes, const audit::meanings& m) {
    return *std::find_if(outcomes.begin(), outcomes.end(), [&](const audit::outcome& o) { return o.meanings == m; });
}

void print_audit(const std::vector<audit::outcome>& outcomes) {
    const std::span<const audit::claim> claims = audit::claims_of_the_sonic_paper;
    const audit::outcome& closest = *std::min_element(
        outcomes.begin(), outcomes.end(), [&](const auto& a, const auto& b) { return a.distance(claims) < b.distance(claims); });

    report::table by_reading(
        {"SONIC over", "metric", "claimed", "serial", "overlapped", "stationary", "pipelined", "rated", "closest set", "verdict"});
    for (std::size_t i = 0; i < claims.size(); ++i) {
        std::vector<std::string> cells{claims[i].against, claims[i].metric(), fixed(claims[i].claimed, 2)};
        for (std::size_t r = 0; r < audit::reading_names.size(); ++r) {
            audit::meanings m;
            m.reading = r;
            cells.push_back(three_digits(find(outcomes, m).modelled[i]));
        }
        cells.push_back(three_digits(closest.modelled[i]));
        cells.push_back(audit::verdict(closest.modelled[i], claims[i].claimed));
        by_reading.row(cells);
    }
    std::cout
        << "\nThe paper's claims: its ratio, and the model's under each reading and the default policies (docs/audit.md explains each)\n"
        << by_reading.text();

    report::table by_policy({"changed from the default", "distance", "mean factor", "claims within 2x"});
    const auto row = [&](const std::string& name, const audit::outcome& o) {
        int within = 0;
        for (std::size_t i = 0; i < claims.size(); ++i) within += std::fabs(std::log(o.modelled[i] / claims[i].claimed)) <= std::log(2.0);
        by_policy.row({name, fixed(o.distance(claims), 3), three_digits(o.mean_factor(claims)), std::to_string(within)});
    };
    row("nothing", find(outcomes, {}));
    const auto each = [&](const auto& names, std::size_t audit::meanings::*member, const std::string& what) {
        for (std::size_t i = 1; i < names.size(); ++i) {
            audit::meanings m;
            m.*member = i;
            row(what + " " + names[i], find(outcomes, m));
        }
    };
    each(audit::reading_names, &audit::meanings::reading, "reading");
    each(audit::energy_names, &audit::meanings::energy, "energy");
    each(audit::idle_names, &audit::meanings::idle, "idle");
    each(audit::gate_names, &audit::meanings::gate, "gating");
    each(audit::sign_names, &audit::meanings::signs, "signs");
    each(audit::bit_names, &audit::meanings::bits, "energy per bit");
    each(audit::average_names, &audit::meanings::average, "average");
    row("closest of all " + std::to_string(outcomes.size()), closest);
    std::cout << "\nOne policy at a time (distance: geometric mean of |ln(model / claim)|; mean factor: exp of its mean)\n"
              << by_policy.text() << "closest set: " << audit::reading_names[closest.meanings.reading] << "; "
              << closest.meanings.policies() << "; " << audit::bit_names[closest.meanings.bits] << "; "
              << audit::average_names[closest.meanings.average] << '\n';
}

void run(const options& o) {
    const std::filesystem::path embedded = SONIC_EXAMPLE_DATA_DIR;
    const auto stored = read_weights(embedded / "fashion-mnist.weights");
    const auto network = with_weights<networks::fashion_mnist>(stored, (embedded / "fashion-mnist.weights").string());
    const image_set images =
        o.data.empty() ? read_idx(embedded / "fashion-mnist-1000-images-idx3-ubyte", embedded / "fashion-mnist-1000-labels-idx1-ubyte")
                       : read_idx(o.data / "t10k-images-idx3-ubyte", o.data / "t10k-labels-idx1-ubyte");

    const auto accuracies = all_accuracies(network, images);
    print_accuracies(accuracies);
    const auto costs = all_costs();
    print_densities();
    print_costs(costs);
    print_breakdown<accelerators::sonic>();
    const auto outcomes = audit_the_paper();
    print_audit(outcomes);

    if (!o.json_file.empty()) {
        const std::string text = json::object()
                                     .set("networks", networks_json())
                                     .set("accelerators", accelerators_json(costs))
                                     .set("claims", claims_json(outcomes))
                                     .set("accuracy", accuracy_json(accuracies))
                                     .text() +
                                 "\n";
        write_file(o.json_file, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    }
}

}  // namespace

int main(int argc, char** argv) {
    return examples::run("compare", [&] {
        options o;
        examples::command_line line(
            "usage: compare [--json FILE] [--data DIR]\n"
            "  --json FILE  write all results as JSON\n"
            "  --data DIR   use the full test set: t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte in DIR");
        if (!line.option("--json", o.json_file).option("--data", o.data).parse(argc, argv)) return;
        examples::require_directory_of(o.json_file);
        run(o);
    });
}
