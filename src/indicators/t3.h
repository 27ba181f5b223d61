/*---
group = "overlap"
help = "Tillson average: three generalized DEMAs in a row, factor 0 gives emas and 1 gives DEMAs"
source = "Tillson (1998), Better moving averages, Stocks & Commodities 16(1)"
talib = "T3"
arguments = [
  { name = "x", kind = "series" },
  { name = "length", kind = "length", default = 5 },
  { name = "factor", kind = "scalar", default = 0.7, least = 0 },
]
kernel = { form = "scan", series = ["x"], scalars = ["length", "1 - 2 / (length + 1)", "2 / (length + 1)", "c6", "c5", "c4", "c3"] }
undefined = "6 * (length - 1)"

[let]
square = "factor * factor"
c6 = "-square * factor"
c5 = "3 * (square - c6)"
c4 = "-6 * square - 3 * (factor - c6)"
c3 = "1 + 3 * factor - c6 + 3 * square"

[[known]]
expression = "t3(close, 2, 0.5)"
close = [9, 12, 11, 11, 14, 12, 9, 12, 15]
value = [nan, nan, nan, nan, nan, nan, 10.8469872478789, 11.085839726329, 12.9945652480708]

[[check]]
expression = "t3(close)"
against = "talib.T3(close)"

[[check]]
expression = "t3(high, 8, 0.4)"
against = "talib.T3(high, 8, 0.4)"

[[check]]
expression = "t3(iff(close != open, close, 0 / 0))"
against = "plain.passing_over(lambda x: talib.T3(x), holed(close))"
---*/

typedef struct {
    real x;
    real above[3];
    real above_third[3]; /* of the means of the third */
} tx_t3_state;

TX_FUNCTION real tx_t3_warm_up(const real* p) { return R(6.0) * p[0]; }

TX_FUNCTION void tx_t3_bar(tx_t3_state* s, const real* p, const real* x, real seen, int steady, real* out) {
    const TxStep third = tx_next_triple_mean(s->above, p, tx_next_step(&s->x, x[0]), seen, steady).thrice;
    const TxTripleMean again =
        tx_next_triple_mean(s->above_third, p, third, seen - R(3.0) * (p[0] - R(1.0)), steady);
    out[0] =
        p[3] * again.thrice.value + p[4] * again.twice.value + p[5] * again.once.value + p[6] * third.value;
}
