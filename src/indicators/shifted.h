/*---
group = "helper"
hidden = true
help = "the value some bars ago, where their number need not be whole: it is cut"
source = "SEMANTICS section 5: x[k]"
arguments = [{ name = "x", kind = "series" }, { name = "ago", kind = "scalar", least = 0 }]
kernel = { form = "series", series = ["x"], scalars = ["ago"] }
undefined = "ago"

[[known]]
expression = "shifted(close, 1.5)"
close = [1, 2, 5]
value = [nan, 1, 2]
---*/

TX_FUNCTION void tx_shifted(TX_GLOBAL const double* const* x, const double* p, int bars,
                            TX_GLOBAL double* const* out) {
    const int ago = TX_LENGTH(p[0], bars);
    int t;
    for (t = 0; t < bars; ++t) out[0][t] = t >= ago ? x[0][t - ago] : TX_NAN;
}
