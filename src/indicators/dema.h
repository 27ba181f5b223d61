/*---
group = "overlap"
help = "double exponential moving average: 2·ema − ema of the ema"
source = "Mulloy (1994), Smoothing data with faster moving averages, Stocks & Commodities 12(1)"
talib = "DEMA"
arguments = [{ name = "x", kind = "series" }, { name = "length", kind = "length", default = 30 }]
kernel = { form = "scan", series = ["x"], scalars = ["length", "1 - 2 / (length + 1)", "2 / (length + 1)"] }
undefined = "2 * (length - 1)"

[[known]]
expression = "dema(close, 2)"
close = [9, 12, 11, 11, 14, 12]
value = [nan, nan, 11, 11.037037037037, 13.6913580246914, 12.3456790123457]

[[check]]
expression = "dema(close)"
against = "talib.DEMA(close)"

[[check]]
expression = "dema(open, 5)"
against = "talib.DEMA(open, 5)"

[[check]]
expression = "dema(iff(close != open, close, 0 / 0))"
against = "plain.passing_over(lambda x: talib.DEMA(x), holed(close))"
---*/

typedef struct {
    real x;
    real above;
    real above_twice;
} tx_dema_state;

TX_FUNCTION real tx_dema_warm_up(const real* p) { return R(2.0) * p[0]; }

TX_FUNCTION void tx_dema_bar(tx_dema_state* s, const real* p, const real* x, real seen, int steady,
                             real* out) {
    const TxStep once = tx_next_mean(&s->above, p, tx_next_step(&s->x, x[0]), seen, steady);
    const TxStep twice = tx_next_mean(&s->above_twice, p, once, seen - (p[0] - R(1.0)), steady);
    out[0] = R(2.0) * once.value - twice.value;
}
