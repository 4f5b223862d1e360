// SPDX-License-Identifier: MIT
#pragma once

/// All formats of this room.

#include <sonic/sparse/bitmap.hpp>
#include <sonic/sparse/blocked.hpp>
#include <sonic/sparse/compressed.hpp>
#include <sonic/sparse/coordinate.hpp>
#include <sonic/sparse/dense.hpp>
#include <sonic/sparse/ellpack.hpp>
#include <sonic/sparse/run_length.hpp>
#include <sonic/sparse/value_compressed.hpp>
