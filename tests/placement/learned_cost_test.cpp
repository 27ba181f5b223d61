#include "placement/learned_cost.hpp"

#include <cmath>
#include <limits>
#include <random>

#include <doctest/doctest.h>

using namespace threadx;

namespace {

bool near(double a, double b, double relative) { return std::abs(a / b - 1.0) <= relative; }

} // namespace

TEST_CASE("what is not known is learned from the first batch") {
    LearnedCost cost({});
    CHECK(!cost.cost().known());
    cost.update(1000, 0.01);
    CHECK(cost.cost().known());
    CHECK(near(cost.cost().seconds(1000), 0.01, 1e-9));
    CHECK(cost.batches() == 1);
}

TEST_CASE("a false prior is gone after the first batch, whichever way it was false") {
    for (const double times : {0.2, 5.0}) {
        LearnedCost cost({.batch_seconds = 1e-4 * times, .item_seconds = 1e-5 * times});
        cost.update(10'000, 1e-4 + 1e-1);
        CHECK(near(cost.cost().seconds(10'000), 1e-4 + 1e-1, 0.1));
    }
}

TEST_CASE("whoever is several times faster or slower than was known is so in both parts") {
    for (const double times : {0.2, 5.0}) {
        const WorkCost right = {.batch_seconds = 0.01, .item_seconds = 1e-4};
        LearnedCost cost({right.batch_seconds * times, right.item_seconds * times});
        cost.update(100, right.seconds(100));
        CHECK(near(cost.cost().batch_seconds, right.batch_seconds, 0.01));
        CHECK(near(cost.cost().item_seconds, right.item_seconds, 0.01));
        LearnedCost told({right.batch_seconds * times, right.item_seconds * times});
        told.refute(0.02 * times, 0.02);
        CHECK(near(told.cost().seconds(1000), right.seconds(1000), 0.01));
        told.update(100, right.seconds(100));
        told.refute(0.02, 0.2); // what is measured by now is known better
        CHECK(near(told.cost().seconds(1000), right.seconds(1000), 0.01));
    }
    LearnedCost late({.batch_seconds = 1e-4, .item_seconds = 1e-5});
    late.refute(0.005, 0.012); // as a first batch may be
    CHECK(late.cost().item_seconds == 1e-5);
}

TEST_CASE("a first batch may take some milliseconds longer, for what is done only then") {
    LearnedCost cost({.batch_seconds = 1e-4, .item_seconds = 1e-5});
    cost.update(500, 0.011); // predicted 5.1 ms
    CHECK(near(cost.cost().item_seconds, 1e-5, 1e-9));
    LearnedCost true_prior = cost;
    true_prior.update(500, 0.0051);
    CHECK(near(true_prior.cost().seconds(500), 0.0051, 0.15));
    cost.update(500, 0.011); // it was the prior that was false
    CHECK(near(cost.cost().seconds(500), 0.011, 0.1));
    LearnedCost faster({.item_seconds = 1e-5});
    faster.update(500, 0.001); // nothing is faster than it can
    CHECK(near(faster.cost().seconds(500), 0.001, 0.1));
    LearnedCost blind({});
    blind.update(1000, 0.013);
    blind.update(1000, 0.01);
    CHECK(near(blind.cost().seconds(1000), 0.01, 0.02));
}

TEST_CASE("what contradicts a limit is corrected to it, and where it is far beyond it to what is likely") {
    const auto corrected = [](double known) {
        LearnedCost cost({.item_seconds = known});
        cost.correct(2.0, 3.0, 4.0);
        return cost.cost().item_seconds;
    };
    CHECK(corrected(2.5) == 2.5);
    CHECK(corrected(5.0) == 4.0);
    CHECK(corrected(1.5) == 2.0);
    CHECK(corrected(20.0) == 3.0);
    CHECK(corrected(0.4) == 3.0);
}

TEST_CASE("a batch that is nearly all overhead says little of an item") {
    const WorkCost right = {.batch_seconds = 2e-3, .item_seconds = 3e-4};
    LearnedCost cost(right);
    cost.update(10, right.seconds(10));
    cost.update(3, 2.1e-3); // a third less than predicted; as if an item took a ninth
    CHECK(cost.cost().item_seconds > right.item_seconds / 1.5);
    cost.update(3, 2.1e-3); // and again
    CHECK(cost.cost().item_seconds > right.item_seconds / 2.25);
}

TEST_CASE("a batch of which only limits are known corrects what is beyond them") {
    LearnedCost cost({.batch_seconds = 1e-3, .item_seconds = 2e-5});
    cost.bound(100, 2e-3, 3e-3, 6e-3); // 3 ms were predicted
    CHECK(cost.cost().item_seconds == 2e-5);
    cost.bound(1000, 0.1, 0.15, 0.3); // 21 ms were
    CHECK(near(cost.cost().item_seconds, (0.15 - 1e-3) / 1000, 1e-9));
    LearnedCost fresh({.batch_seconds = 1e-3, .item_seconds = 2e-5});
    fresh.bound(100, 9e-3, 1e-2, 2e-2); // a first batch, which may take some milliseconds longer
    CHECK(fresh.cost().item_seconds == 2e-5);
}

TEST_CASE("what else is said of an item replaces what the first batch said, and later moves it") {
    LearnedCost cost({.batch_seconds = 0.0, .item_seconds = 1e-5});
    cost.believe(3e-5);
    CHECK(near(cost.cost().item_seconds, 3e-5, 1e-9));
    cost.update(1000, 0.03);
    cost.update(1000, 0.03);
    cost.believe(6e-5);
    CHECK(cost.cost().item_seconds > 3.1e-5);
    CHECK(cost.cost().item_seconds < 5e-5);
}

TEST_CASE("a true prior outlives noise") {
    std::mt19937_64 random(1);
    std::normal_distribution<double> noise(0.0, 0.03);
    LearnedCost cost({.batch_seconds = 3e-4, .item_seconds = 1e-5});
    for (int i = 0; i < 200; ++i) {
        const double items = 500.0 + 37.0 * (i % 50);
        cost.update(items, (3e-4 + 1e-5 * items) * (1.0 + noise(random)));
        CHECK(near(cost.cost().seconds(items), 3e-4 + 1e-5 * items, 0.08));
    }
}

TEST_CASE("a batch three times slower changes nothing, two of them do") {
    LearnedCost cost({.item_seconds = 1e-5});
    for (int i = 0; i < 10; ++i) cost.update(1000, 0.01);
    cost.update(1000, 0.03);
    CHECK(near(cost.cost().seconds(1000), 0.01, 0.02));
    cost.update(1000, 0.01);
    cost.update(1000, 0.03); // they do not follow each other
    CHECK(near(cost.cost().seconds(1000), 0.01, 0.02));
    cost.update(1000, 0.03);
    CHECK(near(cost.cost().seconds(1000), 0.03, 0.1));
}

TEST_CASE("a first batch that was disturbed is corrected by the second") {
    LearnedCost cost({.item_seconds = 1e-5});
    cost.update(1000, 0.03);
    cost.update(1000, 0.01);
    CHECK(near(cost.cost().seconds(1000), 0.01, 0.1));
    LearnedCost unknown({});
    unknown.update(1000, 0.03);
    unknown.update(1000, 0.01);
    CHECK(near(unknown.cost().seconds(1000), 0.01, 0.1));
}

TEST_CASE("a device that becomes 30 % slower is followed within five batches") {
    LearnedCost cost({.item_seconds = 1e-5});
    for (int i = 0; i < 10; ++i) cost.update(1000, 0.01);
    for (int i = 0; i < 5; ++i) cost.update(1000, 0.013);
    CHECK(near(cost.cost().seconds(1000), 0.013, 0.06));
}

TEST_CASE("what a batch costs without an item is found from batches of different sizes") {
    LearnedCost cost({});
    for (const double items : {100.0, 1000.0, 2000.0, 1500.0, 700.0, 300.0, 100.0, 50.0})
        cost.update(items, 0.002 + 1e-5 * items);
    CHECK(near(cost.cost().batch_seconds, 0.002, 0.15));
    CHECK(near(cost.cost().item_seconds, 1e-5, 0.15));
}

TEST_CASE("fewer items than fill the device count as many as fill it") {
    LearnedCost cost({.least_items = 1000});
    cost.update(10, 0.01);
    CHECK(near(cost.cost().seconds(10), 0.01, 1e-9));
    CHECK(near(cost.cost().seconds(1000), 0.01, 1e-9));
}

TEST_CASE("what is no measurement is ignored") {
    LearnedCost cost({});
    for (const double seconds : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()})
        cost.update(1000, seconds);
    cost.update(0, 1.0);
    CHECK(!cost.cost().known());
    CHECK(cost.batches() == 0);
}
