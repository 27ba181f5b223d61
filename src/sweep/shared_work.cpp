#include "sweep/shared_work.hpp"

#include <chrono>

namespace threadx {

SharedWork::SharedWork(const std::vector<IdRange>& pending, DispatchOptions options,
                       std::function<bool()> stopping)
    : stopping_(std::move(stopping)), cores_(options.cores), dispatcher_(pending, std::move(options)) {}

void SharedWork::wait(std::unique_lock<std::mutex>& lock) {
    changed_.wait_for(lock, std::chrono::milliseconds(50)); // nobody tells of a stop
}

std::size_t SharedWork::add(DispatchDevice device) {
    const std::lock_guard lock(mutex_);
    const std::size_t index = dispatcher_.add(std::move(device));
    idle_reasons_.resize(index + 1);
    changed_.notify_all();
    return index;
}

bool SharedWork::wait_until_wanted(std::size_t device) {
    std::unique_lock lock(mutex_);
    for (;;) {
        if (stopping_() || dispatcher_.done()) return false;
        const double now = clock_.seconds();
        if (dispatcher_.wanted(device, now)) return true;
        keep_reason(device, now);
        wait(lock);
    }
}

void SharedWork::started(std::size_t device, std::uint64_t probe) {
    const std::lock_guard lock(mutex_);
    dispatcher_.started(device, clock_.seconds(), probe);
    changed_.notify_all();
}

void SharedWork::keep_reason(std::size_t device, double now) {
    if (!idle_reasons_[device].empty() || dispatcher_.left() == 0) return;
    const std::vector<DeviceModel> models = dispatcher_.models(now);
    for (std::string& reason :
         idle_reasons(models, dispatcher_.forecast(now), static_cast<double>(dispatcher_.left()), cores_))
        if (reason.starts_with(models[device].id + " ")) idle_reasons_[device] = std::move(reason);
}

void SharedWork::know_together(std::size_t device, std::uint64_t company, const WorkCost& cost) {
    const std::lock_guard lock(mutex_);
    dispatcher_.know_together(device, company, cost);
}

std::uint64_t SharedWork::processor_bit(std::size_t device) const {
    const std::lock_guard lock(mutex_);
    return dispatcher_.processor_bit(device);
}

void SharedWork::look_who_is_idle() {
    const std::lock_guard lock(mutex_);
    const double now = clock_.seconds();
    for (std::size_t device = 0; device < idle_reasons_.size(); ++device)
        if (!dispatcher_.wanted(device, now)) keep_reason(device, now);
}

std::string SharedWork::idle_reason(std::size_t device) const {
    const std::lock_guard lock(mutex_);
    return idle_reasons_[device];
}

std::optional<IdRange> SharedWork::take(std::size_t device) { return take(device, true); }

std::optional<IdRange> SharedWork::take_unless_all_taken(std::size_t device) { return take(device, false); }

std::optional<IdRange> SharedWork::take(std::size_t device, bool wait_for_others) {
    std::unique_lock lock(mutex_);
    for (;;) {
        if (stopping_()) return std::nullopt;
        const double now = clock_.seconds();
        const Dispatcher::Grant grant = dispatcher_.take(device, now);
        if (grant.answer == Dispatcher::Answer::batch) return grant.range;
        if (grant.answer == Dispatcher::Answer::done) return std::nullopt;
        if (!wait_for_others && dispatcher_.left() == 0) return std::nullopt;
        if (!dispatcher_.wanted(device, now)) keep_reason(device, now);
        wait(lock);
    }
}

Dispatcher::Measured SharedWork::finished(std::size_t device, IdRange range, double seconds) {
    const std::lock_guard lock(mutex_);
    const Dispatcher::Measured measured = dispatcher_.finished(device, range, seconds, clock_.seconds());
    changed_.notify_all();
    return measured;
}

void SharedWork::give_back(std::size_t device, IdRange range) {
    const std::lock_guard lock(mutex_);
    dispatcher_.give_back(device, range, clock_.seconds());
    changed_.notify_all();
}

void SharedWork::leave(std::size_t device) {
    const std::lock_guard lock(mutex_);
    dispatcher_.leave(device, clock_.seconds());
    changed_.notify_all();
}

std::uint64_t SharedWork::left() const {
    const std::lock_guard lock(mutex_);
    return dispatcher_.left();
}

} // namespace threadx
