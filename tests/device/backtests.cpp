#include "device/backtests.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/number_text.hpp"

namespace threadx::test {

bool same_bits(double a, double b) {
    return (std::isnan(a) && std::isnan(b)) ||
           std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

std::string difference(const Statistics& a, const Statistics& b) {
    std::string out;
#define COMPARE(name)                                                                                        \
    if (!same_bits(a.name, b.name))                                                                          \
        out += #name ": " + shortest_text(a.name) + " and " + shortest_text(b.name) + "; ";
    SIM_STATISTICS(COMPARE)
#undef COMPARE
    return out;
}

namespace {

void append_bar(Bars& bars, double open, double high, double low, double close) {
    bars.time.push_back(static_cast<std::int64_t>(bars.size()) * 60'000'000'000);
    bars.open.push_back(open);
    bars.high.push_back(high);
    bars.low.push_back(low);
    bars.close.push_back(close);
    bars.volume.push_back(static_cast<double>(bars.volume.size() + 1));
}

} // namespace

Bars bars_of(std::initializer_list<std::array<double, 4>> prices) {
    Bars bars;
    for (const auto& [open, high, low, close] : prices) append_bar(bars, open, high, low, close);
    return bars;
}

Bars random_bars(Dice& dice, std::size_t count, bool wild) {
    Bars bars;
    int ticks = 10'000;
    int range = 60;
    const auto step = [&](int size) {
        ticks = std::clamp(ticks + dice.between(-size, size), 50, 1'000'000);
        return ticks;
    };
    for (std::size_t t = 0; t < count; ++t) {
        if (dice.chance(0.05)) range = dice.pick({0, 5, 60, 60, 200});
        if (wild && dice.chance(0.02))
            ticks = std::clamp(dice.chance(0.5) ? ticks / 2 : ticks * 2, 50, 1'000'000);
        const int open = dice.chance(0.1) ? step(200) : step(0);
        int high = open;
        int low = open;
        for (int i = 0; i < 4; ++i) {
            const int price = step(range);
            high = std::max(high, price);
            low = std::min(low, price);
        }
        append_bar(bars, open * 0.01, high * 0.01, low * 0.01, ticks * 0.01);
    }
    return bars;
}

Bars bars_of_window(const Bars& bars, BarRange window) {
    Bars out = bars;
    const auto cut = [&](auto& field) {
        field = std::vector(field.begin() + window.first, field.begin() + window.end);
    };
    cut(out.time);
    for (auto* field : {&out.open, &out.high, &out.low, &out.close, &out.volume}) cut(*field);
    return out;
}

Bars first_bars(const Bars& bars, std::size_t count) { return bars_of_window(bars, {0, count}); }

Execution random_execution(Dice& dice) {
    Execution out;
    out.capital = dice.pick({10'000.0, 1e6, 333.33});
    out.fee = dice.pick({0.0, 0.0005, 0.002, 0.03});
    out.slippage = dice.pick({0.0, 0.0003, 0.02});
    out.leverage = dice.pick({1.0, 1.0, 3.0, 20.0, 20.0, 0.4});
    out.fill = dice.pick({"next_open", "next_open", "close"});
    out.ambiguity = dice.pick({"stop_first", "target_first", "nearest_to_open"});
    out.close_at_end = dice.chance(0.3);
    return out;
}

Scenarios random_scenarios(Dice& dice, const Strategy& strategy, std::size_t count, bool continua) {
    Scenarios out;
    std::vector<std::vector<double>> values; // by axis; none on a continuum
    for (std::size_t i = 0; i < strategy.parameters.size(); ++i) {
        if (dice.chance(0.4)) continue;
        const Parameter& parameter = strategy.parameters[i];
        const bool continuum = continua && !parameter.integer && dice.chance(0.5);
        std::vector<double> levels;
        for (std::size_t k = 1 + dice.below(4); k > 0 && !continuum; --k)
            levels.push_back(parameter.integer
                                 ? std::max(parameter.minimum, static_cast<double>(dice.between(0, 30)))
                                 : dice.between(0.1, 3.0));
        out.axes.push_back({static_cast<int>(i), levels.size(), levels});
        values.push_back(std::move(levels));
    }
    out.batch.count = count;
    out.batch.parameter_count = strategy.parameters.size();
    out.batch.axis_count = out.axes.size();
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<double> parameters = strategy.defaults();
        for (std::size_t a = 0; a < out.axes.size(); ++a) {
            const std::uint64_t level = values[a].empty() ? 0 : dice.below(values[a].size());
            out.batch.levels.push_back(level);
            parameters[static_cast<std::size_t>(out.axes[a].parameter)] =
                values[a].empty() ? dice.between(0.1, 3.0) : values[a][level];
        }
        out.batch.parameters.insert(out.batch.parameters.end(), parameters.begin(), parameters.end());
    }
    return out;
}

ScenarioBatch selected(const ScenarioBatch& batch, const std::vector<std::size_t>& order) {
    ScenarioBatch out{order.size(), batch.parameter_count, batch.axis_count, {}, {}};
    for (const std::size_t i : order) {
        const ScenarioPoint point = batch.point(i, 0);
        out.parameters.insert(out.parameters.end(), point.parameters.begin(), point.parameters.end());
        out.levels.insert(out.levels.end(), point.levels.begin(), point.levels.end());
    }
    return out;
}

ScenarioBatch default_scenario(const Strategy& strategy) {
    return {1, strategy.parameters.size(), 0, strategy.defaults(), {}};
}

Recording backtest(const std::string& strategy_text, const Bars& bars, const Execution& execution) {
    const Strategy strategy = parse_strategy(strategy_text, "test");
    const Plan plan = make_plan(strategy, {}, 1, bars.size(), plenty);
    CpuSimulator simulator(strategy, plan, bars, execution, Precision::float64, *available_kernels().back(),
                           1);
    CpuSimulator::Worker worker(simulator);
    return worker.record(default_scenario(strategy), 0).value();
}

} // namespace threadx::test
