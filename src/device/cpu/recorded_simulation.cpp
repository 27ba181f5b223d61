#include "device/cpu/recorded_simulation.hpp"

#include <array>
#include <cmath>

namespace threadx {
namespace {

void record_trade(std::vector<Trade>& trades, double quantity, double entry_bar, double entry_price,
                  double bar, double price, double pnl, double fees, double reason) {
    constexpr std::array<std::string_view, 7> reasons = {"",       "signal", "hold", "stop",
                                                         "target", "ruin",   "end"};
    trades.push_back({quantity > 0.0, std::fabs(quantity), static_cast<std::int64_t>(entry_bar),
                      static_cast<std::int64_t>(bar), entry_price, price, pnl, fees,
                      reasons[static_cast<std::size_t>(reason)]});
}

// The kernel text for one scenario, with hooks.
#define TX_FUNCTION inline
#define SELECT(m, a, b) ((m) ? (a) : (b))
#define NOT(m) (!(m))
#define R(x) (static_cast<double>(x))
#define SELDOM(x) (x)
#define ABS(x) (std::fabs(x))
#define ANY(m) ((m) != 0)
#define COLUMN_AT(c, t) ((c)[t])
#define ON_TRADE(s, m, bar, price, pnl, fees, reason)                                                        \
    if (m)                                                                                                   \
    record_trade(*(s)->record, (s)->quantity, (s)->entry_bar, (s)->entry_price, bar, price, pnl, fees, reason)
#define ON_RETURN(s, r) sim_add_return(&(s)->moments, r)
#define SIM_OWN_STATE std::vector<Trade>* record;
using real = double;
using mask = int;
using column_ref = const double*;
// clang-format off
#include "kernels/simulation_state.h"
#include "kernels/simulation.h"
// clang-format on

int bit(const std::uint64_t* bits, int t) {
    return static_cast<int>(bits[t / bars_per_word] >> (t % bars_per_word) & 1U);
}

} // namespace

Recording record_simulation(const PackJob<double>& job) {
    const SimRules rules = job.rules;
    const SimInputs in = {job.capital[0],      job.fee[0],         job.slippage[0],     job.leverage[0],
                          job.size[0],         job.max_hold[0],    job.spacing[0],      job.stop_scale[0],
                          job.target_scale[0], job.stop_column[0], job.target_column[0]};
    Recording recording;
    SimState state{};
    state.record = &recording.trades;
    sim_start(&state, in, rules);
    for (int t = rules.first; t < rules.end; ++t) {
        const int enter_long = bit(job.signals[0][0], t);
        const int enter_short = bit(job.signals[2][0], t);
        const SimSignals signals = {enter_long & NOT(enter_short), bit(job.signals[1][0], t),
                                    enter_short & NOT(enter_long), bit(job.signals[3][0], t)};
        sim_bar(&state, in, rules, t, R(t), {job.open[t], job.high[t], job.low[t], job.close[t]}, signals);
        recording.equity.push_back(state.ruined ? 0.0 : state.equity);
    }
    const SimStatistics statistics = sim_finish(&state, rules);
#define COPY(name) recording.statistics.name = statistics.name;
    SIM_STATISTICS(COPY)
#undef COPY
    return recording;
}

} // namespace threadx
