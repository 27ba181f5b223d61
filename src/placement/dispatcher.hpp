// Gives work to devices, batch by batch, while they work: which device when, and how much.
//
// It knows no clock, no thread and no device: the caller says what time it is and who asks. So a simulator
// can run it in virtual time (dispatch_simulator.hpp). Not to be called by two threads at once.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/id_range.hpp"
#include "placement/forecast.hpp"
#include "placement/learned_cost.hpp"
#include "placement/pending_ids.hpp"
#include "placement/water_filling.hpp"
#include "placement/work_cost.hpp"

namespace threadx {

// What the dispatcher is told of a device when it joins.
struct DispatchDevice {
    // Items are ids; its cost may be unknown; start_seconds from when it is wanted; what it does once is for
    // the ids that it takes.
    DeviceModel model;
    std::size_t workers = 1; // that take batches for it, each its own: each has 1/workers of its speed
    std::uint64_t largest_batch = 0;  // ids; 0 = no limit
    std::uint64_t batch_multiple = 1; // what is best for it: lanes of a pack
    std::uint64_t probe = 0;          // first batch while its cost is unknown; 0 = chosen
    // Its workers share their last batches, packs at a time, so that batches need not become small at the end
    // for their sake (the CPU's).
    bool workers_help = false;
};

struct DispatchOptions {
    double cores = 1.0;           // of this machine's processor
    std::uint64_t batch_size = 0; // fixed, for all devices; 0 = chosen
    // Fixed shares, by device in the order of add(); empty: guided. Each device has a contiguous part, by
    // largest remainder, and takes from no other; what a device leaves behind that fails goes to the others.
    std::vector<double> shares = {};
    double least_batch_seconds = threadx::least_batch_seconds;
    double least_batch_overheads =
        threadx::least_batch_overheads; // and so many times what a batch costs without an item
    double largest_batch_share = 0.05;  // of the predicted total, or five times the least
};

class Dispatcher {
  public:
    Dispatcher(const std::vector<IdRange>& pending, DispatchOptions options);

    // A device that may be used: all before the first take(), or later, where one is found only then. Fixed
    // shares are of those that are there at the first take() or wanted().
    std::size_t add(DispatchDevice device);

    enum class Answer : std::uint8_t {
        batch, // compute this
        wait,  // nothing now: the others will be done sooner, or may give something back; ask again after any
               // add(), started(), finished(), give_back() or leave()
        done   // there will be nothing more
    };
    struct Grant {
        Answer answer = Answer::done;
        IdRange range;
    };
    // For one of the device's workers, which has no batch. The device is started() then, if it was not
    // before.
    Grant take(std::size_t device, double now);

    // Whether the device is among those that should work now: one that still has to be started should be, and
    // then started() or leave() be called. The answer changes with the same events as take()'s.
    bool wanted(std::size_t device, double now);
    // It is ready for its first batch; `probe`: as DispatchDevice's, where it was not known before.
    void started(std::size_t device, double now, std::uint64_t probe = 0);

    // What a batch says of its device: what a profile is to learn.
    struct Measured {
        double seconds = 0.0; // that the whole device would take for it; 0: nothing can be told
        // Beside whom: the processor_bit()s of all who took the processor from each other, its own among
        // them; 0: nobody was in its way.
        std::uint64_t company = 0;
    };
    // `seconds`: of this batch alone, by one of the device's workers; without what is done once.
    Measured finished(std::size_t device, IdRange range, double seconds, double now);
    void give_back(std::size_t device, IdRange range, double now); // it could not compute it
    // It takes no more. Its workers' batches may still be finished or given back.
    void leave(std::size_t device, double now);

    // What the device's work costs in a company, as it was measured before. What it costs alone follows from
    // it where that is not known.
    void know_together(std::size_t device, std::uint64_t company, const WorkCost& cost);
    std::uint64_t processor_bit(std::size_t device) const; // 0: it does not use the processor

    std::uint64_t left() const;                        // ids that nobody has, or had
    bool done() const;                                 // nothing is left, nor under way with anybody
    std::vector<DeviceModel> models(double now) const; // of all, as they are known now
    const WorkCost& cost(std::size_t device) const;    // as it is known now
    // How many times longer the device's work takes now because others use the processor too.
    double slowdown(std::size_t device) const;
    Forecast forecast(double now) const; // of what is left

  private:
    struct Batch {
        IdRange range;
        double taken = 0.0;
        // At that moment: Member::busy, and processor_.
        double busy = 0.0;
        double processor = 0.0;
        std::map<std::uint64_t, double> company_seconds = {}; // company_seconds_
        double once = 0.0;                                    // Member::once_taken, this batch's included
        double once_left = 0.0;                               // and what of that was still to be done
    };
    struct Member {
        DispatchDevice device;
        LearnedCost cost;
        bool started = false;
        bool left = false;
        bool stalled = false;       // has a batch that is far beyond its time
        bool chosen = false;        // to work
        bool trial = false;         // or to do one batch, to see whether what is known of it is true
        bool on_trial = false;      // which it does
        double trial_seconds = 0.0; // of that batch, by one of its workers
        double trial_part = 0.0;    // of the processor, that it takes meanwhile from those who work
        double trial_slowdown = 1.0;
        bool promising = false; // its first batch, a trial, was faster than was known
        double wanted_since = -1.0;
        std::uint64_t waits_since = 0;                        // events_, when it was last told to wait
        std::size_t measured = 0;                             // batches
        double last_batch_seconds = 0.0;                      // of the one that it finished last
        std::map<std::uint64_t, LearnedCost> together = {};   // by company, where others slow it
        std::map<std::uint64_t, double> known_slowdowns = {}; // from earlier runs, by company
        bool derived = false;                                 // its cost alone, from one of those
        std::vector<Batch> under_way = {};
        double busy = 0.0;       // ∫ batches under way dt
        std::uint64_t taken = 0; // ids
        // Of the work that it does once: what the ids that it took need, and what is done of that.
        double once_taken = 0.0;
        double once_done = 0.0;
        WorkCost decided_on = {}; // its cost when devices were last chosen
        double decided_slowdown = 1.0;
        PendingIds part = {};        // where shares are fixed
        std::uint64_t part_size = 0; // at first
    };

    void move_clock(double now);
    void cut();
    void happened() { ++events_; }
    void choose_devices(double now);
    void choose_trials(std::span<const DeviceModel> devices, const Forecast& forecast);
    bool in_doubt(std::size_t device, double now) const;
    bool chosen_changed(const Member& member) const;
    void look_for_stalls(double now);

    Measured measure(Member& member, const Batch& batch, double seconds);
    void learn_of_parts(Member& member, double items, double seconds, double processor,
                        const std::map<std::uint64_t, double>& companies);
    double threads_of(std::uint64_t company) const;
    double slowdown_of(const Member& member) const;
    static double start_left(const Member& member, double now);
    double batch_seconds(const Member& member, double items) const;
    double predicted_seconds(const Member& member, const Batch& batch) const;
    double batch_left(const Member& member, const Batch& batch, double now) const;
    double work_left(const Member& member, double now) const;
    static std::vector<OnceWork> once_left(const Member& member);
    std::vector<Contributor> contributors(std::size_t except, double now) const;
    Contributor contributor(const Member& member, double ready) const;

    bool anything_under_way() const;
    bool alone(std::size_t device) const;
    bool others_will_ask(std::size_t device) const;
    double trial_left(std::size_t except, double now) const;
    bool ends_before_others(const Member& member, double now) const;
    bool could_end_within(const Member& trial) const;
    double least_batch(const Member& member) const;
    double least_look(const Member& member, double slowdown) const;
    std::uint64_t probe_size(const Member& member, std::uint64_t left) const;
    std::uint64_t part_batch(const Member& member) const;
    std::uint64_t guided_batch(std::size_t device, double now) const; // 0: none
    static std::uint64_t sensible(const Member& member, double items, std::uint64_t left);
    Grant grant(Member& member, PendingIds& from, std::uint64_t items, double now);

    DispatchOptions options_;
    PendingIds pending_; // what everybody may take
    std::vector<Member> members_;
    std::uint64_t total_ = 0;
    bool cut_ = false;
    bool began_ = false;
    double begin_ = 0.0;
    double now_ = 0.0;
    double processor_ = 0.0;       // ∫ 1 / (the processor's slowdown) dt
    double chosen_slowdown_ = 1.0; // of the processor, with those chosen
    std::uint64_t chosen_company_ = 0;
    // Of how long which of those who use the processor had a batch at the same time; with one of them alone
    // nobody asks.
    std::map<std::uint64_t, double> company_seconds_;
    std::size_t on_processor_ = 0; // members
    std::uint64_t events_ = 1;     // after which somebody might get another answer
    bool choose_again_ = true;
    std::uint64_t chosen_left_ = 0; // ids, when devices were last chosen
    double trials_cost_ = 0.0;      // seconds of the run
};

} // namespace threadx
