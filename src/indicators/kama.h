/*---
group = "overlap"
help = "Kaufman adaptive moving average: fast (2 bars) where x goes one way, slow (30 bars) where it goes to and fro"
source = "Kaufman (1995), Smarter Trading"
talib = "KAMA"
arguments = [
  { name = "x", kind = "series" },
  { name = "length", kind = "length", default = 30, least = 2 },
]
kernel = { form = "scan", series = ["x[1]", "x", "x - x[length]", "sum(abs(x - x[1]), length)"] }
undefined = "length"

[[known]]
expression = "kama(close, 2)"
close = [9, 12, 11, 11, 14, 12]
value = [nan, nan, 11.8663429298185, 11.4813016276769, 12.6007231264872, 12.5801753256154]

[[check]]
expression = "kama(close)"
against = "talib.KAMA(close)"

[[check]]
expression = "kama(high, 5)"
against = "talib.KAMA(high, 5)"

[[check]]
expression = "kama(iff(close != open, close, 0 / 0))"
against = "plain.kama(holed(close), 30)"
---*/

typedef struct {
    real x;
    real above;
} tx_kama_state;

TX_FUNCTION real tx_kama_warm_up(const real* p) {
    (void)p;
    return R(1.0);
}

/* adaptive_mean of what er(x, length) makes of x's way and path: a bar's pace does not wait for the bar before,
 * which the mean does. */
TX_FUNCTION void tx_kama_bar(tx_kama_state* s, const real* p, const real* x, real seen, int steady,
                             real* out) {
    const real one = R(1.0);
    const real way = SELECT(x[2] < R(0.0), -x[2], x[2]);
    const real straight = SELECT(x[3] == R(0.0), one, way / x[3]);
    const real pace = SELECT(straight > one, one, straight) * R(2.0 / 3.0 - 2.0 / 31.0) + R(2.0 / 31.0);
    (void)p;
    out[0] = tx_next_adaptive_mean(&s->above, x[0], tx_next_step(&s->x, x[1]), pace * pace, seen, steady);
}
