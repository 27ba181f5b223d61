// Processes that add rows are killed at random moments; what they finished must be there, whole, and nothing
// else.
#include <csignal>
#include <random>

#include <doctest/doctest.h>

#include "store/row_writer.hpp"
#include "support.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

constexpr std::uint64_t total = 40000;
constexpr int kills_wanted = 40;

// Adds what is missing in blocks of all sizes and any order, now and then tidies up and opens the run again,
// so that a kill may come at any of these moments.
int add_rows(const std::filesystem::path& run, unsigned seed) {
    std::mt19937 random(seed);
    auto store = std::make_unique<RunStore>(RunStore::open_for_append(run));
    std::vector<IdRange> missing = missing_ranges(store->finished_ranges(), total, 1 + random() % 400);
    std::shuffle(missing.begin(), missing.end(), random);
    for (const IdRange& range : missing) {
        store->append(make_block(range, schema_with_blocks));
        if (random() % 16 == 0) {
            store->finish();
            store.reset();
            store = std::make_unique<RunStore>(RunStore::open_for_append(run));
        }
    }
    store->finish();
    return 0;
}

// The same through the writer's thread and queue.
int add_rows_with_writer(const std::filesystem::path& run, unsigned seed) {
    std::mt19937 random(seed);
    RunStore store = RunStore::open_for_append(run);
    const std::vector<IdRange> missing = missing_ranges(store.finished_ranges(), total, 1 + random() % 400);
    RowWriter writer(store, 4);
    for (const IdRange& range : missing) writer.push(make_block(range, schema_with_blocks));
    writer.close();
    store.finish();
    return 0;
}

} // namespace

TEST_CASE("a process that is killed at any moment leaves whole blocks, and the run ends with the same hash") {
    const std::string expected = undisturbed_hash(total);
    std::random_device device;
    const unsigned seed = device();
    CAPTURE(seed);
    std::mt19937 random(seed);
    int kills = 0;
    int partial = 0;                        // kills that left some, but not all
    constexpr unsigned usual_wait = 30'000; // microseconds
    unsigned longest_wait = usual_wait;     // longer and longer while a process is slow to begin
    while (kills < kills_wanted) {
        const TemporaryFolder folder;
        const std::filesystem::path run = folder / "run";
        RunStore::create(run, schema_with_blocks, false);
        for (bool done = false; !done && kills < kills_wanted;) {
            const bool threaded = random() % 2 == 0;
            const pid_t child = start_child([&, child_seed = static_cast<unsigned>(random())] {
                return threaded ? add_rows_with_writer(run, child_seed) : add_rows(run, child_seed);
            });
            ::usleep(static_cast<useconds_t>(random() % longest_wait));
            ::kill(child, SIGKILL);
            const int status = wait_for(child);
            REQUIRE((status == 0 || status == 128 + SIGKILL));
            kills += status == 0 ? 0 : 1;

            const RunStore store = RunStore::open_for_reading(run);
            REQUIRE(holds_exactly_its_ranges(store));
            REQUIRE(holds_exactly_the_sums_of_its_ranges(store));
            done = store.finished_ranges() == std::vector<IdRange>{{0, total}};
            partial += !done && store.row_count() > 0 ? 1 : 0;
            longest_wait = store.row_count() == 0 ? longest_wait / 2 * 3 : usual_wait;
        }
        RunStore store = RunStore::open_for_append(run);
        for (const IdRange& range : missing_ranges(store.finished_ranges(), total, 1000))
            store.append(make_block(range, schema_with_blocks));
        store.finish();
        REQUIRE(store.hash() == expected);
        REQUIRE(holds_exactly_the_sums_of_its_ranges(store));
        REQUIRE(std::distance(std::filesystem::directory_iterator(run), {}) == 1);
    }
    MESSAGE(kills << " kills, " << partial << " of them with a part of the rows written");
    CHECK(partial > 0);
}

TEST_CASE("a process that is killed while it makes a run leaves a run or nothing in the way of one") {
    std::mt19937 random(std::random_device{}());
    for (int i = 0; i < 20; ++i) {
        const TemporaryFolder folder;
        const pid_t child = start_child([&] {
            RunStore::create(folder / "run", small_schema, false);
            return 0;
        });
        ::usleep(static_cast<useconds_t>(random() % 10000));
        ::kill(child, SIGKILL);
        wait_for(child);
        const bool made = std::filesystem::exists(folder / "run" / "rows.sqlite");
        RunStore store = made ? RunStore::open_for_append(folder / "run")
                              : RunStore::create(folder / "run", small_schema, false);
        store.append(make_block({0, 10}));
        REQUIRE(store.hash() == undisturbed_hash(10));
    }
}
