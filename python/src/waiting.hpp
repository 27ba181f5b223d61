// Long work that Python waits for.
#pragma once

#include <atomic>
#include <functional>

namespace threadx::python {

// Runs `work` in a thread of its own. Meanwhile the calling thread, which has the interpreter's lock and lets
// it go, hands the log to Python, answers Ctrl-C and calls `tick` (with the lock), ten times a second. After
// Ctrl-C, or an exception of `tick`, `stop` is set, the work's end is awaited, and the exception thrown on;
// otherwise what the work throws.
void wait_for(const std::function<void()>& work, std::atomic<bool>& stop,
              const std::function<void()>& tick = {});

// The same for work that cannot be stopped.
void wait_for(const std::function<void()>& work);

} // namespace threadx::python
