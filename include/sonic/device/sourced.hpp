// SPDX-License-Identifier: MIT
#pragma once

/// A figure with its origin: every constant of the library, and of a user's device, says where it comes from.

namespace sonic {

enum class origin {
    published,  ///< stands in the named source
    derived,    ///< computed from published figures, as the source text says
    assumed     ///< our choice; reports show what share of a result rests on it
};

template <class T>
struct sourced {
    T value;
    sonic::origin origin;
    const char* source;

    constexpr operator T() const { return value; }
};

template <class T>
constexpr sourced<T> published(T value, const char* source) {
    return {value, origin::published, source};
}
template <class T>
constexpr sourced<T> derived(T value, const char* source) {
    return {value, origin::derived, source};
}
template <class T>
constexpr sourced<T> assumed(T value, const char* reason) {
    return {value, origin::assumed, reason};
}

constexpr const char* name_of(origin o) { return o == origin::published ? "published" : o == origin::derived ? "derived" : "assumed"; }

}  // namespace sonic
