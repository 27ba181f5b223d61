#include "sweep/price_noise.hpp"

#include <algorithm>
#include <cmath>

#include "base/deterministic_math.hpp"
#include "base/normal_distribution.hpp"
#include "space/philox.hpp"

namespace threadx {
namespace {

double log_return_deviation(const std::vector<double>& close) {
    double sum = 0.0;
    double squares = 0.0;
    for (std::size_t t = 1; t < close.size(); ++t) {
        const double r = deterministic_log(close[t] / close[t - 1]);
        sum += r;
        squares += r * r;
    }
    const auto n = static_cast<double>(close.size() - 1);
    return std::sqrt(std::max(0.0, squares / n - (sum / n) * (sum / n)));
}

} // namespace

Bars with_price_noise(const Bars& bars, double noise, std::uint64_t seed, std::uint64_t simulation) {
    const double deviation = noise * log_return_deviation(bars.close);
    const auto factor = [&](std::uint32_t word) {
        return deterministic_exp(deviation * normal_quantile((static_cast<double>(word) + 0.5) * 0x1p-32));
    };
    Bars out = bars;
    for (std::size_t t = 0; t < bars.size(); ++t) {
        const std::array<std::uint32_t, 4> words =
            philox(seed, simulation, static_cast<std::uint32_t>(t), stream::noise);
        const double open = bars.open[t] * factor(words[0]);
        const double high = bars.high[t] * factor(words[1]);
        const double low = bars.low[t] * factor(words[2]);
        const double close = bars.close[t] * factor(words[3]);
        out.open[t] = open;
        out.high[t] = std::max({open, high, low, close});
        out.low[t] = std::min({open, high, low, close});
        out.close[t] = close;
    }
    return out;
}

} // namespace threadx
