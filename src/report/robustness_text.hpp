// Tests of robustness as a table, and as the file robustness.json of a run's directory.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sweep/robustness.hpp"

namespace threadx {

std::filesystem::path robustness_file(const std::filesystem::path& run);

// An object; null where a number is undefined. Returns and drawdowns are fractions, Sharpe ratios a year's:
//   format              "threadx-robustness-1"
//   seed, simulations   as asked for
//   settings            confidence_levels, ruin (drawdown that counts as such), price_noise, neighbourhood
//   quantiles           the probabilities of the `quantiles` below
//   devices             by id, what each has done: backtests (of neighbours, and in worse conditions), and
//                       bar_sets (of other prices, each of all scenarios)
//   notes               what is not as it was asked for, and why: fewer simulations, a device that failed
//   scenarios           a list, in the order asked for, of
//     scenario, parameters {name: value}, trades
//     as_run            total_return, max_drawdown, sharpe, ruined: of the run itself
//     tests             a list of
//       name            trade_shuffle, trade_bootstrap (trades in other orders, and drawn again: the Sharpe
//                       ratio is that of trades), return_bootstrap (the equity curve's returns in other
//                       orders of time), neighbours (other parameters), price_noise (other prices)
//       simulations     how many were made
//       ruin_probability, loss_probability
//       total_return, max_drawdown, sharpe
//                       each mean, quantiles (a list), at_levels (a list, by confidence level: the return and
//                       the ratio are no less, the drawdown no more)
//     stresses          a list of name (entry_delay, fee, slippage), value (bars; the fee or slippage), and
//                       total_return, max_drawdown, sharpe, ruined
std::string robustness_json(const PreparedSweep& sweep, const RobustnessResult& result,
                            const RobustnessSettings& settings, const RobustnessOptions& options);

// Lines of cells, the first of them names: a line for each scenario as it is, for each of its tests (with the
// bounds of the first confidence level) and for each stress.
std::vector<std::vector<std::string>> robustness_table(const std::vector<ScenarioRobustness>& scenarios,
                                                       const RobustnessSettings& settings);

} // namespace threadx
