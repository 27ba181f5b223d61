/*---
group = "helper"
hidden = true
help = "x at the bar at which the flag was last not 0, or where occurrence is k the k-th time before that, and that bar's number"
source = "Pine Script: ta.valuewhen"
arguments = [
  { name = "flag", kind = "series" },
  { name = "x", kind = "series" },
  { name = "occurrence", kind = "length", least = 0 },
]
kernel = { form = "series", series = ["flag", "x"], scalars = ["occurrence"], outputs = ["value", "bar"] }
undefined = "varies"

[[known]]
expression = "last_held(open, close, 1).value"
close = [1, 3, 5, 7, 9]
open = [0, 1, 1, 0, 1]
value = [nan, nan, 3, 3, 5]

[[known]]
expression = "last_held(open, close, 1).bar"
close = [1, 3, 5, 7, 9]
open = [0, 1, 1, 0, 1]
value = [-1, 1, 2, 2, 4]
---*/

TX_FUNCTION void tx_last_held(TX_GLOBAL const double* const* x, const double* p, int bars,
                              TX_GLOBAL double* const* out) {
    const int occurrence = TX_LENGTH(p[0], bars);
    int last = -1;
    int t, k;
    for (t = 0; t < bars; ++t) {
        int at;
        if (TX_DEFINED(x[0][t]) && x[0][t] != 0.0) last = t;
        out[1][t] = (double)last;
        at = last;
        for (k = 0; k < occurrence && at >= 0; ++k) at = at > 0 ? (int)out[1][at - 1] : -1;
        out[0][t] = at >= 0 ? x[1][at] : TX_NAN;
    }
}
