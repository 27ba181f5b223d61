#include "sweep/price_noise.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

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

constexpr double small_exponent = 0.02;

// e^x of small x by its series; the same on every machine.
double small_exp(double x) {
    double sum = 1.0 / 40320.0; // 8!
    for (const double inverse :
         {1.0 / 5040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 1.0 / 2.0, 1.0, 1.0})
        sum = sum * x + inverse;
    return sum;
}

// Replaces numbers in (0, 1) by e^(deviation·z), of which each is the part below: in loops over vectors, as
// this is most of what a set of bars costs.
void make_factors(std::span<double> numbers, double deviation) {
    normal_quantiles(numbers, numbers);
    double largest = 0.0;
    for (double& x : numbers) {
        x *= deviation;
        largest = std::max(largest, std::fabs(x));
    }
    if (largest < small_exponent)
        for (double& x : numbers) x = small_exp(x);
    else
        for (double& x : numbers) x = std::fabs(x) < small_exponent ? small_exp(x) : deterministic_exp(x);
}

} // namespace

PriceNoise::PriceNoise(const Bars& bars, double noise, std::uint64_t seed)
    : bars_(bars), deviation_(noise * log_return_deviation(bars.close)), seed_(seed) {}

Bars PriceNoise::bars(std::uint64_t simulation) const {
    constexpr std::size_t at_once = 64;                   // bars
    std::array<std::array<double, at_once>, 4> factors{}; // of open, high, low, close
    Bars out = bars_;
    for (std::size_t first = 0; first < bars_.size(); first += at_once) {
        const std::size_t count = std::min(at_once, bars_.size() - first);
        for (std::size_t i = 0; i < count; ++i) {
            const std::array<std::uint32_t, 4> words =
                philox(seed_, simulation, static_cast<std::uint32_t>(first + i), stream::noise);
            for (std::size_t k = 0; k < words.size(); ++k)
                factors[k][i] = (static_cast<double>(words[k]) + 0.5) * 0x1p-32;
        }
        for (std::array<double, at_once>& of_price : factors)
            make_factors(std::span(of_price).first(count), deviation_);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t t = first + i;
            const double open = bars_.open[t] * factors[0][i];
            const double high = bars_.high[t] * factors[1][i];
            const double low = bars_.low[t] * factors[2][i];
            const double close = bars_.close[t] * factors[3][i];
            out.open[t] = open;
            out.high[t] = std::max({open, high, low, close});
            out.low[t] = std::min({open, high, low, close});
            out.close[t] = close;
        }
    }
    return out;
}

} // namespace threadx
