// SPDX-License-Identifier: MIT
//
// Whole networks: the exact machine, ideal arithmetic, and the loop that simulators written with libtorch run for the same job.

#include <sonic/bench/random_network.hpp>
#include <sonic/bench/suite.hpp>
#include <sonic/evaluate/evaluate.hpp>
#include <sonic/sonic.hpp>

#include "competitors.hpp"
#if defined(SONIC_BENCH_TORCH)
#include "torch_loop.hpp"
#endif

namespace {

using namespace sonic;
using namespace sonic::bench;

/// Exact SONIC and ideal arithmetic on one network.
void machines(suite& s, const std::string& group, std::shared_ptr<const trained_network> network,
              std::shared_ptr<const std::vector<std::uint8_t>> pixels, double goal) {
    if (!s.wants(group)) return;
    const auto add = [&]<fidelity F>(std::integral_constant<fidelity, F>, const char* name) {
        auto run = std::make_shared<evaluator<accelerators::sonic, F>>(*network);
        s.add(group, {.name = name, .run = [run, network, pixels] { benchmark::DoNotOptimize((*run)(*pixels)); }});
    };
    add(std::integral_constant<fidelity, fidelity::quantised>{}, "SONIC, exact");
    add(std::integral_constant<fidelity, fidelity::ideal>{}, "ideal");
    s.times_of(group + ": exact, time of ideal arithmetic", group, "SONIC, exact", "ideal", goal);
}

std::shared_ptr<const std::vector<std::uint8_t>> random_images(const trained_network& n, std::int64_t count) {
    auto pixels = std::make_shared<std::vector<std::uint8_t>>();
    std::mt19937 random(5);
    for (std::int64_t i = 0; i < n.input().size() * count; ++i) pixels->push_back(static_cast<std::uint8_t>(random()));
    return pixels;
}

template <class N>
void random_network(suite& s, std::int64_t count) {
    const std::string group = std::string(N::name) + " at 50 %, random weights, " + std::to_string(count) + " images";
    if (!s.wants(group)) return;
    const auto network = std::make_shared<const trained_network>(with_random_values(chain_of<N>(), 0.5));
    machines(s, group, network, random_images(*network, count), 1.15);
}

void embedded(suite& s, const executors::thread_pool& two) {
    const std::string data = SONIC_EXAMPLE_DATA_DIR "/fashion-mnist";
    const auto network = std::make_shared<const trained_network>(with_weights<networks::fashion_mnist>(read_weights(data + ".weights")));
    const auto images = read_idx(data + "-1000-images-idx3-ubyte", data + "-1000-labels-idx1-ubyte");
    const auto pixels = std::make_shared<const std::vector<std::uint8_t>>(images.pixels);
    const std::string group = "Fashion-MNIST, the embedded network, 1000 images";
    if (!s.wants(group)) return;
    machines(s, group, network, pixels, 1.15);
    const auto exact = std::make_shared<evaluator<accelerators::sonic>>(*network);
    const std::string threads = group + ", wall clock";
    s.add(threads, {.name = "one thread", .run = [exact, network, pixels] { benchmark::DoNotOptimize((*exact)(*pixels)); }, .wall = true});
    s.add(
        threads,
        {.name = "two threads", .run = [exact, network, pixels, &two] { benchmark::DoNotOptimize((*exact)(*pixels, two)); }, .wall = true});
    s.times_faster(group + ": two threads over one", threads, "two threads", "one thread", 1.8);
    const auto crosslight = std::make_shared<evaluator<accelerators::crosslight>>(*network);
    s.add(group, {.name = "CrossLight, exact", .run = [crosslight, network, pixels] { benchmark::DoNotOptimize((*crosslight)(*pixels)); }});
#if defined(SONIC_BENCH_TORCH)
    const auto formats = [](layer_kind k) {
        number_format f;
        sonic::detail::lowered<accelerators::sonic>::with_array_for(k,
                                                                    [&]<class Array>(std::type_identity<Array>) { f = format_of<Array>; });
        return f;
    };
    const auto loop = torch_loop(*network, formats(layer_kind::conv), formats(layer_kind::dense));
    const double ours = (*exact)(*pixels).accuracy(images.labels), theirs = evaluation{10, loop(*pixels)}.accuracy(images.labels);
    if (std::fabs(ours - theirs) > 0.01)
        throw input_error("libtorch chunk loop", "accuracy " + std::to_string(theirs), std::to_string(ours) + " within a point");
    s.add(group, {.name = "libtorch chunk loop", .run = [loop, network, pixels] { benchmark::DoNotOptimize(loop(*pixels)); }});
    s.times_faster(group + ": faster than the libtorch chunk loop", group, "SONIC, exact", "libtorch chunk loop", 15);
#else
    s.left_out("libtorch chunk loop (libtorch is not installed)");
#endif
}

}  // namespace

int main(int argc, char** argv) {
    settle_libraries(argv);
    try {
        const executors::thread_pool two(2);  // before the suite pins this thread
        suite s(argc, argv);
        s.note(std::string("kernels: ") + (SONIC_DEFAULT_KERNELS).name);
        embedded(s, two);
        random_network<networks::mnist>(s, 128);
        random_network<networks::cifar10>(s, 128);
        random_network<networks::svhn>(s, 128);
        random_network<networks::stl10>(s, 16);
        const auto resnet = std::make_shared<const trained_network>(resnet20(0.5));
        const std::string group = "ResNet-20 shape at 50 %, 64 images";
        machines(s, group, resnet, random_images(*resnet, 64), 1.15);
        s.milliseconds_per_item(group + ": exact, ms per image", group, "SONIC, exact", 64, 1.0);
        s.note(
            "public figures for ResNet-20 on one core: AIHWKit 10 to 13.6 ms per image with noise, CrossSim 19.8 ms, 2422 ms with 2 % "
            "noise");
        return s.run();
    } catch (const input_error& error) {
        std::cerr << "bench_evaluate: " << error.what() << '\n';
        return 2;
    }
}
