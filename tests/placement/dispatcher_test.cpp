#include "placement/dispatcher.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <initializer_list>
#include <memory>
#include <random>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "dispatch_devices.hpp"
#include "placement/last_batches.hpp"
#include "relative.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

using Answer = Dispatcher::Answer;

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
        return once_seconds(model.once, 1e6) + model.start_seconds + model.busy_seconds;
    };
    CHECK(once_and_start(0.0) == relative(1.0));
    CHECK(dispatcher.wanted(b, 0.0));
    const IdRange range = dispatcher.take(a, 0.0).range;
    const auto items = static_cast<double>(range.size());
    REQUIRE(items > 12.0);
    REQUIRE(items < 100.0);
    CHECK(once_and_start(0.0) == relative(1.0 + items * 1e-3));
    CHECK(once_and_start(0.1) == relative(0.9 + items * 1e-3));
    // It took less than was thought; what other ids need is still to be done.
    dispatcher.finished(a, range, items * 1e-3, 0.11);
    CHECK(once_and_start(0.11) == relative(1.0 - items / 100.0));
    const auto more = static_cast<double>(dispatcher.take(a, 0.11).range.size());
    CHECK(once_and_start(0.11) == relative(1.0 - items / 100.0 + more * 1e-3));
    CHECK(dispatcher.cost(a).item_seconds == relative(1e-3));
}

TEST_CASE("an accelerator's workers share it: alone each has all of it") {
    Dispatcher dispatcher({{0, 1'000'000}}, {});
    DispatchDevice gpu = device("cuda:0", 1e-6);
    gpu.workers = 3;
    const std::size_t index = dispatcher.add(gpu);
    const Dispatcher::Grant first = dispatcher.take(index, 0.0);
    CHECK(dispatcher.finished(index, first.range, 0.01, 0.01).seconds == relative(0.01));
    const Dispatcher::Grant a = dispatcher.take(index, 1.0);
    const Dispatcher::Grant b = dispatcher.take(index, 1.0);
    dispatcher.take(index, 1.0);
    CHECK(dispatcher.finished(index, a.range, 0.03, 1.03).seconds == relative(0.01)); // all three
    CHECK(dispatcher.finished(index, b.range, 0.06, 1.06).seconds == relative(0.06 / 2.5));
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
