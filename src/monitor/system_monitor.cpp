#include "monitor/system_monitor.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "base/error.hpp"

namespace threadx {

SystemMonitor::SystemMonitor(SystemMonitorOptions options)
    : options_(std::move(options)), reader_(options_.files) {
    if (!(options_.interval >= least_interval) || options_.interval > 86'400.0)
        throw InputError(fmt::format("an interval of {} s between samples: expected {} s to a day",
                                     options_.interval, least_interval));
    if (options_.max_history < 1 || options_.max_history > most_history)
        throw InputError(
            fmt::format("a history of {} samples: expected 1 to {}", options_.max_history, most_history));
    if (options_.gpus) reader_.include_gpus(options_.nvml);
    reader_.read(); // from here on there is a load
}

SystemMonitor::~SystemMonitor() { stop(); }

bool SystemMonitor::running() const {
    const std::lock_guard lock(mutex_);
    return running_;
}

void SystemMonitor::start() {
    const std::lock_guard control(control_);
    if (thread_.joinable()) return;
    sample();
    {
        const std::lock_guard lock(mutex_);
        stopping_ = false;
    }
    thread_ = std::thread([this] { run(); });
    const std::lock_guard lock(mutex_);
    running_ = true;
}

void SystemMonitor::stop() {
    const std::lock_guard control(control_);
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
    sample();
    const std::lock_guard lock(mutex_);
    running_ = false;
}

void SystemMonitor::run() {
    using Clock = std::chrono::steady_clock;
    const auto interval =
        std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(options_.interval));
    Clock::time_point due = Clock::now() + interval;
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            if (wake_.wait_until(lock, due, [this] { return stopping_; })) return;
        }
        sample();
        // After a long reading, or a sleep of the machine, what was missed is not made up for.
        due += interval;
        if (const Clock::time_point now = Clock::now(); due < now) due = now + interval;
    }
}

void SystemMonitor::sample() {
    const std::lock_guard reading(reading_);
    SystemSnapshot snapshot = reader_.read();
    const std::lock_guard lock(mutex_);
    ++cost_.samples;
    cost_.mean_seconds += (snapshot.cost_seconds - cost_.mean_seconds) / static_cast<double>(cost_.samples);
    cost_.max_seconds = std::max(cost_.max_seconds, snapshot.cost_seconds);
    kept_.push_back(std::move(snapshot));
    if (kept_.size() > options_.max_history) kept_.pop_front();
}

std::optional<SystemSnapshot> SystemMonitor::latest() const {
    const std::lock_guard lock(mutex_);
    return kept_.empty() ? std::nullopt : std::optional(kept_.back());
}

std::vector<SystemSnapshot> SystemMonitor::snapshots() const {
    const std::lock_guard lock(mutex_);
    return {kept_.begin(), kept_.end()};
}

std::vector<HistoryColumn> SystemMonitor::history() const { return history_columns(snapshots()); }

std::vector<ColumnSummary> SystemMonitor::summary() const { return summarize(history()); }

SamplingCost SystemMonitor::cost() const {
    const std::lock_guard lock(mutex_);
    return cost_;
}

} // namespace threadx
