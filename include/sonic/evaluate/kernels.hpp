// SPDX-License-Identifier: MIT
#pragma once

/// The kernels of one instruction set, behind function pointers: a program may hold several sets and choose one when it runs.

#include <cstddef>
#include <cstdint>

#include <sonic/evaluate/analogue_kernels.hpp>
#include <sonic/evaluate/finish.hpp>
#include <sonic/evaluate/held_activations.hpp>
#include <sonic/evaluate/held_weights.hpp>
#include <sonic/evaluate/weight_stream.hpp>

namespace sonic {

/// All kernels of one instruction set.
struct kernel_table {
    const char* name;     ///< of the instruction set
    std::size_t samples;  ///< lanes of one register of floats: images that run together
    bool fused;           ///< multiply-add rounds once
    detail::tile_set float_tiles, double_tiles;
    std::size_t byte_rows;  ///< output rows that run together in bytes

    void (*plain)(const detail::held_weights_call<float, float>&);
    void (*floats)(const detail::held_weights_call<float, std::int32_t>&, bool clamps, std::int64_t largest);
    void (*segments)(const detail::held_weights_call<float, std::int32_t>&, bool clamps, int lsb_bits, std::int64_t largest);
    void (*doubles)(const detail::held_weights_call<double, double>&, std::int64_t largest);
    void (*noisy_floats)(const detail::held_weights_call<float, std::int32_t>&, const detail::noisy_call&);
    void (*analogue_weights)(const detail::analogue_weights_call&);
    void (*analogue_rows)(const detail::analogue_rows_call&);
    void (*run_byte_rows)(const detail::byte_rows_call&);
    void (*list_nonzeros)(const float* codes, std::size_t stride, std::size_t count, std::size_t active, detail::nonzero_list* lists);
    void (*turn_square)(const std::int32_t* from, std::size_t from_stride, std::int32_t* to, std::size_t to_stride);
    void (*held_chunk_floats)(const detail::held_chunk_call<float>&);
    void (*held_chunk_doubles)(const detail::held_chunk_call<double>&);
    void (*finish_codes)(const detail::finish_call<std::int32_t>&);
    void (*finish_plain)(const detail::finish_call<float>&);
    void (*codes_of_values)(const double* values, std::size_t count, double step, std::int64_t largest, float* codes);
};

namespace detail {

template <class Isa, class T>
constexpr tile_set tiles_of() {
    using limits = tile_limits<Isa, T>;
    tile_set result{limits::rows, limits::columns, {}};
    for (int r = 1; r <= limits::rows; ++r)
        for (int c = 1; c <= limits::columns; ++c)
            if (limits::has(r, c)) result.has[r - 1] |= std::uint32_t{1} << (c - 1);
    return result;
}

template <class Isa>
void run_floats(const held_weights_call<float, std::int32_t>& c, bool clamps, std::int64_t largest) {
    if (clamps)
        run_held_weights<Isa, float>(c, exact_adc<Isa, float, true>{static_cast<float>(largest)});
    else
        run_held_weights<Isa, float>(c, exact_adc<Isa, float, false>{static_cast<float>(largest)});
}
template <class Isa>
void run_segments(const held_weights_call<float, std::int32_t>& c, bool clamps, int lsb_bits, std::int64_t largest) {
    if (clamps)
        run_held_weights<Isa, float>(c, segmented_adc<Isa, true>{lsb_bits, static_cast<std::int32_t>(largest)});
    else
        run_held_weights<Isa, float>(c, segmented_adc<Isa, false>{lsb_bits, static_cast<std::int32_t>(largest)});
}
template <class Isa>
void run_doubles(const held_weights_call<double, double>& c, std::int64_t largest) {
    run_held_weights<Isa, double>(c, exact_adc<Isa, double, true>{static_cast<double>(largest)});
}
template <class Isa>
void run_plain(const held_weights_call<float, float>& c) {
    run_held_weights<Isa, float>(c, plain_sum<Isa, float>{});
}

template <class Isa>
void run_noisy_floats(const held_weights_call<float, std::int32_t>& c, const noisy_call& how) {
    if (how.clamps)
        run_held_weights<Isa, float>(c, noisy_adc<Isa, true>{how});
    else
        run_held_weights<Isa, float>(c, noisy_adc<Isa, false>{how});
}

/// The table of an instruction set; instantiates all its kernels.
template <class Isa>
inline constexpr kernel_table kernel_table_of{Isa::arch::name(),
                                              width<Isa, float>,
                                              Isa::fused,
                                              tiles_of<Isa, float>(),
                                              tiles_of<Isa, double>(),
                                              byte_rows<Isa>,
                                              &run_plain<Isa>,
                                              &run_floats<Isa>,
                                              &run_segments<Isa>,
                                              &run_doubles<Isa>,
                                              &run_noisy_floats<Isa>,
                                              &run_analogue_weights<Isa>,
                                              &run_analogue_rows<Isa>,
                                              &run_byte_rows<Isa>,
                                              &list_nonzeros<Isa>,
                                              &turn_square<Isa>,
                                              &run_held_chunk<Isa, float>,
                                              &run_held_chunk<Isa, double>,
                                              &finish_codes<Isa>,
                                              &finish_plain<Isa>,
                                              &codes_of_values<Isa>};

}  // namespace detail

}  // namespace sonic

/// The kernels that a translation unit's own flags allow.
#define SONIC_NATIVE_KERNELS ::sonic::detail::kernel_table_of<::sonic::detail::native_isa>

#if defined(SONIC_DISPATCHED_KERNELS)
#include <sonic/evaluate/dispatch.hpp>
#define SONIC_DEFAULT_KERNELS ::sonic::best_kernels()
#else
#define SONIC_DEFAULT_KERNELS SONIC_NATIVE_KERNELS
#endif
