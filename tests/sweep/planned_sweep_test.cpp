// The planner's promise: what is shared between scenarios, kept, dropped, sliced or cut into batches changes
// no bit.
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include "analysis/metrics.hpp"
#include "device/cpu/cpu_simulator.hpp"
#include "device/cpu/kernel_choice.hpp"
#include "sweep_for_tests.hpp"

using namespace threadx;
using test::run_all;
using test::same_bits;

namespace {

constexpr long long bars = 300;

std::string one_of(std::initializer_list<const char*> choices) {
    return *rc::gen::elementOf(std::vector<std::string>(choices.begin(), choices.end()));
}

bool chance(int percent) { return *rc::gen::inRange(0, 100) < percent; }

// Windows of lengths that cannot run (below 1) are among them.
std::string any_length() { return one_of({"n", "m", "n + m", "m - 2", "14", "2"}); }

std::string any_number() {
    switch (*rc::gen::inRange(0, 7)) {
    case 0: return one_of({"close", "high", "hlc3", "volume", "close[1]", "open[m]"});
    case 1:
        return fmt::format("{}(close, {})", one_of({"sma", "ema", "rma", "highest", "lowest"}), any_length());
    case 2: return fmt::format("sma(close, {}) + x * stdev(close, {})", any_length(), any_length());
    case 3: return fmt::format("ema(ema(close, {}), {})", any_length(), any_length());
    case 4: return fmt::format("close - x * atr({})", any_length());
    case 5: return "middle";
    default: return fmt::format("max(sma(high, {}), highest(close, {})[1])", any_length(), any_length());
    }
}

std::string any_condition() {
    switch (*rc::gen::inRange(0, 6)) {
    case 0: return fmt::format("crossover({}, {})", any_number(), any_number());
    case 1: return fmt::format("crossunder({}, {})", any_number(), any_number());
    case 2: return fmt::format("{} > {}", any_number(), any_number());
    case 3: return fmt::format("rsi(close, {}) < 50 + 10 * x", any_length());
    case 4: return fmt::format("{} < {} and not (close > open)", any_number(), any_number());
    default: return fmt::format("crossover(close, {}) or y < x", any_number());
    }
}

std::string any_strategy() {
    std::string text = "[params]\n"
                       "n = { default = 9, min = 0, max = 99, kind = \"int\" }\n"
                       "m = { default = 4, min = 0, max = 99, kind = \"int\" }\n"
                       "x = { default = 1.0, min = -9.0, max = 9.0 }\n"
                       "y = { default = 0.5, min = 0.0, max = 9.0 }\n";
    text += fmt::format("[let]\nmiddle = \"sma(hl2, {})\"\n[rules]\n", any_length());
    text += fmt::format("enter_long = \"{}\"\n", any_condition());
    for (const char* signal : {"exit_long", "enter_short", "exit_short"})
        if (chance(60)) text += fmt::format("{} = \"{}\"\n", signal, any_condition());
    text += "[risk]\n";
    const bool stop = chance(60);
    if (stop) {
        text += fmt::format("stop_distance = \"{}\"\n",
                            one_of({"y * atr(n)", "0.02 * close", "0.05", "stdev(close, m) * y * x", "y"}));
        if (chance(50)) text += "trailing = true\n";
    }
    if (chance(40))
        text +=
            fmt::format("target_distance = \"{}\"\n", one_of({"2 * atr(14)", "y * 0.03 * close", "n * 0.1"}));
    if (chance(40)) text += fmt::format("max_hold = \"{}\"\n", one_of({"7", "n", "m"}));
    if (chance(40)) text += fmt::format("spacing = \"{}\"\n", one_of({"3", "m"}));
    if (chance(30)) text += "reverse = false\n";
    if (chance(70))
        text += fmt::format("size = {{ {} }}\n",
                            stop ? one_of({"risk = 0.01", "risk = \"0.02 * y\"", "units = \"y\""})
                                 : one_of({"equity = \"y\"", "cash = 3000", "units = \"n\""}));
    return text;
}

// A few values of some of the parameters, as a grid or drawn, continua among them.
std::string any_config() {
    const bool grid = chance(50);
    std::string text = "[space]\n";
    text += one_of({"n = [3, 11, 20]\n", "n = { from = 1, to = 13, step = 4 }\n", "n = 6\n"});
    if (chance(70)) text += one_of({"m = [0, 5]\n", "m = [2, 3, 9, 30]\n"});
    if (chance(60))
        text +=
            grid ? "x = [-1.0, 0.5, 2.0]\n" : one_of({"x = { min = -2.0, max = 2.0 }\n", "x = [1.0, 2.0]\n"});
    if (chance(60)) text += grid ? "y = [0.25, 1.0]\n" : "y = { min = 0.1, max = 2.0, log = true }\n";
    if (chance(30)) text += "constraints = [\"m < n\"]\n";
    if (!grid)
        text += fmt::format("[sampler]\nkind = \"{}\"\nscenarios = {}\n",
                            one_of({"monte_carlo", "sobol", "latin_hypercube"}), *rc::gen::inRange(1, 40));
    text += fmt::format("[execution]\nfee = 0.001\nslippage = 0.0005\nleverage = {}\nfill = \"{}\"\n"
                        "ambiguity = \"{}\"\nclose_at_end = {}\n",
                        one_of({"1.0", "3.0"}), one_of({"next_open", "close"}),
                        one_of({"stop_first", "target_first", "nearest_to_open"}), one_of({"true", "false"}));
    return text + fmt::format("[run]\nprecision = \"{}\"\n", one_of({"float64", "float64", "float32"}));
}

// The row of one scenario, planned and simulated as if there were no other.
test::CollectedRow alone(const PreparedSweep& sweep, std::span<const double> parameters) {
    const Bars& prices = sweep.data().bars;
    const Plan plan = make_plan(sweep.strategy(), {}, 1, prices.size(), std::uint64_t{1} << 40U);
    CpuSimulator simulator(sweep.strategy(), plan, prices, sweep.execution(), sweep.precision(),
                           choose_kernels("scalar"), 1, sweep.scope());
    CpuSimulator::Worker worker(simulator);
    BatchResult result = worker.run({1, parameters.size(), 0, {parameters.begin(), parameters.end()}, {}});
    test::CollectedRow row{RowStatus::invalid, {parameters.begin(), parameters.end()}};
    std::vector<double> values(metrics().size(), std::numeric_limits<double>::quiet_NaN());
    if (result.valid[0]) {
        compute_metrics(result.statistics[0], sweep.metric_context(), values);
        row.status = result.statistics[0].ruined != 0.0 ? RowStatus::ruined : RowStatus::ok;
    } else {
        std::fill(result.block_sums.begin(), result.block_sums.end(), values[0]);
    }
    row.values.insert(row.values.end(), values.begin(), values.end());
    row.values.insert(row.values.end(), result.block_sums.begin(), result.block_sums.end());
    for (double& value : row.values) value = canonical(value);
    return row;
}

} // namespace

TEST_CASE("a planned sweep equals each of its scenarios computed alone, to the bit") {
    const test::TemporaryFolder folder;
    test::write_bars(folder / "bars.csv", bars);
    std::size_t traded = 0;
    std::size_t invalid = 0;
    std::size_t rows = 0;
    CHECK(rc::check([&] {
        const SweepRequest request = test::make_request(folder / "bars.csv", any_strategy(), any_config());
        RC_LOG() << request.strategy_text << request.config_text;
        Settings settings;
        settings.performance.memory_budget = one_of({"1GiB", "1GiB", "20kB", "1kB"});
        const PreparedSweep sweep(request, settings);
        RunOptions options;
        options.workers = *rc::gen::inRange<std::size_t>(1, 4);
        options.batch_size = *rc::gen::inRange<std::uint64_t>(0, 20);
        const test::CollectedRows run = run_all(sweep, options);
        RC_ASSERT(!run.result.interrupted);
        RC_ASSERT(run.result.scenarios == run.rows.size());
        const PreparedSweep::Scenarios drawn = sweep.draw(sweep.range());
        RC_ASSERT(drawn.ids.size() == run.rows.size());
        for (std::size_t i = 0; i < drawn.ids.size(); ++i) {
            const test::CollectedRow& row = run.rows.at(drawn.ids[i]);
            const test::CollectedRow wanted = alone(sweep, drawn.batch.parameters_of(i));
            RC_ASSERT(row.status == wanted.status);
            for (std::size_t k = 0; k < wanted.values.size(); ++k)
                if (!same_bits(row.values[k], wanted.values[k]))
                    RC_FAIL(fmt::format("scenario {}, column {}: {} in the sweep, {} alone", drawn.ids[i], k,
                                        row.values[k], wanted.values[k]));
            ++rows;
            invalid += row.status == RowStatus::invalid ? 1U : 0U;
            traded += row.values[sweep.strategy().parameters.size()] != 0.0 ? 1U : 0U; // total_return
        }
    }));
    // The property says nothing of strategies that never trade.
    CHECK(traded > rows / 4);
    CHECK(invalid > 0);
    CHECK(invalid < rows / 2);
}

TEST_CASE("a batch of scenarios has the same rows as the whole") {
    const test::TemporaryFolder folder;
    test::write_bars(folder / "bars.csv", bars);
    CHECK(rc::check([&] {
        SweepRequest request = test::make_request(folder / "bars.csv", any_strategy(), any_config());
        RC_LOG() << request.strategy_text << request.config_text;
        const PreparedSweep whole(request, Settings{});
        const std::uint64_t first = *rc::gen::inRange<std::uint64_t>(0, whole.scenario_count());
        const std::uint64_t last = *rc::gen::inRange<std::uint64_t>(first + 1, whole.scenario_count() + 1);
        request.range = IdRange{first, last};
        const PreparedSweep part(request, Settings{});
        const test::CollectedRows all = run_all(whole, {});
        const test::CollectedRows some = run_all(part, {});
        for (const auto& [id, row] : all.rows)
            RC_ASSERT((some.rows.count(id) == 1) == (id >= first && id < last));
        for (const auto& [id, row] : some.rows) {
            RC_ASSERT(row.status == all.rows.at(id).status);
            RC_ASSERT(same_bits(row.values, all.rows.at(id).values));
        }
    }));
}
