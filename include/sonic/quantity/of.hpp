// SPDX-License-Identifier: MIT
#pragma once

namespace sonic {

/// A number as a type: composable templates take types only, so that variants can be rewritten.
template <int N>
struct of {
    static constexpr int value = N;
};

}  // namespace sonic
