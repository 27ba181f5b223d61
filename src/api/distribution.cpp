#include "api/distribution.hpp"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "base/stopwatch.hpp"

namespace threadx {
namespace {

class Threads {
  public:
    explicit Threads(const DistributedWork& distribution)
        : distribution_(distribution), dispatcher_({{0, distribution.items}}, distribution.options) {
        for (const DistributionDevice& device : distribution.devices) {
            dispatcher_.add(device.dispatch);
            uses_.push_back({device.info.id});
        }
    }

    std::vector<DeviceUse> run() {
        try {
            for (std::size_t device = 0; device < distribution_.devices.size(); ++device)
                for (std::size_t i = 0; i < distribution_.devices[device].dispatch.workers; ++i)
                    threads_.emplace_back([this, device] { work(device); });
        } catch (...) { // the system has no thread left
            fail(std::current_exception());
        }
        for (std::thread& thread : threads_) thread.join();
        if (error_) std::rethrow_exception(error_);
        return uses_;
    }

  private:
    void fail(std::exception_ptr error) {
        const std::lock_guard lock(mutex_);
        if (!error_) error_ = std::move(error);
        changed_.notify_all();
    }

    // One worker of a device: takes slices until there are none.
    void work(std::size_t device) {
        try {
            std::unique_lock lock(mutex_);
            while (!error_) {
                const Dispatcher::Grant grant = dispatcher_.take(device, clock_.seconds());
                if (grant.answer == Dispatcher::Answer::done) break;
                if (grant.answer == Dispatcher::Answer::wait) {
                    const std::uint64_t seen = events_;
                    changed_.wait(lock, [&] { return events_ != seen || error_; });
                    continue;
                }
                lock.unlock();
                const Stopwatch stopwatch;
                distribution_.work(device, grant.range);
                const double seconds = stopwatch.seconds();
                lock.lock();
                const Dispatcher::Measured measured =
                    dispatcher_.finished(device, grant.range, seconds, clock_.seconds());
                DeviceUse& use = uses_[device];
                use.items += grant.range.size();
                use.seconds += seconds;
                ++use.slices;
                if (measured.seconds > 0.0 && measured.company == 0)
                    distribution_.observe(device, grant.range, measured.seconds);
                happened();
            }
        } catch (...) {
            fail(std::current_exception());
        }
    }

    void happened() { // under the mutex
        ++events_;
        changed_.notify_all();
    }

    const DistributedWork& distribution_;
    Stopwatch clock_;
    std::mutex mutex_; // of all that follows, but the threads
    std::condition_variable changed_;
    Dispatcher dispatcher_;
    std::vector<DeviceUse> uses_;
    std::uint64_t events_ = 0;
    std::exception_ptr error_;
    std::vector<std::thread> threads_;
};

} // namespace

std::vector<DeviceUse> run_distribution(const DistributedWork& distribution) {
    return Threads(distribution).run();
}

} // namespace threadx
