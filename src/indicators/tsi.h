/*---
group = "momentum"
help = "true strength index: doubly smoothed change against doubly smoothed size of change, from -100 to 100"
source = "Blau (1991), True strength index, Stocks & Commodities 9(11)"
talib = "TSI"
arguments = [
  { name = "x", kind = "series" },
  { name = "first", kind = "length", default = 25 },
  { name = "second", kind = "length", default = 13 },
]
kernel = { form = "scan", series = ["x - x[1]"], scalars = ["first", "1 - 2 / (first + 1)", "2 / (first + 1)", "second", "1 - 2 / (second + 1)", "2 / (second + 1)"] }
undefined = "first + second - 1"

[[known]]
expression = "tsi(close, 3, 2)"
close = [9, 12, 11, 11, 14, 12, 9, 12]
value = [nan, nan, nan, nan, 71.4285714285714, 18.3098591549296, -38.5826771653543, 6.97947214076246]

[[check]]
expression = "tsi(close)"
against = "talib.TSI(close)"

[[check]]
expression = "tsi(high, 5, 9)"
against = "talib.TSI(high, 5, 9)"

[[check]]
expression = "tsi(iff(close != open, close, 0 / 0))"
against = "plain.tsi(holed(close), 25, 13)"
---*/

typedef struct {
    real change;
    real size;
    real above_change;
    real above_size;
    real above_change_again;
    real above_size_again;
} tx_tsi_state;

TX_FUNCTION real tx_tsi_warm_up(const real* p) { return p[0] + p[3]; }

TX_FUNCTION void tx_tsi_bar(tx_tsi_state* s, const real* p, const real* x, real seen, int steady, real* out) {
    const real zero = R(0.0);
    const real later = seen - (p[0] - R(1.0));
    TxStep change = tx_next_step(&s->change, x[0]);
    TxStep size = tx_next_step(&s->size, SELECT(x[0] < zero, -x[0], x[0]));
    change = tx_next_mean(&s->above_change, p, change, seen, steady);
    size = tx_next_mean(&s->above_size, p, size, seen, steady);
    change = tx_next_mean(&s->above_change_again, p + 3, change, later, steady);
    size = tx_next_mean(&s->above_size_again, p + 3, size, later, steady);
    out[0] = SELECT(size.value == zero, zero, R(100.0) * (change.value / size.value));
}
