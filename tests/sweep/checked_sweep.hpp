// A sweep whose runs with devices are checked: every scenario once, with the bits of the CPU alone.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "made_up_devices.hpp"
#include "sweep/batch_sizes.hpp"
#include "sweep_for_tests.hpp"

namespace threadx::test {

inline constexpr const char* strategy = R"toml([params]
n = { default = 5, min = 1, max = 99, kind = "int" }
k = { default = 0.0, min = -9.0, max = 9.0 }
[rules]
enter_long = "crossover(close, sma(close, n) + k)"
exit_long = "crossunder(close, sma(close, n))"
)toml";
// 600 scenarios, 500 rows; ids 0 to 99 have none: whole batches may be without a row.
inline constexpr const char* small_space =
    "[space]\nn = { from = 1, to = 60, step = 1 }\nk = { from = -1.0, to = "
    "0.8, step = 0.2 }\nconstraints = [\"n > 10\"]\n";
// 15,000 scenarios: batches may be larger than blocks.
inline constexpr const char* large_space =
    "[space]\nn = { from = 2, to = 61, step = 1 }\nk = { from = -1.25, to = 1.24, step = 0.01 }\n";

// A sweep, what the CPU alone makes of it, and runs of it that must give the same.
class CheckedSweep {
  public:
    explicit CheckedSweep(const char* space = small_space, long long bars = 90) {
        write_bars(folder_ / "bars.csv", bars);
        prepared_ =
            std::make_unique<PreparedSweep>(make_request(folder_ / "bars.csv", strategy, space), Settings{});
        expected_ = run_all(*prepared_, RunOptions{}).rows;
    }

    const PreparedSweep& prepared() const { return *prepared_; }
    std::uint64_t scenarios() const { return prepared_->range().size(); }
    std::uint64_t delivered() const { return delivered_.load(); } // ids, of the run that goes on

    // Runs it; all rows must be there, once and with the bits of the CPU alone, in blocks that cover all ids.
    RunResult run(const RunOptions& options, const std::vector<MadeUpDevice*>& devices) {
        const RunResult result = run_part(options, devices, {prepared_->range()});
        CHECK_FALSE(result.interrupted);
        check_complete();
        return result;
    }

    // Runs the ids of `pending`; what is delivered is kept with what was delivered before.
    RunResult run_part(RunOptions options, const std::vector<MadeUpDevice*>& devices,
                       const std::vector<IdRange>& pending) {
        if (!options.find_devices) options.find_devices = finder_of(devices, *prepared_);
        const std::size_t rows_before = rows_.size();
        const RunResult result = run_sweep(*prepared_, pending, options, [&](const RowBlock& block) {
            take(block);
            if (on_block) on_block();
        });
        std::uint64_t computed = 0;
        for (const DeviceWork& work : result.devices) computed += work.scenarios;
        CHECK(computed == rows_.size() - rows_before);
        CHECK(result.scenarios == computed);
        for (const MadeUpDevice* device : devices) CHECK(device->alive.load() == 0);
        return result;
    }

    void check_complete() {
        CHECK(missing().empty());
        REQUIRE(rows_.size() == expected_.size());
        for (const auto& [id, row] : expected_) {
            if (rows_.contains(id) && rows_[id].status == row.status &&
                same_bits(rows_[id].values, row.values))
                continue;
            FAIL_CHECK("scenario ", id, " is not there or has other bits");
        }
        rows_.clear();
        ranges_.clear();
        delivered_.store(0);
    }

    std::vector<IdRange> missing() {
        std::sort(ranges_.begin(), ranges_.end(),
                  [](const IdRange& a, const IdRange& b) { return a.first < b.first; });
        std::vector<IdRange> out;
        std::uint64_t at = 0;
        for (const IdRange& range : ranges_) {
            CHECK_MESSAGE(range.first >= at, "id ", range.first, " comes twice");
            if (range.first > at) out.push_back({at, range.first});
            at = range.last;
        }
        if (at < scenarios()) out.push_back({at, scenarios()});
        return out;
    }

    std::function<void()> on_block; // called after each

  private:
    void take(const RowBlock& block) {
        const std::lock_guard lock(mutex_);
        if (block.rows() > largest_block) FAIL_CHECK("a block of ", block.rows(), " rows");
        for (std::size_t i = 0; i < block.rows(); ++i) {
            const std::uint64_t id = block.scenarios[i];
            if (id < block.range.first || id >= block.range.last) FAIL_CHECK("a row outside of its block");
            if (!rows_.emplace(id, collected_row(block, i)).second) FAIL_CHECK("row ", id, " comes twice");
        }
        ranges_.push_back(block.range);
        delivered_.fetch_add(block.range.size());
    }

    TemporaryFolder folder_;
    std::unique_ptr<PreparedSweep> prepared_;
    std::map<std::uint64_t, CollectedRow> expected_;
    std::mutex mutex_;
    std::map<std::uint64_t, CollectedRow> rows_;
    std::vector<IdRange> ranges_;
    std::atomic<std::uint64_t> delivered_{0};
};

inline RunOptions options_of(bool cpu, std::uint64_t batch_size = 0, std::size_t workers = 2) {
    RunOptions options;
    options.cpu = cpu;
    options.batch_size = batch_size;
    options.workers = workers;
    return options;
}

inline bool has_note(const RunResult& result, const std::string& part) {
    return std::any_of(result.notes.begin(), result.notes.end(),
                       [&](const std::string& note) { return note.find(part) != std::string::npos; });
}

inline const DeviceWork* work_of(const RunResult& result, const std::string& id) {
    const auto found = std::find_if(result.devices.begin(), result.devices.end(),
                                    [&](const DeviceWork& work) { return work.id == id; });
    return found == result.devices.end() ? nullptr : &*found;
}

inline void wait_until(const std::function<bool()>& reached) {
    while (!reached()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

} // namespace threadx::test
