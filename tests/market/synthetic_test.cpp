#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "bars_for_tests.hpp"
#include "market/random_draws.hpp"
#include "market/synthetic.hpp"
#include "market/time_text.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

std::vector<double> log_returns(const Bars& bars) {
    std::vector<double> returns;
    for (std::size_t i = 1; i < bars.size(); ++i)
        returns.push_back(std::log(bars.close[i] / bars.close[i - 1]));
    return returns;
}

double mean(std::span<const double> x) {
    double sum = 0.0;
    for (const double value : x) sum += value;
    return sum / static_cast<double>(x.size());
}

// The mean of (x - mean)^power.
double moment(std::span<const double> x, int power) {
    const double centre = mean(x);
    double sum = 0.0;
    for (const double value : x) sum += std::pow(value - centre, power);
    return sum / static_cast<double>(x.size());
}

double correlation(std::span<const double> x, std::span<const double> y) {
    const double mean_x = mean(x);
    const double mean_y = mean(y);
    double sum = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += (x[i] - mean_x) * (y[i] - mean_y);
    return sum / static_cast<double>(x.size()) / std::sqrt(moment(x, 2) * moment(y, 2));
}

double autocorrelation(std::span<const double> x) {
    return correlation({x.begin(), x.end() - 1}, {x.begin() + 1, x.end()});
}

std::vector<double> absolute(std::vector<double> x) {
    for (double& value : x) value = std::fabs(value);
    return x;
}

// Whether `x` is within a fraction of `expected` of it.
bool within(double x, double expected, double fraction) { return std::fabs(x / expected - 1.0) < fraction; }

double annual_volatility(const Bars& bars, std::int64_t period_ns) {
    const double bars_per_year = 365.25 * 86400e9 / static_cast<double>(period_ns);
    return std::sqrt(moment(log_returns(bars), 2) * bars_per_year);
}

} // namespace

TEST_CASE("Philox gives the known answers of Random123") {
    // kat_vectors of the Random123 distribution: philox4x32 10, all zeros.
    const std::array<double, 4> u = draws::uniforms(0, 0, 0, 0);
    const std::array<std::uint32_t, 4> words = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
    for (std::size_t i = 0; i < 4; ++i) CHECK(u[i] == (words[i] + 0.5) / 4294967296.0);
    // And all ones.
    const std::array<double, 4> v = draws::uniforms(~std::uint64_t{0}, ~std::uint64_t{0}, ~0u, ~0u);
    const std::array<std::uint32_t, 4> ones = {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
    for (std::size_t i = 0; i < 4; ++i) CHECK(v[i] == (ones[i] + 0.5) / 4294967296.0);
}

TEST_CASE("synthetic bars have fat tails, clustered volatility, and returns that do not repeat") {
    for (const std::uint64_t seed : {1u, 2u, 42u}) {
        CAPTURE(seed);
        const std::vector<double> returns = log_returns(synthesize({.seed = seed}));
        CHECK(moment(returns, 4) / std::pow(moment(returns, 2), 2) - 3.0 > 1.0);
        const double clustering = autocorrelation(absolute(returns));
        CHECK(clustering > 0.1);
        CHECK(clustering > autocorrelation(returns));
        CHECK(std::fabs(autocorrelation(returns)) < 0.05);
    }
}

TEST_CASE("synthetic bars have the volatility and the drift that were asked for") {
    for (const std::uint64_t seed : {1u, 2u, 42u}) {
        CAPTURE(seed);
        CHECK(within(annual_volatility(synthesize({.seed = seed}), 60'000'000'000), 0.6, 0.25));
    }
    const std::int64_t day = nanoseconds_per_day;
    const SyntheticSettings flat = {
        .bars = 20'000, .period_ns = day, .start_price = 1000.0, .annual_volatility = 0.2};
    CHECK(within(annual_volatility(synthesize(flat), day), 0.2, 0.25));
    // The same draws with drift differ by the drift alone.
    SyntheticSettings rising = flat;
    rising.annual_drift = 0.1;
    const double added = mean(log_returns(synthesize(rising))) - mean(log_returns(synthesize(flat)));
    CHECK(within(added * 365.25, 0.1, 0.01));
}

TEST_CASE("bars have wicks on both sides, as a path of several steps gives them") {
    const Bars bars = synthesize({.tick = 0.0001});
    std::size_t upper = 0;
    std::size_t lower = 0;
    double ranges = 0.0;
    double bodies = 0.0;
    for (std::size_t i = 0; i < bars.size(); ++i) {
        upper += bars.high[i] > std::max(bars.open[i], bars.close[i]);
        lower += bars.low[i] < std::min(bars.open[i], bars.close[i]);
        ranges += bars.high[i] - bars.low[i];
        bodies += std::fabs(bars.close[i] - bars.open[i]);
    }
    CHECK(upper > bars.size() / 2);
    CHECK(lower > bars.size() / 2);
    CHECK(ranges > 1.3 * bodies); // equal for a path of one step
}

TEST_CASE("prices are the doubles that are written with the digits of the tick") {
    const Bars bars = synthesize({.bars = 2000});
    for (const double price : bars.close) CHECK(price == std::round(price * 100.0) / 100.0);
}

TEST_CASE("volume is whole, positive, and higher where the price moves") {
    const Bars bars = synthesize({});
    std::vector<double> ranges;
    std::vector<double> logs;
    for (std::size_t i = 0; i < bars.size(); ++i) {
        CHECK_MESSAGE((bars.volume[i] >= 1.0 && bars.volume[i] == std::floor(bars.volume[i])), i);
        ranges.push_back(bars.high[i] - bars.low[i]);
        logs.push_back(std::log(bars.volume[i]));
    }
    CHECK(correlation(ranges, bars.volume) > 0.2);
    CHECK(std::fabs(moment(logs, 3) / std::pow(moment(logs, 2), 1.5)) < 0.5); // lognormal: no skew
}

TEST_CASE("bars begin at the start price and time, are a period apart, and gap a little") {
    const Bars bars = synthesize({.bars = 1000, .period_ns = 3600'000'000'000, .start_price = 250.25});
    CHECK(bars.open[0] == 250.25);
    CHECK(time_text(bars.time[0]) == "2022-01-01T00:00:00Z");
    std::size_t gaps = 0;
    for (std::size_t i = 1; i < bars.size(); ++i) {
        CHECK(bars.time[i] - bars.time[i - 1] == 3600'000'000'000);
        gaps += bars.open[i] != bars.close[i - 1];
    }
    CHECK(gaps > 500);
}

TEST_CASE("bars are consistent and on the tick for any settings") {
    CHECK(rc::check([] {
        SyntheticSettings settings;
        settings.bars = 300;
        settings.seed = *rc::gen::arbitrary<std::uint64_t>();
        settings.tick = *rc::gen::element(0.01, 0.25, 1.0, 5.0, 1e-5, 0.1, 0.5);
        settings.start_price = settings.tick * *rc::gen::inRange(1, 1'000'000);
        settings.annual_volatility = *rc::gen::inRange(0, 1000) / 100.0;
        settings.annual_drift = *rc::gen::inRange(-500, 500) / 100.0;
        settings.period_ns = *rc::gen::element(1ll, 60ll, 3600ll, 86400ll, 604800ll) * nanoseconds_per_second;
        const Bars bars = synthesize(settings);
        RC_ASSERT(bars.size() == 300u);
        RC_ASSERT(well_formed(bars));
        for (const double low : bars.low) {
            RC_ASSERT(low >= settings.tick);
            const double count = low / settings.tick;
            RC_ASSERT(std::fabs(count - std::round(count)) <= 1e-12 * count);
        }
    }));
}

TEST_CASE("a bar depends on the settings and its place, not on how many are made") {
    const Bars many = synthesize({.bars = 2000});
    CHECK(same_bits(many, synthesize({.bars = 2000})));
    CHECK(rc::check([&] {
        const std::size_t count = *rc::gen::inRange<std::size_t>(0, 2000);
        Bars prefix = many;
        prefix.time.resize(count);
        for (BarValues<double>* column :
             {&prefix.open, &prefix.high, &prefix.low, &prefix.close, &prefix.volume})
            column->resize(count);
        RC_ASSERT(same_bits(prefix, synthesize({.bars = static_cast<long long>(count)})));
    }));
}

TEST_CASE("different seeds make different bars") {
    CHECK(rc::check([](std::uint64_t seed) {
        const std::uint64_t other = *rc::gen::distinctFrom(seed);
        RC_ASSERT(synthesize({.bars = 50, .seed = seed}).close !=
                  synthesize({.bars = 50, .seed = other}).close);
    }));
    // The upper half of a seed counts too.
    CHECK(synthesize({.bars = 50, .seed = 1}).close !=
          synthesize({.bars = 50, .seed = 1 + (std::uint64_t{1} << 32)}).close);
}

TEST_CASE("settings out of range are refused") {
    CHECK(message_of([] { synthesize({.bars = -1}); }) ==
          "synthetic bars: bars must be at least 0, found -1");
    CHECK_THROWS_AS(synthesize({.period_ns = 0}), InputError);
    CHECK_THROWS_AS(synthesize({.start_price = 0.001}), InputError);
    CHECK_THROWS_AS(synthesize({.annual_volatility = -0.1}), InputError);
    CHECK_THROWS_AS(synthesize({.annual_volatility = std::nan("")}), InputError);
    CHECK_THROWS_AS(synthesize({.tick = 0.0}), InputError);
    CHECK_THROWS_AS(synthesize({.bars = 4'000'000'000'000'000}), InputError);
    CHECK(synthesize({.bars = 0}).size() == 0);
}
