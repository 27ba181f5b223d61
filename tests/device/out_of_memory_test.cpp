// Running out of memory while columns are computed.
#include <doctest/doctest.h>

#if defined(__SANITIZE_THREAD__)
#define THREAD_SANITIZER
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define THREAD_SANITIZER
#endif
#endif

#ifdef THREAD_SANITIZER

#include <cstdio>

TEST_CASE("after running out of memory, wherever it happens, the same worker gives the same bits") {
    std::puts("skipped: running out of memory, because the thread sanitizer has its own operator new");
}

#else

#include <atomic>
#include <cstdlib>
#include <new>

#include "device/backtests.hpp"

// Columns are the only memory of the program with an alignment of its own: running out of it can be acted.
namespace {
std::atomic<int> allocations_left{-1}; // the one that finds 0 fails; below 0 none does
} // namespace

void* operator new(std::size_t size, std::align_val_t alignment) {
    if (allocations_left.load() >= 0 && allocations_left.fetch_sub(1) == 0) throw std::bad_alloc();
    const std::size_t step = static_cast<std::size_t>(alignment);
    void* const memory = std::aligned_alloc(step, (size + step - 1) / step * step);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

using namespace threadx;
using namespace threadx::test;

TEST_CASE("after running out of memory, wherever it happens, the same worker gives the same bits") {
    const Strategy strategy =
        parse_strategy("[params]\nn = { default = 5, kind = \"int\" }\nk = 1.0\n[rules]\n"
                       "enter_long = \"sma(close, n) > k * sma(close, 7)\"\n",
                       "s");
    Dice dice(4);
    const Bars bars = random_bars(dice, 150);
    const Scenarios scenarios = random_scenarios(dice, strategy, 20, true);
    for (const std::uint64_t budget : {plenty, std::uint64_t{0}}) {
        const Plan plan = make_plan(strategy, scenarios.axes, 20, bars.size(), budget);
        const KernelTable& kernels = *available_kernels().front();
        CpuSimulator undisturbed(strategy, plan, bars, {}, Precision::float64, kernels, 1);
        const BatchResult expected = CpuSimulator::Worker(undisturbed).run(scenarios.batch);
        int failures = 0;
        for (bool failed = true; failed; failures += failed ? 1 : 0) {
            CpuSimulator simulator(strategy, plan, bars, {}, Precision::float64, kernels, 1);
            CpuSimulator::Worker worker(simulator);
            allocations_left = failures;
            failed = false;
            try {
                worker.run(scenarios.batch);
            } catch (const std::bad_alloc&) {
                failed = true;
            }
            allocations_left = -1;
            const BatchResult again = worker.run(scenarios.batch);
            for (std::size_t i = 0; i < expected.statistics.size(); ++i)
                CHECK(difference(expected.statistics[i], again.statistics[i]) == "");
        }
        CHECK(failures > 3);
    }
}

#endif
