// SPDX-License-Identifier: MIT
//
// Scores a user's own network on an accelerator: accuracy on images, cost from the zeros these images show, by layer and by part, and how
// well chunk policies and sparse formats suit it.

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <sonic/network/cifar10.hpp>
#include <sonic/network/forward.hpp>
#include <sonic/network/networks.hpp>
#include <sonic/network/trained.hpp>
#include <sonic/onnx/import.hpp>
#include <sonic/report/audit.hpp>
#include <sonic/report/json.hpp>
#include <sonic/report/table.hpp>
#include <sonic/sparse/formats.hpp>
#include "command_line.hpp"
#include "machines/machine.hpp"

namespace {

using namespace sonic;
using examples::machine;
using ::sonic::report::fixed;
using ::sonic::report::json;
using ::sonic::report::table;

template <class... Types>
struct list {};
using known_networks = list<networks::mnist, networks::fashion_mnist, networks::cifar10, networks::svhn>;

std::string simple(const std::string& name) {
    std::string result;
    for (const char c : name)
        if (std::isalnum(static_cast<unsigned char>(c))) result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

/// Names one after another; some accelerators' hold a comma.
template <class Names>
std::string list_of(const Names& names) {
    std::string result;
    for (const auto& name : names) result += (result.empty() ? "" : "; ") + std::string(name);
    return result;
}

/// Calls f with the type of that name; refuses a name that is none of them.
template <class... Types, class F>
void with_named(list<Types...>, const std::string& option, const std::string& name, F f) {
    bool found = false;
    const auto look = [&]<class T>(std::type_identity<T> type) {
        if (!found && simple(T::name) == simple(name)) {
            found = true;
            f(type);
        }
    };
    (look(std::type_identity<Types>{}), ...);
    if (!found) throw input_error(option, "\"" + name + "\"", "one of " + list_of(std::vector{Types::name...}));
}

struct options {
    std::filesystem::path model, images, labels, json_file;
    std::string accelerator, network, reading, fidelity = "quantised", adc_range = "safe";
    std::size_t limit = 0, measured = 100;
};

/// A line that grows while one waits; only where somebody watches.
class progress {
  public:
    progress(std::string what, std::size_t total) : what_(std::move(what)), total_(total), shows_(isatty(STDERR_FILENO) != 0) {}
    ~progress() {
        if (printed_) std::fprintf(stderr, "\r\033[K");
    }
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;
    void operator()(std::size_t done) {
        const auto now = std::chrono::steady_clock::now();
        if (!shows_ || now - last_ < std::chrono::milliseconds(200)) return;
        last_ = now;
        printed_ = true;
        const std::size_t bars = total_ == 0 ? 0 : done * 30 / total_;
        std::fprintf(stderr, "\r%s [%s%s] %zu of %zu", what_.c_str(), std::string(bars, '#').c_str(), std::string(30 - bars, '.').c_str(),
                     done, total_);
    }

  private:
    std::string what_;
    std::size_t total_;
    bool shows_, printed_ = false;
    std::chrono::steady_clock::time_point last_{};
};

image_set read_images(const options& o) {
    const auto bytes = read_file(o.images);
    const bool idx = bytes.size() > 4 && bytes[0] == 0 && bytes[1] == 0 && bytes[2] == 8;
    if (!idx && o.labels.empty()) return parse_cifar10(bytes, o.images.string());
    if (o.labels.empty()) throw input_error("--labels", "no file", "the labels that belong to " + o.images.string());
    return parse_idx(bytes, read_file(o.labels), 10, o.images.string(), o.labels.string());
}

struct loaded {
    trained_network network;
    std::vector<std::string> nodes;  ///< the model's names of the MAC layers
};

loaded read_network(const options& o, const image_set& images) {
    loaded result;
    if (!o.network.empty()) {
        with_named(known_networks{}, "--network", o.network,
                   [&]<class N>(std::type_identity<N>) { result.network = with_weights<N>(read_weights(o.model), o.model.string()); });
    } else {
        auto imported = onnx::import_network(o.model);
        result.network = std::move(imported.network);
        for (const auto& l : imported.layers) result.nodes.push_back(l.node);
    }
    if (result.network.values.empty())
        throw input_error(o.model.string(), "no convolution or dense layer", "at least one, for an accelerator to run");
    if (!(images.size == result.network.input()))
        throw input_error(o.images.string(), "images of " + detail::text(images.size),
                          "what the network takes, " + detail::text(result.network.input()));
    // A weight file carries its maxima.
    if (o.network.empty()) calibrate_activations(result.network, first_images(images, o.measured));
    return result;
}

/// Bits of all MAC layers' weights in one format, by field.
struct format_row {
    std::string name, used_by;
    std::map<std::string, std::uint64_t> fields;
    std::uint64_t bits = 0;
};

std::vector<format_row> format_rows(const machine& on, const trained_network& network) {
    using code = std::int32_t;
    std::vector<std::pair<std::uint64_t, sparse::dense<code>>> layers;  // bits of a weight, codes
    for (const layer& l : network.layers) {
        if (!l.is_mac()) continue;
        const number_format format = on.format(l.kind);
        const auto codes = encode(network.values[layers.size()], format).weights;
        const auto outputs = static_cast<std::size_t>(l.out.channels);
        layers.emplace_back(format.weight_bits, sparse::dense<code>(outputs, codes.size() / outputs, codes));
    }
    std::vector<format_row> rows;
    const auto add = [&]<class Format>(std::type_identity<Format>, const char* name) {
        format_row row{name, Format::used_by, {}, 0};
        for (const auto& [weight_bits, codes] : layers)
            for (const stored_field& f : convert<Format>(codes).size(weight_bits).fields)
                if (f.bits > 0) row.fields[f.name] += f.bits, row.bits += f.bits;
        rows.push_back(std::move(row));
    };
    add(std::type_identity<sparse::dense<code>>{}, "dense");
    add(std::type_identity<sparse::coordinate<code>>{}, "COO");
    add(std::type_identity<sparse::csr<code>>{}, "CSR");
    add(std::type_identity<sparse::csc<code>>{}, "CSC");
    add(std::type_identity<sparse::bitmap<code>>{}, "bitmap");
    add(std::type_identity<sparse::run_length<code, 4>>{}, "run-length, 4 bit");
    add(std::type_identity<sparse::ellpack<code>>{}, "ELL");
    add(std::type_identity<sparse::blocked<code, 4, 4>>{}, "blocked, 4 x 4");
    add(std::type_identity<sparse::value_compressed<code>>{}, "value-compressed");
    return rows;
}

std::string percent(double share, int decimals = 1) { return fixed(100 * share, decimals) + " %"; }

/// Images that a calibrated ADC range fits.
constexpr std::size_t range_images = 4;

void score(const options& o, const machine& on, const examples::way_to_compute& way) {
    image_set images = read_images(o);
    if (o.limit > 0) images = first_images(images, o.limit);
    const loaded model = read_network(o, images);
    const trained_network& network = model.network;
    check(network, o.model.string());

    std::vector<int> ranges;
    if (o.adc_range == "calibrated") ranges = on.calibrated_ranges(network, first_images(images, range_images).pixels);
    double accuracy = 0;
    {
        progress line("accuracy", images.count());
        accuracy = way.accuracy(network, images, ranges, std::ref(line));
    }
    const image_set few = first_images(images, o.measured);
    examples::measurement seen;
    {
        progress line("events", few.count());
        seen = on.measure(network, few, ranges, o.reading, std::ref(line));
    }
    const measured_network& measured = seen.network;
    const examples::frame cost = on.cost(measured.runs, o.reading);
    const auto formats = format_rows(on, network);

    table totals({"images", "accuracy", "fidelity", "ADC range", "accelerator", "reading", "latency us", "FPS", "power W", "energy uJ",
                  "FPS/W", "pJ/bit", "assumed"});
    totals.row({std::to_string(images.count()), percent(accuracy, 2), o.fidelity, o.adc_range, on.name, cost.reading,
                fixed(cost.latency.si * 1e6, 2), fixed(cost.fps.si, 0), fixed(cost.power.si, 3), fixed(cost.energy.si * 1e6, 2),
                fixed(cost.fps_per_watt, 2), fixed(cost.energy_per_bit.si * 1e12, 3), percent(cost.assumed_share)});
    std::cout << o.model.string() << "\n\n" << totals.text();
    std::cout << "\nCost of a mean frame: weights' zeros counted, activations' zeros measured on " << few.count()
              << " images (quantised)\n";

    table by_layer({"layer", "node", "outputs", "weights", "weights kept", "codes", "activations not 0", "origin", "time us", "energy uJ",
                    "bound", "passes", "loads"});
    json layers_json = json::array();
    for (std::size_t m = 0; m < cost.layers.size(); ++m) {
        const layer_cost& l = cost.layers[m];
        std::vector<float> distinct(network.values[m].weights);
        std::sort(distinct.begin(), distinct.end());
        distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
        const std::size_t codes = distinct.size() - static_cast<std::size_t>(std::count(distinct.begin(), distinct.end(), 0.0f));
        const std::string name(l.layer.name().view()), node = m < model.nodes.size() ? model.nodes[m] : "";
        const layer_density& d = measured.densities[m];
        by_layer.row({name, node, detail::text(l.layer.out), std::to_string(l.layer.weights()), percent(d.weights), std::to_string(codes),
                      percent(d.activations.value), name_of(d.activations), fixed(l.time.si * 1e6, 2), fixed(l.energy.si * 1e6, 2),
                      name_of(l.bound), fixed(l.activity.passes, 0), fixed(l.activity.loads, 0)});
        layers_json.push(json::object()
                             .set("layer", name)
                             .set("node", node)
                             .set("weights", static_cast<double>(l.layer.weights()))
                             .set("weight_density", d.weights)
                             .set("weight_density_origin", "counted")
                             .set("distinct_weights", static_cast<double>(codes))
                             .set("activation_density", d.activations.value)
                             .set("activation_density_origin", name_of(d.activations))
                             .set("time_s", l.time.si)
                             .set("energy_J", l.energy.si)
                             .set("bound", name_of(l.bound))
                             .set("passes", l.activity.passes)
                             .set("loads", l.activity.loads)
                             .set("elements_loaded", l.activity.loaded));
    }
    std::cout << "\nBy layer\n" << by_layer.text();

    table by_part({"part", "array", "count", "peak W", "energy uJ", "share", "power figure"});
    json parts_json = json::array();
    for (const part_cost& p : cost.parts) {
        if (p.count == 0) continue;
        const bool in_array = p.array < cost.arrays;
        by_part.row({p.part.name, in_array ? std::to_string(p.array + 1) : "-", std::to_string(p.count), fixed(p.peak_power.si, 3),
                     fixed(p.energy.si * 1e6, 2), percent(p.energy / cost.energy), name_of(p.part.power_origin)});
        parts_json.push(json::object()
                            .set("part", p.part.name)
                            .set("array", in_array ? static_cast<double>(p.array) : -1)
                            .set("count", static_cast<double>(p.count))
                            .set("energy_J", p.energy.si)
                            .set("origin", name_of(p.part.power_origin)));
    }
    std::cout << "\nBy part\n" << by_part.text();

    table by_policy({"layer", "chunk policy", "schedule", "own", "passes", "lanes filled", "lanes working", "emitters gated", "retunings",
                     "rings retuned"});
    json policies_json = json::array();
    for (const examples::policy_row& r : seen.policies) {
        by_policy.row({r.layer, r.policy, r.schedule, r.own ? "*" : "", fixed(r.passes, 0), percent(r.filled), percent(r.working),
                       fixed(r.gated, 0), fixed(r.loads, 0), fixed(r.loaded, 0)});
        policies_json.push(json::object()
                               .set("layer", r.layer)
                               .set("policy", r.policy)
                               .set("schedule", r.schedule)
                               .set("own", r.own ? 1.0 : 0.0)
                               .set("passes", r.passes)
                               .set("lanes_filled", r.filled)
                               .set("lanes_working", r.working)
                               .set("emitters_gated", r.gated)
                               .set("retunings", r.loads)
                               .set("rings_retuned", r.loaded));
    }
    std::cout << "\nChunk policies on this accelerator's arrays (* its own; filled: lanes that hold an element, working: whose driven "
                 "element is not 0)\n"
              << by_policy.text();

    table by_format({"weights stored as", "kbit", "of dense", "fields", "used by"});
    json formats_json = json::array();
    for (const format_row& f : formats) {
        std::string fields;
        json fields_json = json::object();
        for (const auto& [name, bits] : f.fields) {
            fields += (fields.empty() ? "" : ", ") + name + " " + fixed(static_cast<double>(bits) / 1000, 1);
            fields_json.set(name, static_cast<double>(bits));
        }
        by_format.row({f.name, fixed(static_cast<double>(f.bits) / 1000, 1),
                       percent(static_cast<double>(f.bits) / static_cast<double>(formats[0].bits)), fields, f.used_by});
        formats_json.push(json::object()
                              .set("format", f.name)
                              .set("bits", static_cast<double>(f.bits))
                              .set("fields", fields_json)
                              .set("used_by", f.used_by));
    }
    std::cout << "\nSparse formats of the weights' codes, a row per output\n" << by_format.text();

    if (!o.json_file.empty()) {
        const std::string text = json::object()
                                     .set("model", o.model.string())
                                     .set("accelerator", on.name)
                                     .set("reading", cost.reading)
                                     .set("fidelity", o.fidelity)
                                     .set("adc_range", o.adc_range)
                                     .set("images", static_cast<double>(images.count()))
                                     .set("measured_images", static_cast<double>(few.count()))
                                     .set("accuracy", accuracy)
                                     .set("latency_s", cost.latency.si)
                                     .set("power_W", cost.power.si)
                                     .set("energy_J", cost.energy.si)
                                     .set("fps_per_watt", cost.fps_per_watt)
                                     .set("energy_per_bit_J", cost.energy_per_bit.si)
                                     .set("assumed_share", cost.assumed_share)
                                     .set("layers", layers_json)
                                     .set("parts", parts_json)
                                     .set("policies", policies_json)
                                     .set("formats", formats_json)
                                     .text() +
                                 "\n";
        write_file(o.json_file, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    }
}

void print_usage(const std::vector<machine>& machines) {
    std::vector<std::string> names;
    for (const machine& m : machines) names.push_back(m.name);
    std::vector<std::string> ways;
    for (const examples::way_to_compute& w : machines.front().ways) ways.push_back(w.name);
    std::cout << "usage: score MODEL.onnx --images FILE --labels FILE --accelerator NAME [options]\n"
                 "  --images FILE       IDX images, or a CIFAR-10 binary file, which holds its labels\n"
                 "  --labels FILE       IDX labels\n"
                 "  --accelerator NAME  one of those below\n"
                 "  --fidelity NAME     "
              << list_of(ways)
              << " (default: quantised)\n"
                 "  --adc-range NAME    safe (default: no sum saturates) or calibrated (fits the sums of the first "
              << range_images
              << " images)\n"
                 "  --reading NAME      "
              << list_of(audit::reading_names)
              << " (default: the accelerator's; machines with a clock keep it)\n"
                 "  --limit N           use the first N images only\n"
                 "  --measure N         calibrate and count events on the first N images (default 100)\n"
                 "  --network NAME      MODEL is a weight file of this network: MNIST, Fashion-MNIST, CIFAR-10 or SVHN\n"
                 "  --json FILE         write all results as JSON\n"
                 "Accelerators: "
              << list_of(names) << ".\n";
}

/// The entry of that name; refuses a name that is none of them.
template <class T>
const T& named(const std::vector<T>& all, const std::string& option, const std::string& name) {
    std::vector<std::string> names;
    for (const T& each : all) {
        if (simple(each.name) == simple(name)) return each;
        names.push_back(each.name);
    }
    throw input_error(option, "\"" + name + "\"", "one of " + list_of(names));
}

void run(int argc, char** argv) {
    const std::vector<machine> machines = examples::all_machines();
    options o;
    examples::command_line line([&] { print_usage(machines); });
    line.operand(o.model).option("--images", o.images).option("--labels", o.labels).option("--json", o.json_file);
    line.option("--accelerator", o.accelerator).option("--fidelity", o.fidelity).option("--adc-range", o.adc_range);
    line.option("--reading", o.reading).option("--network", o.network);
    line.option<std::size_t>("--limit", o.limit, 1, 9999999).option<std::size_t>("--measure", o.measured, 1, 9999999);
    if (!line.parse(argc, argv)) return;
    if (o.model.empty()) throw input_error("score", "no model", "see --help");
    if (o.images.empty()) throw input_error("--images", "no file", "images to score on");
    if (o.accelerator.empty()) throw input_error("--accelerator", "no name", "see --help");
    if (o.adc_range != "safe" && o.adc_range != "calibrated")
        throw input_error("--adc-range", "\"" + o.adc_range + "\"", "safe or calibrated");
    if (!o.reading.empty() && std::find(audit::reading_names.begin(), audit::reading_names.end(), o.reading) == audit::reading_names.end())
        throw input_error("--reading", "\"" + o.reading + "\"", "one of " + list_of(audit::reading_names));
    examples::require_directory_of(o.json_file);
    const machine& on = named(machines, "--accelerator", o.accelerator);
    score(o, on, named(on.ways, "--fidelity", o.fidelity));
}

}  // namespace

int main(int argc, char** argv) {
    return examples::run("score", [&] { run(argc, argv); });
}
