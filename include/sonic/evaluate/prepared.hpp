// SPDX-License-Identifier: MIT
#pragma once

/// MAC layers made ready for an array: weights encoded and packed once, then run on blocks of samples. A prepared layer knows nothing of
/// the layers around it but where its results go.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <sonic/dataflow/compress.hpp>
#include <sonic/dataflow/dense.hpp>
#include <sonic/evaluate/kernels.hpp>
#include <sonic/evaluate/numbers.hpp>

namespace sonic::detail {

/// Memory aligned for every instruction set; grows, and is cleared when it does.
template <class T>
class aligned_buffer {
  public:
    T* at_least(std::size_t size) {
        if (size > size_) {
            data_.reset(static_cast<T*>(::operator new(size * sizeof(T), std::align_val_t{alignment})));
            std::memset(static_cast<void*>(data_.get()), 0, size * sizeof(T));
            size_ = size;
        }
        return data_.get();
    }
    T* data() const { return data_.get(); }

  private:
    static constexpr std::size_t alignment = 64;
    struct release {
        void operator()(T* p) const { ::operator delete(static_cast<void*>(p), std::align_val_t{alignment}); }
    };
    std::unique_ptr<T, release> data_;
    std::size_t size_ = 0;
};

/// What one thread needs besides the maps.
struct kernel_scratch {
    aligned_buffer<float> float_tile, float_totals;
    aligned_buffer<double> double_tile, double_totals;
    aligned_buffer<std::int32_t> int_totals, rows;
    aligned_buffer<std::uint32_t> progress, keys;
    /// Of each sample: its nonzero activations and where its chunks begin. Kept as long as they ever were.
    struct sample_list {
        std::vector<std::uint32_t> positions, bounds;
        std::vector<std::uint8_t> high, low;
    };
    std::vector<sample_list> samples;
};

/// What follows a layer's sums, up to the next map in memory.
struct layer_end {
    bool to_codes = false;  ///< the next layer's input codes (its values in `ideal`), else this layer's values in doubles
    int pool = 1;           ///< maximum over pool x pool, before the codes
    bool relu = false;
    double step = 1;  ///< of the next layer's activations
    std::int64_t largest = 0;
};

/// A block of samples. Maps: [channel][y][x][sample]; an element's samples are `lanes` floats, of which the layer reads the first
/// `groups` registers.
struct block_run {
    const float* input = nullptr;
    std::size_t input_lanes = 0, groups = 1;
    std::size_t image = 0;   ///< number of the first sample
    std::size_t active = 0;  ///< the first samples that matter, or 0: all; kernels whose lanes are rows skip the others
    float* codes = nullptr;
    std::size_t code_lanes = 0;
    double* values = nullptr;  ///< [channel][y][x][groups x samples]
};

class prepared_layer {
  public:
    virtual ~prepared_layer() = default;
    virtual void run(const block_run& r, kernel_scratch& scratch) const = 0;
};

/// Scale, shift and coding of a layer's sums.
class layer_finish {
  public:
    layer_finish(const layer& l, const kernel_table& kernels, const layer_end& what_follows, std::vector<float> scale,
                 std::vector<double> shift, std::span<const std::int64_t> largest_total)
        : end(what_follows), kernels_(&kernels), shape_(l), scale_(std::move(scale)), shift_(std::move(shift)) {
        if (end.to_codes && !largest_total.empty()) coefficients_ = coefficients(scale_, shift_, largest_total, end.step, kernels.fused);
    }
    /// Of `ideal`: value = scale x sum + shift, in floats where the next layer reads it.
    layer_finish(const layer& l, const kernel_table& kernels, const layer_end& what_follows, std::span<const double> scale,
                 std::span<const double> shift)
        : end(what_follows), kernels_(&kernels), shape_(l), shift_(shift.begin(), shift.end()), plain_scale_(scale.begin(), scale.end()) {
        for (const double s : scale) scale_.push_back(static_cast<float>(s));
        for (const double s : shift) plain_shift_.push_back(static_cast<float>(s));
    }

    /// Results of rows [first, first + rows) of the layer. `totals`: [channel][row][x][sample] of `groups` blocks of samples that stand
    /// one after another (a dense layer's, along x).
    template <class Total>
    void operator()(const Total* totals, std::size_t in_channel, std::size_t in_row, int first, int rows, std::size_t groups,
                    const block_run& r) const {
        const std::size_t samples = kernels_->samples;
        const int out_height = shape_.out.height / end.pool, out_width = shape_.out.width / end.pool;
        const int first_out = first / end.pool, last_out = std::min((first + rows) / end.pool, out_height);
        const bool across = groups > 1 || shape_.out.pixels() == 1;  // blocks of samples stand along x
        if (!end.to_codes) {
            for (std::size_t o = 0; o < static_cast<std::size_t>(shape_.out.channels); ++o)
                for (int y = 0; y < rows; ++y) {
                    const Total* from = totals + o * in_channel + static_cast<std::size_t>(y) * in_row;
                    const std::size_t count = static_cast<std::size_t>(shape_.out.width) * groups * samples;
                    double* to = r.values + (o * static_cast<std::size_t>(shape_.out.height) + static_cast<std::size_t>(first + y)) * count;
                    if (plain_scale_.empty())
                        for (std::size_t i = 0; i < count; ++i)
                            to[i] = decode(handed_on(static_cast<double>(from[i])), scale_[o], shift_[o]);
                    else
                        for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<double>(from[i]) * plain_scale_[o] + shift_[o];
                }
            return;
        }
        if (last_out <= first_out) return;
        finish_call<Total> c{};
        c.totals = totals;
        c.in_channel = in_channel;
        c.in_row = in_row;
        c.channels = shape_.out.channels;
        c.rows = last_out - first_out;
        c.width = across ? static_cast<int>(groups) : out_width;
        c.pool = end.pool;
        c.out_pixel = across ? samples : r.code_lanes;
        c.out_row = static_cast<std::size_t>(out_width) * r.code_lanes;
        c.out_channel = static_cast<std::size_t>(out_height) * c.out_row;
        c.out = r.codes + static_cast<std::size_t>(first_out) * c.out_row;
        c.samples = samples;
        c.codes = coefficients_.data();
        c.slope = kernels_->fused ? code_slope : code_slope_not_fused;
        c.scale = scale_.data();
        c.shift = shift_.data();
        c.step = end.step;
        c.largest = end.largest;
        c.plain_scale = scale_.data();
        c.plain_shift = plain_shift_.data();
        c.relu = end.relu;
        if constexpr (std::is_same_v<Total, std::int32_t>)
            kernels_->finish_codes(c);
        else if constexpr (std::is_same_v<Total, float>)
            kernels_->finish_plain(c);
        else
            finish_doubles(c);
    }

    layer_end end;
    /// Sums of a machine without an ADC: what is handed on of each is a float.
    bool sums_become_floats = false;

  private:
    double handed_on(double sum) const { return sums_become_floats ? static_cast<double>(static_cast<float>(sum)) : sum; }

    void finish_doubles(const finish_call<double>& c) const {
        for (int channel = 0; channel < c.channels; ++channel)
            for (int y = 0; y < c.rows; ++y)
                for (int x = 0; x < c.width; ++x)
                    for (std::size_t s = 0; s < c.samples; ++s) {
                        const auto k = static_cast<std::size_t>(channel), pool = static_cast<std::size_t>(c.pool);
                        const double* from = c.totals + k * c.in_channel + static_cast<std::size_t>(y) * pool * c.in_row +
                                             static_cast<std::size_t>(x) * pool * c.samples + s;
                        double value = -INFINITY;
                        for (std::size_t py = 0; py < pool; ++py)
                            for (std::size_t px = 0; px < pool; ++px)
                                value = std::max(value, decode(handed_on(from[py * c.in_row + px * c.samples]), c.scale[k], c.shift[k]));
                        c.out[k * c.out_channel + static_cast<std::size_t>(y) * c.out_row + static_cast<std::size_t>(x) * c.out_pixel + s] =
                            static_cast<float>(activation_code(value, c.step, c.largest));
                    }
    }

    const kernel_table* kernels_;
    layer shape_;
    std::vector<float> scale_;
    std::vector<double> shift_;
    std::vector<double> plain_scale_;
    std::vector<float> plain_shift_;
    std::vector<code_coefficients> coefficients_;
};

/// Most blocks of samples that a dense layer takes at once.
inline constexpr int dense_groups = 8;

/// A dense layer as the kernel sees it: blocks of samples stand along x.
inline layer along_x(layer l) {
    if (l.kind == layer_kind::dense) l.in.width = l.out.width = dense_groups;
    return l;
}

/// A layer of held weights. `T`: of weights and chunk sums; `Total`: of accumulated codes.
template <class T, class Total>
class held_weights_layer : public prepared_layer {
  public:
    held_weights_layer(const layer& l, const kernel_table& kernels, weight_stream<T> stream, arithmetic how, const number_format& f,
                       layer_finish finish)
        : layer_(l), kernels_(&kernels), stream_(std::move(stream)), how_(how), format_(f), finish_(std::move(finish)) {}

    void run(const block_run& r, kernel_scratch& scratch) const override {
        const layer& l = stream_.shape;
        const std::size_t samples = kernels_->samples;
        const bool dense = layer_.kind == layer_kind::dense;
        held_weights_call<T, Total> c{};
        c.in_channels = l.in.channels;
        c.in_height = l.in.height;
        c.in_width = dense ? static_cast<int>(r.groups) : l.in.width;
        c.out_channels = l.out.channels;
        c.out_width = dense ? static_cast<int>(r.groups) : l.out.width;
        c.kernel_height = l.kernel_height;
        c.kernel_width = l.kernel_width;
        c.stride = l.stride;
        c.padding_top = l.padding_top;
        c.padding_left = l.padding_left;
        c.groups = l.groups;
        c.tile = stream_.tile;
        c.cuts = stream_.cuts.data();
        c.cut_row = l.out.width + 1;
        c.entries = stream_.entries.data();
        c.chunk_groups = stream_.groups.data();
        c.starts = stream_.starts.data();
        c.input_blocks = stream_.blocks.data();
        c.blocks = stream_.blocks_per_group();
        c.chunk_ids = stream_.chunk_ids.data();
        c.input = r.input;
        c.in_pixel = dense ? samples : r.input_lanes;
        c.in_row = static_cast<std::size_t>(layer_.in.width) * r.input_lanes;
        c.in_channel = static_cast<std::size_t>(layer_.in.height) * c.in_row;
        const int pool = finish_.end.to_codes ? finish_.end.pool : 1;
        const int band = pool % stream_.tile.rows == 0 ? pool : pool * stream_.tile.rows;
        c.out_row = static_cast<std::size_t>(c.out_width) * samples;
        c.out_channel = static_cast<std::size_t>(band) * c.out_row;
        const std::size_t size = static_cast<std::size_t>(c.out_channels) * c.out_channel;
        if constexpr (std::is_same_v<Total, float>)
            c.totals = scratch.float_totals.at_least(size);
        else if constexpr (std::is_same_v<Total, double>)
            c.totals = scratch.double_totals.at_least(size);
        else
            c.totals = scratch.int_totals.at_least(size);
        if constexpr (std::is_same_v<T, float>)
            c.scratch = scratch.float_tile.at_least(stream_.scratch);
        else
            c.scratch = scratch.double_tile.at_least(stream_.scratch);
        const int rows = l.out.height / pool * pool;  // rows that leave no whole window are dropped
        for (c.first_row = 0; c.first_row < rows; c.first_row += band) {
            c.rows = std::min(band, rows - c.first_row);
            call(c, r, scratch);
            finish_(static_cast<const Total*>(c.totals), c.out_channel, c.out_row, c.first_row, c.rows, dense ? r.groups : 1, r);
        }
    }

  protected:
    virtual void call(const held_weights_call<T, Total>& c, const block_run&, kernel_scratch&) const {
        if constexpr (std::is_same_v<Total, float>)
            kernels_->plain(c);
        else if constexpr (std::is_same_v<Total, double>)
            kernels_->doubles(c, format_.largest_code());
        else if (how_ == arithmetic::segments)
            kernels_->segments(c, stream_.clamps, format_.lsb_bits(), format_.largest_code());
        else
            kernels_->floats(c, stream_.clamps, format_.largest_code());
    }

  private:
    layer layer_;
    const kernel_table* kernels_;
    weight_stream<T> stream_;
    arithmetic how_;
    number_format format_;
    layer_finish finish_;
};

/// Can a format's dense layers run in bytes?
constexpr bool fits_bytes(const number_format& f) {
    return f.activation_bits <= 16 && f.largest_weight() <= largest_byte_weight && f.largest_sum() + f.lsb() < (std::int64_t{1} << 31);
}

/// A dense layer that holds activations, in bytes. `Dataflow::walk` says which activations make a chunk.
template <class Dataflow>
class byte_rows_layer final : public prepared_layer {
  public:
    byte_rows_layer(const layer& l, const kernel_table& kernels, std::span<const std::int32_t> codes, const number_format& f,
                    layer_finish finish)
        : layer_(l), kernels_(&kernels), format_(f), finish_(std::move(finish)) {
        // With two sign passes an output has two rows, one of its positive weights and one of its negative ones.
        const auto outputs = static_cast<std::size_t>(l.out.channels), inputs = static_cast<std::size_t>(l.in.channels);
        const std::size_t passes = static_cast<std::size_t>(f.sign_passes), block = kernels.byte_rows;
        rows_ = (outputs * passes + block - 1) / block * block;
        std::int8_t* to = weights_.at_least(rows_ * inputs);
        for (std::size_t row = 0; row < outputs * passes; ++row) {
            const std::size_t output = row % outputs, in_block = row % block;
            std::int8_t* column =
                to + row / block * block * inputs + interleaved_byte(in_block / kernels.samples, in_block % kernels.samples);
            for (std::size_t i = 0; i < inputs; ++i, column += block) {
                const std::int32_t w = codes[output * inputs + i];
                if (passes == 1 || (w < 0) == (row >= outputs)) *column = static_cast<std::int8_t>(w);
            }
        }
    }

    void run(const block_run& r, kernel_scratch& scratch) const override {
        const std::size_t samples = kernels_->samples, count = r.groups * samples;
        const auto inputs = static_cast<std::size_t>(layer_.in.channels), outputs = static_cast<std::size_t>(layer_.out.channels);
        const std::size_t active = r.active == 0 ? count : std::min(r.active, count);
        if (scratch.samples.size() < count) scratch.samples.resize(count);
        std::vector<nonzero_list> lists(active);
        std::vector<const std::uint32_t*> bounds(active);
        std::vector<std::uint32_t> chunks(active);
        for (std::size_t s = 0; s < active; ++s) {
            auto& of = scratch.samples[s];
            if (of.positions.size() < inputs + nonzero_list::slack) {
                of.positions.resize(inputs + nonzero_list::slack);
                of.high.resize(inputs + nonzero_list::slack);
                of.low.resize(inputs + nonzero_list::slack);
            }
            lists[s] = {of.positions.data(), of.high.data(), of.low.data(), 0};
        }
        for (std::size_t g = 0; g * samples < active; ++g)
            list(r.input + g * samples, r.input_lanes, std::min(samples, active - g * samples), lists.data() + g * samples,
                 scratch.samples.data() + g * samples);
        for (std::size_t s = 0; s < active; ++s) {
            bounds[s] = scratch.samples[s].bounds.data();
            chunks[s] = static_cast<std::uint32_t>(scratch.samples[s].bounds.size() - 1);
        }
        std::int32_t* totals = scratch.rows.at_least(count * rows_);
        std::fill(totals, totals + count * rows_, 0);
        // Some samples at a time, so that what they read of a tile stays in the first level cache beside it.
        constexpr std::size_t together = 64;
        for (std::size_t first = 0; first < active; first += together)
            kernels_->run_byte_rows({weights_.data(), inputs, rows_, std::min(together, active - first), lists.data() + first,
                                     bounds.data() + first, chunks.data() + first, format_.lsb_bits(),
                                     static_cast<std::int32_t>(format_.largest_code()),
                                     format_.largest_sum() > format_.largest_code() * format_.lsb(), totals + first * rows_,
                                     scratch.progress.at_least(together)});
        // Outputs by rows of samples, which is what follows reads.
        std::int32_t* sums = scratch.int_totals.at_least(rows_ * count);
        for (std::size_t row = 0; row < rows_; row += samples)
            for (std::size_t s = 0; s < count; s += samples)
                kernels_->turn_square(totals + s * rows_ + row, rows_, sums + row * count + s, count);
        if (format_.sign_passes == 2)
            for (std::size_t i = 0; i < outputs * count; ++i) sums[i] += sums[outputs * count + i];
        finish_(static_cast<const std::int32_t*>(sums), count, count, 0, 1, r.groups, r);
    }

  private:
    /// Lists and chunks of the first `active` samples of a register.
    void list(const float* codes, std::size_t lanes, std::size_t active, nonzero_list* lists, kernel_scratch::sample_list* samples) const {
        const auto inputs = static_cast<std::size_t>(layer_.in.channels);
        if constexpr (std::is_same_v<Dataflow, compress_activations>) {
            // The walk's rule in short: every so many nonzeros make a chunk.
            kernels_->list_nonzeros(codes, lanes, inputs, active, lists);
            for (std::size_t s = 0; s < active; ++s) {
                samples[s].bounds.clear();
                for (std::uint32_t at = 0; at < lists[s].count; at += static_cast<std::uint32_t>(format_.lanes))
                    samples[s].bounds.push_back(at);
                samples[s].bounds.push_back(lists[s].count);
            }
        } else {
            std::vector<std::int32_t> sample(inputs);
            for (std::size_t s = 0; s < active; ++s) {
                for (std::size_t i = 0; i < inputs; ++i) sample[i] = static_cast<std::int32_t>(codes[i * lanes + s]);
                nonzero_list& l = lists[s];
                auto& bounds = samples[s].bounds;
                bounds.assign(1, 0);
                Dataflow::walk(layer_, std::span<const std::int32_t>(sample), format_.lanes, [&](const activation_item& item) {
                    for (const tap& t : item.lanes) {
                        const std::int32_t code = sample[static_cast<std::size_t>(t.channel)];
                        if (code == 0) continue;
                        l.positions[l.count] = static_cast<std::uint32_t>(t.channel);
                        l.high[l.count] = static_cast<std::uint8_t>(code >> 8);
                        l.low[l.count] = static_cast<std::uint8_t>(code);
                        ++l.count;
                    }
                    if (l.count > bounds.back()) bounds.push_back(l.count);
                });
                end_list(l);
            }
        }
    }

    layer layer_;
    const kernel_table* kernels_;
    number_format format_;
    layer_finish finish_;
    std::size_t rows_ = 0;
    aligned_buffer<std::int8_t> weights_;
};

/// Any layer that holds activations: each chunk of the dataflow's walk against all rows of its group. `T` holds a chunk's sum exactly.
template <class Dataflow, class T>
class held_activations_layer final : public prepared_layer {
  public:
    held_activations_layer(const layer& l, const kernel_table& kernels, std::span<const std::int32_t> codes, const number_format& f,
                           layer_finish finish)
        : layer_(l), kernels_(&kernels), format_(f), finish_(std::move(finish)) {
        const auto outputs = static_cast<std::size_t>(l.out.channels);
        const std::size_t kernel = codes.size() / outputs, per_register = kernels.samples;
        rows_ = (outputs + per_register - 1) / per_register * per_register;
        T* columns = weights_.at_least(kernel * rows_);
        for (std::size_t o = 0; o < outputs; ++o)
            for (std::size_t k = 0; k < kernel; ++k) columns[k * rows_ + o] = static_cast<T>(codes[o * kernel + k]);
    }

    void run(const block_run& r, kernel_scratch& scratch) const override {
        const std::size_t samples = kernels_->samples, count = r.groups * samples;
        const auto inputs = static_cast<std::size_t>(layer_.in.size()), pixels = static_cast<std::size_t>(layer_.out.pixels()),
                   outputs = static_cast<std::size_t>(layer_.out.channels);
        double* sums = scratch.double_totals.at_least(outputs * pixels * count);
        std::vector<std::int32_t> sample(inputs);
        std::vector<T> held;
        std::vector<std::size_t> positions;
        aligned_buffer<T> totals;
        for (std::size_t s = 0; s < (r.active == 0 ? count : std::min(r.active, count)); ++s) {
            for (std::size_t i = 0; i < inputs; ++i) sample[i] = static_cast<std::int32_t>(r.input[i * r.input_lanes + s]);
            T* total = totals.at_least(pixels * rows_);
            std::fill(total, total + pixels * rows_, T{0});
            Dataflow::walk(layer_, std::span<const std::int32_t>(sample), format_.lanes, [&](const activation_item& item) {
                held.clear();
                positions.clear();
                for (const tap& t : item.lanes) {
                    const int iy = item.y * layer_.stride + t.ky - layer_.padding_top,
                              ix = item.x * layer_.stride + t.kx - layer_.padding_left;
                    if (iy < 0 || iy >= layer_.in.height || ix < 0 || ix >= layer_.in.width) continue;
                    held.push_back(
                        static_cast<T>(sample[static_cast<std::size_t>((t.channel * layer_.in.height + iy) * layer_.in.width + ix)]));
                    positions.push_back(t.weight);
                }
                const auto first = static_cast<std::size_t>(item.group * layer_.outputs_per_group());
                const held_chunk_call<T> c{weights_.data(),
                                           rows_,
                                           first,
                                           first + static_cast<std::size_t>(layer_.outputs_per_group()),
                                           positions.data(),
                                           held.data(),
                                           held.size(),
                                           format_.sign_passes == 2,
                                           T{1} / static_cast<T>(format_.lsb()),
                                           static_cast<T>(format_.largest_code()),
                                           total + static_cast<std::size_t>(item.y * layer_.out.width + item.x) * rows_};
                if constexpr (std::is_same_v<T, float>)
                    kernels_->held_chunk_floats(c);
                else
                    kernels_->held_chunk_doubles(c);
            });
            for (std::size_t o = 0; o < outputs; ++o)
                for (std::size_t p = 0; p < pixels; ++p) sums[(o * pixels + p) * count + s] = static_cast<double>(total[p * rows_ + o]);
        }
        const std::size_t row = static_cast<std::size_t>(layer_.out.width) * count;
        finish_(static_cast<const double*>(sums), static_cast<std::size_t>(layer_.out.height) * row, row, 0, layer_.out.height, r.groups,
                r);
    }

  private:
    layer layer_;
    const kernel_table* kernels_;
    number_format format_;
    layer_finish finish_;
    std::size_t rows_ = 0;
    aligned_buffer<T> weights_;
};

/// Bound of each output's accumulated codes, however its activations are cut into chunks.
inline std::vector<std::int64_t> largest_totals(std::span<const std::int32_t> codes, std::size_t outputs, const number_format& f) {
    const std::size_t inputs = codes.size() / outputs;
    std::vector<std::int64_t> result;
    for (std::size_t o = 0; o < outputs; ++o) {
        std::int64_t magnitude = 0;
        for (const std::int32_t w : codes.subspan(o * inputs, inputs)) magnitude += w < 0 ? -w : w;
        // Each chunk rounds by at most one half.
        result.push_back(magnitude * f.largest_activation() / f.lsb() + static_cast<std::int64_t>(inputs) * f.sign_passes + 1);
    }
    return result;
}

/// Prepares one MAC layer of a machine without an ADC. Its sums are exact, so a kernel may be cut anywhere: here into its slices.
inline std::unique_ptr<prepared_layer> prepare_exact(const layer& l, const layer_values& v, number_format format, const layer_end& end,
                                                     const kernel_table& kernels) {
    const coded_layer coded = encode(v, format);
    format.lanes = static_cast<int>(l.taps());
    const layer wide = along_x(l);
    // A float holds sums below 2^24, and handing such a sum on as a float changes nothing.
    constexpr std::int64_t float_exact = std::int64_t{1} << 24;
    if (format.largest_sum() < float_exact) {
        auto stream =
            chunk_stream<compress_weights, float>(wide, coded.weights, format, arithmetic::floats, kernels.samples, kernels.float_tiles);
        if (std::all_of(stream.largest_total.begin(), stream.largest_total.end(), [](std::int64_t total) { return total < float_exact; })) {
            layer_finish finish(l, kernels, end, coded.scale, coded.shift, stream.largest_total);
            return std::make_unique<held_weights_layer<float, std::int32_t>>(l, kernels, std::move(stream), arithmetic::floats, format,
                                                                             std::move(finish));
        }
    }
    auto stream =
        chunk_stream<compress_weights, double>(wide, coded.weights, format, arithmetic::doubles, kernels.samples, kernels.double_tiles);
    layer_finish finish(l, kernels, end, coded.scale, coded.shift, {});
    finish.sums_become_floats = true;
    return std::make_unique<held_weights_layer<double, double>>(l, kernels, std::move(stream), arithmetic::doubles, format,
                                                                std::move(finish));
}

/// Prepares one MAC layer for an array in `quantised`.
template <class Array>
std::unique_ptr<prepared_layer> prepare_quantised(const layer& l, const layer_values& v, const layer_end& end, const kernel_table& kernels,
                                                  int range_halvings = 0) {
    using dataflow = typename Array::dataflow_type;
    constexpr number_format safe = format_of<Array>;
    if constexpr (!safe.has_adc()) return prepare_exact(l, v, safe, end, kernels);
    // A narrower range changes the LSB and what saturates, not what is exact.
    number_format format = safe;
    format.range_halvings = range_halvings;
    constexpr arithmetic how = arithmetic_for(safe);
    static_assert(safe.activation_bits <= 24, "sonic: evaluation keeps activation codes in floats, which hold 24 bits");
    static_assert(safe.largest_sum() < (std::int64_t{1} << 53), "sonic: a chunk's sum must fit a double's 53 bits");
    const coded_layer coded = encode(v, format);
    const std::span<const std::int32_t> codes = coded.weights;
    if constexpr (dataflow::holds_weights) {
        const layer wide = along_x(l);
        const auto as_doubles = [&] {
            auto stream = chunk_stream<dataflow, double>(wide, codes, format, arithmetic::doubles, kernels.samples, kernels.double_tiles);
            layer_finish finish(l, kernels, end, coded.scale, coded.shift, {});
            return std::make_unique<held_weights_layer<double, double>>(l, kernels, std::move(stream), arithmetic::doubles, format,
                                                                        std::move(finish));
        };
        if constexpr (how == arithmetic::doubles) {
            return as_doubles();
        } else {
            auto stream = chunk_stream<dataflow, float>(wide, codes, format, how, kernels.samples, kernels.float_tiles);
            for (const std::int64_t total : stream.largest_total)
                if (total >= std::int64_t{1} << 31) return as_doubles();
            layer_finish finish(l, kernels, end, coded.scale, coded.shift, stream.largest_total);
            return std::make_unique<held_weights_layer<float, std::int32_t>>(l, kernels, std::move(stream), how, format, std::move(finish));
        }
    } else {
        // At most one chunk per activation and sign.
        const std::int64_t largest_total = l.inputs_per_group() * std::int64_t{l.taps()} * format.sign_passes * format.largest_code();
        // The kernel takes a sample's chunks in ascending position.
        constexpr bool ascending = std::is_same_v<dataflow, compress_activations> || std::is_same_v<dataflow, dense_chunks<activations>>;
        if constexpr (ascending && fits_bytes(safe)) {
            if (l.kind == layer_kind::dense && largest_total < std::int64_t{1} << 31) {
                const auto bound = largest_totals(codes, static_cast<std::size_t>(l.out.channels), format);
                return std::make_unique<byte_rows_layer<dataflow>>(l, kernels, codes, format,
                                                                   layer_finish(l, kernels, end, coded.scale, coded.shift, bound));
            }
        }
        layer_finish finish(l, kernels, end, coded.scale, coded.shift, {});
        if constexpr (how == arithmetic::floats)
            if (largest_total < std::int64_t{1} << 24)
                return std::make_unique<held_activations_layer<dataflow, float>>(l, kernels, codes, format, std::move(finish));
        return std::make_unique<held_activations_layer<dataflow, double>>(l, kernels, codes, format, std::move(finish));
    }
}

/// Prepares one MAC layer in `ideal`: chunks do not matter.
inline std::unique_ptr<prepared_layer> prepare_ideal(const layer& l, const layer_values& v, const layer_end& end,
                                                     const kernel_table& kernels) {
    return std::make_unique<held_weights_layer<float, float>>(
        l, kernels, plain_stream(along_x(l), v.weights, kernels.samples, kernels.float_tiles), arithmetic::plain, number_format{},
        layer_finish(l, kernels, end, v.scale, v.shift));
}

}  // namespace sonic::detail
