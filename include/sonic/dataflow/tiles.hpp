// SPDX-License-Identifier: MIT
#pragma once

/// Dataflows of crossbars: output channels in tiles of m rows, kernels in chunks of n lanes, output positions in groups of c columns.

#include <sonic/dataflow/work.hpp>

namespace sonic {

namespace detail {

/// How a layer falls into tiles. Everything is per group of the layer.
struct tiling {
    std::int64_t rows, lanes;                      ///< output channels, kernel length
    std::int64_t row_tiles, chunks, column_tiles;  ///< tiles of rows, chunks of lanes, groups of positions
    std::int64_t samples;                          ///< ADC samples per output: chunks / integration, rounded up

    constexpr tiling(const layer& l, const array_shape& a)
        : rows(l.outputs_per_group()),
          lanes(std::int64_t{l.inputs_per_group()} * l.taps()),
          row_tiles(rounds(rows, a.rows)),
          chunks(rounds(lanes, a.lanes)),
          column_tiles(rounds(l.out.pixels(), a.columns)),
          samples(rounds(chunks, a.integration)) {}

    /// Loads of held operands per group and tile of rows, if each stays as long as it can. The chunks that one sample sums follow each
    /// other pass by pass, so only a sample of a single chunk keeps its operand over all columns.
    constexpr std::int64_t loads(int integration) const {
        if (integration == 1) return chunks;
        const std::int64_t alone = chunks % integration == 1 ? 1 : 0;
        return alone + (chunks - alone) * column_tiles;
    }
};

/// Events of a dense machine; `Zeros` decides only what is zero. Elements and samples that are gated are taken off by the caller.
template <class Zeros>
constexpr auto plan_tiles(const Zeros& zeros, array_shape array, schedule when) {
    using R = typename Zeros::number;
    const layer& l = zeros.layer;
    const tiling t(l, array);
    const std::int64_t items = l.groups * t.row_tiles * t.samples;
    activity<R> a;
    a.passes = static_cast<R>(l.groups * t.row_tiles * t.chunks * t.column_tiles);
    a.elements = static_cast<R>(l.groups * t.row_tiles * t.lanes * l.out.pixels());
    a.driven = zeros.nonzero_visits() * static_cast<R>(t.row_tiles);
    a.macs = static_cast<R>(l.macs());
    a.conversions = static_cast<R>(l.out.size() * t.samples);
    if (when == schedule::held) {
        a.loads = static_cast<R>(l.groups * t.row_tiles * t.loads(array.integration));
        // Every chunk is full but the last.
        const bool last_is_kept = array.integration == 1 || t.chunks % array.integration == 1;
        const std::int64_t kept_lanes = array.integration == 1 ? t.lanes : last_is_kept ? t.lanes - (t.chunks - 1) * array.lanes : 0;
        a.loaded = static_cast<R>(l.groups * t.rows * (kept_lanes + (t.lanes - kept_lanes) * t.column_tiles));
        // Items are equal, or there is one unit.
        a.busiest_loads = array.units == 1 ? a.loads : static_cast<R>(rounds(items, array.units));
        a.busiest_passes = array.units == 1 ? a.passes : a.busiest_loads * static_cast<R>(t.column_tiles);
    } else {
        a.loads = a.passes;
        a.loaded = static_cast<R>(l.weights() * t.column_tiles);
        a.busiest_passes = static_cast<R>(rounds(l.groups * t.row_tiles * t.chunks * t.column_tiles, array.units));
        a.busiest_loads = a.busiest_passes;
    }
    // Rows differ in sign, so every pass presents the driven operand once per sign.
    const R signs = static_cast<R>(array.sign_passes);
    a.elements = a.elements * signs;
    a.driven = a.driven * signs;
    a = with_signs(a, array.sign_passes, true, static_cast<R>(l.out.size()));
    return a;
}

/// Yields every pass of a tiled layer. `is_driven_lane(first row, last row, lane)` and `is_read_row(row, first lane, last lane)` say what
/// is not gated.
template <class Visitor, class Driven, class Read>
void walk_tiles(const layer& l, array_shape array, Visitor& visitor, Driven is_driven_lane, Read is_read_row) {
    const tiling t(l, array);
    std::vector<std::int64_t> driven;
    std::vector<product> products;
    std::vector<std::int64_t> read;
    for (int g = 0; g < l.groups; ++g)
        for (std::int64_t tile = 0; tile < t.row_tiles; ++tile) {
            const int first_row = static_cast<int>(g * t.rows + tile * array.rows);
            const int last_row = static_cast<int>(
                g * t.rows + (tile + 1) * array.rows < (g + 1) * t.rows ? g * t.rows + (tile + 1) * array.rows : (g + 1) * t.rows);
            for (std::int64_t sample = 0; sample < t.samples; ++sample) {
                visitor.item(-1);
                const std::int64_t first_chunk = sample * array.integration;
                const std::int64_t last_chunk = first_chunk + array.integration < t.chunks ? first_chunk + array.integration : t.chunks;
                const std::int64_t sample_begin = first_chunk * array.lanes;
                const std::int64_t sample_end = last_chunk * array.lanes < t.lanes ? last_chunk * array.lanes : t.lanes;
                for (std::int64_t columns = 0; columns < t.column_tiles; ++columns)
                    for (std::int64_t chunk = first_chunk; chunk < last_chunk; ++chunk) {
                        const std::int64_t begin = chunk * array.lanes;
                        const std::int64_t end = begin + array.lanes < t.lanes ? begin + array.lanes : t.lanes;
                        driven.clear();
                        products.clear();
                        read.clear();
                        for (std::int64_t p = columns * array.columns; p < (columns + 1) * array.columns && p < l.out.pixels(); ++p) {
                            const int y = static_cast<int>(p / l.out.width), x = static_cast<int>(p % l.out.width);
                            for (std::int64_t lane = begin; lane < end; ++lane) {
                                const int input = static_cast<int>(lane / l.taps()), tap = static_cast<int>(lane % l.taps());
                                const std::int64_t in =
                                    input_at(l, g * l.inputs_per_group() + input, tap / l.kernel_width, tap % l.kernel_width, y, x);
                                if (is_driven_lane(first_row, last_row, lane)) driven.push_back(in);
                                for (int row = first_row; row < last_row; ++row)
                                    products.push_back({weight_at(l, row, input, tap), in, output_at(l, row, y, x)});
                            }
                            for (int row = first_row; row < last_row; ++row)
                                if (chunk + 1 == last_chunk && is_read_row(row, sample_begin, sample_end))
                                    read.push_back(output_at(l, row, y, x));
                        }
                        const std::int64_t held = (last_row - first_row) * (end - begin);
                        if (columns == 0 || last_chunk - first_chunk > 1) visitor.load(held, true);
                        visitor.pass(driven, products, read, held);
                    }
            }
        }
}

/// Chunks of whole kernels, zeros included: what a tiled machine computes, output by output. `lanes`: those that one sample sums.
template <class Emit>
void walk_dense_kernels(const layer& l, int lanes, Emit emit) {
    std::vector<tap> window;
    for (int o = 0; o < l.out.channels; ++o) {
        unroll(l, o / l.outputs_per_group(), static_cast<std::size_t>(o), window);
        cut(std::span<const tap>(window), lanes, [&](std::span<const tap> chunk) { emit(weight_item{o, chunk}); });
    }
}

}  // namespace detail

/// Dense crossbars: zeros and padding are paid for.
struct dense_tiles {
    static constexpr auto name = "dense_tiles";
    static constexpr bool holds_weights = true;
    static constexpr bool integrates = true;

    template <class Zeros>
    static constexpr auto plan(const Zeros& zeros, array_shape array, schedule when) {
        return detail::plan_tiles(zeros, array, when);
    }
    template <class Code, class Emit>
    static void walk(const layer& l, std::span<const Code>, int lanes, Emit emit) {
        detail::walk_dense_kernels(l, lanes, emit);
    }
    template <class Code, class Visitor>
    static void walk_passes(const layer& l, std::span<const Code>, std::span<const Code>, array_shape array, Visitor& visitor) {
        detail::walk_tiles(
            l, array, visitor, [](int, int, std::int64_t) { return true; }, [](int, std::int64_t, std::int64_t) { return true; });
    }
};

/// Crossbars with structured gating (SCATTER): a lane whose weights are zero in every row of the tile is not driven, a row whose weights
/// are zero in the whole sample is not read. No time is saved. Z. Yin et al., "SCATTER", ICCAD 2024, arXiv 2407.05510.
struct structured_tiles {
    static constexpr auto name = "structured_tiles";
    static constexpr bool holds_weights = true;
    static constexpr bool integrates = true;

    static constexpr activity<double> plan(const independent_zeros& zeros, array_shape array, schedule when) {
        activity<double> a = detail::plan_tiles(zeros, array, when);
        const layer& l = zeros.layer;
        const detail::tiling t(l, array);
        double active_tiles = 0;  // expected row tiles in which a lane has a weight
        for (std::int64_t tile = 0; tile < t.row_tiles; ++tile)
            active_tiles += 1 - detail::power(1 - zeros.weight_density, smaller(array.rows, t.rows - tile * array.rows));
        double active_samples = 0;  // expected samples in which a row has a weight
        for (std::int64_t sample = 0; sample < t.samples; ++sample) {
            const std::int64_t each = std::int64_t{array.lanes} * array.integration;
            active_samples += 1 - detail::power(1 - zeros.weight_density, smaller(each, t.lanes - sample * each));
        }
        const double lanes = active_tiles / static_cast<double>(t.row_tiles), samples = active_samples / static_cast<double>(t.samples);
        a.elements *= lanes;
        a.driven *= lanes;
        a.conversions *= samples;
        const double outputs =
            static_cast<double>(l.out.size()) * (1 - detail::power(1 - zeros.weight_density, t.lanes));  // that receive a sample
        a.additions = a.conversions - outputs;
        return a;
    }
    template <class Exact>
    static activity<std::int64_t> plan(const Exact& zeros, array_shape array, schedule when) {
        activity<std::int64_t> a = detail::plan_tiles(zeros, array, when);
        const layer& l = zeros.layer;
        const detail::tiling t(l, array);
        const std::int64_t each = std::int64_t{array.lanes} * array.integration;
        a.elements = a.driven = a.conversions = 0;
        std::int64_t outputs = 0;
        for (int g = 0; g < l.groups; ++g) {
            for (std::int64_t tile = 0; tile < t.row_tiles; ++tile)
                for (std::int64_t lane = 0; lane < t.lanes; ++lane) {
                    const int input = static_cast<int>(lane / l.taps()), tap = static_cast<int>(lane % l.taps());
                    bool any = false;
                    for (std::int64_t row = tile * array.rows; row < (tile + 1) * array.rows && row < t.rows; ++row)
                        any = any || zeros.kept(static_cast<int>(g * t.rows + row), input, tap);
                    if (!any) continue;
                    a.elements += l.out.pixels();
                    a.driven += zeros.visits(g * l.inputs_per_group() + input, tap);
                }
            for (std::int64_t row = 0; row < t.rows; ++row) {
                std::int64_t samples = 0;
                for (std::int64_t sample = 0; sample < t.samples; ++sample) {
                    bool any = false;
                    for (std::int64_t lane = sample * each; lane < (sample + 1) * each && lane < t.lanes; ++lane)
                        any = any || zeros.kept(static_cast<int>(g * t.rows + row), static_cast<int>(lane / l.taps()),
                                                static_cast<int>(lane % l.taps()));
                    samples += any;
                }
                a.conversions += samples * l.out.pixels();
                outputs += samples > 0 ? l.out.pixels() : 0;
            }
        }
        a.elements *= array.sign_passes;
        a.driven *= array.sign_passes;
        a.conversions *= array.sign_passes;
        a.additions = a.conversions - outputs;
        return a;
    }

    template <class Code, class Emit>
    static void walk(const layer& l, std::span<const Code>, int lanes, Emit emit) {
        detail::walk_dense_kernels(l, lanes, emit);
    }
    template <class Code, class Visitor>
    static void walk_passes(const layer& l, std::span<const Code> weights, std::span<const Code>, array_shape array, Visitor& visitor) {
        const auto kept = [&](int row, std::int64_t lane) {
            return weights[static_cast<std::size_t>(detail::weight_at(l, row, 0, 0) + lane)] != Code{0};
        };
        detail::walk_tiles(
            l, array, visitor,
            [&](int first, int last, std::int64_t lane) {
                for (int row = first; row < last; ++row)
                    if (kept(row, lane)) return true;
                return false;
            },
            [&](int row, std::int64_t begin, std::int64_t end) {
                for (std::int64_t lane = begin; lane < end; ++lane)
                    if (kept(row, lane)) return true;
                return false;
            });
    }

  private:
    static constexpr std::int64_t smaller(std::int64_t a, std::int64_t b) { return a < b ? a : b; }
};

}  // namespace sonic
