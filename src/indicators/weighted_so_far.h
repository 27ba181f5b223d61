/*---
group = "helper"
hidden = true
help = "mean of all values up to here, each counting by its weight; 0 before the first weight"
source = "TA-Lib: VWAP"
arguments = [{ name = "x", kind = "series" }, { name = "weight", kind = "series" }]
kernel = { form = "scan", series = ["x", "weight"] }
undefined = "0"

[[known]]
expression = "weighted_so_far(close, volume)"
close = [4, 4, nan, 6]
volume = [0, 10, 20, 30]
value = [0, 4, nan, 5.5]
---*/

typedef struct {
    real paid;
    real traded;
} tx_weighted_so_far_state;

TX_FUNCTION real tx_weighted_so_far_warm_up(const real* p) {
    (void)p;
    return R(0.0);
}

TX_FUNCTION void tx_weighted_so_far_bar(tx_weighted_so_far_state* s, const real* p, const real* x, real seen,
                                        int steady, real* out) {
    const real zero = R(0.0);
    (void)p;
    (void)seen;
    (void)steady;
    s->paid = s->paid + x[0] * x[1];
    s->traded = s->traded + x[1];
    out[0] = SELECT(s->traded > zero, s->paid / s->traded, zero);
}
