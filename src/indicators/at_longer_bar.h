/*---
group = "helper"
hidden = true
help = "the value of a series of longer bars at the last one that has ended, ended being how many have; undefined before the first"
source = "DESIGN section 2: no lookahead"
arguments = [{ name = "x", kind = "series" }, { name = "ended", kind = "series" }]
kernel = { form = "series", series = ["x", "ended"] }
undefined = "varies"

[[known]]
expression = "at_longer_bar(close, volume)"
close = [7, 8, 9, nan, nan]
volume = [0, 1, 1, 3, 3]
value = [nan, 7, 7, 9, 9]
---*/

TX_FUNCTION void tx_at_longer_bar(TX_GLOBAL const double* const* x, const double* p, int bars,
                                  TX_GLOBAL double* const* out) {
    int t;
    (void)p;
    for (t = 0; t < bars; ++t) {
        const double ended = x[1][t];
        /* there are no more of them than bars up to here: nothing looks ahead */
        const int seen = ended >= 1.0 && ended <= (double)(t + 1);
        out[0][t] = seen ? x[0][(int)ended - 1] : TX_NAN;
    }
}
