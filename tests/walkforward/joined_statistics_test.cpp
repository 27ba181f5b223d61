// The statistics of several windows together, compared with what their trades and returns say.
#include <cmath>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "analysis/joined_statistics.hpp"
#include "analysis/metrics.hpp"

using namespace threadx;

namespace {

// The statistics of some trades and returns, as the simulation sums them.
Statistics statistics_of(const std::vector<double>& pnls, const std::vector<double>& returns,
                         double capital) {
    Statistics s;
    s.best_trade = -1e30;
    s.worst_trade = 1e30;
    for (const double pnl : pnls) {
        s.trades += 1.0;
        s.wins += pnl > 0.0 ? 1.0 : 0.0;
        (pnl > 0.0 ? s.gross_profit : s.gross_loss) += pnl;
        s.best_trade = std::max(s.best_trade, pnl);
        s.worst_trade = std::min(s.worst_trade, pnl);
        s.pnl_deviations += pnl - pnls.front();
        s.pnl_deviation_squares += (pnl - pnls.front()) * (pnl - pnls.front());
    }
    s.final_equity = capital;
    for (const double r : returns) {
        s.final_equity *= 1.0 + r;
        s.return_sum += r;
        s.return_squares += r * r;
        s.return_cubes += r * r * r;
        s.return_fourths += r * r * r * r;
        s.gain_sum += std::max(r, 0.0);
        s.loss_sum += std::max(-r, 0.0);
        s.loss_squares += std::min(r, 0.0) * std::min(r, 0.0);
    }
    return s;
}

std::vector<double> numbers(std::size_t least, double size) {
    const auto count = *rc::gen::inRange<std::size_t>(least, least + 8);
    std::vector<double> out;
    for (std::size_t i = 0; i < count; ++i) out.push_back(size * (*rc::gen::inRange(-500, 501)));
    return out;
}

} // namespace

TEST_CASE("windows together have the metrics of all their returns and trades as one list") {
    const std::vector<std::string> names = metric_names();
    CHECK(rc::check("joined", [&] {
        std::vector<double> all_pnls;
        std::vector<double> all_returns;
        std::vector<Statistics> windows;
        for (int w = *rc::gen::inRange(1, 5); w > 0; --w) {
            const std::vector<double> pnls = numbers(0, 0.5);
            const std::vector<double> returns = numbers(2, 1e-4);
            windows.push_back(statistics_of(pnls, returns, 1000.0));
            all_pnls.insert(all_pnls.end(), pnls.begin(), pnls.end());
            all_returns.insert(all_returns.end(), returns.begin(), returns.end());
        }
        const MetricContext context = {all_returns.size() + 1, 0.25, 1000.0};
        std::vector<double> found(names.size());
        std::vector<double> expected(names.size());
        compute_metrics(join_statistics(windows, 1000.0), context, found);
        compute_metrics(statistics_of(all_pnls, all_returns, 1000.0), context, expected);
        for (std::size_t i = 0; i < names.size(); ++i) {
            RC_LOG(names[i]);
            if (names[i] == "sqn" && !(std::fabs(expected[i]) < 1e6))
                continue; // of trades that are all alike
            if (std::isnan(expected[i]))
                RC_ASSERT(std::isnan(found[i]));
            else
                RC_ASSERT(std::fabs(found[i] - expected[i]) <= 1e-7 * std::max(1.0, std::fabs(expected[i])));
        }
    }));
}

TEST_CASE("extremes are the largest of the windows', and a ruined window ruins") {
    Statistics a = statistics_of({1.0}, {0.1}, 100.0);
    Statistics b = statistics_of({}, {-0.1}, 100.0);
    a.max_drawdown = 0.1;
    b.max_drawdown = 0.3;
    a.longest_drawdown = 9.0;
    b.longest_drawdown = 4.0;
    b.ruined = 1.0;
    b.open_quantity = 2.0;
    const Statistics joined = join_statistics(std::vector<Statistics>{a, b}, 100.0);
    CHECK(joined.max_drawdown == 0.3);
    CHECK(joined.longest_drawdown == 9.0);
    CHECK(joined.ruined == 1.0);
    CHECK(joined.open_quantity == 2.0);
    CHECK(joined.best_trade == 1.0);
    CHECK(joined.worst_trade == 1.0);
}
