/*---
group = "momentum"
help = "stochastic momentum index: doubly smoothed distance of the close from the middle of the range, against the doubly smoothed half of the range"
source = "Blau (1993), Stochastic momentum, Stocks & Commodities 11(1)"
talib = "SMI"
arguments = [
  { name = "length", kind = "length", default = 13 },
  { name = "fast", kind = "length", default = 2 },
  { name = "slow", kind = "length", default = 25 },
  { name = "signal", kind = "length", default = 9 },
]
kernel = { form = "scan", series = ["close", "highest(high, length)", "lowest(low, length)"], scalars = ["slow", "1 - 2 / (slow + 1)", "2 / (slow + 1)", "fast", "1 - 2 / (fast + 1)", "2 / (fast + 1)", "signal", "1 - 2 / (signal + 1)", "2 / (signal + 1)"], outputs = ["line", "signal"] }
undefined = "length + fast + slow + signal - 4"

[[known]]
expression = "smi(2, 2, 3, 2).line"
high = [10, 12, 13, 12, 15, 14, 11, 12, 16, 18]
low = [8, 9, 11, 10, 12, 11, 8, 9, 12, 15]
close = [9, 12, 11, 11, 14, 12, 9, 12, 15, 17]
value = [nan, nan, nan, nan, nan, 12.1621621621622, -24.5136186770428, 6.02006688963211, 38.8575795204891, 52.9991154820623]

[[known]]
expression = "smi(2, 2, 3, 2).signal"
high = [10, 12, 13, 12, 15, 14, 11, 12, 16, 18]
low = [8, 9, 11, 10, 12, 11, 8, 9, 12, 15]
close = [9, 12, 11, 11, 14, 12, 9, 12, 15, 17]
value = [nan, nan, nan, nan, nan, 24.8310810810811, -8.06538542433484, 1.32491611830979, 26.3466917197626, 44.1149742279624]

[[check]]
expression = "smi().line"
against = "talib.SMI(high, low, close)[0]"

[[check]]
expression = "smi().signal"
against = "talib.SMI(high, low, close)[1]"

[[check]]
expression = "smi(5, 3, 3, 3).line"
against = "talib.SMI(high, low, close, 5, 3, 3, 3)[0]"

[[check]]
expression = "smi(5, 3, 3, 3).signal"
against = "talib.SMI(high, low, close, 5, 3, 3, 3)[1]"
---*/

typedef struct {
    real distance;
    real range;
    real index;
    real above_distance[2]; /* of the mean, and of the mean of it */
    real above_range[2];
    real above_index;
} tx_smi_state;

TX_FUNCTION real tx_smi_warm_up(const real* p) { return p[0] + p[3] + p[6]; }

TX_FUNCTION TxStep tx_smi_smoothed(real* above, const real* p, TxStep x, real seen, int steady) {
    const TxStep once = tx_next_mean(above, p, x, seen, steady);
    return tx_next_mean(above + 1, p + 3, once, seen - (p[0] - R(1.0)), steady);
}

TX_FUNCTION void tx_smi_bar(tx_smi_state* s, const real* p, const real* x, real seen, int steady, real* out) {
    const TxStep distance = tx_next_step(&s->distance, x[0] - (x[1] + x[2]) / R(2.0));
    const TxStep range = tx_next_step(&s->range, x[1] - x[2]);
    const real smooth = tx_smi_smoothed(s->above_distance, p, distance, seen, steady).value;
    const real width = tx_smi_smoothed(s->above_range, p, range, seen, steady).value / R(2.0);
    const real index = SELECT(width == R(0.0), R(0.0), R(100.0) * (smooth / width));
    const TxStep step = tx_next_step(&s->index, index);
    const real later = seen - (p[0] - R(1.0)) - (p[3] - R(1.0));
    out[0] = index;
    out[1] = tx_next_mean(&s->above_index, p + 6, step, later, steady).value;
    if (!steady) out[0] = SELECT(later < p[6], R(TX_NAN), index);
}
