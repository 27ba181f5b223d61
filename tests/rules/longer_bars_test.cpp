// htf(): what its expressions mean, and every mistake in them.
#include <string>

#include <doctest/doctest.h>

#include "rules/plan.hpp"
#include "rules/strategy.hpp"
#include "rules/testing.hpp"

using namespace threadx;
using test::message_of;

namespace {

std::string error(const std::string& text) {
    return message_of([&] { parse_strategy(text, "s.toml"); });
}

} // namespace

TEST_CASE("the text of an expression over longer bars is that expression") {
    test::Rules rules;
    for (const char* text : {"htf(\"4h\", close)", "htf(\"4h\", ema(close, 20))", "htf(\"1d\", (high - low))",
                             "htf(\"1w\", atr(n))", "htf(\"4h\", htf(\"1d\", (open < close)))",
                             "htf(\"4h\", close)[1]", "htf(\"4h\", close[1])"}) {
        CAPTURE(text);
        CHECK(rules.describe(text) == text);
        CHECK(rules(rules.describe(text)) == rules(text));
    }
    CHECK(rules("htf('4h', close)") == rules("htf(x = close, period = \"240m\")"));
    CHECK(rules("htf('4h', close)") != rules("htf('2h', close)"));
    CHECK(rules("htf('4h', close[1])") != rules("htf('4h', close)[1]"));
}

TEST_CASE("the plan calls fields of longer bars by their period") {
    Graph graph;
    const NodeId node = parse_expression(graph, "htf('4h', ema(close, 3))");
    const Plan plan = make_column_plan(graph, node, 100);
    bool found = false;
    for (const PlannedColumn& column : plan.columns) found |= graph.describe(column.node, {}) == "4h.close";
    CHECK(found);
}

TEST_CASE("several results stay several, and conditions stay conditions") {
    test::Rules rules;
    CHECK(rules("htf('4h', macd(close)).hist") == rules("htf('4h', macd(close).hist)"));
    CHECK(rules("htf('1d', close > open) and close > 1", RuleKind::boolean) > 0);
    CHECK(rules.error("htf('4h', macd(close))").find("has several results") != std::string::npos);
    CHECK(rules.error("htf('1d', close > open) + 1").find("found a condition") != std::string::npos);
}

TEST_CASE("only what an expression reads is read") {
    Graph graph;
    parse_expression(graph, "htf('4h', ema(close, 3))");
    const BarFieldSet used = graph.fields_used();
    CHECK(used == BarFieldSet{false, false, false, true, false, true, true});
}

TEST_CASE("a let entry inside of htf() is computed from the longer bars") {
    const std::string rules = "[rules]\nenter_long = \"close > x\"\n";
    const std::string params = "[params]\nn = { default = 9, min = 1, max = 99, kind = \"int\" }\n";
    const auto described = [&](const std::string& lets) {
        const Strategy strategy = parse_strategy(params + "[let]\n" + lets + rules, "s.toml");
        return strategy.graph.describe(*strategy.signals[0], strategy.parameter_names());
    };
    CHECK(described("mean = \"ema(close, n)\"\nx = \"htf('4h', mean)\"\n") ==
          described("x = \"htf('4h', ema(close, n))\"\n"));
    CHECK(described("a = \"close\"\nb = \"a + a[1]\"\nx = \"htf('4h', b * n)\"\n") ==
          described("x = \"htf('4h', (close + close[1]) * n)\"\n"));
    CHECK(described("m = \"macd(close)\"\nx = \"m.line - htf('1d', m).line\"\n") ==
          described("x = \"macd(close).line - htf('1d', macd(close).line)\"\n"));
}

TEST_CASE("let entries that use each other often are compiled once for each period") {
    std::string text = "[let]\na0 = \"close\"\n";
    for (int i = 1; i <= 60; ++i) {
        const std::string before = "a" + std::to_string(i - 1);
        text += "a" + std::to_string(i) + " = \"" + before + " + " + before + "\"\n";
    }
    const Strategy strategy =
        parse_strategy(text + "[rules]\nenter_long = \"htf('4h', a60) > 1\"\n", "s.toml");
    CHECK(strategy.graph.size() < 400);
}

TEST_CASE("a period that is no length of time is refused where it stands") {
    test::Rules rules;
    CHECK(rules.error("close > htf(\"4x\", close)") == "r:1:13: '4x' is no length of time in rule\n"
                                                       "    close > htf(\"4x\", close)\n"
                                                       "                ^~~~\n"
                                                       "write for example \"15m\", \"4h\", \"1d\" or \"1w\"");
    CHECK(rules.error("htf(240, close)")
              .starts_with(
                  "r:1:5: expected a length of time for the period of htf(period, x), found a number"));
    CHECK(rules.error("htf('', close)").find("'' is no length of time") != std::string::npos);
    CHECK(rules.error("htf('0h', close)").find("0h is no whole number of milliseconds above 0") !=
          std::string::npos);
    CHECK(rules.error("htf('1500us', close)").find("no whole number of milliseconds") != std::string::npos);
    CHECK(rules.error("htf('4h')").find("htf takes 2 arguments, not 1") != std::string::npos);
    CHECK(rules.error("htf('4h', 'close')").find("found a text") != std::string::npos);
    CHECK(rules.error("htf('4h', clos)").starts_with("r:1:11: unknown name 'clos'"));
    CHECK(rules.error("vwap(hlc3, 'day')").find("'day' is no length of time") != std::string::npos);
}

TEST_CASE("inside of htf() a further one takes a whole multiple of its period") {
    test::Rules rules;
    CHECK(rules.error("htf(\"4h\", htf(\"1h\", close))") ==
          "r:1:15: bars of 1h cannot be made of bars of 4h in rule\n"
          "    htf(\"4h\", htf(\"1h\", close))\n"
          "                  ^~~~\n"
          "inside of htf() a further one takes a whole multiple of its period");
    CHECK(rules.error("htf('4h', htf('6h', close))").find("bars of 6h cannot be made of bars of 4h") !=
          std::string::npos);
    CHECK(rules.error("htf('4h', htf('1d', close))") == "no error");
}

TEST_CASE("times of day are series, and functions of an offset") {
    test::Rules rules;
    CHECK(rules("hour") == rules("hour(0)"));
    CHECK(rules("hour(-5)") != rules("hour"));
    CHECK(rules.describe("dayofweek") == "dayofweek(0)");
    CHECK(rules("hour >= 9 and dayofweek != 1", RuleKind::boolean) > 0);
    CHECK(rules.error("hour(30)").find("must be at most 24") != std::string::npos);
    CHECK(rules.error("hour(close)").find("varies from bar to bar") != std::string::npos);
    CHECK(error("[params]\nhour = 9\n[rules]\nenter_long = \"close > hour\"\n")
              .find("'hour' is a series of the rule language") != std::string::npos);
}
