// SPDX-License-Identifier: MIT
//
// Layers of the four networks at weight densities 1, 0.5 and 0.1: the exact machine and ideal arithmetic against libraries that compute the
// same sums. Goals stand beside the ratios.

#include "competitors.hpp"

#include <sonic/sonic.hpp>

namespace {

using namespace sonic;
using namespace sonic::bench;

/// SONIC whose dense layers hold weights: chunks of 50 consecutive positions, the same for every sample.
struct static_chunks {
    static constexpr auto name = "chunks of 50 positions";
    using fc_unit = vector_dot_product<of<50>, drives<devices::dac<16>, gated<devices::vcsel>>, holds<devices::dac<6>, devices::microring>,
                                       reads<devices::photodetector, devices::adc<16>>, signs::free>;
    using diagram = assembly<array<of<50>, accelerators::sonic::conv_unit, compress_weights, runs<kind::conv>>,
                             array<of<10>, fc_unit, dense_chunks<weights>, runs<kind::dense>>>;
    using reading = readings::stationary;
};

std::string percent(double density) { return std::to_string(static_cast<int>(density * 100 + 0.5)) + " % of the weights"; }

void convolution(suite& s, const std::string& name, const layer& l, bool small_map) {
    std::shared_ptr<activations_of> activations;
    for (const double density : {1.0, 0.5, 0.1}) {
        const std::string group = name + ", " + percent(density);
        if (!s.wants(group)) continue;
        if (!activations) activations = random_activations(l, 16);
        const problem p = random_problem(l, 16, density, activations);
        s.add(group, machine<accelerators::sonic>(p, "SONIC, exact"));
        s.add(group, machine<accelerators::sonic, fidelity::ideal>(p, "ideal"));
        if (density == 0.5) s.add(group, machine<accelerators::sonic, fidelity::analogue>(p, "SONIC, noise on every chunk"));
        add_eigen(s, group, p);
        add_openblas(s, group, p);
        add_onednn(s, group, p);
        if (density == 1.0) continue;
        const bool half = density == 0.5;
        if (half) s.share_of(group + ": share of the FMA peak", group, "SONIC, exact", limits, "FMA, f32", small_map ? 0.60 : 0.48);
        s.times_faster(group + ": faster than Eigen sparse", group, "SONIC, exact", "Eigen sparse", half ? 3.5 : 3);
        s.times_faster(group + ": faster than OpenBLAS", group, "SONIC, exact", "OpenBLAS", half ? 1.5 : 5.5);
        s.times_faster(group + ": faster than oneDNN f32", group, "SONIC, exact", "oneDNN f32", half ? 1.1 : 3);
        if (half) s.times_of(group + ": time of ideal arithmetic", group, "SONIC, exact", "ideal", 1.15);
        if (half)
            s.times_of(group + ": noise on every chunk, time of the exact ADC", group, "SONIC, noise on every chunk", "SONIC, exact", 3);
    }
}

/// `from_memory`: one sample's weights come from memory, and many samples take long to prepare: those only where many rounds are asked for.
void dense_layer(suite& s, const std::string& name, const layer& l, double density, bool from_memory) {
    const std::string many = name + ", batch 128, " + percent(density), one = name + ", batch 1, " + percent(density);
    if (from_memory && s.rounds() < 15) {
        if (s.wants(many)) s.left_out(many + " (needs --rounds 15 or more)");
    } else if (s.wants(many)) {
        const problem p = random_problem(l, 128, density, random_activations(l, 128));
        s.add(many, machine<accelerators::sonic>(p, "SONIC, exact"));
        s.add(many, machine<static_chunks>(p, "chunks of 50 positions, exact"));
        s.add(many, machine<accelerators::sonic, fidelity::ideal>(p, "ideal"));
        add_eigen(s, many, p);
        add_openblas(s, many, p);
        add_onednn(s, many, p);
        s.times_of(many + ": time of ideal arithmetic", many, "SONIC, exact", "ideal", 1.05);
        s.times_of(many + ": static chunks, time of ideal arithmetic", many, "chunks of 50 positions, exact", "ideal", 1.05);
        if (density == 0.5) {
            s.share_of(many + ": share of the FMA peak", many, "SONIC, exact", limits, "FMA, f32", 0.58);
            s.times_faster(many + ": faster than Eigen sparse", many, "SONIC, exact", "Eigen sparse", 4.5);
            s.times_faster(many + ": faster than OpenBLAS", many, "SONIC, exact", "OpenBLAS", 1.55);
        }
    }
    if (s.wants(one)) {
        auto activations = random_activations(l, 1);
        for (float& a : activations->codes) a = a == 0 ? 1.0f : a;  // every weight is read
        const problem p = random_problem(l, 1, density, activations);
        contender exact = machine<accelerators::sonic>(p, "SONIC, exact");
        exact.operations = static_cast<double>(l.weights());  // bytes
        s.add(one, exact);
        add_eigen(s, one, p);
        add_openblas(s, one, p);
        add_onednn(s, one, p);
        if (from_memory) {
            s.share_of(one + ": share of the memory bandwidth", one, "SONIC, exact", limits, "read from memory", 0.85);
            s.times_faster(one + ": faster than OpenBLAS", one, "SONIC, exact", "OpenBLAS", 4);
            s.times_faster(one + ": faster than Eigen sparse", one, "SONIC, exact", "Eigen sparse", 12);
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    settle_libraries(argv);
    try {
        suite s(argc, argv);
        s.note(std::string("kernels: ") + (SONIC_DEFAULT_KERNELS).name);
        add_limits(s);
        convolution(s, "MNIST conv2", mac_layers_of<networks::mnist>[1], true);
        convolution(s, "CIFAR-10 conv2", mac_layers_of<networks::cifar10>[1], true);
        convolution(s, "CIFAR-10 conv4", mac_layers_of<networks::cifar10>[3], true);  // SVHN's are the same shapes
        convolution(s, "CIFAR-10 conv6", mac_layers_of<networks::cifar10>[5], true);
        convolution(s, "STL-10 conv2", mac_layers_of<networks::stl10>[1], false);
        for (const double density : {1.0, 0.5, 0.1}) dense_layer(s, "MNIST dense1", mac_layers_of<networks::mnist>[2], density, false);
        dense_layer(s, "STL-10 dense1", mac_layers_of<networks::stl10>[6], 0.5, true);  // 75 million weights
        return s.run();
    } catch (const input_error& error) {
        std::cerr << "bench_kernels: " << error.what() << '\n';
        return 2;
    }
}
