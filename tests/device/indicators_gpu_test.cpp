// Every indicator has the CPU's bits on every device: alone, and for many lengths at once.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "device/backtests.hpp"
#include "device/gpu/gpu_column_computer.hpp"
#include "device/gpu_column_mismatch.hpp"
#include "device/gpu_devices.hpp"
#include "indicators/definitions.hpp"
#include "rules/compiler.hpp"
#include "rules/functions.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

constexpr std::size_t bars = 300; // four words of truths and a part of one

Bars as_bars(const NamedSeries& series) {
    Bars out;
    out.open = series.open;
    out.high = series.high;
    out.low = series.low;
    out.close = series.close;
    out.volume = series.volume;
    for (const double milliseconds : series.time)
        out.time.push_back(static_cast<std::int64_t>(milliseconds) * 1'000'000);
    return out;
}

// What the indicators' files are tried with, and each result of each function with its defaults.
std::vector<std::string> all_expressions() {
    std::vector<std::string> out = checked_expressions();
    for (const KnownAnswer& answer : known_answers()) out.push_back(answer.expression);
    for (const Function& function : functions())
        for (const std::string& result :
             results_of(*function.description,
                        call_text(*function.description, example_arguments(*function.description))))
            out.push_back(result);
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

// Scenarios that differ in the parameter n, of which all lengths are made, and in k, by which other scalars
// are multiplied. Every result of every indicator is a column: rules read it one bar ago.
struct ManyLengths {
    ManyLengths();

    Strategy strategy;
    Plan plan;
    ScenarioBatch batch;
};

// An expression for an argument: within what it allows, for any n and k.
std::string varied(const IndicatorArgument& argument, std::size_t place, std::string text) {
    if (argument.kind == ArgumentKind::length) text = fmt::format("n + {}", 2 * place);
    if (argument.kind == ArgumentKind::scalar) text = fmt::format("k * ({})", text);
    if (argument.kind != ArgumentKind::length && argument.kind != ArgumentKind::scalar) return text;
    if (std::isfinite(argument.least)) text = fmt::format("max({}, {})", text, argument.least);
    if (std::isfinite(argument.most)) text = fmt::format("min({}, {})", text, argument.most);
    return text;
}

ManyLengths::ManyLengths() {
    Graph& graph = strategy.graph;
    strategy.parameters = {{"n", 2.0, 1.0, 100.0, true, ""}, {"k", 1.0, 0.1, 2.0, false, ""}};
    RuleNames names;
    names.values["n"] = graph.parameter(0, true);
    names.values["k"] = graph.parameter(1, false);
    const NodeId one_bar = graph.constant(1.0);
    NodeId rule = graph.boolean(false);
    for (const Function& function : functions()) {
        const Indicator& indicator = *function.description;
        std::vector<std::string> arguments = example_arguments(indicator);
        for (std::size_t i = 0; i < arguments.size(); ++i)
            arguments[i] = varied(indicator.arguments[i], i, arguments[i]);
        for (const std::string& result : results_of(indicator, call_text(indicator, arguments))) {
            const NodeId node = compile_rule(graph, names, {result, "", "the call"}, RuleKind::any);
            const NodeId before = graph.shift(node, one_bar);
            const bool number = graph[node].type == ValueType::number;
            const NodeId truth = number ? graph.binary(Op::less, before, node) : before;
            rule = graph.binary(Op::logical_or, rule, truth);
        }
    }
    strategy.signals[0] = rule;
    strategy.one = strategy.size = one_bar;
    strategy.max_hold = strategy.spacing = graph.constant(0.0);
    const std::vector<double> lengths = {1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 21.0, 30.0, 40.0};
    const std::vector<double> factors = {1.0, 0.75};
    const std::vector<Axis> axes = {{0, lengths.size(), lengths}, {1, factors.size(), factors}};
    batch.count = lengths.size() * factors.size();
    batch.parameter_count = 2;
    batch.axis_count = 2;
    for (std::size_t i = 0; i < lengths.size(); ++i)
        for (std::size_t j = 0; j < factors.size(); ++j) {
            batch.parameters.insert(batch.parameters.end(), {lengths[i], factors[j]});
            batch.levels.insert(batch.levels.end(), {i, j});
        }
    plan = make_plan(strategy, axes, batch.count + 1, bars,
                     plenty); // one more: no column is one scenario's alone
}

// All columns of a plan for all scenarios of a batch, computed on a device together.
class ColumnsTogether {
  public:
    ColumnsTogether(GpuDevice& device, const ManyLengths& many, const NamedSeries& series)
        : kept_(many.plan, bars) {
        Accelerator& accelerator = device.accelerator();
        std::vector<std::uint32_t> scenarios;
        for (std::uint32_t i = 0; i < many.batch.count; ++i) scenarios.push_back(i);
        SliceColumns slice(many.plan, bars, kept_);
        slice.begin(many.batch, scenarios);
        for (std::size_t column = 0; column < many.plan.columns.size(); ++column)
            for (const std::uint32_t place : scenarios)
                places_.push_back(slice.require(static_cast<int>(column), place));
        slice.require_inputs();
        GpuColumnComputer computer(many.strategy.graph, many.plan, bars);
        const ColumnSpace scratch = computer.prepare(slice, std::uint64_t{64} << 20U);
        numbers_.resize(kept_.size().numbers);
        words_.resize(kept_.size().words);
        const BarSeries fields = series.view();
        for (std::size_t field = 0; field < fields.size(); ++field)
            std::copy(fields[field].begin(), fields[field].end(),
                      numbers_.begin() + kept_.field(static_cast<int>(field)));
        const auto numbers = accelerator.allocate(numbers_.size() * sizeof(double));
        const auto words = accelerator.allocate(words_.size() * sizeof(std::uint64_t));
        const auto scratch_numbers =
            accelerator.allocate(std::max<std::size_t>(1, scratch.numbers) * sizeof(double));
        const auto scratch_words =
            accelerator.allocate(std::max<std::size_t>(1, scratch.words) * sizeof(std::uint64_t));
        DeviceProgram& program = device.program(Precision::float64);
        const auto series_kernel = program.make_kernel("compute_series");
        const auto step_kernel = program.make_kernel("compute_step");
        const auto queue = accelerator.make_queue();
        queue->upload(*numbers, 0, std::as_bytes(std::span(numbers_)));
        queue->upload(*words, 0, std::as_bytes(std::span(words_)));
        computer.launch(slice, accelerator, *queue, *series_kernel, *step_kernel,
                        {*numbers, *words, *scratch_numbers, *scratch_words});
        queue->wait(); // the uploads' memory is written to next
        queue->download(std::as_writable_bytes(std::span(numbers_)), *numbers, 0);
        queue->download(std::as_writable_bytes(std::span(words_)), *words, 0);
        queue->wait();
        scenarios_ = scenarios.size();
    }

    // Of a column and a scenario: the first of its numbers, or of its words.
    const double* numbers(std::size_t column, std::size_t scenario) const {
        return numbers_.data() + places_[column * scenarios_ + scenario];
    }
    const std::uint64_t* words(std::size_t column, std::size_t scenario) const {
        return words_.data() + places_[column * scenarios_ + scenario];
    }

  private:
    KeptLayout kept_;
    std::size_t scenarios_ = 0;
    std::vector<ColumnOffset> places_;
    std::vector<double> numbers_;
    std::vector<std::uint64_t> words_;
};

} // namespace

TEST_CASE("every indicator, and all that its file is tried with, has the CPU's bits on every device") {
    Graph graph;
    std::vector<NodeId> nodes;
    const std::vector<std::string> expressions = all_expressions();
    for (const std::string& expression : expressions) nodes.push_back(compile_definition(graph, expression));
    REQUIRE(expressions.size() > 600);
    const ColumnsPlan plan = make_columns_plan(graph, nodes, bars);
    on_each_accelerator([&](GpuDevice& device) {
        GpuColumnReader reader(device);
        for (const unsigned seed : {1U, 2U})
            for (const bool holes : {false, true}) {
                CAPTURE(seed);
                CAPTURE(holes);
                const NamedSeries series =
                    holes ? holed_bars_for_indicators(seed, bars) : random_bars_for_indicators(seed, bars);
                CHECK(mismatch(reader, graph, plan, series.view(), bars, expressions) == "");
            }
    });
}

// The CPU computes scans eight at a time here, a device the columns of a kernel all at once.
TEST_CASE("every indicator has the CPU's bits on every device for many lengths at once") {
    const ManyLengths many;
    for (const PlannedColumn& column : many.plan.columns) REQUIRE(column.kept);
    on_each_accelerator([&](GpuDevice& device) {
        for (const bool holes : {false, true}) {
            CAPTURE(holes);
            const NamedSeries series =
                holes ? holed_bars_for_indicators(3, bars) : random_bars_for_indicators(3, bars);
            const Bars as_read = as_bars(series);
            CpuSimulator simulator(many.strategy, many.plan, as_read, {}, Precision::float64,
                                   choose_kernels("auto"), 1);
            CpuSimulator::Worker worker(simulator);
            const ColumnsTogether together(device, many, series);
            for (std::size_t c = 0; c < many.plan.columns.size(); ++c)
                for (std::size_t i = 0; i < many.batch.count; ++i) {
                    const PlannedColumn& column = many.plan.columns[c];
                    const ColumnView expected = worker.column(static_cast<int>(c), many.batch, i);
                    const std::string text = column.boolean
                                                 ? first_difference(together.words(c, i), expected, bars)
                                                 : first_difference(together.numbers(c, i), expected, bars,
                                                                    column.outputs, column.unread);
                    CAPTURE(many.strategy.graph.describe(column.node, many.strategy.parameter_names()));
                    CAPTURE(many.batch.parameters_of(i)[0]);
                    REQUIRE(text == "");
                }
        }
    });
}
