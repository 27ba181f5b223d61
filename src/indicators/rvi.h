/*---
group = "volatility"
help = "relative volatility index: the share, by Wilder’s means, of the deviation of rising bars in that of all; 50 where nothing moved"
source = "Dorsey (1993), The relative volatility index, Stocks & Commodities 11(6); TA-Lib: RVI"
talib = "RVI"
arguments = [{ name = "x", kind = "series" }, { name = "length", kind = "length", default = 14 }, { name = "deviation_length", kind = "length", default = 10 }]
kernel = { form = "scan", series = ["nz(x - x[1])", "stdev(x, deviation_length)"], scalars = ["length", "1 - 1 / length", "1 / length"] }
undefined = "length + deviation_length - 2"

[[known]]
expression = "rvi(close, 1, 2)"
close = [1, 2, 1, 3, 3]
value = [nan, 100, 0, 100, 50]

[[check]]
expression = "rvi(close)"
against = "talib.RVI(close)"

[[check]]
expression = "rvi(low, 5, 4)"
against = "talib.RVI(low, 5, 4)"

[[check]]
expression = "rvi(iff(close != open, close, 0 / 0))"
against = "plain.rvi(holed(close), 14, 10)"
---*/

typedef struct {
    real up;
    real down;
    real above_up;
    real above_down;
} tx_rvi_state;

TX_FUNCTION real tx_rvi_warm_up(const real* p) { return p[0]; }

TX_FUNCTION void tx_rvi_bar(tx_rvi_state* s, const real* p, const real* x, real seen, int steady, real* out) {
    const real zero = R(0.0);
    const TxStep rise = tx_next_step(&s->up, SELECT(x[0] > zero, x[1], zero));
    const TxStep fall = tx_next_step(&s->down, SELECT(x[0] < zero, x[1], zero));
    const real up = tx_next_mean(&s->above_up, p, rise, seen, steady).value;
    const real down = tx_next_mean(&s->above_down, p, fall, seen, steady).value;
    out[0] = SELECT(up + down == zero, R(50.0), R(100.0) * up / (up + down));
}
