// Arguments that are texts: kinds of averages, lengths of time.
#include <string>

#include <doctest/doctest.h>

#include "rules/strategy.hpp"
#include "rules/testing.hpp"

using namespace threadx;
using test::message_of;

TEST_CASE("a kind of average is resolved when the rule is compiled: nothing of the others is left") {
    test::Rules rules;
    CHECK(rules("ma(close, n, \"ema\")") == rules("ema(close, n)"));
    CHECK(rules("ma(close, n, 'tema')") == rules("tema(close, n)"));
    CHECK(rules("ma(close, n)") == rules("sma(close, n)"));
    CHECK(rules("bbands(close, 20, kind = 'ema').middle") == rules("ema(close, 20)"));
    CHECK(rules("ma(kind = 'wma', x = close, length = 5)") == rules("wma(close, 5)"));
    Graph alone, chosen;
    parse_expression(alone, "ema(close, 5)");
    parse_expression(chosen, "ma(close, 5, 'ema')");
    CHECK(chosen.checks().empty());
    CHECK(chosen.size() <= alone.size() + 5); // the text, and a few constants
}

TEST_CASE("either quote does, and a text is described with its quotes") {
    test::Rules rules;
    CHECK(rules("ma(close, 20, 'ema')") == rules("ma(close, 20, \"ema\")"));
    CHECK(rules.describe("apo(close, 5, 12, 'sma')") == "apo(close, 5, 12, \"sma\")");
    CHECK(rules.describe(rules("apo(close, 5, 12, 'sma')")) ==
          rules.describe(rules.describe("apo(close, 5, 12, 'sma')")));
}

TEST_CASE("texts can be compared, and stand for themselves in let entries") {
    test::Rules rules;
    CHECK(rules("'a' == \"a\"") == rules("true"));
    CHECK(rules("'a' != \"b\"") == rules("true"));
    CHECK(rules("'a' == 'b'") == rules("false"));
    const Strategy strategy = parse_strategy("[let]\nkind = \"'ema'\"\nmean = \"ma(close, 9, kind)\"\n"
                                             "[rules]\nenter_long = \"close > mean\"\n",
                                             "s.toml");
    Graph graph = strategy.graph;
    CHECK(graph.size() > 0);
    CHECK(strategy.signals[0]);
}

TEST_CASE("what is no kind is refused, with the nearest or with all") {
    test::Rules rules;
    CHECK(rules.error("ma(close, 5, 'emma')") == "r:1:14: unknown kind 'emma' of ma in rule\n"
                                                 "    ma(close, 5, 'emma')\n"
                                                 "                 ^~~~~~\n"
                                                 "did you mean \"ema\"?");
    CHECK(rules.error("ma(close, 5, 'zzzzzz')").find("\none of: \"sma\", \"ema\", ") != std::string::npos);
    CHECK(rules.error("ma(close, 5, 1)").starts_with("r:1:14: expected a text for the kind of ma("));
    CHECK(rules.error("ma(close, 5, close > open)").find("found a condition") != std::string::npos);
    CHECK(rules.error("macdext(close, slow_kind = 'vwma').line").find("unknown slow_kind 'vwma'") !=
          std::string::npos);
}

TEST_CASE("averages of a varying length take parameters for their bounds where they are simple ones alone") {
    test::Rules rules;
    CHECK(rules.error("mavp(close, volume, n, 30)") == "no error");
    CHECK(rules.error("mavp(close, volume, 2, 90, 'ema')") == "no error");
    CHECK(rules.error("mavp(close, volume, n, 30, 'ema')").find("must be a number") != std::string::npos);
    CHECK(rules.error("mavp(close, volume, 2, n, 'ema')").find("must be a number") != std::string::npos);
    CHECK(rules.error("mavp(close, volume, 2, 101, 'ema')").find("must be at most 100") != std::string::npos);
}

TEST_CASE("a text where a value belongs is refused") {
    test::Rules rules;
    CHECK(rules.error("'ema'") == "r:1:1: this is a text in rule\n"
                                  "    'ema'\n"
                                  "    ^~~~~\n"
                                  "texts are arguments: ma(close, 20, \"ema\")");
    CHECK(rules.error("close > 'ema'").starts_with("r:1:9: expected a number beside '>', found a text"));
    CHECK(rules.error("'a' and true").starts_with("r:1:1: expected a condition beside 'and', found a text"));
    CHECK(rules.error("not 'a'").find("found a text") != std::string::npos);
    CHECK(rules.error("-'a'").find("found a text") != std::string::npos);
    CHECK(rules.error("'a'[1]").starts_with("r:1:1: a text is the same at each bar"));
    CHECK(rules.error("sma('a', 5)").find("found a text") != std::string::npos);
    CHECK(rules.error("sma(close, 'a')").find("found a text") != std::string::npos);
    CHECK(rules.error("iff(close > 1, 'a', 'b')").find("found a text") != std::string::npos);
    CHECK(rules.error("close > 'open") == "r:1:9: this text does not end in rule\n"
                                          "    close > 'open\n"
                                          "            ^~~~~\n"
                                          "close it with '");
}
