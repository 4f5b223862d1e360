// SPDX-License-Identifier: MIT
//
// Property tests of the kernels: random layers and formats on every instruction set that the program was built with and the processor has.

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <string>

#include <sonic/evaluate/dispatch.hpp>
#include <sonic/evaluate/evaluate.hpp>
#include <sonic/evaluate/reference.hpp>
#include <sonic/sonic.hpp>
#include "random_network.hpp"

#if defined(SONIC_TEST_TBB)
#include <sonic/evaluate/tbb_executor.hpp>
#endif

using namespace sonic;

namespace {

using two_pass = replace<accelerators::sonic, signs::free, signs::two_pass>;
/// Dense layers in chunks of 50 positions that do not depend on the sample; convolutions hold activations.
struct turned {
    static constexpr auto name = "turned";
    using fc_unit = vector_dot_product<of<50>, drives<devices::dac<16>, gated<devices::vcsel>>, holds<devices::dac<6>, devices::microring>,
                                       reads<devices::photodetector, devices::adc<16>>, signs::free>;
    using diagram = assembly<array<of<7>, accelerators::sonic::fc_unit, dense_chunks<activations>, runs<kind::conv>>,
                             array<of<4>, fc_unit, dense_chunks<weights>, runs<kind::dense>>>;
    using reading = readings::stationary;
};
/// Dense layers in chunks of 50 positions of each sample.
struct positions {
    static constexpr auto name = "positions";
    using diagram = assembly<array<of<50>, accelerators::sonic::conv_unit, dense_chunks<weights>, runs<kind::conv>>,
                             array<of<4>, accelerators::sonic::fc_unit, dense_chunks<activations>, runs<kind::dense>>>;
    using reading = readings::stationary;
};

template <class F>
void on_every_set(F f) {
    int ran = 0;
    for (const built_kernels& k : all_built_kernels()) {
        if (!k.runs_here) {
            MESSAGE(k.name << " was built but is not run: this processor lacks it");
            continue;
        }
        CAPTURE(k.name);
        f(*k.table);
        ++ran;
    }
    REQUIRE(ran > 0);
}

int pick(std::mt19937& random, int least, int most) { return std::uniform_int_distribution<int>(least, most)(random); }

layer random_convolution(std::mt19937& random, shape in) {
    layer l{.kind = layer_kind::conv, .in = in};
    do {
        l.kernel_height = pick(random, 1, 5);
        l.kernel_width = pick(random, 1, 5);
        l.stride = pick(random, 1, 3);
        l.padding_top = pick(random, 0, 2);
        l.padding_left = pick(random, 0, 2);
        l.groups = in.channels % 2 == 0 && pick(random, 0, 2) == 0 ? 2 : 1;
        l.out.channels = l.groups * pick(random, 1, 9);
        l.out.height = (in.height + 2 * l.padding_top - l.kernel_height) / l.stride + 1;
        l.out.width = (in.width + 2 * l.padding_left - l.kernel_width) / l.stride + 1;
    } while (in.height + 2 * l.padding_top < l.kernel_height || in.width + 2 * l.padding_left < l.kernel_width || !detail::sound(l));
    return l;
}

/// Convolutions, rectified, some pooled, then dense layers; some outputs without weights, some layers without or with all.
trained_network random_chain(std::mt19937& random) {
    trained_network n;
    shape at{pick(random, 1, 12), pick(random, 1, 11), pick(random, 1, 17)};
    const auto put = [&](layer l) {
        n.layers.push_back(l);
        at = l.out;
    };
    for (int i = pick(random, 1, 2); i > 0; --i) {
        put(random_convolution(random, at));
        put({.kind = layer_kind::relu, .in = at, .out = at});
        if (const int size = pick(random, 1, 3); size > 1 && at.height >= size && at.width >= size)
            put({.kind = layer_kind::max_pool,
                 .in = at,
                 .out = {at.channels, at.height / size, at.width / size},
                 .kernel_height = size,
                 .kernel_width = size,
                 .stride = size});
    }
    put({.kind = layer_kind::flatten, .in = at, .out = {static_cast<int>(at.size()), 1, 1}});
    for (int i = pick(random, 1, 2); i > 0; --i) {
        put({.kind = layer_kind::dense, .in = at, .out = {pick(random, 1, 70), 1, 1}});
        if (i > 1) put({.kind = layer_kind::relu, .in = at, .out = at});
    }
    number_layers(n.layers);
    const double densities[] = {0.0, 0.1, 0.5, 1.0};
    n = with_random_values(std::move(n), random, densities[pick(random, 0, 3)]);
    for (layer_values& v : n.values) {
        // An output without weights, and one whose scale is negative: its largest value has the smallest sum.
        const std::size_t kernel = v.weights.size() / v.scale.size();
        const auto empty = static_cast<std::size_t>(pick(random, 0, static_cast<int>(v.scale.size()) - 1));
        std::fill_n(v.weights.begin() + static_cast<std::ptrdiff_t>(empty * kernel), kernel, 0.0f);
        v.scale[static_cast<std::size_t>(pick(random, 0, static_cast<int>(v.scale.size()) - 1))] *= -1;
    }
    return n;
}

/// Every set equals the reference on `checked` of the images, and the first set on all.
template <accelerator A>
void equals_reference(std::mt19937& random, int networks, std::int64_t count, std::int64_t every) {
    for (int i = 0; i < networks; ++i) {
        const auto network = random_chain(random);
        const auto each = network.input().size();
        const auto pixels = random_pixels(random, each * count, 0.6);
        std::vector<double> first;
        on_every_set([&](const kernel_table& kernels) {
            CAPTURE(A::name);
            CAPTURE(i);
            std::vector<std::vector<std::int32_t>> inputs;
            const auto fast = evaluator<A>(network, kernels)(pixels, &inputs);
            if (first.empty()) {
                first = fast.outputs;
                for (std::int64_t image = 0; image < count; image += every) {
                    const auto slow = reference::evaluate<A, fidelity::quantised>(
                        network, std::span(pixels).subspan(static_cast<std::size_t>(image * each), static_cast<std::size_t>(each)));
                    for (std::size_t l = 0; l < slow.layer_inputs.size(); ++l)
                        REQUIRE(slow.layer_inputs[l] == inputs[static_cast<std::size_t>(image) * network.values.size() + l]);
                    for (std::size_t o = 0; o < slow.outputs.size(); ++o)
                        REQUIRE(slow.outputs[o] == fast.outputs[static_cast<std::size_t>(image) * slow.outputs.size() + o]);
                }
            }
            REQUIRE(fast.outputs == first);
        });
    }
}

/// Sum of ADC codes of one output position, chunk by chunk.
template <class Dataflow>
std::int64_t codes_of(const layer& l, std::span<const std::int32_t> weights, std::span<const std::int32_t> activations,
                      const number_format& f, int output) {
    std::int64_t total = 0;
    const auto kernel = static_cast<std::size_t>(l.in.channels);
    const auto add = [&](std::span<const tap> lanes, std::size_t first) {
        for (int sign = 0; sign < f.sign_passes; ++sign) {
            std::int64_t sum = 0;
            for (const tap& t : lanes) {
                const std::int64_t w = weights[first + t.weight];
                if (f.sign_passes == 2 && (w < 0) != (sign == 1)) continue;
                sum += w * activations[static_cast<std::size_t>(t.channel)];
            }
            total += digitise(sum, f.lsb(), f.largest_code());
        }
    };
    if constexpr (Dataflow::holds_weights)
        Dataflow::walk(l, weights, f.lanes, [&](const weight_item& item) {
            if (item.output == output) add(item.lanes, 0);
        });
    else
        Dataflow::walk(l, activations, f.lanes,
                       [&](const activation_item& item) { add(item.lanes, static_cast<std::size_t>(output) * kernel); });
    return total;
}

struct format_case {
    number_format f;
    layer l;
    coded_layer coded;
    std::vector<std::int32_t> activations;  // [position][sample]
};

/// A dense layer with activations at the ends of their range more often than not, so that sums reach theirs.
format_case random_format(std::mt19937& random, std::size_t samples) {
    format_case c;
    c.f = {.lanes = pick(random, 1, 60),
           .weight_bits = pick(random, 2, 8),
           .activation_bits = pick(random, 4, 16),
           .adc_bits = pick(random, 3, 16),
           .sign_passes = pick(random, 1, 2),
           .range_halvings = pick(random, 0, 5)};
    c.l = {.kind = layer_kind::dense, .in = {pick(random, 1, 150), 1, 1}, .out = {pick(random, 1, 40), 1, 1}};
    const auto most = static_cast<int>(c.f.largest_weight()), top = static_cast<int>(c.f.largest_activation());
    for (std::int64_t i = 0; i < c.l.weights(); ++i)
        c.coded.weights.push_back(pick(random, 0, 2) == 0 ? 0 : pick(random, 0, 1) == 0 ? most : pick(random, -most, most));
    c.coded.scale.assign(static_cast<std::size_t>(c.l.out.channels), 1.0f);
    c.coded.shift.assign(static_cast<std::size_t>(c.l.out.channels), 0.0);
    for (std::size_t i = 0; i < static_cast<std::size_t>(c.l.in.channels) * samples; ++i)
        c.activations.push_back(pick(random, 0, 2) == 0 ? 0 : pick(random, 0, 1) == 0 ? top : pick(random, 0, top));
    return c;
}

template <class Dataflow>
void equals_codes(const format_case& c, const kernel_table& kernels, const detail::prepared_layer& prepared) {
    const std::size_t samples = kernels.samples, outputs = static_cast<std::size_t>(c.l.out.channels);
    detail::aligned_buffer<float> input;
    float* in = input.at_least(c.activations.size());
    std::copy(c.activations.begin(), c.activations.end(), in);
    std::vector<double> values(outputs * samples);
    detail::kernel_scratch scratch;
    prepared.run({.input = in, .input_lanes = samples, .groups = 1, .values = values.data()}, scratch);
    for (std::size_t s = 0; s < samples; ++s) {
        std::vector<std::int32_t> sample;
        for (std::size_t i = 0; i < static_cast<std::size_t>(c.l.in.channels); ++i) sample.push_back(c.activations[i * samples + s]);
        for (std::size_t o = 0; o < outputs; ++o)
            REQUIRE(values[o * samples + s] ==
                    static_cast<double>(codes_of<Dataflow>(c.l, c.coded.weights, sample, c.f, static_cast<int>(o))));
    }
}

/// A number that depends on everything a noise source may depend on.
constexpr std::int32_t mark(std::uint32_t chunk, std::uint32_t output, int y, int x) {
    return static_cast<std::int32_t>(
        (chunk * 2654435761u ^ output * 69069u ^ static_cast<std::uint32_t>(y) * 40503u ^ static_cast<std::uint32_t>(x) * 9176u) >> 24);
}
/// An ADC policy of a user's: adds the mark to each code.
template <class Isa>
struct marking_adc {
    using total = std::int32_t;
    static constexpr bool digitises = true, segmented = false, needs_position = true;
    template <std::size_t, std::size_t Columns>
    struct tile {
        std::uint32_t output;
        int y, x;
        std::uint32_t chunk(std::uint32_t id) const { return id; }
        detail::lanes<Isa, std::int32_t> operator()(detail::lanes<Isa, float> sum, std::uint32_t chunk, std::size_t p) const {
            return detail::round_to_int<Isa>(sum) + detail::lanes<Isa, std::int32_t>(mark(chunk, output, y + static_cast<int>(p / Columns),
                                                                                          x + static_cast<int>(p % Columns)));
        }
    };
    template <std::size_t Count, std::size_t Columns>
    tile<Count, Columns> at(std::uint32_t output, int y, int x) const {
        return {output, y, x};
    }
};

constexpr auto conv_format = format_of<array<of<1>, accelerators::sonic::conv_unit, compress_weights, runs<kind::conv>>>;
constexpr auto dense_format = format_of<array<of<1>, accelerators::sonic::fc_unit, compress_activations, runs<kind::dense>>>;
constexpr auto crosslight_format = format_of<array<of<1>, accelerators::crosslight::unit<20>, dense_chunks<weights>, runs<kind::conv>>>;

}  // namespace

// Which arithmetic is exact follows from the formats alone.
static_assert(detail::arithmetic_for(conv_format) == detail::arithmetic::floats && conv_format.largest_sum() < 1 << 24);
static_assert(detail::arithmetic_for(dense_format) == detail::arithmetic::segments && detail::fits_bytes(dense_format));
static_assert(detail::arithmetic_for(crosslight_format) == detail::arithmetic::doubles && !detail::fits_bytes(crosslight_format));
static_assert(crosslight_format.largest_sum() < std::int64_t{1} << 53);

TEST_CASE("every instruction set equals the reference on random layers") {
    std::mt19937 random(11);
    for (const std::int64_t count : {1, 7, 16, 33}) {
        equals_reference<accelerators::sonic>(random, 12, count, 3);
        equals_reference<accelerators::crosslight>(random, 4, count, 3);
        equals_reference<two_pass>(random, 5, count, 3);
        equals_reference<turned>(random, 5, count, 3);
        equals_reference<positions>(random, 5, count, 3);
    }
    equals_reference<accelerators::sonic>(random, 3, 1000, 91);
    equals_reference<turned>(random, 1, 1000, 191);
}

TEST_CASE("every instruction set equals the reference on graphs") {
    std::mt19937 random(12);
    for (const double density : {0.1, 1.0}) {
        const auto network = random_graph(random, density);
        const auto each = static_cast<std::size_t>(network.input().size());
        const auto pixels = random_pixels(random, network.input().size() * 21, 0.6);
        on_every_set([&](const kernel_table& kernels) {
            const auto fast = evaluator<accelerators::sonic>(network, kernels)(pixels);
            for (std::size_t i = 0; i < 21; i += 4) {
                const auto slow =
                    reference::evaluate<accelerators::sonic, fidelity::quantised>(network, std::span(pixels).subspan(i * each, each));
                for (std::size_t o = 0; o < slow.outputs.size(); ++o) REQUIRE(slow.outputs[o] == fast.outputs[i * slow.outputs.size() + o]);
            }
        });
    }
}

TEST_CASE("random formats, ranges that saturate among them: held weights equal the chunks digitised one by one") {
    std::mt19937 random(13);
    int seen[4] = {};
    on_every_set([&](const kernel_table& kernels) {
        for (int i = 0; i < 60; ++i) {
            const format_case c = random_format(random, kernels.samples);
            const detail::arithmetic how = detail::arithmetic_for(c.f);
            ++seen[static_cast<int>(how)];
            const auto run = [&]<class T, class Total, class Dataflow>(T, Total, Dataflow, detail::arithmetic arithmetic) {
                auto stream = detail::chunk_stream<Dataflow, T>(detail::along_x(c.l), c.coded.weights, c.f, arithmetic, kernels.samples,
                                                                std::is_same_v<T, float> ? kernels.float_tiles : kernels.double_tiles);
                detail::layer_finish finish(c.l, kernels, detail::layer_end{}, c.coded.scale, c.coded.shift, stream.largest_total);
                equals_codes<Dataflow>(
                    c, kernels, detail::held_weights_layer<T, Total>(c.l, kernels, std::move(stream), arithmetic, c.f, std::move(finish)));
            };
            const auto both = [&](auto dataflow) {
                run(double{}, double{}, dataflow, detail::arithmetic::doubles);
                if (how == detail::arithmetic::floats) run(float{}, std::int32_t{}, dataflow, how);
                // Segments are exact wherever floats are.
                if (how != detail::arithmetic::doubles) run(float{}, std::int32_t{}, dataflow, detail::arithmetic::segments);
            };
            both(compress_weights{});
            both(dense_chunks<weights>{});
        }
    });
    CHECK(seen[static_cast<int>(detail::arithmetic::floats)] > 0);
    CHECK(seen[static_cast<int>(detail::arithmetic::segments)] > 0);
}

TEST_CASE("a chunk that spans more activations than wide tiles allow is computed in narrow ones, or refused") {
    std::mt19937 random(18);
    format_case c;
    c.f = {.lanes = 12000, .weight_bits = 2, .activation_bits = 4, .adc_bits = 10};
    REQUIRE(detail::arithmetic_for(c.f) == detail::arithmetic::floats);
    c.l = {.kind = layer_kind::dense, .in = {15000, 1, 1}, .out = {3, 1, 1}};
    for (std::int64_t i = 0; i < c.l.weights(); ++i) c.coded.weights.push_back(pick(random, -1, 1));
    c.coded.scale.assign(3, 1.0f);
    c.coded.shift.assign(3, 0.0);
    const auto stream = [](const format_case& of, const kernel_table& kernels) {
        return detail::chunk_stream<dense_chunks<weights>, float>(detail::along_x(of.l), of.coded.weights, of.f, detail::arithmetic::floats,
                                                                  kernels.samples, kernels.float_tiles);
    };
    on_every_set([&](const kernel_table& kernels) {
        c.activations.clear();
        for (std::size_t i = 0; i < 15000 * kernels.samples; ++i) c.activations.push_back(pick(random, 0, 15));
        auto packed = stream(c, kernels);
        CHECK(packed.tile.columns == 1);
        detail::layer_finish finish(c.l, kernels, detail::layer_end{}, c.coded.scale, c.coded.shift, packed.largest_total);
        equals_codes<dense_chunks<weights>>(c, kernels,
                                            detail::held_weights_layer<float, std::int32_t>(
                                                c.l, kernels, std::move(packed), detail::arithmetic::floats, c.f, std::move(finish)));
        format_case wider = c;
        wider.f.lanes = 70000;
        wider.l.in.channels = 70000;
        wider.coded.weights.assign(3 * 70000, 1);
        CHECK_THROWS_AS(stream(wider, kernels), input_error);
    });
}

TEST_CASE("random formats: held activations, in bytes and not, equal the chunks digitised one by one") {
    std::mt19937 random(14);
    on_every_set([&](const kernel_table& kernels) {
        for (int i = 0; i < 60; ++i) {
            const format_case c = random_format(random, kernels.samples);
            const auto finish = [&](std::span<const std::int64_t> bound) {
                return detail::layer_finish(c.l, kernels, detail::layer_end{}, c.coded.scale, c.coded.shift, bound);
            };
            const auto both = [&]<class Dataflow>(Dataflow) {
                if (detail::fits_bytes(c.f))
                    equals_codes<Dataflow>(c, kernels, detail::byte_rows_layer<Dataflow>(c.l, kernels, c.coded.weights, c.f, finish({})));
                equals_codes<Dataflow>(c, kernels,
                                       detail::held_activations_layer<Dataflow, double>(c.l, kernels, c.coded.weights, c.f, finish({})));
            };
            both(compress_activations{});
            both(dense_chunks<activations>{});
        }
    });
}

TEST_CASE("codes by the fast path are the meaning's, where floats are in doubt too") {
    std::mt19937 random(15);
    on_every_set([&](const kernel_table& kernels) {
        const std::size_t samples = kernels.samples;
        for (int i = 0; i < 300; ++i) {
            const double step = std::uniform_real_distribution<double>(1e-6, 1e-3)(random);
            const std::int64_t largest = i % 3 == 0 ? 255 : 65535, bound = i % 5 == 0 ? (std::int64_t{1} << 25) : 1 << 20;
            // Every other case is full of ties: whole multiples of half a step.
            const std::vector<float> scale{static_cast<float>(i % 2 == 0 ? step * 0.5 : std::normal_distribution<double>(0, step)(random))};
            const std::vector<double> shift{i % 2 == 0 ? step * pick(random, -3, 900)
                                                       : std::normal_distribution<double>(0, 1000 * step)(random)};
            const std::vector<std::int64_t> bounds{bound};
            const auto k = detail::coefficients(scale, shift, bounds, step, kernels.fused);
            detail::aligned_buffer<std::int32_t> sums;
            detail::aligned_buffer<float> out;
            std::int32_t* from = sums.at_least(64 * samples);
            for (std::size_t s = 0; s < 64 * samples; ++s)
                from[s] = pick(random, static_cast<int>(-bound), static_cast<int>(bound)) >> (s % 18);
            detail::finish_call<std::int32_t> c{};
            c.totals = from;
            c.in_channel = c.in_row = 64 * samples;
            c.channels = c.rows = c.pool = 1;
            c.width = 64;
            c.out = out.at_least(64 * samples);
            c.out_pixel = samples;
            c.samples = samples;
            c.codes = k.data();
            c.slope = kernels.fused ? detail::code_slope : detail::code_slope_not_fused;
            c.scale = scale.data();
            c.shift = shift.data();
            c.step = step;
            c.largest = largest;
            kernels.finish_codes(c);
            for (std::size_t s = 0; s < 64 * samples; ++s)
                REQUIRE(c.out[s] == detail::exact_code(from[s], scale[0], shift[0], step, largest));
            std::vector<double> values;
            for (std::size_t s = 0; s < 64 * samples; ++s) values.push_back(step * 0.5 * (from[s] >> 5));
            kernels.codes_of_values(values.data(), values.size(), step, largest, c.out);
            for (std::size_t s = 0; s < values.size(); ++s)
                REQUIRE(c.out[s] == static_cast<float>(activation_code(values[s], step, largest)));
        }
    });
}

TEST_CASE("results do not depend on the executor") {
    std::mt19937 random(16);
    for (int i = 0; i < 3; ++i) {
        const auto network = i == 2 ? random_graph(random, 0.5) : random_chain(random);
        const auto pixels = random_pixels(random, network.input().size() * 333, 0.6);
        const evaluator<accelerators::sonic> run(network);
        std::vector<std::vector<std::int32_t>> inputs, same;
        const auto alone = run(pixels, &inputs);
        for (const std::size_t threads : {1u, 2u, 3u, 4u}) {
            const executors::thread_pool pool(threads);
            CHECK(run(pixels, pool, &same).outputs == alone.outputs);
            CHECK(same == inputs);
        }
#if defined(SONIC_TEST_TBB)
        CHECK(run(pixels, executors::tbb_tasks{}).outputs == alone.outputs);
#else
        MESSAGE("oneTBB is not installed: its executor is not tested");
#endif
    }
}

TEST_CASE("an executor runs each task once, and throws the first task's exception") {
    const auto laws = [](const executor auto& run) {
        for (const std::size_t count : {0u, 1u, 5u, 100u}) {
            std::vector<std::atomic<int>> times(count);
            run(count, [&](std::size_t i) { ++times[i]; });
            for (const auto& t : times) CHECK(t == 1);
        }
        CHECK(run.concurrency() >= 1);
        for (int repeat = 0; repeat < 20; ++repeat)
            CHECK_THROWS_WITH(run(50,
                                  [](std::size_t i) {
                                      if (i % 10 == 3) throw std::runtime_error(std::to_string(i));
                                  }),
                              "3");
    };
    laws(executors::sequential{});
    laws(executors::thread_pool(4));
#if defined(SONIC_TEST_TBB)
    laws(executors::tbb_tasks{});
#endif
}

TEST_CASE("an ADC policy learns of every chunk which it is and where its sum stands") {
    using isa = detail::native_isa;
    constexpr std::size_t samples = detail::width<isa, float>;
    const detail::tile_set tiles = detail::tiles_of<isa, float>();
    const number_format f = conv_format;
    std::mt19937 random(17);
    for (int i = 0; i < 12; ++i) {
        const layer l = random_convolution(random, {pick(random, 1, 30), pick(random, 3, 9), pick(random, 3, 17)});
        std::vector<std::int32_t> codes;
        for (std::int64_t k = 0; k < l.weights(); ++k) codes.push_back(pick(random, 0, 1) * pick(random, -31, 31));
        const auto run = [&](auto dataflow) {
            using flow = decltype(dataflow);
            const auto stream = detail::chunk_stream<flow, float>(l, codes, f, detail::arithmetic::floats, samples, tiles, true);
            const auto w = static_cast<std::size_t>(l.out.width) * samples, in_w = static_cast<std::size_t>(l.in.width) * samples;
            detail::aligned_buffer<float> input, tile;
            detail::aligned_buffer<std::int32_t> totals;
            float* in = input.at_least(static_cast<std::size_t>(l.in.size()) * samples);
            for (std::size_t k = 0; k < static_cast<std::size_t>(l.in.size()) * samples; ++k)
                in[k] = static_cast<float>(pick(random, 0, 65535));
            detail::held_weights_call<float, std::int32_t> c{};
            c.in_channels = l.in.channels, c.in_height = l.in.height, c.in_width = l.in.width;
            c.out_channels = l.out.channels, c.out_width = l.out.width;
            c.kernel_height = l.kernel_height, c.kernel_width = l.kernel_width, c.stride = l.stride;
            c.padding_top = l.padding_top, c.padding_left = l.padding_left, c.groups = l.groups;
            c.tile = stream.tile, c.cuts = stream.cuts.data(), c.cut_row = l.out.width + 1;
            c.entries = stream.entries.data(), c.chunk_groups = stream.groups.data(), c.starts = stream.starts.data();
            c.input_blocks = stream.blocks.data(), c.blocks = stream.blocks_per_group(), c.chunk_ids = stream.chunk_ids.data();
            c.input = in, c.in_pixel = samples, c.in_row = in_w, c.in_channel = static_cast<std::size_t>(l.in.height) * in_w;
            c.rows = l.out.height, c.out_row = w, c.out_channel = static_cast<std::size_t>(l.out.height) * w;
            c.totals = totals.at_least(static_cast<std::size_t>(l.out.size()) * samples);
            c.scratch = tile.at_least(stream.scratch);
            detail::run_held_weights<isa, float>(c, marking_adc<isa>{});

            std::vector<std::int64_t> expected(static_cast<std::size_t>(l.out.size()));
            std::uint32_t chunk = 0;
            flow::walk(l, std::span<const std::int32_t>(codes), f.lanes, [&](const weight_item& item) {
                for (int y = 0; y < l.out.height; ++y)
                    for (int x = 0; x < l.out.width; ++x) {
                        std::int64_t sum = 0;
                        for (const tap& t : item.lanes) {
                            const int iy = y * l.stride + t.ky - l.padding_top, ix = x * l.stride + t.kx - l.padding_left;
                            if (iy < 0 || ix < 0 || iy >= l.in.height || ix >= l.in.width) continue;
                            const auto at = static_cast<std::size_t>((t.channel * l.in.height + iy) * l.in.width + ix);
                            sum += std::int64_t{codes[t.weight]} * static_cast<std::int64_t>(in[at * samples]);
                        }
                        expected[static_cast<std::size_t>((item.output * l.out.height + y) * l.out.width + x)] +=
                            digitise(sum, f.lsb(), f.largest_code()) + mark(chunk, static_cast<std::uint32_t>(item.output), y, x);
                    }
                ++chunk;
            });
            for (std::size_t k = 0; k < expected.size(); ++k) REQUIRE(c.totals[k * samples] == expected[k]);
        };
        run(compress_weights{});
        run(dense_chunks<weights>{});
    }
}
