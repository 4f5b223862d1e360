// SPDX-License-Identifier: MIT
#pragma once

/// Whole files in and out, and a reader of bytes that refuses to run past their end.

#include <bit>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include <sonic/network/error.hpp>

namespace sonic {

/// All bytes of a regular file of at most `limit` bytes.
inline std::vector<std::uint8_t> read_file(const std::filesystem::path& path, std::uintmax_t limit = std::uintmax_t{1} << 30) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) throw input_error(path.string(), "no such file", "a readable regular file");
    const auto size = std::filesystem::file_size(path, error);
    if (error) throw input_error(path.string(), "its size cannot be read", "a readable regular file");
    if (size > limit) throw input_error(path.string(), std::to_string(size) + " bytes", "at most " + std::to_string(limit) + " bytes");
    std::ifstream in(path, std::ios::binary);
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
    if (!in || !in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size)))
        throw input_error(path.string(), "it cannot be read", "a readable regular file");
    return bytes;
}

/// Replaces the file only when all bytes are written.
inline void write_file(const std::filesystem::path& path, std::span<const std::uint8_t> bytes) {
    const std::filesystem::path temporary = path.string() + ".part";
    {
        std::ofstream out(temporary, std::ios::binary);
        out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        out.flush();
        if (!out) throw input_error(path.string(), "it cannot be written", "a writable place");
    }
    std::error_code error;
    std::filesystem::rename(temporary, path, error);
    if (error) throw input_error(path.string(), "it cannot be replaced", "a writable place");
}

namespace detail {

/// Reads little-endian values in order; every read is checked against what is left.
class byte_reader {
  public:
    byte_reader(std::span<const std::uint8_t> bytes, std::string where) : bytes_(bytes), where_(std::move(where)) {}

    std::size_t left() const { return bytes_.size() - at_; }
    std::size_t position() const { return at_; }

    std::span<const std::uint8_t> take(std::uint64_t count, const char* field) {
        if (count > left())
            fail(std::string(field) + " is cut off at byte " + std::to_string(at_),
                 std::to_string(count) + " more bytes, " + std::to_string(left()) + " are left");
        const auto result = bytes_.subspan(at_, static_cast<std::size_t>(count));
        at_ += static_cast<std::size_t>(count);
        return result;
    }
    std::uint8_t u8(const char* field) { return take(1, field)[0]; }
    std::uint32_t u32(const char* field) {
        const auto b = take(4, field);
        return std::uint32_t{b[0]} | std::uint32_t{b[1]} << 8 | std::uint32_t{b[2]} << 16 | std::uint32_t{b[3]} << 24;
    }
    std::uint32_t u32_big_endian(const char* field) {
        const auto b = take(4, field);
        return std::uint32_t{b[3]} | std::uint32_t{b[2]} << 8 | std::uint32_t{b[1]} << 16 | std::uint32_t{b[0]} << 24;
    }
    float f32(const char* field) {
        const float value = std::bit_cast<float>(u32(field));
        if (!(value - value == 0)) fail(std::string(field) + " is not finite", "a finite number");
        return value;
    }
    [[noreturn]] void fail(const std::string& what, const std::string& expected) const { throw input_error(where_, what, expected); }

  private:
    std::span<const std::uint8_t> bytes_;
    std::size_t at_ = 0;
    std::string where_;
};

}  // namespace detail
}  // namespace sonic
