#include "monitor/run_watch.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "monitor/levels.hpp"
#include "monitor/live_view.hpp"

namespace threadx {
namespace {

constexpr double least_interval = 0.1; // before the sample at the end of the run

// A part of a GPU (MIG) has a UUID of its own.
bool is_nvidia(const WatchedDevice& device) {
    return device.uuid.starts_with("GPU-") || device.uuid.starts_with("MIG-");
}

std::optional<double> greater(const std::optional<double>& a, const std::optional<double>& b) {
    return a && b ? std::max(*a, *b) : a ? a : b;
}

} // namespace

std::optional<double> WatchedGpu::joules_per_million() const {
    if (!energy_joules || work <= 0.0) return std::nullopt;
    return *energy_joules / (work / 1e6);
}

void RunWatch::look(double seconds, std::span<const WatchedDevice> devices, bool last) {
    if (!reader_) {
        if (last) return;
        reader_.emplace(options_.files).read();
        last_ = seconds;
        return;
    }
    const bool due = seconds >= last_ + (last ? least_interval : options_.interval);
    const std::size_t before = gpus_.size();
    if (!last) find_gpus(devices); // what a GPU has done before is not counted
    if (due || gpus_.size() > before) sample(seconds, devices);
}

void RunWatch::find_gpus(std::span<const WatchedDevice> devices) {
    for (const WatchedDevice& device : devices) {
        if (!is_nvidia(device) || device.work <= 0.0) continue;
        const auto is_device = [&](const Gpu& gpu) { return gpu.watched.identity.uuid == device.uuid; };
        if (std::any_of(gpus_.begin(), gpus_.end(), is_device) || unwatched_.contains(device.id)) continue;
        reader_->include_gpus(options_.nvml);
        const std::size_t watched = gpus_.size();
        for (std::size_t index = 0; index < reader_->gpus().size(); ++index) {
            if (reader_->gpus()[index].uuid != device.uuid) continue;
            Gpu& gpu = gpus_.emplace_back();
            gpu.watched.device = device.id;
            gpu.watched.identity = reader_->gpus()[index];
            gpu.index = index;
            gpu.first_work = device.work;
        }
        if (gpus_.size() > watched) continue;
        unwatched_[device.id] = !reader_->no_gpus().empty() ? reader_->no_gpus()
                                : device.uuid.starts_with("MIG-")
                                    ? "parts of a GPU (MIG) have no load, temperature or power of their own"
                                    : fmt::format("NVML lists no GPU {}", device.uuid);
    }
}

void RunWatch::sample(double seconds, std::span<const WatchedDevice> devices) {
    SystemSnapshot snapshot = reader_->read();
    cost_seconds_ += snapshot.cost_seconds;
    ++samples_;
    std::vector<GpuReading> ours;
    for (Gpu& gpu : gpus_) {
        ours.push_back(snapshot.gpus[gpu.index]);
        follow(gpu, ours.back(), seconds);
        for (const WatchedDevice& device : devices)
            if (device.id == gpu.watched.device && !gpu.last_energy && !gpu.any_power)
                gpu.first_work = device.work;
            else if (device.id == gpu.watched.device)
                gpu.watched.work = device.work - gpu.first_work;
    }
    snapshot.gpus = std::move(ours);
    snapshot.elapsed = seconds;
    fullest_ = greater(fullest_, snapshot.cpu.memory_percent());
    for (const ColumnSummary& column : summarize(history_columns({&snapshot, 1}))) {
        const auto [at, is_new] = sums_.try_emplace(column.name, Sum{0.0, column.max, 0});
        if (is_new) names_.push_back(column.name);
        at->second.sum += column.mean;
        at->second.max = std::max(at->second.max, column.max);
        ++at->second.samples;
    }
    last_ = seconds;
    latest_ = snapshot;
    keep(std::move(snapshot));
}

void RunWatch::follow(Gpu& gpu, const GpuReading& reading, double seconds) const {
    if (reading.energy_joules) {
        if (!gpu.first_energy) gpu.first_energy = reading.energy_joules;
        gpu.last_energy = reading.energy_joules;
    }
    if (gpu.last_power && reading.power_watts) { // between the two as the mean of both
        gpu.power_joules += (seconds - last_) * (*gpu.last_power + *reading.power_watts) / 2.0;
        gpu.any_power = true;
    }
    gpu.last_power = reading.power_watts;
    ++gpu.samples;
    const std::uint64_t troubles = reading.throttle_reasons.value_or(0) & throttle_troubles;
    gpu.slowed += troubles != 0 ? 1 : 0;
    gpu.reasons |= troubles;
    gpu.hottest = greater(gpu.hottest, reading.temperature_celsius);
    gpu.fullest = greater(gpu.fullest, reading.memory_percent());
    if (!reading.error.empty()) gpu.error = reading.error;
}

void RunWatch::keep(SystemSnapshot snapshot) {
    if ((samples_ - 1) % every_ != 0) return;
    kept_.push_back(std::move(snapshot));
    if (kept_.size() <= options_.points) return;
    for (std::size_t i = 0; 2 * i < kept_.size(); ++i) kept_[i] = std::move(kept_[2 * i]);
    kept_.resize((kept_.size() + 1) / 2);
    every_ *= 2;
}

std::string RunWatch::words(const std::string& device) const {
    if (samples_ == 0) return {};
    if (device == "cpu") return load_words(latest_.cpu.load_percent, latest_.cpu.temperature_celsius, {});
    for (std::size_t i = 0; i < latest_.gpus.size(); ++i)
        if (gpus_[i].watched.device == device) {
            const GpuReading& now = latest_.gpus[i];
            if (!now.error.empty()) return now.error;
            return load_words(now.utilization_percent, now.temperature_celsius, now.power_watts);
        }
    return {};
}

void RunWatch::add_warnings(const Gpu& gpu, std::vector<std::string>& warnings) {
    const std::string name = fmt::format("{} ({})", gpu.watched.device, gpu.watched.identity.name);
    if (!gpu.error.empty()) warnings.push_back(fmt::format("{} could not be watched: {}", name, gpu.error));
    if (gpu.hottest && *gpu.hottest >= hot_from(gpu.watched.identity))
        warnings.push_back(fmt::format(
            "{} was hot: {:.0f} C{}; look after its cooling", name, *gpu.hottest,
            gpu.watched.identity.slowdown_celsius
                ? fmt::format(", and at {:.0f} C it slows down", *gpu.watched.identity.slowdown_celsius)
                : ""));
    if (gpu.slowed > 0)
        warnings.push_back(fmt::format(
            "{} was slowed down by {} in {:.0f} % of the samples", name, throttle_words(gpu.reasons),
            100.0 * static_cast<double>(gpu.slowed) / static_cast<double>(gpu.samples)));
    if (gpu.fullest && *gpu.fullest >= nearly_full_percent)
        warnings.push_back(
            fmt::format("{}: {:.0f} % of its memory were in use; [gpu] memory_budget limits what "
                        "ThreadX takes",
                        name, *gpu.fullest));
}

RunWatchResult RunWatch::result() const {
    RunWatchResult out;
    out.samples = samples_;
    if (samples_ == 0) return out;
    out.mean_cost_seconds = cost_seconds_ / static_cast<double>(samples_);
    for (const Gpu& gpu : gpus_) {
        WatchedGpu watched = gpu.watched;
        watched.energy_is_counted = gpu.first_energy && gpu.last_energy;
        if (watched.energy_is_counted)
            watched.energy_joules = *gpu.last_energy - *gpu.first_energy;
        else if (gpu.any_power)
            watched.energy_joules = gpu.power_joules;
        out.gpus.push_back(std::move(watched));
        add_warnings(gpu, out.warnings);
    }
    for (const auto& [device, why] : unwatched_)
        out.warnings.push_back(fmt::format("{} was not watched: {}", device, why));
    if (fullest_ && *fullest_ >= nearly_full_percent)
        out.warnings.push_back(
            fmt::format("{:.0f} % of the memory were in use; "
                        "[optimization.performance] memory_budget limits what ThreadX takes",
                        *fullest_));
    for (const std::string& name : names_) {
        const Sum& sum = sums_.at(name);
        out.summary.push_back({name, sum.sum / static_cast<double>(sum.samples), sum.max, sum.samples});
    }
    for (HistoryColumn& column : history_columns(kept_))
        if (std::any_of(column.values.begin(), column.values.end(), [](double v) { return !std::isnan(v); }))
            out.series.push_back(std::move(column));
    return out;
}

} // namespace threadx
