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

/* As tx_next_mean of recursions.h is told. */
TX_FUNCTION void tx_adaptive_mean_bar(tx_adaptive_mean_state* s, const real* p, const real* x, real seen,
                                      int steady, real* out) {
    const TxStep step = tx_next_step(&s->x, x[1]);
    const real moved = s->above + step.move;
    const real distance = steady ? moved : SELECT(seen > R(1.0), moved, x[1] - x[0]);
    (void)p;
    s->above = (R(1.0) - x[2]) * distance;
    out[0] = x[1] - s->above;
}
