// SPDX-License-Identifier: MIT
//
// The command line of the programs here: options that take a value, flags, at most one operand. Bad input ends a program with one line and
// status 2.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <concepts>
#include <exception>
#include <filesystem>
#include <functional>
#include <iostream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <sonic/network/error.hpp>

namespace examples {

/// The whole number that an option was given, from `least` to `most`.
template <std::integral T>
T whole_number(const std::string& option, std::string_view value, T least, T most) {
    T n{};
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), n);
    if (error != std::errc{} || end != value.data() + value.size() || n < least || n > most)
        throw sonic::input_error(option, '"' + std::string(value) + '"', std::to_string(least) + " to " + std::to_string(most));
    return n;
}

/// What a program understands, and where it puts it.
class command_line {
  public:
    /// `usage` prints what --help shows.
    explicit command_line(std::function<void()> usage) : usage_(std::move(usage)) {}
    explicit command_line(const char* usage) : usage_([usage] { std::cout << usage << '\n'; }) {}

    /// `take(value)` is called for each `name value`.
    command_line& option(std::string name, std::function<void(const std::string&)> take) {
        options_.push_back({std::move(name), true, std::move(take)});
        return *this;
    }
    command_line& option(std::string name, std::string& to) {
        return option(std::move(name), [&to](const std::string& value) { to = value; });
    }
    command_line& option(std::string name, std::filesystem::path& to) {
        return option(std::move(name), [&to](const std::string& value) { to = value; });
    }
    /// A whole number.
    template <std::integral T>
    command_line& option(const std::string& name, T& to, T least, T most) {
        return option(name, [=, &to](const std::string& value) { to = whole_number(name, value, least, most); });
    }
    /// Whole numbers between commas.
    template <std::integral T>
    command_line& option(const std::string& name, std::vector<T>& to, T least, T most) {
        return option(name, [=, &to](const std::string& value) {
            to.clear();
            for (std::size_t begin = 0; begin <= value.size();) {
                const std::size_t end = std::min(value.find(',', begin), value.size());
                to.push_back(whole_number(name, std::string_view(value).substr(begin, end - begin), least, most));
                begin = end + 1;
            }
        });
    }
    command_line& flag(std::string name, bool& to) {
        options_.push_back({std::move(name), false, [&to](const std::string&) { to = true; }});
        return *this;
    }
    /// The one argument that is no option.
    command_line& operand(std::filesystem::path& to) {
        operand_ = &to;
        return *this;
    }

    /// Takes everything; false if --help was among it, and answered.
    bool parse(int argc, char** argv) const {
        for (int i = 1; i < argc; ++i) {
            const std::string given = argv[i];
            if (given == "--help") return usage_(), false;
            if (operand_ && given.rfind("--", 0) != 0) {
                if (!operand_->empty()) throw sonic::input_error(given, "a second argument after " + operand_->string(), "one");
                *operand_ = given;
                continue;
            }
            const auto known = std::find_if(options_.begin(), options_.end(), [&](const auto& o) { return o.name == given; });
            if (known == options_.end()) throw sonic::input_error(given, "unknown option", "see --help");
            if (known->has_value && ++i == argc) throw sonic::input_error(given, "no value", "one after it");
            known->take(known->has_value ? argv[i] : "");
        }
        return true;
    }

  private:
    struct known_option {
        std::string name;
        bool has_value;
        std::function<void(const std::string&)> take;
    };
    std::function<void()> usage_;
    std::vector<known_option> options_;
    std::filesystem::path* operand_ = nullptr;
};

/// Refuses a directory in which no file can be written: before the work, not after it. No directory is fine.
inline void require_directory(const std::filesystem::path& directory) {
    std::error_code error;
    if (directory.empty()) return;
    if (!std::filesystem::is_directory(directory, error))
        throw sonic::input_error(directory.string(), "no such directory", "a directory that exists");
    if (access(directory.c_str(), W_OK) != 0)
        throw sonic::input_error(directory.string(), "it cannot be written to", "a writable directory");
}

/// Refuses a file that cannot be written, for want of its directory or because it is one. No file is fine.
inline void require_directory_of(const std::filesystem::path& file) {
    std::error_code error;
    if (file.empty()) return;
    const std::filesystem::path place = file.has_parent_path() ? file.parent_path() : ".";
    if (!std::filesystem::is_directory(place, error))
        throw sonic::input_error(file.string(), "no directory " + place.string(), "a file in a directory that exists");
    if (std::filesystem::is_directory(file, error)) throw sonic::input_error(file.string(), "it is a directory", "a file");
    require_directory(place);
}

/// What main returns: 0, or 2 after one line on bad input, whoever refused it.
template <class Run>
int run(const char* program, Run run) {
    try {
        run();
        return 0;
    } catch (const sonic::input_error& error) {
        std::cerr << program << ": " << error.what() << '\n';
    } catch (const std::exception& error) {
        // Others' messages may hold a trace of many lines.
        const std::string text = error.what();
        std::cerr << program << ": " << text.substr(0, text.find('\n')) << '\n';
    }
    return 2;
}

}  // namespace examples
