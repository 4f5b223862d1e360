// SPDX-License-Identifier: MIT
#pragma once

/// Executors: who runs the blocks of images. Blocks are independent, so results never depend on the choice.
/// An executor is callable with (count, task) and calls task(0) ... task(count - 1), each once, in any order, some at once;
/// `concurrency()` says how many at once. A task's exception is thrown to the caller; of several, that of the first task.

#include <atomic>
#include <concepts>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sonic {

template <class E>
concept executor = requires(const E& e, std::size_t count, const std::function<void(std::size_t)>& task) {
    e(count, task);
    { e.concurrency() } -> std::convertible_to<std::size_t>;
};

namespace executors {

/// One after another, in the caller's thread.
struct sequential {
    std::size_t concurrency() const { return 1; }
    void operator()(std::size_t count, const std::function<void(std::size_t)>& task) const {
        for (std::size_t i = 0; i < count; ++i) task(i);
    }
};

/// A fixed number of threads, the caller's among them. Threads live as long as the pool; one call at a time, others wait.
class thread_pool {
  public:
    explicit thread_pool(std::size_t threads = std::thread::hardware_concurrency()) : threads_(threads < 1 ? 1 : threads) {
        for (std::size_t i = 1; i < threads_; ++i) workers_.emplace_back([this](std::stop_token stop) { work(stop); });
    }
    thread_pool(const thread_pool&) = delete;
    thread_pool& operator=(const thread_pool&) = delete;
    ~thread_pool() {
        for (auto& worker : workers_) worker.request_stop();
        { const std::lock_guard lock(mutex_); }
        wake_.notify_all();
    }

    std::size_t concurrency() const { return threads_; }
    void operator()(std::size_t count, const std::function<void(std::size_t)>& task) const {
        const std::lock_guard one_call(calls_);
        {
            const std::lock_guard lock(mutex_);
            task_ = &task;
            count_ = count;
            next_ = 0;
            failed_at_ = count;
            failure_ = nullptr;
            ++generation_;
        }
        wake_.notify_all();
        run_tasks(task, count);
        std::unique_lock lock(mutex_);
        done_.wait(lock, [this] { return busy_ == 0; });
        task_ = nullptr;
        if (failure_) std::rethrow_exception(failure_);
    }

  private:
    void work(std::stop_token stop) const {
        std::size_t seen = 0;
        std::unique_lock lock(mutex_);
        while (true) {
            wake_.wait(lock, [&] { return stop.stop_requested() || (task_ != nullptr && generation_ != seen); });
            if (stop.stop_requested()) return;
            seen = generation_;
            const auto* task = task_;
            const std::size_t count = count_;
            ++busy_;
            lock.unlock();
            run_tasks(*task, count);
            lock.lock();
            if (--busy_ == 0) done_.notify_all();
        }
    }
    void run_tasks(const std::function<void(std::size_t)>& task, std::size_t count) const {
        for (std::size_t i = next_.fetch_add(1); i < count; i = next_.fetch_add(1)) {
            try {
                task(i);
            } catch (...) {
                const std::lock_guard lock(mutex_);
                if (i < failed_at_) failed_at_ = i, failure_ = std::current_exception();
            }
        }
    }

    std::size_t threads_;
    mutable std::mutex calls_, mutex_;
    mutable std::condition_variable wake_, done_;
    mutable const std::function<void(std::size_t)>* task_ = nullptr;
    mutable std::size_t count_ = 0, generation_ = 0, busy_ = 0, failed_at_ = 0;
    mutable std::atomic<std::size_t> next_ = 0;
    mutable std::exception_ptr failure_;
    std::vector<std::jthread> workers_;
};

}  // namespace executors
}  // namespace sonic
