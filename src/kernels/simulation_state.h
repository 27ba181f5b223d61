/* The state of one simulated scenario: what it brings, what it holds between bars, what is left of it. Kernel
 * text; simulation.h says what the includer defines, and goes on from here. */

/* What a scenario brings. */
typedef struct {
    real capital;
    real fee;
    real slippage;
    real leverage;
    real size;
    real max_hold; /* bars; infinite = none */
    real spacing;  /* bars */
    real stop_scale;
    real target_scale; /* a distance is scale x column at the signal bar */
    column_ref stop_column;
    column_ref target_column;
} SimInputs;

typedef struct {
    real open;
    real high;
    real low;
    real close;
} SimBar;

/* Signals of one bar; an entry is set only where the opposite entry is not. */
typedef struct {
    mask enter_long;
    mask exit_long;
    mask enter_short;
    mask exit_short;
} SimSignals;

/* Sums over the returns of a scenario's bars: of their powers, of the gains, and of the losses, which are
 * positive here. */
typedef struct {
    real return_sum;
    real return_squares;
    real return_cubes;
    real return_fourths;
    real gain_sum;
    real loss_sum;
    real loss_squares;
} SimMoments;

typedef struct {
    /* account and position */
    real cash;
    real quantity; /* signed units */
    real entry_price;
    real entry_fee;
    real entry_bar;
    real lower;       /* the position is left where low <= lower ... */
    real upper;       /* ... or high >= upper: one is its stop, the other its target */
    real trail_long;  /* of a long position: its stop follows the high at this distance */
    real trail_short; /* of a short one: the low */
    mask ruined;
    /* orders for the next fill */
    mask leave;
    mask timed; /* leaves because it was held long enough */
    mask buy;
    mask sell;
    real last_entry;
    /* equity curve */
    real equity; /* at the last close */
    real peak;
    real peak_reciprocal;
    real drawdown;  /* at the last close */
    real flat_from; /* while flat: the first bar that drawdown_squares lacks */
    real at_peak;   /* last bar known to be at the peak */
    real max_drawdown;
    real drawdown_squares;
    real longest_drawdown;
    SimMoments moments; /* of the returns */
    /* closed trades */
    real trades;
    real long_trades;
    real wins;
    real gross_profit;
    real gross_loss; /* negative or zero */
    real best_trade;
    real worst_trade;
    real first_pnl; /* the deviations below are from it: no cancellation where trades are alike */
    real pnl_deviations;
    real pnl_deviation_squares;
    real hold_bars;
    real losing_streak;
    real max_losing_streak;
    real fees;
    real rejected;
    SIM_OWN_STATE
} SimState;

/* What is left of a scenario when it is done (kernels/statistics.h has the list). The host turns it into
 * metrics. */
typedef struct {
#define SIM_MEMBER(name) real name;
    SIM_STATISTICS(SIM_MEMBER)
#undef SIM_MEMBER
} SimStatistics;

#define SIM_MAX(a, b) SELECT((a) > (b), a, b)
#define SIM_MIN(a, b) SELECT((a) < (b), a, b)

/* Beyond every price: a level that is never reached, a distance that moves none. */
#define SIM_FAR 1e30

TX_FUNCTION void sim_start(SimState* s, SimInputs in, SimRules rules) {
    const real zero = R(0.0);
    const real first = R(rules.first);
    const mask none = zero > zero;
    s->cash = in.capital;
    s->quantity = zero;
    s->entry_price = zero;
    s->entry_fee = zero;
    s->entry_bar = zero;
    s->lower = R(-SIM_FAR);
    s->upper = R(SIM_FAR);
    s->trail_long = R(SIM_FAR);
    s->trail_short = R(SIM_FAR);
    s->ruined = none;
    s->leave = none;
    s->timed = none;
    s->buy = none;
    s->sell = none;
    s->last_entry = R(-SIM_FAR);
    s->equity = in.capital;
    s->peak = in.capital;
    s->peak_reciprocal = R(1.0) / in.capital;
    s->drawdown = zero;
    s->flat_from = first;
    s->at_peak = first;
    s->max_drawdown = zero;
    s->drawdown_squares = zero;
    s->longest_drawdown = zero;
    s->moments.return_sum = zero;
    s->moments.return_squares = zero;
    s->moments.return_cubes = zero;
    s->moments.return_fourths = zero;
    s->moments.gain_sum = zero;
    s->moments.loss_sum = zero;
    s->moments.loss_squares = zero;
    s->trades = zero;
    s->long_trades = zero;
    s->wins = zero;
    s->gross_profit = zero;
    s->gross_loss = zero;
    s->best_trade = R(-SIM_FAR);
    s->worst_trade = R(SIM_FAR);
    s->first_pnl = zero;
    s->pnl_deviations = zero;
    s->pnl_deviation_squares = zero;
    s->hold_bars = zero;
    s->losing_streak = zero;
    s->max_losing_streak = zero;
    s->fees = zero;
    s->rejected = zero;
}

TX_FUNCTION mask sim_held(const SimState* s) { return NOT(s->quantity == R(0.0)); }

TX_FUNCTION SimStatistics sim_finish(const SimState* s, SimRules rules) {
    const real zero = R(0.0);
    const real end = R(rules.end);
    const real below = end - R(1.0) - s->at_peak;
    const mask held = sim_held(s);
    SimStatistics out;
    out.final_equity = SELECT(s->ruined, zero, s->equity);
    out.open_quantity = s->quantity;
    out.ruined = SELECT(s->ruined, R(1.0), zero);
    out.max_drawdown = SELECT(s->ruined, R(1.0), s->max_drawdown);
    out.drawdown_squares = SELECT(held, s->drawdown_squares,
                                  s->drawdown_squares + s->drawdown * s->drawdown * (end - s->flat_from));
    out.longest_drawdown =
        SELECT((s->equity < s->peak) & (below > s->longest_drawdown), below, s->longest_drawdown);
    out.return_sum = s->moments.return_sum;
    out.return_squares = s->moments.return_squares;
    out.return_cubes = s->moments.return_cubes;
    out.return_fourths = s->moments.return_fourths;
    out.gain_sum = s->moments.gain_sum;
    out.loss_sum = s->moments.loss_sum;
    out.loss_squares = s->moments.loss_squares;
    out.trades = s->trades;
    out.long_trades = s->long_trades;
    out.wins = s->wins;
    out.gross_profit = s->gross_profit;
    out.gross_loss = s->gross_loss;
    out.best_trade = s->best_trade;
    out.worst_trade = s->worst_trade;
    out.pnl_deviations = s->pnl_deviations;
    out.pnl_deviation_squares = s->pnl_deviation_squares;
    out.hold_bars = s->hold_bars;
    out.held_bars = s->hold_bars + SELECT(held, end - s->entry_bar, zero);
    out.max_losing_streak = s->max_losing_streak;
    out.fees = s->fees;
    out.rejected = s->rejected;
    return out;
}
