/*---
group = "overlap"
help = "triple exponential moving average: 3·ema − 3·ema of the ema + ema of that"
source = "Mulloy (1994), Smoothing data with less lag, Stocks & Commodities 12(2)"
talib = "TEMA"
arguments = [{ name = "x", kind = "series" }, { name = "length", kind = "length", default = 30 }]
kernel = { form = "scan", series = ["x"], scalars = ["length", "1 - 2 / (length + 1)", "2 / (length + 1)"] }
undefined = "3 * (length - 1)"

[[known]]
expression = "tema(close, 2)"
close = [9, 12, 11, 11, 14, 12, 9]
value = [nan, nan, nan, 11.037037037037, 13.8971193415638, 12.1838134430727, 9.07133058984911]

[[check]]
expression = "tema(close)"
against = "talib.TEMA(close)"

[[check]]
expression = "tema(open, 5)"
against = "talib.TEMA(open, 5)"

[[check]]
expression = "tema(iff(close != open, close, 0 / 0))"
against = "plain.passing_over(lambda x: talib.TEMA(x), holed(close))"
---*/

typedef struct {
    real x;
    real above[3];
} tx_tema_state;

TX_FUNCTION real tx_tema_warm_up(const real* p) { return R(3.0) * p[0]; }

TX_FUNCTION void tx_tema_bar(tx_tema_state* s, const real* p, const real* x, real seen, int steady,
                             real* out) {
    const TxTripleMean means = tx_next_triple_mean(s->above, p, tx_next_step(&s->x, x[0]), seen, steady);
    out[0] = R(3.0) * means.once.value - R(3.0) * means.twice.value + means.thrice.value;
}
