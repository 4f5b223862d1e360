// SPDX-License-Identifier: MIT
#pragma once

/// Runs blocks of images as tasks of oneTBB, which the program must link. Not included by any other header.

#include <cstddef>
#include <exception>
#include <functional>
#include <vector>

#if __has_include(<tbb/parallel_for.h>)
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace sonic::executors {

/// The calling thread's TBB arena.
struct tbb_tasks {
    std::size_t concurrency() const { return static_cast<std::size_t>(tbb::this_task_arena::max_concurrency()); }
    void operator()(std::size_t count, const std::function<void(std::size_t)>& task) const {
        // TBB would throw whichever exception came first in time.
        std::vector<std::exception_ptr> failures(count);
        tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) {
            try {
                task(i);
            } catch (...) {
                failures[i] = std::current_exception();
            }
        });
        for (const auto& failure : failures)
            if (failure) std::rethrow_exception(failure);
    }
};

}  // namespace sonic::executors
#endif
