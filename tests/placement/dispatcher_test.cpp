#include "placement/dispatcher.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <memory>
#include <random>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "placement/last_batches.hpp"

using namespace threadx;

namespace {

using Answer = Dispatcher::Answer;

DispatchDevice device(const std::string& id, double item_seconds, double start = 0.0,
                      double batch_seconds = 0.0) {
    DispatchDevice out;
    out.model = {id, {batch_seconds, item_seconds, 0.0}, start, 0.0};
    return out;
}

DispatchDevice cpu(double item_seconds, std::size_t workers, std::uint64_t largest, std::uint64_t lanes) {
    DispatchDevice out = device("cpu", item_seconds);
    out.model.processor_threads = static_cast<double>(workers);
    out.workers = workers;
    out.largest_batch = largest;
    out.batch_multiple = lanes;
    out.workers_help = true;
    return out;
}

// All that one device takes, one batch after the other, each as long as its cost says.
std::vector<std::uint64_t> sizes_of(Dispatcher& dispatcher, std::size_t index, double item_seconds) {
    std::vector<std::uint64_t> out;
    double now = 0.0;
    for (;;) {
        const Dispatcher::Grant grant = dispatcher.take(index, now);
        if (grant.answer != Answer::batch) return out;
        out.push_back(grant.range.size());
        const double seconds = item_seconds * static_cast<double>(grant.range.size());
        now += seconds;
        dispatcher.finished(index, grant.range, seconds, now);
    }
}

} // namespace

TEST_CASE("the CPU alone takes what its workers, who help each other, can share at the end") {
    for (const std::uint64_t total : {1ULL, 100ULL, 5000ULL, 123'457ULL})
        for (const std::size_t workers : {1U, 2U, 30U}) {
            CAPTURE(total);
            CAPTURE(workers);
            Dispatcher dispatcher({{0, total}}, {.cores = 2.0});
            const std::size_t index = dispatcher.add(cpu(0.0, workers, 4096, 8));
            for (std::uint64_t left = total; left > 0;) {
                const std::uint64_t expected = std::min(left, shorten_batch(4096, left, total, workers, 8));
                const Dispatcher::Grant grant = dispatcher.take(index, 0.0);
                REQUIRE(grant.answer == Answer::batch);
                CHECK(grant.range == IdRange{total - left, total - left + expected});
                dispatcher.finished(index, grant.range, 0.1, 0.0);
                left -= expected;
            }
            CHECK(dispatcher.take(index, 0.0).answer == Answer::done);
        }
}

TEST_CASE("a GPU's batches are a twentieth of the whole at most, and halve towards the end") {
    Dispatcher dispatcher({{0, 1'000'000}}, {});
    const std::size_t index = dispatcher.add(device("cuda:0", 1e-6, 0.0, 1e-4));
    const std::vector<std::uint64_t> sizes = sizes_of(dispatcher, index, 1e-6);
    REQUIRE(sizes.size() > 10);
    CHECK(sizes[0] <= 11'000); // what is known of it was not measured in this run
    CHECK(*std::max_element(sizes.begin(), sizes.end()) <= 55'000);
    CHECK(*std::max_element(sizes.begin(), sizes.end()) >= 40'000);
    for (std::size_t i = sizes.size() - 5; i + 1 < sizes.size(); ++i) CHECK(sizes[i + 1] <= sizes[i]);
    CHECK(sizes[sizes.size() - 2] >= 2900); // 3 ms
}

TEST_CASE("a device that would end after all others is not given the last batch") {
    Dispatcher dispatcher({{0, 10'000}}, {});
    const std::size_t fast = dispatcher.add(device("fast", 1e-4));
    const std::size_t slow = dispatcher.add(device("slow", 3e-3)); // 1 item in 3 ms
    double now = 0.0;
    while (dispatcher.left() > 20) {
        const Dispatcher::Grant grant = dispatcher.take(fast, now);
        REQUIRE(grant.answer == Answer::batch);
        now += 1e-4 * static_cast<double>(grant.range.size());
        dispatcher.finished(fast, grant.range, 1e-4 * static_cast<double>(grant.range.size()), now);
    }
    CHECK(dispatcher.take(slow, now).answer == Answer::wait);
    while (dispatcher.left() > 0) {
        const Dispatcher::Grant grant = dispatcher.take(fast, now);
        REQUIRE(grant.answer == Answer::batch);
        if (dispatcher.left() == 0) CHECK(dispatcher.take(slow, now).answer == Answer::wait);
        now += 1e-3;
        dispatcher.finished(fast, grant.range, 1e-3, now);
    }
    CHECK(dispatcher.take(slow, now).answer == Answer::done);
    CHECK(dispatcher.take(fast, now).answer == Answer::done);
}

TEST_CASE("a device whose start would outlast the work is not started") {
    Dispatcher dispatcher({{0, 1000}}, {.cores = 2.0});
    const std::size_t host = dispatcher.add(cpu(1e-4, 2, 4096, 8)); // 0.1 s
    const std::size_t gpu = dispatcher.add(device("cuda:0", 1e-7, 0.5));
    const std::size_t unknown = dispatcher.add(device("cuda:1", 0.0, 0.5));
    CHECK(dispatcher.wanted(host, 0.0));
    CHECK(!dispatcher.wanted(gpu, 0.0));
    CHECK(!dispatcher.wanted(unknown, 0.0));
    Dispatcher longer({{0, 100'000}}, {.cores = 2.0});
    longer.add(cpu(1e-4, 2, 4096, 8)); // 10 s
    CHECK(longer.wanted(longer.add(device("cuda:0", 1e-7, 0.5)), 0.0));
    Dispatcher unknown_yet({{0, 100'000}}, {.cores = 2.0});
    unknown_yet.add(cpu(1e-4, 2, 4096, 8));
    CHECK(unknown_yet.wanted(unknown_yet.add(device("cuda:0", 0.0, 0.5)), 0.0));
}

TEST_CASE("what a device does once is waited for, and counts no more when it is done") {
    DispatchDevice first = cpu(1e-3, 1, 0, 1);
    first.model.once = {{100.0, 1.0}};
    Dispatcher dispatcher({{0, 10'000}}, {.cores = 1.0});
    const std::size_t a = dispatcher.add(first), b = dispatcher.add(device("gpu", 1e-3, 0.3));
    const auto once_and_start = [&](double now) {
        const DeviceModel model = dispatcher.models(now).at(a);
        return once_seconds(model.once, 1e6) + model.start_seconds;
    };
    CHECK(once_and_start(0.0) == doctest::Approx(1.0));
    CHECK(dispatcher.wanted(b, 0.0));
    const IdRange range = dispatcher.take(a, 0.0).range;
    const auto items = static_cast<double>(range.size());
    REQUIRE(items > 12.0);
    REQUIRE(items < 100.0);
    CHECK(once_and_start(0.0) == doctest::Approx(1.0 + items * 1e-3));
    CHECK(once_and_start(0.1) == doctest::Approx(0.9 + items * 1e-3));
    // It took less than was thought; what other ids need is still to be done.
    dispatcher.finished(a, range, items * 1e-3, 0.11);
    CHECK(once_and_start(0.11) == doctest::Approx(1.0 - items / 100.0));
    const auto more = static_cast<double>(dispatcher.take(a, 0.11).range.size());
    CHECK(once_and_start(0.11) == doctest::Approx(1.0 - items / 100.0 + more * 1e-3));
    CHECK(dispatcher.cost(a).item_seconds == doctest::Approx(1e-3));
}

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
    CHECK(dispatcher.slowdown(host) == doctest::Approx(2.0));
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
    CHECK(measured.seconds == doctest::Approx(2.0 * alone)); // one of two workers, on half the processor
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
    CHECK(static_cast<double>(beside.size()) * 1e-5 ==
          doctest::Approx(0.015).epsilon(0.1)); // five times the least
    CHECK(static_cast<double>(trial.range.size()) * 2e-5 == doctest::Approx(0.015).epsilon(0.1));
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
        CHECK(seconds == doctest::Approx(told < 1e-5 ? 5.0 : 15.0));
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
          doctest::Approx(6e-5 / std::sqrt(2.0))); // 4 threads on 2 cores
    CHECK(machine.dispatcher.cost(unknown).batch_seconds == doctest::Approx(4e-3 / std::sqrt(2.0)));
    machine.dispatcher.know_together(machine.one, machine.both(), {.item_seconds = 1.0}); // alone it is known
    CHECK(machine.dispatcher.cost(machine.one).item_seconds == doctest::Approx(2e-5));
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
    CHECK(beside.seconds == doctest::Approx(seconds));
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

TEST_CASE("an accelerator's workers share it: alone each has all of it") {
    Dispatcher dispatcher({{0, 1'000'000}}, {});
    DispatchDevice gpu = device("cuda:0", 1e-6);
    gpu.workers = 3;
    const std::size_t index = dispatcher.add(gpu);
    const Dispatcher::Grant first = dispatcher.take(index, 0.0);
    CHECK(dispatcher.finished(index, first.range, 0.01, 0.01).seconds == doctest::Approx(0.01));
    const Dispatcher::Grant a = dispatcher.take(index, 1.0);
    const Dispatcher::Grant b = dispatcher.take(index, 1.0);
    dispatcher.take(index, 1.0);
    CHECK(dispatcher.finished(index, a.range, 0.03, 1.03).seconds == doctest::Approx(0.01)); // all three
    CHECK(dispatcher.finished(index, b.range, 0.06, 1.06).seconds == doctest::Approx(0.06 / 2.5));
}

TEST_CASE("batches as large as the caller says") {
    Dispatcher dispatcher({{0, 25}, {100, 103}}, {.batch_size = 10});
    const std::size_t index = dispatcher.add(device("a", 1.0));
    CHECK(sizes_of(dispatcher, index, 1.0) == std::vector<std::uint64_t>{10, 10, 5, 3});
}

TEST_CASE(
    "fixed shares: contiguous parts, nobody takes from another's, and what is left behind goes to all") {
    Dispatcher dispatcher({{0, 600}, {1000, 1400}}, {.shares = {0.7, 0.3, 0.0}});
    const std::size_t a = dispatcher.add(device("a", 1e-3));
    const std::size_t b = dispatcher.add(device("b", 1e-3));
    const std::size_t c = dispatcher.add(device("c", 1e-9));
    CHECK(dispatcher.wanted(a, 0.0));
    CHECK(dispatcher.wanted(b, 0.0));
    CHECK(!dispatcher.wanted(c, 0.0));
    std::uint64_t of_b = 0;
    double now = 0.0;
    for (;;) {
        const Dispatcher::Grant grant = dispatcher.take(b, now);
        if (grant.answer != Answer::batch) break;
        CHECK(grant.range.first >= 1100);
        of_b += grant.range.size();
        now += 0.01;
        dispatcher.finished(b, grant.range, 0.01, now);
    }
    CHECK(of_b == 300);
    CHECK(dispatcher.take(b, now).answer == Answer::wait);
    CHECK(dispatcher.take(c, now).answer == Answer::wait);
    const Dispatcher::Grant first = dispatcher.take(a, now);
    CHECK(first.range.first == 0);
    dispatcher.give_back(a, first.range, now);
    dispatcher.leave(a, now);
    CHECK(dispatcher.take(c, now).answer == Answer::wait); // the user gave it nothing
    CHECK(dispatcher.take(b, now).answer == Answer::batch);
    dispatcher.leave(b, now);
    CHECK(dispatcher.take(c, now).answer == Answer::batch); // but there is nobody else
}

namespace {

// A caller as a run is one: it asks whenever it may, and events come in any order.
class AnyRun {
  public:
    explicit AnyRun(std::uint64_t seed) : random_(seed) {
        std::vector<IdRange> pending;
        std::uint64_t at = 0;
        for (std::uint64_t i = in_range(1, 4); i > 0; --i) {
            at += in_range(0, 50);
            const std::uint64_t size = one_of<std::uint64_t>({1, 10, 1000, 100'000});
            pending.push_back({at, at + size});
            ids_ += size;
            at += size;
        }
        DispatchOptions options;
        options.cores = one_of<double>({1.0, 2.0, 8.0});
        options.batch_size = one_of<std::uint64_t>({0, 0, 0, 777});
        const auto devices = in_range(1, 5);
        const bool fixed = in_range(0, 3) == 0;
        for (std::uint64_t i = 0; i < devices && fixed; ++i)
            options.shares.push_back(static_cast<double>(in_range(0, 4)) * 0.25);
        pending_ = pending;
        dispatcher_ = std::make_unique<Dispatcher>(pending, options);
        for (std::uint64_t i = 0; i < devices; ++i) add();
    }

    // One thing happens. False: nothing can any more.
    bool step() {
        std::vector<std::function<void()>> possible;
        bool somebody = false;
        for (std::size_t i = 0; i < states_.size(); ++i) {
            State& state = states_[i];
            if (!state.ready) {
                if (state.left || !dispatcher_->wanted(i, now_)) continue;
                possible.push_back([this, i] {
                    states_[i].ready = true;
                    dispatcher_->started(i, now_);
                    wake();
                });
                continue;
            }
            if (state.under_way.size() < state.workers - state.waiting - state.done)
                possible.push_back([this, i] { ask(i); });
            for (std::size_t k = 0; k < state.under_way.size(); ++k) {
                possible.push_back([this, i, k] { finish(i, k); });
                possible.push_back([this, i, k] { finish(i, k); });
            }
            somebody = somebody || !state.left;
        }
        if (possible.empty()) return false;
        if (in_range(0, 200) == 0) {
            leave(in_range(0, states_.size()));
        } else if (in_range(0, 60) == 0 && states_.size() < 6) {
            add();
            wake();
        } else {
            possible[in_range(0, possible.size())]();
        }
        now_ += static_cast<double>(in_range(0, 100)) * 1e-4;
        return true;
    }

    bool anybody_left() const {
        return std::any_of(states_.begin(), states_.end(), [](const State& state) { return !state.left; });
    }
    bool under_way() const {
        return std::any_of(states_.begin(), states_.end(),
                           [](const State& s) { return !s.under_way.empty(); });
    }

    void check_at_the_end() const {
        if (!anybody_left()) return;
        RC_ASSERT(dispatcher_->left() == 0U);
        RC_ASSERT(done_ids_ == ids_);
        std::vector<IdRange> done = done_;
        std::sort(done.begin(), done.end(), [](auto& a, auto& b) { return a.first < b.first; });
        for (std::size_t i = 1; i < done.size(); ++i) RC_ASSERT(done[i - 1].last <= done[i].first);
        for (const IdRange& range : done)
            RC_ASSERT(std::any_of(pending_.begin(), pending_.end(), [&](const IdRange& whole) {
                return whole.first <= range.first && range.last <= whole.last;
            }));
    }

    // Those who were told that there is nothing more were told the truth.
    void check_done() const {
        for (const State& state : states_)
            if (state.done > 0 && !state.left) RC_ASSERT((dispatcher_->left() == 0U && !under_way()));
    }

  private:
    // rapidcheck keeps all that it ever drew, which is much here.
    std::uint64_t in_range(std::uint64_t first, std::uint64_t last) {
        return first + random_() % (last - first);
    }
    template <class T>
    T one_of(std::initializer_list<T> values) {
        return *(values.begin() + in_range(0, values.size()));
    }

    struct State {
        std::size_t workers = 1;
        bool ready = false;
        bool left = false;
        std::size_t waiting = 0;
        std::size_t done = 0;
        std::vector<IdRange> under_way;
    };

    void add() {
        DispatchDevice d = device("d", one_of<double>({0.0, 1e-6, 1e-5, 1e-4, 1e-2}),
                                  one_of<double>({0.0, 0.0, 0.01, 1.0}), one_of<double>({0.0, 1e-4, 0.1}));
        d.model.processor_threads = one_of<double>({0.0, 0.0, 1.0, 2.0});
        d.model.cost.least_items = one_of<double>({0.0, 0.0, 1000.0});
        d.workers = in_range(1, 4);
        d.largest_batch = one_of<std::uint64_t>({0, 0, 64, 4096});
        d.batch_multiple = one_of<std::uint64_t>({1, 8, 32});
        d.probe = one_of<std::uint64_t>({0, 0, 5000});
        d.workers_help = in_range(0, 3) == 0;
        State state;
        state.workers = d.workers;
        state.ready = d.model.start_seconds == 0.0;
        dispatcher_->add(d);
        states_.push_back(state);
    }

    void wake() {
        for (State& state : states_) state.waiting = 0;
    }

    void ask(std::size_t i) {
        State& state = states_[i];
        const Dispatcher::Grant grant = dispatcher_->take(i, now_);
        if (grant.answer == Answer::batch) {
            RC_ASSERT(!state.left);
            RC_ASSERT(grant.range.size() > 0U);
            state.under_way.push_back(grant.range);
        } else {
            ++(grant.answer == Answer::wait ? state.waiting : state.done);
        }
        check_done();
    }

    void finish(std::size_t i, std::size_t k) {
        State& state = states_[i];
        const IdRange range = state.under_way[k];
        state.under_way.erase(state.under_way.begin() + static_cast<std::ptrdiff_t>(k));
        if (in_range(0, 15) == 0) {
            dispatcher_->give_back(i, range, now_);
        } else {
            done_.push_back(range);
            done_ids_ += range.size();
            dispatcher_->finished(i, range, static_cast<double>(in_range(1, 1000)) * 1e-4, now_);
        }
        wake();
    }

    void leave(std::size_t i) { // somebody stays, mostly
        const auto here =
            std::count_if(states_.begin(), states_.end(), [](const State& s) { return !s.left; });
        if (here == 1 && in_range(0, 10) != 0) return;
        states_[i].left = true;
        dispatcher_->leave(i, now_);
        wake();
    }

    std::mt19937_64 random_;
    std::unique_ptr<Dispatcher> dispatcher_;
    std::vector<IdRange> pending_;
    std::vector<State> states_;
    std::vector<IdRange> done_;
    std::uint64_t ids_ = 0;
    std::uint64_t done_ids_ = 0;
    double now_ = 0.0;
};

} // namespace

TEST_CASE("whatever happens, work is handed out until all is done, every id once") {
    CHECK(rc::check([](std::uint64_t seed) {
        for (std::uint64_t i = 0; i < 10; ++i) {
            AnyRun run(seed + i);
            std::size_t steps = 0;
            while (run.step()) RC_ASSERT(++steps < 1'000'000U);
            run.check_at_the_end();
        }
    }));
}
