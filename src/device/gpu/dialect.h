/* What the kernel text is written in where a work item is a scenario, after the dialect's own part. */
#if TX_SINGLE
typedef float real;
#else
typedef double real;
#endif
#if TX_COLUMNS
typedef double column_real;
#else
typedef real column_real;
#endif
typedef int mask;
typedef TX_GLOBAL const column_real* column_ref;
#define R(x) ((real)(x))
#define SELECT(m, a, b) ((m) ? (a) : (b))
#define NOT(m) (!(m))
#define ANY(m) (m)
#define SELDOM(x) (x)
#define ABS(x) fabs(x)
#define COLUMN_AT(c, t) ((real)(c)[t])
#define ON_TRADE(s, m, bar, price, pnl, fees, reason)
#define ON_RETURN(s, r) sim_add_return(&(s)->moments, r)
#define SIM_OWN_STATE
#define TX_SQRT(x) sqrt(x)
#define TX_ABS(x) fabs(x)
#define TX_LARGEST(x) (x)
#define TX_INDEPENDENT
#define TX_ZERO                                                                                              \
    { 0 }
#define TX_PUT(out, k, t, x) ((out)[k][t] = (x))
#define TX_BARS_PER_WORD 64
