// SPDX-License-Identifier: MIT
#pragma once

/// The `machine` of an accelerator type.

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <type_traits>
#include <utility>

#include <boost/hana/for_each.hpp>

#include <sonic/accelerator/plan_of.hpp>
#include <sonic/evaluate/calibrate.hpp>
#include <sonic/evaluate/evaluate.hpp>
#include <sonic/evaluate/executor.hpp>
#include "machine.hpp"

namespace examples {

/// All cores, for whoever evaluates.
inline const sonic::executors::thread_pool& all_cores() {
    static const sonic::executors::thread_pool threads;
    return threads;
}

template <sonic::accelerator A, sonic::fidelity F>
double accuracy(const sonic::trained_network& network, const sonic::image_set& images, std::span<const int> ranges, const progress& done) {
    const sonic::evaluator<A, F> run(network, ranges);
    const auto each = static_cast<std::size_t>(images.size.size());
    std::size_t right = 0;
    for (std::size_t first = 0; first < images.count(); first += 256) {
        const std::size_t count = std::min<std::size_t>(256, images.count() - first);
        const sonic::evaluation e = run(std::span(images.pixels).subspan(first * each, count * each), all_cores());
        for (std::size_t i = 0; i < count; ++i) right += e.prediction(i) == images.labels[first + i];
        done(first + count);
    }
    return images.count() == 0 ? 0.0 : static_cast<double>(right) / static_cast<double>(images.count());
}

/// Every way in which accelerators compute.
template <sonic::accelerator A>
std::vector<way_to_compute> ways_of() {
    using sonic::fidelity;
    return {
        {name_of(fidelity::ideal), accuracy<A, fidelity::ideal>},
        {name_of(fidelity::quantised), accuracy<A, fidelity::quantised>},
        {name_of(fidelity::analogue), accuracy<A, fidelity::analogue>},
    };
}

/// A unit that drives several lanes and reads out one sum: any chunk policy can feed it.
template <class Array>
inline constexpr bool is_vector_unit =
    Array::unit.adc_bits > 0 && Array::unit.lanes > 1 && Array::unit.rows == 1 && Array::unit.columns == 1 && Array::unit.integration == 1;

/// Means over images of what chunk policies do: the array's own, and on vector units those of other machines.
template <sonic::accelerator A>
class policy_meter {
  public:
    void add(std::span<const sonic::exact_zeros> zeros) {
        for (std::size_t m = 0; m < zeros.size(); ++m)
            sonic::detail::lowered<A>::with_array_for(zeros[m].layer.kind, [&]<class Array>(std::type_identity<Array>) {
                using own = typename Array::dataflow_type;
                add<Array, own>(m, zeros[m]);
                if constexpr (is_vector_unit<Array>) {
                    if (zeros[m].layer.kind == sonic::layer_kind::dense) add_other<Array, sonic::compress_activations>(m, zeros[m]);
                    add_other<Array, sonic::compress_weights>(m, zeros[m]);
                    add_other<Array, sonic::dense_chunks<sonic::weights>>(m, zeros[m]);
                    add_other<Array, sonic::dense_chunks<sonic::activations>>(m, zeros[m]);
                }
            });
    }
    std::vector<policy_row> rows() const {
        std::vector<policy_row> result;
        for (const auto& [key, s] : seen_) {
            policy_row row = s.row;
            const auto a = s.mean.value();
            // Without converters a lane that has nothing to do does not exist.
            const double places = a.passes * s.places, driven_lanes = s.has_adc ? a.passes * s.driven_lanes : a.elements;
            row.passes = a.passes;
            row.filled = places > 0 ? a.macs / places : 0;
            row.working = driven_lanes > 0 ? a.driven / driven_lanes : 0;
            row.gated = driven_lanes - a.driven;
            row.loads = a.loads;
            row.loaded = a.loaded;
            result.push_back(row);
        }
        return result;
    }

  private:
    struct seen {
        policy_row row;
        sonic::mean_activity mean;
        bool has_adc = false;
        double driven_lanes = 1, places = 1;  ///< of one pass
    };
    template <class Array, class Dataflow>
    void add_other(std::size_t m, const sonic::exact_zeros& zeros) {
        if constexpr (!std::is_same_v<Dataflow, typename Array::dataflow_type>) add<Array, Dataflow>(m, zeros);
    }
    template <class Array, class Dataflow>
    void add(std::size_t m, const sonic::exact_zeros& zeros) {
        using sonic::schedule;
        constexpr bool one_schedule = std::is_same_v<typename A::reading, sonic::readings::clock>;
        for (const schedule when : {schedule::held, schedule::every_pass}) {
            if (one_schedule && when == schedule::every_pass) continue;
            const char* schedule_name = one_schedule ? "clock" : when == schedule::held ? "held" : "every pass";
            seen& s = seen_[{m, std::string(Dataflow::name) + schedule_name}];
            constexpr auto& unit = Array::unit;
            s.row.layer = zeros.layer.name().view();
            s.row.policy = Dataflow::name;
            s.row.schedule = schedule_name;
            s.row.own = std::is_same_v<Dataflow, typename Array::dataflow_type>;
            s.has_adc = unit.adc_bits > 0;
            s.driven_lanes = double(unit.lanes) * unit.columns;
            s.places = s.driven_lanes * unit.rows;
            s.mean.add(sonic::expected(Dataflow::plan(zeros, Array::shape, when)));
        }
    }
    std::map<std::pair<std::size_t, std::string>, seen> seen_;
};

/// Calls f with the reading of that name.
template <sonic::accelerator A, class F>
void with_reading(const std::string& name, F f) {
    using namespace sonic::readings;
    if (name.empty()) return f(std::type_identity<typename A::reading>{});
    bool found = false;
    const auto look = [&]<class Reading>(std::type_identity<Reading>) {
        if (name != Reading::name) return;
        found = true;
        f(std::type_identity<typename sonic::detail::policies<A, Reading>::reading>{});
    };
    (look(std::type_identity<serial>{}), look(std::type_identity<overlapped>{}), look(std::type_identity<stationary>{}),
     look(std::type_identity<pipelined>{}), look(std::type_identity<rated>{}));
    if (!found) throw sonic::input_error("reading", "\"" + name + "\"", "serial, overlapped, stationary, pipelined or rated");
}

template <sonic::accelerator A>
measurement measure_on(const sonic::trained_network& network, const sonic::image_set& images, std::span<const int> ranges,
                       const std::string& reading, const progress& done) {
    sonic::schedule when{};
    with_reading<A>(reading, [&]<class Reading>(std::type_identity<Reading>) { when = Reading::schedule; });
    policy_meter<A> policies;
    sonic::mean_runs<A> runs(when);
    sonic::for_each_zeros<A>(
        network, images,
        [&](std::size_t i, std::span<const sonic::exact_zeros> zeros) {
            runs.add(zeros);
            policies.add(zeros);
            done(i + 1);
        },
        ranges);
    return {runs.value(), policies.rows()};
}

template <sonic::accelerator A>
frame frame_of(const std::vector<sonic::layer_run>& runs, const std::string& reading) {
    frame result{};
    with_reading<A>(reading, [&]<class Reading>(std::type_identity<Reading>) {
        const auto c = sonic::cost_of<A, Reading>(runs);
        result = {Reading::name,
                  sonic::detail::lowered<A>::arrays,
                  {c.parts.begin(), c.parts.end()},
                  c.layers,
                  c.latency(),
                  c.fps(),
                  c.power(),
                  c.energy(),
                  c.fps_per_watt(),
                  c.energy_per_bit(),
                  c.assumed_share()};
    });
    return result;
}

template <sonic::accelerator A>
sonic::number_format format_on(sonic::layer_kind kind) {
    sonic::number_format result;
    sonic::detail::lowered<A>::with_array_for(kind, [&]<class Array>(std::type_identity<Array>) { result = sonic::format_of<Array>; });
    return result;
}

template <sonic::accelerator A>
machine machine_of() {
    using sonic::layer_kind;
    const auto coarse = [](layer_kind kind) {
        const sonic::number_format f = format_on<A>(kind);
        return f.has_adc() && f.adc_bits < 16;
    };
    return {A::name,
            coarse(layer_kind::conv) || coarse(layer_kind::dense),
            ways_of<A>(),
            format_on<A>,
            sonic::calibrated_adc_ranges<A>,
            measure_on<A>,
            frame_of<A>};
}

/// The machines of a Hana tuple of types.
template <class Types>
std::vector<machine> machines_of(const Types& types) {
    std::vector<machine> result;
    boost::hana::for_each(types, [&](auto each) { result.push_back(machine_of<typename decltype(each)::type>()); });
    return result;
}

}  // namespace examples
