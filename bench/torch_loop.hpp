// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include <sonic/evaluate/numbers.hpp>
#include <sonic/network/trained.hpp>

namespace sonic::bench {

/// A chain on SONIC's formats as simulators written with libtorch compute it: every chunk of positions is a matrix product, then divided by
/// the LSB, rounded, clamped and added. Chunks are dense; zeros are not skipped. Returns the outputs of the images.
std::function<std::vector<double>(std::span<const std::uint8_t>)> torch_loop(const trained_network& network, const number_format& conv,
                                                                             const number_format& dense);

}  // namespace sonic::bench
