/*---
group = "volume"
help = "Chaikin oscillator: a fast less a slow exponential average of the accumulation/distribution line, both started with its first value"
source = "Chaikin: the A/D oscillator; TA-Lib: ADOSC"
talib = "ADOSC"
arguments = [{ name = "fast", kind = "length", default = 3, least = 2 }, { name = "slow", kind = "length", default = 10, least = 2 }]
kernel = { form = "scan", series = ["high", "low", "close", "volume"], scalars = ["1", "1 - 2 / (fast + 1)", "2 / (fast + 1)", "1", "1 - 2 / (slow + 1)", "2 / (slow + 1)", "max(fast, slow)"] }
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
    real above_fast;
    real above_slow;
} tx_adosc_state;

TX_FUNCTION real tx_adosc_warm_up(const real* p) { return p[0] + p[3] + p[6]; }

TX_FUNCTION void tx_adosc_bar(tx_adosc_state* s, const real* p, const real* x, real seen, int steady,
                              real* out) {
    TxStep line, fast, slow;
    line.move = tx_money_flow(x);
    s->line = s->line + line.move;
    line.value = s->line;
    fast = tx_next_mean(&s->above_fast, p, line, seen, steady);
    slow = tx_next_mean(&s->above_slow, p + 3, line, seen, steady);
    out[0] = fast.value - slow.value;
    if (!steady) out[0] = SELECT(seen < p[6], R(TX_NAN), out[0]);
}
