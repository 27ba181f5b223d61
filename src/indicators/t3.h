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
kernel = { form = "scan", series = ["x"], scalars = ["length", "2 / (length + 1)", "c3", "c4", "c5", "c6"] }
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
    real means[6]; /* each of the one before */
} tx_t3_state;

TX_FUNCTION real tx_t3_warm_up(const real* p) { return R(6.0) * p[0]; }

TX_FUNCTION void tx_t3_bar(tx_t3_state* s, const real* p, const real* x, real seen, int steady, real* out) {
    const real before = p[0] - R(1.0); /* bars until a mean's first value */
    const real once = tx_next_mean(&s->means[0], p[0], p[1], x[0], seen, steady);
    const real twice = tx_next_mean(&s->means[1], p[0], p[1], once, seen - before, steady);
    const real e3 = tx_next_mean(&s->means[2], p[0], p[1], twice, seen - R(2.0) * before, steady);
    const real e4 = tx_next_mean(&s->means[3], p[0], p[1], e3, seen - R(3.0) * before, steady);
    const real e5 = tx_next_mean(&s->means[4], p[0], p[1], e4, seen - R(4.0) * before, steady);
    const real e6 = tx_next_mean(&s->means[5], p[0], p[1], e5, seen - R(5.0) * before, steady);
    out[0] = p[5] * e6 + p[4] * e5 + p[3] * e4 + p[2] * e3;
}
