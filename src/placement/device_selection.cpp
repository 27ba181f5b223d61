// The dispatcher's other half: which devices work.
#include <algorithm>
#include <cmath>

#include "placement/dispatcher.hpp"

namespace threadx {
namespace {

constexpr double notable = 0.1;              // change of a cost, after which devices are chosen again
constexpr double trial_share = 0.02;         // of the predicted total, that a trial may cost
constexpr double doubtful_trial_share = 0.1; // ... where another device's profile was found to be false
constexpr double trials_share = 0.05;        // ... and all of them together
constexpr double longest_trial = 0.1;        // of the predicted total, its start included
constexpr double doubt = 5.0;                // what was known before may be wrong by this factor
constexpr double doubt_of_one = 2.0;         // and one batch of a run by this one
constexpr double too_far_off = 2.0; // what was known is false where a run differs from it by this one

// A batch that takes so many times as long as predicted, and so much longer at least, has stalled.
constexpr double stall_factor = 4.0;
constexpr double stall_seconds = 0.05;

// What device `at` would take of the processor beside those that have it, 0 if it is not full then.
double part_of_processor(std::span<const DeviceModel> devices, const Forecast& forecast, std::size_t at,
                         double cores) {
    const double own = devices[at].processor_threads;
    double threads = own;
    for (const std::size_t i : forecast.devices) threads += devices[i].processor_threads;
    return threads > cores ? own / threads : 0.0;
}

} // namespace

std::vector<DeviceModel> Dispatcher::models(double now) const {
    std::vector<DeviceModel> out;
    for (const Member& member : members_) {
        out.push_back(member.device.model);
        out.back().cost = member.cost.cost();
        for (const auto& [company, cost] : member.together)
            out.back().together.emplace(company, cost.cost().item_seconds);
        out.back().start_seconds = start_left(member, now);
        out.back().busy_seconds =
            work_left(member, now) / (slowdown_of(member) * static_cast<double>(member.device.workers));
        out.back().once = once_left(member);
    }
    return out;
}

bool Dispatcher::chosen_changed(const Member& member) const {
    const WorkCost& now = member.cost.cost();
    const WorkCost& then = member.decided_on;
    if (now.known() != then.known()) return true;
    return now.known() && std::abs(std::log(now.item_seconds * slowdown_of(member) /
                                            (then.item_seconds * member.decided_slowdown))) > notable;
}

// Whoever was left alone because of a device that does not come back is to work instead of it.
void Dispatcher::look_for_stalls(double now) {
    for (Member& member : members_) {
        if (member.stalled || !member.chosen) continue;
        for (const Batch& batch : member.under_way) {
            member.stalled |=
                now - batch.taken > stall_factor * predicted_seconds(member, batch) + stall_seconds;
        }
        choose_again_ |= member.stalled;
    }
}

void Dispatcher::choose_devices(double now) {
    look_for_stalls(now);
    if (!choose_again_) return;
    choose_again_ = false;
    chosen_left_ = left();
    const std::vector<DeviceModel> all = models(now);
    std::vector<DeviceModel> here; // those that did not leave
    std::vector<std::size_t> index;
    for (std::size_t i = 0; i < members_.size(); ++i) {
        Member& member = members_[i];
        member.chosen = member.trial = false;
        member.decided_on = member.cost.cost();
        if (member.left) continue;
        if (member.stalled) { // if it comes back, it goes on
            member.chosen = true;
            continue;
        }
        here.push_back(all[i]);
        index.push_back(i);
    }
    const bool parts = std::any_of(members_.begin(), members_.end(),
                                   [](const Member& member) { return !member.left && member.part_size > 0; });
    const auto items = static_cast<double>(left());
    if (parts) { // the user chose
        for (const std::size_t i : index) members_[i].chosen = members_[i].part_size > 0;
    } else {
        const Forecast forecast = best_forecast(here, items, options_.cores);
        for (const std::size_t i : forecast.devices) {
            // What is not known is tried, unless all will be done when it has hardly begun.
            const bool too_late = !here[i].cost.known() && here[i].start_seconds > 0.5 * forecast.seconds;
            members_[index[i]].chosen = !too_late;
        }
        choose_trials(here, forecast);
        // Until those that are to do the work are ready, others may.
        std::vector<DeviceModel> ready;
        std::vector<std::size_t> ready_index;
        bool awaited = false;
        for (std::size_t i = 0; i < here.size(); ++i) {
            const Member& member = members_[index[i]];
            if (member.started || here[i].start_seconds <= 0.0) {
                ready.push_back(here[i]);
                ready_index.push_back(index[i]);
            } else if (member.chosen) {
                awaited = true;
            }
        }
        if (awaited)
            for (const std::size_t i : best_forecast(ready, items, options_.cores).devices)
                members_[ready_index[i]].chosen = true;
    }
    double threads = 0.0;
    std::uint64_t company = 0;
    for (const Member& member : members_) {
        if (!member.chosen || member.left) continue;
        threads += member.device.model.processor_threads;
        if (member.cost.cost().known()) company |= member.device.model.processor_bit;
    }
    chosen_slowdown_ = std::max(1.0, threads / options_.cores);
    chosen_company_ = company;
    for (Member& member : members_) member.decided_slowdown = slowdown_of(member);
}

// Whether others would do the work instead of a device, or beside it, if it were as slow as what is known of
// it may be false: then its first batch is to tell.
bool Dispatcher::in_doubt(std::size_t device, double now) const {
    const Member& member = members_[device];
    if (member.measured > 0 || members_.size() < 2 || !member.cost.cost().known()) return false;
    const std::vector<DeviceModel> all = models(now);
    std::vector<DeviceModel> here;
    std::size_t at = 0;
    for (std::size_t i = 0; i < members_.size(); ++i) {
        if (members_[i].left) continue;
        if (i == device) at = here.size();
        here.push_back(all[i]);
    }
    here[at].cost.item_seconds *= doubt;
    for (auto& [company, seconds] : here[at].together) seconds *= doubt;
    return best_forecast(here, static_cast<double>(left()), options_.cores).devices != std::vector{at};
}

// A device is left alone because of what was measured some other day. Where that matters, and a look is
// cheap, it is looked at.
void Dispatcher::choose_trials(std::span<const DeviceModel> devices, const Forecast& forecast) {
    if (!std::isfinite(forecast.seconds)) return;
    const bool doubtful = std::any_of(members_.begin(), members_.end(), [](const Member& member) {
        const WorkCost& known = member.device.model.cost;
        return member.measured > 0 && known.known() &&
               std::abs(std::log(member.cost.cost().item_seconds / known.item_seconds)) >
                   std::log(too_far_off);
    });
    const double total = now_ - begin_ + forecast.seconds;
    std::vector<DeviceModel> doubted(devices.begin(), devices.end());
    std::size_t i = 0;
    for (Member& member : members_) {
        if (member.left || member.stalled) continue; // those that are not among `devices`
        const std::size_t at = i++;
        if (member.chosen || member.measured > 1 || !member.under_way.empty()) continue;
        const double share = doubtful || member.promising ? doubtful_trial_share : trial_share;
        const double limit =
            std::min(share * forecast.seconds, std::max(share, trials_share) * total - trials_cost_);
        if (limit <= 0.0) continue;
        // Of what the others could have done meanwhile the trial takes only what it takes of the processor.
        const double cost = part_of_processor(devices, forecast, at, options_.cores);
        std::vector<std::size_t> together = forecast.devices;
        together.push_back(at);
        member.trial_part = cost;
        member.trial_slowdown = member.device.model.processor_threads > 0.0
                                    ? processor_slowdown(devices, together, options_.cores)
                                    : 1.0;
        const double most = cost > 0.0 ? std::min(limit / cost, longest_trial * forecast.seconds)
                                       : longest_trial * forecast.seconds;
        const double least = least_look(member, 1.0);
        if (least + devices[at].start_seconds > most) continue;
        member.trial_seconds = std::clamp(most - devices[at].start_seconds, member.trial_slowdown * least,
                                          several_least * member.trial_slowdown * least);
        if (!could_end_within(member)) continue;
        const double times = member.measured == 0 || member.promising ? doubt : doubt_of_one;
        doubted[at].cost.item_seconds /= times;
        for (auto& [company, seconds] : doubted[at].together) seconds /= times;
        // Of what one batch said of the others beside it, too.
        std::size_t other = 0;
        for (const Member& beside : members_) {
            if (beside.left || beside.stalled) continue;
            DeviceModel& model = doubted[other++];
            if (&beside == &member) continue;
            for (auto& [company, seconds] : model.together)
                if ((company & devices[at].processor_bit) != 0 && beside.together.at(company).batches() == 1)
                    seconds /= doubt_of_one;
        }
        const Forecast then = best_forecast(doubted, static_cast<double>(left()), options_.cores);
        doubted.assign(devices.begin(), devices.end());
        member.trial = std::binary_search(then.devices.begin(), then.devices.end(), at);
        if (member.trial) return; // one after the other: together they would say little of each
    }
}

} // namespace threadx
