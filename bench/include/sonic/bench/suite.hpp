// SPDX-License-Identifier: MIT
#pragma once

/// A suite of benchmarks that are compared with each other. All contenders run in one process on one pinned processor, their repetitions
/// interleaved in random order; the least processor time of each counts, and only ratios of such times are judged.
///
///     sonic::bench::suite suite(argc, argv);
///     suite.add("copy 1 MB", {"memcpy", [&] { std::memcpy(to, from, size); }});
///     suite.add("copy 1 MB", {"loop", [&] { for (...) to[i] = from[i]; }});
///     suite.times_faster("memcpy over a loop", "copy 1 MB", "memcpy", "loop", 2);   // the goal
///     return suite.run();
///
/// Options: --ratios FILE writes the ratios as JSON, --rounds N repeats each contender N times, --cpu N pins to processor N, --only TEXT
/// runs the groups whose names contain TEXT. Others are Google Benchmark's.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include <sonic/network/error.hpp>
#include <sonic/network/file.hpp>
#include <sonic/report/json.hpp>
#include <sonic/report/table.hpp>

#if defined(__linux__)
#include <sched.h>
#endif

namespace sonic::bench {

/// One way to do a group's work.
struct contender {
    std::string name;
    std::function<void()> run;
    double operations = 0;  ///< useful floating-point operations of one run, or bytes moved; 0: not stated
    bool wall = false;      ///< judge by the wall clock, as several threads need, not by the thread's own processor time
};

/// Contenders that do the same work, and the ratios that are asked of them.
class suite {
  public:
    suite(int argc, char** argv) {
        try {
            read(argc, argv);
        } catch (const input_error& error) {
            std::cerr << argv[0] << ": " << error.what() << '\n';
            std::exit(2);
        }
    }

    /// Is a group asked for?
    bool wants(const std::string& group) const { return only_.empty() || group.find(only_) != std::string::npos; }
    int rounds() const { return rounds_; }

    /// Adds a contender to a group; `always`: whatever groups are asked for.
    void add(const std::string& group, contender c, bool always = false) {
        if (!always && !wants(group)) return;
        if (std::find(groups_.begin(), groups_.end(), group) == groups_.end()) groups_.push_back(group);
        entries_.push_back({group, std::move(c), 0});
    }
    /// Says why a contender is not there.
    void left_out(const std::string& what) {
        if (std::find(left_out_.begin(), left_out_.end(), what) == left_out_.end()) left_out_.push_back(what);
    }
    /// A line printed above the tables: which implementation a library chose, for example.
    void note(const std::string& line) { notes_.push_back(line); }

    void note_once(const std::string& line) {
        if (std::find(notes_.begin(), notes_.end(), line) == notes_.end()) notes_.push_back(line);
    }

    /// Ratio: time of `other` over time of `ours`; at least `goal`.
    void times_faster(const std::string& name, const std::string& group, const std::string& ours, const std::string& other, double goal) {
        ratios_.push_back({name, {group, other}, {group, ours}, goal, true, false});
    }
    /// Ratio: time of `ours` over time of `other`; at most `goal`.
    void times_of(const std::string& name, const std::string& group, const std::string& ours, const std::string& other, double goal) {
        ratios_.push_back({name, {group, ours}, {group, other}, goal, false, false});
    }
    /// Ratio: operations per second over those of a limit measured in the same run; at least `goal`.
    void share_of(const std::string& name, const std::string& group, const std::string& ours, const std::string& limit_group,
                  const std::string& limit, double goal) {
        ratios_.push_back({name, {group, ours}, {limit_group, limit}, goal, true, true});
    }

    /// Ratio: milliseconds per item of a contender whose run does `items`; at most `goal`.
    void milliseconds_per_item(const std::string& name, const std::string& group, const std::string& ours, double items, double goal) {
        ratios_.push_back({name, {group, ours}, {}, goal, false, false, items});
    }

    /// Runs everything, prints the tables and writes the ratios. Returns the program's status.
    int run() {
        for (auto& e : entries_)
            benchmark::RegisterBenchmark(e.name().c_str(),
                                         [&e](benchmark::State& state) {
                                             for (auto _ : state) {
                                                 e.what.run();
                                                 benchmark::ClobberMemory();
                                             }
                                         })
                ->UseRealTime()
                ->Unit(benchmark::kMicrosecond)
                ->Repetitions(rounds_)
                ->MinTime(0.002);
        reporter least(*this);
        benchmark::RunSpecifiedBenchmarks(&least);
        print();
        if (ratio_file_.empty()) return 0;
        try {
            write();
            return 0;
        } catch (const input_error& error) {
            std::cerr << error.what() << '\n';
            return 2;
        }
    }

    /// Least seconds of a contender after `run`, if it ran.
    std::optional<double> seconds(const std::string& group, const std::string& name) const {
        for (const entry& e : entries_)
            if (e.group == group && e.what.name == name && e.seconds > 0) return e.seconds;
        return std::nullopt;
    }

  private:
    struct entry {
        std::string group;
        contender what;
        double seconds;
        std::string name() const { return group + ": " + what.name; }
    };
    using place = std::pair<std::string, std::string>;
    struct ratio {
        std::string name;
        place above, below;
        double goal;
        bool higher_is_better, of_rates;
        double items = 0;
    };

    /// Keeps the least time of each contender.
    class reporter : public benchmark::BenchmarkReporter {
      public:
        explicit reporter(suite& s) : suite_(&s) {}
        bool ReportContext(const Context&) override { return true; }
        void ReportRuns(const std::vector<Run>& runs) override {
            for (const Run& r : runs) {
                if (r.run_type != Run::RT_Iteration || r.iterations == 0) continue;
                for (entry& e : suite_->entries_) {
                    if (e.name() != r.run_name.function_name) continue;
                    // Processor time does not count what other programs take.
                    const double seconds =
                        (e.what.wall ? r.real_accumulated_time : r.cpu_accumulated_time) / static_cast<double>(r.iterations);
                    if (e.seconds == 0 || seconds < e.seconds) e.seconds = seconds;
                }
            }
        }

      private:
        suite* suite_;
    };

    void read(int argc, char** argv) {
        std::vector<char*> rest{argv[0]};
        int cpu = -1;
        for (int i = 1; i < argc; ++i) {
            const std::string option = argv[i];
            if (option != "--ratios" && option != "--rounds" && option != "--cpu" && option != "--only") {
                rest.push_back(argv[i]);
                continue;
            }
            if (++i == argc) throw input_error(option, "no value", "one");
            if (option == "--ratios") ratio_file_ = argv[i];
            if (option == "--only") only_ = argv[i];
            if (option == "--rounds" || option == "--cpu") {
                char* end = nullptr;
                const long value = std::strtol(argv[i], &end, 10);
                if (*end != '\0' || value < (option == "--cpu" ? 0 : 1) || value > 4096) throw input_error(option, argv[i], "a number");
                (option == "--cpu" ? cpu : rounds_) = static_cast<int>(value);
            }
        }
        static char interleave[] = "--benchmark_enable_random_interleaving=true";
        rest.push_back(interleave);
        int count = static_cast<int>(rest.size());
        benchmark::Initialize(&count, rest.data());
        if (count > 1) throw input_error(rest[1], "unknown option", "--ratios FILE, --rounds N, --cpu N, --only TEXT, --benchmark_...");
        pin(cpu);
    }

    void pin(int cpu) {
#if defined(__linux__)
        if (cpu < 0) cpu = sched_getcpu();
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET(static_cast<std::size_t>(cpu), &set);
        if (cpu < 0 || sched_setaffinity(0, sizeof set, &set) != 0)
            notes_.push_back("not pinned: the processor was refused");
        else
            notes_.push_back("pinned to processor " + std::to_string(cpu));
#else
        if (cpu >= 0) throw input_error("--cpu", "pinning is not available on this system", "Linux");
        notes_.push_back("not pinned: not available on this system");
#endif
    }

    std::optional<double> value(const ratio& r) const {
        if (r.items > 0) {
            const auto time = seconds(r.above.first, r.above.second);
            return time ? std::optional(*time * 1e3 / r.items) : std::nullopt;
        }
        const auto above = seconds(r.above.first, r.above.second), below = seconds(r.below.first, r.below.second);
        if (!above || !below) return std::nullopt;
        if (!r.of_rates) return *above / *below;
        const auto operations = [&](const place& p) {
            for (const entry& e : entries_)
                if (e.group == p.first && e.what.name == p.second) return e.what.operations;
            return 0.0;
        };
        return operations(r.above) / *above / (operations(r.below) / *below);
    }

    void print() const {
        for (const std::string& line : notes_) std::cout << line << '\n';
        for (const std::string& name : left_out_) std::cout << "left out: " << name << '\n';
        for (const std::string& group : groups_) {
            double best = 0;
            for (const entry& e : entries_)
                if (e.group == group && e.seconds > 0 && (best == 0 || e.seconds < best)) best = e.seconds;
            report::table t({group, "us", "G/s", "x fastest"});
            for (const entry& e : entries_)
                if (e.group == group)
                    t.row({e.what.name, report::fixed(e.seconds * 1e6, 1),
                           e.what.operations > 0 && e.seconds > 0 ? report::fixed(e.what.operations / e.seconds * 1e-9, 1) : "",
                           report::fixed(best > 0 ? e.seconds / best : 0, 2)});
            std::cout << '\n' << t.text();
        }
        report::table t({"ratio", "measured", "goal", ""});
        for (const ratio& r : ratios_)
            if (const auto v = value(r))
                t.row({r.name, report::fixed(*v, 2), (r.higher_is_better ? ">= " : "<= ") + report::fixed(r.goal, 2),
                       met(r, *v) ? "met" : "missed"});
        std::cout << '\n' << t.text();
    }
    static bool met(const ratio& r, double v) { return r.higher_is_better ? v >= r.goal : v <= r.goal; }

    void write() const {
        using report::json;
        json all = json::array();
        for (const ratio& r : ratios_)
            if (const auto v = value(r))
                all.push(json::object()
                             .set("name", r.name)
                             .set("ratio", *v)
                             .set("goal", r.goal)
                             .set("better", r.higher_is_better ? "higher" : "lower"));
        const std::string text = all.text() + "\n";
        write_file(ratio_file_, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    }

    std::vector<entry> entries_;
    std::vector<std::string> groups_, left_out_, notes_;
    std::vector<ratio> ratios_;
    std::string ratio_file_, only_;
    int rounds_ = 9;
};

}  // namespace sonic::bench
