/*---
group = "statistics"
help = "the most frequent of the last length values; of equally frequent ones the smallest"
source = "Pine Script: ta.mode"
arguments = [{ name = "x", kind = "series" }, { name = "length", kind = "length" }]
kernel = { form = "series", series = ["x"], scalars = ["length"] }
undefined = "length - 1"

[[known]]
expression = "mode(close, 4)"
close = [3, 1, 4, 1, 3, 3, nan, 2, 2, 5, 5]
value = [nan, nan, nan, 1, 1, 3, nan, nan, nan, nan, 2]

[[check]]
expression = "mode(close, 15)"
against = "plain.windows(plain.mode, 15, close)"

[[check]]
expression = "mode(volume - volume[1], 6)"
against = "plain.windows(plain.mode, 6, np.concatenate([[np.nan], np.diff(volume)]))"

[[check]]
expression = "mode(iff(close != open, close, 0 / 0), 15)"
against = "plain.windows(plain.mode, 15, holed(close))"
---*/

TX_FUNCTION void tx_mode(TX_GLOBAL const double* const* x, const double* p, int bars,
                         TX_GLOBAL double* const* out) {
    const int n = TX_LENGTH(p[0], bars);
    int filled = 0;
    int t, seen;
    for (t = 0; t < bars; ++t) {
        double value, mode;
        int most = 0;
        filled = TX_DEFINED(x[0][t]) ? filled + 1 : 0;
        out[0][t] = TX_NAN;
        if (filled < n) continue;
        mode = value = tx_smallest(x[0], n, t, 1, x[0][t]);
        for (seen = 0; seen < n;) {
            const TxPlace place = tx_place_of(x[0], n, t, value);
            if (place.equal > most) {
                most = place.equal;
                mode = value;
            }
            seen += place.equal;
            value = place.next_above;
        }
        out[0][t] = mode + 0.0;
    }
}
