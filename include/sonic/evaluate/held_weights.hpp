// SPDX-License-Identifier: MIT
#pragma once

/// The kernel of chunks that do not depend on the sample: weights stand packed in a stream, samples lie in the lanes of registers.
///
/// A tile of output pixels of one output channel stays in registers while that channel's weights pass by; each weight is broadcast and
/// multiplies the activations under it. Tiles are computed for all output channels from a copy of their activations that fits the first
/// level cache, one block of input channels after another. The copy also brings the zero border and the stride, so maps in memory have
/// neither.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <sonic/evaluate/lanes.hpp>

namespace sonic::detail {

/// Held weights: their values, and which place of the tile their activations take, counted from the window's corner; a place holds the
/// samples of one activation. Apart from each other and small, so that one load brings four of either.
template <class T>
struct held_entries {
    const T* weights = nullptr;
    const std::uint16_t* offsets = nullptr;
    static constexpr std::size_t padding = 16;  ///< kernels read up to `padding` entries beyond the last

    constexpr held_entries operator+(std::size_t n) const { return {weights + n, offsets + n}; }
    constexpr held_entries& operator+=(std::size_t n) { return *this = *this + n; }
};

/// `count` chunks of `length` entries each. In segmented arithmetic a group is one chunk that a float holds (`whole`; its weights are in
/// units of the LSB), or one part of a longer chunk, which ends where a part does not `continue`.
struct chunk_group {
    std::uint32_t length;
    std::uint32_t count : 30;
    std::uint32_t continues : 1;
    std::uint32_t whole : 1;
};

/// Where the stream of one output channel within one block of input channels begins.
struct stream_start {
    std::size_t group = 0, entry = 0, chunk = 0;
};

/// Shape of a tile: its strides, in elements of one sample's lane block, and the blocking that goes with it.
struct tile_plan {
    int rows = 1, columns = 1;         ///< of output pixels, at most
    int outputs_per_block = 1;         ///< whose sums stay in the second level cache
    std::size_t row = 0, channel = 0;  ///< strides
    std::size_t phase = 0;             ///< columns of one residue of the stride stand together, this far apart
};

/// Input channels whose activations a tile holds at once. A chunk belongs to the block of its first channel, and may reach beyond it.
struct input_block {
    int first = 0, count = 0;
};

/// One band of output rows of one layer, for one block of samples. Strides are in elements.
template <class T, class Total>
struct held_weights_call {
    // geometry
    int in_channels, in_height, in_width, out_channels, out_width, kernel_height, kernel_width, stride, padding_top, padding_left, groups;
    tile_plan tile;
    const std::uint8_t* cuts;  ///< [rows - 1][columns that remain]: columns of the next tile
    int cut_row;
    // weights
    held_entries<T> entries;
    const chunk_group* chunk_groups;
    const stream_start* starts;       ///< [group][block of outputs][block of inputs][output], and one past the last
    const input_block* input_blocks;  ///< [group][block]
    int blocks;
    const std::uint32_t* chunk_ids;
    // activations: [channel][y][x][sample]
    const float* input;
    std::size_t in_channel, in_row, in_pixel;
    // sums: [channel][y - first_row][x][sample]
    Total* totals;
    std::size_t out_channel, out_row;
    int first_row, rows;
    T* scratch;  ///< a tile
};

/// What happens to a chunk's sum. An ADC policy states `total` (type of the accumulated codes), `segmented` and `needs_position`, and turns
/// a register of sums into a register of totals. Sums come in units of the LSB. One that needs positions, as a noise source does, makes
/// `at<registers, columns>(output, y, x)` for each tile: an object whose `chunk(id)` is called once per chunk, with its number in the order
/// of the dataflow's walk, and whose result goes with each register's sum and number into its call operator.
/// `plain`: floating point, no ADC.
template <class Isa, class T>
struct plain_sum {
    using total = T;
    static constexpr bool digitises = false, segmented = false, needs_position = false;
};

/// The exact ADC: half to even, saturating where `Clamp`.
template <class Isa, class T, bool Clamp>
struct exact_adc {
    using total = std::conditional_t<std::is_same_v<T, float>, std::int32_t, T>;
    static constexpr bool digitises = true, segmented = false, needs_position = false;
    T largest;

    SONIC_ALWAYS_INLINE lanes<Isa, total> operator()(lanes<Isa, T> sum) const {
        using V = lanes<Isa, T>;
        if constexpr (Clamp) sum = xsimd::min(xsimd::max(sum, V(-largest)), V(largest));
        if constexpr (std::is_same_v<T, float>)
            return round_to_int<Isa>(sum);
        else
            return xsimd::nearbyint(sum);
    }
};

/// The exact ADC for chunks whose sum a float may not hold: floats hold the sums of parts, integers the chunk's.
template <class Isa, bool Clamp>
struct segmented_adc {
    using total = std::int32_t;
    static constexpr bool digitises = true, segmented = true, needs_position = false;
    int lsb_bits;  ///< LSB = 2^lsb_bits
    std::int32_t largest;

    SONIC_ALWAYS_INLINE lanes<Isa, std::int32_t> saturate(lanes<Isa, std::int32_t> code) const {
        using I = lanes<Isa, std::int32_t>;
        if constexpr (Clamp) code = xsimd::min(xsimd::max(code, I(-largest)), I(largest));
        return code;
    }
    SONIC_ALWAYS_INLINE lanes<Isa, std::int32_t> operator()(lanes<Isa, std::int32_t> sum) const {
        return saturate(shift_half_to_even<Isa>(sum, lsb_bits));
    }
};

/// A tile of Rows x Columns registers of one output channel and one block of input channels.
template <class Isa, class T, class Adc, std::size_t Rows, std::size_t Columns>
class register_tile {
  public:
    /// Runs the groups [g, last) and adds to `memory` (`first`: overwrites it). Static, so that the tile lives in registers alone.
    static void run(held_entries<T> entries, const char* window, std::size_t row_bytes, const chunk_group* g, const chunk_group* last,
                    typename Adc::total* memory, std::size_t memory_row, bool first, const Adc& adc, const std::uint32_t* id,
                    std::uint32_t output, int y, int x) {
        static_assert(!Adc::needs_position || std::is_same_v<T, float>, "columns are pixels");
        register_tile tile;
        tile.next = entries;
        tile.window = window;
        tile.row_bytes = row_bytes;
        tile.run_groups(g, last, memory, memory_row, first, adc, id, output, y, x);
    }

  private:
    static constexpr std::size_t count = Rows * Columns, bytes = width<Isa, T> * sizeof(T);
    using V = lanes<Isa, T>;
    using total_lanes = lanes<Isa, typename Adc::total>;

    template <class F>
    SONIC_ALWAYS_INLINE void each(F&& f) {
        unroll<count>([&](auto p) SONIC_INLINE_LAMBDA { f(p); });
    }
    SONIC_ALWAYS_INLINE V activation(std::size_t at, std::size_t p) const {
        return load_at<Isa, T>(window + p / Columns * row_bytes + at + p % Columns * bytes);
    }

    /// Offsets of the next four entries, and one of them.
    static SONIC_ALWAYS_INLINE std::uint64_t four_offsets(const std::uint16_t* p) {
        std::uint64_t four;
        std::memcpy(&four, p, sizeof four);
        return four;
    }
    /// Of the i-th of them, in bytes.
    static SONIC_ALWAYS_INLINE std::size_t offset_of(std::uint64_t four, std::size_t i) {
        constexpr std::size_t place = width<Isa, float> * sizeof(T), bits = std::bit_width(place) - 1;
        static_assert(bits <= 16 && place == std::size_t{1} << bits);
        std::size_t at = (16 * i >= bits ? four >> (16 * i - bits) : four << (bits - 16 * i)) & (std::size_t{0xffff} << bits);
        SONIC_KEEP_IN_REGISTER(at);
        return at;
    }

    /// sums += the next `length` entries.
    SONIC_ALWAYS_INLINE void accumulate(std::uint32_t length, V (&sums)[count]) {
        const auto add = [&](V w, std::size_t at) SONIC_INLINE_LAMBDA {
            each([&](auto p) SONIC_INLINE_LAMBDA { sums[p] = xsimd::fma(w, activation(at, p), sums[p]); });
        };
        std::uint64_t now = four_offsets(next.offsets);
        for (; length >= 4; length -= 4, next += 4) {
            const four_in_a_row<Isa, T> w(next.weights);
            const std::uint64_t later = four_offsets(next.offsets + 4);
            unroll<4>([&](auto j) SONIC_INLINE_LAMBDA { add(w.template fill<j>(), offset_of(now, j)); });
            now = later;
        }
        for (; length > 0; --length, next += 1, now >>= 16) add(V(*next.weights), offset_of(now, 0));
    }

    /// Adds the codes of one chunk's sums. `id` counts chunks, only where the ADC asks for their numbers.
    template <class Tile>
    SONIC_ALWAYS_INLINE void digitise(const Tile& adc, V (&sums)[count], const std::uint32_t*& id) {
        if constexpr (Adc::needs_position) {
            const auto chunk = adc.chunk(*id++);
            each([&](auto p) SONIC_INLINE_LAMBDA { totals[p] = totals[p] + adc(sums[p], chunk, p); });
        } else {
            each([&](auto p) SONIC_INLINE_LAMBDA { totals[p] = totals[p] + adc(sums[p]); });
        }
    }

    /// `n` chunks of Length entries; offsets one chunk ahead: the loads that depend on them otherwise wait.
    template <std::size_t Length, class Tile>
    SONIC_ALWAYS_INLINE void chunks(std::uint32_t n, const Tile& adc, const std::uint32_t*& id) {
        static_assert(Length <= 5);
        std::uint64_t now = four_offsets(next.offsets);
        std::uint64_t fifth = Length == 5 ? next.offsets[4] : 0;
        for (; n > 0; --n, next += Length) {
            const std::uint64_t later = four_offsets(next.offsets + Length);
            const std::uint64_t later_fifth = Length == 5 ? next.offsets[Length + 4] : 0;
            V sums[count];
            const auto add = [&](auto j, V w, std::size_t at) SONIC_INLINE_LAMBDA {
                each([&](auto p) SONIC_INLINE_LAMBDA {
                    if constexpr (j == 0)
                        sums[p] = w * activation(at, p);
                    else
                        sums[p] = xsimd::fma(w, activation(at, p), sums[p]);
                });
            };
            if constexpr (Length == 1) {
                add(std::integral_constant<std::size_t, 0>{}, V(*next.weights), offset_of(now, 0));
            } else {
                const four_in_a_row<Isa, T> w(next.weights);
                unroll<std::min(Length, std::size_t{4})>([&](auto j)
                                                             SONIC_INLINE_LAMBDA { add(j, w.template fill<j>(), offset_of(now, j)); });
                if constexpr (Length == 5) add(std::integral_constant<std::size_t, 4>{}, V(next.weights[4]), offset_of(fifth, 0));
            }
            now = later;
            fifth = later_fifth;
            digitise(adc, sums, id);
        }
    }

    template <class Tile>
    SONIC_ALWAYS_INLINE void long_chunks(std::uint32_t length, std::uint32_t n, const Tile& adc, const std::uint32_t*& id) {
        for (; n > 0; --n) {
            V sums[count];
            each([&](auto p) SONIC_INLINE_LAMBDA { sums[p] = V(T{0}); });
            accumulate(length, sums);
            digitise(adc, sums, id);
        }
    }

    SONIC_ALWAYS_INLINE void run_groups(const chunk_group* g, const chunk_group* last, typename Adc::total* memory, std::size_t memory_row,
                                        bool first, const Adc& adc, const std::uint32_t* id, std::uint32_t output, int y, int x) {
        const auto place = [&](std::size_t p)
                               SONIC_INLINE_LAMBDA { return memory + p / Columns * memory_row + p % Columns * total_lanes::size; };
        if (first)
            each([&](auto p) SONIC_INLINE_LAMBDA { totals[p] = total_lanes(typename Adc::total{0}); });
        else
            each([&](auto p) SONIC_INLINE_LAMBDA { totals[p] = total_lanes::load_aligned(place(p)); });
        if constexpr (!Adc::digitises) {
            for (; g != last; ++g) accumulate(g->length, totals);
        } else if constexpr (Adc::segmented) {
            using I = lanes<Isa, std::int32_t>;
            I chunk[count];
            each([&](auto p) SONIC_INLINE_LAMBDA { chunk[p] = I(0); });
            for (; g != last; ++g) {
                V sums[count];
                each([&](auto p) SONIC_INLINE_LAMBDA { sums[p] = V(T{0}); });
                accumulate(g->length, sums);
                if (g->whole) {
                    each([&](auto p) SONIC_INLINE_LAMBDA { totals[p] = totals[p] + adc.saturate(round_to_int<Isa>(sums[p])); });
                    continue;
                }
                each([&](auto p) SONIC_INLINE_LAMBDA { chunk[p] = chunk[p] + round_to_int<Isa>(sums[p]); });
                if (!g->continues)
                    each([&](auto p) SONIC_INLINE_LAMBDA {
                        totals[p] = totals[p] + adc(chunk[p]);
                        chunk[p] = I(0);
                    });
            }
        } else {
            const auto run = [&](const auto& tile) SONIC_INLINE_LAMBDA {
                for (; g != last; ++g) {
                    switch (g->length) {
                        case 1: chunks<1>(g->count, tile, id); break;
                        case 2: chunks<2>(g->count, tile, id); break;
                        case 3: chunks<3>(g->count, tile, id); break;
                        case 4: chunks<4>(g->count, tile, id); break;
                        case 5: chunks<5>(g->count, tile, id); break;
                        default: long_chunks(g->length, g->count, tile, id); break;
                    }
                }
            };
            if constexpr (Adc::needs_position)
                run(adc.template at<count, Columns>(output, y, x));
            else
                run(adc);
        }
        each([&](auto p) SONIC_INLINE_LAMBDA { totals[p].store_aligned(place(p)); });
    }

    held_entries<T> next;
    const char* window;
    std::size_t row_bytes;
    total_lanes totals[count];
};

/// Rows and columns of pixels that fit the registers together with their totals. A pixel of doubles takes two registers.
template <class Isa, class T>
struct tile_limits {
    static constexpr std::size_t per_pixel = width<Isa, float> / width<Isa, T>;
    static constexpr int rows = Isa::registers == 32 ? 2 : 1;
    static constexpr int columns = per_pixel == 1 ? (Isa::registers == 32 ? 8 : 6) : 3;
    /// Is there code for a tile of `r` x `c` pixels?
    static constexpr bool has(int r, int c) {
        if (r > rows || c > columns) return false;
        if (per_pixel == 2) return true;
        if (Isa::registers == 32) return r == 2 ? c == 1 || c == 2 || c == 4 || c == 6 || c == 7 : c == 1 || c == 2 || c == 4 || c == 8;
        return c == 1 || c == 2 || c == 4 || c == 6;
    }
};

/// Copies the activations under a tile. Columns of one residue modulo the stride stand together, so that neighbouring outputs read
/// neighbouring registers.
template <class Isa, class T, class Total>
SONIC_ALWAYS_INLINE void copy_tile(const held_weights_call<T, Total>& c, int first_channel, int channels, int top, int left, int rows,
                                   int columns) {
    constexpr std::size_t samples = width<Isa, float>;
    const auto put = [](const float* from, T* to) SONIC_INLINE_LAMBDA {
        if constexpr (std::is_same_v<T, float>) {
            load<Isa>(from).store_aligned(to);
        } else {
            for (std::size_t s = 0; s < samples; ++s) to[s] = static_cast<T>(from[s]);
        }
    };
    const auto clear = [](T* to) SONIC_INLINE_LAMBDA {
        for (std::size_t s = 0; s < samples; s += width<Isa, T>) lanes<Isa, T>(T{0}).store_aligned(to + s);
    };
    // Of the call, what the loops need: stores of whole registers may alias its members.
    const int stride = c.stride, in_width = c.in_width, in_height = c.in_height;
    const std::size_t step = static_cast<std::size_t>(stride) * c.in_pixel, in_row = c.in_row, phase_size = c.tile.phase * samples;
    const auto clear_until = [&](int& k, int end, T*& to) SONIC_INLINE_LAMBDA {
        for (; k < end; k += stride, to += samples) clear(to);
    };
    for (int i = 0; i < channels; ++i)
        for (int r = 0; r < rows; ++r) {
            T* row = c.scratch + (static_cast<std::size_t>(i) * c.tile.channel + static_cast<std::size_t>(r) * c.tile.row) * samples;
            const int iy = top + r;
            const float* in =
                c.input + static_cast<std::size_t>(first_channel + i) * c.in_channel + static_cast<std::size_t>(iy < 0 ? 0 : iy) * in_row;
            for (int phase = 0; phase < stride && phase < columns; ++phase, row += phase_size) {
                T* to = row;
                int k = phase;
                if (iy >= 0 && iy < in_height) {
                    clear_until(k, std::min(columns, -left), to);
                    const float* from = in + static_cast<std::ptrdiff_t>(left + k) * static_cast<std::ptrdiff_t>(c.in_pixel);
                    for (const int end = std::min(columns, in_width - left); k < end; k += stride, from += step, to += samples)
                        put(from, to);
                }
                clear_until(k, columns, to);
            }
        }
}

/// Brings the activations of the next tile nearer while the present one is computed: copying it would otherwise wait for each line.
template <class Isa>
class tile_prefetch {
  public:
    /// `left`: first column in the map; the rows are those of channels [first, first + count).
    template <class T, class Total>
    tile_prefetch(const held_weights_call<T, Total>& c, int first, int count, int top, int left, int rows, int columns, int steps) {
        if (top < 0) rows += top, top = 0;
        if (rows > c.in_height - top) rows = c.in_height - top;
        if (left < 0) columns += left, left = 0;
        if (columns > c.in_width - left) columns = c.in_width - left;
        if (rows <= 0 || columns <= 0 || count <= 0) return;
        at_ = c.input + static_cast<std::size_t>(first) * c.in_channel + static_cast<std::size_t>(top) * c.in_row +
              static_cast<std::size_t>(left) * c.in_pixel;
        row_ = c.in_row;
        channel_ = c.in_channel - static_cast<std::size_t>(rows - 1) * c.in_row;
        pixel_ = c.in_pixel;
        columns_ = columns;
        rows_ = row_left_ = rows;
        left_ = rows * count;
        per_step_ = (left_ + steps - 1) / steps;
    }
    SONIC_ALWAYS_INLINE void step() {
        const int columns = columns_;
        const std::size_t pixel = pixel_;
        for (int i = 0; i < per_step_ && left_ > 0; ++i, --left_) {
            const float* p = at_;
            for (int k = 0; k < columns; ++k, p += pixel) prefetch(p);
            if (--row_left_ > 0) {
                at_ += row_;
            } else {
                at_ += channel_;
                row_left_ = rows_;
            }
        }
    }

  private:
    static void prefetch(const float* p) {
#if defined(__GNUC__)
        __builtin_prefetch(p, 0, 2);
#else
        (void)p;
#endif
    }
    const float* at_ = nullptr;
    std::size_t row_ = 0, channel_ = 0, pixel_ = 0;
    int columns_ = 0, rows_ = 0, row_left_ = 0, left_ = 0, per_step_ = 0;
};

/// Runs a band of output rows.
template <class Isa, class T, class Adc>
void run_held_weights(const held_weights_call<T, typename Adc::total>& c, const Adc& adc) {
    constexpr std::size_t samples = width<Isa, float>, per_pixel = tile_limits<Isa, T>::per_pixel;
    const int outputs = c.out_channels / c.groups;
    const stream_start* starts = c.starts;
    for (int group = 0; group < c.groups; ++group)
        for (int first_output = 0; first_output < outputs; first_output += c.tile.outputs_per_block) {
            const int block_outputs = outputs - first_output < c.tile.outputs_per_block ? outputs - first_output : c.tile.outputs_per_block;
            for (int y = 0; y < c.rows;) {
                const int tile_rows = c.rows - y < c.tile.rows ? 1 : c.tile.rows;
                for (int x = 0; x < c.out_width;) {
                    const int tile_columns = c.cuts[(tile_rows - 1) * c.cut_row + c.out_width - x];
                    const auto tile = [&]<int Rows, int Columns>(std::integral_constant<int, Rows>, std::integral_constant<int, Columns>) {
                        if constexpr (tile_limits<Isa, T>::has(Rows, Columns))
                            for (int b = 0; b < c.blocks; ++b) {
                                const input_block& in = c.input_blocks[group * c.blocks + b];
                                copy_tile<Isa>(c, in.first, in.count, (c.first_row + y) * c.stride - c.padding_top,
                                               x * c.stride - c.padding_left, (Rows - 1) * c.stride + c.kernel_height,
                                               (Columns - 1) * c.stride + c.kernel_width);
                                const bool right = x + Columns < c.out_width;
                                tile_prefetch<Isa> ahead(
                                    c, in.first, in.count, (c.first_row + y + (right ? 0 : Rows)) * c.stride - c.padding_top,
                                    (right ? x + Columns : 0) * c.stride - c.padding_left, (Rows - 1) * c.stride + c.kernel_height,
                                    (Columns - 1) * c.stride + c.kernel_width, block_outputs);
                                const stream_start* s = starts + b * block_outputs;
                                for (int o = 0; o < block_outputs; ++o, ++s) {
                                    ahead.step();
                                    register_tile<Isa, T, Adc, std::size_t{Rows}, per_pixel * Columns>::run(
                                        c.entries + s[0].entry, reinterpret_cast<const char*>(c.scratch),
                                        static_cast<std::size_t>(c.stride) * c.tile.row * samples * sizeof(T), c.chunk_groups + s[0].group,
                                        c.chunk_groups + s[1].group,
                                        c.totals + static_cast<std::size_t>(group * outputs + first_output + o) * c.out_channel +
                                            static_cast<std::size_t>(y) * c.out_row + static_cast<std::size_t>(x) * samples,
                                        c.out_row, b == 0, adc, c.chunk_ids + s[0].chunk,
                                        static_cast<std::uint32_t>(group * outputs + first_output + o), c.first_row + y, x);
                                }
                            }
                    };
                    const auto with_columns = [&](auto rows) {
                        switch (tile_columns) {
                            case 1: tile(rows, std::integral_constant<int, 1>{}); break;
                            case 2: tile(rows, std::integral_constant<int, 2>{}); break;
                            case 3: tile(rows, std::integral_constant<int, 3>{}); break;
                            case 4: tile(rows, std::integral_constant<int, 4>{}); break;
                            case 6: tile(rows, std::integral_constant<int, 6>{}); break;
                            case 7: tile(rows, std::integral_constant<int, 7>{}); break;
                            default: tile(rows, std::integral_constant<int, 8>{}); break;
                        }
                    };
                    if (tile_rows == 2)
                        with_columns(std::integral_constant<int, 2>{});
                    else
                        with_columns(std::integral_constant<int, 1>{});
                    x += tile_columns;
                }
                y += tile_rows;
            }
            starts += c.blocks * block_outputs;
        }
}

}  // namespace sonic::detail
