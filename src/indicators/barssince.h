/*---
group = "conditions"
help = "how many bars ago the condition last held; undefined before it ever did"
source = "Pine Script: ta.barssince"
arguments = [{ name = "condition", kind = "condition" }]
kernel = { form = "scan", series = ["iff(condition, 1, 0)"] }
undefined = "varies"

[[known]]
expression = "barssince(close > open)"
close = [1, 3, 1, 1, 3, 1]
open = [2, 2, 2, 2, 2, 2]
value = [nan, 0, 1, 2, 0, 1]

[[check]]
expression = "barssince(close > open)"
against = "plain.barssince(close > open)"

[[check]]
expression = "barssince(volume > 1200)"
against = "plain.barssince(volume > 1200)"
---*/

typedef struct {
    real bars; /* one more than the result; 0 before the condition held */
} tx_barssince_state;

TX_FUNCTION real tx_barssince_warm_up(const real* p) {
    (void)p;
    return R(0.0);
}

TX_FUNCTION void tx_barssince_bar(tx_barssince_state* s, const real* p, const real* x, real seen, int steady,
                                  real* out) {
    const real zero = R(0.0);
    (void)p;
    (void)seen;
    (void)steady;
    s->bars = SELECT(x[0] != zero, R(1.0), SELECT(s->bars > zero, s->bars + R(1.0), zero));
    out[0] = SELECT(s->bars > zero, s->bars - R(1.0), R(TX_NAN));
}
