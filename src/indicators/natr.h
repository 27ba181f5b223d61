/*---
group = "volatility"
help = "average true range in percent of the close"
source = "Forman (2006), Cross-market evaluations with normalized average true range, Stocks & Commodities 24(6)"
talib = "NATR"
arguments = [{ name = "length", kind = "length", default = 14 }]
kernel = { form = "scan", series = ["tr", "close"], scalars = ["length", "1 - 1 / length", "1 / length"] }
undefined = "length"

[[known]]
expression = "natr(2)"
high = [10, 12, 11, 15]
low = [8, 9, 10, 11]
close = [9, 10, 10, 14]
value = [nan, nan, 20, 25]

[[check]]
expression = "natr()"
against = "talib.NATR(high, low, close)"

[[check]]
expression = "natr(5)"
against = "talib.NATR(high, low, close, 5)"
---*/

typedef struct {
    real range;
    real above;
} tx_natr_state;

TX_FUNCTION real tx_natr_warm_up(const real* p) { return p[0]; }

TX_FUNCTION void tx_natr_bar(tx_natr_state* s, const real* p, const real* x, real seen, int steady,
                             real* out) {
    const real atr = tx_next_mean(&s->above, p, tx_next_step(&s->range, x[0]), seen, steady).value;
    out[0] = SELECT(x[1] == R(0.0), R(TX_NAN), R(100.0) * atr / x[1]);
}
