/* The simulation of one backtest: the definition of what an order, a fill and a trade are.
 *
 * Kernel text: a C subset that every compiler of the project reads (the C++ compiler with a vector of
 * scenarios as its number type, later NVRTC and OpenCL). It includes nothing. The includer reads
 * statistics.h, simulation_rules.h and simulation_state.h first, and before the latter defines
 *
 *   TX_FUNCTION          how a function is declared, e.g. static inline
 *   real                 a number per lane; a lane is a scenario
 *   mask                 a truth value per lane; the comparisons of reals give it, & and | combine it
 *   R(x)                 the constant x in every lane
 *   SELECT(m, a, b)      a where m, else b
 *   NOT(m)               the opposite of m
 *   ANY(m)               whether m holds in some lane
 *   SELDOM(x)            the truth x, which in a loop over bars is mostly 0
 *   ABS(x)               |x|
 *   COLUMN_AT(c, t)      the value of column c (a column_ref) at bar t
 *   column_ref           what refers to a column, per lane
 *   ON_TRADE(s, m, bar, price, pnl, fees, reason)
 *                        called for each closed trade, before the position is dropped; empty in sweeps
 *   ON_RETURN(s, r)      called for the return of each bar that is not known to be flat: sim_add_return(s,
 * r), or what calls it later, for each in the order of the bars SIM_OWN_STATE        members that the
 * includer adds to SimState
 *
 * Bars are numbered in reals, exact up to 2^24 in float32.
 *
 * Three kinds of bar cost differently. While a scenario is flat nothing happens at all: what a flat stretch
 * adds to a sum is added when it ends, and the caller may leave such bars out. While it holds a position and
 * nothing is decided, sim_quiet_bar moves the equity curve on. Everything else is sim_bar's. Which bars are
 * left out, and which are quiet, makes no difference to any bit: all is defined per scenario, and a bar that
 * was not needed changes nothing. */

/* Why a position was left. */
enum {
    LEFT_BY_SIGNAL = 1,
    LEFT_BY_HOLD = 2,
    LEFT_BY_STOP = 3,
    LEFT_BY_TARGET = 4,
    LEFT_BY_RUIN = 5,
    LEFT_AT_END = 6
};

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
    const mask won = m & (pnl > zero);
    const mask lost = m & NOT(pnl > zero);
    real deviation;
    s->cash = SELECT(m, s->cash - (cost - s->quantity * price), s->cash);
    s->fees = SELECT(m, s->fees + cost, s->fees);
    s->long_trades = SELECT(m & (s->quantity > zero), s->long_trades + one, s->long_trades);
    s->best_trade = SELECT(m & (pnl > s->best_trade), pnl, s->best_trade);
    s->worst_trade = SELECT(m & (pnl < s->worst_trade), pnl, s->worst_trade);
    s->first_pnl = SELECT(m & (s->trades == zero), pnl, s->first_pnl);
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
    s->lower = SELECT(m, R(-SIM_FAR), s->lower);
    s->upper = SELECT(m, R(SIM_FAR), s->upper);
    s->trail_long = SELECT(m, R(SIM_FAR), s->trail_long);
    s->trail_short = SELECT(m, R(SIM_FAR), s->trail_short);
    s->flat_from = SELECT(m, bar, s->flat_from);
}

/* Enters in the lanes that ordered to, at `price`, with distances of the signal bar. SEMANTICS section 3. */
TX_FUNCTION void sim_enter(SimState* s, SimInputs in, SimRules rules, real bar, real price, int signal_bar) {
    const real zero = R(0.0);
    const real one = R(1.0);
    const mask entering = s->buy | s->sell;
    const mask buy = s->buy;
    const real p = SELECT(buy, price * (one + in.slippage), price * (one - in.slippage));
    const real full = p * (one + in.fee); /* what a unit costs */
    mask good = entering;
    real stop_distance = R(SIM_FAR);
    real target_distance = R(SIM_FAR);
    real units = in.size;
    real cap, cost, value;
    if (rules.has_stop) {
        stop_distance = in.stop_scale * COLUMN_AT(in.stop_column, signal_bar);
        good = good & (stop_distance > zero);
    }
    if (rules.has_target) {
        target_distance = in.target_scale * COLUMN_AT(in.target_column, signal_bar);
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
    value = units * p;
    s->cash = SELECT(good, s->cash - (SELECT(buy, value, -value) + cost), s->cash);
    s->fees = SELECT(good, s->fees + cost, s->fees);
    s->quantity = SELECT(good, SELECT(buy, units, -units), s->quantity);
    s->entry_price = SELECT(good, p, s->entry_price);
    s->entry_fee = SELECT(good, cost, s->entry_fee);
    s->entry_bar = SELECT(good, bar, s->entry_bar);
    s->lower = SELECT(good, p - SELECT(buy, stop_distance, target_distance), s->lower);
    s->upper = SELECT(good, p + SELECT(buy, target_distance, stop_distance), s->upper);
    if (rules.trailing) {
        s->trail_long = SELECT(good & buy, stop_distance, s->trail_long);
        s->trail_short = SELECT(good & NOT(buy), stop_distance, s->trail_short);
    }
    /* the flat bars that end here had one drawdown, and were all at the peak or all below it */
    s->drawdown_squares = SELECT(good, s->drawdown_squares + s->drawdown * s->drawdown * (bar - s->flat_from),
                                 s->drawdown_squares);
    s->at_peak = SELECT(good & (s->equity >= s->peak), bar - one, s->at_peak);
}

/* Fills the standing orders at `price`, exits before entries. */
TX_FUNCTION void sim_fill_orders(SimState* s, SimInputs in, SimRules rules, real bar, real price,
                                 int signal_bar) {
    if (ANY(s->leave)) {
        sim_close_position(s, s->leave, bar, sim_leaving_price(s, in, price), in.fee,
                           SELECT(s->timed, R(LEFT_BY_HOLD), R(LEFT_BY_SIGNAL)));
        s->leave = s->leave & NOT(s->leave);
    }
    if (ANY(s->buy | s->sell)) {
        sim_enter(s, in, rules, bar, price, signal_bar);
        s->buy = s->buy & NOT(s->buy);
        s->sell = s->sell & NOT(s->sell);
    }
}

/* Whether orders stand for the next open. */
TX_FUNCTION int sim_ordered(const SimState* s) { return ANY(s->leave | s->buy | s->sell); }

/* The lanes that reach a level inside the bar. A bar opens between its low and its high. */
TX_FUNCTION mask sim_reached(const SimState* s, SimBar bar) {
    return (bar.low <= s->lower) | (bar.high >= s->upper);
}

/* Leaves the lanes `m`, which reach a level inside the bar. SEMANTICS section 4. */
TX_FUNCTION void sim_leave_at_level(SimState* s, mask m, SimInputs in, SimRules rules, real t, SimBar bar) {
    const mask is_long = s->quantity > R(0.0);
    const real stop = SELECT(is_long, s->lower, s->upper);
    const real target = SELECT(is_long, s->upper, s->lower);
    const mask open_below = bar.open <= s->lower;
    const mask open_above = bar.open >= s->upper;
    const mask below = bar.low <= s->lower;
    const mask above = bar.high >= s->upper;
    const mask open_stopped = (is_long & open_below) | (NOT(is_long) & open_above);
    const mask open_reached = NOT(open_stopped) & ((is_long & open_above) | (NOT(is_long) & open_below));
    mask stopped = (is_long & below) | (NOT(is_long) & above);
    real level, price;
    if (rules.ambiguity != STOP_FIRST) {
        const mask both = below & above;
        mask target_wins = both;
        if (rules.ambiguity == NEAREST_TO_OPEN)
            target_wins = both & (ABS(bar.open - stop) > ABS(target - bar.open));
        stopped = stopped & NOT(target_wins);
    }
    stopped = open_stopped | (stopped & NOT(open_reached));
    level = SELECT(stopped, stop, target);
    level = SELECT(open_stopped | open_reached, bar.open, level);
    price = SELECT(stopped, sim_leaving_price(s, in, level), level);
    sim_close_position(s, m, t, price, in.fee, SELECT(stopped, R(LEFT_BY_STOP), R(LEFT_BY_TARGET)));
}

/* The trailing stop follows, for the bars to come. */
TX_FUNCTION void sim_trail(SimState* s, SimBar bar) {
    const real from_below = bar.high - s->trail_long;
    const real from_above = bar.low + s->trail_short;
    s->lower = SIM_MAX(from_below, s->lower);
    s->upper = SIM_MIN(from_above, s->upper);
}

/* Ends the scenarios whose equity is not above 0: their positions are closed without costs. */
TX_FUNCTION void sim_ruin(SimState* s, real t, real close) {
    const real zero = R(0.0);
    const mask ruined = NOT(s->ruined) & (s->cash + s->quantity * close <= zero);
    if (ANY(ruined)) {
        const mask held = ruined & sim_held(s);
        if (ANY(held)) sim_close_position(s, held, t, close, zero, R(LEFT_BY_RUIN));
        s->cash = SELECT(ruined, zero, s->cash);
        s->ruined = s->ruined | ruined;
    }
}

/* The orders of the bar's close. SEMANTICS section 2. */
TX_FUNCTION void sim_decide(SimState* s, SimInputs in, SimRules rules, real t, SimSignals signals) {
    const real zero = R(0.0);
    const mask is_long = s->quantity > zero;
    const mask is_short = s->quantity < zero;
    const mask held = is_long | is_short;
    const mask spaced = (t - s->last_entry >= in.spacing) & NOT(s->ruined);
    const real bars_held = t - s->entry_bar + R(rules.fill == FILL_NEXT_OPEN ? 1.0 : 0.0);
    const mask timed = held & (bars_held >= in.max_hold);
    const mask signalled = (is_long & signals.exit_long) | (is_short & signals.exit_short);
    const mask leaving = signalled | timed;
    mask may_buy = NOT(held);
    mask may_sell = may_buy;
    s->leave = leaving;
    if (rules.reverse) {
        const mask to_short = is_long & NOT(leaving) & signals.enter_short;
        const mask to_long = is_short & NOT(leaving) & signals.enter_long;
        s->leave = leaving | to_short | to_long;
        may_buy = may_buy | to_long;
        may_sell = may_sell | to_short;
    }
    s->timed = timed & NOT(signalled);
    s->buy = spaced & may_buy & signals.enter_long;
    s->sell = spaced & may_sell & signals.enter_short;
    s->last_entry = SELECT(s->buy | s->sell, t, s->last_entry);
}

/* A bar's return goes into the moments. */
TX_FUNCTION void sim_add_return(SimMoments* m, real r) {
    const real zero = R(0.0);
    const real r2 = r * r;
    const real loss = SIM_MIN(r, zero);
    m->return_sum = m->return_sum + r;
    m->return_squares = m->return_squares + r2;
    m->return_cubes = m->return_cubes + r2 * r;
    m->return_fourths = m->return_fourths + r2 * r2;
    m->gain_sum = m->gain_sum + SIM_MAX(r, zero);
    m->loss_sum = m->loss_sum - loss;
    m->loss_squares = m->loss_squares + loss * loss;
}

/* The equity curve goes on to `equity` at bar t. `moved`: the lanes that held a position in this bar. Where
 * none was held the return is exactly 0, and the drawdown comes out as it was. */
TX_FUNCTION void sim_account(SimState* s, mask moved, mask held, int t, real equity) {
    const real r = equity / s->equity - R(1.0);
    const mask at_peak = moved & (equity >= s->peak);
    ON_RETURN(s, r);
    s->equity = equity;
    if (SELDOM(ANY(at_peak))) {
        const real below = R(t) - R(1.0) - s->at_peak;
        s->longest_drawdown = SELECT(at_peak & (below > s->longest_drawdown), below, s->longest_drawdown);
        s->at_peak = SELECT(at_peak, R(t), s->at_peak);
        s->peak = SELECT(at_peak, equity, s->peak);
        s->peak_reciprocal = SELECT(at_peak, R(1.0) / equity, s->peak_reciprocal);
    }
    s->drawdown = (s->peak - equity) * s->peak_reciprocal;
    s->max_drawdown = SIM_MAX(s->drawdown, s->max_drawdown);
    s->drawdown_squares = SELECT(held, s->drawdown_squares + s->drawdown * s->drawdown, s->drawdown_squares);
}

/* The rest of a bar at whose close nothing is decided, if no level is reached and nobody is ruined in it;
 * false, and nothing done, otherwise. `moved`: the lanes that held a position in this bar, `held`: those that
 * do. `levels`: whether positions can have a stop or a target. Does what sim_after_open does, which would
 * find nothing else to do. */
TX_FUNCTION int sim_quiet_bar(SimState* s, int levels, int trailing, mask moved, mask held, int t,
                              SimBar bar) {
    const real equity = s->cash + s->quantity * bar.close;
    mask ends = equity <= R(0.0);
    if (levels) ends = ends | sim_reached(s, bar);
    if (ANY(ends)) return 0;
    if (trailing) sim_trail(s, bar);
    sim_account(s, moved, held, t, equity);
    return 1;
}

/* The bar whose return is the first of block `block`: of n returns, block k has those from floor(k n /
 * blocks) on. Spelt so that nothing overflows. */
TX_FUNCTION int sim_block_start(SimRules rules, int block) {
    const int returns = rules.end - rules.first - 1;
    return rules.first + 1 + block * (returns / rules.blocks) +
           block * (returns % rules.blocks) / rules.blocks;
}

/* What happens in bar `index` after the fills at its open. `t` is `index` as a real. True if orders stand for
 * the next open. */
TX_FUNCTION int sim_after_open(SimState* s, SimInputs in, SimRules rules, mask moved, int index, real t,
                               SimBar bar, SimSignals signals) {
    const int last = index == rules.end - 1;
    const mask reached = sim_reached(s, bar);
    mask ended = s->ruined;
    real equity;
    if (ANY(reached)) sim_leave_at_level(s, reached, in, rules, t, bar);
    if (rules.trailing) sim_trail(s, bar);
    sim_ruin(s, t, bar.close);
    if (!last) {
        sim_decide(s, in, rules, t, signals);
        if (rules.fill == FILL_CLOSE) {
            sim_fill_orders(s, in, rules, t, bar.close, index);
            moved = moved | sim_held(s);
            sim_ruin(s, t, bar.close); /* what a fill at the close costs can ruin at that close */
        }
    } else if (rules.close_at_end) {
        const mask held = sim_held(s);
        if (ANY(held)) {
            sim_close_position(s, held, t, sim_leaving_price(s, in, bar.close), in.fee, R(LEFT_AT_END));
            sim_ruin(s, t, bar.close);
        }
    }
    equity = s->cash + s->quantity * bar.close;
    if (index == rules.first) { /* no return yet: the curve starts here */
        s->equity = equity;
        s->peak = equity;
        s->peak_reciprocal = R(1.0) / equity;
        s->at_peak = t;
    } else {
        sim_account(s, moved, sim_held(s), index, equity);
    }
    ended = s->ruined & NOT(ended);
    if (ANY(ended)) {
        /* From here on the account is one of 1 that has lost all of its 1: equity that does not move and is
         * no divisor of 0, and a drawdown of 1. */
        s->cash = SELECT(ended, R(1.0), s->cash);
        s->equity = SELECT(ended, R(1.0), s->equity);
        s->peak = SELECT(ended, R(2.0), s->peak);
        s->peak_reciprocal = SELECT(ended, R(1.0), s->peak_reciprocal);
        s->drawdown = SELECT(ended, R(1.0), s->drawdown);
    }
    return sim_ordered(s);
}

/* One bar. */
TX_FUNCTION int sim_bar(SimState* s, SimInputs in, SimRules rules, int index, real t, SimBar bar,
                        SimSignals signals) {
    mask moved = sim_held(s);
    if (rules.fill == FILL_NEXT_OPEN && index > rules.first)
        sim_fill_orders(s, in, rules, t, bar.open, index - 1);
    moved = moved | sim_held(s);
    return sim_after_open(s, in, rules, moved, index, t, bar, signals);
}
