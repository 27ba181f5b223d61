/* One scenario from its first bar to its last, where a number is one scenario's: the way of a GPU, whose work
 * items are the lanes. What device/cpu/pack_simulation.inc does for a pack.
 *
 * Kernel text like simulation.h, read after it. The includer also defines
 *
 *   TX_GLOBAL            the address space of prices, columns and signals
 *   tx_u64               an unsigned integer of 64 bits
 *   TX_FIRST_BIT(x)      the number of the lowest bit that is set in x, which is not 0
 *   TX_BARS_PER_WORD     64
 *   TX_ALIGNED           after a structure: it lies at a multiple of 16 bytes */

/* A bar's prices side by side, so that they are one or two loads. */
typedef struct {
    real open;
    real high;
    real low;
    real close;
} TX_ALIGNED TxBar;

/* The signals of a scenario: 64 bars a word. */
typedef struct {
    TX_GLOBAL const tx_u64* enter_long;
    TX_GLOBAL const tx_u64* exit_long;
    TX_GLOBAL const tx_u64* enter_short;
    TX_GLOBAL const tx_u64* exit_short;
} TxSignals;

/* One word of each: as simulation.h reads them, and the bars at which a scenario that is flat, long or short
 * has something to decide. */
typedef struct {
    tx_u64 enter_long;
    tx_u64 exit_long;
    tx_u64 enter_short;
    tx_u64 exit_short;
    tx_u64 of_flat;
    tx_u64 of_long;
    tx_u64 of_short;
} TxSignalWords;

TX_FUNCTION TxSignalWords tx_signal_words(TxSignals signals, SimRules rules, int word) {
    const tx_u64 longs = signals.enter_long[word];
    const tx_u64 shorts = signals.enter_short[word];
    TxSignalWords out;
    out.of_flat = longs ^ shorts; /* entries, where they do not contradict each other */
    out.enter_long = longs & out.of_flat;
    out.enter_short = shorts & out.of_flat;
    out.exit_long = signals.exit_long[word];
    out.exit_short = signals.exit_short[word];
    out.of_long = rules.reverse ? out.exit_long | out.enter_short : out.exit_long;
    out.of_short = rules.reverse ? out.exit_short | out.enter_long : out.exit_short;
    return out;
}

TX_FUNCTION SimSignals tx_signals_at(const TxSignalWords* words, int bit) {
    SimSignals out;
    out.enter_long = (int)(words->enter_long >> bit & 1);
    out.exit_long = (int)(words->exit_long >> bit & 1);
    out.enter_short = (int)(words->enter_short >> bit & 1);
    out.exit_short = (int)(words->exit_short >> bit & 1);
    return out;
}

TX_FUNCTION SimBar tx_bar_at(TX_GLOBAL const TxBar* bars, int t) {
    const TxBar from = bars[t];
    SimBar bar;
    bar.open = from.open;
    bar.high = from.high;
    bar.low = from.low;
    bar.close = from.close;
    return bar;
}

/* The first bar from t on, but not beyond `end`, at which something may be to decide. `bit` is t's in the
 * words. */
TX_FUNCTION int tx_next_decision(const SimState* s, SimInputs in, const TxSignalWords* words, int t, int bit,
                                 int end) {
    const int held = sim_held(s);
    tx_u64 ahead = s->quantity > R(0.0) ? words->of_long : words->of_short;
    int next = end;
    if (!held) ahead = s->ruined ? 0 : words->of_flat;
    ahead >>= bit;
    if (ahead != 0) {
        const int found = t + TX_FIRST_BIT(ahead);
        next = found < end ? found : end;
    }
    if (held) { /* as long as it may be held: at the close of bar entry_bar + max_hold - 1 or the next,
                   depending on the fill; the earlier bar is looked at */
        const real due = s->entry_bar + in.max_hold - R(1.0);
        if (due < R(next)) next = (int)due > t ? (int)due : t;
    }
    return next;
}

/* `blocks`: where the sums of returns and of their squares up to each block's end go, one after the other at
 * steps of `stride`, but for the last block, whose are among the statistics. */
TX_FUNCTION SimStatistics tx_simulate(TX_GLOBAL const TxBar* bars, TxSignals signals, SimInputs in,
                                      SimRules rules, TX_GLOBAL real* blocks, int stride) {
    const int last = rules.end - 1;
    const int at_open = rules.fill == FILL_NEXT_OPEN;
    int ordered = 0; /* orders stand for the next open */
    int t = rules.first;
    int block = 1; /* of returns, that comes next */
    int stop = rules.blocks > 1 ? sim_block_start(rules, 1) : last;
    SimSignals nothing;
    SimState state;
    nothing.enter_long = nothing.exit_long = nothing.enter_short = nothing.exit_short = 0;
    sim_start(&state, in, rules);
    while (t < last) {
        const int first = t / TX_BARS_PER_WORD * TX_BARS_PER_WORD;
        const int end = first + TX_BARS_PER_WORD < stop ? first + TX_BARS_PER_WORD : stop;
        const TxSignalWords words = tx_signal_words(signals, rules, first / TX_BARS_PER_WORD);
        while (t < end) {
            mask moved = sim_held(&state);
            mask held;
            int decision, quiet_end, interrupted = 0;
            if (ordered) {
                sim_fill_orders(&state, in, rules, R(t), bars[t].open, t - 1);
                ordered = 0;
            }
            held = sim_held(&state);
            moved = moved | held;
            decision = tx_next_decision(&state, in, &words, t, t - first, end);
            /* an order that is filled at the next open leaves the bar that it is decided in a quiet one */
            quiet_end = at_open && decision < end ? decision + 1 : decision;
            if (moved) {
                while (t < quiet_end) {
                    interrupted =
                        !sim_quiet_bar(&state, 1, rules.trailing, moved, held, t, tx_bar_at(bars, t));
                    if (interrupted) break;
                    ++t;
                    moved = held;
                    if (!held) break;
                }
            }
            if (!interrupted) {
                t = decision;
                if (t == end) break;
            }
            if (interrupted || !at_open) {
                ordered = sim_after_open(&state, in, rules, moved, t, R(t), tx_bar_at(bars, t),
                                         tx_signals_at(&words, t - first));
            } else {
                sim_decide(&state, in, rules, R(t), tx_signals_at(&words, t - first));
                ordered = sim_ordered(&state);
            }
            ++t;
        }
        if (t == stop && block < rules.blocks) {
            blocks[0] = state.moments.return_sum;
            blocks[stride] = state.moments.return_squares;
            blocks += 2 * (tx_i64)stride;
            ++block;
            stop = block < rules.blocks ? sim_block_start(rules, block) : last;
        }
    }
    /* the last bar decides nothing, and may end positions */
    sim_bar(&state, in, rules, last, R(last), tx_bar_at(bars, last), nothing);
    return sim_finish(&state, rules);
}
