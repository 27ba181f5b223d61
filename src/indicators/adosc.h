/*---
group = "volume"
help = "Chaikin oscillator: a fast less a slow exponential average of the accumulation/distribution line, both started with its first value"
source = "Chaikin: the A/D oscillator; TA-Lib: ADOSC"
talib = "ADOSC"
arguments = [{ name = "fast", kind = "length", default = 3, least = 2 }, { name = "slow", kind = "length", default = 10, least = 2 }]
kernel = { form = "scan", series = ["high", "low", "close", "volume"], scalars = ["2 / (fast + 1)", "2 / (slow + 1)", "max(fast, slow)"] }
undefined = "max(fast, slow) - 1"

[[known]]
expression = "adosc(2, 3)"
high = [12, 12, 5]
low = [10, 8, 5]
close = [12, 9, 5]
volume = [100, 100, 100]
value = [nan, nan, -6.944444444444445]

[[check]]
expression = "adosc()"
against = "talib.ADOSC(high, low, close, volume)"

[[check]]
expression = "adosc(5, 21)"
against = "talib.ADOSC(high, low, close, volume, 5, 21)"
---*/

typedef struct {
    real line;
    real fast;
    real slow;
} tx_adosc_state;

TX_FUNCTION real tx_adosc_warm_up(const real* p) { return p[2] + R(1.0); }

/* The line and both means of it in one go: a bar's means do not wait for the next bar's line. */
TX_FUNCTION void tx_adosc_bar(tx_adosc_state* s, const real* p, const real* x, real seen, int steady,
                              real* out) {
    real distance;
    s->line = s->line + tx_money_flow(x[0], x[1], x[2], x[3]);
    distance = tx_next_mean(&s->fast, R(1.0), p[0], s->line, seen, steady) -
               tx_next_mean(&s->slow, R(1.0), p[1], s->line, seen, steady);
    out[0] = steady ? distance : SELECT(seen < p[2], R(TX_NAN), distance);
}
