#include "analysis/joined_statistics.hpp"

#include <algorithm>

namespace threadx {
namespace {

// Each window's sums are of deviations from its own first trade. Of all trades together: those from their
// mean, whose sum is 0 and whose squares are the squares within the windows and those of the windows' means.
void join_deviations(std::span<const Statistics> windows, Statistics& out) {
    const double mean = (out.gross_profit + out.gross_loss) / out.trades;
    out.pnl_deviations = 0.0;
    out.pnl_deviation_squares = 0.0;
    for (const Statistics& s : windows) {
        if (s.trades == 0.0) continue;
        const double apart = (s.gross_profit + s.gross_loss) / s.trades - mean;
        const double within = s.pnl_deviation_squares - s.pnl_deviations * (s.pnl_deviations / s.trades);
        out.pnl_deviation_squares += std::max(within, 0.0) + s.trades * (apart * apart);
    }
}

} // namespace

Statistics join_statistics(std::span<const Statistics> windows, double capital) {
    Statistics out = windows.front();
    for (const Statistics& s : windows.subspan(1)) {
        out.final_equity *= s.final_equity / capital;
        out.open_quantity = s.open_quantity;
        out.ruined = std::max(out.ruined, s.ruined);
        for (const auto member : {&Statistics::max_drawdown, &Statistics::longest_drawdown,
                                  &Statistics::best_trade, &Statistics::max_losing_streak})
            out.*member = std::max(out.*member, s.*member);
        out.worst_trade = std::min(out.worst_trade, s.worst_trade);
        for (const auto member :
             {&Statistics::drawdown_squares, &Statistics::return_sum, &Statistics::return_squares,
              &Statistics::return_cubes, &Statistics::return_fourths, &Statistics::gain_sum,
              &Statistics::loss_sum, &Statistics::loss_squares, &Statistics::trades, &Statistics::long_trades,
              &Statistics::wins, &Statistics::gross_profit, &Statistics::gross_loss, &Statistics::hold_bars,
              &Statistics::held_bars, &Statistics::fees, &Statistics::rejected})
            out.*member += s.*member;
    }
    if (windows.size() > 1 && out.trades > 0.0) join_deviations(windows, out);
    return out;
}

} // namespace threadx
