// Reading strategy files: what is taken, and every refusal.
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "rules/plan.hpp"
#include "rules/strategy.hpp"
#include "rules/testing.hpp"

using namespace threadx;
using test::message_of;

namespace {

const std::string rules = "[rules]\nenter_long = \"close > open\"\n"; // two lines

std::string error(const std::string& text) {
    return message_of([&] { parse_strategy(text, "s.toml"); });
}

std::string risk_error(const std::string& text) { return error(rules + "[risk]\n" + text); } // from line 4
std::string parameter_error(const std::string& text) { return error("[params]\np = " + text + "\n" + rules); }

} // namespace

TEST_CASE("a strategy file is read as it stands") {
    const Strategy strategy = parse_strategy(R"toml(
name = "mine"
description = "a test"
[params]
n = { default = 20, min = 2, max = 50, kind = "int", description = "bars" }
k = { default = 1.5, min = 0.5, max = 3.0 }
bare = 7
[let]
mid = "sma(close, n)"
band = "mid + k * stdev(close, n)"
[rules]
enter_long = "close > band"
exit_short = "close < mid"
enter_short = true
[risk]
stop_distance = "k * atr(14)"
target_distance = 2
trailing = true
reverse = false
max_hold = "n + 1"
spacing = 3
size = { risk = "k / 100" }
)toml",
                                             "s.toml");
    CHECK(strategy.name == "mine");
    CHECK(strategy.description == "a test");
    CHECK(strategy.parameter_names() == std::vector<std::string>{"n", "k", "bare"});
    CHECK(strategy.defaults() == std::vector<double>{20.0, 1.5, 7.0});
    CHECK(strategy.parameters[0].integer);
    CHECK_FALSE(strategy.parameters[1].integer);
    CHECK(strategy.parameters[0].minimum == 2.0);
    CHECK(strategy.parameters[0].maximum == 50.0);
    CHECK(strategy.parameters[0].description == "bars");
    const auto text = [&](NodeId node) { return strategy.graph.describe(node, strategy.parameter_names()); };
    CHECK(text(*strategy.signals[0]) == "((sma(close, n) + (k * stdev(close, n))) < close)");
    CHECK_FALSE(strategy.signals[1]);
    CHECK(text(*strategy.signals[2]) == "true");
    CHECK(text(*strategy.signals[3]) == "(close < sma(close, n))");
    CHECK(text(*strategy.target_distance) == "2");
    CHECK(text(strategy.max_hold) == "(n + 1)");
    CHECK(text(strategy.spacing) == "3");
    CHECK(text(strategy.size) == "(k / 100)");
    CHECK(strategy.size_kind == SizeKind::risk);
    CHECK(strategy.trailing);
    CHECK_FALSE(strategy.reverse);
    CHECK_FALSE(strategy.uses_volume);
}

TEST_CASE("what is left out has the defaults of the contract") {
    const Strategy strategy = parse_strategy("[rules]\nenter_short = \"volume > 1\"\n", "folder/other.toml");
    CHECK(strategy.name == "other");
    CHECK(strategy.parameters.empty());
    CHECK_FALSE(strategy.stop_distance);
    CHECK_FALSE(strategy.target_distance);
    CHECK_FALSE(strategy.trailing);
    CHECK(strategy.reverse);
    CHECK(strategy.size_kind == SizeKind::equity);
    CHECK(strategy.graph[strategy.size].value == 1.0);
    CHECK(strategy.graph[strategy.max_hold].value == 0.0);
    CHECK(strategy.graph[strategy.spacing].value == 0.0);
    CHECK(strategy.uses_volume);
}

TEST_CASE("an unknown key is refused with the nearest known one, wherever it stands") {
    CHECK(error("ruels = 1\n" + rules) == "s.toml:1:9: unknown key 'ruels' (did you mean 'rules'?)");
    CHECK(error("[rules]\nenter_lnog = \"true\"\n") ==
          "s.toml:2:14: unknown key 'enter_lnog' (did you mean 'enter_long'?)");
    CHECK(risk_error("stop = 1\n").starts_with("s.toml:4:8: unknown key 'stop'"));
    CHECK(risk_error("max_hodl = 1\n") == "s.toml:4:12: unknown key 'max_hodl' (did you mean 'max_hold'?)");
    CHECK(risk_error("size = { rsk = 1 }\n")
              .starts_with("s.toml:4:16: unknown key 'rsk' (did you mean 'risk'?)"));
    CHECK(parameter_error("{ default = 1, mni = 0 }")
              .starts_with("s.toml:2:26: unknown key 'mni' (did you mean 'min'?)"));
}

TEST_CASE("names of the rule language are no names for parameters and let entries") {
    const auto parameter = [](const std::string& name) {
        return error("[params]\n" + name + " = 1\n" + rules);
    };
    const auto let = [](const std::string& name) { return error("[let]\n" + name + " = \"1\"\n" + rules); };
    for (const auto& read : {+parameter, +let}) {
        CHECK(read("close") == "s.toml:2:9: 'close' is a series of the rule language");
        CHECK(read("tr") == "s.toml:2:6: 'tr' is a series of the rule language");
        CHECK(read("sma") == "no error"); // a call is told from a name by its parenthesis
        for (const char* word : {"and", "or", "not", "true", "false"})
            CHECK(read(word).find(fmt::format("'{}' is a word of the rule language", word)) !=
                  std::string::npos);
        CHECK(read("\"my name\"").find("'my name' is no name: use letters, digits and '_'") !=
              std::string::npos);
        CHECK(read("a-b").find("'a-b' is no name") != std::string::npos);
        CHECK(read("2fast").find("'2fast' is no name") != std::string::npos);
        CHECK(read("\"\"").find("'' is no name") != std::string::npos);
        CHECK(read("\"\xC3\xA9\"").find("is no name") != std::string::npos);
        CHECK(read("_fast2") == "no error");
    }
    CHECK(error("[params]\na = 1\n[let]\na = \"2\"\n" + rules) == "s.toml:4:5: 'a' is already a parameter");
}

TEST_CASE("a parameter's default must lie within its limits and be what its kind says") {
    CHECK(parameter_error("{ default = 5, min = 1, max = 4 }") ==
          "s.toml:2:5: the default 5 lies outside 1 to 4");
    CHECK(parameter_error("{ default = 0.5, min = 1 }") ==
          "s.toml:2:5: the default 0.5 lies outside 1 to inf");
    CHECK(parameter_error("{ default = 5, min = 7, max = 4 }") == "s.toml:2:5: min is above max");
    CHECK(parameter_error("{ min = 1, max = 4 }") == "s.toml:2:5: parameter 'p' has no default");
    CHECK(parameter_error("{ default = inf }") == "s.toml:2:5: the default must be finite");
    CHECK(parameter_error("{ default = 2.5, kind = \"int\" }") ==
          "s.toml:2:5: the default of a kind = \"int\" parameter must be whole, found 2.5");
    CHECK(parameter_error("{ default = 2, kind = \"whole\" }").starts_with("s.toml:2:27: "));
    CHECK(parameter_error("{ default = \"2\" }").starts_with("s.toml:2:17: expected a number, found text"));
    CHECK(parameter_error("\"2\"").starts_with("s.toml:2:5: expected a table, found text"));
    CHECK(parameter_error("{ default = 4, min = 4, max = 4, kind = \"int\" }") == "no error");
}

TEST_CASE("a strategy has at most 64 parameters") {
    const auto with = [](int count) {
        std::string text = "[params]\n";
        for (int i = 0; i < count; ++i) text += fmt::format("p{} = {}\n", i, i);
        return text + "[rules]\nenter_long = \"p0 + p63 < close\"\n";
    };
    const Strategy full = parse_strategy(with(64), "s.toml");
    CHECK(full.graph[*full.signals[0]].parameters == ((ParameterSet{1} << 63U) | 1U));
    CHECK(error(with(65)) == "s.toml:1:1: a strategy can have 64 parameters at most");
}

TEST_CASE("a strategy needs a rule that enters") {
    CHECK(error("") == "s.toml: a strategy needs a [rules] section with enter_long or enter_short");
    CHECK(error("[rules]\n").ends_with("the rules never enter: give enter_long or enter_short"));
    CHECK(error("[rules]\nexit_long = \"true\"\n")
              .ends_with("the rules never enter: give enter_long or enter_short"));
    CHECK(error("rules = 1\n") == "s.toml:1:9: expected a table, found an integer");
}

TEST_CASE("what needs a stop distance says so when there is none") {
    CHECK(risk_error("trailing = true\n") ==
          "s.toml:4:12: trailing = true needs a stop_distance to trail by");
    CHECK(risk_error("trailing = false\n") == "no error");
    CHECK(risk_error("size = { risk = 0.01 }\n") ==
          "s.toml:4:8: size = { risk = ... } needs a stop_distance: the risk is what is lost at the stop");
    CHECK(risk_error("stop_distance = 1\nsize = { risk = 0.01 }\n") == "no error");
    CHECK(risk_error("size = { risk = 0.01 }\nstop_distance = 1\n") == "no error"); // in any order
}

TEST_CASE("a size is one positive number of one kind") {
    CHECK(risk_error("size = { equity = 1.0, cash = 5.0 }\n") ==
          "s.toml:4:8: size takes one of: equity, cash, units, risk; for example { equity = 1.0 }");
    CHECK(risk_error("size = { }\n").starts_with("s.toml:4:8: size takes one of"));
    CHECK(risk_error("size = 1.0\n").starts_with("s.toml:4:8: expected a table"));
    CHECK(risk_error("size = { equity = 0 }\n") == "s.toml:4:19: size must be above 0");
    CHECK(risk_error("size = { cash = -5.0 }\n") == "s.toml:4:17: size must be above 0");
    CHECK(risk_error("size = { units = \"1 - 1\" }\n") == "s.toml:4:18: size must be above 0");
    CHECK(risk_error("size = { units = \"0 / 0\" }\n") == "s.toml:4:18: size must be above 0");
    CHECK(risk_error("size = { units = \"close\" }\n")
              .starts_with("s.toml:4:19: this varies from bar to bar in size"));
    CHECK(risk_error("size = { units = true }\n")
              .starts_with("s.toml:4:18: expected a number, found a condition in size"));
}

TEST_CASE("the other settings of risk are checked too") {
    CHECK(risk_error("max_hold = -1\n") == "s.toml:4:12: max_hold is a number of bars, 0 for none; found -1");
    CHECK(risk_error("spacing = -7\n") == "s.toml:4:11: spacing is a number of bars, 0 for none; found -7");
    CHECK(risk_error("max_hold = 2.5\n").starts_with("s.toml:4:12: expected a whole number in max_hold"));
    CHECK(risk_error("spacing = \"close\"\n")
              .starts_with("s.toml:4:12: this varies from bar to bar in spacing"));
    CHECK(risk_error("trailing = 1\n").starts_with("s.toml:4:12: expected true or false"));
    CHECK(risk_error("reverse = \"no\"\n").starts_with("s.toml:4:11: expected true or false"));
    CHECK(risk_error("stop_distance = \"close > 1\"\n")
              .starts_with("s.toml:4:18: expected a number, found a condition"));
    CHECK(risk_error("target_distance = [1]\n").starts_with("s.toml:4:19: expected text in quotes"));
    CHECK(risk_error("stop_distance = 1979-05-27\n").starts_with("s.toml:4:17: expected text in quotes"));
}

TEST_CASE("let entries may use only earlier ones") {
    CHECK(error("[let]\na = \"1\"\nb = \"a + 1\"\n[rules]\nenter_long = \"close > b\"\n") == "no error");
    CHECK(error("[let]\nbb = \"aa + 1\"\naa = \"1\"\n" + rules)
              .starts_with("s.toml:2:7: unknown name 'aa' in let bb\n"));
    CHECK(error("[let]\naa = \"aa + 1\"\n" + rules).starts_with("s.toml:2:7: unknown name 'aa' in let aa\n"));
    CHECK(error("[let]\nup = \"close > open\"\n[rules]\nenter_long = \"up and not up[1]\"\n") == "no error");
}

TEST_CASE("a file that is no TOML is refused with its place") {
    CHECK(error("[rules\n").starts_with("s.toml:1:"));
    CHECK(error("[rules]\nenter_long = \"true\"\nenter_long = \"true\"\n").starts_with("s.toml:3:"));
}

TEST_CASE("a scenario is valid where every length is whole and no look-back is negative") {
    const Strategy strategy =
        parse_strategy("[params]\nn = { default = 5, kind = \"int\" }\nm = { default = 2, kind = \"int\" }\n"
                       "[rules]\nenter_long = \"sma(close, n - m) > close[m]\"\n",
                       "s");
    const auto valid = [&](double n, double m) {
        return scenario_is_valid(strategy.graph, std::vector<double>{n, m});
    };
    CHECK(valid(5, 2));
    CHECK(valid(3, 2));
    CHECK(valid(3, 0));
    CHECK_FALSE(valid(2, 2)); // a window of 0 bars
    CHECK_FALSE(valid(1, 2));
    CHECK_FALSE(valid(5, -1)); // into the future
    CHECK_FALSE(valid(5.5, 2));
}
