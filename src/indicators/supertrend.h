/*---
group = "overlap"
help = "supertrend: a stop factor average true ranges from the middle of the bar, that moves only with the trend; direction is 1 in a rise and -1 in a fall (Pine Script's has the other sign)"
source = "Seban (2009), Das ist Ihr Trend; TA-Lib: SUPERTREND"
talib = "SUPERTREND"
arguments = [
  { name = "length", kind = "length", default = 10 },
  { name = "factor", kind = "scalar", default = 3, least = 0 },
]
kernel = { form = "scan", series = ["tr", "hl2", "close", "close[1]"], scalars = ["length", "1 - 1 / length", "1 / length", "factor"], outputs = ["line", "direction"] }
undefined = "length"

[[known]]
expression = "supertrend(1, 1).line"
high = [10, 12, 13, 12, 8]
low = [8, 10, 11, 10, 6]
close = [9, 11, 12, 11, 7]
value = [nan, 8, 10, 10, 12]

[[known]]
expression = "supertrend(1, 1).direction"
high = [10, 12, 13, 12, 8]
low = [8, 10, 11, 10, 6]
close = [9, 11, 12, 11, 7]
value = [nan, 1, 1, 1, -1]

[[check]]
expression = "supertrend().line"
against = "talib.SUPERTREND(high, low, close)[0]"

[[check]]
expression = "nz(supertrend().direction)"
against = "talib.SUPERTREND(high, low, close)[1]"

[[check]]
expression = "supertrend(7, 0.5).line"
against = "talib.SUPERTREND(high, low, close, 7, 0.5)[0]"
---*/

typedef struct {
    real range;
    real above; /* of the mean of true ranges */
    real upper; /* the stop of a fall */
    real lower; /* the stop of a rise */
    real direction;
} tx_supertrend_state;

TX_FUNCTION real tx_supertrend_warm_up(const real* p) { return p[0]; }

TX_FUNCTION void tx_supertrend_bar(tx_supertrend_state* s, const real* p, const real* x, real seen,
                                   int steady, real* out) {
    const real one = R(1.0);
    const real zero = R(0.0);
    const real atr = tx_next_mean(&s->above, p, tx_next_step(&s->range, x[0]), seen, steady).value;
    const real far_above = x[1] + p[3] * atr;
    const real far_below = x[1] - p[3] * atr;
    real upper = SELECT(far_above < s->upper, far_above, SELECT(x[3] > s->upper, far_above, s->upper));
    real lower = SELECT(far_below > s->lower, far_below, SELECT(x[3] < s->lower, far_below, s->lower));
    real direction = s->direction;
    if (!steady) { /* stops begin with the `length`-th bar, in a rise */
        upper = SELECT(seen > p[0], upper, far_above);
        lower = SELECT(seen > p[0], lower, far_below);
        direction = SELECT(seen > p[0], direction, one);
    }
    direction = SELECT(direction > zero, SELECT(x[2] < lower, -one, one), SELECT(x[2] > upper, one, -one));
    if (!steady) direction = SELECT(seen > p[0], direction, one);
    s->upper = upper;
    s->lower = lower;
    s->direction = direction;
    out[0] = SELECT(direction > zero, lower, upper);
    out[1] = steady ? direction : SELECT(seen < p[0], R(TX_NAN), direction);
}
