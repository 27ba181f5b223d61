/*---
group = "helper"
hidden = true
help = "product of all (1 + x) up to here: what one unit has become that earned x at each bar"
source = "compound interest"
arguments = [{ name = "x", kind = "series" }]
kernel = { form = "scan", series = ["x"] }
undefined = "0"

[[known]]
expression = "compound(close)"
close = [0, 1, nan, -0.5, 0.25]
value = [1, 2, nan, 1, 1.25]
---*/

typedef struct {
    real value;
} tx_compound_state;

TX_FUNCTION real tx_compound_warm_up(const real* p) {
    (void)p;
    return R(1.0);
}

TX_FUNCTION void tx_compound_bar(tx_compound_state* s, const real* p, const real* x, real seen, int steady,
                                 real* out) {
    const real growth = R(1.0) + x[0];
    (void)p;
    s->value = steady ? s->value * growth : SELECT(seen > R(1.0), s->value * growth, growth);
    out[0] = s->value;
}
