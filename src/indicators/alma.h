/*---
group = "overlap"
help = "Arnaud Legoux moving average: weights of a bell curve, whose middle lies at offset of the window (1 is the newest bar) and whose width is length/sigma"
source = "Legoux and Kouzis-Loukas (2009), ALMA; Pine Script: ta.alma"
arguments = [
  { name = "x", kind = "series" },
  { name = "length", kind = "length", default = 9 },
  { name = "offset", kind = "scalar", default = 0.85 },
  { name = "sigma", kind = "scalar", default = 6, least = 0.01 },
]
kernel = { form = "series", series = ["x"], scalars = ["length", "offset", "sigma"] }
undefined = "length - 1"

# Weights e^-2, 1, e^-2: the middle one is at 1 of 0 to 2.
[[known]]
expression = "alma(close, 3, 0.5, 6)"
close = [1, 2, 4, 4]
value = [nan, nan, 2.106506978919201, 3.786986042161598]

[[known]]
expression = "alma(close, 4)"
close = [9, 12, 11, 11, 14, 12]
value = [nan, nan, nan, 11.04169220538, 12.5166490557959, 12.8603051732814]

[[check]]
expression = "alma(close)"
against = "plain.alma(close, 9, 0.85, 6)"

[[check]]
expression = "alma(high, 50, 0.5, 3)"
against = "plain.alma(high, 50, 0.5, 3)"

[[check]]
expression = "alma(ema(close, 5), 10, 1, 12)"
against = "plain.alma(plain.ema(close, 5), 10, 1, 12)"

[[check]]
expression = "alma(iff(close != open, close, 0 / 0), 4)"
against = "plain.alma(holed(close), 4, 0.85, 6)"
---*/

/* One weight after the other, each for all bars: its exponential is computed once. */
TX_FUNCTION void tx_alma(TX_GLOBAL const double* const* x, const double* p, int bars,
                         TX_GLOBAL double* const* out) {
    TX_GLOBAL double* result = out[0];
    const int n = TX_LENGTH(p[0], bars);
    const double middle = p[1] * (p[0] - 1.0);
    const double width = p[0] / p[2];
    double whole = 0.0;
    int t, i;
    for (t = 0; t < bars; ++t) result[t] = t < n - 1 ? TX_NAN : 0.0;
    if (n > bars) return;
    for (i = 0; i < n; ++i) {
        const double away = (double)i - middle;
        const double weight = tx_exponential_value(-(away * away) / (2.0 * width * width));
        whole += weight;
        for (t = n - 1; t < bars; ++t) {
            const double v = x[0][t - (n - 1) + i];
            result[t] += TX_DEFINED(v) ? weight * v : TX_NAN;
        }
    }
    for (t = n - 1; t < bars; ++t) result[t] = whole == 0.0 ? TX_NAN : result[t] / whole;
}
