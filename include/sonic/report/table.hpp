// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace sonic::report {

/// A number with fixed decimals.
inline std::string fixed(double value, int decimals) {
    std::string text(static_cast<std::size_t>(std::max(0, std::snprintf(nullptr, 0, "%.*f", decimals, value))), ' ');
    std::snprintf(text.data(), text.size() + 1, "%.*f", decimals, value);
    return text;
}

/// Plain text in aligned columns: what looks like a number stands right, the rest left.
class table {
  public:
    explicit table(std::vector<std::string> header) : rows_{std::move(header)} {}

    /// Cells beyond the header's columns are dropped, missing ones are empty.
    void row(std::vector<std::string> cells) {
        cells.resize(rows_.front().size());
        rows_.push_back(std::move(cells));
    }

    std::string text() const {
        std::string result;
        std::vector<std::size_t> widths(rows_.front().size());
        std::vector<bool> right(widths.size(), rows_.size() > 1);
        for (std::size_t r = 0; r < rows_.size(); ++r)
            for (std::size_t c = 0; c < widths.size(); ++c) {
                widths[c] = std::max(widths[c], rows_[r][c].size());
                if (r > 0 && rows_[r][c].find_first_not_of("0123456789.+-% ") != std::string::npos) right[c] = false;
            }
        for (const auto& cells : rows_) {
            std::string line;
            for (std::size_t c = 0; c < widths.size(); ++c) {
                const std::string space(widths[c] - cells[c].size(), ' ');
                line += (c > 0 ? "  " : "") + (right[c] ? space + cells[c] : cells[c] + space);
            }
            line.erase(line.find_last_not_of(' ') + 1);
            result += line + "\n";
        }
        return result;
    }

  private:
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace sonic::report
