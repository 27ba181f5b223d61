#include "waiting.hpp"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include <nanobind/nanobind.h>

#include "log.hpp"

namespace nb = nanobind;

namespace threadx::python {
namespace {

constexpr std::chrono::milliseconds between_looks(100);

// A thread and the news that it has ended.
class Worker {
  public:
    explicit Worker(const std::function<void()>& work)
        : thread_([this, &work] {
              try {
                  work();
              } catch (...) {
                  error_ = std::current_exception();
              }
              const std::lock_guard lock(mutex_);
              done_ = true;
              ended_.notify_all();
          }) {}
    ~Worker() { thread_.join(); }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    bool wait() {
        std::unique_lock lock(mutex_);
        return ended_.wait_for(lock, between_looks, [this] { return done_; });
    }
    std::exception_ptr error() const { return error_; } // once it has ended

  private:
    std::mutex mutex_;
    std::condition_variable ended_;
    bool done_ = false;
    std::exception_ptr error_;
    std::thread thread_; // last: it uses the others
};

} // namespace

void wait_for(const std::function<void()>& work, std::atomic<bool>& stop, const std::function<void()>& tick) {
    std::exception_ptr work_error;
    std::optional<nb::python_error> python_error;
    {
        Worker worker(work);
        for (bool done = false; !done;) {
            {
                const nb::gil_scoped_release release;
                done = worker.wait();
            }
            if (python_error) continue;
            try {
                pass_log_on();
                if (tick) tick();
                if (PyErr_CheckSignals() != 0) throw nb::python_error();
            } catch (nb::python_error& error) {
                python_error.emplace(error);
                stop = true;
            }
        }
        work_error = worker.error();
    }
    if (python_error) throw nb::python_error(std::move(*python_error));
    if (work_error) std::rethrow_exception(work_error);
}

void wait_for(const std::function<void()>& work) {
    std::atomic<bool> stop{false};
    wait_for(work, stop);
}

} // namespace threadx::python
