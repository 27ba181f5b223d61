// The dispatcher, where what is known of a device may be false: how it is looked at, and what that may cost.
#include <doctest/doctest.h>

#include "dispatch_devices.hpp"
#include "relative.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

using Answer = Dispatcher::Answer;

DispatchDevice opencl(double item_seconds, double threads = 2.0) {
    DispatchDevice out = device("opencl:0", item_seconds);
    out.model.processor_threads = threads;
    return out;
}

} // namespace

TEST_CASE("a trial lasts as long as it may beside those whose cores it shares") {
    // 1 s of work; a trial may cost 2 %, half of the processor is the device's: 40 ms, but no more than 5
    // times the 3 ms that say anything, at half its speed.
    for (const double work : {1.0, 0.25}) {
        Dispatcher dispatcher({{0, static_cast<std::uint64_t>(work / 1e-5)}}, {.cores = 2.0});
        dispatcher.add(cpu(1e-5, 2, 4096, 8));
        const std::size_t other = dispatcher.add(opencl(2e-5));
        const Dispatcher::Grant trial = dispatcher.take(other, 0.0);
        REQUIRE(trial.answer == Answer::batch);
        const double seconds = static_cast<double>(trial.range.size()) * 2e-5 * 2.0;
        CHECK(seconds == relative(work == 1.0 ? 0.030 : 0.010).epsilon(0.05));
    }
}

TEST_CASE("trials that say nothing are not tried again and again") {
    Dispatcher dispatcher({{0, 1'000'000}}, {.cores = 2.0});
    const std::size_t host = dispatcher.add(cpu(1e-5, 2, 4096, 8)); // 10 s
    const std::size_t other = dispatcher.add(opencl(2e-5));
    double lost = 0.0;
    double now = 0.0;
    // During each of them the CPU stops and begins again.
    for (int i = 0; i < 200; ++i) {
        const Dispatcher::Grant batch = dispatcher.take(host, now);
        REQUIRE(batch.answer == Answer::batch);
        const Dispatcher::Grant trial = dispatcher.take(other, now);
        dispatcher.finished(host, batch.range, 0.02, now + 0.01);
        if (trial.answer == Answer::batch) {
            CHECK(dispatcher.finished(other, trial.range, 0.02, now + 0.02).seconds == 0.0);
            lost += 0.5 * 0.02;
        }
        now += 0.02;
    }
    CHECK(lost > 0.0);
    CHECK(lost < 0.06 * 10.0);
}

TEST_CASE("there is no trial that others' batches could not end with") {
    for (const double overhead : {0.001, 0.01}) {
        Dispatcher dispatcher({{0, 100'000}}, {.cores = 2.0});
        DispatchDevice host = cpu(1e-5, 2, 4096, 8);
        host.model.cost.batch_seconds = overhead;
        dispatcher.add(host);
        const std::size_t other = dispatcher.add(opencl(2e-5));
        CHECK(dispatcher.wanted(other, 0.0) == (overhead < 0.005));
    }
}

TEST_CASE(
    "a CPU that does all alone is looked at first, if others would be better were it slower than known") {
    for (const double gpu : {4e-5, 4e-4}) { // it has 1e-5: 4 times as slow it would be no better; 40 times
        Dispatcher dispatcher({{0, 100'000}}, {.cores = 2.0});
        const std::size_t host = dispatcher.add(cpu(1e-5, 2, 50'000, 8));
        DispatchDevice other = opencl(gpu);
        other.model.start_seconds = 0.2; // too long for a trial
        dispatcher.add(other);
        const Dispatcher::Grant first = dispatcher.take(host, 0.0);
        REQUIRE(first.answer == Answer::batch);
        if (gpu < 1e-4)
            CHECK(first.range.size() < 2000);
        else
            CHECK(first.range.size() >= 25'000);
    }
}

TEST_CASE("a first batch beside others may take longer for what is done only then") {
    Dispatcher dispatcher({{0, 50'000}}, {.cores = 2.0});
    const std::size_t one = dispatcher.add(opencl(1e-5, 1.0));
    const std::size_t two = dispatcher.add(opencl(1e-5, 2.0)); // both together do a third more
    const Dispatcher::Grant first = dispatcher.take(one, 0.0);
    const Dispatcher::Grant second = dispatcher.take(two, 0.0);
    REQUIRE(first.answer == Answer::batch);
    REQUIRE(second.answer == Answer::batch);
    const double expected = 1.5e-5 * static_cast<double>(first.range.size());
    CHECK(expected < 0.006);
    const double seconds = expected + 0.006;
    CHECK(dispatcher.finished(one, first.range, seconds, seconds).company == 3);
    CHECK(dispatcher.finished(two, second.range, seconds, seconds).company == 3);
    CHECK(dispatcher.cost(one).item_seconds == relative(1e-5));
    CHECK(dispatcher.take(one, seconds).answer == Answer::batch);
    CHECK(dispatcher.take(two, seconds).answer == Answer::batch);
}
