#include "sweep/robustness.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "analysis/return_resampling.hpp"
#include "analysis/trade_resampling.hpp"
#include "base/number_text.hpp"
#include "space/counter_random.hpp"
#include "sweep/outcome_of_row.hpp"
#include "sweep/price_noise.hpp"
#include "sweep/recorded_backtest.hpp"
#include "sweep/varied_runs.hpp"

namespace threadx {
namespace {

constexpr std::size_t most_stretches = 1000;   // of an equity curve
constexpr std::size_t least_simulations = 100; // whatever they cost
constexpr double cost_where_there_is_none = 5e-4;

class Tester {
  public:
    Tester(const PreparedSweep& sweep, const std::vector<Row>& rows, const Settings& settings,
           const RobustnessOptions& options)
        : sweep_(sweep), settings_(settings), options_(options), bars_(sweep.data().bars),
          runs_(sweep, settings, options.devices, options.stop) {
        for (const Row& row : rows) {
            ScenarioRobustness scenario;
            scenario.row = row;
            scenario.as_run = outcome_of_row(row.status, row.values, sweep.strategy().parameters.size());
            scenarios_.push_back(std::move(scenario));
            ids_.push_back(row.scenario);
        }
        std::sort(ids_.begin(), ids_.end());
    }

    std::optional<RobustnessResult> test() {
        for (ScenarioRobustness& scenario : scenarios_) test_recording(scenario);
        add_neighbours();
        add_price_noise();
        for (int bars = 1; bars <= settings_.robustness.entry_delays; ++bars)
            add_stress("entry_delay", bars, {}, bars);
        add_costs("fee", sweep_.execution().fee);
        add_costs("slippage", sweep_.execution().slippage);
        if (runs_.stopped()) return std::nullopt;
        for (const std::string& text : runs_.notes()) notes_.push_back(text);
        return RobustnessResult{std::move(scenarios_), runs_.backtests(), runs_.bar_sets(),
                                std::move(notes_)};
    }

  private:
    void step(const std::string& text) const {
        if (options_.on_step) options_.on_step(text);
    }

    // As many simulations as were asked for, if all of them, of `each` bars for all scenarios together, keep
    // within the limit.
    std::size_t count_of(const std::string& test, double each) {
        const double limit = settings_.robustness.most_bars;
        if (limit == 0.0 || each * static_cast<double>(options_.simulations) <= limit)
            return options_.simulations;
        const std::size_t count =
            std::min(options_.simulations,
                     std::max(least_simulations, static_cast<std::size_t>(std::floor(limit / each))));
        if (count < options_.simulations)
            notes_.push_back(fmt::format(
                "{}: {} simulations, not {}: more would compute over robustness.most_bars = {:.6g} bars; "
                "with 0 there is no limit",
                test, with_thousands(count), with_thousands(options_.simulations), limit));
        return count;
    }

    std::span<const double> parameters(const ScenarioRobustness& scenario) const {
        return std::span(scenario.row.values).first(sweep_.strategy().parameters.size());
    }

    void add(ScenarioRobustness& scenario, const char* name, const std::vector<Outcome>& outcomes) const {
        const RobustnessSettings& s = settings_.robustness;
        scenario.tests.push_back({name, summarise(outcomes, s.confidence_levels, s.ruin)});
    }

    // Of trades and returns.
    void test_recording(ScenarioRobustness& scenario) {
        if (runs_.stopped()) return;
        step(fmt::format("scenario {}: trades and returns in other orders", scenario.row.scenario));
        const std::optional<Recording> recording =
            record_backtest(sweep_.strategy(), parameters(scenario), bars_, sweep_.execution());
        if (!recording) return;
        scenario.trades = recording->trades.size();
        std::vector<double> profits;
        for (const Trade& trade : recording->trades) profits.push_back(trade.pnl);
        const SizeKind size = sweep_.strategy().size_kind;
        const TradeResults trades = trade_results(profits, size == SizeKind::equity || size == SizeKind::risk,
                                                  sweep_.execution().capital, sweep_.data().years);
        const auto seed = [&](std::uint32_t stream) {
            return seed_of_scenario(options_.seed, scenario.row.scenario, stream);
        };
        if (!trades.results.empty()) {
            const std::size_t count = // a trade in another place is as much work as a bar
                count_of(fmt::format("trades of scenario {}", scenario.row.scenario),
                         static_cast<double>(trades.results.size()) * static_cast<double>(scenarios_.size()));
            add(scenario, "trade_shuffle",
                shuffle_trades(trades, count, seed(stream::trade_order), settings_.workers()));
            add(scenario, "trade_bootstrap",
                bootstrap_trades(trades, count, seed(stream::trade_draw), settings_.workers()));
        }
        const CurveStretches curve = cut_curve(recording->equity, sweep_.bars_per_year(), most_stretches);
        add(scenario, "return_bootstrap",
            bootstrap_returns(curve, block_bars(recording->statistics), options_.simulations,
                              seed(stream::returns), settings_.workers()));
    }

    // As long as what depends on what: a position, and by the rule of thumb n^(1/3).
    double block_bars(const Statistics& statistics) const {
        if (settings_.robustness.block_bars > 0.0) return settings_.robustness.block_bars;
        const double held = statistics.trades > 0.0 ? statistics.hold_bars / statistics.trades : 1.0;
        std::size_t root = 1;
        while ((root + 1) * (root + 1) * (root + 1) <= bars_.size()) ++root;
        return std::max(std::floor(held), static_cast<double>(root));
    }

    void add_neighbours() {
        if (sweep_.space().dimensions().empty()) return;
        const std::size_t count = count_of("neighbours", static_cast<double>(bars_.size()) *
                                                             static_cast<double>(scenarios_.size()));
        for (ScenarioRobustness& scenario : scenarios_) {
            if (runs_.stopped()) return;
            step(fmt::format("scenario {}: {} neighbours", scenario.row.scenario, with_thousands(count)));
            add(scenario, "neighbours",
                runs_.run_neighbours(
                    parameters(scenario), settings_.robustness.neighbourhood, count,
                    seed_of_scenario(options_.seed, scenario.row.scenario, stream::neighbours)));
        }
    }

    void add_price_noise() {
        if (settings_.robustness.price_noise == 0.0 || runs_.stopped()) return;
        const std::size_t count = count_of("price_noise", static_cast<double>(bars_.size()) *
                                                              set_cost_in_scenarios(scenarios_.size()));
        step(fmt::format("{} sets of bars with other prices", with_thousands(count)));
        const PriceNoise noise(bars_, settings_.robustness.price_noise, options_.seed);
        const BarSets sets = {count, [&](std::uint64_t set) { return noise.bars(set); }};
        const std::map<std::uint64_t, std::vector<Outcome>> outcomes = runs_.run_on(sets, ids_);
        for (ScenarioRobustness& scenario : scenarios_)
            if (const auto at = outcomes.find(scenario.row.scenario); at != outcomes.end())
                add(scenario, "price_noise", at->second);
    }

    void add_costs(const char* name, double cost) {
        for (const double multiple : settings_.robustness.cost_multiples) {
            const double value = std::min(0.5, multiple * (cost > 0.0 ? cost : cost_where_there_is_none));
            add_stress(name, value, {fmt::format("execution.{}={}", name, shortest_text(value))}, 0);
        }
    }

    void add_stress(const char* name, double value, const std::vector<std::string>& overrides, int delay) {
        if (runs_.stopped()) return;
        step(fmt::format("{} {:.6g}", name, value));
        const std::map<std::uint64_t, Outcome> outcomes = runs_.run(ids_, overrides, delay);
        for (ScenarioRobustness& scenario : scenarios_) {
            StressCase stress{name, value, std::nullopt};
            if (const auto at = outcomes.find(scenario.row.scenario); at != outcomes.end())
                stress.outcome = at->second;
            scenario.stresses.push_back(stress);
        }
    }

    const PreparedSweep& sweep_;
    const Settings& settings_;
    const RobustnessOptions& options_;
    const Bars& bars_;
    VariedRuns runs_;
    std::vector<ScenarioRobustness> scenarios_;
    std::vector<std::uint64_t> ids_; // ascending
    std::vector<std::string> notes_;
};

} // namespace

std::optional<RobustnessResult> test_robustness(const PreparedSweep& sweep, const std::vector<Row>& rows,
                                                const Settings& settings, const RobustnessOptions& options) {
    return Tester(sweep, rows, settings, options).test();
}

} // namespace threadx
