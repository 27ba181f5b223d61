/*---
group = "volume"
help = "accumulation/distribution line: the sum of volumes, each weighted by where in its range the bar closed"
source = "Chaikin: accumulation/distribution line; TA-Lib: AD"
talib = "AD"
arguments = []
kernel = { form = "scan", series = ["high", "low", "close", "volume"] }
undefined = "0"

[[known]]
expression = "accdist()"
high = [12, 12, 5]
low = [10, 8, 5]
close = [12, 9, 5]
volume = [100, 100, 100]
value = [100, 50, 50]

[[check]]
expression = "accdist()"
against = "talib.AD(high, low, close, volume)"

[[check]]
expression = "accdist() - accdist()[2]"
against = "talib.AD(high, low, close, volume) - np.concatenate([[np.nan] * 2, talib.AD(high, low, close, volume)])[:len(close)]"
---*/

typedef struct {
    real line;
} tx_accdist_state;

TX_FUNCTION real tx_accdist_warm_up(const real* p) {
    (void)p;
    return R(0.0);
}

TX_FUNCTION void tx_accdist_bar(tx_accdist_state* s, const real* p, const real* x, real seen, int steady,
                                real* out) {
    (void)p;
    (void)seen;
    (void)steady;
    out[0] = tx_next_accumulation(&s->line, x);
}
