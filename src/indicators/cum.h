/*---
group = "statistics"
help = "sum of all values up to here, as if computed exactly; undefined values are passed over"
source = "Pine Script: ta.cum"
talib = "CUMSUM"
arguments = [{ name = "x", kind = "series" }]
kernel = { form = "series", series = ["x"] }
undefined = "0"

[[known]]
expression = "cum(close)"
close = [1, 2, nan, 4, -8]
value = [1, 3, nan, 7, -1]

[[check]]
expression = "cum(close)"
against = "talib.CUMSUM(close)"

[[check]]
expression = "cum(volume)"
against = "talib.CUMSUM(volume)"

[[check]]
expression = "cum(iff(close != open, close, 0 / 0))"
against = "plain.passing_over(lambda x: talib.CUMSUM(x), holed(close))"
---*/

TX_FUNCTION void tx_cum(TX_GLOBAL const double* const* x, const double* p, int bars,
                        TX_GLOBAL double* const* out) {
    TxSum sum = {0.0, 0.0};
    TxSum joined;
    int t;
    (void)p;
    for (t = 0; t < bars; ++t) {
        const double v = x[0][t];
        if (TX_DEFINED(v)) sum = tx_sum_chain(sum, v);
        joined = tx_sum_joined(sum);
        sum = tx_sum_chains_after(sum, joined, t);
        out[0][t] = TX_DEFINED(v) ? joined.hi : TX_NAN;
    }
}
