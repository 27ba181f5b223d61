/* Periods of time: hours, days, weeks. Kernel text like column_kernels.h, read after it and math_functions.h.
 * Times are whole milliseconds since 1970-01-01 UTC, so that all of this is exact. */

/* The start of the period that holds `time`. Periods are aligned to 1970-01-01, whole weeks to Monday. */
TX_FUNCTION double tx_start_of_period(double time, double period) {
    const double weeks = period / 604800000.0;
    const double origin = tx_whole_below(weeks) == weeks ? 345600000.0 : 0.0; /* 1970-01-05 */
    return origin + tx_whole_below((time - origin) / period) * period;
}

/* Longer bars, one for each period that has bars, as they are seen bar by bar: one has ended when a bar of it
 * ends where the period does, or else when a bar of a later period is there. */
typedef struct {
    double begin; /* of the period of the bar that has not ended */
    int open;     /* whether there is one */
    int ended;    /* how many have */
} TxPeriods;

/* A bar begins: 1 if a longer bar has ended before it. */
TX_FUNCTION int tx_period_begins(TxPeriods* periods, double time, double period) {
    const double start = tx_start_of_period(time, period);
    const int ends = periods->open && start != periods->begin;
    if (ends) {
        periods->open = 0;
        periods->ended += 1;
    }
    periods->begin = start;
    return ends;
}

/* The bar ends: 1 if its longer bar ends with it. */
TX_FUNCTION int tx_period_ends(TxPeriods* periods, double time_close, double period) {
    const int ends = time_close >= periods->begin + period;
    periods->open = !ends;
    periods->ended += ends;
    return ends;
}
