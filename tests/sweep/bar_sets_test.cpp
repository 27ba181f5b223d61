// Scenarios over many sets of bars: the same bits on any devices, whatever becomes of them.
#include <atomic>

#include <doctest/doctest.h>

#include "checked_sweep.hpp"
#include "sweep/bar_sets.hpp"
#include "sweep/outcome_of_row.hpp"
#include "sweep/price_noise.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

constexpr std::uint64_t set_count = 30;

bool same(const Outcome& a, const Outcome& b) {
    return same_bits(a.total_return, b.total_return) && same_bits(a.max_drawdown, b.max_drawdown) &&
           same_bits(a.sharpe, b.sharpe) && a.ruined == b.ruined;
}

// A sweep, some of its scenarios on some sets of bars, and what sweeps over these bars make of them.
class Sets {
  public:
    Sets() : noise_(prepared().data().bars, 0.5, 7) {
        for (std::uint64_t set = 0; set < set_count; ++set) {
            LoadedBars data = prepared().data();
            data.bars = noise_.bars(set);
            const PreparedSweep sweep(prepared().request(), Settings{}, data);
            const CollectedRows all = run_all(sweep, RunOptions{});
            for (const std::uint64_t id : ids)
                if (const auto row = all.rows.find(id); row != all.rows.end())
                    expected_[id].push_back(outcome_of_row(row->second.status, row->second.values,
                                                           sweep.schema().parameters.size()));
        }
        REQUIRE(expected_.size() == 3);
        CHECK_FALSE(same(expected_[100][0], expected_[100][1]));
    }

    const PreparedSweep& prepared() const { return sweep_.prepared(); }

    BarSetsResult run(RunOptions options, const std::vector<MadeUpDevice*>& devices) {
        BarSetsResult result = run_part(std::move(options), devices);
        REQUIRE(result.outcomes.size() == expected_.size());
        std::uint64_t sets = 0;
        for (const auto& [device, count] : result.sets) sets += count;
        CHECK(sets == set_count);
        for (const auto& [id, outcomes] : expected_)
            for (std::size_t set = 0; set < set_count; ++set)
                if (!same(result.outcomes[id].at(set), outcomes.at(set)))
                    FAIL_CHECK("scenario ", id, " on set ", set, " has other bits");
        return result;
    }

    BarSetsResult run_part(RunOptions options, const std::vector<MadeUpDevice*>& devices) {
        options.find_devices = finder_of(devices, prepared());
        const BarSets sets = {set_count, [&](std::uint64_t set) {
                                  if (on_set) on_set(set);
                                  return noise_.bars(set);
                              }};
        BarSetsResult result = run_bar_sets(prepared(), ids, sets, options);
        for (const MadeUpDevice* device : devices) CHECK(device->alive.load() == 0);
        return result;
    }

    std::function<void(std::uint64_t set)> on_set; // by the thread that will compute it

  private:
    const std::vector<std::uint64_t> ids = {50, 100, 333, 599}; // the first breaks a constraint
    CheckedSweep sweep_;
    PriceNoise noise_;
    std::map<std::uint64_t, std::vector<Outcome>> expected_;
};

bool noted(const BarSetsResult& result, const std::string& part) {
    return std::any_of(result.notes.begin(), result.notes.end(),
                       [&](const std::string& note) { return note.find(part) != std::string::npos; });
}

} // namespace

TEST_CASE("sets of bars come to what sweeps over them do, on the CPU, a device or both") {
    Sets sets;
    for (const std::size_t workers : {1U, 3U}) {
        CHECK(sets.run(options_of(true, 0, workers), {}).sets["cpu"] == set_count);
        MadeUpDevice alone;
        alone.workers = workers;
        const BarSetsResult result = sets.run(options_of(false, 0, workers), {&alone});
        CHECK(result.sets.at("made:0") == set_count);
        CHECK(alone.batches.load() == static_cast<long long>(set_count));
        CHECK(noted(result, "made:0 was here"));
        CHECK_FALSE(noted(result, "no accelerator is left"));
    }
    MadeUpDevice device, other;
    other.id = "made:1";
    RunOptions options = options_of(true);
    options.shares = {{"made:0", 0.5}, {"cpu", 0.2}, {"made:1", 0.3}};
    const std::map<std::string, std::uint64_t> parts = {{"cpu", 6}, {"made:0", 15}, {"made:1", 9}};
    CHECK(sets.run(options, {&device, &other}).sets == parts);
}

TEST_CASE("sets of a device that fails are done by the others, or by the CPU that was not asked for") {
    Sets sets;
    for (const long long fails_at : {1, 4})
        for (const std::size_t workers : {1U, 3U}) {
            MadeUpDevice device, other;
            device.workers = workers;
            device.fails_at = fails_at;
            const BarSetsResult alone = sets.run(options_of(false), {&device});
            CHECK(noted(alone, "made:0 takes no more work: made:0: batch "));
            CHECK(noted(alone, "no accelerator is left: the CPU computes "));
            CHECK(alone.sets.at("cpu") >= set_count - static_cast<std::uint64_t>(fails_at - 1));

            device.batches = 0;
            other.id = "made:1";
            RunOptions options = options_of(false);
            options.shares = {{"made:0", 0.5}, {"made:1", 0.5}};
            const BarSetsResult both = sets.run(options, {&device, &other});
            CHECK(noted(both, " sets of bars are left to others"));
            CHECK_FALSE(both.sets.contains("cpu"));
            CHECK(both.sets.at("made:1") > set_count / 2);

            device.batches = 0;
            options = options_of(true);
            options.shares = {{"made:0", 0.5}, {"cpu", 0.5}};
            CHECK(sets.run(options, {&device}).sets.at("cpu") > set_count / 2);
        }
}

TEST_CASE("a device that cannot start leaves all to the CPU; one that is small takes fewer sets at once") {
    Sets sets;
    MadeUpDevice asleep, broken, small;
    asleep.start_error = "made:0 is asleep";
    broken.id = "made:1";
    broken.worker_error = "made:1 has no queues";
    const BarSetsResult result = sets.run(options_of(false), {&asleep, &broken});
    CHECK(noted(result, "made:0 is left out: made:0 is asleep"));
    CHECK(noted(result, "made:1 is left out: made:1 has no queues"));
    CHECK(noted(result, "no accelerator is left: the CPU computes 30 sets of bars"));

    small.workers = 4;
    small.room = 2;
    const BarSetsResult fewer = sets.run(options_of(false), {&small});
    CHECK(noted(fewer, "made:0 is full; 2 sets of bars at once fit, not 4"));
    CHECK(fewer.sets.at("made:0") == set_count);
}

TEST_CASE("what cannot be run is nowhere; a stop and an error end all") {
    Sets sets;
    MadeUpDevice device;
    std::atomic<bool> stop{false};
    std::atomic<int> seen{0};
    sets.on_set = [&](std::uint64_t) {
        if (++seen == 5) stop.store(true);
    };
    RunOptions options = options_of(true);
    options.stop = &stop;
    sets.run_part(options, {&device});
    CHECK(seen.load() < 12); // each thread ends with the set it has

    sets.on_set = [](std::uint64_t set) {
        if (set == 3) throw IoError("no bars");
    };
    for (const bool cpu : {true, false})
        CHECK_THROWS_WITH_AS(sets.run_part(options_of(cpu), {&device}), "no bars", IoError);

    const BarSets none = {0, {}};
    CHECK(run_bar_sets(sets.prepared(), {599}, none, options_of(true)).outcomes.empty());
}
