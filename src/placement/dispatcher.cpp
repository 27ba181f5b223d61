#include "placement/dispatcher.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "placement/balance.hpp"
#include "placement/last_batches.hpp"

namespace threadx {
namespace {

constexpr double growth = 2.0;               // from one batch of a short run to the next, until
constexpr double largest_grown = 0.05;       // seconds
constexpr double first_batch_share = 0.01;   // of the predicted total, while nothing was measured
constexpr double least_look_overheads = 2.0; // in a first batch or a trial
constexpr double notably_less = 0.8;         // than a first batch was to take, which rather takes longer
constexpr double most_of_trial = 1.5;        // that others' batches may go on when it begins, in its lengths
constexpr std::uint64_t probes = 128;        // of the ids, where nothing is known of a device

// Of something that was to take `predicted`: what is late already will rather be later still.
double rest_of(double predicted, double elapsed) {
    return std::max({predicted - elapsed, 0.05 * predicted, 0.5 * (elapsed - predicted)});
}

} // namespace

Dispatcher::Dispatcher(const std::vector<IdRange>& pending, DispatchOptions options)
    : options_(std::move(options)) {
    for (const IdRange& range : pending) pending_.put(range);
    total_ = pending_.size();
}

std::size_t Dispatcher::add(DispatchDevice device) {
    device.workers = std::max<std::size_t>(device.workers, 1);
    device.batch_multiple = std::max<std::uint64_t>(device.batch_multiple, 1);
    if (device.largest_batch == 0) device.largest_batch = std::numeric_limits<std::uint64_t>::max();
    const WorkCost cost = device.model.cost;
    device.model.processor_bit = device.model.processor_threads > 0.0
                                     ? std::uint64_t{1} << std::min<std::size_t>(on_processor_++, 63)
                                     : 0;
    members_.push_back(Member{.device = std::move(device), .cost = LearnedCost(cost)});
    choose_again_ = true;
    happened();
    return members_.size() - 1;
}

// Everything that is counted over time.
void Dispatcher::move_clock(double now) {
    if (!began_) {
        began_ = true;
        begin_ = now_ = now;
    }
    if (now <= now_) return; // threads read the clock before they come here
    const double seconds = now - now_;
    now_ = now;
    double threads = 0.0;
    std::uint64_t company = 0;
    for (Member& member : members_) {
        if (member.under_way.empty()) continue;
        member.busy += seconds * static_cast<double>(member.under_way.size());
        member.once_done = std::min(member.once_done + seconds, member.once_taken);
        threads += member.device.model.processor_threads;
        company |= member.device.model.processor_bit;
    }
    if (on_processor_ > 1) company_seconds_[company] += seconds;
    processor_ += seconds / std::max(1.0, threads / options_.cores);
}

// Cuts what is pending into the devices' parts, where shares are fixed.
void Dispatcher::cut() {
    if (cut_) return;
    cut_ = true;
    std::vector<double> shares = options_.shares;
    shares.resize(members_.size(), 0.0);
    const bool fixed = std::any_of(shares.begin(), shares.end(), [](double share) { return share > 0.0; });
    if (!fixed) return;
    const std::vector<std::uint64_t> sizes = largest_remainder(pending_.size(), shares);
    for (std::size_t i = 0; i < members_.size(); ++i) {
        Member& member = members_[i];
        member.part_size = sizes[i];
        PendingIds& to = member.left ? pending_ : member.part;
        for (std::uint64_t wanting = sizes[i]; wanting > 0;) {
            const IdRange range = pending_.take(wanting);
            wanting -= range.size();
            to.put(range);
        }
    }
}

// Predictions

double Dispatcher::start_left(const Member& member, double now) {
    if (member.started) return 0.0;
    const double all = member.device.model.start_seconds;
    return member.wanted_since < 0.0 ? all : rest_of(all, now - member.wanted_since);
}

double Dispatcher::slowdown_of(const Member& member) const {
    if (member.device.model.processor_threads <= 0.0 || chosen_slowdown_ <= 1.0) return 1.0;
    const auto measured = member.together.find(chosen_company_);
    return measured == member.together.end() || !member.cost.cost().known()
               ? chosen_slowdown_
               : measured_slowdown(measured->second.cost().item_seconds, member.cost.cost().item_seconds,
                                   chosen_slowdown_);
}

// By one of its workers.
double Dispatcher::batch_seconds(const Member& member, double items) const {
    return static_cast<double>(member.device.workers) * slowdown_of(member) *
           member.cost.cost().seconds(items);
}

// Of a batch, with what it may have to wait for.
double Dispatcher::predicted_seconds(const Member& member, const Batch& batch) const {
    return batch_seconds(member, static_cast<double>(batch.range.size())) +
           slowdown_of(member) * batch.once_left;
}

double Dispatcher::batch_left(const Member& member, const Batch& batch, double now) const {
    if (!member.cost.cost().known()) return 0.0;
    return rest_of(predicted_seconds(member, batch), now - batch.taken);
}

// Of what it does once, what the ids need that it did not take yet.
std::vector<OnceWork> Dispatcher::once_left(const Member& member) {
    return once_after(member.device.model.once, static_cast<double>(member.taken));
}

// Of all its batches that are under way, and of its part.
double Dispatcher::work_left(const Member& member, double now) const {
    double out = 0.0;
    for (const Batch& batch : member.under_way) out += batch_left(member, batch, now);
    return out + static_cast<double>(member.part.size()) * member.cost.cost().item_seconds *
                     slowdown_of(member) * static_cast<double>(member.device.workers);
}

// One of the device's workers, or all of those that help each other.
Contributor Dispatcher::contributor(const Member& member, double ready) const {
    const WorkCost& cost = member.cost.cost();
    const double times =
        slowdown_of(member) * (member.device.workers_help ? 1.0 : static_cast<double>(member.device.workers));
    return {ready + times * cost.batch_seconds, times * cost.item_seconds, cost.least_items,
            slower(once_left(member), times)};
}

// All who will do what is left, but one worker of `except`, which is about to take a batch.
std::vector<Contributor> Dispatcher::contributors(std::size_t except, double now) const {
    std::vector<Contributor> out;
    for (std::size_t i = 0; i < members_.size(); ++i) {
        const Member& member = members_[i];
        if (member.left || !member.chosen || !member.cost.cost().known()) continue;
        const double start = start_left(member, now);
        const auto workers = static_cast<double>(member.device.workers);
        if (member.device.workers_help) {
            if (i != except) out.push_back(contributor(member, start + work_left(member, now) / workers));
            continue;
        }
        const double part =
            static_cast<double>(member.part.size()) * member.cost.cost().item_seconds * slowdown_of(member);
        for (const Batch& batch : member.under_way)
            out.push_back(contributor(member, batch_left(member, batch, now) + part));
        const std::size_t idle =
            member.device.workers - std::min(member.device.workers, member.under_way.size());
        for (std::size_t k = i == except ? 1 : 0; k < idle; ++k)
            out.push_back(contributor(member, start + part));
    }
    return out;
}

Forecast Dispatcher::forecast(double now) const {
    std::vector<DeviceModel> devices = models(now);
    std::vector<std::size_t> used;
    for (std::size_t i = 0; i < members_.size(); ++i)
        if (members_[i].chosen && !members_[i].left) used.push_back(i);
    return forecast_of(devices, used, static_cast<double>(left()), options_.cores);
}

// Batches

bool Dispatcher::anything_under_way() const {
    return std::any_of(members_.begin(), members_.end(),
                       [](const Member& member) { return !member.under_way.empty(); });
}

bool Dispatcher::alone(std::size_t device) const {
    for (std::size_t i = 0; i < members_.size(); ++i)
        if (i != device && (!members_[i].under_way.empty() || (members_[i].chosen && !members_[i].left)))
            return false;
    return true;
}

// Whether another device that should work is still to ask, after what happened last.
bool Dispatcher::others_will_ask(std::size_t device) const {
    for (std::size_t i = 0; i < members_.size(); ++i) {
        const Member& member = members_[i];
        if (i == device || member.left || !member.chosen) continue;
        if (!member.started || member.waits_since != events_) return true;
    }
    return false;
}

std::uint64_t Dispatcher::sensible(const Member& member, double items, std::uint64_t left) {
    const auto most = static_cast<double>(std::min(left, member.device.largest_batch));
    const auto size = static_cast<std::uint64_t>(std::clamp(items, 1.0, std::max(most, 1.0)));
    const std::uint64_t multiple = member.device.batch_multiple;
    const std::uint64_t up = (size + multiple - 1) / multiple * multiple;
    // A part of a pack costs what a pack does; but of large multiples none should be added to a small batch.
    const std::uint64_t rounded = up <= size + size / 4 || size < multiple ? up : up - multiple;
    return std::min({rounded, left, member.device.largest_batch});
}

std::uint64_t Dispatcher::probe_size(const Member& member, std::uint64_t left) const {
    const std::uint64_t chosen = total_ / (probes * member.device.workers);
    const std::uint64_t size = member.device.probe != 0 ? member.device.probe : chosen;
    return sensible(member, static_cast<double>(std::min(size, left / 4)), left);
}

// Of its own part; nobody else takes from it.
std::uint64_t Dispatcher::part_batch(const Member& member) const {
    const DispatchDevice& device = member.device;
    const std::uint64_t left = member.part.size();
    if (device.workers_help)
        return shorten_batch(device.largest_batch, left, member.part_size, device.workers,
                             device.batch_multiple);
    const WorkCost& cost = member.cost.cost();
    if (!cost.known()) return probe_size(member, left);
    const auto workers = static_cast<double>(device.workers);
    const auto items_in = [&](double seconds) { // of one worker
        return (seconds / (workers * slowdown_of(member)) - cost.batch_seconds) / cost.item_seconds;
    };
    const double least = items_in(
        std::max(options_.least_batch_seconds, batch_seconds(member, 0.0) * options_.least_batch_overheads));
    const double most = options_.largest_batch_share * static_cast<double>(member.part_size) / workers;
    const double half = static_cast<double>(left) / (2.0 * workers);
    return sensible(member, std::max({std::min(half, most), least, cost.least_items}), left);
}

// What is worth a batch, in seconds of one of the device's workers.
double Dispatcher::least_batch(const Member& member) const {
    return std::max(options_.least_batch_seconds,
                    options_.least_batch_overheads * batch_seconds(member, 0.0));
}

// What is worth a look, in the same: what is known of the device may be false, what a batch costs too.
double Dispatcher::least_look(const Member& member, double slowdown) const {
    const double overhead =
        static_cast<double>(member.device.workers) * slowdown * member.cost.cost().batch_seconds;
    return std::max(options_.least_batch_seconds, least_look_overheads * overhead);
}

// How long another device that shares the processor will be looked at. What is done meanwhile, in batches
// that last no longer, says what both do beside each other.
double Dispatcher::trial_left(std::size_t except, double now) const {
    double out = 0.0;
    if (members_[except].device.model.processor_threads <= 0.0) return out;
    for (std::size_t i = 0; i < members_.size(); ++i) {
        const Member& member = members_[i];
        if (i == except || member.left || member.device.model.processor_threads <= 0.0) continue;
        if (member.trial && (member.started || member.device.model.start_seconds <= 0.0)) {
            out = std::max(out, member.trial_seconds * slowdown_of(members_[except]) / member.trial_slowdown);
            // It waits for the batches that are under way: until then there is no need for small ones.
            for (const Member& other : members_)
                if (other.device.model.processor_threads > 0.0)
                    for (const Batch& batch : other.under_way)
                        out = std::max(out, batch_left(other, batch, now));
        }
        if (member.on_trial)
            for (const Batch& batch : member.under_way) // of less than half of it little can be told
                out = std::max({out, batch_left(member, batch, now), 0.5 * member.trial_seconds});
    }
    return out;
}

// Whether a trial would be over while others still are at the batches that they have, which then say nothing.
bool Dispatcher::ends_before_others(const Member& member, double now) const {
    for (const Member& other : members_) {
        if (&other == &member || other.device.model.processor_threads <= 0.0) continue;
        for (const Batch& batch : other.under_way)
            if (batch_left(other, batch, now) > most_of_trial * member.trial_seconds) return true;
    }
    return false;
}

// Whether those who work could end a batch within a trial, so that it can begin soon after one of them.
bool Dispatcher::could_end_within(const Member& trial) const {
    if (trial.device.model.processor_threads <= 0.0) return true;
    return std::none_of(members_.begin(), members_.end(), [&](const Member& other) {
        if (&other == &trial || !other.chosen || other.left || other.device.model.processor_threads <= 0.0)
            return false;
        return least_look(other, trial.trial_slowdown) > most_of_trial * trial.trial_seconds;
    });
}

std::uint64_t Dispatcher::guided_batch(std::size_t device, double now) const {
    const Member& member = members_[device];
    const std::uint64_t left = pending_.size();
    if (member.trial && member.device.model.processor_threads > 0.0 && ends_before_others(member, now))
        return 0;
    const double looked_at = trial_left(device, now);
    if (member.device.workers_help && alone(device) && looked_at <= 0.0 && !in_doubt(device, now))
        return shorten_batch(member.device.largest_batch, left, total_, member.device.workers,
                             member.device.batch_multiple);
    std::vector<Contributor> others = contributors(device, now);
    std::vector<Contributor> all = others;
    const double others_finish = time_to_finish(others, static_cast<double>(left));
    const WorkCost& cost = member.cost.cost();
    if (!cost.known())
        return others_finish < 2.0 * options_.least_batch_seconds ? 0 : probe_size(member, left);

    const auto workers = static_cast<double>(member.device.workers);
    const Contributor mine =
        contributor(member, member.device.workers_help ? work_left(member, now) / workers : 0.0);
    all.push_back(mine);
    const double finish = time_to_finish(all, static_cast<double>(left));
    const double total = now - begin_ + finish;
    const auto items_in = [&](double seconds) { // of this worker
        return (seconds / (workers * slowdown_of(member)) - cost.batch_seconds) / cost.item_seconds;
    };
    const double least = member.measured == 0 ? least_look(member, slowdown_of(member)) : least_batch(member);
    // What was not measured in this run is trusted little; and in a short run what a batch costs without an
    // item counts for more than that batches are many. How much that is only batches of several sizes can
    // tell.
    const double most =
        member.measured == 0
            ? std::max(std::min(first_batch_share, options_.largest_batch_share) * total, least)
            : std::max({options_.largest_batch_share * total, several_least * least,
                        std::min(growth * member.last_batch_seconds, largest_grown)});
    const double to_the_end = mine.done_by(finish); // what it should do of what is left
    double items = std::clamp(0.5 * to_the_end, items_in(least), items_in(most));
    if (member.trial)
        items = (member.trial_seconds / (workers * member.trial_slowdown) - cost.batch_seconds) /
                cost.item_seconds;
    if (looked_at > 0.0)
        items = std::min(items, items_in(std::max(looked_at, least_look(member, slowdown_of(member)))));
    items = std::max(items, cost.least_items);
    if (items > to_the_end && !member.trial) {
        // The least that is worth a batch is more than its part of the rest: others may be done sooner.
        if (mine.end_of(items) > others_finish) items = to_the_end;
        if (items < 1.0) return 0;
    }
    return sensible(member, items, left);
}

Dispatcher::Grant Dispatcher::grant(Member& member, PendingIds& from, std::uint64_t items, double now) {
    const IdRange range = from.take(std::max<std::uint64_t>(items, 1));
    member.taken += range.size();
    member.once_taken = once_seconds(member.device.model.once, static_cast<double>(member.taken));
    member.under_way.push_back({range, std::max(now, now_), member.busy, processor_, company_seconds_,
                                member.once_taken, member.once_taken - member.once_done});
    member.on_trial = member.trial;
    member.trial = false;
    return {Answer::batch, range};
}

Dispatcher::Grant Dispatcher::take(std::size_t device, double now) {
    move_clock(now);
    Member& member = members_.at(device);
    if (!member.started) { // no event: nobody is told to ask again
        member.started = true;
        choose_again_ = true;
    }
    cut();
    if (member.left) return {};
    choose_devices(now);
    if (member.part.size() > 0)
        return grant(member, member.part, options_.batch_size != 0 ? options_.batch_size : part_batch(member),
                     now);
    if (done()) return {};
    if (pending_.size() > 0) {
        std::uint64_t items = 0;
        if (member.chosen || member.trial)
            items = options_.batch_size != 0 ? options_.batch_size : guided_batch(device, now);
        // Somebody has to, whatever is best.
        if (items == 0 && !anything_under_way() && !others_will_ask(device))
            items = options_.batch_size != 0
                        ? options_.batch_size
                        : sensible(member, static_cast<double>(pending_.size()), pending_.size());
        if (items != 0) return grant(member, pending_, items, now);
    }
    member.waits_since = events_;
    return {Answer::wait, {}};
}

// What happens

bool Dispatcher::wanted(std::size_t device, double now) {
    move_clock(now);
    Member& member = members_.at(device);
    cut();
    if (member.left || left() == 0) return false;
    choose_devices(now);
    const bool out = member.chosen || member.trial;
    if (out && member.wanted_since < 0.0) member.wanted_since = now;
    return out;
}

bool Dispatcher::done() const { return left() == 0 && !anything_under_way(); }

void Dispatcher::started(std::size_t device, double now, std::uint64_t probe) {
    move_clock(now);
    Member& member = members_.at(device);
    if (member.started) return;
    if (probe != 0) member.device.probe = probe;
    member.started = true;
    choose_again_ = true;
    happened();
}

Dispatcher::Measured Dispatcher::finished(std::size_t device, IdRange range, double seconds, double now) {
    move_clock(now);
    Member& member = members_.at(device);
    const auto known = std::find_if(member.under_way.begin(), member.under_way.end(),
                                    [&](const Batch& batch) { return batch.range == range; });
    if (known == member.under_way.end()) throw std::logic_error("a batch was finished that nobody took");
    const Batch batch = std::move(*known);
    member.under_way.erase(known);
    member.last_batch_seconds = seconds;
    if (member.on_trial) trials_cost_ += member.trial_part * (now_ - batch.taken);
    const double as_known = static_cast<double>(member.device.workers) * member.trial_slowdown *
                            member.cost.cost().seconds(static_cast<double>(range.size()));
    member.once_done = std::max(member.once_done, batch.once); // whatever was predicted
    const Measured out = measure(member, batch, seconds);
    if (member.on_trial) member.promising = member.measured == 1 && seconds < notably_less * as_known;
    if (chosen_changed(member) || left() < chosen_left_ / 2 || member.stalled) choose_again_ = true;
    member.stalled = member.on_trial = false;
    happened();
    return out;
}

std::uint64_t Dispatcher::processor_bit(std::size_t device) const {
    return members_.at(device).device.model.processor_bit;
}

void Dispatcher::give_back(std::size_t device, IdRange range, double now) {
    move_clock(now);
    Member& member = members_.at(device);
    const auto batch = std::find_if(member.under_way.begin(), member.under_way.end(),
                                    [&](const Batch& known) { return known.range == range; });
    if (batch == member.under_way.end()) throw std::logic_error("a batch was given back that nobody took");
    member.under_way.erase(batch);
    member.stalled = false;
    (member.part_size > 0 && !member.left ? member.part : pending_).put(range);
    choose_again_ = true;
    happened();
}

void Dispatcher::leave(std::size_t device, double now) {
    move_clock(now);
    Member& member = members_.at(device);
    if (member.left) return;
    member.left = true;
    for (const IdRange& range : member.part.take_all()) pending_.put(range);
    choose_again_ = true;
    happened();
}

std::uint64_t Dispatcher::left() const {
    std::uint64_t out = pending_.size();
    for (const Member& member : members_) out += member.part.size();
    return out;
}

const WorkCost& Dispatcher::cost(std::size_t device) const { return members_.at(device).cost.cost(); }

double Dispatcher::slowdown(std::size_t device) const {
    const Member& member = members_.at(device);
    if (member.device.model.processor_threads <= 0.0) return 1.0;
    double threads = 0.0;
    for (const Member& other : members_)
        if (&other == &member || !other.under_way.empty()) threads += other.device.model.processor_threads;
    return std::max(1.0, threads / options_.cores);
}

} // namespace threadx
