// The trades of a backtest in other orders, and drawn again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "analysis/outcomes.hpp"

namespace threadx {

// What a trade does to an account. Where positions are a part of equity (size = equity or risk), its result
// is a part of the equity before it, and results multiply; where they are fixed (cash or units) it is money,
// and results add.
struct TradeResults {
    std::vector<double> results; // by trade, in order
    bool compound = true;
    double capital = 0.0;
    double trades_per_year = 0.0; // for the Sharpe ratio, which is that of the trades
};

// `profits`: by trade in order of exit, net of fees. Results of trades after the account was lost are left
// out.
TradeResults trade_results(std::span<const double> profits, bool compound, double capital, double years);

// `count` orders of all trades, each as likely as the others. The return stays the same but for rounding; the
// drawdown does not. Drawdowns are from close of trade to close of trade.
std::vector<Outcome> shuffle_trades(const TradeResults& trades, std::size_t count, std::uint64_t seed,
                                    std::size_t threads);

// `count` times as many trades as there are, each drawn from all of them.
std::vector<Outcome> bootstrap_trades(const TradeResults& trades, std::size_t count, std::uint64_t seed,
                                      std::size_t threads);

} // namespace threadx
