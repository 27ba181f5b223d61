// What must hold of every indicator, whatever it computes; each is found in the catalogue, so that a new one
// is tested without a line here.
#include <algorithm>
#include <bit>
#include <cmath>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "device/computed_column.hpp"
#include "indicators/definitions.hpp"
#include "rules/compiler.hpp"
#include "rules/dice.hpp"
#include "rules/functions.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

bool same_bits(double a, double b) {
    return (std::isnan(a) && std::isnan(b)) ||
           std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

// Expressions to try of an indicator: those of its known answers, which have lengths that small series fill.
// And longer bars and times that fit the hours of the random bars.
std::vector<std::string> expressions() {
    std::vector<std::string> out = {
        "htf('4h', close)",
        "htf('1h', high - low[1])",
        "htf('4h', ema(close, 3)) - htf('1d', open)",
        "htf('6h', nz(rsi(volume, 4), -1))",
        "htf('1d', close > close[1]) and not htf('1w', close > open)",
        "htf('2h', htf('1d', macd(close, 2, 4, 2).hist) > atr(3))",
        "htf('1d', dayofweek + month * 100) + 1000 * htf('3d', hour)",
        "vwap(hlc3, '1d') - vwap(close, '1w')",
        "iff(hour(-5) >= 9 and dayofweek != 1, year * 10000 + month * 100 + dayofmonth, minute)"};
    for (const KnownAnswer& answer : known_answers()) out.push_back(answer.expression);
    return out;
}

std::vector<double> values_of(const std::string& expression, const NamedSeries& series, std::size_t bars,
                              const KernelTable& kernels = choose_kernels("auto")) {
    return computed_column(expression, series.view(bars), bars, kernels);
}

} // namespace

TEST_CASE("every indicator gives its known answers") {
    for (const KnownAnswer& answer : known_answers()) {
        CAPTURE(answer.indicator);
        CAPTURE(answer.expression);
        CAPTURE(answer.where);
        CHECK(answer.expression.find(answer.indicator + "(") != std::string::npos);
        const std::size_t bars = answer.series.bars();
        REQUIRE(answer.value.size() == bars);
        CHECK(std::any_of(answer.value.begin(), answer.value.end(), [](double v) { return !std::isnan(v); }));
        const std::vector<double> found = computed_column(answer.expression, answer.series.view(), bars);
        for (std::size_t t = 0; t < bars; ++t) {
            CAPTURE(t);
            CHECK(std::isnan(found[t]) == std::isnan(answer.value[t]));
            if (!std::isnan(answer.value[t]))
                CHECK(std::fabs(found[t] - answer.value[t]) <=
                      1e-9 * std::max(1e-3, std::fabs(answer.value[t])));
        }
    }
}

TEST_CASE("a value does not depend on what comes after it: nothing looks ahead") {
    const NamedSeries series = random_bars_for_indicators(11, 400);
    for (const std::string& expression : expressions()) {
        CAPTURE(expression);
        const std::vector<double> whole = values_of(expression, series, 400);
        for (const std::size_t bars : {1U, 2U, 3U, 17U, 64U, 65U, 127U, 200U, 333U, 399U}) {
            const std::vector<double> part = values_of(expression, series, bars);
            for (std::size_t t = 0; t < bars; ++t) {
                CAPTURE(bars);
                CAPTURE(t);
                REQUIRE(same_bits(part[t], whole[t]));
            }
        }
    }
}

TEST_CASE("every instruction set gives the same bits") {
    for (const unsigned seed : {1U, 2U, 3U}) {
        const NamedSeries series = random_bars_for_indicators(seed, 700);
        for (const std::string& expression : expressions()) {
            CAPTURE(expression);
            const std::vector<double> expected = values_of(expression, series, 700, choose_kernels("scalar"));
            for (const KernelTable* kernels : available_kernels()) {
                const std::vector<double> found = values_of(expression, series, 700, *kernels);
                for (std::size_t t = 0; t < found.size(); ++t) REQUIRE(same_bits(found[t], expected[t]));
            }
        }
    }
}

// Sources are what kernels are written for: numbers of any kind, with holes.
TEST_CASE("columns that are computed together have the bits of columns that are computed alone") {
    CHECK(rc::check("groups of a kernel's columns", [](std::uint64_t seed) {
        Dice dice(seed);
        const std::size_t bars = 1 + dice.below(300);
        for (const KernelTable* kernels : available_kernels()) {
            for (std::size_t index = 0; index < column_kernels().size(); ++index) {
                const auto number = static_cast<int>(index);
                const ColumnKernel& kernel = column_kernels()[index];
                const auto size = static_cast<std::size_t>(kernels->group_size(number));
                if (size == 1) continue;
                const auto columns = 1 + dice.below(size);
                // What is not wanted has what the last column has. Those of a scan may read series of their
                // own.
                const auto used = [&](std::size_t column) { return std::min(column, columns - 1); };
                const bool own_series = kernel.scan && dice.chance(0.5);
                std::vector<std::vector<double>> series(static_cast<std::size_t>(kernel.series) * columns);
                for (std::vector<double>& each : series)
                    for (std::size_t t = 0; t < bars; ++t)
                        each.push_back(dice.chance(0.05) ? std::nan("") : dice.between(-3.0, 9.0));
                std::vector<const double*> sources;
                for (std::size_t i = 0; i < static_cast<std::size_t>(kernel.series) * size; ++i)
                    sources.push_back(series[i / size * columns + (own_series ? used(i % size) : 0)].data());
                const auto scalars = static_cast<std::size_t>(kernel.scalars);
                std::vector<double> given(scalars * size);
                for (std::size_t j = 0; j < scalars; ++j)
                    for (std::size_t i = 0; i < size; ++i)
                        given[j * size + i] = i >= columns                      ? given[j * size + used(i)]
                                              : kernel.scan && dice.chance(0.2) ? dice.between(0.0, 1.0)
                                                                                : dice.between(1, 40);
                const auto outputs = static_cast<std::size_t>(kernel.outputs);
                std::vector<std::vector<double>> together(outputs * columns, std::vector<double>(bars));
                std::vector<double*> pointers;
                for (std::size_t k = 0; k < outputs; ++k)
                    for (std::size_t i = 0; i < size; ++i)
                        pointers.push_back(together[k * columns + used(i)].data());
                kernels->column_group(number, sources.data(), given.data(), static_cast<int>(columns),
                                      static_cast<int>(bars), pointers.data());
                for (std::size_t i = 0; i < columns; ++i) {
                    std::vector<double> own;
                    for (std::size_t j = 0; j < scalars; ++j) own.push_back(given[j * size + i]);
                    std::vector<std::vector<double>> alone(outputs, std::vector<double>(bars));
                    std::vector<double*> places;
                    for (std::vector<double>& each : alone) places.push_back(each.data());
                    std::vector<const double*> own_sources;
                    for (std::size_t k = i; k < sources.size(); k += size) own_sources.push_back(sources[k]);
                    kernels->column(number, own_sources.data(), own.data(), static_cast<int>(bars),
                                    places.data());
                    RC_LOG(std::string(kernel.name) + " " + kernels->name);
                    for (std::size_t k = 0; k < outputs; ++k)
                        for (std::size_t t = 0; t < bars; ++t)
                            RC_ASSERT(same_bits(together[k * columns + i][t], alone[k][t]));
                }
            }
        }
    }));
}

// As a sweep computes them, which gives its kernels several columns at once; and one by one.
TEST_CASE("an indicator has the same bits whatever lengths it is computed for beside") {
    const std::vector<double> lengths = {14, 3, 9, 2, 30, 5, 4, 77, 6, 21, 8};
    const NamedSeries series = random_bars_for_indicators(9, 300);
    for (const Indicator& indicator : indicators()) {
        std::vector<std::string> given = example_arguments(indicator);
        bool swept = false;
        for (std::size_t i = 0; i < given.size(); ++i)
            if (indicator.arguments[i].name == "length" &&
                indicator.arguments[i].kind == ArgumentKind::length) {
                given[i] = "length";
                swept = true;
            }
        if (!swept || indicator.hidden) continue;
        for (const std::string& expression : results_of(indicator, call_text(indicator, given))) {
            CAPTURE(expression);
            Graph graph;
            RuleNames names;
            names.values.emplace("length", graph.parameter(0, true));
            const NodeId node = compile_rule(graph, names, {expression, "", "the result"}, RuleKind::any);
            const auto columns_of = [&](const std::vector<double>& known) {
                const ColumnsPlan columns =
                    make_columns_plan(graph, std::span(&node, 1), 300, {{0, lengths.size(), known}});
                const BarColumns bars(series.view(300), 300, fields_read(columns.plan), {});
                KeptColumns kept(columns.plan);
                ColumnReader reader(graph, columns.plan, bars, choose_kernels("auto"), kept);
                std::vector<std::vector<double>> out;
                for (std::uint64_t level = 0; level < lengths.size(); ++level) {
                    const ColumnView view =
                        reader.get(columns.columns[0], {{&lengths[level], 1}, {&level, 1}, 0});
                    out.emplace_back();
                    for (std::size_t t = 0; t < 300; ++t)
                        out.back().push_back(view.bits != nullptr
                                                 ? static_cast<double>(view.bits[t / 64] >> (t % 64) & 1U)
                                                 : view.numbers[t]);
                }
                return out;
            };
            const std::vector<std::vector<double>> together = columns_of(lengths);
            const std::vector<std::vector<double>> alone = columns_of({});
            for (std::size_t i = 0; i < lengths.size(); ++i)
                for (std::size_t t = 0; t < 300; ++t) {
                    CAPTURE(lengths[i]);
                    CAPTURE(t);
                    REQUIRE(same_bits(together[i][t], alone[i][t]));
                }
        }
    }
}

TEST_CASE("as many values are undefined at the start as the definition says") {
    const NamedSeries series = random_bars_for_indicators(5, 600);
    for (const Indicator& indicator : indicators()) {
        if (indicator.hidden) continue;
        CAPTURE(indicator.name);
        Graph graph;
        RuleNames names;
        const std::vector<std::string> given = example_arguments(indicator);
        for (std::size_t i = 0; i < given.size(); ++i) {
            const IndicatorArgument& argument = indicator.arguments[i];
            if (argument.kind == ArgumentKind::length || argument.kind == ArgumentKind::scalar)
                names.values[std::string(argument.name)] =
                    compile_rule(graph, {}, {given[i], "", "the argument"}, RuleKind::scalar);
        }
        const std::string call = call_text(indicator, given);
        if (indicator.undefined == "varies") continue; // with the data
        const NodeId node = compile_rule(
            graph, names, {std::string(indicator.undefined), "undefined", "undefined"}, RuleKind::scalar);
        const double undefined = evaluate_scalar(graph, node, {});
        std::size_t least = 600;
        for (const std::string& expression : results_of(indicator, call)) {
            const std::vector<double> values = values_of(expression, series, 600);
            std::size_t first = 0;
            while (first < values.size() && std::isnan(values[first])) ++first;
            least = std::min(least, first);
        }
        CAPTURE(call);
        CHECK(static_cast<double>(least) == undefined);
    }
}

TEST_CASE("a scan is not disturbed by a hole: what is undefined is passed over") {
    NamedSeries series = random_bars_for_indicators(4, 200);
    NamedSeries holed;
    for (std::size_t t = 0; t < 200; ++t) {
        holed.close.push_back(series.close[t]);
        if (t % 7 == 3) holed.close.push_back(std::nan(""));
    }
    const std::vector<double> whole = values_of("ema(close, 5)", series, 200);
    const std::vector<double> found = values_of("ema(close, 5)", holed, holed.close.size());
    std::size_t at = 0;
    for (std::size_t t = 0; t < holed.close.size(); ++t) {
        if (std::isnan(holed.close[t]))
            CHECK(std::isnan(found[t]));
        else
            CHECK(same_bits(found[t], whole[at++]));
    }
}
