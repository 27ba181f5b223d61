#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "market/synthetic.hpp"
#include "relative.hpp"
#include "sweep/price_noise.hpp"

using namespace threadx;

namespace {

double deviation_of_log_ratio(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0.0;
    double squares = 0.0;
    for (std::size_t t = 0; t < a.size(); ++t) {
        const double x = std::log(a[t] / b[t]);
        sum += x;
        squares += x * x;
    }
    const auto n = static_cast<double>(a.size());
    return std::sqrt(squares / n - sum / n * (sum / n));
}

} // namespace

TEST_CASE("bars with price noise are bars, and as far off as asked for") {
    const Bars bars = synthesize({.bars = 5000});
    std::vector<double> before(bars.close.begin(), bars.close.end() - 1);
    std::vector<double> after(bars.close.begin() + 1, bars.close.end());
    const double returns = deviation_of_log_ratio(after, before);
    const Bars noisy = PriceNoise(bars, 0.2, 1).bars(0);
    CHECK(noisy.time == bars.time);
    CHECK(noisy.volume == bars.volume);
    for (std::size_t t = 0; t < bars.size(); ++t) {
        const bool whole = noisy.low[t] > 0.0 && noisy.low[t] <= std::min(noisy.open[t], noisy.close[t]) &&
                           noisy.high[t] >= std::max(noisy.open[t], noisy.close[t]);
        if (!whole) FAIL("bar " << t << " is none");
    }
    // Of numbers near 1, as doctest's epsilon is absolute for small ones.
    CHECK(deviation_of_log_ratio(noisy.close, bars.close) / returns == relative(0.2).epsilon(0.01));
    CHECK(deviation_of_log_ratio(noisy.open, bars.open) / returns == relative(0.2).epsilon(0.01));
}

TEST_CASE("each price of a bar has noise of its own") {
    const Bars bars = synthesize({.bars = 5000});
    const Bars noisy = PriceNoise(bars, 0.001, 1).bars(0); // too little for others to be the high or the low
    const auto noise_of = [](const std::vector<double>& after, const std::vector<double>& before) {
        std::vector<double> out;
        for (std::size_t t = 0; t < after.size(); ++t) out.push_back(std::log(after[t] / before[t]));
        return out;
    };
    const std::vector<std::vector<double>> noises = {
        noise_of(noisy.open, bars.open), noise_of(noisy.high, bars.high), noise_of(noisy.low, bars.low),
        noise_of(noisy.close, bars.close)};
    const auto product = [](const std::vector<double>& a, const std::vector<double>& b) {
        double sum = 0.0;
        for (std::size_t t = 0; t < a.size(); ++t) sum += a[t] * b[t];
        return sum;
    };
    for (std::size_t i = 0; i < noises.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            CAPTURE(i);
            CAPTURE(j);
            const double correlation =
                product(noises[i], noises[j]) /
                std::sqrt(product(noises[i], noises[i]) * product(noises[j], noises[j]));
            CHECK(std::fabs(correlation) < 0.3); // some bars open at their high: one noise for both
        }
}

TEST_CASE("noise is a function of seed and simulation") {
    const Bars bars = synthesize({.bars = 100});
    CHECK(PriceNoise(bars, 0.1, 1).bars(5).close == PriceNoise(bars, 0.1, 1).bars(5).close);
    CHECK(PriceNoise(bars, 0.1, 1).bars(5).close != PriceNoise(bars, 0.1, 1).bars(6).close);
    CHECK(PriceNoise(bars, 0.1, 1).bars(5).close != PriceNoise(bars, 0.1, 2).bars(5).close);
    CHECK(PriceNoise(bars, 0.0, 1).bars(5).close == bars.close);
}

TEST_CASE("noise of any size is e to the power of a normal number") {
    const Bars bars = synthesize({.bars = 3000});
    const Bars little = PriceNoise(bars, 0.1, 3).bars(0);
    const Bars much = PriceNoise(bars, 50.0, 3).bars(0); // the same numbers, 500 times as large
    for (std::size_t t = 0; t < bars.size(); ++t) {
        const double small = std::log(little.close[t] / bars.close[t]);
        const double large = std::log(much.close[t] / bars.close[t]);
        REQUIRE(large == relative(500.0 * small).epsilon(1e-9 + 1e-13 / std::fabs(small)));
    }
}
