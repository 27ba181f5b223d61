/*---
group = "helper"
hidden = true
help = "mean that moves by a part of the distance which differs from bar to bar: value += alpha·(x − value), from start on"
source = "Kaufman (1995), Smarter Trading"
arguments = [
  { name = "start", kind = "series", help = "the value before the first bar at which all three are defined" },
  { name = "x", kind = "series" },
  { name = "alpha", kind = "series" },
]
kernel = { form = "scan", series = ["start", "x", "alpha"] }
undefined = "0"

[[known]]
expression = "adaptive_mean(close[1], close, volume)"
close = [1, 5, 9, 5]
volume = [1, 0.5, 0.25, 0]
value = [nan, 3, 4.5, 4.5]
---*/

typedef struct {
    real x;
    real above;
} tx_adaptive_mean_state;

TX_FUNCTION real tx_adaptive_mean_warm_up(const real* p) {
    (void)p;
    return R(1.0);
}

TX_FUNCTION void tx_adaptive_mean_bar(tx_adaptive_mean_state* s, const real* p, const real* x, real seen,
                                      int steady, real* out) {
    (void)p;
    out[0] = tx_next_adaptive_mean(&s->above, x[0], tx_next_step(&s->x, x[1]), x[2], seen, steady);
}
