#include "store/row_writer.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/stopwatch.hpp"

namespace threadx {

RowWriter::RowWriter(RunStore& store, std::size_t max_queued_blocks, std::function<void()> first)
    : store_(store), max_queued_blocks_(std::max<std::size_t>(max_queued_blocks, 1)),
      thread_([this, first = std::move(first)] { write_blocks(first); }) {}

RowWriter::~RowWriter() { end_thread(); }

void RowWriter::push(RowBlock block) {
    std::unique_lock lock(mutex_);
    changed_for_pushers_.wait(lock,
                              [&] { return failure_ || closing_ || queue_.size() < max_queued_blocks_; });
    if (failure_) std::rethrow_exception(failure_);
    if (closing_) throw std::logic_error("RowWriter::push after close");
    queue_.push_back(std::move(block));
    changed_for_writer_.notify_one();
}

void RowWriter::close() {
    end_thread();
    if (failure_) std::rethrow_exception(failure_);
}

void RowWriter::end_thread() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    changed_for_writer_.notify_one();
    changed_for_pushers_.notify_all();
    if (thread_.joinable()) thread_.join();
}

bool RowWriter::idle() {
    const std::lock_guard lock(mutex_);
    return queue_.empty() && !closing_;
}

void RowWriter::write_blocks(const std::function<void()>& first) {
    try {
        if (first) first();
        for (;;) {
            std::vector<RowBlock> blocks;
            {
                std::unique_lock lock(mutex_);
                changed_for_writer_.wait(lock, [&] { return closing_ || !queue_.empty(); });
                if (queue_.empty()) return; // closing, and all is written
                blocks.swap(queue_);
            }
            changed_for_pushers_.notify_all();
            const Stopwatch appending;
            store_.append(blocks);
            append_seconds_ += appending.seconds();
            if (idle()) store_.flush_log(); // now rather than when the run is waited for
        }
    } catch (...) {
        const std::lock_guard lock(mutex_);
        failure_ = std::current_exception();
        queue_.clear();
        changed_for_pushers_.notify_all();
    }
}

} // namespace threadx
