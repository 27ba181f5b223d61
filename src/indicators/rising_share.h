/*---
group = "helper"
hidden = true
help = "Wilder's means of gains in percent of those of gains and losses: rsi, but exactly 100 where nothing fell"
source = "Wilder (1978), New Concepts in Technical Trading Systems"
arguments = [{ name = "x", kind = "series" }, { name = "length", kind = "length" }]
kernel = { form = "scan", series = ["x - x[1]"], scalars = ["length", "1 - 1 / length", "1 / length"] }
undefined = "length"

[[known]]
expression = "rising_share(close, 2)"
close = [9, 12, 13, 11, 11, nan, 14, 14, 18]
value = [nan, nan, 100, 50, 50, nan, nan, 50, 94.44444444444444]
---*/

typedef TxStrength tx_rising_share_state;

TX_FUNCTION real tx_rising_share_warm_up(const real* p) { return p[0]; }

TX_FUNCTION void tx_rising_share_bar(tx_rising_share_state* s, const real* p, const real* x, real seen,
                                     int steady, real* out) {
    const TxGainsAndLosses means = tx_next_strength(s, p, x[0], seen, steady);
    out[0] = R(100.0) * tx_next_ratio(means.gains, means.gains + means.losses);
}
