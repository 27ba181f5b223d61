/* The simulation of one backtest: the definition of what an order, a fill and a trade are.
 *
 * Kernel text: a C subset that every compiler of the project reads (the C++ compiler with a vector of
 * scenarios as its number type, later NVRTC and OpenCL). It includes nothing. The includer reads statistics.h
 * first, and defines
 *
 *   TX_FUNCTION          how a function is declared, e.g. static inline
 *   real                 a number per lane; a lane is a scenario
 *   mask                 a truth value per lane; the comparisons of reals give it, & and | combine it
 *   R(x)                 the constant x in every lane
 *   SELECT(m, a, b)      a where m, else b
 *   NOT(m)               the opposite of m
 *   ANY(m)               whether m holds in some lane
 *   ABS(x)               |x|
 *   COLUMN_AT(c, t, m)   the value of column c (a column_ref) at bar t, in the lanes of m; anything elsewhere
 *   column_ref           what refers to a column, per lane
 *   ON_TRADE(s, m, bar, price, pnl, fees, reason)
 *                        called for each closed trade, before the position is dropped; empty in sweeps
 *   SIM_OWN_STATE        members that the includer adds to SimState; empty in sweeps
 *
 * Prices and levels of a position are "mirrored": multiplied by +1 for a long position and by -1 for a short
 * one. Signs are exact, so one set of comparisons serves both sides. Bars are numbered in reals, exact up to
 * 2^24 in float32.
 *
 * Sums are kept so that nothing happens while equity stands still; what a stretch of unchanged equity adds to
 * a sum is added when it ends. That is defined per scenario, so the bits do not depend on the lanes beside
 * it. */

/* Why a position was left. */
enum {
    LEFT_BY_SIGNAL = 1,
    LEFT_BY_HOLD = 2,
    LEFT_BY_STOP = 3,
    LEFT_BY_TARGET = 4,
    LEFT_BY_RUIN = 5,
    LEFT_AT_END = 6
};

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

typedef struct {
    /* account and position */
    real cash;
    real quantity; /* signed units */
    real entry_price;
    real entry_fee;
    real entry_bar;
    real distance; /* of the stop, as of the entry */
    real stop;     /* mirrored; -inf = none */
    real target;   /* mirrored; +inf = none */
    real extreme;  /* mirrored highest high since the entry */
    mask ruined;
    /* orders for the next fill */
    mask leave;
    real leave_reason;
    real want; /* +1 enter long, -1 enter short, 0 none */
    real last_entry;
    /* equity curve */
    real equity; /* at the last close */
    real peak;
    real peak_reciprocal;
    real drawdown;
    real moved_at; /* bar at which equity last changed */
    real at_peak;  /* last bar known to be at the peak, up to the last change */
    real max_drawdown;
    real drawdown_squares; /* sum of drawdown^2 over the bars before moved_at */
    real longest_drawdown;
    real return_sum;
    real return_squares;
    real return_cubes;
    real return_fourths;
    real gain_sum;
    real loss_sum;
    real loss_squares;
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

TX_FUNCTION void sim_start(SimState* s, SimInputs in) {
    const real zero = R(0.0);
    const mask none = zero > zero;
    s->cash = in.capital;
    s->quantity = zero;
    s->entry_price = zero;
    s->entry_fee = zero;
    s->entry_bar = zero;
    s->distance = zero;
    s->stop = zero;
    s->target = zero;
    s->extreme = zero;
    s->ruined = none;
    s->leave = none;
    s->leave_reason = zero;
    s->want = zero;
    s->last_entry = R(-1e30);
    s->equity = in.capital;
    s->peak = in.capital;
    s->peak_reciprocal = R(1.0) / in.capital;
    s->drawdown = zero;
    s->moved_at = zero;
    s->at_peak = zero;
    s->max_drawdown = zero;
    s->drawdown_squares = zero;
    s->longest_drawdown = zero;
    s->return_sum = zero;
    s->return_squares = zero;
    s->return_cubes = zero;
    s->return_fourths = zero;
    s->gain_sum = zero;
    s->loss_sum = zero;
    s->loss_squares = zero;
    s->trades = zero;
    s->long_trades = zero;
    s->wins = zero;
    s->gross_profit = zero;
    s->gross_loss = zero;
    s->best_trade = zero;
    s->worst_trade = zero;
    s->first_pnl = zero;
    s->pnl_deviations = zero;
    s->pnl_deviation_squares = zero;
    s->hold_bars = zero;
    s->losing_streak = zero;
    s->max_losing_streak = zero;
    s->fees = zero;
    s->rejected = zero;
}

/* The price of a market order that leaves the positions held: a sale gets less, a purchase pays more. */
TX_FUNCTION real sim_leaving_price(const SimState* s, SimInputs in, real price) {
    return SELECT(s->quantity > R(0.0), price * (R(1.0) - in.slippage), price * (R(1.0) + in.slippage));
}

/* Leaves the positions of the lanes `m` at `price`. */
TX_FUNCTION void sim_close_position(SimState* s, mask m, real bar, real price, real fee, real reason) {
    const real zero = R(0.0);
    const real one = R(1.0);
    const real cost = fee * ABS(s->quantity) * price;
    const real pnl = s->quantity * (price - s->entry_price) - s->entry_fee - cost;
    const mask first = m & (s->trades == zero);
    const mask won = m & (pnl > zero);
    const mask lost = m & NOT(pnl > zero);
    real deviation;
    s->cash = SELECT(m, s->cash - (cost - s->quantity * price), s->cash);
    s->fees = SELECT(m, s->fees + cost, s->fees);
    s->long_trades = SELECT(m & (s->quantity > zero), s->long_trades + one, s->long_trades);
    s->best_trade = SELECT(first | (m & (pnl > s->best_trade)), pnl, s->best_trade);
    s->worst_trade = SELECT(first | (m & (pnl < s->worst_trade)), pnl, s->worst_trade);
    s->first_pnl = SELECT(first, pnl, s->first_pnl);
    deviation = pnl - s->first_pnl;
    s->pnl_deviations = SELECT(m, s->pnl_deviations + deviation, s->pnl_deviations);
    s->pnl_deviation_squares =
        SELECT(m, s->pnl_deviation_squares + deviation * deviation, s->pnl_deviation_squares);
    s->trades = SELECT(m, s->trades + one, s->trades);
    s->wins = SELECT(won, s->wins + one, s->wins);
    s->gross_profit = SELECT(won, s->gross_profit + pnl, s->gross_profit);
    s->gross_loss = SELECT(lost, s->gross_loss + pnl, s->gross_loss);
    s->losing_streak = SELECT(lost, s->losing_streak + one, SELECT(won, zero, s->losing_streak));
    s->max_losing_streak = SIM_MAX(s->losing_streak, s->max_losing_streak);
    s->hold_bars = SELECT(m, s->hold_bars + (bar - s->entry_bar), s->hold_bars);
    ON_TRADE(s, m, bar, price, pnl, s->entry_fee + cost, reason);
    s->quantity = SELECT(m, zero, s->quantity);
}

/* Enters in the lanes that want to, at `price`, with distances of the signal bar. SEMANTICS section 3. */
TX_FUNCTION void sim_enter(SimState* s, SimInputs in, SimRules rules, real bar, real price, int signal_bar) {
    const real zero = R(0.0);
    const real one = R(1.0);
    const real side = s->want;
    const mask entering = NOT(side == zero);
    const real p = SELECT(side > zero, price * (one + in.slippage), price * (one - in.slippage));
    const real full = p * (one + in.fee); /* what a unit costs */
    mask good = entering;
    real stop_distance = zero;
    real target_distance = zero;
    real units = in.size;
    real cap, cost;
    if (rules.has_stop) {
        stop_distance = in.stop_scale * COLUMN_AT(in.stop_column, signal_bar, entering);
        good = good & (stop_distance > zero);
    }
    if (rules.has_target) {
        target_distance = in.target_scale * COLUMN_AT(in.target_column, signal_bar, entering);
        good = good & (target_distance > zero);
    }
    if (rules.size_kind == SIZE_EQUITY) units = in.size * s->cash / full;
    if (rules.size_kind == SIZE_CASH) units = in.size / p;
    if (rules.size_kind == SIZE_RISK) units = in.size * s->cash / stop_distance;
    cap = in.leverage * s->cash / full;
    units = SELECT(units > cap, cap, units);
    good = good & (units > zero) & (units - units == zero);
    s->rejected = SELECT(entering & NOT(good), s->rejected + one, s->rejected);
    cost = in.fee * units * p;
    s->cash = SELECT(good, s->cash - (side * units * p + cost), s->cash);
    s->fees = SELECT(good, s->fees + cost, s->fees);
    s->quantity = SELECT(good, side * units, s->quantity);
    s->entry_price = SELECT(good, p, s->entry_price);
    s->entry_fee = SELECT(good, cost, s->entry_fee);
    s->entry_bar = SELECT(good, bar, s->entry_bar);
    s->distance = SELECT(good, stop_distance, s->distance);
    s->stop = SELECT(good, side * p - stop_distance, s->stop);
    s->target = SELECT(good, side * p + target_distance, s->target);
    s->extreme = SELECT(good, R(-1e30), s->extreme);
    s->want = zero;
}

/* Fills the standing orders at `price`, exits before entries. */
TX_FUNCTION void sim_fill_orders(SimState* s, SimInputs in, SimRules rules, real bar, real price,
                                 int signal_bar) {
    if (ANY(s->leave)) {
        sim_close_position(s, s->leave, bar, sim_leaving_price(s, in, price), in.fee, s->leave_reason);
        s->leave = s->leave & NOT(s->leave);
    }
    if (ANY(NOT(s->want == R(0.0)))) sim_enter(s, in, rules, bar, price, signal_bar);
}

/* Stop and target inside the bar, then the trailing stop for the next one. SEMANTICS section 4. */
TX_FUNCTION void sim_inside_bar(SimState* s, SimInputs in, SimRules rules, real t, SimBar bar) {
    const real zero = R(0.0);
    const mask held = NOT(s->quantity == zero);
    const mask is_long = s->quantity > zero;
    const real open = SELECT(is_long, bar.open, -bar.open);
    const real best = SELECT(is_long, bar.high, -bar.low);
    const real worst = SELECT(is_long, bar.low, -bar.high);
    mask stopped = held & NOT(held);
    mask reached = stopped;
    mask open_stopped = stopped;
    mask open_reached = stopped;
    if (rules.has_stop) {
        open_stopped = held & (open <= s->stop);
        stopped = open_stopped | (held & (worst <= s->stop));
    }
    if (rules.has_target) {
        open_reached = held & NOT(open_stopped) & (open >= s->target);
        reached = open_reached | (held & NOT(open_stopped) & (best >= s->target));
        stopped = stopped & NOT(open_reached);
    }
    if (ANY(stopped | reached)) {
        const mask both = stopped & reached & NOT(open_stopped);
        mask stop_wins = both;
        real level, price, reason;
        if (rules.ambiguity == TARGET_FIRST) stop_wins = both & NOT(both);
        if (rules.ambiguity == NEAREST_TO_OPEN)
            stop_wins = both & (ABS(open - s->stop) <= ABS(s->target - open));
        reached = reached & NOT(stop_wins);
        stopped = stopped & NOT(both & NOT(stop_wins));
        level = SELECT(stopped, SELECT(open_stopped, open, s->stop), SELECT(open_reached, open, s->target));
        price = SELECT(is_long, level, -level);
        price = SELECT(stopped, sim_leaving_price(s, in, price), price);
        reason = SELECT(stopped, R(LEFT_BY_STOP), R(LEFT_BY_TARGET));
        sim_close_position(s, stopped | reached, t, price, in.fee, reason);
    }
    if (rules.trailing) {
        real level;
        s->extreme = SIM_MAX(best, s->extreme);
        level = s->extreme - s->distance;
        s->stop = SIM_MAX(level, s->stop);
    }
}

/* Closes ruined positions without costs; equity is 0 from then on. */
TX_FUNCTION void sim_ruin(SimState* s, mask ruined, real t, real close) {
    const mask held = ruined & NOT(s->quantity == R(0.0));
    if (ANY(held)) sim_close_position(s, held, t, close, R(0.0), R(LEFT_BY_RUIN));
    s->cash = SELECT(ruined, R(0.0), s->cash);
    s->ruined = s->ruined | ruined;
}

/* The orders of the bar's close. SEMANTICS section 2. */
TX_FUNCTION void sim_decide(SimState* s, SimInputs in, SimRules rules, real t, SimSignals signals) {
    const real zero = R(0.0);
    const mask alive = NOT(s->ruined);
    const mask is_long = s->quantity > zero;
    const mask is_short = s->quantity < zero;
    const mask held = is_long | is_short;
    const mask spaced = t - s->last_entry >= in.spacing;
    const real bars_held = t - s->entry_bar + R(rules.fill == FILL_NEXT_OPEN ? 1.0 : 0.0);
    const mask timed = held & (bars_held >= in.max_hold);
    const mask signalled = (is_long & signals.exit_long) | (is_short & signals.exit_short);
    const mask leaving = signalled | timed;
    mask turned = held & NOT(held);
    mask long_wanted, short_wanted;
    if (rules.reverse)
        turned = NOT(leaving) & ((is_long & signals.enter_short) | (is_short & signals.enter_long));
    s->leave = leaving | turned;
    s->leave_reason = SELECT(timed & NOT(signalled), R(LEFT_BY_HOLD), R(LEFT_BY_SIGNAL));
    long_wanted = spaced & alive & signals.enter_long & (NOT(held) | (turned & is_short));
    short_wanted = spaced & alive & signals.enter_short & (NOT(held) | (turned & is_long));
    s->want = SELECT(long_wanted, R(1.0), SELECT(short_wanted, R(-1.0), zero));
    s->last_entry = SELECT(long_wanted | short_wanted, t, s->last_entry);
}

/* The equity curve moves to `equity` at bar t in the lanes `m`. */
TX_FUNCTION void sim_move_equity(SimState* s, mask m, real t, real equity) {
    const real zero = R(0.0);
    const real r = SELECT(m, equity / s->equity - R(1.0), zero);
    const real r2 = r * r;
    const real loss = SELECT(r < zero, -r, zero);
    const mask new_peak = m & (equity >= s->peak);
    s->return_sum = s->return_sum + r;
    s->return_squares = s->return_squares + r2;
    s->return_cubes = s->return_cubes + r2 * r;
    s->return_fourths = s->return_fourths + r2 * r2;
    s->gain_sum = s->gain_sum + SELECT(r > zero, r, zero);
    s->loss_sum = s->loss_sum + loss;
    s->loss_squares = s->loss_squares + loss * loss;
    /* the stretch that ends: its bars had one drawdown, and were all at the peak or all below it */
    s->drawdown_squares =
        SELECT(m, s->drawdown_squares + s->drawdown * s->drawdown * (t - s->moved_at), s->drawdown_squares);
    s->at_peak = SELECT(m & (s->equity >= s->peak), t - R(1.0), s->at_peak);
    s->moved_at = SELECT(m, t, s->moved_at);
    if (ANY(new_peak)) {
        const real below = t - R(1.0) - s->at_peak;
        s->longest_drawdown = SELECT(new_peak & (below > s->longest_drawdown), below, s->longest_drawdown);
        s->peak = SELECT(new_peak, equity, s->peak);
        s->peak_reciprocal = SELECT(new_peak, R(1.0) / equity, s->peak_reciprocal);
    }
    s->equity = SELECT(m, equity, s->equity);
    s->drawdown = SELECT(m, (s->peak - equity) * s->peak_reciprocal, s->drawdown);
    s->max_drawdown = SIM_MAX(s->drawdown, s->max_drawdown);
}

/* Equity at the close, after everything that has happened so far. Where it is not above 0 the scenario ends.
 */
TX_FUNCTION real sim_mark(SimState* s, real t, real close) {
    real equity = s->cash + s->quantity * close;
    const mask ruined = (equity <= R(0.0)) & NOT(s->ruined);
    if (ANY(ruined)) {
        sim_ruin(s, ruined, t, close);
        equity = s->cash + s->quantity * close;
    }
    return equity;
}

/* One bar. `t` is `index` as a real. */
TX_FUNCTION void sim_bar(SimState* s, SimInputs in, SimRules rules, int index, real t, SimBar bar,
                         SimSignals signals) {
    const real zero = R(0.0);
    const int last = index == rules.bars - 1;
    real equity;
    mask changed;
    if (rules.fill == FILL_NEXT_OPEN && index > 0) sim_fill_orders(s, in, rules, t, bar.open, index - 1);
    if (ANY(NOT(s->quantity == zero))) {
        if (rules.has_stop || rules.has_target) sim_inside_bar(s, in, rules, t, bar);
    }
    equity = sim_mark(s, t, bar.close);
    if (!last) {
        sim_decide(s, in, rules, t, signals);
        if (rules.fill == FILL_CLOSE) {
            sim_fill_orders(s, in, rules, t, bar.close, index);
            equity = sim_mark(s, t, bar.close); /* what a fill at the close costs can ruin at that close */
        }
    } else if (rules.close_at_end) {
        const mask held = NOT(s->quantity == zero);
        if (ANY(held)) {
            sim_close_position(s, held, t, sim_leaving_price(s, in, bar.close), in.fee, R(LEFT_AT_END));
            equity = sim_mark(s, t, bar.close);
        }
    }
    if (index == 0) { /* no return yet: the curve starts here */
        s->equity = equity;
        s->peak = equity;
        s->peak_reciprocal = R(1.0) / equity;
    } else {
        changed = NOT(equity == s->equity);
        if (ANY(changed)) sim_move_equity(s, changed, t, equity);
    }
}

/* Whether some lane holds a position or an order: otherwise bars without entry signals change nothing. */
TX_FUNCTION int sim_active(const SimState* s) {
    return ANY(NOT(s->quantity == R(0.0)) | NOT(s->want == R(0.0)) | s->leave);
}

TX_FUNCTION SimStatistics sim_finish(const SimState* s, SimRules rules) {
    const real zero = R(0.0);
    const real bars = R(rules.bars);
    const real below = bars - R(1.0) - s->at_peak;
    const mask held = NOT(s->quantity == zero);
    SimStatistics out;
    out.final_equity = s->equity;
    out.open_quantity = s->quantity;
    out.ruined = SELECT(s->ruined, R(1.0), zero);
    out.max_drawdown = SELECT(s->ruined, R(1.0), s->max_drawdown);
    out.drawdown_squares = s->drawdown_squares + s->drawdown * s->drawdown * (bars - s->moved_at);
    out.longest_drawdown =
        SELECT((s->equity < s->peak) & (below > s->longest_drawdown), below, s->longest_drawdown);
    out.return_sum = s->return_sum;
    out.return_squares = s->return_squares;
    out.return_cubes = s->return_cubes;
    out.return_fourths = s->return_fourths;
    out.gain_sum = s->gain_sum;
    out.loss_sum = s->loss_sum;
    out.loss_squares = s->loss_squares;
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
    out.held_bars = s->hold_bars + SELECT(held, bars - s->entry_bar, zero);
    out.max_losing_streak = s->max_losing_streak;
    out.fees = s->fees;
    out.rejected = s->rejected;
    return out;
}
