#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "market/synthetic.hpp"
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
    const Bars noisy = with_price_noise(bars, 0.2, 1, 0);
    CHECK(noisy.time == bars.time);
    CHECK(noisy.volume == bars.volume);
    for (std::size_t t = 0; t < bars.size(); ++t) {
        const bool whole = noisy.low[t] > 0.0 && noisy.low[t] <= std::min(noisy.open[t], noisy.close[t]) &&
                           noisy.high[t] >= std::max(noisy.open[t], noisy.close[t]);
        if (!whole) FAIL("bar " << t << " is none");
    }
    CHECK(deviation_of_log_ratio(noisy.close, bars.close) == doctest::Approx(0.2 * returns).epsilon(0.05));
    CHECK(deviation_of_log_ratio(noisy.open, bars.open) == doctest::Approx(0.2 * returns).epsilon(0.05));
}

TEST_CASE("noise is a function of seed and simulation") {
    const Bars bars = synthesize({.bars = 100});
    CHECK(with_price_noise(bars, 0.1, 1, 5).close == with_price_noise(bars, 0.1, 1, 5).close);
    CHECK(with_price_noise(bars, 0.1, 1, 5).close != with_price_noise(bars, 0.1, 1, 6).close);
    CHECK(with_price_noise(bars, 0.1, 1, 5).close != with_price_noise(bars, 0.1, 2, 5).close);
    CHECK(with_price_noise(bars, 0.0, 1, 5).close == bars.close);
}
