/*---
group = "helper"
hidden = true
help = "the series without its first count defined values"
source = "SEMANTICS section 5: a value is undefined until it can be computed"
arguments = [{ name = "x", kind = "series" }, { name = "count", kind = "scalar", least = 0 }]
kernel = { form = "scan", series = ["x"], scalars = ["count"] }
undefined = "count"

[[known]]
expression = "skip_first(close, 2)"
close = [1, nan, 2, 3, 4]
value = [nan, nan, nan, 3, 4]
---*/

typedef struct {
    real none; /* a scan has a state */
} tx_skip_first_state;

TX_FUNCTION real tx_skip_first_warm_up(const real* p) { return p[0]; }

TX_FUNCTION void tx_skip_first_bar(tx_skip_first_state* s, const real* p, const real* x, real seen,
                                   int steady, real* out) {
    (void)s;
    out[0] = steady ? x[0] : SELECT(seen > p[0], x[0], R(TX_NAN));
}
