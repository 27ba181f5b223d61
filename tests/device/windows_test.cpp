// Window functions against their definitions (SEMANTICS section 5), computed anew for each window.
#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "device/backtests.hpp"
#include "device/window_series.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

using Window = std::span<const double>;

// The window functions that SEMANTICS fixes.
constexpr std::array<std::string_view, 8> window_names = {"sum", "sma", "stdev",   "ema",
                                                          "rma", "rsi", "highest", "lowest"};

bool all_finite(Window window) {
    return std::all_of(window.begin(), window.end(), [](double v) { return std::isfinite(v); });
}

Series of_each_window(const Series& x, int n, const std::function<double(Window)>& value) {
    Series out(x.size(), undefined);
    const std::size_t size = static_cast<std::size_t>(n);
    for (std::size_t end = size; end <= x.size(); ++end) {
        const Window window(x.data() + end - size, size);
        if (all_finite(window)) out[end - 1] = value(window);
    }
    return out;
}

double deviation(Window window) {
    const long double count = static_cast<long double>(window.size());
    long double mean = 0.0L;
    for (const double v : window)
        mean += (static_cast<long double>(v) - static_cast<long double>(window[0])) / count;
    long double squares = 0.0L;
    for (const double v : window) {
        const long double d = static_cast<long double>(v) - static_cast<long double>(window[0]) - mean;
        squares += d * d;
    }
    return static_cast<double>(std::sqrt(squares / count));
}

// The first value is the mean of the first n defined ones; undefined values are passed over.
std::vector<long double> recursive(const std::vector<long double>& x, int n, long double alpha) {
    std::vector<long double> out(x.size(), static_cast<long double>(undefined));
    long double value = 0.0L;
    int seen = 0;
    for (std::size_t t = 0; t < x.size(); ++t) {
        if (!std::isfinite(x[t])) continue;
        if (seen < n)
            value += x[t] / n;
        else
            value += alpha * (x[t] - value);
        if (++seen >= n) out[t] = value;
    }
    return out;
}

std::vector<long double> wide(const Series& x) { return {x.begin(), x.end()}; }

Series narrow(const std::vector<long double>& x) {
    Series out;
    for (const long double v : x) out.push_back(static_cast<double>(v));
    return out;
}

Series strength(const Series& x, int n) {
    std::vector<long double> gains(x.size(), static_cast<long double>(undefined));
    std::vector<long double> losses = gains;
    for (std::size_t t = 1; t < x.size(); ++t) {
        const long double change = static_cast<long double>(x[t] - x[t - 1]); // as the rule x - x[1] has it
        if (!std::isfinite(change)) continue;
        gains[t] = std::max(change, 0.0L);
        losses[t] = std::max(-change, 0.0L);
    }
    gains = recursive(gains, n, 1.0L / n);
    losses = recursive(losses, n, 1.0L / n);
    Series out(x.size(), undefined);
    for (std::size_t t = 0; t < x.size(); ++t) {
        if (std::isnan(gains[t])) continue;
        const long double moved = gains[t] + losses[t];
        out[t] = moved == 0.0L ? 0.0 : static_cast<double>(100.0L * gains[t] / moved);
    }
    return out;
}

Series defined(std::string_view name, const Series& x, int n) {
    if (name == "sum") return of_each_window(x, n, exact_sum);
    if (name == "sma") return of_each_window(x, n, [&](Window w) { return exact_sum(w) / n; });
    if (name == "stdev") return of_each_window(x, n, deviation);
    if (name == "highest")
        return of_each_window(x, n, [](Window w) { return *std::max_element(w.begin(), w.end()); });
    if (name == "lowest")
        return of_each_window(x, n, [](Window w) { return *std::min_element(w.begin(), w.end()); });
    if (name == "ema") return narrow(recursive(wide(x), n, 2.0L / (n + 1)));
    if (name == "rma") return narrow(recursive(wide(x), n, 1.0L / n));
    if (name == "rsi") return strength(x, n);
    return {};
}

// Where the two differ by more than 1e-12 of the value, or of `scale` if that is more; "" if nowhere.
std::string mismatch(const Series& found, const Series& expected, double scale = 0.0) {
    if (expected.size() != found.size()) return "no definition";
    for (std::size_t t = 0; t < found.size(); ++t) {
        if (std::isnan(found[t]) && std::isnan(expected[t])) continue;
        const double allowed = 1e-12 * std::max(std::fabs(expected[t]), scale);
        if (!(std::fabs(found[t] - expected[t]) <= allowed))
            return "bar " + std::to_string(t) + ": " + std::to_string(found[t]) + " instead of " +
                   std::to_string(expected[t]);
    }
    return "";
}

Series scaled(Series x, double factor) {
    for (double& v : x) v *= factor;
    return x;
}

Series random_series(Dice& dice, std::size_t count) {
    Series x = tick_walk(dice, count, 100.0, dice.between(100, 100'000), dice.pick({1, 20, 500}));
    switch (dice.below(8)) {
    case 0: return scaled(std::move(x), 1e-9);
    case 1: return scaled(std::move(x), 1e9);
    case 2: return Series(count, dice.pick({100.01, 1e-9, 1e9, 0.1})); // constant
    case 3:                                                            // one jump
        for (std::size_t t = dice.below(count); t < count; ++t) x[t] += 1e4;
        return x;
    case 4: std::sort(x.begin(), x.end()); return x;
    case 5: std::sort(x.begin(), x.end(), std::greater<>()); return x;
    case 6: // holes
        for (double& v : x)
            if (dice.chance(0.08))
                v = dice.pick({undefined, undefined, std::numeric_limits<double>::infinity()});
        return x;
    default: return x;
    }
}

} // namespace

TEST_CASE("window functions are their definitions, to 1e-12, and undefined at the same bars") {
    CHECK(rc::check("random series", [](std::uint64_t seed) {
        Dice dice(seed);
        const std::size_t count = 1 + dice.below(400);
        const Series x = random_series(dice, count);
        const int n = dice.chance(0.15) ? 1 : dice.between(1, dice.chance(0.1) ? 500 : 60);
        for (const std::string_view name : window_names) {
            const std::string error = mismatch(windowed(name, x, n), defined(name, x, n));
            RC_LOG(std::string(name) + " " + std::to_string(n));
            RC_ASSERT(error == "");
        }
    }));
}

TEST_CASE("sums, means and extremes of numbers of both signs are as exact as of prices") {
    CHECK(rc::check("numbers around zero", [](std::uint64_t seed) {
        Dice dice(seed);
        Series x;
        for (int t = 0; t < 300; ++t) x.push_back(dice.between(-1.0, 1.0));
        const int n = dice.between(1, 80);
        for (const char* name : {"sum", "sma", "highest", "lowest"})
            RC_ASSERT(mismatch(windowed(name, x, n), defined(name, x, n)) == "");
        for (const char* name : {"ema", "rma", "rsi", "stdev"})
            RC_ASSERT(mismatch(windowed(name, x, n), defined(name, x, n), 1.0) == "");
    }));
}

TEST_CASE("a spread far below the level is seen: 1e9 plus noise around 1") {
    Dice dice(5);
    Series x;
    for (int t = 0; t < 3000; ++t) x.push_back(1e9 + dice.between(-1.0, 1.0));
    // the squares are 1e18 times the variance: of the 32 digits of the sums 14 are left, and each step costs
    // a little
    for (const int n : {20, 700}) {
        const Series expected = defined("stdev", x, n);
        const Series found = windowed("stdev", x, n);
        for (std::size_t t = static_cast<std::size_t>(n) - 1; t < x.size(); ++t)
            CHECK(found[t] == doctest::Approx(expected[t]).epsilon(1e-10));
    }
}

TEST_CASE("what a window has left behind leaves no trace in it: a jump to 1e9 and back") {
    Series x(400, 1.0);
    for (std::size_t t = 0; t < x.size(); ++t) x[t] += 0.01 * static_cast<double>(t % 7);
    x[100] = 1e9;
    for (const char* name : {"sum", "sma", "highest", "lowest"}) {
        CAPTURE(name);
        CHECK(mismatch(windowed(name, x, 10), defined(name, x, 10)) == "");
    }
    // The square of the jump is 1e18 times that of the others, of which its sums keep 14 digits.
    CHECK(mismatch(windowed("stdev", x, 10), defined("stdev", x, 10), 1.0) == "");
}

TEST_CASE("the deviation of equal values is exactly 0") {
    Dice dice(3);
    for (const double value : {0.1, 100.01, 1e-9, 1e9, 1234.5678, -0.3}) {
        Series x = tick_walk(dice, 50, 100.0, 5000, 20); // something else before
        x.resize(100, value);
        const Series out = windowed("stdev", x, 20);
        for (std::size_t t = 69; t < x.size(); ++t) CHECK(out[t] == 0.0);
        CHECK(out[68] != 0.0);
    }
    for (const double v : windowed("stdev", tick_walk(dice, 50, 100.0, 5000, 20), 1)) CHECK(v == 0.0);
}

TEST_CASE("a window longer than the series is never full") {
    const Series x = {1.0, 2.0, 3.0, 4.0};
    for (const std::string_view name : window_names) {
        CAPTURE(name);
        for (const int n : {5, 6, 1000, 1'000'000})
            for (const double v : windowed(name, x, n)) CHECK(std::isnan(v));
        CHECK(std::isnan(windowed(name, x, 4)[3]) == (name == "rsi")); // which needs a change more
    }
}

TEST_CASE("a value does not depend on what comes after it") {
    CHECK(rc::check("prefixes", [](std::uint64_t seed) {
        Dice dice(seed);
        const Series x = random_series(dice, 200);
        const int n = dice.between(1, 50);
        const Series start(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(1 + dice.below(199)));
        for (const std::string_view name : window_names) {
            const Series whole = windowed(name, x, n);
            const Series part = windowed(name, start, n);
            for (std::size_t t = 0; t < part.size(); ++t) RC_ASSERT(same_bits(part[t], whole[t]));
        }
    }));
}

TEST_CASE("ties are ties: a window of prices in ticks has the same sum wherever the sum slid from") {
    CHECK(rc::check("ticks of 0.01 and of 0.00001", [](std::uint64_t seed) {
        Dice dice(seed);
        const bool fine = dice.chance(0.5);
        const Series x = fine ? tick_walk(dice, 3000, 100'000.0, dice.between(50'000, 200'000), 30)
                              : tick_walk(dice, 3000, 100.0, dice.between(100, 5'000'000), 100);
        const std::size_t n = 1 + dice.below(300);
        for (const char* name : {"sum", "sma", "stdev", "highest", "lowest"}) {
            const Series slid = windowed(name, x, static_cast<int>(n));
            for (int i = 0; i < 20; ++i) {
                const std::size_t end = n + dice.below(x.size() - n + 1);
                const Series window(x.end() - static_cast<std::ptrdiff_t>(x.size() - end + n),
                                    x.end() - static_cast<std::ptrdiff_t>(x.size() - end));
                const Series alone = windowed(name, window, static_cast<int>(n));
                RC_LOG(std::string(name) + " " + std::to_string(n) + " ending before " + std::to_string(end));
                // squares of prices have more digits than two doubles: a deviation may differ in its last bit
                if (std::string_view(name) == "stdev")
                    RC_ASSERT(std::fabs(alone.back() - slid[end - 1]) <= 1e-15 * alone.back());
                else
                    RC_ASSERT(same_bits(alone.back(), slid[end - 1]));
            }
        }
    }));
}

TEST_CASE("sums of prices in ticks are rounded once, and do not depend on the order in the window") {
    CHECK(rc::check("rounded once", [](std::uint64_t seed) {
        Dice dice(seed);
        Series x = tick_walk(dice, 1500, dice.pick({100.0, 100'000.0}), dice.between(100, 1'000'000), 100);
        const int n = dice.between(1, 200);
        const Series expected = of_each_window(x, n, exact_sum);
        const Series sums = windowed("sum", x, n);
        for (std::size_t t = 0; t < x.size(); ++t) RC_ASSERT(same_bits(sums[t], expected[t]));
        Series last(x.end() - n, x.end());
        std::sort(last.begin(), last.end());
        RC_ASSERT(same_bits(windowed("sum", last, n).back(), sums.back()));
    }));
}
