#include "market/synthetic.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/deterministic_math.hpp"
#include "base/error.hpp"
#include "base/normal_distribution.hpp"
#include "base/number_text.hpp"
#include "market/random_draws.hpp"
#include "market/time_text.hpp"

namespace threadx {
namespace {

constexpr double nanoseconds_per_year = 365.25 * static_cast<double>(nanoseconds_per_day);

// GARCH(1,1) (Bollerslev 1986): h' = (1-α-β)·mean + α·r² + β·h. With these and the degrees of freedom below
// the fourth moment of the returns exists (kurtosis 10), so that the realised volatility converges to the one
// asked for.
constexpr double alpha = 0.08;
constexpr double beta = 0.90;

// Student's t: a normal variable over √(χ²/ν). χ² with 8 degrees of freedom is -2 ln(u1·u2·u3·u4).
constexpr double degrees = 8.0;

// A bar's path: a step from the last close to the open, and the steps from the open to the close.
constexpr std::size_t steps = 7;
constexpr double gap_share = 0.04; // of the bar's variance

constexpr double mean_volume = 1000.0;
constexpr double volume_spread = 0.6; // standard deviation of the log of the volume at a given volatility

// What the numbers of a bar are drawn for.
constexpr std::uint32_t path_stream = 0;
constexpr std::uint32_t tail_stream = 1;
constexpr std::uint32_t volume_stream = 2;

// The [2/2] Padé approximant of e^x: as good as e^x for the small x of a step, positive for every x, and
// without the microsecond that an exponential in double-double arithmetic takes.
double growth(double x) {
    const double even = 1.0 + x * x / 12.0;
    return (even + x / 2.0) / (even - x / 2.0);
}

// Prices as whole numbers of ticks.
class TickScale {
  public:
    explicit TickScale(double tick) : tick_(tick), per_unit_(std::floor(1.0 / tick + 0.5)) {
        decimal_ = per_unit_ >= 1.0 && std::fabs(per_unit_ * tick - 1.0) < 1e-12;
    }

    // Within the range that has whole ticks.
    double bounded(double price) const { return std::clamp(price, tick_, tick_ * 0x1p52); }

    // The multiple of the tick that is nearest to `price`. 4632 ticks of 0.01 are 4632 / 100, the double that
    // is written 46.32, which 4632 · 0.01 need not be.
    double rounded(double price) const {
        const double count = std::max(1.0, std::floor(price / tick_ + 0.5));
        return decimal_ ? count / per_unit_ : count * tick_;
    }

  private:
    double tick_;
    double per_unit_; // ticks in 1
    bool decimal_;    // that number is whole
};

void require(bool good, std::string_view setting, std::string_view wanted, const std::string& found) {
    if (!good)
        throw InputError(fmt::format("synthetic bars: {} must be {}, found {}", setting, wanted, found));
}

void check(const SyntheticSettings& settings) {
    const auto number = [](bool good, std::string_view setting, std::string_view wanted, double found) {
        require(good && std::isfinite(found), setting, wanted, shortest_text(found));
    };
    require(settings.bars >= 0, "bars", "at least 0", std::to_string(settings.bars));
    require(settings.period_ns > 0, "the period", "above 0", duration_text(settings.period_ns));
    number(settings.tick >= 1e-12 && settings.tick <= 1e12, "tick", "between 1e-12 and 1e12", settings.tick);
    number(settings.start_price >= settings.tick && settings.start_price <= settings.tick * 0x1p52,
           "start_price", "between one tick and 2^52 ticks", settings.start_price);
    number(settings.annual_volatility >= 0.0 && settings.annual_volatility <= 100.0, "annual_volatility",
           "between 0 and 100", settings.annual_volatility);
    number(std::fabs(settings.annual_drift) <= 100.0, "annual_drift", "between -100 and 100",
           settings.annual_drift);
    std::int64_t last = 0;
    require(!__builtin_mul_overflow(settings.bars, settings.period_ns, &last) &&
                !__builtin_add_overflow(last, settings.start_time, &last),
            "bars times the period", "short enough to end before the year 2262",
            std::to_string(settings.bars));
}

class Market {
  public:
    explicit Market(const SyntheticSettings& settings)
        : settings_(settings), ticks_(settings.tick),
          years_per_bar_(static_cast<double>(settings.period_ns) / nanoseconds_per_year),
          mean_variance_(settings.annual_volatility * settings.annual_volatility * years_per_bar_),
          drift_per_step_(settings.annual_drift * years_per_bar_ / static_cast<double>(steps)),
          variance_(mean_variance_), price_(settings.start_price) {}

    // Appends the next bar.
    void step(Bars& bars) {
        const std::uint64_t bar = bars.size();
        const double tail = tail_scale(bar);
        const std::array<double, steps + 1> normals = path_normals(bar);
        const double bar_deviation = std::sqrt(variance_) * tail;
        const double step_deviation =
            bar_deviation * std::sqrt((1.0 - gap_share) / static_cast<double>(steps));

        double bar_return = bar == 0 ? 0.0 : bar_deviation * std::sqrt(gap_share) * normals[steps];
        price_ = ticks_.bounded(price_ * growth(bar_return));
        const double open = price_;
        double high = open;
        double low = open;
        for (std::size_t i = 0; i < steps; ++i) {
            const double move = step_deviation * normals[i];
            bar_return += move;
            price_ = ticks_.bounded(price_ * growth(move + drift_per_step_));
            high = std::max(high, price_);
            low = std::min(low, price_);
        }
        bars.time.push_back(settings_.start_time + static_cast<std::int64_t>(bar) * settings_.period_ns);
        bars.open.push_back(ticks_.rounded(open));
        bars.high.push_back(ticks_.rounded(high));
        bars.low.push_back(ticks_.rounded(low));
        bars.close.push_back(ticks_.rounded(price_));
        bars.volume.push_back(volume(bar, tail));
        variance_ =
            (1.0 - alpha - beta) * mean_variance_ + alpha * bar_return * bar_return + beta * variance_;
    }

  private:
    // The factor that makes a normal return one of Student's t with variance 1.
    double tail_scale(std::uint64_t bar) const {
        const std::array<double, 4> u = draws::uniforms(settings_.seed, bar, 0, tail_stream);
        const double chi_squared = -2.0 * deterministic_log(u[0] * u[1] * u[2] * u[3]);
        return std::sqrt((degrees - 2.0) / chi_squared);
    }

    std::array<double, steps + 1> path_normals(std::uint64_t bar) const {
        std::array<double, steps + 1> normals{};
        for (std::size_t i = 0; i < normals.size(); i += 4) {
            const std::array<double, 4> u =
                draws::uniforms(settings_.seed, bar, static_cast<std::uint32_t>(i / 4), path_stream);
            for (std::size_t j = 0; j < 4; ++j) normals[i + j] = normal_quantile(u[j]);
        }
        return normals;
    }

    // Lognormal about a level that follows the bar's volatility.
    double volume(std::uint64_t bar, double tail) const {
        const double u = draws::uniforms(settings_.seed, bar, 0, volume_stream)[0];
        const double relative = mean_variance_ > 0.0 ? std::sqrt(variance_ / mean_variance_) * tail : 1.0;
        const double noise = deterministic_exp(volume_spread * normal_quantile(u));
        return std::max(1.0, std::floor(mean_volume * (0.25 + 0.75 * relative) * noise + 0.5));
    }

    const SyntheticSettings& settings_;
    TickScale ticks_;
    double years_per_bar_;
    double mean_variance_; // of a bar's log return
    double drift_per_step_;
    double variance_; // of this bar's log return
    double price_;    // before rounding
};

} // namespace

Bars synthesize(const SyntheticSettings& settings) {
    check(settings);
    const auto count = static_cast<std::size_t>(settings.bars);
    Bars bars;
    bars.time.reserve(count);
    for (BarValues<double>* column : {&bars.open, &bars.high, &bars.low, &bars.close, &bars.volume})
        column->reserve(count);
    Market market(settings);
    for (std::size_t i = 0; i < count; ++i) market.step(bars);
    return bars;
}

} // namespace threadx
