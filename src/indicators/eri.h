/*---
group = "momentum"
help = "Elder ray index: high and low less the ema of the close"
source = "Elder (1993), Trading for a Living"
talib = "ERI"
arguments = [{ name = "length", kind = "length", default = 13 }]
kernel = { form = "scan", series = ["close", "high", "low"], scalars = ["length", "1 - 2 / (length + 1)", "2 / (length + 1)"], outputs = ["bull", "bear"] }
undefined = "length - 1"

[[known]]
expression = "eri(3).bull"
high = [10, 12, 13, 12, 15, 14, 11]
low = [8, 9, 11, 10, 12, 11, 8]
close = [9, 12, 11, 11, 14, 12, 9]
value = [nan, nan, 2.33333333333333, 1.16666666666667, 2.58333333333333, 1.79166666666667, 0.395833333333334]

[[known]]
expression = "eri(3).bear"
high = [10, 12, 13, 12, 15, 14, 11]
low = [8, 9, 11, 10, 12, 11, 8]
close = [9, 12, 11, 11, 14, 12, 9]
value = [nan, nan, 0.333333333333334, -0.833333333333332, -0.416666666666666, -1.20833333333333, -2.60416666666667]

[[check]]
expression = "eri().bull"
against = "talib.ERI(high, low, close)[0]"

[[check]]
expression = "eri().bear"
against = "talib.ERI(high, low, close)[1]"

[[check]]
expression = "eri(5).bull"
against = "talib.ERI(high, low, close, 5)[0]"

[[check]]
expression = "eri(5).bear"
against = "talib.ERI(high, low, close, 5)[1]"
---*/

typedef struct {
    real close;
    real above;
} tx_eri_state;

TX_FUNCTION real tx_eri_warm_up(const real* p) { return p[0]; }

TX_FUNCTION void tx_eri_bar(tx_eri_state* s, const real* p, const real* x, real seen, int steady, real* out) {
    const real mean = tx_next_mean(&s->above, p, tx_next_step(&s->close, x[0]), seen, steady).value;
    out[0] = x[1] - mean;
    out[1] = x[2] - mean;
}
