// What is made of measured placements.
#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "bench/crossover.hpp"
#include "bench/placement_regret.hpp"
#include "relative.hpp"

using namespace threadx;

namespace {

DeviceProperties device(const char* id, DeviceKind kind) {
    DeviceProperties out;
    out.id = id;
    out.kind = kind;
    return out;
}

PlacementResult measured() {
    PlacementResult out;
    out.where.devices = {device("cpu", DeviceKind::cpu), device("cuda:0", DeviceKind::cuda)};
    out.scenarios = 1000;
    out.ways = {
        {"slow", {1.0, 0.0}, {}, false, {0.1}, {{10000.0, 0.0}}}, // left out: so it is not the best
        {"good", {0.3, 0.7}, {}, true, {2.1, 2.0, 9.0}, {{100.0, 400.0}, {200.0, 300.0}, {150.0, 350.0}}},
        {"worse", {0.5, 0.5}, {}, true, {3.0, 3.0, 3.0}, {{200.0, 200.0}}},
        {"guided", {}, {}, true, {2.31, 2.2, 4.0}, {}}};
    return out;
}

} // namespace

TEST_CASE("regret is against the best of the fixed shares, by medians") {
    const PlacementResult result = measured();
    CHECK(result.best_fixed().name == "good");
    CHECK(result.regret(result.ways[3]) == relative(0.1));
    CHECK(result.regret(result.ways[2]) == relative(3.0 / 2.1 - 1.0));
}

TEST_CASE("regret by rounds is against the shares that were best in the other rounds, in the same one") {
    PlacementResult result = measured();
    // "good" is best in the others only in the last round; without it 2.1 and 2.0 have 9.0 beside them.
    CHECK(result.regret_by_rounds(result.ways[3]) == relative(2.2 / 3.0 - 1.0));
    result.ways[1].seconds_of_runs = {2.0, 2.0, 4.0}; // the machine was slow: for both
    result.ways[3].seconds_of_runs = {2.2, 2.2, 4.4};
    CHECK(result.regret_by_rounds(result.ways[3]) == relative(0.1));
    for (PlacementWay& way : result.ways) way.seconds_of_runs.resize(1);
    CHECK(result.regret_by_rounds(result.ways[3]) == relative(result.regret(result.ways[3])));
}

TEST_CASE("the ideal has the rates that devices had together, all at work until the end") {
    PlacementResult result = measured(); // "good": done after 300 / 150 = 2.0 s and 700 / 350 = 2.0 s
    CHECK(result.ideal_seconds() == relative(1000.0 / (150.0 + 350.0)));
    CHECK(result.over_ideal(result.ways[3]) == relative(2.31 / 2.0 - 1.0));
    // Done after 1 s and 2.5 s: the second one was alone for long, and fast.
    result.ways.push_back({"uneven", {0.5, 0.5}, {}, true, {2.5}, {{500.0, 200.0}}});
    CHECK(result.ideal_seconds() == relative(2.0));
    // One alone may be the best of all.
    result.ways.push_back({"alone", {0.0, 1.0}, {}, true, {1.6}, {{0.0, 640.0}}});
    CHECK(result.ideal_seconds() == relative(1000.0 / 640.0));
}

TEST_CASE("fixed shares to compare with are a grid, each device alone, and some beside the ideal") {
    for (const std::vector<double>& ideal : {std::vector{0.93, 0.07},
                                             {0.5, 0.5},
                                             {0.7, 0.2, 0.1},
                                             {0.99, 0.005, 0.005},
                                             {0.25, 0.25, 0.25, 0.25}}) {
        const std::vector<std::vector<double>> all = fixed_shares(ideal);
        CHECK(all.size() >= 8);
        CHECK(std::find(all.begin(), all.end(), ideal) != all.end());
        for (std::size_t alone = 0; alone < ideal.size(); ++alone) {
            std::vector<double> shares(ideal.size(), 0.0);
            shares[alone] = 1.0;
            CHECK(std::find(all.begin(), all.end(), shares) != all.end());
        }
        for (const std::vector<double>& shares : all) {
            CHECK(shares.size() == ideal.size());
            CHECK(std::accumulate(shares.begin(), shares.end(), 0.0) == relative(1.0));
            CHECK(std::all_of(shares.begin(), shares.end(), [](double share) { return share >= 0.0; }));
        }
        CHECK(std::count_if(all.begin(), all.end(), [&](const std::vector<double>& shares) {
                  return shares != ideal && std::abs(shares[0] - ideal[0]) <= 0.0501;
              }) >= 2);
    }
}

TEST_CASE("a crossover is where a device is as fast from there on, not where it was once by chance") {
    const DeviceProperties cpu = device("cpu", DeviceKind::cpu), gpu = device("cuda:0", DeviceKind::cuda);
    Crossover crossover;
    crossover.open_seconds = 0.5;
    const auto rung = [&](std::uint64_t bars, double on_cpu, double on_gpu) {
        crossover.rungs.push_back({bars, 10, {{cpu, 0.0, on_cpu}, {gpu, 1.0, on_gpu}}});
    };
    rung(1000, 4.0, 2.5); // in no order; with its start not faster: 2.5 + 1 + 0.5 = 4, as fast
    rung(10, 0.1, 0.05);  // by chance
    rung(100, 0.5, 0.6);
    rung(300, 1.0, 0.7);
    CHECK(crossover.from(1, false) == 3000.0);
    CHECK(crossover.from(1, true) == 10000.0);
    rung(5000, 4.0, 5.0);
    CHECK(!crossover.from(1, false));
    CHECK(!crossover.from(1, true));
}

TEST_CASE("a wrong profile is wrong about one device's sweeps and right about the rest") {
    Profiles right;
    const auto add = [&](const char* uuid, const char* tag) {
        right.add({{uuid, "", "", tag, ""}, "", 1024.0, 2.0}, "2022-01-31T12:00:00Z");
    };
    add("a", "sim/x");
    add("a", "start");
    add("b", "sim/x");
    const Profiles wrong = wrong_profiles(right, "a", 5.0);
    REQUIRE(wrong.entries.size() == 3);
    for (const auto& [key, profile] : wrong.entries)
        CHECK(profile.rate.item_seconds() / right.entries.at(key).rate.item_seconds() ==
              relative(key.work.uuid == "a" && key.work.tag == "sim/x" ? 5.0 : 1.0));
}
