// The dispatcher of a run, for threads: they wait here until there is something for them.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/stopwatch.hpp"
#include "placement/dispatcher.hpp"

namespace threadx {

class SharedWork {
  public:
    // `stopping`: asked before each wait, and at least ten times a second during one.
    SharedWork(const std::vector<IdRange>& pending, DispatchOptions options, std::function<bool()> stopping);

    std::size_t add(DispatchDevice device);

    // Until the device should be made ready; false: it is not needed any more.
    bool wait_until_wanted(std::size_t device);
    // It is ready; `probe`: scenarios that fill it, for its first batch if its speed is not known.
    void started(std::size_t device, std::uint64_t probe = 0);

    // A batch for one of the device's workers, which waits for it; nothing when there will be none.
    std::optional<IdRange> take(std::size_t device);

    // The same, but nothing too where all was taken and others still compute: they may give something back.
    std::optional<IdRange> take_unless_all_taken(std::size_t device);

    Dispatcher::Measured finished(std::size_t device, IdRange range, double seconds);
    void give_back(std::size_t device, IdRange range);
    void leave(std::size_t device);

    std::uint64_t left() const; // taken by nobody yet

    void know_together(std::size_t device, std::uint64_t company, const WorkCost& cost);
    std::uint64_t processor_bit(std::size_t device) const;

    // All who could take part have been added: keeps why some are left without work.
    void look_who_is_idle();
    // Why the device was first left without work; empty if it never was.
    std::string idle_reason(std::size_t device) const;

  private:
    std::optional<IdRange> take(std::size_t device, bool wait_for_others);
    void wait(std::unique_lock<std::mutex>& lock);

    void keep_reason(std::size_t device, double now);

    std::function<bool()> stopping_;
    double cores_;
    Stopwatch clock_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Dispatcher dispatcher_;
    std::vector<std::string> idle_reasons_; // by device
};

} // namespace threadx
