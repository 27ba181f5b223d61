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
kernel = { form = "scan", series = ["x"], scalars = ["short", "short_alpha", "long", "long_alpha", "signal", "signal_alpha"], outputs = ["line", "signal", "hist"] }
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
    real near;
    real far;
    real signal;
} tx_mean_distance_state;

TX_FUNCTION real tx_mean_distance_warm_up(const real* p) { return p[2] + p[4]; }

TX_FUNCTION void tx_mean_distance_bar(tx_mean_distance_state* s, const real* p, const real* x, real seen,
                                      int steady, real* out) {
    const real near = tx_next_mean(&s->near, p[0], p[1], x[0], seen - (p[2] - p[0]), steady);
    const real far = tx_next_mean(&s->far, p[2], p[3], x[0], seen, steady);
    out[0] = near - far;
    out[1] = tx_next_mean(&s->signal, p[4], p[5], out[0], seen - (p[2] - R(1.0)), steady);
    out[2] = out[0] - out[1];
    if (!steady) out[0] = SELECT(seen - (p[2] - R(1.0)) < p[4], R(TX_NAN), out[0]);
}
