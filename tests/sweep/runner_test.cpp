#include "sweep/runner.hpp"

#include <atomic>
#include <mutex>
#include <stdexcept>

#include <doctest/doctest.h>

#include "sweep_for_tests.hpp"

using namespace threadx;
using test::make_request;
using test::run_all;

namespace {

constexpr const char* strategy = R"toml([params]
n = { default = 5, min = 1, max = 99, kind = "int" }
[rules]
enter_long = "crossover(close, sma(close, n))"
exit_long = "crossunder(close, sma(close, n))"
)toml";
constexpr const char* space = "[space]\nn = { from = 1, to = 60, step = 1 }\nconstraints = [\"n > 10\"]\n";

} // namespace

TEST_CASE("the last progress is complete, and counts the scenarios that the constraints exclude") {
    const test::TemporaryFolder folder;
    test::write_bars(folder / "bars.csv", 100);
    const PreparedSweep sweep(make_request(folder / "bars.csv", strategy, space), Settings{});
    for (const std::size_t workers : {1U, 3U}) {
        RunOptions options;
        options.workers = workers;
        options.batch_size = 7;
        RunProgress last;
        std::uint64_t before = 0;
        options.on_progress = [&](const RunProgress& progress) {
            CHECK(progress.done >= before);
            before = progress.done;
            last = progress;
        };
        const test::CollectedRows run = run_all(sweep, options);
        CHECK(last.done == 60);
        CHECK(last.total == 60);
        CHECK(run.rows.size() == 50);
        CHECK(run.result.scenarios == 50);
        CHECK(run.result.batch_size == 7);
    }
}

TEST_CASE("a run that is told to stop finishes its batches and says that it was interrupted") {
    const test::TemporaryFolder folder;
    test::write_bars(folder / "bars.csv", 100);
    const PreparedSweep sweep(make_request(folder / "bars.csv", strategy, space), Settings{});
    std::atomic<bool> stop{false};
    RunOptions options;
    options.workers = 2;
    options.batch_size = 4;
    options.stop = &stop;
    std::mutex mutex;
    std::uint64_t rows = 0;
    std::uint64_t ids = 0;
    const RunResult result = run_sweep(sweep, {sweep.range()}, options, [&](const RowBlock& block) {
        const std::lock_guard lock(mutex);
        rows += block.rows();
        ids += block.range.size();
        stop.store(true);
    });
    CHECK(result.interrupted);
    CHECK(ids <= 8);
    CHECK(ids % 4 == 0);
    CHECK(result.scenarios == rows);
    stop.store(true);
    CHECK(run_all(sweep, options).rows.empty());
}

TEST_CASE("an error of whoever takes the rows ends the run and is thrown on") {
    const test::TemporaryFolder folder;
    test::write_bars(folder / "bars.csv", 100);
    const PreparedSweep sweep(make_request(folder / "bars.csv", strategy, space), Settings{});
    RunOptions options;
    options.workers = 3;
    options.batch_size = 2;
    std::atomic<int> calls{0};
    const auto deliver = [&](const RowBlock&) {
        if (calls.fetch_add(1) >= 3) throw IoError("the disk is full");
    };
    CHECK_THROWS_WITH_AS(run_sweep(sweep, {sweep.range()}, options, deliver), "the disk is full", IoError);
    CHECK(calls.load() < 10);
}

TEST_CASE("nothing to do is done at once") {
    const test::TemporaryFolder folder;
    test::write_bars(folder / "bars.csv", 100);
    const PreparedSweep sweep(make_request(folder / "bars.csv", strategy, space), Settings{});
    int calls = 0;
    RunOptions options;
    options.on_progress = [&](const RunProgress&) { ++calls; };
    const RunResult result =
        run_sweep(sweep, {}, options, [](const RowBlock&) { FAIL("a block of nothing"); });
    CHECK_FALSE(result.interrupted);
    CHECK(result.scenarios == 0);
    CHECK(calls == 1);
}

TEST_CASE("an instruction set that there is not is an error of the user") {
    const test::TemporaryFolder folder;
    test::write_bars(folder / "bars.csv", 100);
    const PreparedSweep sweep(make_request(folder / "bars.csv", strategy, space), Settings{});
    RunOptions options;
    options.instruction_set = "avx1024";
    CHECK_THROWS_AS(run_all(sweep, options), InputError);
}
