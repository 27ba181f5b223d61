#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include "base/file.hpp"
#include "rules/plan.hpp"
#include "rules/random_rules.hpp"

using namespace threadx;
using test::Dice;

namespace {

constexpr std::uint64_t plenty = std::uint64_t{1} << 50U;

struct Builtin {
    std::string name;
    Strategy strategy;
};

std::vector<Builtin> builtin_strategies() {
    std::vector<Builtin> all;
    for (const auto& entry : std::filesystem::directory_iterator(THREADX_STRATEGIES)) {
        const std::string name = entry.path().filename().string();
        all.push_back({name, parse_strategy(read_file(entry.path()), name)});
    }
    return all;
}

std::vector<Axis> random_axes(Dice& dice, const Strategy& strategy, bool continua) {
    std::vector<Axis> axes;
    for (std::size_t i = 0; i < strategy.parameters.size(); ++i) {
        if (dice.chance(0.3)) continue;
        axes.push_back({static_cast<int>(i), continua && dice.chance(0.3) ? 0 : 1 + dice.below(4)});
    }
    for (std::size_t i = axes.size(); i > 1; --i) std::swap(axes[i - 1], axes[dice.below(i)]);
    return axes;
}

std::uint64_t grid_size(const std::vector<Axis>& axes) {
    std::uint64_t size = 1;
    for (const Axis& axis : axes) size *= std::max<std::uint64_t>(axis.levels, 1);
    return size;
}

// The parameters that a node's value depends on, by looking at all nodes below it.
void collect_parameters(const Graph& graph, NodeId id, std::set<int>& found) {
    if (graph[id].op == Op::parameter) found.insert(graph[id].index);
    for (const NodeId input : graph[id].inputs) collect_parameters(graph, input, found);
}

// How many different values the swept parameters below a node take together, by going through the grid point
// by point.
std::size_t combinations_in_grid(const Graph& graph, NodeId node, const std::vector<Axis>& axes) {
    std::set<int> parameters;
    collect_parameters(graph, node, parameters);
    std::set<std::vector<std::uint64_t>> seen;
    for (std::uint64_t point = 0; point < grid_size(axes); ++point) {
        std::vector<std::uint64_t> levels;
        std::uint64_t rest = point;
        for (const Axis& axis : axes) {
            if (parameters.count(axis.parameter) > 0) levels.push_back(rest % axis.levels);
            rest /= axis.levels;
        }
        seen.insert(levels);
    }
    return seen.size();
}

// What is wrong with the order and the operands of a plan's columns, or "".
std::string structure_error(const Plan& plan, const Graph& graph) {
    const auto readable = [&](const Operand& operand, std::size_t column, std::size_t step) {
        const std::vector<int>& inputs = plan.columns[column].inputs;
        switch (operand.kind) {
        case OperandKind::column:
            return std::find(inputs.begin(), inputs.end(), operand.index) != inputs.end();
        case OperandKind::step: return operand.index >= 0 && static_cast<std::size_t>(operand.index) < step;
        case OperandKind::field:
            return operand.index >= 0 && operand.index < static_cast<int>(bar_field_count);
        case OperandKind::scalar: return !graph[operand.node].varies;
        case OperandKind::none: return true;
        }
        return false;
    };
    for (std::size_t i = 0; i < plan.columns.size(); ++i) {
        const PlannedColumn& column = plan.columns[i];
        for (const int input : column.inputs)
            if (input < 0 || static_cast<std::size_t>(input) >= i) return "a column reads a later one";
        if (column.kernel >= 0) {
            for (const Operand& source : column.sources)
                if (!readable(source, i, 0)) return "a kernel's source is not among its inputs";
            continue;
        }
        if (column.steps.empty()) return "a column without a program";
        for (std::size_t s = 0; s < column.steps.size(); ++s)
            if (!readable(column.steps[s].a, i, s) || !readable(column.steps[s].b, i, s))
                return "a step reads what is not there";
        if (column.steps.back().boolean != column.boolean) return "the last step is of another type";
    }
    return "";
}

std::uint64_t bytes_each(const PlannedColumn& column, std::uint64_t bars) {
    return column.boolean ? (bars + 63) / 64 * 8 : bars * 8 * static_cast<std::uint64_t>(column.outputs);
}

} // namespace

TEST_CASE("columns stand after those that they read") {
    Dice dice(1);
    for (const Builtin& builtin : builtin_strategies()) {
        CAPTURE(builtin.name);
        const std::vector<Axis> axes = random_axes(dice, builtin.strategy, true);
        CHECK(structure_error(make_plan(builtin.strategy, axes, 1000, 500, plenty), builtin.strategy.graph) ==
              "");
    }
    CHECK(rc::check("random strategies", [](std::uint64_t seed) {
        Dice random(seed);
        const Strategy strategy = parse_strategy(test::random_strategy(random), "random");
        const std::vector<Axis> axes = random_axes(random, strategy, true);
        const Plan plan = make_plan(strategy, axes, 1 + random.below(1000), 500, plenty);
        RC_ASSERT(structure_error(plan, strategy.graph) == "");
    }));
}

TEST_CASE("no two columns hold the same value, and signals are bits") {
    CHECK(rc::check("columns", [](std::uint64_t seed) {
        Dice dice(seed);
        const Strategy strategy = parse_strategy(test::random_strategy(dice), "random");
        const Plan plan = make_plan(strategy, random_axes(dice, strategy, true), 100, 500, plenty);
        std::set<NodeId> nodes;
        for (const PlannedColumn& column : plan.columns) {
            RC_ASSERT(nodes.insert(column.node).second);
            RC_ASSERT(column.boolean == (strategy.graph[column.node].type == ValueType::boolean));
            RC_ASSERT(column.bytes_each == bytes_each(column, plan.bars));
        }
        for (std::size_t i = 0; i < 4; ++i) {
            RC_ASSERT(strategy.signals[i].has_value() == (plan.signals[i] >= 0));
            if (plan.signals[i] < 0) continue;
            const PlannedColumn& column = plan.columns[static_cast<std::size_t>(plan.signals[i])];
            RC_ASSERT(column.node == *strategy.signals[i]);
            RC_ASSERT(column.boolean);
        }
    }));
}

TEST_CASE("a column is computed once for each combination of the parameters that it depends on") {
    const auto counts_are_right = [](const Strategy& strategy, const std::vector<Axis>& axes) {
        const Plan plan = make_plan(strategy, axes, grid_size(axes), 500, plenty);
        return std::all_of(plan.columns.begin(), plan.columns.end(), [&](const PlannedColumn& column) {
            return column.count == combinations_in_grid(strategy.graph, column.node, axes) &&
                   column.combinations == column.count;
        });
    };
    for (const Builtin& builtin : builtin_strategies()) {
        CAPTURE(builtin.name);
        std::vector<Axis> axes;
        for (std::size_t i = 0; i < builtin.strategy.parameters.size(); ++i)
            axes.push_back({static_cast<int>(i), 2 + i % 3});
        CHECK(counts_are_right(builtin.strategy, axes));
    }
    CHECK(rc::check("random strategies over random grids", [&](std::uint64_t seed) {
        Dice dice(seed);
        const Strategy strategy = parse_strategy(test::random_strategy(dice), "random");
        RC_ASSERT(counts_are_right(strategy, random_axes(dice, strategy, false)));
    }));
}

TEST_CASE("the moving averages of a crossover are computed once a period, not once a scenario") {
    const Strategy strategy =
        parse_strategy(read_file(std::filesystem::path(THREADX_STRATEGIES) / "ma_crossover.toml"), "s");
    const std::vector<Axis> axes = {{0, 10}, {1, 20}, {2, 5}, {3, 5}}; // fast, slow, stop, target
    const Plan plan = make_plan(strategy, axes, 5000, 1000, plenty);
    std::uint64_t averages = 0;
    for (const PlannedColumn& column : plan.columns) {
        if (column.kernel >= 0 && column.outputs > 1)
            CHECK(column.count == 1); // the sums up to each bar
        else if (column.kernel >= 0)
            averages += column.count;
        else
            CHECK(column.count == 200); // signals
    }
    CHECK(averages == 30);
    REQUIRE(plan.stop);
    CHECK(plan.stop->column.kind == OperandKind::field); // stop × close
}

TEST_CASE("a crossing is one step, without a column for the comparison one bar ago") {
    const auto crossings = [](const std::string& rule, std::size_t columns) {
        const Strategy strategy =
            parse_strategy("[params]\nk = 1.0\n[rules]\nenter_long = \"" + rule + "\"\n", "s");
        const Plan plan = make_plan(strategy, {{0, 0}}, 1000, 500, plenty);
        CHECK(plan.columns.size() == columns);
        const std::vector<Step>& steps = plan.columns.back().steps;
        return std::count_if(steps.begin(), steps.end(), [](const Step& step) { return step.crossing; });
    };
    CHECK(crossings("crossover(close, k)", 1) == 1);
    CHECK(crossings("crossunder(close, k * open)", 1) == 1);
    CHECK(crossings("crossover(close, k) and close > k * open", 1) == 1);
    CHECK(crossings("close > k and (close <= k)[1]", 1) == 1);
    // what only looks like one
    CHECK(crossings("close > k and (close <= k)[2]", 1) == 0);
    CHECK(crossings("close > k and (close < k)[1]", 1) == 0);
    CHECK(crossings("close > k and (k <= close)[1]", 1) == 0);
    CHECK(crossings("close > k and (open <= k)[1]", 1) == 0);
    CHECK(crossings("close > k or (close <= k)[1]", 1) == 0);
}

TEST_CASE("a ratio is one step, and a length that is cut to whole bars needs no column of its own") {
    const auto plan = [](const std::string& rule) {
        const Strategy strategy = parse_strategy("[rules]\nenter_long = \"" + rule + "\"\n", "s");
        return make_plan(strategy, {}, 1, 500, plenty);
    };
    const auto steps = [&](const std::string& rule) {
        const Plan planned = plan(rule);
        CHECK(planned.columns.size() == 1);
        return planned.columns.back().steps.size();
    };
    CHECK(steps("nz(close / open, close * open) > 1") == 2);
    CHECK(steps("nz(close / open, open * close) > 1") == 2);
    // what only looks like one
    CHECK(steps("nz(close / open, close + open) > 1") == 4);
    CHECK(steps("nz(close / open, close * low) > 1") == 4);
    CHECK(steps("nz(open * close, close / open) > 1") == 4);
    CHECK(plan("dpo(close, 21) > 0").columns.size() == 2); // the mean, and what is made of it
}

TEST_CASE("of several results of a kernel those that nothing reads are known") {
    const auto unread = [](const std::string& rule) {
        const Strategy strategy = parse_strategy("[rules]\nenter_long = \"" + rule + "\"\n", "s");
        const Plan plan = make_plan(strategy, {}, 1, 500, plenty);
        for (const PlannedColumn& column : plan.columns)
            if (column.outputs > 1) return column.unread;
        return std::uint64_t{0};
    };
    CHECK(unread("macd(close).hist > 0") == 0b011);
    CHECK(unread("macd(close).line > 0") == 0b110);
    CHECK(unread("macd(close).line > macd(close).hist") == 0b010);
    CHECK(unread("highest(macd(close).signal, 5) > 0") == 0b101);
    CHECK(unread("highest(high, 5) > close") == 0);
}

TEST_CASE("what is looked back at nearby is computed in place, with a slot of its own") {
    const auto columns = [](const std::string& rule, int history) {
        const Strategy strategy = parse_strategy(
            "[params]\nk = { default = 1, min = 1, max = 9, kind = \"int\" }\n[rules]\nenter_long = \"" +
                rule + "\"\n",
            "s");
        const Plan plan = make_plan(strategy, {}, 1, 500, plenty);
        int most = 0;
        for (const Step& step : plan.columns.back().steps) {
            most = std::max(most, step.history);
            if (step.history == 0) continue;
            for (const Step& other : plan.columns.back().steps)
                CHECK((&other == &step || other.boolean != step.boolean || other.slot != step.slot));
        }
        CHECK(most == history);
        return plan.columns.size();
    };
    CHECK(columns("abs(close - open) < 2 * abs(close - open)[3]", 3) == 1);
    CHECK(columns("(close < open)[2] and (close < open)[64] and close > open", 64) == 1);
    // too far, by a parameter, or of a kernel: stored
    CHECK(columns("(close < open)[65] and close > open", 0) == 2);
    CHECK(columns("(close < open)[k] and close > open", 0) == 2);
    CHECK(columns("close > highest(high, 5)[1]", 0) == 2);
}

TEST_CASE("few windows over one series add up for themselves, many share sums up to a bar") {
    const auto kernels = [](const std::string& rule) {
        const Strategy strategy = parse_strategy("[rules]\nenter_long = \"" + rule + "\"\n", "s");
        const Plan plan = make_plan(strategy, {}, 1, 500, plenty);
        return std::count_if(plan.columns.begin(), plan.columns.end(),
                             [](const PlannedColumn& column) { return column.kernel >= 0; });
    };
    CHECK(kernels("sma(close, 2) > sma(close, 3)") == 2);
    CHECK(kernels("sma(close, 2) > sma(close, 3) + sum(close, 4)") == 3);
    CHECK(kernels("sma(close, 2) + sma(close, 5) > sma(close, 3) + sum(close, 4)") == 5);
    CHECK(kernels("sma(close, 2) > stdev(close, 3)") == 2);
    CHECK(kernels("correlation(close, open, 5) > 0") == 1);
    CHECK(kernels("stdev(close, 3) > stdev(close, 4) + stdev(close, 5)") == 5);
    CHECK(kernels("linreg_slope(close, 40) > stdev(close, 3)") == 5); // sums are there for the line too
}

TEST_CASE("windows of few bars need no sums up to a bar where their length is known") {
    const auto kernels = [](const std::string& rule) {
        const Strategy strategy = parse_strategy(
            "[params]\nn = { default = 5, kind = \"int\" }\n[rules]\nenter_long = \"" + rule + "\"\n", "s");
        const Plan plan = make_plan(strategy, {}, 1, 500, plenty);
        return std::count_if(plan.columns.begin(), plan.columns.end(),
                             [](const PlannedColumn& column) { return column.kernel >= 0; });
    };
    CHECK(kernels("close > wma(close, 32)") == 1);
    CHECK(kernels("close > wma(close, 33)") == 3);
    CHECK(kernels("close > wma(close, n)") == 3);
    const auto swept = [](const std::vector<double>& lengths) {
        const Strategy strategy = parse_strategy("[params]\nn = { default = 5, kind = \"int\" "
                                                 "}\n[rules]\nenter_long = \"close > wma(close, n)\"\n",
                                                 "s");
        return make_plan(strategy, {{0, lengths.size(), lengths}}, 100, 500, plenty).columns.size();
    };
    CHECK(swept({5, 12, 32}) == 2); // the mean and the comparison
    CHECK(swept({5, 12, 33}) == 4); // and two columns of sums
    CHECK(kernels("close > hma(close, 20)") == 3);
    CHECK(kernels("sma(close, 5) > trima(close, 5) + linreg(close, 5)") == 3);
}

TEST_CASE("a column that depends on a continuum is computed for each scenario") {
    const Strategy strategy =
        parse_strategy("[params]\nn = { default = 5, kind = \"int\" }\nk = 1.0\n[rules]\n"
                       "enter_long = \"close > k * sma(close, n)\"\n",
                       "s");
    const Plan plan = make_plan(strategy, {{0, 7}, {1, 0}}, 1000, 500, plenty);
    REQUIRE(plan.columns.size() == 3); // the sums up to each bar, the means, the comparison
    CHECK(plan.columns[0].count == 1);
    CHECK(plan.columns[1].count == 7);
    CHECK(plan.columns[1].kept);
    CHECK(plan.columns[2].count == 1000);
    CHECK(plan.columns[2].continuous);
    CHECK_FALSE(plan.columns[2].kept);
    CHECK(make_plan(strategy, {{0, 7}, {1, 0}}, 3, 500, plenty).columns[1].count ==
          3); // never more than scenarios
}

// Whether only signals with levels use the column.
bool only_compared(const Plan& plan, const PlannedColumn& column) {
    const int index = static_cast<int>(&column - plan.columns.data());
    bool compared = false;
    for (std::size_t i = 0; i < plan.signals.size(); ++i)
        if (plan.signals[i] == index) {
            if (!plan.levels[i]) return false;
            compared = true;
        }
    return compared &&
           std::none_of(plan.columns.begin(), plan.columns.end(), [&](const PlannedColumn& other) {
               return std::find(other.inputs.begin(), other.inputs.end(), index) != other.inputs.end();
           });
}

TEST_CASE("what is kept stays in half of the memory budget, and the rest is computed for slices") {
    CHECK(rc::check("budgets", [](std::uint64_t seed) {
        Dice dice(seed);
        const Strategy strategy = parse_strategy(test::random_strategy(dice), "random");
        const std::vector<Axis> axes = random_axes(dice, strategy, true);
        const std::uint64_t scenarios = 2 + dice.below(100'000);
        const std::uint64_t budget = dice.pick<std::uint64_t>({0, 1000, 100'000, 10'000'000, plenty});
        const Plan plan = make_plan(strategy, axes, scenarios, 1000, budget);
        std::uint64_t kept = 0;
        std::uint64_t slice = 0;
        for (const PlannedColumn& column : plan.columns) {
            if (column.kept)
                kept += column.combinations * (column.bytes_each + kept_slot_bytes);
            else if (!only_compared(plan, column))
                slice += column.bytes_each;
            if (column.continuous) RC_ASSERT_FALSE(column.kept);
            if (budget == 0) RC_ASSERT_FALSE(column.kept);
            if (budget == plenty && !column.continuous && column.combinations < scenarios)
                RC_ASSERT(column.kept);
        }
        RC_ASSERT(plan.kept_bytes == kept);
        RC_ASSERT(plan.slice_bytes_per_scenario == slice);
        RC_ASSERT(kept <= budget / 2);
    }));
}

TEST_CASE("a signal that compares a series with a scalar of each scenario is a level, and takes no memory") {
    const Strategy strategy =
        parse_strategy("[params]\nn = { default = 5, min = 1, max = 9, kind = \"int\" }\na = 1.0\n[rules]\n"
                       "enter_long = \"crossover(sma(close, n), a)\"\nexit_long = \"close < 2 * a\"\n"
                       "enter_short = \"crossunder(close, a) and close > open\"\n"
                       "exit_short = \"close > sma(close, n)\"\n",
                       "s");
    const Plan continuous = make_plan(strategy, {{0, 7}, {1, 0}}, 1000, 640, plenty);
    REQUIRE(continuous.levels[0]);
    CHECK(continuous.levels[0]->series.kind == OperandKind::column);
    CHECK(continuous.levels[0]->crossing);
    CHECK_FALSE(continuous.levels[0]->below);
    REQUIRE(continuous.levels[1]);
    CHECK(continuous.levels[1]->series.kind == OperandKind::field);
    CHECK(continuous.levels[1]->below);
    CHECK_FALSE(continuous.levels[1]->crossing);
    CHECK_FALSE(continuous.levels[2]);                // more than a comparison
    CHECK_FALSE(continuous.levels[3]);                // shared by scenarios: kept
    CHECK(continuous.slice_bytes_per_scenario == 80); // the bits of enter_short
    const Plan grid = make_plan(strategy, {{0, 7}, {1, 10}}, 1000, 640, plenty);
    for (const auto& level : grid.levels) CHECK_FALSE(level);
}

TEST_CASE("a signal that compares a series with a band of each scenario is a level") {
    const auto level_of = [](const std::string& rule) {
        const Strategy strategy =
            parse_strategy("[params]\na = 1.0\n[let]\nmid = \"sma(close, 9)\"\nwidth = \"stdev(close, 9)\"\n"
                           "[rules]\nenter_long = \"" +
                               rule + "\"\n",
                           "s");
        return make_plan(strategy, {{0, 0}}, 1000, 640, plenty).levels[0];
    };
    for (const char* rule : {"close < mid - a * width", "close < mid - width * a"}) {
        CAPTURE(rule);
        const std::optional<LevelSignal> level = level_of(rule);
        REQUIRE(level);
        REQUIRE(level->band);
        CHECK(level->below);
        CHECK_FALSE(level->crossing);
        CHECK(level->band->under);
        CHECK(level->series.kind == OperandKind::field);
        CHECK(level->band->base.kind == OperandKind::column);
        CHECK(level->band->width.kind == OperandKind::column);
        CHECK(level->band->base.index != level->band->width.index);
    }
    for (const char* rule : {"crossover(close, mid + 2 * a * width)", "crossover(close, width * a + mid)"}) {
        CAPTURE(rule);
        const std::optional<LevelSignal> level = level_of(rule);
        REQUIRE(level);
        REQUIRE(level->band);
        CHECK_FALSE(level->below);
        CHECK(level->crossing);
        CHECK_FALSE(level->band->under);
    }
    for (const char* rule :
         {"close < a * width - mid", "close < mid - a / width", "close < mid[1] - a * width",
          "close < mid - a * width[1]", "close <= mid - a * width", "close < mid - a * a",
          "close < (mid - a * width)[1]", "close < mid - (a * width)[1]"}) {
        CAPTURE(rule);
        CHECK_FALSE(level_of(rule));
    }
}

TEST_CASE("the explanation of a plan names every swept parameter, every column and every signal") {
    const auto error = [](const Strategy& strategy, const std::vector<Axis>& axes,
                          std::uint64_t scenarios) -> std::string {
        const Plan plan = make_plan(strategy, axes, scenarios, 1000, plenty);
        const std::string text = explain_plan(plan, strategy);
        for (const Axis& axis : axes) {
            const std::string& name = strategy.parameters[static_cast<std::size_t>(axis.parameter)].name;
            if (text.find(name) == std::string::npos) return "no word of parameter " + name + " in\n" + text;
        }
        std::map<NodeId, std::string> numbers; // columns are called by their numbers
        for (std::size_t i = 0; i < plan.columns.size(); ++i)
            numbers[plan.columns[i].node] = fmt::format("#{}", i);
        for (const PlannedColumn& column : plan.columns)
            if (text.find(strategy.graph.describe(column.node, strategy.parameter_names(), numbers)) ==
                std::string::npos)
                return "a column is missing in\n" + text;
        for (std::size_t i = 0; i < 4; ++i)
            if (plan.signals[i] >= 0 && text.find(std::string(signal_names[i]) + " = #") == std::string::npos)
                return "a signal is missing in\n" + text;
        return "";
    };
    for (const Builtin& builtin : builtin_strategies()) {
        CAPTURE(builtin.name);
        std::vector<Axis> axes;
        for (std::size_t i = 0; i < builtin.strategy.parameters.size(); ++i)
            axes.push_back({static_cast<int>(i), 3});
        CHECK(error(builtin.strategy, axes, grid_size(axes)) == "");
    }
    CHECK(rc::check("random strategies", [&](std::uint64_t seed) {
        Dice dice(seed);
        const Strategy strategy = parse_strategy(test::random_strategy(dice), "random");
        RC_ASSERT(error(strategy, random_axes(dice, strategy, true), 50) == "");
    }));
}

TEST_CASE("a swept parameter that no rule uses is called so") {
    const Strategy strategy =
        parse_strategy("[params]\nused = 1\nidle = 2\n[rules]\nenter_long = \"close > used\"\n", "s");
    const std::string text = explain_plan(make_plan(strategy, {{0, 3}, {1, 3}}, 9, 100, plenty), strategy);
    CHECK(text.find("nothing depends on: idle\n") != std::string::npos);
    CHECK(explain_plan(make_plan(strategy, {{0, 3}}, 3, 100, plenty), strategy).find("nothing depends on") ==
          std::string::npos);
}

TEST_CASE("the explanation of an astronomically large sweep shows its true size") {
    const Strategy strategy = parse_strategy("[params]\nk = 1.0\n[rules]\nenter_long = \"close > k\"\n", "s");
    const std::string text =
        explain_plan(make_plan(strategy, {{0, 0}}, std::uint64_t{1} << 60U, 1 << 20U, plenty), strategy);
    CHECK(text.find("134217728.0 PiB") !=
          std::string::npos); // 2^60 scenarios × 2^17 bytes: more than 64 bits
}
