/*---
group = "momentum"
help = "Wilder's relative strength index: 100·gains/(gains + losses), both Wilder's means; 0 where nothing moved"
source = "Wilder (1978), New Concepts in Technical Trading Systems"
talib = "RSI"
arguments = [{ name = "x", kind = "series" }, { name = "length", kind = "length" }]
kernel = { form = "scan", series = ["x - x[1]"], scalars = ["length", "1 - 1 / length", "1 / length"] }
undefined = "length"

[[known]]
expression = "rsi(close, 2)"
close = [10, 11, 10, 12, 12]
value = [nan, nan, 50, 83.33333333333333, 83.33333333333333]

[[check]]
expression = "rsi(close, 14)"
against = "talib.RSI(close, 14)"

[[check]]
expression = "rsi(close, 3)"
against = "talib.RSI(close, 3)"

[[check]]
expression = "rsi(iff(close != open, close, 0 / 0), 14)"
against = "(lambda gains, losses: 100 * plain.ratio(gains, gains + losses))(*plain.strength(holed(close), 14))"
---*/

typedef struct {
    real gain;
    real loss;
    real above_gain;
    real above_loss;
} tx_rsi_state;

TX_FUNCTION real tx_rsi_warm_up(const real* p) { return p[0]; }

TX_FUNCTION void tx_rsi_bar(tx_rsi_state* s, const real* p, const real* x, real seen, int steady, real* out) {
    const real zero = R(0.0);
    const TxStep gain = tx_next_step(&s->gain, SELECT(x[0] > zero, x[0], zero));
    const TxStep loss = tx_next_step(&s->loss, SELECT(x[0] < zero, -x[0], zero));
    const real gains = tx_next_mean(&s->above_gain, p, gain, seen, steady).value;
    const real losses = tx_next_mean(&s->above_loss, p, loss, seen, steady).value;
    const real moved = gains + losses;
    out[0] = SELECT(moved == zero, zero, R(100.0) * gains / moved);
}
