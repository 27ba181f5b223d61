/*---
group = "helper"
hidden = true
help = "distance of Wilder's moving sums of plus and minus movement, in percent of both together, in one go"
source = "Wilder (1978), New Concepts in Technical Trading Systems"
arguments = [
  { name = "plus", kind = "series" },
  { name = "minus", kind = "series" },
  { name = "length", kind = "length" },
]
kernel = { form = "scan", series = ["plus", "minus"], scalars = ["length", "1 - 1 / length"] }
undefined = "length - 1"

[[known]]
expression = "directional_index(low, close, 2)"
low = [2, 0, 0, nan, 0, 3]
close = [4, 0, 1, 9, 0, 0]
value = [nan, 33.333333333333336, 60, nan, 60, 72.41379310344827]
---*/

typedef struct {
    real sums[2];
} tx_directional_index_state;

TX_FUNCTION real tx_directional_index_warm_up(const real* p) { return p[0]; }

TX_FUNCTION void tx_directional_index_bar(tx_directional_index_state* s, const real* p, const real* x,
                                          real seen, int steady, real* out) {
    out[0] = tx_next_directional_index(s->sums, p, x, seen, steady);
}
