// What the dispatcher learns from a batch: of its device alone, or beside others that use the processor.
#include <algorithm>
#include <cmath>

#include "placement/dispatcher.hpp"

namespace threadx {
namespace {

constexpr double undisturbed = 0.98; // part of the processor that a device had during a batch
constexpr double nearly_all = 0.9;   // of a batch's time, that its company is one
constexpr double long_part = 0.5;    // ... that one company must have been there to say something of it
constexpr double least_rest = 0.3;   // of a batch, that must have been done meanwhile

} // namespace

double Dispatcher::threads_of(std::uint64_t company) const {
    double threads = 0.0;
    for (const Member& member : members_)
        if ((member.device.model.processor_bit & company) != 0)
            threads += member.device.model.processor_threads;
    return threads;
}

Dispatcher::Measured Dispatcher::measure(Member& member, const Batch& batch, double seconds) {
    const double elapsed = now_ - batch.taken;
    // The CPU's workers have a core each; an accelerator is shared by those who have a batch.
    const auto workers = static_cast<double>(member.device.workers);
    const double at_once = elapsed > 0.0 ? (member.busy - batch.busy) / elapsed : workers;
    seconds /= member.device.workers_help ? workers : std::clamp(at_once, 1.0, workers);
    const auto items = static_cast<double>(batch.range.size());
    const double processor = elapsed > 0.0 ? (processor_ - batch.processor) / elapsed : 1.0;
    // Those who were at work during nearly all of it.
    std::uint64_t company = on_processor_ > 1 ? 0 : member.device.model.processor_bit;
    std::map<std::uint64_t, double> companies; // in parts of the batch's time
    for (const auto& [bits, total] : company_seconds_) {
        const auto before = batch.company_seconds.find(bits);
        const double with = total - (before == batch.company_seconds.end() ? 0.0 : before->second);
        if (with > 0.0) companies[bits] = with / elapsed;
        if (with > nearly_all * elapsed) company = bits;
    }
    const bool alone_here = company == member.device.model.processor_bit; // its own threads may be too many
    if (member.device.model.processor_threads <= 0.0 || processor > undisturbed || alone_here) {
        if (member.device.model.processor_threads > 0.0) seconds *= processor;
        ++member.measured;
        if (member.derived) member.cost = LearnedCost({member.cost.cost().batch_seconds, 0.0, 0.0});
        member.derived = false;
        member.cost.update(items, seconds);
        return {seconds, 0};
    }
    const double slowdown = std::max(1.0, threads_of(company) / options_.cores);
    if (company == 0 || slowdown <= 1.0) { // others came and went
        choose_again_ = true;              // a trial that said nothing is tried again
        if (member.cost.cost().known())
            learn_of_parts(member, items, seconds, processor, companies);
        else
            member.cost.update(items, seconds * processor);
        return {};
    }
    ++member.measured;
    // How much slower it is than alone is known from earlier runs, or else as the threads say.
    const auto earlier = member.known_slowdowns.find(company);
    const double times = earlier == member.known_slowdowns.end() ? slowdown : earlier->second;
    if (const WorkCost known = member.cost.cost(); known.known())
        member.cost.refute(times * known.seconds(items), seconds);
    const WorkCost alone = member.cost.cost();
    LearnedCost& together = member.together
                                .try_emplace(company, WorkCost{slowdown * alone.batch_seconds,
                                                               times * alone.item_seconds, alone.least_items})
                                .first->second;
    together.update(items, seconds);
    if (company != chosen_company_) choose_again_ = true; // perhaps that one is better
    const double measured = together.cost().item_seconds;
    if (alone.known())
        member.cost.correct(measured / (slowdown * unfair), measured / times, measured);
    else
        member.cost.update(items, seconds / slowdown);
    member.derived |= member.cost.cost().item_seconds != alone.item_seconds;
    return {seconds, company};
}

// Of a batch during which others came and went.
void Dispatcher::learn_of_parts(Member& member, double items, double seconds, double processor,
                                const std::map<std::uint64_t, double>& companies) {
    // Nobody got more of the processor than all of it, nor much less than the threads say.
    const double before = member.cost.cost().item_seconds;
    member.cost.bound(items, seconds * processor / unfair, seconds * processor, seconds);
    const double times = member.cost.cost().item_seconds / before;
    if (member.derived && times != 1.0) // what it was derived from is as false
        for (auto& [company, cost] : member.together) cost.scale_item(times);
    // What the one company that was there most of the time left to it, as what it does in others is known.
    const double alone = member.cost.cost().seconds(items);
    std::uint64_t longest = 0;
    double part_of_longest = long_part;
    double rest = alone;
    for (const auto& [company, part] : companies) {
        if (part > part_of_longest && company != member.device.model.processor_bit) {
            longest = company;
            part_of_longest = part;
            continue;
        }
        const double threads = std::max(1.0, threads_of(company) / options_.cores);
        const auto known = member.together.find(company);
        rest -=
            seconds * part /
            (known == member.together.end() ? threads
                                            : measured_slowdown(known->second.cost().item_seconds,
                                                                member.cost.cost().item_seconds, threads));
    }
    const double threads = std::max(1.0, threads_of(longest) / options_.cores);
    if (longest == 0 || threads <= 1.0 || rest < least_rest * alone) return;
    const double slowdown = std::clamp(seconds * part_of_longest / rest, 1.0, unfair * threads);
    const WorkCost& cost = member.cost.cost();
    member.together
        .try_emplace(longest,
                     WorkCost{threads * cost.batch_seconds, threads * cost.item_seconds, cost.least_items})
        .first->second.believe(slowdown * cost.item_seconds);
}

void Dispatcher::know_together(std::size_t device, std::uint64_t company, const WorkCost& cost) {
    Member& member = members_.at(device);
    const double threads = std::max(1.0, threads_of(company) / options_.cores);
    if (member.cost.cost().known())
        member.known_slowdowns[company] =
            measured_slowdown(cost.item_seconds, member.cost.cost().item_seconds, threads);
    // Between what the threads say and no slowdown at all, which is where it was seen to be.
    const double slowdown = std::sqrt(threads);
    if (!member.cost.cost().known())
        member.cost =
            LearnedCost({cost.batch_seconds / slowdown, cost.item_seconds / slowdown, cost.least_items});
    member.together.insert_or_assign(company, LearnedCost(cost));
    choose_again_ = true;
}

} // namespace threadx
