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

typedef TxStrength tx_rsi_state;

TX_FUNCTION real tx_rsi_warm_up(const real* p) { return p[0]; }

TX_FUNCTION void tx_rsi_bar(tx_rsi_state* s, const real* p, const real* x, real seen, int steady, real* out) {
    const TxGainsAndLosses means = tx_next_strength(s, p, x[0], seen, steady);
    const real moved = means.gains + means.losses;
    out[0] = SELECT(moved == R(0.0), R(0.0), R(100.0) * means.gains / moved);
}
