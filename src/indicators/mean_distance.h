/*---
group = "helper"
hidden = true
help = "a short less a long recursive_mean that starts at the same bar, the recursive_mean of that, and the first less the second, in one go"
source = "Appel (1979), The Moving Average Convergence-Divergence Trading Method"
arguments = [
  { name = "x", kind = "series" },
  { name = "short", kind = "length" },
  { name = "short_alpha", kind = "scalar", least = 0, most = 2 },
  { name = "long", kind = "length" },
  { name = "long_alpha", kind = "scalar", least = 0, most = 2 },
  { name = "signal", kind = "length" },
  { name = "signal_alpha", kind = "scalar", least = 0, most = 2 },
]
kernel = { form = "scan", series = ["x"], scalars = ["short", "1 - short_alpha", "short_alpha", "long", "1 - long_alpha", "long_alpha", "signal", "1 - signal_alpha", "signal_alpha"], outputs = ["line", "signal", "hist"] }
undefined = "max(short, long) + signal - 2"

[[known]]
expression = "mean_distance(close, 2, 0.5, 3, 0.25, 2, 0.5).line"
close = [1, 2, 4, nan, 3, 5, 8, 6, 7, 9, 12]
value = [nan, nan, nan, nan, 0.5, 0.875, 1.65625, 1.2421875, 1.181640625, 1.51123046875, 2.1959228515625]

[[known]]
expression = "mean_distance(close, 2, 0.5, 3, 0.25, 2, 0.5).signal"
close = [1, 2, 4, nan, 3, 5, 8, 6, 7, 9, 12]
value = [nan, nan, nan, nan, 0.5833333333333333, 0.7291666666666666, 1.1927083333333333, 1.2174479166666665, 1.1995442708333333, 1.3553873697916665, 1.7756551106770833]

[[known]]
expression = "mean_distance(close, 2, 0.5, 3, 0.25, 2, 0.5).hist"
close = [1, 2, 4, nan, 3, 5, 8, 6]
value = [nan, nan, nan, nan, -0.0833333333333333, 0.1458333333333334, 0.4635416666666667, 0.0247395833333335]
---*/

typedef struct {
    real x;
    real above_near;
    real above_far;
    real above_signal;
} tx_mean_distance_state;

TX_FUNCTION real tx_mean_distance_warm_up(const real* p) { return p[3] + p[6]; }

TX_FUNCTION void tx_mean_distance_bar(tx_mean_distance_state* s, const real* p, const real* x, real seen,
                                      int steady, real* out) {
    const TxStep step = tx_next_step(&s->x, x[0]);
    const TxStep near = tx_next_mean(&s->above_near, p, step, seen - (p[3] - p[0]), steady);
    const TxStep far = tx_next_mean(&s->above_far, p + 3, step, seen, steady);
    TxStep line;
    line.value = near.value - far.value;
    line.move = near.move - far.move;
    out[0] = line.value;
    out[1] = tx_next_mean(&s->above_signal, p + 6, line, seen - (p[3] - R(1.0)), steady).value;
    out[2] = out[0] - out[1];
    if (!steady) out[0] = SELECT(seen - (p[3] - R(1.0)) < p[6], R(TX_NAN), out[0]);
}
