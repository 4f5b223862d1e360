// SPDX-License-Identifier: MIT
#pragma once

/// An accelerator chosen at run time: what programs ask of one, behind plain functions, so that the evaluation of all accelerators is
/// compiled once for all programs.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <sonic/cost/frame.hpp>
#include <sonic/dataflow/activity.hpp>
#include <sonic/evaluate/measured.hpp>
#include <sonic/evaluate/numbers.hpp>
#include <sonic/network/graph.hpp>
#include <sonic/network/image_set.hpp>

namespace examples {

/// Called with the number of images done.
using progress = std::function<void(std::size_t)>;

/// A way in which a machine computes, and the share of images whose prediction is their label. `ranges` as in evaluator.
struct way_to_compute {
    const char* name;
    double (*accuracy)(const sonic::trained_network& network, const sonic::image_set& images, std::span<const int> ranges,
                       const progress& done);
};

/// What one chunk policy does with one layer on the array that runs it, in a mean image.
struct policy_row {
    std::string layer, policy, schedule;
    bool own = false;
    double passes = 0;
    double filled = 0;   ///< share of the multiplying places that hold an element, over all passes
    double working = 0;  ///< share of the driven lanes whose element is not zero
    double gated = 0;    ///< driven lanes, over all passes, whose element is zero or, before an ADC, missing
    double loads = 0, loaded = 0;
};

/// What images showed.
struct measurement {
    sonic::measured_network network;
    std::vector<policy_row> policies;
};

/// frame_cost of any accelerator.
struct frame {
    const char* reading;
    std::size_t arrays;
    std::vector<sonic::part_cost> parts;
    std::vector<sonic::layer_cost> layers;
    sonic::second latency;
    sonic::hertz fps;
    sonic::watt power;
    sonic::joule energy;
    double fps_per_watt;
    sonic::joule energy_per_bit;
    double assumed_share;
};

/// A reading is given by name; an empty one is the machine's own, and a machine with a clock keeps its clock.
struct machine {
    const char* name;
    bool has_coarse_adc;  ///< an ADC of fewer than 16 bits, for which the range matters
    std::vector<way_to_compute> ways;
    sonic::number_format (*format)(sonic::layer_kind kind);
    std::vector<int> (*calibrated_ranges)(const sonic::trained_network& network, std::span<const std::uint8_t> pixels);
    measurement (*measure)(const sonic::trained_network& network, const sonic::image_set& images, std::span<const int> ranges,
                           const std::string& reading, const progress& done);
    frame (*cost)(const std::vector<sonic::layer_run>& runs, const std::string& reading);
};

/// accelerators::of_the_paper, accelerators::others, and both.
std::vector<machine> machines_of_the_paper();
std::vector<machine> other_machines();
inline std::vector<machine> all_machines() {
    auto result = machines_of_the_paper();
    for (const machine& m : other_machines()) result.push_back(m);
    return result;
}

}  // namespace examples
