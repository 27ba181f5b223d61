// Walk-forwards: by hand, without a look ahead, and the same whatever computed the rows.
#include <algorithm>
#include <cmath>
#include <mutex>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "market/synthetic.hpp"
#include "sweep/made_up_devices.hpp"
#include "sweep/sweep_for_tests.hpp"
#include "walkforward/walkforward_json.hpp"

using namespace threadx;

namespace {

LoadedBars loaded(Bars bars) {
    LoadedBars out;
    out.bars = std::move(bars);
    out.years = out.years_of({0, out.bars.size()});
    return out;
}

SweepRequest request_of(const std::string& strategy, const std::string& config) {
    SweepRequest request = test::make_request("bars.csv", strategy, config);
    request.kind = SweepKind::walkforward;
    return request;
}

// Ten bars in which the price rises by a tenth each, then ten in which it falls by a tenth. Days.
LoadedBars up_and_down() {
    Bars bars;
    double price = 100.0;
    for (int t = 0; t < 20; ++t) {
        bars.time.push_back(std::int64_t{86'400'000'000'000} * t);
        bars.open.push_back(price);
        price *= t < 10 ? 1.1 : 0.9;
        bars.close.push_back(price);
        bars.high.push_back(std::max(bars.open.back(), price));
        bars.low.push_back(std::min(bars.open.back(), price));
        bars.volume.push_back(1.0);
    }
    return loaded(std::move(bars));
}

// Always long, or always short, from the second bar of a window on.
constexpr const char* sides = "[params]\nside = 1.0\n[rules]\nenter_long = \"side > 0\"\n"
                              "enter_short = \"side < 0\"\n";
const std::string free_of_costs = "[space]\nside = [1.0, -1.0]\n[execution]\nfee = 0.0\nslippage = 0.0\n";

constexpr const char* crossing = R"toml([params]
fast = { default = 5, min = 1, max = 99, kind = "int" }
slow = { default = 20, min = 1, max = 199, kind = "int" }
stop = { default = 0.05, min = 0.001, max = 0.5 }
[rules]
enter_long = "crossover(sma(close, fast), sma(close, slow))"
exit_long = "crossunder(sma(close, fast), sma(close, slow))"
[risk]
stop_distance = "stop * close"
)toml";
const std::string crossing_space = "[space]\nfast = { from = 2, to = 10, step = 2 }\nslow = [15, 20, 30]\n"
                                   "stop = [0.01, 0.03]\nconstraints = [\"fast * 2 < slow\"]\n";

Bars walk(std::size_t count) {
    return synthesize({.bars = static_cast<long long>(count), .period_ns = 3'600'000'000'000, .seed = 5});
}

struct Done {
    std::string hash;
    WalkforwardResult result;
    std::string json;
};

// Computes the rows, in two sessions if `parts`, and evaluates them.
Done run(const PreparedSweep& sweep, const RunOptions& options = {}, bool parts = false) {
    const test::TemporaryFolder folder;
    RunStore store = RunStore::create(folder / "run", sweep.schema(), false);
    std::mutex mutex;
    const auto take = [&](const RowBlock& block) {
        const std::lock_guard lock(mutex);
        store.append(block);
    };
    if (parts) {
        const std::uint64_t half = sweep.scenario_count() / 2;
        run_sweep(sweep, {{half, half + 3}}, options, take);
    }
    run_sweep(sweep, sweep.missing_scenarios(store.finished_ranges()), options, take);
    Done out{store.hash(), evaluate_walkforward(sweep, store), ""};
    out.json = walkforward_json(sweep, out.result);
    return out;
}

double metric(const std::vector<double>& values, const std::string& name) {
    const std::vector<std::string> names = metric_names();
    return values[static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin())];
}

constexpr double up = 1.1 * 1.1 * 1.1 * 1.1;   // four bars
constexpr double down = 0.9 * 0.9 * 0.9 * 0.9; // a short position makes 2 - up, or 2 - down, of 1

} // namespace

TEST_CASE("a walk-forward by hand: long in the rise, long into the fall, short in the fall") {
    const PreparedSweep sweep(
        request_of(sides, free_of_costs +
                              "[walkforward]\ntrain = 5\ntest = 5\nby = \"total_return\"\nmin_trades = 0\n"),
        Settings{}, up_and_down());
    const WalkforwardResult found = run(sweep).result;
    REQUIRE(found.folds.size() == 3);
    const auto check = [&](std::size_t fold, std::uint64_t scenario, double in, double out) {
        REQUIRE(found.folds[fold].choice);
        CHECK(found.folds[fold].choice->scenario == scenario);
        CHECK(found.folds[fold].parameters == std::vector<double>{scenario == 0 ? 1.0 : -1.0});
        CHECK(metric(found.folds[fold].in_sample, "total_return") == doctest::Approx(in - 1.0));
        CHECK(metric(found.folds[fold].out_of_sample, "total_return") == doctest::Approx(out - 1.0));
    };
    check(0, 0, up, up);
    check(1, 0, up, down);
    check(2, 1, 2.0 - down, 2.0 - down);
    REQUIRE(found.curve);
    CHECK(found.curve->equity.size() == 15);
    CHECK(found.curve->bars.front() == 5);
    CHECK(found.curve->equity[4] == doctest::Approx(10'000.0 * up));
    CHECK(found.curve->equity[5] == doctest::Approx(10'000.0 * up)); // the next window begins with it
    CHECK(metric(found.curve->metrics, "total_return") == doctest::Approx(up * down * (2.0 - down) - 1.0));
    CHECK(metric(found.curve->metrics, "max_drawdown") == doctest::Approx(1.0 - down));
    CHECK(metric(found.curve->metrics, "max_drawdown_bars") == 9.0); // of bars 10 to 19 the first is the peak
    // 14 returns: those of the windows, and 0 at the beginnings of two of them
    CHECK(found.curve->context.bars == 15);
    CHECK(found.curve->context.years == doctest::Approx(14.0 / 365.25));
    CHECK(found.efficiency == doctest::Approx((up + down - down - 1.0) / (2.0 * up + 2.0 - down - 3.0)));
    CHECK(found.profitable_share == doctest::Approx(2.0 / 3.0));
    REQUIRE(found.stability.size() == 1);
    CHECK(found.stability[0].mean == doctest::Approx(1.0 / 3.0));
    CHECK(found.stability[0].mode == 1.0);
    CHECK(found.stability[0].mode_share == doctest::Approx(2.0 / 3.0));
    CHECK(found.stability[0].near_share == 1.0);
}

TEST_CASE("combinatorial purged cross-validation by hand: four groups, two of them tested") {
    const PreparedSweep sweep(request_of(sides, free_of_costs + "[walkforward]\nkind = \"cpcv\"\ngroups = 4\n"
                                                                "test_groups = 2\nby = \"total_return\"\n"
                                                                "min_trades = 0\n"),
                              Settings{}, up_and_down());
    const WalkforwardResult found = run(sweep).result;
    REQUIRE(found.folds.size() == 6);
    // groups rise, rise, fall, fall; only a training on both falls chooses the short side
    CHECK(found.folds[0].choice->scenario == 1);
    CHECK(metric(found.folds[0].in_sample, "total_return") ==
          doctest::Approx((2.0 - down) * (2.0 - down) - 1.0));
    CHECK(metric(found.folds[0].out_of_sample, "total_return") ==
          doctest::Approx((2.0 - up) * (2.0 - up) - 1.0));
    for (std::size_t f = 1; f < 6; ++f) CHECK(found.folds[f].choice->scenario == 0);
    CHECK(metric(found.folds[1].in_sample, "total_return") == doctest::Approx(up * down - 1.0));
    REQUIRE(found.paths.size() == 3);
    CHECK(found.paths[0].folds == std::vector<std::size_t>{0, 0, 1, 2});
    CHECK(found.paths[1].folds == std::vector<std::size_t>{1, 3, 3, 4});
    CHECK(found.paths[2].folds == std::vector<std::size_t>{2, 4, 5, 5});
    CHECK(metric(found.paths[0].curve.metrics, "total_return") ==
          doctest::Approx((2.0 - up) * (2.0 - up) * down * down - 1.0));
    CHECK(metric(found.paths[1].curve.metrics, "total_return") ==
          doctest::Approx(up * up * down * down - 1.0));
}

TEST_CASE("a plateau is chosen before a peak among bad neighbours") {
    // the profit of a level is what the price makes of it; 7 is a lonely peak, 2 to 4 a plateau
    const std::string strategy =
        "[params]\nlevel = { default = 0, min = 0, max = 9, kind = \"int\" }\n[rules]\n"
        "enter_long = \"level == 7 or (level > 1 and level < 5)\"\n"
        "enter_short = \"not (level == 7 or (level > 1 and level < 5))\"\n"
        "[risk]\nsize = { equity = \"iff(level == 7, 1.0, 0.5)\" }\n";
    const std::string config = "[space]\nlevel = { from = 0, to = 9, step = 1 }\n[execution]\nfee = 0.0\n"
                               "slippage = 0.0\n[walkforward]\ntrain = 5\ntest = 5\nby = \"total_return\"\n"
                               "min_trades = 0\nchoose = ";
    const PreparedSweep best(request_of(strategy, config + "\"best\"\n"), Settings{}, up_and_down());
    const PreparedSweep plateau(request_of(strategy, config + "\"plateau\"\n"), Settings{}, up_and_down());
    const Done of_best = run(best);
    const Done of_plateau = run(plateau);
    CHECK(of_best.hash == of_plateau.hash); // the rows are the same
    CHECK(of_best.result.folds[0].choice->scenario == 7);
    CHECK(of_plateau.result.folds[0].choice->scenario == 2);
    CHECK(of_plateau.result.folds[0].choice->score == doctest::Approx(0.5 * (up - 1.0)));
}

TEST_CASE(
    "bars behind a training change neither its choice nor its metrics, and those behind a test not its") {
    const std::string config = crossing_space + "[walkforward]\ntrain = 200\ntest = 100\npurge = 10\n";
    const Bars whole = walk(900);
    const PreparedSweep sweep(request_of(crossing, config), Settings{}, loaded(whole));
    const Done expected = run(sweep);
    const std::vector<Fold>& folds = sweep.walkforward()->folds;
    REQUIRE(folds.size() > 4);
    std::size_t differ = 0;
    for (const std::size_t fold : {1U, 3U}) {
        for (const bool behind_test : {false, true}) {
            const std::size_t from = behind_test ? folds[fold].test[0].end : folds[fold].train[0].end;
            Bars changed = whole;
            for (std::size_t t = from; t < changed.size(); ++t)
                for (auto* field : {&changed.open, &changed.high, &changed.low, &changed.close})
                    (*field)[t] *= t % 7 < 3 ? 3.0 : 0.5;
            for (std::size_t t = from; t < changed.size(); ++t) {
                changed.high[t] = std::max({changed.open[t], changed.high[t], changed.close[t]});
                changed.low[t] = std::min({changed.open[t], changed.low[t], changed.close[t]});
            }
            const PreparedSweep other(request_of(crossing, config), Settings{}, loaded(changed));
            const WalkforwardResult found = run(other).result;
            for (std::size_t f = 0; f <= fold; ++f) {
                CHECK(found.folds[f].choice->scenario == expected.result.folds[f].choice->scenario);
                CHECK(test::same_bits(found.folds[f].in_sample, expected.result.folds[f].in_sample));
                if (f < fold || behind_test)
                    CHECK(test::same_bits(found.folds[f].out_of_sample,
                                          expected.result.folds[f].out_of_sample));
            }
            for (std::size_t f = fold + 1; f < folds.size(); ++f)
                differ +=
                    test::same_bits(found.folds[f].in_sample, expected.result.folds[f].in_sample) ? 0 : 1;
        }
    }
    CHECK(differ > 4); // the change could be seen
}

TEST_CASE("rows and result are the same on mixed devices, with any threads and memory, and when resumed") {
    for (const char* section : {"train = 200\ntest = 100\nanchored = true\n",
                                "kind = \"cpcv\"\ngroups = 5\ntest_groups = 2\npurge = 5\nembargo = 3\n"}) {
        for (const char* precision : {"float64", "float32"}) {
            const std::string config =
                crossing_space + "[walkforward]\n" + section + "[run]\nprecision = \"" + precision + "\"\n";
            const PreparedSweep sweep(request_of(crossing, config), Settings{}, loaded(walk(900)));
            const Done expected = run(sweep);
            CHECK(run(sweep, {.workers = 3, .batch_size = 5}).json == expected.json);
            const Done resumed = run(sweep, {.workers = 2, .batch_size = 4}, true);
            CHECK(resumed.hash == expected.hash);
            CHECK(resumed.json == expected.json);
            Settings little;
            little.performance.memory_budget = "20kB";
            const PreparedSweep cramped(request_of(crossing, config), little, loaded(walk(900)));
            CHECK(run(cramped).json == expected.json);
            test::MadeUpDevice device;
            RunOptions mixed;
            mixed.batch_size = 3;
            mixed.find_devices = test::finder_of({&device}, sweep);
            mixed.shares = {{"cpu", 0.5}, {"made:0", 0.5}};
            const Done shared = run(sweep, mixed);
            CHECK(device.batches.load() > 0);
            CHECK(shared.hash == expected.hash);
            CHECK(shared.json == expected.json);
        }
    }
}

TEST_CASE("a fold without a scenario to choose trades nothing, and says so") {
    const PreparedSweep sweep(
        request_of(crossing,
                   crossing_space + "[walkforward]\ntrain = 200\ntest = 100\nmin_trades = 100000\n"),
        Settings{}, loaded(walk(900)));
    const Done done = run(sweep);
    CHECK_FALSE(done.result.folds.front().choice);
    CHECK(done.result.stability.empty());
    CHECK(std::isnan(done.result.efficiency));
    CHECK(metric(done.result.curve->metrics, "total_return") == 0.0);
    const nlohmann::json json = nlohmann::json::parse(done.json);
    CHECK(json.at("folds").at(0).at("scenario").is_null());
    CHECK(json.at("folds").at(0).at("in_sample").is_null());
}

TEST_CASE("walkforward.json has the folds, their bars and times, and a curve of moderate size") {
    const std::string config = crossing_space + "[walkforward]\ntrain = \"10d\"\ntest = \"100d\"\n";
    const PreparedSweep sweep(request_of(crossing, config), Settings{}, loaded(walk(6000)));
    const Done done = run(sweep);
    const nlohmann::json json = nlohmann::json::parse(done.json);
    const nlohmann::json& fold = json.at("folds").at(1);
    CHECK(fold.at("train").at(0).at("first") == 2400);
    CHECK(fold.at("test").at(0).at("end") == 5040);
    CHECK(fold.at("test").at(0).at("to") == "2022-07-29T23:00:00Z");
    CHECK(fold.at("parameters").size() == 3);
    const nlohmann::json& curve = json.at("out_of_sample").at("equity");
    CHECK(curve.at("equity").size() <= 2001);
    CHECK(curve.at("equity").size() == curve.at("bar").size());
    CHECK(curve.at("bar").back() == 5039);
    CHECK(curve.at("equity").back() == json.at("out_of_sample").at("metrics").at("final_equity"));
    const std::string csv = walkforward_equity_csv(sweep, done.result);
    CHECK(std::count(csv.begin(), csv.end(), '\n') == 1 + 4800);
}
