#include "sweep/run_profiles.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "market/time_text.hpp"

namespace threadx {

RunProfiles::RunProfiles(const Settings& settings)
    : file_(settings.profiles_folder()), profiles_(file_.read(warnings_)) {}

template <class Work>
void RunProfiles::write(Work work) {
    const std::lock_guard lock(mutex_);
    if (!file_.keeps() || !writable_) return;
    std::vector<std::string> said_at_the_start;
    try {
        work(said_at_the_start);
    } catch (const Error& error) {
        writable_ = false;
        warnings_.push_back(fmt::format("what devices can do is not remembered: {}", error.what()));
    }
}

void RunProfiles::add(std::vector<Observation> observations) {
    if (observations.empty()) return;
    write([&](std::vector<std::string>& warnings) { file_.add(observations, warnings); });
}

void RunProfiles::attach(RunOptions& options) {
    options.profiles = profiles_;
    options.on_measured = [this](std::vector<Observation> observations) { add(std::move(observations)); };
    options.on_memory_cap = [this](const WorkKey& key, const MemoryCap& cap) {
        write([&](std::vector<std::string>& warnings) {
            file_.change(
                [&](Profiles& profiles) {
                    profiles.caps[key] = {cap.items, cap.free_bytes, utc_now()};
                },
                warnings);
        });
    };
}

} // namespace threadx
