// SPDX-License-Identifier: MIT
//
// A unit and a weight format of a user's own, timed beside SONIC and ideal arithmetic on a layer of CIFAR-10.

#include <iostream>

#include <sonic/bench/problem.hpp>
#include <sonic/sonic.hpp>

namespace lab {

using namespace ::sonic;

/// A unit of nine lanes: a whole 3 x 3 slice in one pass. It holds dense chunks, so zeros are paid for.
using unit = vector_dot_product<of<9>, drives<devices::dac<16>, gated<devices::vcsel>>, holds<devices::dac<6>, devices::microring>,
                                reads<devices::photodetector, devices::adc<16>>>;
struct machine {
    static constexpr auto name = "nine dense lanes";
    using diagram = assembly<array<of<50>, unit, dense_chunks<weights>, runs<kind::conv, kind::dense>>>;
    using reading = readings::stationary;
};

/// A format: per output, the positions and values of its nonzero weights.
struct list_format {
    std::vector<std::size_t> first, position;
    std::vector<float> value, sums;

    explicit list_format(const bench::problem& p) : sums(p.outputs() * p.columns()) {
        for (std::size_t o = 0; o < p.outputs(); ++o) {
            first.push_back(value.size());
            for (std::size_t k = 0; k < p.kernel(); ++k)
                if (const auto w = p.float_weights[o * p.kernel() + k]; w != 0) position.push_back(k), value.push_back(w);
        }
        first.push_back(value.size());
    }
    void run(const bench::problem& p) {
        const std::size_t n = p.columns();
        std::fill(sums.begin(), sums.end(), 0.0f);
        for (std::size_t o = 0; o < p.outputs(); ++o)
            for (std::size_t i = first[o]; i < first[o + 1]; ++i)
                for (std::size_t c = 0; c < n; ++c) sums[o * n + c] += value[i] * p.im2col()[position[i] * n + c];
    }
};

}  // namespace lab

int main(int argc, char** argv) {
    try {
        using namespace sonic;
        bench::suite suite(argc, argv);
        const layer l = mac_layers_of<networks::cifar10>[3];
        const auto p = std::make_shared<bench::problem>(bench::random_problem(l, 16, 0.5, bench::random_activations(l, 16)));

        // A machine is one line: its type. It is checked against the scalar reference before it is timed.
        suite.add("CIFAR-10 conv4", bench::machine<lab::machine>(*p, lab::machine::name));
        // A format is anything that computes the sums; check them, then time it.
        const auto list = std::make_shared<lab::list_format>(*p);
        list->run(*p);
        p->check_sums(list->sums.data(), "list of nonzeros");
        suite.add("CIFAR-10 conv4", {.name = "list of nonzeros", .run = [list, p] { list->run(*p); }, .operations = p->operations()});

        suite.add("CIFAR-10 conv4", bench::machine<accelerators::sonic>(*p, "SONIC, exact"));
        suite.add("CIFAR-10 conv4", bench::machine<accelerators::sonic, fidelity::ideal>(*p, "ideal"));
        suite.times_of("nine dense lanes, time of SONIC's five sparse ones", "CIFAR-10 conv4", lab::machine::name, "SONIC, exact", 3);
        return suite.run();
    } catch (const sonic::input_error& error) {
        std::cerr << "bench_my_unit: " << error.what() << '\n';
        return 2;
    }
}
