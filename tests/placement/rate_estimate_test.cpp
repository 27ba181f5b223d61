// What an item costs, learned from measurements of which some are off.
#include "placement/rate_estimate.hpp"
#include "relative.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace threadx;
using Outcome = RateEstimate::Outcome;
using State = RateEstimate::State;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

RateEstimate estimate_of(const std::vector<double>& measurements) {
    RateEstimate estimate;
    for (const double seconds : measurements) estimate.update(seconds);
    return estimate;
}

bool same(const State& a, const State& b) {
    return a.seconds == b.seconds && a.log_variance == b.log_variance && a.count == b.count &&
           a.outliers == b.outliers;
}

// Between low and high, by logarithm.
rc::Gen<double> between(double low, double high) {
    return rc::gen::map(rc::gen::inRange(0, 100001), [low, high](int step) {
        return low * std::pow(high / low, static_cast<double>(step) / 100000.0);
    });
}

// Anything that a clock, a division or a damaged file can give.
rc::Gen<double> any_number() {
    return rc::gen::oneOf(
        between(1e-12, 1e3), between(0.9, 1.1), rc::gen::arbitrary<double>(),
        rc::gen::element(0.0, -0.0, -1.0, no_number, infinity, -infinity, 5e-324, 2.3e-308, 1.7e308));
}

bool is_sane(const RateEstimate& estimate) {
    const State& state = estimate.state();
    if (!estimate.known()) return same(state, State{});
    return std::isfinite(state.seconds) && state.seconds > 0.0 && std::isfinite(estimate.spread()) &&
           estimate.spread() >= 0.0 && state.outliers.size() <= 2;
}

} // namespace

TEST_CASE("an estimate knows nothing before the first measurement, and then that one") {
    RateEstimate estimate;
    CHECK_FALSE(estimate.known());
    CHECK(estimate.item_seconds() == 0.0);
    CHECK(estimate.update(0.25) == Outcome::accepted);
    CHECK(estimate.known());
    CHECK(estimate.item_seconds() == 0.25);
    CHECK(estimate.spread() == 0.0);
}

TEST_CASE("the first five measurements weigh the same: their geometric mean, in any order") {
    CHECK(rc::check([] {
        auto values = *rc::gen::container<std::vector<double>>(between(1.0, 1.49));
        values.resize(std::min<std::size_t>(values.size(), 5));
        RC_PRE(!values.empty());
        double logs = 0.0;
        for (const double value : values) logs += std::log(value);
        const double mean = std::exp(logs / static_cast<double>(values.size()));
        const RateEstimate estimate = estimate_of(values);
        RC_ASSERT(std::abs(estimate.item_seconds() / mean - 1.0) < 1e-12);
        double squares = 0.0;
        for (const double value : values) squares += std::pow(std::log(value / mean), 2.0);
        RC_ASSERT(estimate.spread() <= std::sqrt(squares / static_cast<double>(values.size())) * 1.5 + 1e-9);

        std::vector<double> other = values;
        std::next_permutation(other.begin(), other.end());
        RC_ASSERT(std::abs(estimate_of(other).item_seconds() / estimate.item_seconds() - 1.0) < 1e-12);
    }));
}

TEST_CASE("a unit of time twice as long changes nothing else; twice as slow weighs as twice as fast") {
    CHECK(rc::check([] {
        const auto values = *rc::gen::container<std::vector<double>>(between(0.3, 3.0));
        const int power = *rc::gen::inRange(-60, 60);
        RateEstimate a, scaled, inverse;
        for (const double value : values) {
            // Where a quotient is all but the limit, its inverse may fall on the other side of it.
            RC_PRE(!a.known() ||
                   std::abs(std::abs(std::log(value / a.item_seconds())) - std::log(1.5)) > 1e-9);
            const Outcome outcome = a.update(value);
            RC_ASSERT(scaled.update(std::ldexp(value, power)) == outcome);
            RC_ASSERT(inverse.update(1.0 / value) == outcome);
        }
        RC_ASSERT(scaled.item_seconds() == std::ldexp(a.item_seconds(), power));
        RC_ASSERT(scaled.spread() == a.spread());
        if (a.known()) RC_ASSERT(std::abs(inverse.item_seconds() * a.item_seconds() - 1.0) < 1e-9);
    }));
}

TEST_CASE("a measurement beyond 1.5 times, to either side, changes nothing") {
    RateEstimate estimate = estimate_of({1.0, 1.0});
    CHECK(estimate.update(1.51) == Outcome::rejected);
    CHECK(estimate.item_seconds() == 1.0);
    CHECK(estimate.update(1.0 / 1.51) == Outcome::rejected);
    CHECK(estimate.item_seconds() == 1.0);
    CHECK(estimate.state().count == 2);
    CHECK(estimate_of({1.0}).update(1.5) == Outcome::accepted);
}

TEST_CASE("three outliers in a row on one side: the machine changed, and the estimate is their median") {
    for (const double side : {4.0, 0.25}) {
        std::vector<double> row = {side, side * 1.1, side * 0.9};
        std::sort(row.begin(), row.end());
        do {
            RateEstimate estimate = estimate_of({1.0, 1.01, 0.99, 1.0, 1.0, 1.0});
            CHECK(estimate.update(row[0]) == Outcome::rejected);
            CHECK(estimate.update(row[1]) == Outcome::rejected);
            CHECK(estimate.update(row[2]) == Outcome::reset);
            CHECK(estimate.item_seconds() == side);
            CHECK(estimate.spread() == relative(0.082).epsilon(0.05));
            CHECK(estimate.state().outliers.empty());
        } while (std::next_permutation(row.begin(), row.end()));
    }
}

TEST_CASE("outliers that are not three in a row on one side do not reset it") {
    RateEstimate estimate = estimate_of({1.0, 1.0});
    for (int i = 0; i < 20; ++i) {
        estimate.update(3.0);
        estimate.update(3.0);
        estimate.update(i % 2 == 0 ? 1.0 : 0.3); // one that fits, or one on the other side
    }
    CHECK(estimate.item_seconds() == 1.0);
}

TEST_CASE("it follows a machine that becomes 30 % slower within ten batches") {
    RateEstimate estimate;
    for (int i = 0; i < 1000; ++i) estimate.update(1.0);
    for (int i = 0; i < 10; ++i) estimate.update(1.3);
    CHECK(estimate.item_seconds() == relative(1.3).epsilon(0.03));
}

TEST_CASE("noise of 3 % becomes about 1 %, and the spread says 3 %") {
    std::mt19937 random(42);
    std::normal_distribution<double> noise(0.0, 0.03);
    RateEstimate estimate;
    double squares = 0.0, spreads = 0.0;
    constexpr int batches = 2000;
    for (int i = 0; i < batches; ++i) {
        REQUIRE(estimate.update(std::exp(noise(random))) == Outcome::accepted);
        squares += std::pow(std::log(estimate.item_seconds()), 2.0);
        spreads += estimate.spread();
    }
    CHECK(std::sqrt(squares / batches) < 0.012);
    CHECK(spreads / batches == relative(0.03).epsilon(0.2));
}

TEST_CASE("whatever is measured, the estimate is a positive number between the least and the most of it") {
    CHECK(rc::check([] {
        const auto values = *rc::gen::container<std::vector<double>>(any_number());
        RateEstimate estimate;
        double least = infinity, most = 0.0;
        for (const double value : values) {
            const State before = estimate.state();
            const Outcome outcome = estimate.update(value);
            if (std::isfinite(value) && value > 0.0) {
                least = std::min(least, value);
                most = std::max(most, value);
            } else {
                RC_ASSERT(outcome == Outcome::rejected);
                RC_ASSERT(same(estimate.state(), before));
            }
            RC_ASSERT(is_sane(estimate));
            RC_ASSERT(!estimate.known() ||
                      (estimate.item_seconds() >= least && estimate.item_seconds() <= most));
        }
    }));
}

TEST_CASE("an estimate made of its state goes on as if nothing had happened") {
    CHECK(rc::check([] {
        const auto before = *rc::gen::container<std::vector<double>>(between(0.4, 2.5));
        const auto after = *rc::gen::container<std::vector<double>>(between(0.4, 2.5));
        RateEstimate one = estimate_of(before);
        RateEstimate other(one.state());
        RC_ASSERT(same(one.state(), other.state()));
        for (const double value : after) RC_ASSERT(one.update(value) == other.update(value));
        RC_ASSERT(same(one.state(), other.state()));
    }));
}

TEST_CASE("a damaged state makes an estimate that knows nothing") {
    const State sound = {.seconds = 1.0, .log_variance = 0.01, .count = 7, .outliers = {2.0, 3.0}};
    CHECK(same(RateEstimate(sound).state(), sound));
    const auto damaged = [&](auto change) {
        State state = sound;
        change(state);
        return !RateEstimate(state).known() && same(RateEstimate(state).state(), State{});
    };
    for (const double number : {0.0, -1.0, no_number, infinity, -infinity}) {
        CHECK(damaged([&](State& state) { state.seconds = number; }));
        CHECK(damaged([&](State& state) { state.outliers = {number}; }));
    }
    for (const double number : {-1e-9, no_number, infinity})
        CHECK(damaged([&](State& state) { state.log_variance = number; }));
    CHECK(damaged([&](State& state) { state.count = 0; }));
    CHECK(damaged([&](State& state) { state.outliers = {2.0, 2.0, 2.0}; }));
    CHECK(damaged([&](State& state) { state.outliers = {2.0, 0.5}; })); // not on one side
    CHECK(damaged([&](State& state) { state.outliers = {1.2}; }));      // no outlier
}

TEST_CASE("no state of a file makes an estimate that is not sane") {
    CHECK(rc::check([] {
        State state;
        state.seconds = *any_number();
        state.log_variance = *any_number();
        state.count = *rc::gen::arbitrary<std::uint64_t>();
        state.outliers = *rc::gen::container<std::vector<double>>(any_number());
        RateEstimate estimate(state);
        RC_ASSERT(is_sane(estimate));
        estimate.update(*any_number());
        RC_ASSERT(is_sane(estimate));
    }));
}
