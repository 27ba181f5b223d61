/*---
group = "helper"
hidden = true
help = "mean of all values so far, each weighed; 0 before the first weight"
source = "TA-Lib: VWAP"
arguments = [{ name = "x", kind = "series" }, { name = "weight", kind = "series" }]
kernel = { form = "scan", series = ["x", "weight"] }
undefined = "0"

[[known]]
expression = "mean_so_far(close, volume)"
close = [4, 4, nan, 6]
volume = [0, 10, 5, 30]
value = [0, 4, nan, 5.5]
---*/

typedef struct {
    real sum;
    real weights;
} tx_mean_so_far_state;

TX_FUNCTION real tx_mean_so_far_warm_up(const real* p) {
    (void)p;
    return R(0.0);
}

TX_FUNCTION void tx_mean_so_far_bar(tx_mean_so_far_state* s, const real* p, const real* x, real seen,
                                    int steady, real* out) {
    (void)p;
    (void)seen;
    (void)steady;
    s->sum = s->sum + x[0] * x[1];
    s->weights = s->weights + x[1];
    out[0] = SELECT(s->weights > R(0.0), s->sum / s->weights, R(0.0));
}
