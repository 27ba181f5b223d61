// Every mistake in a rule: what is said, and where the caret stands.
#include <string>

#include <doctest/doctest.h>

#include "rules/strategy.hpp"
#include "rules/testing.hpp"

using namespace threadx;
using test::message_of;

namespace {

std::string repeated(const std::string& text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
}

} // namespace

TEST_CASE("an unknown name is named with its place, a caret under it and the nearest known one") {
    test::Rules rules;
    CHECK(rules.error("close > sma(clos, 5)") == "r:1:13: unknown name 'clos' in rule\n"
                                                 "    close > sma(clos, 5)\n"
                                                 "                ^~~~\n"
                                                 "did you mean 'close'?");
    CHECK(rules.error("zzzzzzzz") ==
          "r:1:1: unknown name 'zzzzzzzz' in rule\n"
          "    zzzzzzzz\n"
          "    ^~~~~~~~\n"
          "known: n, p, open, high, low, close, volume, hl2, hlc3, ohlc4, tr, time, "
          "time_close, hour, minute, second, dayofweek, dayofmonth, month, year");
}

TEST_CASE("an unknown function is named, and so is the nearest") {
    test::Rules rules;
    CHECK(rules.error("close > smma(close, 5)") == "r:1:9: unknown function 'smma' in rule\n"
                                                   "    close > smma(close, 5)\n"
                                                   "            ^~~~\n"
                                                   "did you mean 'sma'?");
    CHECK(rules.error("crosover(close, 5)").ends_with("\ndid you mean 'crossover'?"));
    CHECK(rules.error("no_such_thing(close, 5)").ends_with("\nthreadx indicators lists them all"));
}

TEST_CASE("the place moves with the offset in the quoted text of a strategy file") {
    const auto error = [](const std::string& text) {
        return message_of([&] { parse_strategy(text, "s.toml"); });
    };
    CHECK(error("[rules]\nenter_long = \"close > smma(close, 5)\"\n") ==
          "s.toml:2:23: unknown function 'smma' in enter_long\n"
          "    close > smma(close, 5)\n"
          "            ^~~~\n"
          "did you mean 'sma'?");
    CHECK(error("[rules]\n   enter_long = 'clos > 1'\n")
              .starts_with("s.toml:2:18: unknown name 'clos' in enter_long\n"));
    CHECK(error("[let]\na = \"1 + x\"\n[rules]\nenter_long = \"true\"\n")
              .starts_with("s.toml:2:10: unknown name 'x' in let a\n"));
    CHECK(error("[rules]\nenter_long = 1\n") ==
          "s.toml:2:14: expected a condition, found a number in enter_long\n"
          "    1\n"
          "    ^\n"
          "compare it with something: <, <=, >, >=, ==, != or crossover(a, b)");
    CHECK(error("[rules]\nenter_long = \"true\"\n[risk]\nsize = { equity = \"clos\" }\n")
              .starts_with("s.toml:4:20: unknown name 'clos' in size\n"));
}

TEST_CASE("a wrong number of arguments is told with the signature") {
    test::Rules rules;
    CHECK(rules.error("1 + sma(close)") ==
          "r:1:5: sma takes 2 arguments, not 1 in rule\n"
          "    1 + sma(close)\n"
          "        ^~~~~~~~~~\n"
          "sma(x, length): simple moving average: the mean of the last length values");
    CHECK(rules.error("atr()").starts_with("r:1:1: atr takes 1 argument, not 0 in rule\n"));
    CHECK(rules.error("abs(1, 2)").starts_with("r:1:1: abs takes 1 argument, not 2 in rule\n"));
    CHECK(rules.error("nz()").starts_with("r:1:1: nz takes 1 or 2 arguments, not 0 in rule\n"));
    CHECK(rules.error("nz(1, 2, 3)").starts_with("r:1:1: nz takes 1 or 2 arguments, not 3 in rule\n"));
}

TEST_CASE("a number where a condition is needed is refused, and the reverse") {
    test::Rules rules;
    CHECK(rules.error("close and 1 > 0") ==
          "r:1:1: expected a condition beside 'and', found a number in rule\n"
          "    close and 1 > 0\n"
          "    ^~~~~\n"
          "compare it with something: <, <=, >, >=, ==, != or crossover(a, b)");
    CHECK(rules.error("1 > 0 or p").starts_with("r:1:10: expected a condition beside 'or', found a number"));
    CHECK(rules.error("not close").starts_with("r:1:5: expected a condition after 'not', found a number"));
    CHECK(rules.error("(1 > 0) + 1") == "r:1:1: expected a number beside '+', found a condition in rule\n"
                                        "    (1 > 0) + 1\n"
                                        "    ^~~~~~~");
    CHECK(rules.error("-(1 > 0)").starts_with("r:1:2: expected a number after '-', found a condition"));
    CHECK(rules.error("(1 > 0) < 1").starts_with("r:1:1: expected a number beside '<', found a condition"));
    CHECK(rules.error("sma(close > open, 3)")
              .starts_with("r:1:5: expected a number in sma(x, length), found a condition"));
    CHECK(rules.error("sma(close, 1 > 0)")
              .starts_with("r:1:12: expected the length of sma(x, length), found a condition"));
    CHECK(rules.error("close", RuleKind::boolean).starts_with("r:1:1: expected a condition, found a number"));
    CHECK(rules.error("true", RuleKind::number).starts_with("r:1:1: expected a number, found a condition"));
    CHECK(rules.error("close", RuleKind::scalar).starts_with("r:1:1: this varies from bar to bar"));
    CHECK(rules.error("p", RuleKind::integer).starts_with("r:1:1: expected a whole number"));
    CHECK(rules.error("n / 2", RuleKind::integer).starts_with("r:1:1: expected a whole number"));
    CHECK(rules.error("2 * n + 1", RuleKind::integer) == "no error");
}

TEST_CASE("one comparison at a time") {
    test::Rules rules;
    CHECK(rules.error("1 < close < 2") == "r:1:11: one comparison at a time in rule\n"
                                          "    1 < close < 2\n"
                                          "              ^\n"
                                          "join comparisons with 'and'");
    CHECK(rules.error("not 1 < 2 == 3").starts_with("r:1:11: one comparison at a time"));
    CHECK(rules.error("(1 < 2 > 3)").starts_with("r:1:8: one comparison at a time"));
}

TEST_CASE("operators of other languages are refused with what to write instead") {
    test::Rules rules;
    CHECK(rules.error("1 < 2 && 2 < 3") == "r:1:7: unexpected character '&' in rule\n"
                                           "    1 < 2 && 2 < 3\n"
                                           "          ^\n"
                                           "write 'and'");
    CHECK(rules.error("1 < 2 || 2 < 3").ends_with("\nwrite 'or'"));
    CHECK(rules.error("!(1 < 2)").ends_with("\nwrite 'not'"));
    CHECK(rules.error("close = 1").ends_with("\nto compare, write '=='"));
    CHECK(rules.error("close ** 2").ends_with("\nthere is no power operator; multiply"));
    CHECK(rules.error("close ^ 2").ends_with("\nthere is no power operator; multiply"));
}

TEST_CASE("parentheses and brackets must be closed, and only those that were opened") {
    test::Rules rules;
    CHECK(rules.error("(close + 1") == "r:1:11: expected ')' before the end in rule\n"
                                       "    (close + 1\n"
                                       "              ^\n"
                                       "every '(' needs its ')'");
    CHECK(rules.error("sma(close, 5").ends_with("\nthe arguments of sma end with ')'"));
    CHECK(rules.error("sma(close 5)").starts_with("r:1:11: expected ')', found '5'"));
    CHECK(rules.error("close[1").starts_with("r:1:8: expected ']' before the end"));
    CHECK(rules.error("close)").starts_with("r:1:6: unexpected ')'"));
    CHECK(rules.error("close]").starts_with("r:1:6: unexpected ']'"));
    CHECK(rules.error("(close]").starts_with("r:1:7: expected ')', found ']'"));
    CHECK(rules.error("()").starts_with("r:1:2: expected a value, found ')'"));
    CHECK(rules.error("close[]").starts_with("r:1:7: expected a value, found ']'"));
    CHECK(rules.error("sma(, 5)").starts_with("r:1:5: expected a value, found ','"));
    CHECK(rules.error("sma(close,)").starts_with("r:1:11: expected a value, found ')'"));
}

TEST_CASE("an expression that breaks off or starts wrongly is refused where it does") {
    test::Rules rules;
    CHECK(rules.error("") == "r:1:1: the expression is empty in rule\n    \n    ^");
    CHECK(rules.error(" \t\n").starts_with("r:1:1: the expression is empty"));
    CHECK(rules.error("close +").starts_with("r:1:8: expected a value before the end"));
    CHECK(rules.error("* close").starts_with("r:1:1: expected a value, found '*'"));
    CHECK(rules.error("close and and").starts_with("r:1:11: expected a value, found 'and'"));
    CHECK(rules.error("not").starts_with("r:1:4: expected a value before the end"));
    CHECK(rules.error("close open").starts_with("r:1:7: unexpected 'open'"));
    CHECK(rules.error("sma").ends_with("\ncall it: sma(x, length)"));
    CHECK(rules.error("close(1)").ends_with("\nto look back, write close[1]"));
    CHECK(rules.error("p(1)").starts_with("r:1:1: 'p' is no function"));
    CHECK(rules.error("ta.sma(close, 5)").starts_with("r:1:4: a function has no prefix here in rule\n"));
    CHECK(rules.error("ta.sma(close, 5)").ends_with("\nwrite sma(...)"));
    CHECK(rules.error("close.x").starts_with("r:1:7: '.x' of a single value"));
    CHECK(rules.error("close. ").starts_with("r:1:8: expected the name of a result after '.'"));
    CHECK(rules.error("close = 5").ends_with("\nto compare, write '=='"));
    CHECK(rules.error("sma(x = close, 5)")
              .starts_with("r:1:16: an argument without a name after one with a name"));
    CHECK(rules.error("sma(close, 5, x = 5)").starts_with("r:1:15: 'x' is given twice"));
    CHECK(rules.error("sma(close, lenght = 5)").ends_with("\ndid you mean 'length'?"));
    CHECK(rules.error("sma(length = 5)").starts_with("r:1:1: sma takes 2 arguments, not 1"));
    CHECK(
        rules.error("iff(close, 1, 2)").starts_with("r:1:5: expected a condition for the condition of iff"));
}

TEST_CASE("stray characters are shown whole, also those of several bytes and those without a glyph") {
    test::Rules rules;
    CHECK(rules.error("close > 5$").starts_with("r:1:10: unexpected character '$' in rule\n"));
    CHECK(rules.error("close \xE2\x89\xA5 5")
              .starts_with("r:1:7: unexpected character '\xE2\x89\xA5' in rule\n"));
    CHECK(rules.error("5\xE2\x82\xAC").starts_with("r:1:2: unexpected character '\xE2\x82\xAC' in rule\n"));
    CHECK(rules.error("\xF0\x9F\x9A\x80")
              .starts_with("r:1:1: unexpected character '\xF0\x9F\x9A\x80' in rule\n"));
    CHECK(rules.error("close\xFF").starts_with("r:1:6: unexpected character '"));
    CHECK(rules.error("`close`").starts_with("r:1:1: unexpected character '`'"));
    CHECK(rules.error(std::string("1 + \0 2", 7))
              .starts_with("r:1:5: unexpected character '\\x00' in rule\n    1 + "));
    CHECK(rules.error("1 + \x1b[31m").find('\x1b') == std::string::npos); // no control of the terminal
}

TEST_CASE("what is nearly a number is called no number") {
    test::Rules rules;
    CHECK(rules.error("2n") == "r:1:1: '2n' is not a number in rule\n    2n\n    ^~");
    CHECK(rules.error("0x10").starts_with("r:1:1: '0x10' is not a number"));
    CHECK(rules.error("1 + 1e").starts_with("r:1:5: '1e' is not a number"));
    CHECK(rules.error("1_000").starts_with("r:1:1: '1_000' is not a number"));
    CHECK(rules.error("1e999").starts_with("r:1:1: this number is out of range"));
    CHECK(rules.error("1.2.3").starts_with("r:1:4: unexpected '.3'"));
}

TEST_CASE("nothing looks into the future") {
    test::Rules rules;
    CHECK(rules.error("close[-1]") == "r:1:7: the number of bars ago must be at least 0 in rule\n"
                                      "    close[-1]\n"
                                      "          ^~\n"
                                      "a negative one would look into the future");
    CHECK(rules.error("close[1 - 2]").find("look into the future") != std::string::npos);
    CHECK(rules.error("close[close]").starts_with("r:1:7: the number of bars ago varies from bar to bar"));
    CHECK(rules.error("close[0.5]").starts_with("r:1:7: expected a whole number"));
    CHECK(rules.error("close[p]").starts_with("r:1:7: expected a whole number"));
    CHECK(rules.error("close[(1 > 0)]")
              .starts_with("r:1:7: expected the number of bars ago, found a condition"));
    CHECK(rules.error("close[1 > 0]").starts_with("r:1:9: expected ']', found '>'"));
    CHECK(rules.error("close[n]") == "no error");
}

TEST_CASE("a window has a whole length of at least one bar that does not vary") {
    test::Rules rules;
    CHECK(rules.error("sma(close, 0)") == "r:1:12: the length of sma(x, length) must be at least 1 in rule\n"
                                          "    sma(close, 0)\n"
                                          "               ^");
    CHECK(
        rules.error("sma(close, -3)").starts_with("r:1:12: the length of sma(x, length) must be at least 1"));
    CHECK(rules.error("sma(close, 2.5)").starts_with("r:1:12: expected a whole number"));
    CHECK(rules.error("sma(close, p)").starts_with("r:1:12: expected a whole number"));
    CHECK(rules.error("sma(close, 1 / 0)").starts_with("r:1:12: expected a whole number"));
    CHECK(rules.error("sma(close, close)")
              .starts_with("r:1:12: the length of sma(x, length) varies from bar to bar"));
    CHECK(rules.error("atr(0)").starts_with("r:1:5: the length of atr(length) must be at least 1"));
    CHECK(rules.error("sma(close, n)") == "no error");
}

TEST_CASE("ten thousand of anything nested or in a row is refused or compiled, and crashes nothing") {
    test::Rules rules;
    const auto refused = [&](const std::string& text) {
        const std::string error = rules.error(text);
        return error.find("nested too deeply") != std::string::npos ||
               error.find("longer than") != std::string::npos;
    };
    CHECK(refused(repeated("(", 10'000)));
    CHECK(refused(repeated("(", 5'000) + repeated(")", 5'000)));
    CHECK(refused(repeated("(", 4'000) + "1" + repeated(")", 4'000)));
    CHECK(refused(repeated("-", 9'999)));
    CHECK(refused(repeated("+", 9'999)));
    CHECK(refused(repeated("not ", 2'400) + "true"));
    CHECK(refused(repeated("abs(", 2'400)));
    CHECK(refused(repeated("n[", 4'900)));
    CHECK(refused("close" + repeated("[1]", 3'300)));
    CHECK(refused("close" + repeated("+n", 4'990)));
    CHECK(refused("close" + repeated("*1", 4'990)));
    CHECK(refused("true" + repeated(" or true", 1'200)));
    CHECK(refused(repeated("1 ", 20'000)));
    CHECK(rules.error(repeated("(", 150) + "close" + repeated(")", 150)) == "no error");
    CHECK(rules.error("close" + repeated(" + open", 900)) == "no error");
}

TEST_CASE("an expression of several lines is shown on one and placed where it begins, and the caret stands "
          "under the mistake") {
    test::Rules rules;
    CHECK(rules.error("close >\n\tfoo") ==
          "r:1:1: unknown name 'foo' in rule\n"
          "    close >  foo\n"
          "             ^~~\n"
          "known: n, p, open, high, low, close, volume, hl2, hlc3, ohlc4, tr, time, "
          "time_close, hour, minute, second, dayofweek, dayofmonth, month, year");
}
