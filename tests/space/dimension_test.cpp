#include "space/dimension.hpp"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "testing.hpp"

using namespace threadx;
using testing::message_of;

namespace {

std::vector<double> all_levels(const Dimension& dimension) {
    std::vector<double> values;
    for (std::uint64_t k = 0; k < dimension.level_count(); ++k) values.push_back(dimension.level(k));
    return values;
}

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double below_one = 1.0 - 0x1p-53; // the largest u

} // namespace

TEST_CASE("levels keep the order in which they are given") {
    const Dimension dimension = Dimension::levels("n", {3.0, -1.0, 2.0});
    CHECK(dimension.finite());
    CHECK(dimension.name() == "n");
    CHECK(all_levels(dimension) == std::vector<double>{3.0, -1.0, 2.0});
}

TEST_CASE("steps reach the end in spite of rounding, and do not pass it") {
    CHECK(all_levels(Dimension::stepped("n", 0.1, 0.3, 0.1)) == std::vector<double>{0.1, 0.2, 0.1 + 2 * 0.1});
    CHECK(all_levels(Dimension::stepped("n", 10, 50, 5)).size() == 9);
    CHECK(all_levels(Dimension::stepped("n", 10, 54, 5)).back() == 50.0);
    CHECK(all_levels(Dimension::stepped("n", 1.0, 2.0, 0.1)).size() == 11);
    CHECK(all_levels(Dimension::stepped("n", -0.3, 0.3, 0.1)).size() == 7);
    CHECK(all_levels(Dimension::stepped("n", 7, 7, 0.001)) == std::vector<double>{7.0});
    CHECK(Dimension::stepped("n", 0.0, 1.0 - 0.9e-9, 1.0).level_count() == 2);
    CHECK(Dimension::stepped("n", 0.0, 1.0 - 1.1e-9, 1.0).level_count() == 1);
}

TEST_CASE("stepped levels are from + i·step while ≤ to + step·1e-9") {
    CHECK(rc::check([] {
        const double from = *rc::gen::inRange(-100000, 100000) / 1000.0;
        const double step = *rc::gen::inRange(1, 5000) / 1000.0;
        const double to = from + *rc::gen::inRange(0, 300000) / 1000.0;
        const Dimension dimension = Dimension::stepped("n", from, to, step);
        std::vector<double> expected;
        for (int i = 0; from + i * step <= to + step * 1e-9; ++i) expected.push_back(from + i * step);
        RC_ASSERT(all_levels(dimension) == expected);
    }));
}

TEST_CASE("many steps cost no memory") {
    const Dimension dimension = Dimension::stepped("n", 0.0, 0x1p53 - 1.0, 1.0);
    CHECK(dimension.level_count() == 1ULL << 53);
    CHECK(dimension.level((1ULL << 53) - 1) == 0x1p53 - 1.0);
    CHECK(Dimension::stepped("n", 0.0, 1.0, 1e-12).level_count() == 1000000000001ULL);
}

TEST_CASE("u picks each level for an equal share of [0, 1)") {
    CHECK(rc::check([] {
        const auto count = *rc::gen::inRange<int>(1, 1000);
        const Dimension dimension = Dimension::stepped("n", 1, count, 1);
        const double u = *rc::gen::inRange(0, 1000000) / 1000000.0;
        RC_ASSERT(dimension.level_at(u) == static_cast<std::uint64_t>(std::floor(u * count)));
        RC_ASSERT(dimension.at(u) == dimension.level(dimension.level_at(u)));
        RC_ASSERT(dimension.level_at(below_one) == static_cast<std::uint64_t>(count - 1));
    }));
}

TEST_CASE("a continuous dimension runs from min to max, evenly or by factors") {
    const Dimension linear = Dimension::continuous("x", -2.0, 6.0, false);
    CHECK_FALSE(linear.finite());
    CHECK(linear.level_count() == 0);
    CHECK(linear.level_at(0.7) == 0);
    CHECK(linear.at(0.0) == -2.0);
    CHECK(linear.at(0.25) == 0.0);
    CHECK(linear.at(below_one) <= 6.0);

    const Dimension log = Dimension::continuous("x", 0.25, 64.0, true);
    CHECK(log.at(0.0) == 0.25);
    CHECK(log.at(0.5) == 4.0);
    CHECK(log.at(0.75) == 16.0);
    CHECK(log.at(below_one) <= 64.0);
}

TEST_CASE("a continuous value never leaves its range") {
    CHECK(rc::check([] {
        const double min = *rc::gen::inRange(1, 1000000) / 777.0;
        const double max = min + *rc::gen::inRange(1, 1000000) / 999.0;
        const double u = static_cast<double>(*rc::gen::inRange<std::uint64_t>(0, 1ULL << 53)) * 0x1p-53;
        for (const bool log : {false, true})
            for (const double at : {u, below_one}) {
                const double value = Dimension::continuous("x", min, max, log).at(at);
                RC_ASSERT(value >= min);
                RC_ASSERT(value <= max);
            }
    }));
}

// The figures of the page of the hash's authors (Fowler, Noll, Vo: FNV-1a, 32 bits).
TEST_CASE("a dimension's key is the FNV-1a hash of its name") {
    CHECK(Dimension::levels("", {1.0}).key() == 0x811c9dc5U);
    CHECK(Dimension::levels("a", {1.0}).key() == 0xe40c292cU);
    CHECK(Dimension::levels("foobar", {1.0}).key() == 0xbf9cf968U);
}

TEST_CASE("a dimension says what is wrong with its values") {
    const auto levels = [](std::vector<double> values) {
        return message_of([&] { Dimension::levels("n", values); });
    };
    CHECK(levels({}) == "n: the list of values is empty; give at least one");
    CHECK(levels({1.0, 2.5, 1.0, 2.5}) == "n: the value 1 is listed twice; list each value once");
    CHECK(levels({0.0, -0.0}) != "no error");
    CHECK(levels({1.0, infinity}) == "n: a value is inf; give a finite number");

    const auto stepped = [](double from, double to, double step) {
        return message_of([&] { Dimension::stepped("n", from, to, step); });
    };
    CHECK(stepped(5, 1, 1) == "n: to = 1 lies below from = 5; swap them");
    CHECK(stepped(1, 5, 0) == "n: step must be above 0, found 0");
    CHECK(stepped(1, 5, -1) == "n: step must be above 0, found -1");
    CHECK(stepped(std::nan(""), 5, 1) == "n: from is nan; give a finite number");
    CHECK(stepped(1, infinity, 1) == "n: to is inf; give a finite number");
    CHECK(stepped(1, 5, infinity) == "n: step is inf; give a finite number");
    CHECK(stepped(0, 1, 1e-17) ==
          "n: 0 to 1 in steps of 1e-17 gives more than 2^53 values; take a larger step");
    CHECK(stepped(0, 0x1p53, 1).find("more than 2^53 values") != std::string::npos);
    CHECK(stepped(1e17, 1e17 + 160, 1) ==
          "n: step = 1 is lost in the rounding of values near 100000000000000160; take a larger step");

    const auto continuous = [](double min, double max, bool log) {
        return message_of([&] { Dimension::continuous("x", min, max, log); });
    };
    CHECK(continuous(3, 2, false) == "x: max = 2 does not lie above min = 3; for one value write x = 3");
    CHECK(continuous(3, 3, true) == "x: max = 3 does not lie above min = 3; for one value write x = 3");
    CHECK(continuous(0, 3, true) == "x: a log scale needs min above 0, found 0");
    CHECK(continuous(-infinity, 3, false) == "x: min is -inf; give a finite number");
    CHECK(continuous(-1e308, 1e308, false) ==
          "x: -1e+308 to 1e+308 is too wide for float64; take a narrower range");
    CHECK(continuous(1e-300, 1e300, true) ==
          "x: 1e-300 to 1e+300 is too wide for float64; take a narrower range");
}
