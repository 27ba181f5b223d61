// The dispatcher, with devices that use the same cores.
#include <algorithm>

#include <doctest/doctest.h>

#include "dispatch_devices.hpp"
#include "relative.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

using Answer = Dispatcher::Answer;

} // namespace

TEST_CASE("of two devices on the same cores the slower one waits; while the faster one starts it does not") {
    Dispatcher dispatcher({{0, 100'000}}, {.cores = 2.0});
    const std::size_t host = dispatcher.add(cpu(1e-4, 2, 4096, 8));
    DispatchDevice opencl = device("opencl:0", 2e-5, 0.1);
    opencl.model.processor_threads = 2;
    const std::size_t faster = dispatcher.add(opencl);
    CHECK(dispatcher.wanted(faster, 0.0));
    const Dispatcher::Grant first = dispatcher.take(host, 0.0);
    REQUIRE(first.answer == Answer::batch);
    dispatcher.finished(host, first.range, 2e-4 * static_cast<double>(first.range.size()), 0.05);
    REQUIRE(dispatcher.take(host, 0.05).answer == Answer::batch);
    dispatcher.started(faster, 0.1);
    CHECK(dispatcher.take(host, 0.1).answer == Answer::wait);
    CHECK(dispatcher.take(faster, 0.1).answer == Answer::batch);
    CHECK(dispatcher.slowdown(host) == relative(2.0));
    dispatcher.leave(faster, 0.2); // its batch is not back yet
    CHECK(dispatcher.take(host, 0.2).answer == Answer::batch);
}

TEST_CASE("a device that is said to be slow, and shares the cores, is looked at where that is cheap") {
    Dispatcher dispatcher({{0, 1'000'000}}, {.cores = 2.0});
    DispatchDevice opencl = device("opencl:0", 1e-5);
    opencl.model.processor_threads = 2;
    const std::size_t other = dispatcher.add(opencl);
    const std::size_t host = dispatcher.add(cpu(3e-5, 2, 4096, 8)); // in truth 3e-6
    REQUIRE(dispatcher.take(other, 0.0).answer == Answer::batch);
    const Dispatcher::Grant trial = dispatcher.take(host, 0.0);
    REQUIRE(trial.answer == Answer::batch);
    CHECK(trial.range.size() <= 2000);
    CHECK(dispatcher.take(host, 0.0).answer == Answer::wait); // one batch says enough
    const double alone = 3e-6 * static_cast<double>(trial.range.size());
    const Dispatcher::Measured measured =
        dispatcher.finished(host, trial.range, alone * 2.0 * 2.0, alone * 4.0);
    CHECK(measured.seconds == relative(2.0 * alone)); // one of two workers, on half the processor
    CHECK(measured.company == (dispatcher.processor_bit(host) | dispatcher.processor_bit(other)));
    CHECK(dispatcher.take(host, 0.1).answer == Answer::batch);
    CHECK(dispatcher.take(other, 0.1).answer == Answer::wait);
}

TEST_CASE("what a device does is measured beside one that is looked at: its batches end with that one's") {
    Dispatcher dispatcher({{0, 1'000'000}}, {.cores = 2.0});
    const std::size_t host = dispatcher.add(cpu(1e-5, 1, 4096, 8));
    DispatchDevice opencl = device("opencl:0", 2e-5);
    opencl.model.processor_threads = 2;
    const IdRange alone = dispatcher.take(host, 0.0).range;
    CHECK(alone.size() == 4096);
    const std::size_t other = dispatcher.add(opencl);
    // Its batch would be over long before the one that is under way, of which then little could be told.
    CHECK(dispatcher.wanted(other, 0.001));
    CHECK(dispatcher.take(other, 0.001).answer == Answer::wait);
    dispatcher.finished(host, alone, 0.041, 0.041);
    const IdRange beside = dispatcher.take(host, 0.041).range;
    const Dispatcher::Grant trial = dispatcher.take(other, 0.041);
    REQUIRE(trial.answer == Answer::batch);
    CHECK(static_cast<double>(beside.size()) * 1e-5 == relative(0.015).epsilon(0.1)); // five times the least
    CHECK(static_cast<double>(trial.range.size()) * 2e-5 == relative(0.015).epsilon(0.1));
    // The one keeps its core, the other is half as fast again: together they do more.
    const double seconds = static_cast<double>(beside.size()) * 1e-5;
    CHECK(dispatcher.finished(host, beside, seconds, 0.041 + seconds).company == 3);
    const double longer = static_cast<double>(trial.range.size()) * 3e-5;
    dispatcher.take(host, 0.041 + seconds);
    CHECK(dispatcher.finished(other, trial.range, longer, 0.041 + longer).company == 3);
    CHECK(dispatcher.wanted(other, 0.07));
    CHECK(dispatcher.forecast(0.07).devices == std::vector<std::size_t>{host, other});
}

TEST_CASE("others never make a device faster, or slower than its part of the processor explains") {
    for (const double told : {2e-7, 1e-3}) {
        std::vector<DeviceModel> devices = {{"a", {0.0, 1e-5, 0.0}, 0.0, 2.0, 1},
                                            {"b", {0.0, 1e-5, 0.0}, 0.0, 2.0, 2}};
        for (DeviceModel& model : devices) model.together[3] = told; // as a profile that is false
        const std::vector<std::size_t> both = {0, 1};
        const double seconds = forecast_of(devices, both, 1e6, 2.0).seconds;
        CHECK(seconds == relative(told < 1e-5 ? 5.0 : 15.0));
    }
}

namespace {

// Two devices on two cores, with one thread and with two; the second is twice as fast while it is alone.
struct OnTwoCores {
    Dispatcher dispatcher{{{0, 1'000'000}}, {.cores = 2.0}};
    std::size_t one = add(2e-5, 1);
    std::size_t two = add(1e-5, 2);

    std::size_t add(double item_seconds, double threads) {
        DispatchDevice out = device("opencl:" + std::to_string(static_cast<int>(threads)), item_seconds);
        out.model.processor_threads = threads;
        return dispatcher.add(out);
    }
    std::uint64_t both() const { return dispatcher.processor_bit(one) | dispatcher.processor_bit(two); }
    // Measured beside each other.
    void together(double of_one, double of_two) {
        dispatcher.know_together(one, both(), {.item_seconds = of_one});
        dispatcher.know_together(two, both(), {.item_seconds = of_two});
    }
    bool works(std::size_t index) { // and not for a trial only
        dispatcher.wanted(index, 0.0);
        const std::vector<std::size_t> chosen = dispatcher.forecast(0.0).devices;
        return std::find(chosen.begin(), chosen.end(), index) != chosen.end();
    }
};

} // namespace

TEST_CASE("what a device does alone follows from what it did beside another, where nothing else is known") {
    OnTwoCores machine;
    const std::size_t unknown = machine.add(0.0, 2);
    CHECK_FALSE(machine.dispatcher.cost(unknown).known());
    const std::uint64_t company =
        machine.dispatcher.processor_bit(unknown) | machine.dispatcher.processor_bit(machine.two);
    machine.dispatcher.know_together(unknown, company, {.batch_seconds = 4e-3, .item_seconds = 6e-5});
    CHECK(machine.dispatcher.cost(unknown).item_seconds ==
          relative(6e-5 / std::sqrt(2.0))); // 4 threads on 2 cores
    CHECK(machine.dispatcher.cost(unknown).batch_seconds == relative(4e-3 / std::sqrt(2.0)));
    machine.dispatcher.know_together(machine.one, machine.both(), {.item_seconds = 1.0}); // alone it is known
    CHECK(machine.dispatcher.cost(machine.one).item_seconds == relative(2e-5));
}

TEST_CASE("devices that share the cores work together where it was measured that this helps") {
    OnTwoCores as_threads_say; // together as much as the second alone
    CHECK_FALSE(as_threads_say.works(as_threads_say.one));
    CHECK(as_threads_say.works(as_threads_say.two));
    OnTwoCores not_in_the_way;
    not_in_the_way.together(2e-5, 1.1e-5);
    CHECK(not_in_the_way.works(not_in_the_way.one));
    CHECK(not_in_the_way.works(not_in_the_way.two));
    OnTwoCores hardly;
    hardly.together(3e-5, 4e-5);
    CHECK_FALSE(hardly.works(hardly.one));
    CHECK(hardly.works(hardly.two));
}

TEST_CASE("what devices do beside each other is learned beside each other, and not as if alone") {
    OnTwoCores machine;
    machine.together(2e-5, 1.1e-5);
    Dispatcher& dispatcher = machine.dispatcher;
    const Dispatcher::Grant one = dispatcher.take(machine.one, 0.0);
    const Dispatcher::Grant two = dispatcher.take(machine.two, 0.0);
    REQUIRE(one.answer == Answer::batch);
    REQUIRE(two.answer == Answer::batch);
    const double seconds = 2e-5 * static_cast<double>(one.range.size());
    const Dispatcher::Measured beside = dispatcher.finished(machine.one, one.range, seconds, seconds);
    CHECK(beside.company == machine.both());
    CHECK(beside.seconds == relative(seconds));
    CHECK(dispatcher.cost(machine.one).item_seconds == 2e-5); // what it does alone is as it was
    // Half of the next batch's time it is alone.
    const Dispatcher::Grant next = dispatcher.take(machine.one, seconds);
    REQUIRE(next.answer == Answer::batch);
    dispatcher.finished(machine.two, two.range, 1.5 * seconds, 1.5 * seconds);
    const Dispatcher::Measured mixed = dispatcher.finished(machine.one, next.range, seconds, 2.0 * seconds);
    CHECK(mixed.seconds == 0.0);
    // What contradicts the measurement is corrected: others make nobody faster.
    OnTwoCores wrong;
    wrong.together(2e-5, 1.1e-5);
    const Dispatcher::Grant quick = wrong.dispatcher.take(wrong.one, 0.0);
    wrong.dispatcher.take(wrong.two, 0.0);
    const double little = 3e-6 * static_cast<double>(quick.range.size());
    wrong.dispatcher.finished(wrong.one, quick.range, little, little);
    CHECK(wrong.dispatcher.cost(wrong.one).item_seconds < 3.1e-6);
}

TEST_CASE("a batch beside others who came and went refutes what it cannot have taken") {
    OnTwoCores machine;
    machine.together(2e-5, 1.1e-5);
    Dispatcher& dispatcher = machine.dispatcher;
    const Dispatcher::Grant one = dispatcher.take(machine.one, 0.0);
    const Dispatcher::Grant two = dispatcher.take(machine.two, 0.0);
    REQUIRE(one.answer == Answer::batch);
    REQUIRE(two.answer == Answer::batch);
    const double predicted = 2e-5 * static_cast<double>(one.range.size());
    dispatcher.finished(machine.two, two.range, 2.0 * predicted, 2.0 * predicted); // and takes no other
    const double seconds = 10.0 * predicted; // half of it at most for the other's sake
    CHECK(dispatcher.finished(machine.one, one.range, seconds, seconds).seconds == 0.0);
    CHECK(dispatcher.cost(machine.one).item_seconds > 5.0 * 2e-5);
    CHECK(dispatcher.cost(machine.one).item_seconds < 10.0 * 2e-5);
}

TEST_CASE("the part of a batch beside one who was there most of the time says what it does beside that one") {
    OnTwoCores machine;
    Dispatcher& dispatcher = machine.dispatcher;
    const auto beside_of = [&] {
        const DeviceModel model = dispatcher.models(0.0).at(machine.one);
        const auto known = model.together.find(machine.both());
        return known == model.together.end() ? 0.0 : known->second;
    };
    const Dispatcher::Grant two = dispatcher.take(machine.two, 0.0);
    REQUIRE(two.answer == Answer::batch);
    const Dispatcher::Grant one = dispatcher.take(machine.one, 0.0);
    REQUIRE(one.answer == Answer::batch);
    CHECK(beside_of() == 0.0);
    // Three quarters of its time at half the speed, the rest alone.
    const double alone = 2e-5 * static_cast<double>(one.range.size());
    const double seconds = alone * (0.75 + 0.25) / (0.75 / 2.0 + 0.25);
    dispatcher.finished(machine.two, two.range, 0.75 * seconds, 0.75 * seconds);
    CHECK(dispatcher.finished(machine.one, one.range, seconds, seconds).seconds == 0.0);
    CHECK(beside_of() == relative(2.0 * 2e-5));
    CHECK(dispatcher.cost(machine.one).item_seconds == relative(2e-5));
}
