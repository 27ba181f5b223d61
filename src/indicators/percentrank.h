/*---
group = "statistics"
help = "percentage of the length values before this one that are below it"
source = "TA-Lib: PERCENTRANK; Pine Script's ta.percentrank counts equal ones as well"
talib = "PERCENTRANK"
arguments = [{ name = "x", kind = "series" }, { name = "length", kind = "length", default = 100 }]
kernel = { form = "series", series = ["x"], scalars = ["length"] }
undefined = "length"

[[known]]
expression = "percentrank(close, 4)"
close = [3, 1, 4, 1, 3, 9, nan, 2, 6, 5, 3, 4]
value = [nan, nan, nan, nan, 50, 100, nan, nan, nan, nan, nan, 50]

[[check]]
expression = "percentrank(close)"
against = "talib.PERCENTRANK(close)"

[[check]]
expression = "percentrank(volume, 7)"
against = "talib.PERCENTRANK(volume, 7)"

[[check]]
expression = "percentrank(iff(close != open, close, 0 / 0))"
against = "plain.each_run(lambda x: talib.PERCENTRANK(x), holed(close))"
---*/

TX_FUNCTION void tx_percentrank(TX_GLOBAL const double* const* x, const double* p, int bars,
                                TX_GLOBAL double* const* out) {
    const int n = TX_LENGTH(p[0], bars);
    int filled = 0;
    int t;
    for (t = 0; t < bars; ++t) {
        const double v = x[0][t];
        filled = TX_DEFINED(v) ? filled + 1 : 0;
        out[0][t] = filled > n ? 100.0 * (double)tx_place_of(x[0], n, t - 1, v).below / p[0] : TX_NAN;
    }
}
