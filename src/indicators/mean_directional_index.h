/*---
group = "helper"
hidden = true
help = "Wilder's mean over smoothing bars of directional_index, in one go"
source = "Wilder (1978), New Concepts in Technical Trading Systems"
arguments = [
  { name = "plus", kind = "series" },
  { name = "minus", kind = "series" },
  { name = "length", kind = "length" },
  { name = "smoothing", kind = "length" },
]
kernel = { form = "scan", series = ["plus", "minus"], scalars = ["length", "1 - 1 / length", "smoothing", "1 - 1 / smoothing", "1 / smoothing"] }
undefined = "length + smoothing - 2"

[[known]]
expression = "mean_directional_index(low, close, 2, 2)"
low = [2, 0, 0, nan, 0, 3]
close = [4, 0, 1, 9, 0, 0]
value = [nan, nan, 46.66666666666667, nan, 53.333333333333336, 62.8735632183908]
---*/

typedef struct {
    real sums[2];
    real index;
    real above;
} tx_mean_directional_index_state;

TX_FUNCTION real tx_mean_directional_index_warm_up(const real* p) { return p[0] + p[2]; }

TX_FUNCTION void tx_mean_directional_index_bar(tx_mean_directional_index_state* s, const real* p,
                                               const real* x, real seen, int steady, real* out) {
    const TxStep index = tx_next_step(&s->index, tx_next_directional_index(s->sums, p, x, seen, steady));
    out[0] = tx_next_mean(&s->above, p + 2, index, seen - (p[0] - R(1.0)), steady).value;
}
