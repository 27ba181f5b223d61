// The one thread that writes rows, so that those who compute them do not wait for the disk.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "store/row.hpp"
#include "store/run_store.hpp"

namespace threadx {

// Takes blocks from any number of threads and appends them to a store in a thread of its own. All blocks that
// wait when the thread comes for more go into one transaction. At most `max_queued_blocks` (at least 1) wait,
// and as many are being written.
//
// Once an append, or what is to be done before all of them, has failed nothing more is written: what is
// committed is safe, what waited is dropped, and every later push() and close() throws what that threw.
class RowWriter {
  public:
    // Nobody else may use the store before close() has returned or the writer is gone.
    // The thread calls `first`, which may be empty, before all else, and whether there is a block or not.
    RowWriter(RunStore& store, std::size_t max_queued_blocks, std::function<void()> first = {});

    // Writes what waits, and ends; errors are lost here: call close() to see them.
    ~RowWriter();

    RowWriter(const RowWriter&) = delete;
    RowWriter& operator=(const RowWriter&) = delete;

    // Hands a block over; waits while the queue is full. std::logic_error after close().
    void push(RowBlock block);

    // Waits until everything is written, and ends the thread. May be called again. From one thread at a time.
    void close();

    // Time spent writing to the store. After close() only.
    double append_seconds() const { return append_seconds_; }

  private:
    void write_blocks(const std::function<void()>& first);
    bool idle(); // nothing waits, and more may come
    void end_thread();

    RunStore& store_;
    std::size_t max_queued_blocks_;
    std::mutex mutex_; // of the members below
    std::condition_variable changed_for_writer_;
    std::condition_variable changed_for_pushers_;
    std::vector<RowBlock> queue_;
    bool closing_ = false;
    double append_seconds_ = 0.0; // the thread's own
    std::exception_ptr failure_;
    std::thread thread_; // last: it uses all of the above
};

} // namespace threadx
