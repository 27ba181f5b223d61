/* How the kernels of src/indicators are run over a whole column.
 *
 * A kernel computes `outputs` series from `series` of them and from scalars. It is written in one of two
 * forms:
 *
 *   series   void tx_NAME(x, p, bars, out): reads x[i][t] of series i and the scalars p[j], writes out[k][t],
 * for all t. scan     a recursion over bars, which holds all that it remembers in a structure: typedef struct
 * { ... } tx_NAME_state;             at the start all zero real tx_NAME_warm_up(p) see `steady` void
 * tx_NAME_bar(state, p, x, seen, steady, out)  one bar: the values x[i], the results out[k] Bars at which a
 * series is undefined (NaN or infinite) give NaN and are passed over; `seen` is how many were not, this one
 * included. `steady` says that `seen` is above the warm-up: what a kernel must only do before that costs
 * nothing then. A scan is compiled for several columns at once as well, one in each lane of a real; they read
 * the same series and differ in their scalars.
 *
 * Column i's value at bar t may depend on what series hold up to bar t, and on nothing after it.
 *
 * Kernel text like simulation.h, whose words it uses, always in float64; read once for single columns, and
 * where the processor has vectors once for lanes. The includer also defines
 *
 *   TX_GLOBAL                the address space of columns
 *   TX_LOOP                  TX_FUNCTION, if not a function that is compiled by itself
 *   TX_NAN                   undefined
 *   TX_LARGEST(x)            the largest of a real's lanes, a double
 *   TX_ZERO                  a structure's initializer
 *   TX_INDEPENDENT           before a loop whose turns do not read what others write: a compiler's hint, or
 * nothing
 *   TX_PUT(out, k, t, x)     stores the real x as output k at bar t */

#ifndef TX_LOOP
#define TX_LOOP TX_FUNCTION
#endif

#define TX_DEFINED(x) ((x) - (x) == 0.0)

/* A window in bars as an int; one that is longer than the series is one bar longer. */
#define TX_LENGTH(n, bars) ((n) <= (double)(bars) ? (int)(n) : (bars) + 1)

/* The bars of a scan from t on, as long as `condition` holds. */
#define TX_SCAN_BARS(name, series, outputs, condition, steady)                                               \
    for (; t < bars && (condition); ++t) {                                                                   \
        int defined = 1;                                                                                     \
        for (i = 0; i < (series); ++i) {                                                                     \
            const double v = x[i][t];                                                                        \
            defined &= TX_DEFINED(v);                                                                        \
            in[i] = R(v);                                                                                    \
        }                                                                                                    \
        if (defined) {                                                                                       \
            seen += 1.0;                                                                                     \
            tx_##name##_bar(&state, p, in, R(seen), steady, result);                                         \
            for (i = 0; i < (outputs); ++i) TX_PUT(out, i, t, result[i]);                                    \
        } else {                                                                                             \
            for (i = 0; i < (outputs); ++i) TX_PUT(out, i, t, R(TX_NAN));                                    \
        }                                                                                                    \
    }

/* The columns of a scan. The loop after the warm-up is a function of its own: beside the loop before it, or
 * those of other kernels, compilers keep in memory what a bar waits for. */
#define TX_SCAN_COLUMNS(name, series, scalars, outputs)                                                      \
    typedef struct {                                                                                         \
        tx_##name##_state state;                                                                             \
        double seen;                                                                                         \
    } tx_##name##_scan; /* what is kept from bar to bar */                                                   \
    TX_LOOP void tx_##name##_steady(tx_##name##_scan* scan, TX_GLOBAL const double* const* x, const real* p, \
                                    int t, int bars, TX_GLOBAL double* const* out) {                         \
        tx_##name##_state state = scan->state;                                                               \
        double seen = scan->seen;                                                                            \
        real in[series];                                                                                     \
        real result[outputs];                                                                                \
        int i;                                                                                               \
        TX_SCAN_BARS(name, series, outputs, 1, 1)                                                            \
        scan->state = state;                                                                                 \
        scan->seen = seen;                                                                                   \
    }                                                                                                        \
    /* The next `bars` of a scan, which begin where the series do. */                                        \
    TX_FUNCTION void tx_##name##_next(tx_##name##_scan* scan, TX_GLOBAL const double* const* x,              \
                                      const real* p, int bars, TX_GLOBAL double* const* out) {               \
        tx_##name##_state state = scan->state;                                                               \
        const double warm_up = TX_LARGEST(tx_##name##_warm_up(p));                                           \
        double seen = scan->seen;                                                                            \
        real in[series];                                                                                     \
        real result[outputs];                                                                                \
        int t = 0, i;                                                                                        \
        TX_SCAN_BARS(name, series, outputs, seen + 1.0 <= warm_up, 0)                                        \
        scan->state = state;                                                                                 \
        scan->seen = seen;                                                                                   \
        tx_##name##_steady(scan, x, p, t, bars, out);                                                        \
    }                                                                                                        \
    TX_FUNCTION void tx_##name##_columns(TX_GLOBAL const double* const* x, const real* p, int bars,          \
                                         TX_GLOBAL double* const* out) {                                     \
        tx_##name##_scan scan = TX_ZERO;                                                                     \
        tx_##name##_next(&scan, x, p, bars, out);                                                            \
    }
