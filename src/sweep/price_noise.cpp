#include "sweep/price_noise.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "base/deterministic_math.hpp"
#include "base/normal_distribution.hpp"
#include "space/philox.hpp"

namespace threadx {
namespace {

double log_return_deviation(std::span<const double> close) {
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

// e^x: that of small x, which nearly all are, by its series; the same on every machine.
double noise_factor(double x) {
    if (!(std::fabs(x) < 0.02)) return deterministic_exp(x);
    double sum = 1.0 / 40320.0; // 8!
    for (const double inverse :
         {1.0 / 5040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 1.0 / 2.0, 1.0, 1.0})
        sum = sum * x + inverse;
    return sum;
}

} // namespace

PriceNoise::PriceNoise(const Bars& bars, double noise, std::uint64_t seed)
    : bars_(bars), deviation_(noise * log_return_deviation(bars.close)), seed_(seed) {}

Bars PriceNoise::bars(std::uint64_t simulation) const {
    const auto factor = [&](std::uint32_t word) {
        return noise_factor(deviation_ * normal_quantile((static_cast<double>(word) + 0.5) * 0x1p-32));
    };
    Bars out = bars_;
    for (std::size_t t = 0; t < bars_.size(); ++t) {
        const std::array<std::uint32_t, 4> words =
            philox(seed_, simulation, static_cast<std::uint32_t>(t), stream::noise);
        const double open = bars_.open[t] * factor(words[0]);
        const double high = bars_.high[t] * factor(words[1]);
        const double low = bars_.low[t] * factor(words[2]);
        const double close = bars_.close[t] * factor(words[3]);
        out.open[t] = open;
        out.high[t] = std::max({open, high, low, close});
        out.low[t] = std::min({open, high, low, close});
        out.close[t] = close;
    }
    return out;
}

} // namespace threadx
