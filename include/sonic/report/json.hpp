// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace sonic::report {

/// JSON to be written: values are rendered as they are added. Numbers keep 17 digits; NaN and infinities become null.
class json {
  public:
    json(double value) : body_(number(value)) {}
    json(std::string_view value) : body_(1, '"') {
        for (const char c : value) {
            if (c == '"' || c == '\\') {
                body_ += '\\';
                body_ += c;
            } else if (static_cast<unsigned char>(c) < 0x20) {
                char buffer[8];
                std::snprintf(buffer, sizeof buffer, "\\u%04x", static_cast<unsigned>(c));
                body_ += buffer;
            } else {
                body_ += c;
            }
        }
        body_ += '"';
    }
    json(const char* value) : json(std::string_view(value)) {}
    json(const std::string& value) : json(std::string_view(value)) {}

    static json array() { return json('[', ']'); }
    static json object() { return json('{', '}'); }

    json& push(const json& value) {
        separate();
        body_ += value.text();
        return *this;
    }
    json& set(std::string_view key, const json& value) {
        separate();
        body_ += json(key).text() + ": " + value.text();
        return *this;
    }
    std::string text() const { return open_ ? open_ + body_ + close_ : body_; }

  private:
    json(char open, char close) : open_(open), close_(close) {}
    static std::string number(double value) {
        if (!std::isfinite(value)) return {"null", 4};
        char buffer[40];
        const int size = std::snprintf(buffer, sizeof buffer, "%.17g", value);
        return {buffer, static_cast<std::size_t>(size)};
    }
    void separate() {
        if (!body_.empty()) body_ += ", ";
    }
    char open_ = 0, close_ = 0;
    std::string body_;
};

}  // namespace sonic::report
