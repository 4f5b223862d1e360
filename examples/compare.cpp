// SPDX-License-Identifier: MIT
//
// The main job: accuracy of a trained sparse, clustered network on SONIC, and the cost of the paper's four networks on SONIC and
// CrossLight under every reading, beside the paper's claims.

#include <cmath>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include <sonic/evaluate/evaluate.hpp>
#include <sonic/report/json.hpp>
#include <sonic/report/table.hpp>
#include <sonic/sonic.hpp>

namespace {

using namespace sonic;
using ::sonic::report::json;

struct options {
    std::filesystem::path json_file, data;
};

/// Costs of one network on one accelerator under one reading.
struct cost_row {
    std::string accelerator, reading, network;
    double peak_power, latency, fps, power, energy, fps_per_watt, energy_per_bit, assumed_share;
};

struct accuracy_row {
    std::string weights, fidelity;
    std::size_t images;
    double accuracy;
};

struct claim_row {
    std::string metric, reading;
    double claimed, modelled;
};

template <class A, class N, class Reading>
cost_row row_of() {
    constexpr const auto& c = cost<A, N, Reading>;
    return {A::name,      Reading::name, N::name,          c.peak_power().si,     c.latency().si,   c.fps().si,
            c.power().si, c.energy().si, c.fps_per_watt(), c.energy_per_bit().si, c.assumed_share()};
}

template <class A, class Reading>
void add_rows(std::vector<cost_row>& rows) {
    rows.push_back(row_of<A, networks::mnist, Reading>());
    rows.push_back(row_of<A, networks::cifar10, Reading>());
    rows.push_back(row_of<A, networks::stl10, Reading>());
    rows.push_back(row_of<A, networks::svhn, Reading>());
}

template <class... Readings>
std::vector<cost_row> all_rows() {
    std::vector<cost_row> rows;
    ((add_rows<accelerators::sonic, Readings>(rows), add_rows<accelerators::crosslight, Readings>(rows)), ...);
    return rows;
}

/// Geometric mean over networks of SONIC's advantage over CrossLight.
std::vector<claim_row> claims(const std::vector<cost_row>& rows) {
    std::vector<claim_row> result;
    for (const char* reading : {"serial", "overlapped", "stationary", "pipelined", "rated"}) {
        double efficiency = 0, energy_per_bit = 0;
        int networks = 0;
        for (const cost_row& a : rows)
            for (const cost_row& b : rows)
                if (a.reading == reading && b.reading == reading && a.network == b.network && a.accelerator == accelerators::sonic::name &&
                    b.accelerator == accelerators::crosslight::name) {
                    efficiency += std::log(a.fps_per_watt / b.fps_per_watt);
                    energy_per_bit += std::log(b.energy_per_bit / a.energy_per_bit);
                    ++networks;
                }
        result.push_back({"fps_per_watt", reading, 2.94, std::exp(efficiency / networks)});
        result.push_back({"energy_per_bit", reading, 18.4, std::exp(energy_per_bit / networks)});
    }
    return result;
}

template <fidelity F>
accuracy_row accuracy_of(const trained_network& network, const image_set& images, const char* weights) {
    return {weights, name_of(F), images.count(), evaluate<accelerators::sonic, F>(network, images).accuracy(images.labels)};
}

template <class N>
json network_json() {
    json densities = json::array();
    for (const activation_share& d : activation_density_of<N>)
        densities.push(json::object().set("density", d.value).set("origin", d.measured ? "measured" : "assumed"));
    return json::object()
        .set("name", N::name)
        .set("parameters", static_cast<double>(parameters_of<N>))
        .set("macs", static_cast<double>(macs_of<N>))
        .set("weight_density", mean_weight_density_of<N>)
        .set("activation_density", densities);
}

json to_json(const std::vector<cost_row>& rows, const std::vector<claim_row>& claimed, const std::vector<accuracy_row>& accuracy) {
    json networks_json = json::array();
    networks_json.push(network_json<networks::mnist>());
    networks_json.push(network_json<networks::cifar10>());
    networks_json.push(network_json<networks::stl10>());
    networks_json.push(network_json<networks::svhn>());
    json accelerators_json = json::array();
    for (std::size_t first = 0; first < rows.size(); first += 4) {
        json results = json::array();
        for (std::size_t i = first; i < first + 4; ++i) {
            const cost_row& r = rows[i];
            results.push(json::object()
                             .set("network", r.network)
                             .set("latency_s", r.latency)
                             .set("fps", r.fps)
                             .set("power_W", r.power)
                             .set("energy_J", r.energy)
                             .set("fps_per_watt", r.fps_per_watt)
                             .set("energy_per_bit_J", r.energy_per_bit)
                             .set("assumed_share", r.assumed_share));
        }
        accelerators_json.push(json::object()
                                   .set("name", rows[first].accelerator)
                                   .set("reading", rows[first].reading)
                                   .set("peak_power_W", rows[first].peak_power)
                                   .set("results", results));
    }
    json claims_json = json::array();
    for (const claim_row& c : claimed)
        claims_json.push(json::object()
                             .set("against", accelerators::crosslight::name)
                             .set("metric", c.metric)
                             .set("reading", c.reading)
                             .set("claimed", c.claimed)
                             .set("modelled", c.modelled));
    json accuracy_json = json::array();
    for (const accuracy_row& a : accuracy)
        accuracy_json.push(json::object()
                               .set("network", networks::fashion_mnist::name)
                               .set("dataset", "Fashion-MNIST test")
                               .set("images", static_cast<double>(a.images))
                               .set("weights", a.weights)
                               .set("fidelity", a.fidelity)
                               .set("accuracy", a.accuracy));
    return json::object()
        .set("networks", networks_json)
        .set("accelerators", accelerators_json)
        .set("claims", claims_json)
        .set("accuracy", accuracy_json);
}

template <class A>
void print_breakdown() {
    constexpr const auto& c = cost<A, networks::cifar10>;
    report::table parts({"array", "part", "count", "peak W", "energy share", "power figure"});
    for (const part_cost& p : c.parts)
        parts.row({p.array == 0 ? "CONV" : "FC", p.part.name, std::to_string(p.count), report::fixed(p.peak_power.si, 3),
                   report::fixed(100 * (p.energy / c.energy()), 2) + " %", name_of(p.part.power_origin)});
    std::cout << '\n' << A::name << " on " << networks::cifar10::name << ", reading " << A::reading::name << ", by part\n" << parts.text();
    report::table layers({"layer", "time us", "energy uJ", "passes", "busiest unit's", "driven"});
    for (const layer_cost& l : c.layers)
        layers.row({std::string(l.layer.name().view()), report::fixed(l.time.si * 1e6, 2), report::fixed(l.energy.si * 1e6, 1),
                    report::fixed(l.activity.passes, 0), report::fixed(l.activity.busiest_passes, 0), report::fixed(l.activity.driven, 0)});
    std::cout << '\n' << A::name << " on " << networks::cifar10::name << ", by layer (expected events)\n" << layers.text();
}

void run(const options& o) {
    const std::filesystem::path embedded = SONIC_EXAMPLE_DATA_DIR;
    const auto stored = read_weights(embedded / "fashion-mnist.weights");
    const auto network = with_weights<networks::fashion_mnist>(stored, (embedded / "fashion-mnist.weights").string());
    const image_set images =
        o.data.empty() ? read_idx(embedded / "fashion-mnist-1000-images-idx3-ubyte", embedded / "fashion-mnist-1000-labels-idx1-ubyte")
                       : read_idx(o.data / "t10k-images-idx3-ubyte", o.data / "t10k-labels-idx1-ubyte");

    // Stored weights are clustered; each fidelity says how the machine computes with them.
    const std::vector<accuracy_row> accuracy{accuracy_of<fidelity::ideal>(network, images, "clustered"),
                                             accuracy_of<fidelity::quantised>(network, images, "clustered")};
    report::table accuracies({"network", "images", "weights", "fidelity", "accuracy"});
    for (const accuracy_row& a : accuracy)
        accuracies.row(
            {networks::fashion_mnist::name, std::to_string(a.images), a.weights, a.fidelity, report::fixed(100 * a.accuracy, 2) + " %"});
    std::cout << "Accuracy on SONIC (50 % of the weights zero, at most 64 clusters)\n" << accuracies.text();

    const auto rows = all_rows<readings::serial, readings::overlapped, readings::stationary, readings::pipelined, readings::rated>();
    report::table costs({"accelerator", "reading", "network", "latency us", "FPS", "power W", "FPS/W", "pJ/bit", "assumed"});
    for (const cost_row& r : rows)
        costs.row({r.accelerator, r.reading, r.network, report::fixed(r.latency * 1e6, 1), report::fixed(r.fps, 0),
                   report::fixed(r.power, 2), report::fixed(r.fps_per_watt, 3), report::fixed(r.energy_per_bit * 1e12, 3),
                   report::fixed(100 * r.assumed_share, 2) + " %"});
    std::cout << "\nCost of one frame (batch 1, idle arrays powered, emitters gated; expected zeros)\n" << costs.text();
    print_breakdown<accelerators::sonic>();

    const auto claimed = claims(rows);
    report::table claim_table({"SONIC over CrossLight", "reading", "claimed", "modelled", "modelled / claimed"});
    for (const claim_row& c : claimed)
        claim_table.row(
            {c.metric, c.reading, report::fixed(c.claimed, 2), report::fixed(c.modelled, 2), report::fixed(c.modelled / c.claimed, 2)});
    std::cout << "\nThe paper's claims (geometric mean over four networks; docs/comparison.md explains the difference)\n"
              << claim_table.text();

    if (!o.json_file.empty()) {
        const std::string text = to_json(rows, claimed, accuracy).text() + "\n";
        write_file(o.json_file, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    }
}

}  // namespace

int main(int argc, char** argv) {
    try {
        options o;
        for (int i = 1; i < argc; ++i) {
            const std::string option = argv[i];
            if (option == "--help") {
                std::cout << "usage: compare [--json FILE] [--data DIR]\n"
                             "  --json FILE  write all results as JSON\n"
                             "  --data DIR   use the full test set: t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte in DIR\n";
                return 0;
            }
            if (option != "--json" && option != "--data") throw input_error(option, "unknown option", "--json FILE, --data DIR or --help");
            if (++i == argc) throw input_error(option, "no value", option == "--json" ? "a file name" : "a directory");
            (option == "--json" ? o.json_file : o.data) = argv[i];
        }
        run(o);
        return 0;
    } catch (const input_error& error) {
        std::cerr << "compare: " << error.what() << '\n';
        return 2;
    }
}
