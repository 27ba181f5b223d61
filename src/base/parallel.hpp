// Numbered pieces of work on several threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace threadx {

// Calls work(thread, i) for each i < count, each once, on up to `threads` threads (0 counts as 1) of which
// the caller is one: `thread` < threads tells them apart. Threads take the next i when they are done with
// one, so results must not depend on who does what. The first exception is thrown on, when all have ended.
template <class Work>
void parallel_for(std::size_t threads, std::size_t count, const Work& work) {
    threads = std::clamp<std::size_t>(threads, 1, std::max<std::size_t>(count, 1));
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure;
    std::mutex mutex; // of the failure
    const auto run = [&](std::size_t thread) {
        try {
            for (std::size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) work(thread, i);
        } catch (...) {
            const std::lock_guard lock(mutex);
            if (!failure) failure = std::current_exception();
            next.store(count);
        }
    };
    {
        std::vector<std::jthread> others;
        for (std::size_t thread = 1; thread < threads; ++thread) others.emplace_back(run, thread);
        run(0);
    }
    if (failure) std::rethrow_exception(failure);
}

} // namespace threadx
