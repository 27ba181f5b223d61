#include "space/space.hpp"

#include <limits>

#include <doctest/doctest.h>

#include "testing.hpp"

using namespace threadx;
using testing::message_of;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

const std::vector<ParameterInfo> parameters = {
    {"bb_period", 20, 5, 200, true},
    {"entry_z", 1.5, 0.5, 4.0, false},
    {"atr_multiplier", 2.0, 0.1, 6.0, false},
    {"free", 0.0, -infinity, infinity, false},
    {"free_int", 0.0, -infinity, infinity, true},
};

Space read(const std::string& text) {
    const ConfigNode root = ConfigNode::parse("[space]\n" + text, "sweep.toml");
    return Space::read(*root.find("space"), parameters);
}

std::string error_of(const std::string& text) {
    return message_of([&] { read(text); });
}

const Dimension only(const std::string& text) {
    const Space space = read(text);
    REQUIRE(space.dimensions().size() == 1);
    return space.dimensions()[0];
}

} // namespace

TEST_CASE("dimensions come in the order of the file, and know their places") {
    const Space space = read("entry_z = [1.0, 1.5]\natr_multiplier = { min = 1, max = 4 }\nbb_period = 20\n");
    REQUIRE(space.dimensions().size() == 3);
    CHECK(space.dimensions()[0].name() == "entry_z");
    CHECK(space.dimensions()[1].name() == "atr_multiplier");
    CHECK(space.dimensions()[2].name() == "bb_period");
    CHECK(space.where(0) == "sweep.toml:2:11");
    CHECK(space.where(2) == "sweep.toml:4:13");
}

TEST_CASE("an empty table is a space without dimensions") {
    CHECK(read("").dimensions().empty());
    CHECK(Space{}.dimensions().empty());
}

TEST_CASE("every form of an entry is read") {
    CHECK(only("bb_period = 20").level_count() == 1);
    CHECK(only("bb_period = 20").level(0) == 20.0);
    CHECK(only("bb_period = 20.0").level(0) == 20.0);
    CHECK(only("entry_z = [2, 1.5, 1]").level(1) == 1.5);
    CHECK(only("entry_z = { values = [2, 1.5, 1] }").level(2) == 1.0);

    const Dimension stepped = only("bb_period = { from = 10, to = 50, step = 5 }");
    CHECK(stepped.level_count() == 9);
    CHECK(stepped.level(8) == 50.0);

    const Dimension real = only("entry_z = { min = 1, max = 4 }");
    CHECK_FALSE(real.finite());
    CHECK(real.at(0.5) == 2.5);
    CHECK(only("entry_z = { min = 1, max = 4, log = true }").at(0.5) == 2.0);
    CHECK(only("entry_z = { min = 1, max = 4, log = false }").at(0.5) == 2.5);

    const Dimension whole = only("bb_period = { min = 5, max = 200 }");
    CHECK(whole.level_count() == 196);
    CHECK(whole.level(0) == 5.0);
    CHECK(whole.level(195) == 200.0);
    CHECK(only("bb_period = { min = 7, max = 7, log = false }").level_count() == 1);
}

TEST_CASE("an override from the command line is a space entry like any other") {
    ConfigNode root = ConfigNode::parse("[space]\nentry_z = 1\n", "sweep.toml");
    root.assign("space.entry_z={ from = 1, to = 2, step = 0.5 }");
    CHECK(Space::read(*root.find("space"), parameters).dimensions()[0].level_count() == 3);
    root.assign("space.entry_z=9");
    CHECK(message_of([&] { Space::read(*root.find("space"), parameters); }) ==
          "--set space.entry_z=9: entry_z = 9 lies outside the strategy's limits; take values from 0.5 to 4");
}

TEST_CASE("an unknown parameter is refused with the nearest name") {
    CHECK(error_of("bb_perid = 20") ==
          "sweep.toml:2:12: the strategy has no parameter 'bb_perid' (did you mean 'bb_period'?)");
    CHECK(error_of("nothing_like_it = 20") ==
          "sweep.toml:2:19: the strategy has no parameter 'nothing_like_it' (known: bb_period, entry_z, "
          "atr_multiplier, free, free_int)");
    const ConfigNode root = ConfigNode::parse("x = 1", "sweep.toml");
    CHECK(message_of([&] { Space::read(root, {}); }) == "sweep.toml:1:5: the strategy has no parameter 'x'");
}

TEST_CASE("an entry of no known form is refused") {
    CHECK(error_of("entry_z = 'wide'") == "sweep.toml:2:11: 'entry_z' is neither a number nor a list nor a "
                                          "table; give a number, a list of values, "
                                          "{ from, to, step } or { min, max } (log = true for a log scale)");
    CHECK(error_of("entry_z = true").starts_with("sweep.toml:2:11: 'entry_z' is neither a number"));
    CHECK(error_of("entry_z = {}") ==
          "sweep.toml:2:11: 'entry_z' has no values; give a number, a list of values, { from, to, step } or "
          "{ min, max } (log = true for a log scale)");
    CHECK(error_of("entry_z = { from = 1, to = 2, stpe = 1 }") ==
          "sweep.toml:2:38: unknown key 'stpe' (did you mean 'step'?)");
    CHECK(error_of("entry_z = { from = 1, to = 2 }") ==
          "sweep.toml:2:11: 'entry_z' lacks step; give a number, a list of values, { from, to, step } or "
          "{ min, max } (log = true for a log scale)");
    CHECK(error_of("entry_z = { to = 2, step = 1 }").starts_with("sweep.toml:2:11: 'entry_z' lacks from; "));
    CHECK(error_of("entry_z = { from = 2, step = 1 }").starts_with("sweep.toml:2:11: 'entry_z' lacks to; "));
    CHECK(error_of("entry_z = { max = 2 }").starts_with("sweep.toml:2:11: 'entry_z' lacks min; "));
    CHECK(error_of("entry_z = { min = 2 }").starts_with("sweep.toml:2:11: 'entry_z' lacks max; "));
    CHECK(error_of("entry_z = { log = true }").starts_with("sweep.toml:2:11: 'entry_z' lacks min; "));
    CHECK(message_of([] {
              Space::read(*ConfigNode::parse("space = 3", "c.toml").find("space"), parameters);
          }) == "c.toml:1:9: expected a table, found an integer");
}

TEST_CASE("an entry that mixes forms is refused") {
    CHECK(error_of("entry_z = { from = 1, max = 2 }") ==
          "sweep.toml:2:11: 'entry_z' mixes several forms (from, max); use values, or from, to, step, or "
          "min, max, "
          "log");
    CHECK(error_of("entry_z = { from = 1, to = 2, step = 1, log = true }").find("mixes several forms") !=
          std::string::npos);
    CHECK(error_of("entry_z = { values = [1], step = 1 }").find("(values, step)") != std::string::npos);
}

TEST_CASE("values that are no numbers, not finite or repeated are refused") {
    CHECK(error_of("entry_z = [1, 'two']") == "sweep.toml:2:15: expected a number, found text");
    CHECK(error_of("entry_z = { values = 3 }") == "sweep.toml:2:22: expected a list, found an integer");
    CHECK(error_of("entry_z = { min = 1, max = 2, log = 1 }") ==
          "sweep.toml:2:37: expected true or false, found an integer");
    CHECK(error_of("entry_z = [1, inf]") == "sweep.toml:2:15: 'entry_z' takes finite numbers, found inf");
    CHECK(error_of("entry_z = nan") == "sweep.toml:2:11: 'entry_z' takes finite numbers, found nan");
    CHECK(error_of("entry_z = { from = 1, to = inf, step = 1 }") ==
          "sweep.toml:2:28: 'entry_z' takes finite numbers, found inf");
    CHECK(error_of("entry_z = []") ==
          "sweep.toml:2:11: entry_z: the list of values is empty; give at least one");
    CHECK(error_of("entry_z = { values = [] }").find("the list of values is empty") != std::string::npos);
    CHECK(error_of("\nentry_z = [1, 2, 1.0]") ==
          "sweep.toml:3:11: entry_z: the value 1 is listed twice; list each value once");
}

TEST_CASE("ranges that run backwards or hold too much are refused") {
    CHECK(error_of("entry_z = { from = 3, to = 2, step = 1 }") ==
          "sweep.toml:2:11: entry_z: to = 2 lies below from = 3; swap them");
    CHECK(error_of("entry_z = { from = 1, to = 2, step = 0 }") ==
          "sweep.toml:2:11: entry_z: step must be above 0, found 0");
    CHECK(error_of("entry_z = { from = 1, to = 2, step = -0.5 }") ==
          "sweep.toml:2:11: entry_z: step must be above 0, found -0.5");
    CHECK(error_of("entry_z = { min = 3, max = 2 }") ==
          "sweep.toml:2:11: entry_z: max = 2 does not lie above min = 3; for one value write entry_z = 3");
    CHECK(error_of("bb_period = { min = 30, max = 20 }") ==
          "sweep.toml:2:13: bb_period: max = 20 lies below min = 30; swap them");
    CHECK(error_of("free = { min = 0, max = 2, log = true }") ==
          "sweep.toml:2:8: free: a log scale needs min above 0, found 0");
    CHECK(error_of("free = { from = 0, to = 1, step = 1e-17 }") ==
          "sweep.toml:2:8: free: 0 to 1 in steps of 1e-17 gives more than 2^53 values; take a larger step");
}

TEST_CASE("an integer parameter takes whole numbers alone") {
    CHECK(error_of("bb_period = 20.5") == "sweep.toml:2:13: 'bb_period' takes whole numbers, found 20.5");
    CHECK(error_of("bb_period = [20, 20.5]") ==
          "sweep.toml:2:18: 'bb_period' takes whole numbers, found 20.5");
    CHECK(error_of("bb_period = { from = 10, to = 20, step = 2.5 }") ==
          "sweep.toml:2:42: 'bb_period' takes whole numbers, found 2.5");
    CHECK(error_of("bb_period = { min = 10, max = 20.5 }") ==
          "sweep.toml:2:31: 'bb_period' takes whole numbers, found 20.5");
    CHECK(error_of("bb_period = { min = 10, max = 20, log = true }") ==
          "sweep.toml:2:41: 'bb_period' takes whole numbers, which have no log scale; leave log out or list "
          "values");
    CHECK(
        error_of("free_int = { min = -9007199254740992, max = 9007199254740992 }") ==
        "sweep.toml:2:12: free_int: -9007199254740992 to 9007199254740992 in steps of 1 gives more than 2^53 "
        "values; take a larger step");
    CHECK(error_of("free_int = 9007199254740994") ==
          "sweep.toml:2:12: 'free_int' takes whole numbers up to 2^53 in size, found 9007199254740994");
}

TEST_CASE("values outside the strategy's limits are refused, and the limits themselves are inside") {
    CHECK(read("bb_period = [5, 200]\nentry_z = { min = 0.5, max = 4 }").dimensions().size() == 2);
    CHECK(error_of("bb_period = 4") ==
          "sweep.toml:2:13: bb_period = 4 lies outside the strategy's limits; take values from 5 to 200");
    CHECK(error_of("bb_period = [20, 201]") ==
          "sweep.toml:2:18: bb_period = 201 lies outside the strategy's limits; take values from 5 to 200");
    CHECK(error_of("entry_z = { min = 0.25, max = 2 }") ==
          "sweep.toml:2:19: entry_z = 0.25 lies outside the strategy's limits; take values from 0.5 to 4");
    CHECK(error_of("entry_z = { min = 1, max = 4.5 }") ==
          "sweep.toml:2:28: entry_z = 4.5 lies outside the strategy's limits; take values from 0.5 to 4");
    CHECK(error_of("bb_period = { from = 190, to = 220, step = 15 }") ==
          "sweep.toml:2:32: bb_period = 220 lies outside the strategy's limits; take values from 5 to 200");
    CHECK(error_of("bb_period = { from = 1, to = 20, step = 1 }") ==
          "sweep.toml:2:22: bb_period = 1 lies outside the strategy's limits; take values from 5 to 200");
}

TEST_CASE("steps to the very limit are not refused for their rounding") {
    const std::vector<ParameterInfo> narrow = {{"x", 0.1, 0.1, 0.3, false}};
    const ConfigNode root = ConfigNode::parse("x = { from = 0.1, to = 0.3, step = 0.1 }", "c.toml");
    const Space space = Space::read(root, narrow);
    CHECK(space.dimensions()[0].level_count() == 3);
    CHECK(space.dimensions()[0].level(2) > 0.3); // 0.1 + 2·0.1 in float64
}

TEST_CASE("a parameter swept twice is refused") {
    CHECK(message_of([] {
              Space({Dimension::levels("a", {1}), Dimension::levels("a", {2})});
          }) == "the space names 'a' twice; name each parameter once");
}
