/*---
group = "helper"
hidden = true
help = "Wilder's moving sum of a directional movement in percent of that of the true range, in one go"
source = "Wilder (1978), New Concepts in Technical Trading Systems"
arguments = [
  { name = "movement", kind = "series" },
  { name = "range", kind = "series" },
  { name = "length", kind = "length" },
]
kernel = { form = "scan", series = ["movement", "range"], scalars = ["length", "1 - 1 / length"] }
undefined = "length - 1"

[[known]]
expression = "directional_indicator(low, close, 3)"
low = [2, 0, 1, 1, nan, 3, 1]
close = [4, 6, 4, 3, 8, 8, 9]
value = [nan, nan, 21.875, 25.274725274725274, nan, 31.90954773869347, 21.967213114754095]
---*/

typedef struct {
    real movement;
    real range;
} tx_directional_indicator_state;

TX_FUNCTION real tx_directional_indicator_warm_up(const real* p) { return p[0]; }

TX_FUNCTION void tx_directional_indicator_bar(tx_directional_indicator_state* s, const real* p, const real* x,
                                              real seen, int steady, real* out) {
    const real movement = tx_next_wilder_sum(&s->movement, p[0], p[1], x[0], seen, steady);
    const real range = tx_next_wilder_sum(&s->range, p[0], p[1], x[1], seen, steady);
    const real indicator = R(100.0) * tx_next_ratio(movement, range);
    out[0] = steady ? indicator : SELECT(seen < p[0], R(TX_NAN), indicator);
}
