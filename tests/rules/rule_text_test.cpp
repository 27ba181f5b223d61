// Lexer, parser and compiler on right rules: what a text means, whatever its parentheses.
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "rules/random_rules.hpp"
#include "rules/strategy.hpp"
#include "rules/testing.hpp"

using namespace threadx;
using test::Dice;

TEST_CASE("operators bind as in Python") {
    test::Rules rules;
    const auto same = [&](const std::string& a, const std::string& b) { return rules(a) == rules(b); };
    CHECK(same("close + open * p", "close + (open * p)"));
    CHECK(same("close - open - p", "(close - open) - p"));
    CHECK_FALSE(same("close - open - p", "close - (open - p)"));
    CHECK(same("close / open / p", "(close / open) / p"));
    CHECK(same("close / open * p", "(close / open) * p"));
    CHECK(same("-close * open", "(-close) * open"));
    CHECK(same("close * -open", "close * (-open)"));
    CHECK(same("-close[1]", "-(close[1])"));
    CHECK_FALSE(same("-close[1]", "(-close)[1]"));
    CHECK(same("--close", "-(-close)"));
    CHECK(same("+close", "close"));
    CHECK(same("close + 1 > open * 2", "(close + 1) > (open * 2)"));
    CHECK(same("not close > open", "not (close > open)"));
    CHECK(same("not close > open and p > 1", "(not (close > open)) and (p > 1)"));
    CHECK(same("close > 1 or open > 2 and p > 3", "(close > 1) or ((open > 2) and (p > 3))"));
    CHECK(same("close[1][2]", "(close[1])[2]"));
    CHECK(same("close[n + 1]", "close[(n + 1)]"));
    CHECK(same("close>open", " close >\n\topen "));
    CHECK_FALSE(same("close < open", "close <= open"));
    CHECK_FALSE(same("(close > open)[1]", "close[1] > open"));
}

TEST_CASE("numbers are read to the last bit") {
    test::Rules rules;
    CHECK(rules.graph[rules("0.1")].value == 0.1);
    CHECK(rules.graph[rules(".5")].value == 0.5);
    CHECK(rules.graph[rules("1.")].value == 1.0);
    CHECK(rules.graph[rules("2.5e-3")].value == 2.5e-3);
    CHECK(rules.graph[rules("1E3")].value == 1000.0);
    CHECK(rules.graph[rules("9007199254740993")].value == 9007199254740992.0);
}

TEST_CASE("derived series and functions mean what their definitions say") {
    test::Rules rules;
    CHECK(rules("hl2") == rules("(high + low) / 2"));
    CHECK(rules("hlc3") == rules("(high + low + close) / 3"));
    CHECK(rules("ohlc4") == rules("(open + high + low + close) / 4"));
    CHECK(rules("atr(n)") == rules("rma(tr, n)"));
    CHECK(rules("tr") == rules("max(max(high - low, abs(high - close[1])), abs(low - close[1]))"));
    CHECK(rules("crossover(close, open)") == rules("close > open and (close <= open)[1]"));
    CHECK(rules("crossunder(close, open)") == rules("close < open and (close >= open)[1]"));
    CHECK(rules("nz(close)") == rules("nz(close, 0)"));
}

namespace {

// The rule as a graph describes it that holds nothing else.
std::string described_afresh(const std::string& text) {
    Graph graph;
    const RuleNames names = test::random_rule_names(graph);
    const NodeId node = compile_rule(graph, names, {text, "text", ""}, RuleKind::any);
    return graph.describe(node, test::random_rule_parameters());
}

} // namespace

TEST_CASE("a random rule means the same with the fewest and with all parentheses, and what its tree says") {
    CHECK(rc::check("trees, texts and graphs agree", [](std::uint64_t seed) {
        Dice dice(seed);
        Graph graph;
        const RuleNames names = test::random_rule_names(graph);
        const test::RuleTree tree =
            dice.chance(0.5) ? test::random_number(dice) : test::random_condition(dice);
        const std::string few = test::rule_text(tree, test::Parentheses::minimal);
        const std::string all = test::rule_text(tree, test::Parentheses::full);
        RC_LOG(few);
        const NodeId meant = test::build_rule(graph, names, tree);
        RC_ASSERT(compile_rule(graph, names, {few, "few", ""}, RuleKind::any) == meant);
        RC_ASSERT(compile_rule(graph, names, {all, "all", ""}, RuleKind::any) == meant);
        RC_ASSERT(described_afresh(few) == described_afresh(all));
    }));
}

TEST_CASE("what describe says of a random rule is that rule") {
    CHECK(rc::check("describing and compiling returns to the node", [](std::uint64_t seed) {
        Dice dice(seed);
        Graph graph;
        const RuleNames names = test::random_rule_names(graph);
        const test::RuleTree tree =
            dice.chance(0.5) ? test::random_number(dice) : test::random_condition(dice);
        const NodeId node = test::build_rule(graph, names, tree);
        const std::string text = graph.describe(node, test::random_rule_parameters());
        if (text.size() > 9'000 || text.find("nan") != std::string::npos ||
            text.find("inf") != std::string::npos)
            return; // folded to what has no literal
        RC_LOG(text);
        RC_ASSERT(compile_rule(graph, names, {text, "text", ""}, RuleKind::any) == node);
    }));
}

namespace {

// Whether `action` ends well or with an InputError.
bool ends_well(const auto& action) {
    try {
        action();
    } catch (const InputError& error) {
        return std::string(error.what()).size() > 5;
    }
    return true;
}

bool compiles_or_complains(const std::string& text) {
    return ends_well([&] {
        Graph graph;
        const RuleNames names = test::random_rule_names(graph);
        compile_rule(graph, names, {text, "fuzz:1:1", "fuzz"}, RuleKind::any);
    });
}

std::string mutated(Dice& dice, std::string text) {
    const std::vector<std::string> pieces = {"(", ")",        "[",  "]",   ",",     "-",     "not ", " and ",
                                             "<", "=",        "1",  "0.5", "n1",    "close", "sma(", "nz(",
                                             ".", "\xC3\xA9", "\"", "\n",  "[let]", "{",     "}"};
    for (std::size_t edits = 1 + dice.below(4); edits > 0 && !text.empty(); --edits) {
        const std::size_t at = dice.below(text.size());
        const std::size_t count = dice.below(6);
        switch (dice.below(4)) {
        case 0: text.erase(at, count); break;
        case 1: text.insert(at, pieces[dice.below(pieces.size())]); break;
        case 2: text[at] = static_cast<char>(dice.below(256)); break;
        default: text.insert(at, text.substr(dice.below(text.size()), count)); break;
        }
    }
    return text;
}

} // namespace

TEST_CASE("random bytes compile or are refused as input") {
    CHECK(rc::check("bytes", [](const std::string& text) { RC_ASSERT(compiles_or_complains(text)); }));
}

TEST_CASE("mutations of a right rule compile or are refused as input") {
    CHECK(rc::check("rules", [](std::uint64_t seed) {
        Dice dice(seed);
        const std::string right = test::rule_text(test::random_condition(dice));
        for (int i = 0; i < 20; ++i) {
            const std::string text = mutated(dice, right);
            RC_LOG(text);
            RC_ASSERT(compiles_or_complains(text));
        }
    }));
}

TEST_CASE("mutations of a right strategy file are read or refused as input") {
    CHECK(rc::check("files", [](std::uint64_t seed) {
        Dice dice(seed);
        const std::string right = test::random_strategy(dice);
        RC_ASSERT(ends_well([&] { parse_strategy(right, "right.toml"); }));
        for (int i = 0; i < 10; ++i) {
            const std::string text = mutated(dice, right);
            RC_LOG(text);
            RC_ASSERT(ends_well([&] { parse_strategy(text, "mutated.toml"); }));
        }
    }));
}
