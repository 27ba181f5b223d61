#include "analysis/trade_resampling.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "space/counter_random.hpp"

namespace threadx {
namespace {

class Account {
  public:
    explicit Account(const TradeResults& trades) : trades_(trades), equity_(trades.capital), peak_(equity_) {}

    void add(double result) {
        if (ruined_) return;
        equity_ = trades_.compound ? equity_ * (1.0 + result) : equity_ + result;
        ruined_ = !(equity_ > 0.0);
        if (ruined_) equity_ = 0.0;
        peak_ = std::max(peak_, equity_);
        drawdown_ = std::max(drawdown_, (peak_ - equity_) / peak_);
        sum_ += result;
        squares_ += result * result;
    }

    Outcome outcome() const {
        const auto n = static_cast<double>(trades_.results.size());
        const double variance = (squares_ - sum_ * (sum_ / n)) / (n - 1.0);
        const double sharpe = n > 1.0 && variance > 0.0
                                  ? sum_ / n / std::sqrt(variance) * std::sqrt(trades_.trades_per_year)
                                  : std::numeric_limits<double>::quiet_NaN();
        return {equity_ / trades_.capital - 1.0, drawdown_, sharpe, ruined_};
    }

  private:
    const TradeResults& trades_;
    double equity_;
    double peak_;
    double drawdown_ = 0.0;
    double sum_ = 0.0;
    double squares_ = 0.0;
    bool ruined_ = false;
};

} // namespace

TradeResults trade_results(std::span<const double> profits, bool compound, double capital, double years) {
    TradeResults out{{}, compound, capital, 0.0};
    double equity = capital;
    for (const double profit : profits) {
        if (!(equity > 0.0)) break;
        out.results.push_back(compound ? profit / equity : profit);
        equity += profit;
    }
    out.trades_per_year = static_cast<double>(out.results.size()) / years;
    return out;
}

std::vector<Outcome> shuffle_trades(const TradeResults& trades, std::size_t count, std::uint64_t seed,
                                    std::size_t threads) {
    return simulate_all(count, threads, [&](std::size_t i) {
        CounterRandom random(seed, i, stream::trade_order);
        std::vector<double> results = trades.results;
        Account account(trades);
        for (std::size_t left = results.size(); left > 0; --left) { // Fisher & Yates
            std::swap(results[random.below(left)], results[left - 1]);
            account.add(results[left - 1]);
        }
        return account.outcome();
    });
}

std::vector<Outcome> bootstrap_trades(const TradeResults& trades, std::size_t count, std::uint64_t seed,
                                      std::size_t threads) {
    return simulate_all(count, threads, [&](std::size_t simulation) {
        CounterRandom random(seed, simulation, stream::trade_draw);
        Account account(trades);
        for (std::size_t i = 0; i < trades.results.size(); ++i)
            account.add(trades.results[random.below(trades.results.size())]);
        return account.outcome();
    });
}

} // namespace threadx
