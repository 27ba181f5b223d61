/*---
group = "helper"
hidden = true
help = "a short less a long recursive_mean that starts at the same bar, the recursive_mean of that, and its distance from it, in one go; the first is undefined where the others are"
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
kernel = { form = "scan", series = ["x"], scalars = ["short", "short_alpha", "long", "long_alpha", "signal", "signal_alpha"], outputs = ["line", "signal", "rest"] }
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
expression = "mean_distance(close, 2, 0.5, 3, 0.25, 2, 0.5).rest"
close = [1, 2, 4, nan, 3, 5, 8, 6, 7, 9, 12]
value = [nan, nan, nan, nan, -0.08333333333333326, 0.14583333333333337, 0.46354166666666674, 0.02473958333333348, -0.01790364583333326, 0.15584309895833348, 0.42026774088541674]
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
    const real line = near - far;
    out[1] = tx_next_mean(&s->signal, p[4], p[5], line, seen - (p[2] - R(1.0)), steady);
    out[0] = steady ? line : SELECT(seen < p[2] + p[4] - R(1.0), R(TX_NAN), line);
    out[2] = line - out[1];
}
