// Whatever places the work, right or wrong, the rows are the same.
#include <cmath>
#include <deque>
#include <numeric>
#include <random>

#include <doctest/doctest.h>

#include "checked_sweep.hpp"
#include "device/cpu/column_store.hpp"
#include "device/cpu/host_processor.hpp"
#include "relative.hpp"
#include "sweep/device_models.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

using Dice = std::mt19937_64;

bool chance(Dice& dice, double probability) { return std::bernoulli_distribution(probability)(dice); }

template <class T>
T one_of(Dice& dice, const std::vector<T>& values) {
    return values[std::uniform_int_distribution<std::size_t>(0, values.size() - 1)(dice)];
}

// Profiles as they may be after a change of the machine: wrong by up to a factor of a thousand.
void add_made_up_cost(Dice& dice, Profiles& profiles, const WorkKey& key) {
    const double item_seconds = std::pow(10.0, std::uniform_real_distribution<double>(-12.0, -6.0)(dice));
    for (const double items : {1e3, 1e5})
        if (chance(dice, 0.8))
            profiles.add({key, "made up", items, 1e-6 + items * item_seconds}, "2022-01-01T00:00:00Z");
}

std::vector<BalanceShare> made_up_shares(Dice& dice, const std::vector<std::string>& devices) {
    std::vector<BalanceShare> shares;
    double sum = 0.0;
    for (const std::string& device : devices) {
        const double share = chance(dice, 0.2) ? 0.0 : std::uniform_real_distribution<double>(0.0, 1.0)(dice);
        shares.push_back({device, share});
        sum += share;
    }
    if (sum == 0.0) shares.front().share = sum = 1.0;
    for (BalanceShare& share : shares) share.share /= sum;
    return shares;
}

// One made-up machine, with devices that fail now and then, and one made-up opinion about it.
void try_placement(CheckedSweep& sweep, std::uint64_t seed) {
    CAPTURE(seed);
    Dice dice(seed);
    RunOptions options;
    options.cpu = chance(dice, 0.7);
    options.workers = one_of<std::size_t>(dice, {1, 2, 5});
    options.instruction_set = one_of<std::string>(dice, {"auto", "scalar"});
    options.batch_size = chance(dice, 0.3) ? one_of<std::uint64_t>(dice, {1, 7, 64, 5000}) : 0;
    std::deque<MadeUpDevice> devices(std::uniform_int_distribution<std::size_t>(0, 4)(dice));
    std::vector<MadeUpDevice*> found;
    std::vector<std::string> ids;
    if (options.cpu) ids.emplace_back("cpu");
    for (MadeUpDevice& device : devices) {
        device.id = "made:" + std::to_string(found.size());
        device.workers = one_of<std::size_t>(dice, {1, 2, 3});
        device.at_once = one_of<std::size_t>(dice, {1, 16, 1000});
        if (chance(dice, 0.1)) device.start_error = device.id + " does not start";
        if (chance(dice, 0.1)) device.worker_error = device.id + " has no queue";
        if (chance(dice, 0.3)) device.fails_at = std::uniform_int_distribution<long long>(1, 6)(dice);
        found.push_back(&device);
        ids.push_back(device.id);
    }
    std::size_t measured = 0;
    options.on_measured = [&](const std::vector<Observation>& batches) { measured += batches.size(); };
    const PreparedSweep& prepared = sweep.prepared();
    if (chance(dice, 0.7)) {
        const SweepWork work = {prepared, "avx512", options.workers};
        add_made_up_cost(dice, options.profiles, work.key(host_processor()));
        for (MadeUpDevice* device : found)
            add_made_up_cost(dice, options.profiles, work.key(run_device_of(*device, prepared).properties));
    }
    options.find_first = chance(dice, 0.5);
    if (!ids.empty() && options.find_first) options.shares = made_up_shares(dice, ids);
    sweep.run(options, found);
    CHECK(measured > 0);
}

} // namespace

TEST_CASE("200 machines with failing devices, wrong profiles and any balance: the same rows") {
    CheckedSweep sweep;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) try_placement(sweep, seed);
}

TEST_CASE("fixed shares are kept to the scenario") {
    CheckedSweep sweep; // 600 ids, of which the first 100 have no row
    for (const bool by_uuid : {false, true})
        for (const std::uint64_t batch_size : {0, 3}) {
            MadeUpDevice a, b;
            b.id = "made:1";
            RunOptions options = options_of(true, batch_size);
            options.shares = {{"cpu", 0.25}, {by_uuid ? "uuid of made:0" : "made:0", 0.5}, {"made:1", 0.25}};
            const RunResult result = sweep.run(options, {&a, &b});
            CHECK(work_of(result, "cpu")->scenarios == 50);
            CHECK(work_of(result, "made:0")->scenarios == 300);
            CHECK(work_of(result, "made:1")->scenarios == 150);
        }
}

TEST_CASE("what a device with a share leaves behind is computed by the others") {
    CheckedSweep sweep;
    for (const bool cpu : {true, false}) {
        MadeUpDevice a, b;
        a.fails_at = 2;
        b.id = "made:1";
        RunOptions options = options_of(cpu, 10);
        options.shares = {{"made:0", 0.5}, {"made:1", 0.5}};
        const RunResult result = sweep.run(options, {&a, &b});
        CHECK(has_note(result, "made:0 takes no more work: "));
        CHECK(work_of(result, "made:0")->scenarios <= 10);
    }
}

TEST_CASE("columns that are computed once are not reported as what a batch costs") {
    CheckedSweep sweep;
    MadeUpDevice device;
    device.kept_column_seconds = 0.5;
    RunOptions options = options_of(false, 600);
    std::vector<Observation> all;
    options.on_measured = [&](const std::vector<Observation>& batches) {
        all.insert(all.end(), batches.begin(), batches.end());
    };
    sweep.run(options, {&device});
    double simulated = 0.0;
    for (const Observation& batch : all)
        if (batch.work.tag.starts_with("sim/")) simulated += batch.seconds;
    CHECK(simulated > 0.0);
    CHECK(simulated < device.kept_column_seconds); // 500 scenarios of 90 bars
}

TEST_CASE("the CPU's kept columns are reported as work of their own, and predicted from that") {
    CheckedSweep sweep;
    RunOptions options = options_of(true);
    options.instruction_set = "scalar";
    std::vector<Observation> columns;
    options.on_measured = [&](const std::vector<Observation>& batches) {
        for (const Observation& batch : batches)
            if (batch.work.tag.starts_with("columns/")) columns.push_back(batch);
    };
    const PreparedSweep& prepared = sweep.prepared();
    sweep.run(options, {});
    const SweepWork work = {prepared, "scalar", options.workers};
    REQUIRE(columns.size() == 1);
    CHECK(columns.front().work == work.kept_columns_key(host_processor()));
    CHECK(columns.front().seconds > 0.0);
    // 50 of the 60 lengths are used; all are counted where one of their neighbours is.
    const double all = kept_column_items(prepared.plan());
    CHECK(columns.front().items <= all);
    CHECK(columns.front().items > 0.7 * all);

    Profiles profiles;
    CHECK(device_model(host_processor(), work, profiles).once.empty());
    profiles.add({work.kept_columns_key(host_processor()), "cpu", all, 0.25}, "2022-01-31T12:00:00Z");
    const DeviceModel model = device_model(host_processor(), work, profiles);
    CHECK(once_seconds(model.once, 600.0) == relative(0.25));
    CHECK(once_seconds(model.once, 1.0) < 0.1);
    CHECK(once_seconds(model.once, 1.0) > 0.0);

    // Beside who takes the processor from the CPU nobody can tell what they take.
    columns.clear();
    MadeUpDevice device;
    options.find_devices = [&](const std::function<void(std::string)>&) {
        std::vector<RunDevice> found = {run_device_of(device, prepared)};
        found.front().properties.is_cpu = true;
        found.front().properties.compute_units = 2;
        return found;
    };
    options.find_first = true;
    options.shares = {{"cpu", 0.5}, {"made:0", 0.5}};
    sweep.run(options, {&device});
    CHECK(columns.empty());
}

TEST_CASE("batches are reported as what the whole device would take for them, by its key") {
    CheckedSweep sweep;
    MadeUpDevice device;
    RunOptions options = options_of(false, 100);
    std::vector<Observation> all;
    options.on_measured = [&](const std::vector<Observation>& batches) {
        all.insert(all.end(), batches.begin(), batches.end());
    };
    sweep.run(options, {&device});
    double items = 0.0;
    for (const Observation& batch : all) {
        CHECK(batch.seconds > 0.0);
        CHECK(batch.work.uuid == "uuid of made:0");
        if (batch.work.tag.starts_with("sim/")) items += batch.items;
    }
    CHECK(all.size() == 6); // five batches, the first hundred ids having no rows, and its start
    CHECK(items == 500.0 * static_cast<double>(sweep.prepared().data().bars.size()));
}
