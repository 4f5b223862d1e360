// SPDX-License-Identifier: MIT
#pragma once

/// Packs the weights of a layer for the held-weights kernel: chunks in the order of the dataflow's walk, sorted by block of input channels
/// and by length, so that one loop runs all chunks of one length. Their order does not matter: codes are integers, their sum is exact.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <span>
#include <vector>

#include <sonic/dataflow/dataflow.hpp>
#include <sonic/evaluate/held_weights.hpp>
#include <sonic/evaluate/numbers.hpp>
#include <sonic/network/error.hpp>

namespace sonic::detail {

/// Which tiles an instruction set has code for.
struct tile_set {
    int rows = 1, columns = 1;  ///< at most
    std::uint32_t has[2] = {};  ///< per number of rows: bit c - 1 set where c columns have code
};

/// How chunks are summed.
enum class arithmetic {
    plain,     ///< no ADC
    floats,    ///< a float holds every chunk's sum
    segments,  ///< a float holds every product, a 32-bit integer every chunk's sum
    doubles    ///< a double holds every chunk's sum
};

/// The cheapest arithmetic that is exact for a format, decided by the formats alone.
constexpr arithmetic arithmetic_for(const number_format& f) {
    constexpr std::int64_t float_exact = std::int64_t{1} << 24, int_exact = std::int64_t{1} << 31;
    if (f.largest_sum() < float_exact) return arithmetic::floats;
    if (f.largest_activation() * f.largest_weight() < float_exact && f.largest_sum() < int_exact - f.lsb()) return arithmetic::segments;
    return arithmetic::doubles;
}

/// Entries in memory of their own.
template <class T>
class entry_list {
  public:
    std::size_t size() const { return weights_.size(); }
    void reserve(std::size_t n) { weights_.reserve(n), offsets_.reserve(n); }
    void push(T weight, std::uint16_t offset) { weights_.push_back(weight), offsets_.push_back(offset); }
    held_entries<T> data() const { return {weights_.data(), offsets_.data()}; }

  private:
    std::vector<T> weights_;
    std::vector<std::uint16_t> offsets_;
};

/// A packed layer. `T`: what weights and sums are.
template <class T>
struct weight_stream {
    layer shape;
    tile_plan tile;
    std::vector<std::uint8_t> cuts;
    entry_list<T> entries;
    std::vector<chunk_group> groups;
    std::vector<stream_start> starts;
    std::vector<input_block> blocks;
    std::vector<std::uint32_t> chunk_ids;
    std::vector<std::int64_t> largest_total;  ///< per output: bound of the accumulated codes; not for `plain`
    bool clamps = false;                      ///< can a chunk of these weights saturate the ADC?
    std::size_t scratch = 0;                  ///< elements of a tile

    int blocks_per_group() const { return static_cast<int>(blocks.size()) / shape.groups; }
};

/// Order of the chunks of one output within a block of inputs.
enum class stream_order {
    by_length,  ///< longest first
    of_walk,    ///< as they came: parts of one chunk follow each other
    joined      ///< all in one
};

/// Collects chunks, then sorts them into a stream.
template <class T>
class stream_builder {
  public:
    /// `samples`: lanes of one register of floats; `density`: share of the weights that are kept.
    stream_builder(const layer& l, std::size_t samples, const tile_set& tiles, double density) : samples_(samples) {
        stream_.shape = l;
        tile_plan& t = stream_.tile;
        t.rows = std::min(tiles.rows, l.out.height);
        cut_columns(tiles);
        t.columns = widest_cut(l.kind == layer_kind::dense);
        const int in_columns = (t.columns - 1) * l.stride + l.kernel_width, in_rows = (t.rows - 1) * l.stride + l.kernel_height;
        t.phase = static_cast<std::size_t>((in_columns + l.stride - 1) / l.stride);
        t.row = t.phase * static_cast<std::size_t>(l.stride);
        t.channel = t.row * static_cast<std::size_t>(in_rows);
        t.outputs_per_block = std::min(l.outputs_per_group(), outputs_in_second_level);
        // As many input channels as fit the first level, but with enough weights per output that their loop pays.
        const std::size_t used = static_cast<std::size_t>(in_rows) * static_cast<std::size_t>(in_columns) * samples * sizeof(T);
        const double kept = std::max(density, 1e-3) * static_cast<double>(l.taps());
        const std::size_t fit = std::max({std::size_t{1}, first_level_bytes / used,
                                          std::min(static_cast<std::size_t>(fewest_weights / kept), crowded_first_level_bytes / used)});
        const int most = static_cast<int>(std::min(fit, static_cast<std::size_t>(l.inputs_per_group())));
        const int count = (l.inputs_per_group() + most - 1) / most;
        per_block_ = (l.inputs_per_group() + count - 1) / count;
        blocks_ = (l.inputs_per_group() + per_block_ - 1) / per_block_;
        for (int g = 0; g < l.groups; ++g)
            for (int b = 0; b < blocks_; ++b)
                stream_.blocks.push_back(
                    {g * l.inputs_per_group() + b * per_block_, std::min(per_block_, l.inputs_per_group() - b * per_block_)});
        cut_columns(tiles);
    }

    /// Adds one chunk, or a part of one (`continues`: another part follows), of an output channel.
    /// `whole`: the chunk is one part, in units of the LSB, in a stream of parts.
    void chunk(int output, std::span<const tap> lanes, std::span<const T> weights, bool continues = false, bool whole = false) {
        const layer& l = stream_.shape;
        int first = l.in.channels, last = 0;
        for (const tap& t : lanes) {
            first = std::min(first, t.channel);
            last = std::max(last, t.channel);
        }
        if (continuing_) first = continued_first_;  // all parts of a chunk stay together
        if (lanes.empty() && !continuing_) first = last = output / l.outputs_per_group() * l.inputs_per_group();
        const int group = output / l.outputs_per_group(), block = (first - group * l.inputs_per_group()) / per_block_;
        input_block& in = stream_.blocks[static_cast<std::size_t>(group * blocks_ + block)];
        in.count = std::max(in.count, last + 1 - in.first);
        const std::size_t corner = static_cast<std::size_t>(in.first);
        for (std::size_t i = 0; i < lanes.size(); ++i) {
            const tap& t = lanes[i];
            const auto kx = static_cast<std::size_t>(t.kx), stride = static_cast<std::size_t>(l.stride);
            const std::size_t at = (static_cast<std::size_t>(t.channel) - corner) * stream_.tile.channel +
                                   static_cast<std::size_t>(t.ky) * stream_.tile.row + kx % stride * stream_.tile.phase + kx / stride;
            fits_ = fits_ && at <= std::numeric_limits<std::uint16_t>::max();
            lanes_.push_back({weights[i], static_cast<std::uint16_t>(at)});
        }
        chunks_.push_back({bucket(output, group, block), static_cast<std::uint32_t>(lanes.size()), lanes_.size() - lanes.size(), next_id_,
                           continues, whole});
        if (!continues) ++next_id_;
        continuing_ = continues;
        continued_first_ = first;
    }

    /// Does every entry's place have a number? Where not, a chunk spans more channels than tiles this wide allow.
    bool fits() const { return fits_; }

    weight_stream<T> take(stream_order order) {
        const layer& l = stream_.shape;
        const bool in_order = order != stream_order::by_length;
        // Parts of one chunk must follow each other, so a stream with parts keeps the order of the walk within each bucket.
        std::stable_sort(chunks_.begin(), chunks_.end(), [&](const record& a, const record& b) {
            return a.bucket != b.bucket ? a.bucket < b.bucket : !in_order && a.length > b.length;
        });
        const std::size_t buckets = static_cast<std::size_t>(l.out.channels) * static_cast<std::size_t>(blocks_);
        std::size_t bucket = 0;
        const auto begin_buckets = [&](std::size_t end) {
            for (; bucket < end; ++bucket)
                stream_.starts.push_back({stream_.groups.size(), stream_.entries.size(), stream_.chunk_ids.size()});
        };
        stream_.entries.reserve(lanes_.size() + held_entries<T>::padding);
        for (const record& c : chunks_) {
            const bool new_bucket = bucket <= c.bucket;
            begin_buckets(c.bucket + 1);
            if (new_bucket || order == stream_order::of_walk || (!in_order && stream_.groups.back().length != c.length))
                stream_.groups.push_back({c.length, 1, c.continues ? 1u : 0u, c.whole ? 1u : 0u});
            else if (order == stream_order::joined)
                stream_.groups.back().length += c.length;
            else
                stream_.groups.back().count = (stream_.groups.back().count + 1) & 0x3fffffffu;
            for (std::size_t i = c.first; i < c.first + c.length; ++i) stream_.entries.push(lanes_[i].weight, lanes_[i].offset);
            stream_.chunk_ids.push_back(c.id);
        }
        begin_buckets(buckets + 1);
        for (std::size_t i = 0; i < held_entries<T>::padding; ++i) stream_.entries.push(T{0}, 0);
        std::size_t channels = 0;
        for (const input_block& b : stream_.blocks) channels = std::max(channels, static_cast<std::size_t>(b.count));
        stream_.scratch = channels * stream_.tile.channel * samples_;
        return std::move(stream_);
    }

  private:
    static constexpr std::size_t first_level_bytes = 40 * 1024, crowded_first_level_bytes = 56 * 1024;
    static constexpr double fewest_weights = 28;
    static constexpr int outputs_in_second_level = 256;

    struct entry {
        T weight;
        std::uint16_t offset;
    };
    struct record {
        std::size_t bucket;
        std::uint32_t length;
        std::size_t first;
        std::uint32_t id;
        bool continues, whole;
    };

    std::size_t bucket(int output, int group, int block) const {
        const int per_group = stream_.shape.outputs_per_group(), in_group = output - group * per_group;
        const int first = in_group / stream_.tile.outputs_per_block * stream_.tile.outputs_per_block;
        const int size = std::min(stream_.tile.outputs_per_block, per_group - first);
        return static_cast<std::size_t>((group * per_group + first) * blocks_ + block * size + in_group - first);
    }

    /// Cheapest way to cut a row of w pixels into tiles: each costs its pixels and about two more for what it loads besides.
    void cut_columns(const tile_set& tiles) {
        const int width = stream_.shape.out.width;
        for (int rows = 1; rows <= 2; ++rows) {
            std::vector<int> cost{0};
            stream_.cuts.push_back(0);
            for (int w = 1; w <= width; ++w) {
                int best = 0, best_columns = 1;
                for (int c = 1; c <= std::min(w, 32); ++c)
                    if ((tiles.has[std::min(rows, tiles.rows) - 1] >> (c - 1) & 1) != 0) {
                        const int now = cost[static_cast<std::size_t>(w - c)] + c * rows + 2;
                        if (best == 0 || now <= best) best = now, best_columns = c;
                    }
                cost.push_back(best);
                stream_.cuts.push_back(static_cast<std::uint8_t>(best_columns));
            }
        }
    }

    int widest_cut(bool any_width) const {
        const int width = stream_.shape.out.width;
        int widest = 1;
        for (int rows = 0; rows < stream_.tile.rows; ++rows)
            for (int left = width; left > 0;) {
                const int c = stream_.cuts[static_cast<std::size_t>(rows * (width + 1) + left)];
                widest = std::max(widest, c);
                left -= any_width ? 1 : c;
            }
        return widest;
    }

    weight_stream<T> stream_;
    std::size_t samples_;
    int per_block_ = 1, blocks_ = 1;
    std::vector<entry> lanes_;
    std::vector<record> chunks_;
    std::uint32_t next_id_ = 0;
    bool continuing_ = false, fits_ = true;
    int continued_first_ = 0;
};

/// For chunks that span more channels than wider tiles allow.
inline constexpr tile_set narrowest_tiles{1, 1, {1, 1}};

/// A stream of what `put` gives to a builder, in the widest tiles whose offsets fit.
template <class T, class Put>
weight_stream<T> build_stream(const layer& l, std::size_t samples, const tile_set& tiles, double density, stream_order order, Put put) {
    for (const tile_set& t : {tiles, narrowest_tiles}) {
        stream_builder<T> builder(l, samples, t, density);
        put(builder);
        if (builder.fits()) return builder.take(order);
    }
    throw input_error("evaluation", "a chunk of weights that spans more than 65536 activations", "kernels or units of fewer");
}

template <class Code>
double density_of(std::span<const Code> weights) {
    std::size_t kept = 0;
    for (const Code w : weights) kept += w != Code{0};
    return weights.empty() ? 0.0 : static_cast<double>(kept) / static_cast<double>(weights.size());
}

/// All weights of each output in one sum.
inline weight_stream<float> plain_stream(const layer& l, std::span<const float> weights, std::size_t samples, const tile_set& tiles) {
    return build_stream<float>(l, samples, tiles, density_of(weights), stream_order::joined, [&](stream_builder<float>& builder) {
        std::vector<tap> lanes;
        std::vector<float> values;
        std::size_t at = 0;
        for (int o = 0; o < l.out.channels; ++o)
            for (int i = 0; i < l.inputs_per_group(); ++i) {
                lanes.clear();
                values.clear();
                for (int ky = 0; ky < l.kernel_height; ++ky)
                    for (int kx = 0; kx < l.kernel_width; ++kx, ++at)
                        if (weights[at] != 0) {
                            lanes.push_back({o / l.outputs_per_group() * l.inputs_per_group() + i, ky, kx, at});
                            values.push_back(weights[at]);
                        }
                if (!lanes.empty()) builder.chunk(o, lanes, values);
            }
    });
}

/// Chunks of a dataflow that holds weights. With two sign passes a chunk becomes its positive and its negative lanes: the ADC is symmetric,
/// so adding signed codes equals subtracting codes of magnitudes. `idle_chunks`: keep chunks whose sum is always zero; they pass the ADC,
/// which matters to noise alone.
template <class Dataflow, class T>
weight_stream<T> chunk_stream(const layer& l, std::span<const std::int32_t> codes, const number_format& f, arithmetic how,
                              std::size_t samples, const tile_set& tiles, bool idle_chunks = false) {
    constexpr std::int64_t float_exact = std::int64_t{1} << 24;
    std::vector<std::int64_t> totals;
    const T unit = T{1} / static_cast<T>(f.lsb());
    bool clamps = false;
    const auto put = [&](stream_builder<T>& builder) {
        std::vector<tap> lanes;
        std::vector<T> weights;
        totals.assign(static_cast<std::size_t>(l.out.channels), 0);
        clamps = false;
        Dataflow::walk(l, codes, f.lanes, [&](const weight_item& item) {
            for (int sign = 0; sign < f.sign_passes; ++sign) {
                lanes.clear();
                weights.clear();
                std::int64_t magnitude = 0, part = 0;
                const auto passes = [&](std::int64_t w) { return w != 0 && (f.sign_passes == 1 || (w < 0) == (sign == 1)); };
                for (const tap& t : item.lanes)
                    if (const std::int64_t w = codes[t.weight]; passes(w)) magnitude += w < 0 ? -w : w;
                const bool whole = how != arithmetic::segments || magnitude * f.largest_activation() < float_exact;
                for (const tap& t : item.lanes) {
                    const std::int64_t w = codes[t.weight], size = w < 0 ? -w : w;
                    if (!passes(w)) continue;  // adds nothing to the sum
                    if (!whole && (part + size) * f.largest_activation() >= float_exact) {
                        builder.chunk(item.output, lanes, weights, true);
                        lanes.clear();
                        weights.clear();
                        part = 0;
                    }
                    part += size;
                    lanes.push_back(t);
                    weights.push_back(whole ? static_cast<T>(w) * unit : static_cast<T>(w));
                }
                if (magnitude == 0 && !idle_chunks) continue;  // a sum of zero digitises to zero
                builder.chunk(item.output, lanes, weights, false, whole);
                const std::int64_t largest = digitise(magnitude * f.largest_activation(), f.lsb(), f.largest_sum());
                clamps = clamps || largest > f.largest_code();
                totals[static_cast<std::size_t>(item.output)] += std::min(largest, f.largest_code());
            }
        });
    };
    weight_stream<T> stream = build_stream<T>(l, samples, tiles, density_of(codes),
                                              how == arithmetic::segments ? stream_order::of_walk : stream_order::by_length, put);
    stream.largest_total = std::move(totals);
    stream.clamps = clamps;
    return stream;
}

}  // namespace sonic::detail
