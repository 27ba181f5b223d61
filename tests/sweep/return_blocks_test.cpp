// Returns by block of time: asked for in the sweep's file, stored with the rows, read again.
#include <doctest/doctest.h>

#include "relative.hpp"
#include "sweep/return_blocks_of_run.hpp"
#include "sweep_for_tests.hpp"

using namespace threadx;
using test::make_request;

namespace {

// Some scenarios are excluded (n = 4 … 6), and n = 0 is invalid.
constexpr const char* strategy = R"toml([params]
n = { default = 5, min = 0, max = 99, kind = "int" }
[rules]
enter_long = "crossover(close, sma(close, n))"
exit_long = "crossunder(close, sma(close, n))"
)toml";
constexpr const char* space =
    "[space]\nn = { from = 0, to = 29, step = 1 }\nconstraints = [\"n < 4 or n > 6\"]\n";

std::string blocks(long long count) { return "[analysis]\nblocks = " + std::to_string(count) + "\n"; }

} // namespace

TEST_CASE("the sums of a run's blocks are stored with its rows, and those of all blocks are the whole's") {
    const test::TemporaryFolder folder;
    test::write_bars(folder / "bars.csv", 301);
    const PreparedSweep sweep(make_request(folder / "bars.csv", strategy, space + blocks(8)), Settings{});
    RunStore store = RunStore::create(folder / "run", sweep.schema(), false);
    RunOptions options;
    options.batch_size = 4;
    run_sweep(sweep, {sweep.range()}, options, [&](const RowBlock& block) { store.append(block); });
    const ReturnBlocks found = read_return_blocks(store);
    CHECK(found.blocks == 8);
    CHECK(found.returns_per_block == std::vector<std::uint32_t>{37, 38, 37, 38, 37, 38, 37, 38});
    REQUIRE(found.scenarios.size() == 26); // 30 less 3 excluded and 1 invalid
    CHECK(found.scenarios.front() == 1);
    CHECK(found.scenarios[3] == 7);
    REQUIRE(found.sums.size() == 26 * 8);
    REQUIRE(found.squares.size() == 26 * 8);
    const std::vector<std::string> names = metric_names();
    const auto volatility = static_cast<std::size_t>(
        std::find(names.begin(), names.end(), std::string("volatility")) - names.begin());
    for (std::size_t i = 0; i < found.scenarios.size(); ++i) {
        double sum = 0.0;
        double squares = 0.0;
        for (std::size_t b = 0; b < 8; ++b) {
            sum += found.sums[i * 8 + b];
            squares += found.squares[i * 8 + b];
        }
        const double variance = (squares - sum * sum / 300.0) / 299.0;
        const double annual = std::sqrt(variance * 300.0 / sweep.data().years);
        CHECK(annual == relative(store.row(found.scenarios[i])->values[1 + volatility]).epsilon(1e-9));
    }
}

TEST_CASE("blocks are there unasked in sweeps of moderate size, and none where they make no sense") {
    const test::TemporaryFolder folder;
    test::write_bars(folder / "bars.csv", 40);
    test::write_bars(folder / "few.csv", 20);
    const auto count = [&](const char* data, const std::string& config) {
        return PreparedSweep(make_request(folder / data, strategy, config), Settings{})
            .schema()
            .block_returns.size();
    };
    const std::string large = "[space]\nn = { min = 1, max = 99 }\n[sampler]\nkind = \"monte_carlo\"\n"
                              "scenarios = 100001\n";
    CHECK(count("bars.csv", space) == 16);
    CHECK(count("bars.csv", space + blocks(0)) == 0);
    CHECK(count("bars.csv", large) == 0);
    CHECK(count("bars.csv", large + blocks(4)) == 4);
    CHECK(count("few.csv", space) == 0);
    CHECK(test::message_of([&] { count("bars.csv", space + blocks(3)); }).find("even") != std::string::npos);
    CHECK(test::message_of([&] { count("few.csv", space + blocks(10)); }).find("20 bars are too few") !=
          std::string::npos);
    CHECK(test::message_of([&] { count("bars.csv", space + blocks(34)); }).find("at most 32") !=
          std::string::npos);
}

TEST_CASE("a run without blocks says how to get them") {
    const test::TemporaryFolder folder;
    const RunStore store = RunStore::create(folder / "run", {{"n"}, {"sharpe"}}, false);
    CHECK(test::message_of([&] { read_return_blocks(store); }).find("--set analysis.blocks=16") !=
          std::string::npos);
}
