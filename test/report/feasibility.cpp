// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <string>

#include <sonic/report/feasibility.hpp>
#include <sonic/sonic.hpp>

using namespace sonic;

namespace {
std::string line_with(const std::string& text, const std::string& word) {
    const auto at = text.find(word);
    if (at == std::string::npos) return "";
    const auto begin = text.rfind('\n', at) + 1;
    return text.substr(begin, text.find('\n', at) - begin);
}
}  // namespace

TEST_CASE("the table of limits lists each with its figures, broken ones marked") {
    const std::string text = report::limits_table(feasibility_of<accelerators::sonic>).text();
    std::size_t lines = 0, broken = 0;
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; ++at) ++lines;
    for (std::size_t at = 0; (at = text.find("BROKEN", at)) != std::string::npos; ++at) ++broken;
    CHECK(lines == 1 + 2 * limits_per_array);
    CHECK(broken == feasibility_of<accelerators::sonic>.broken());
    const std::string row = line_with(text, "50.00");
    CHECK(row.find("channels in the free spectral range") != std::string::npos);
    CHECK(row.find("18.00") != std::string::npos);
    CHECK(row.find("-32.00") != std::string::npos);
    const std::string claims = report::claims_table(feasibility_of<accelerators::crosslight>).text();
    CHECK(claims.find("5.67") != std::string::npos);
    CHECK(claims.find("16.00") != std::string::npos);
    CHECK(claims.find("published") != std::string::npos);
}

TEST_CASE("the table of a budget adds up, and says where it does not close") {
    const link_budget& b = feasibility_of<accelerators::sonic>.budgets[1];
    const std::string text = report::budget_table(b).text();
    for (std::size_t e = 0; e < b.path.count; ++e) {
        const std::string row = line_with(text, std::string("\n") + b.path.elements[e].name);
        CHECK(row.find(report::fixed(-b.path.elements[e].loss().value, 2)) != std::string::npos);
        CHECK(row.find(name_of(b.path.elements[e].origin)) != std::string::npos);
    }
    CHECK(line_with(text, "margin").find("5.22") != std::string::npos);
    CHECK(text.find("NOT CLOSED") == std::string::npos);
    link_budget dark = b;
    dark.source = dark.received = dBm{-math::infinity};
    CHECK(report::budget_table(dark).text().find("NOT CLOSED") != std::string::npos);
    CHECK(line_with(report::budget_table(dark).text(), "received").find("none") != std::string::npos);
}
