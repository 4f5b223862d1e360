// SPDX-License-Identifier: MIT
//
// What the programs' command lines refuse, and how a program ends.

#include <doctest/doctest.h>

#include <filesystem>
#include <iostream>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>

#include "../../examples/command_line.hpp"

using namespace sonic;
namespace fs = std::filesystem;

namespace {

/// What a program that throws says on standard error.
template <class Error>
std::string last_words(const Error& error) {
    const std::ostringstream said;
    std::streambuf* const before = std::cerr.rdbuf(said.rdbuf());
    const int status = examples::run("program", [&] { throw error; });
    std::cerr.rdbuf(before);
    CHECK(status == 2);
    return said.str();
}

}  // namespace

TEST_CASE("whatever ends a program, it ends with one line and status 2") {
    CHECK(examples::run("program", [] {}) == 0);
    CHECK(last_words(input_error("file", "no such file", "one")) == "program: file: no such file; expected one\n");
    CHECK(last_words(std::runtime_error("lost\n  frame 1\n  frame 2")) == "program: lost\n");
    CHECK(last_words(std::bad_alloc{}).find("program: ") == 0);
}

TEST_CASE("files that cannot be written are refused before the work") {
    const fs::path here = fs::temp_directory_path(), absent = here / "sonic-no-such-directory";
    CHECK_NOTHROW(examples::require_directory_of({}));
    CHECK_NOTHROW(examples::require_directory_of("file"));
    CHECK_NOTHROW(examples::require_directory_of(here / "file"));
    CHECK_THROWS_WITH_AS(examples::require_directory_of(absent / "file"), doctest::Contains("no directory"), input_error);
    CHECK_THROWS_WITH_AS(examples::require_directory_of(here), doctest::Contains("it is a directory"), input_error);
    CHECK_NOTHROW(examples::require_directory({}));
    CHECK_NOTHROW(examples::require_directory(here));
    CHECK_THROWS_WITH_AS(examples::require_directory(absent), doctest::Contains("no such directory"), input_error);
    // A name too long for the file system is an error of its own, and no filesystem_error.
    const fs::path too_long = here / std::string(5000, 'a');
    CHECK_THROWS_AS(examples::require_directory(too_long), input_error);
    CHECK_THROWS_AS(examples::require_directory_of(too_long / "file"), input_error);
}
