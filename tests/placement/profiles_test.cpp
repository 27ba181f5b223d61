// What kinds of work cost, from what was measured of them.
#include "placement/profiles.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "profile_cases.hpp"
#include "relative.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

const WorkKey work = key_of("sim/ema_cross");

rc::Gen<double> between(double low, double high) {
    return rc::gen::map(rc::gen::inRange(0, 100001), [low, high](int step) {
        return low * std::pow(high / low, static_cast<double>(step) / 100000.0);
    });
}

bool is_sane(const WorkCost& cost) {
    return std::isfinite(cost.batch_seconds) && cost.batch_seconds >= 0.0 &&
           std::isfinite(cost.item_seconds) && cost.item_seconds > 0.0 && cost.least_items == 0.0;
}

} // namespace

TEST_CASE("a bucket is a power of two of the items") {
    CHECK(size_bucket(1.0) == 0);
    CHECK(size_bucket(1.9) == 0);
    CHECK(size_bucket(2.0) == 1);
    CHECK(size_bucket(1023.0) == 9);
    CHECK(size_bucket(1024.0) == 10);
    CHECK(size_bucket(0x1p63) == 63);
    for (const double few : {0.0, -5.0, 0.5, std::numeric_limits<double>::quiet_NaN()})
        CHECK(size_bucket(few) == 0);
    for (const double many : {0x1p200, std::numeric_limits<double>::infinity()})
        CHECK(size_bucket(many) == 63);
}

TEST_CASE("nothing is known of what was not measured") {
    Profiles profiles;
    CHECK_FALSE(profiles.cost(work));
    measure(profiles, work, 1000, 0.5);
    for (int part = 0; part < 5; ++part) { // all of the key must be the same
        WorkKey other = work;
        (part == 0   ? other.uuid
         : part == 1 ? other.driver
         : part == 2 ? other.kernels
         : part == 3 ? other.tag
                     : other.precision) += "x";
        CHECK_FALSE(profiles.cost(other));
    }
    CHECK(profiles.cost(work));
}

TEST_CASE("one bucket gives the cost of an item and nothing for a batch") {
    Profiles profiles;
    measure(profiles, work, 1500, 3.0);
    REQUIRE(profiles.cost(work));
    CHECK(profiles.cost(work)->batch_seconds == 0.0);
    CHECK(profiles.cost(work)->item_seconds == relative(0.002));
}

TEST_CASE("an observation updates its bucket alone, and says when and on what") {
    Profiles profiles;
    measure(profiles, work, 1000, 1.0);
    measure(profiles, work, 4000, 2.0);
    measure(profiles, work, 1100, 1.1, 1, "2022-02-01T00:00:00Z");
    REQUIRE(profiles.entries.size() == 3);
    CHECK(profiles.entries.at({work, 9}).rate.state().count == 5);
    CHECK(profiles.entries.at({work, 10}).updated == "2022-02-01T00:00:00Z");
    CHECK(profiles.entries.at({work, 10}).items == 1100.0);
    CHECK(profiles.entries.at({work, 11}).device == "gpu:0 (Made-up)");
}

TEST_CASE("the mean size of a bucket's batches is that of the measurements that count") {
    Profiles profiles;
    const auto items = [&] { return profiles.entries.at({work, 9}).items; };
    measure(profiles, work, 600, 6.0, 1);
    measure(profiles, work, 1000, 10.0, 1);
    CHECK(items() == relative(800.0));
    measure(profiles, work, 520, 52.0, 2); // outliers
    CHECK(items() == relative(800.0));
    measure(profiles, work, 540, 54.0, 1); // the machine changed
    CHECK(items() == relative(540.0));
}

TEST_CASE("an observation that cannot be changes nothing") {
    Profiles profiles;
    measure(profiles, work, 1000, 1.0);
    const Profiles before = profiles;
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    for (const double bad : {0.0, -1.0, nan, infinity, 5e-324, 1e300}) {
        measure(profiles, work, bad, 1.0);
        measure(profiles, work, 1000, bad);
        measure(profiles, work, bad, bad);
    }
    CHECK(same(profiles, before));
}

TEST_CASE("the cost of a batch and of an item are found where the sizes tell them apart") {
    CHECK(rc::check([] {
        const double item = *between(1e-12, 1e-3);
        const double batch_items = *between(16.0, 1e5); // as many items take as long as a batch itself
        const double batch = batch_items * item;
        std::vector<double> sizes = {batch_items * *between(0.07, 0.2), batch_items * *between(5.0, 15.0)};
        for (const double more : {0.5, 1.0, 50.0, 1000.0})
            if (*rc::gen::inRange(0, 2) == 0) sizes.push_back(batch_items * more);
        Profiles profiles;
        for (const double items : sizes) measure(profiles, work, items, batch + item * items, 1);
        const std::optional<WorkCost> cost = profiles.cost(work);
        RC_ASSERT(cost && is_sane(*cost));
        RC_ASSERT(std::abs(cost->batch_seconds / batch - 1.0) < 0.01);
        RC_ASSERT(std::abs(cost->item_seconds / item - 1.0) < 0.01);
    }));
}

TEST_CASE("whatever was measured, a cost is never negative, and more items never take less") {
    CHECK(rc::check([] {
        Profiles profiles;
        const int measurements = *rc::gen::inRange(1, 30);
        for (int i = 0; i < measurements; ++i) {
            const double items = *between(1.0, 1e18);
            measure(profiles, work, items, items * *between(1e-14, 1e3), 1);
        }
        const std::optional<WorkCost> cost = profiles.cost(work);
        RC_ASSERT(cost && is_sane(*cost));
        double before = 0.0;
        for (double items = 0.5; items < 1e19; items *= 3.0) {
            RC_ASSERT(cost->seconds(items) >= before);
            before = cost->seconds(items);
        }
    }));
}

TEST_CASE("small batches that take as long as large ones have a cost of a batch") {
    Profiles profiles;
    measure(profiles, work, 1e3, 0.001);
    measure(profiles, work, 1e6, 0.001);
    const WorkCost cost = profiles.cost(work).value();
    CHECK(cost.seconds(1e3) == relative(0.001).epsilon(0.1));
    CHECK(cost.seconds(1e6) == relative(0.001).epsilon(0.1));
    CHECK(cost.seconds(1e9) > 0.05); // but a hundred million items are not for free
}

TEST_CASE("small batches that are quicker by the item make a batch free of cost") {
    Profiles profiles;
    measure(profiles, work, 1e3, 0.5e-3);
    measure(profiles, work, 1e6, 1.0);
    const WorkCost cost = profiles.cost(work).value();
    CHECK(cost.batch_seconds == 0.0);
    CHECK(cost.item_seconds > 0.5e-6);
    CHECK(cost.item_seconds < 1e-6);
}

TEST_CASE("of two sizes that are almost the same the noise does not decide") {
    Profiles profiles; // neighbours of a border between two buckets, 3 % apart
    measure(profiles, work, 1020, 1.03);
    measure(profiles, work, 1030, 1.00);
    CHECK(profiles.cost(work)->seconds(1e6) == relative(1000.0).epsilon(0.1));
}

TEST_CASE("a bucket that was measured often and steadily weighs more than one with a single measurement") {
    Profiles profiles;
    measure(profiles, work, 1e6, 1.0, 50);
    measure(profiles, work, 3e6, 3.0 * 1.4, 1);
    CHECK(profiles.cost(work)->item_seconds < 1.12e-6);
    measure(profiles, work, 3e6, 3.0 * 1.4, 50);
    CHECK(profiles.cost(work)->item_seconds > 1.12e-6);
}

TEST_CASE("a machine that became five times slower is believed after three batches") {
    Profiles profiles;
    measure(profiles, work, 1e6, 1.0, 50);
    measure(profiles, work, 1e6, 5.0, 2);
    CHECK(profiles.cost(work)->item_seconds == relative(1e-6));
    measure(profiles, work, 1e6, 5.0, 1);
    CHECK(profiles.cost(work)->item_seconds == relative(5e-6));
}

TEST_CASE("of a kind of work that is not known, the median of its family stands for it") {
    Profiles profiles;
    const WorkKey wanted = key_of("sim/new_one");
    CHECK_FALSE(profiles.cost_or_like(wanted));
    measure(profiles, key_of("start"), 1, 0.3);
    measure(profiles, key_of("indicator/sma"), 1000, 1e-6);
    CHECK_FALSE(profiles.cost_or_like(wanted));
    measure(profiles, key_of("sim/a"), 1000, 1.0);
    CHECK(profiles.cost_or_like(wanted)->item_seconds == relative(0.001));
    measure(profiles, key_of("sim/b"), 1000, 2.0);
    for (const double items : {1e3, 1e5, 1e7}) // three buckets are still one kind of work
        measure(profiles, key_of("sim/c"), items, 0.09 * items);
    CHECK(profiles.cost_or_like(wanted)->item_seconds == relative(0.002));
    CHECK_FALSE(profiles.cost_or_like(key_of("sim/new_one", "another device")));
    CHECK_FALSE(profiles.cost_or_like(key_of("simulation/x")));
    CHECK_FALSE(profiles.cost_or_like(key_of("sim")));

    measure(profiles, wanted, 1000, 7.0);
    CHECK(profiles.cost_or_like(wanted)->item_seconds == relative(0.007));
}
