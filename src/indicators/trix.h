/*---
group = "momentum"
help = "change of a triple ema from the bar before, in percent"
source = "Hutson (1983), Good trix, Stocks & Commodities 1(5)"
talib = "TRIX"
arguments = [{ name = "x", kind = "series" }, { name = "length", kind = "length", default = 30 }]
kernel = { form = "scan", series = ["x", "nz(0 * x[1], 1)"], scalars = ["length", "1 - 2 / (length + 1)", "2 / (length + 1)"] }
undefined = "3 * (length - 1) + 1"

[[known]]
expression = "trix(close, 2)"
close = [9, 12, 11, 11, 14, 12, 9]
value = [nan, nan, nan, nan, 9.37081659973225, 3.06580404499621, -7.06893626647062]

[[check]]
expression = "trix(close)"
against = "talib.TRIX(close)"

[[check]]
expression = "trix(high, 5)"
against = "talib.TRIX(high, 5)"

[[check]]
expression = "trix(iff(close != open, close, 0 / 0))"
against = "(lambda x: 100 * (x / plain.ago(x, 1) - 1))(plain.ema(plain.ema(plain.ema(holed(close), 30), 30), 30))"
---*/

typedef struct {
    real x;
    real above[3];
    real before; /* the third mean */
} tx_trix_state;

TX_FUNCTION real tx_trix_warm_up(const real* p) { return R(3.0) * p[0]; }

/* x[1] is 0 where the bar before has a value too, else 1: then there is no change. */
TX_FUNCTION void tx_trix_bar(tx_trix_state* s, const real* p, const real* x, real seen, int steady,
                             real* out) {
    const TxStep step = tx_next_step(&s->x, x[0]);
    const real mean = tx_next_triple_mean(s->above, p, step, seen, steady).thrice.value;
    const real change = R(100.0) * tx_next_ratio(mean - s->before, s->before);
    out[0] = SELECT(x[1] > R(0.0), R(TX_NAN), change);
    s->before = mean;
}
