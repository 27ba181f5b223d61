/*---
group = "overlap"
help = "Keltner channels: ema of the typical price, and factor average true ranges from it"
source = "Keltner (1960), How to Make Money in Commodities; TA-Lib: KC, whose averages start together"
talib = "KC"
arguments = [
  { name = "length", kind = "length", default = 20, least = 2 },
  { name = "atr_length", kind = "length", default = 10 },
  { name = "factor", kind = "scalar", default = 2, least = 0 },
]
kernel = { form = "scan", series = ["high", "low", "close"], scalars = ["length", "1 - 2 / (length + 1)", "2 / (length + 1)", "atr_length", "1 - 1 / atr_length", "1 / atr_length", "factor", "max(length - 1, atr_length)"], outputs = ["upper", "middle", "lower"] }
undefined = "max(length - 1, atr_length)"

[[known]]
expression = "kc(3, 2, 1.5).upper"
high = [10, 12, 13, 12, 15, 14, 11]
low = [8, 9, 11, 10, 12, 11, 8]
close = [9, 12, 11, 11, 14, 12, 9]
value = [nan, nan, 14.3055555555556, 14.1527777777778, 16.9097222222222, 16.8715277777778, 16.1024305555556]

[[known]]
expression = "kc(3, 2, 1.5).middle"
high = [10, 12, 13, 12, 15, 14, 11]
low = [8, 9, 11, 10, 12, 11, 8]
close = [9, 12, 11, 11, 14, 12, 9]
value = [nan, nan, 10.5555555555556, 10.7777777777778, 12.2222222222222, 12.2777777777778, 10.8055555555556]

[[known]]
expression = "kc(3, 2, 1.5).lower"
high = [10, 12, 13, 12, 15, 14, 11]
low = [8, 9, 11, 10, 12, 11, 8]
close = [9, 12, 11, 11, 14, 12, 9]
value = [nan, nan, 6.80555555555556, 7.40277777777778, 7.53472222222222, 7.68402777777778, 5.50868055555556]

[[check]]
expression = "kc().upper"
against = "talib.KC(high, low, close)[0]"

[[check]]
expression = "kc().middle"
against = "talib.KC(high, low, close)[1]"

[[check]]
expression = "kc().lower"
against = "talib.KC(high, low, close)[2]"

[[check]]
expression = "kc(5, 14, 1).upper"
against = "talib.KC(high, low, close, 5, 14, 1)[0]"

[[check]]
expression = "kc(5, 14, 1).middle"
against = "talib.KC(high, low, close, 5, 14, 1)[1]"

[[check]]
expression = "kc(5, 14, 1).lower"
against = "talib.KC(high, low, close, 5, 14, 1)[2]"
---*/

typedef struct {
    real close; /* of the bar before */
    real price;
    real range;
    real above_middle;
    real above_range;
} tx_kc_state;

TX_FUNCTION real tx_kc_warm_up(const real* p) { return p[7] + R(1.0); }

/* Both averages give their first value at the bar of index p[7]. */
TX_FUNCTION void tx_kc_bar(tx_kc_state* s, const real* p, const real* x, real seen, int steady, real* out) {
    const TxStep price = tx_next_step(&s->price, (x[0] + x[1] + x[2]) / R(3.0));
    const real from = p[7] + R(1.0); /* bars */
    /* The bar with the close before it. */
    const real top = SELECT(x[0] > s->close, x[0], s->close);
    const real bottom = SELECT(x[1] < s->close, x[1], s->close);
    const TxStep range = tx_next_step(&s->range, top - bottom);
    real middle, width;
    s->close = x[2];
    middle = tx_next_mean(&s->above_middle, p, price, seen - (from - p[0]), steady).value;
    width = p[6] * tx_next_mean(&s->above_range, p + 3, range, seen - (from - p[3]), steady).value;
    out[0] = middle + width;
    out[1] = middle;
    out[2] = middle - width;
}
