#include "api/measured_rates.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sweep/work_keys.hpp"

namespace threadx {
namespace {

constexpr std::size_t most_unwritten = 64;

} // namespace

WorkKey column_key(const DeviceProperties& device, const std::string& tag) {
    return {.uuid = device.uuid,
            .driver = device.driver,
            .kernels = kernel_text_hash(device.kind),
            .tag = tag,
            .precision = std::string(precision_name(Precision::float64))};
}

WorkKey user_key(const DeviceProperties& device, const std::string& tag) {
    return {.uuid = device.uuid, .driver = device.driver, .kernels = {}, .tag = tag, .precision = {}};
}

MeasuredRates::MeasuredRates(const std::filesystem::path& folder, LogLine log)
    : file_(folder), log_(std::move(log)) {
    if (!file_.keeps()) return;
    std::vector<std::string> warnings;
    profiles_ = file_.read(warnings);
    for (const std::string& warning : warnings) log_(warning);
}

MeasuredRates::~MeasuredRates() {
    try {
        flush();
    } catch (const std::exception& error) { // the rates are lost, nothing else
        log_(fmt::format("what was measured is not kept: {}", error.what()));
    }
}

std::optional<WorkCost> MeasuredRates::cost(const WorkKey& work) const {
    const std::lock_guard lock(mutex_);
    return profiles_.cost(work);
}

std::optional<WorkCost> MeasuredRates::cost_or_like(const WorkKey& work) const {
    const std::lock_guard lock(mutex_);
    return profiles_.cost_or_like(work);
}

double MeasuredRates::largest(const WorkKey& work) const {
    const std::lock_guard lock(mutex_);
    double items = 0.0;
    for (const auto& [key, profile] : profiles_.entries)
        if (key.work == work && profile.rate.known())
            items = std::max(items, profile.items > 0.0 ? profile.items : std::ldexp(1.0, key.size_bucket));
    return items;
}

std::optional<double> MeasuredRates::least_start_seconds() const {
    const std::lock_guard lock(mutex_);
    const std::string start = start_key({}).tag;
    std::optional<double> least;
    for (const auto& [key, profile] : profiles_.entries)
        if (key.work.tag == start && profile.rate.known())
            least = std::min(least.value_or(profile.rate.item_seconds()), profile.rate.item_seconds());
    return least;
}

void MeasuredRates::add(Observation observation) {
    const std::lock_guard lock(mutex_);
    profiles_.add(observation, "");
    if (!file_.keeps()) return;
    unwritten_.push_back(std::move(observation));
    if (unwritten_.size() < most_unwritten) return;
    try {
        write();
    } catch (const std::exception& error) { // flush() says it to those who ask
        log_(fmt::format("what was measured is not kept: {}", error.what()));
    }
}

void MeasuredRates::flush() {
    const std::lock_guard lock(mutex_);
    write();
}

void MeasuredRates::write() {
    if (unwritten_.empty()) return;
    const std::vector<Observation> observations = std::move(unwritten_);
    unwritten_.clear(); // once only: a folder that cannot be written will not be so later
    std::vector<std::string> warnings;
    file_.add(observations, warnings);
    for (const std::string& warning : warnings) log_(warning);
}

} // namespace threadx
