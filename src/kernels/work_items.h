/* The kernels of a GPU: what each work item does. Read after all other kernel text. The includer also defines
 *
 *   TX_KERNEL            how a kernel is declared
 *   TX_ITEM              the number of the work item, an int
 *   tx_i64               a signed integer of 64 bits
 *   column_real          a column's number as the simulation reads it
 *   TX_COLUMNS           1: columns are computed here, in float64; 0: the host brings them, and nothing here
 * is a double
 *
 * Columns and signals lie in two memories, the ones that are kept for a run and the ones of a slice of
 * scenarios; an offset (of numbers, or of words of 64 bars) names both: n >= 0 is n of the kept ones, n < 0
 * is -1 - n of the slice's. */

#define TX_AT(kept, slice, offset) ((offset) >= 0 ? (kept) + (offset) : (slice) + (-1 - (offset)))

/* (1 + e)(1 - e) - 1 is 0 if the product is rounded and -e^2 if it is not; and a quotient, a root, and a
 * number below the normal ones, for the host to compare. out: 4 numbers. in: e, 3, 2, the smallest normal
 * number. */
TX_KERNEL void canary(TX_GLOBAL const real* in, TX_GLOBAL real* out) {
    const real e = in[0];
    if (TX_ITEM != 0) return;
    out[0] = (R(1.0) + e) * (R(1.0) - e) - R(1.0);
    out[1] = R(1.0) / in[1];
    out[2] = sqrt(in[2]);
    out[3] = in[3] / in[2];
}

enum {
#define TX_ONE_MORE(name) TX_NUMBER_OF_##name,
    SIM_STATISTICS(TX_ONE_MORE)
#undef TX_ONE_MORE
        TX_STATISTIC_COUNT
};

/* One scenario over one window: work item w * count + i is scenario i over window w. windows: the first bar
 * and the bar after the last of each. scalars: size, max_hold, spacing, stop_scale and target_scale of each
 * scenario; columns: the offsets of its stop, target and four signals; one quantity after the other, `count`
 * of each. statistics: in the order of statistics.h, then what tx_simulate says of blocks; `items` of each.
 */
TX_KERNEL void simulate(TX_GLOBAL const TxBar* prices, TX_GLOBAL const column_real* kept_numbers,
                        TX_GLOBAL const column_real* slice_numbers, TX_GLOBAL const tx_u64* kept_bits,
                        TX_GLOBAL const tx_u64* slice_bits, TX_GLOBAL const real* scalars,
                        TX_GLOBAL const tx_i64* columns, TX_GLOBAL const int* windows,
                        TX_GLOBAL real* statistics, int count, int items, int blocks, real capital, real fee,
                        real slippage, real leverage, int fill, int ambiguity, int size_kind, int has_stop,
                        int has_target, int trailing, int reverse, int close_at_end) {
    const int item = TX_ITEM;
    const int i = item % count;
    const int window = item / count;
    TX_GLOBAL real* out = statistics + item;
    TxSignals signals;
    SimInputs in;
    SimRules rules;
    SimStatistics left;
    if (item >= items) return;
    in.capital = capital;
    in.fee = fee;
    in.slippage = slippage;
    in.leverage = leverage;
    in.size = scalars[i];
    in.max_hold = scalars[i + (tx_i64)count];
    in.spacing = scalars[i + 2 * (tx_i64)count];
    in.stop_scale = scalars[i + 3 * (tx_i64)count];
    in.target_scale = scalars[i + 4 * (tx_i64)count];
    in.stop_column = TX_AT(kept_numbers, slice_numbers, columns[i]);
    in.target_column = TX_AT(kept_numbers, slice_numbers, columns[i + (tx_i64)count]);
    signals.enter_long = TX_AT(kept_bits, slice_bits, columns[i + 2 * (tx_i64)count]);
    signals.exit_long = TX_AT(kept_bits, slice_bits, columns[i + 3 * (tx_i64)count]);
    signals.enter_short = TX_AT(kept_bits, slice_bits, columns[i + 4 * (tx_i64)count]);
    signals.exit_short = TX_AT(kept_bits, slice_bits, columns[i + 5 * (tx_i64)count]);
    rules.fill = fill;
    rules.ambiguity = ambiguity;
    rules.size_kind = size_kind;
    rules.has_stop = has_stop;
    rules.has_target = has_target;
    rules.trailing = trailing;
    rules.reverse = reverse;
    rules.close_at_end = close_at_end;
    rules.first = windows[2 * window];
    rules.end = windows[2 * window + 1];
    rules.blocks = blocks;
    left = tx_simulate(prices, signals, in, rules, out + TX_STATISTIC_COUNT * (tx_i64)items, items);
#define TX_STORE(name)                                                                                       \
    *out = left.name;                                                                                        \
    out += items;
    SIM_STATISTICS(TX_STORE)
#undef TX_STORE
}

#if TX_COLUMNS
enum {
#define TX_NUMBER(name, form, series, scalars, outputs) TX_KERNEL_##name,
    TX_COLUMN_KERNELS(TX_NUMBER)
#undef TX_NUMBER
        TX_KERNEL_COUNT
};

/* One column of a kernel. jobs, from number jobs_at on: the offsets of its series and of the column, one
 * quantity after the other; parameters, from parameters_at on: the kernel's scalars likewise. The column's
 * series lie one after the other, each of `padded` numbers. */
TX_KERNEL void compute_series(TX_GLOBAL double* kept, TX_GLOBAL double* slice, TX_GLOBAL const tx_i64* jobs,
                              tx_i64 jobs_at, TX_GLOBAL const double* parameters, tx_i64 parameters_at,
                              int count, int function, int series, int scalars, int outputs, int bars,
                              int padded) {
    const int i = TX_ITEM;
    TX_GLOBAL const double* x[TX_MOST_SERIES];
    TX_GLOBAL double* out[TX_MOST_OUTPUTS];
    double p[TX_MOST_SCALARS];
    int t, k;
    if (i >= count) return;
    jobs += jobs_at + i;
    parameters += parameters_at + i;
    for (k = 0; k < series; ++k) x[k] = TX_AT(kept, slice, jobs[(tx_i64)k * count]);
    for (k = 0; k < scalars; ++k) p[k] = parameters[(tx_i64)k * count];
    for (k = 0; k < outputs; ++k)
        out[k] = TX_AT(kept, slice, jobs[(tx_i64)series * count]) + (tx_i64)k * padded;
    switch (function) {
/* Names are pasted where they are first given: some are macros of an OpenCL's own functions. */
#define TX_COLUMNS_scan(full_name) full_name##_columns
#define TX_COLUMNS_series(full_name) full_name
#define TX_CASE(name, form, series, scalars, outputs)                                                        \
    case TX_KERNEL_##name: TX_COLUMNS_##form(tx_##name)(x, p, bars, out); break;
        TX_COLUMN_KERNELS(TX_CASE)
#undef TX_CASE
    default: break;
    }
    for (k = 0; k < outputs; ++k)
        for (t = bars; t < padded; ++t) out[k][t] = TX_NAN;
}

/* What an operand of a step is. */
enum { TX_SCALAR = 0, TX_NUMBERS = 1, TX_BITS = 2 };

/* The operand at bar t, `shift` bars ago; undefined before bar 0. */
TX_FUNCTION double tx_number_at(int kind, TX_GLOBAL const double* series, double scalar, int shift, int t) {
    if (kind == TX_SCALAR) return scalar;
    return t >= shift ? series[t - shift] : TX_NAN;
}

/* 64 truths from bar first on, `shift` bars ago; false before bar 0. */
TX_FUNCTION tx_u64 tx_word_at(int kind, TX_GLOBAL const tx_u64* bits, double scalar, int shift, int word) {
    const int words = shift / TX_BARS_PER_WORD;
    const int rest = shift % TX_BARS_PER_WORD;
    tx_u64 out;
    if (kind == TX_SCALAR) return scalar != 0.0 ? ~(tx_u64)0 : 0;
    if (word < words) return 0;
    out = bits[word - words] << rest;
    if (rest != 0 && word > words) out |= bits[word - words - 1] >> (TX_BARS_PER_WORD - rest);
    return out;
}

TX_FUNCTION int tx_compare(int op, double a, double b) {
    switch (op) {
#define TX_CASE(name, value)                                                                                 \
    case TX_OP_##name: return value;
        TX_COMPARISONS(TX_CASE)
#undef TX_CASE
    default: return 0;
    }
}

TX_FUNCTION double tx_operate(int op, double a, double b) {
    switch (op) {
#define TX_CASE(name, value)                                                                                 \
    case TX_OP_##name: return value;
        TX_NUMBER_OPERATIONS(TX_CASE)
#undef TX_CASE
    default: return a;
    }
}

/* One operation of a column's program, for one column and 64 bars: work item w * count + k is word w of
 * column k. jobs, from number jobs_at on: offset of operand a, its shift, those of b and of c, and offset
 * of the result, of each column, one quantity after the other; scalars, from scalars_at on: a's, b's and c's
 * likewise. c is a condition, of TX_OP_choose alone. `crossing`: a > b now and a <= b one bar ago. */
TX_KERNEL void compute_step(TX_GLOBAL double* kept_numbers, TX_GLOBAL double* slice_numbers,
                            TX_GLOBAL tx_u64* kept_bits, TX_GLOBAL tx_u64* slice_bits,
                            TX_GLOBAL const tx_i64* jobs, tx_i64 jobs_at, TX_GLOBAL const double* scalars,
                            tx_i64 scalars_at, int count, int words, int bars, int op, int boolean,
                            int crossing, int a_kind, int b_kind, int c_kind) {
    const int item = TX_ITEM;
    const int k = item % count;
    const int word = item / count;
    const int first = word * TX_BARS_PER_WORD;
    const int here = bars - first < TX_BARS_PER_WORD ? bars - first : TX_BARS_PER_WORD;
    TX_GLOBAL const tx_i64* job = jobs + jobs_at + k;
    TX_GLOBAL const double* scalar = scalars + scalars_at + k;
    TX_GLOBAL const double *a, *b;
    double a_scalar, b_scalar;
    int a_shift, b_shift;
    tx_i64 result;
    tx_u64 bits = 0;
    int i;
    if (word >= words) return;
    a = TX_AT(kept_numbers, slice_numbers, job[0]);
    a_shift = (int)job[count];
    b = TX_AT(kept_numbers, slice_numbers, job[2 * count]);
    b_shift = (int)job[3 * count];
    result = job[6 * count];
    a_scalar = scalar[0];
    b_scalar = scalar[count];
    if (boolean && (crossing || (op >= TX_OP_less && op <= TX_OP_not_equal))) {
        if (crossing) {
            tx_u64 not_above = 0; /* one bar ago */
            if (first > 0) {
                const double x = tx_number_at(a_kind, a, a_scalar, a_shift, first - 1);
                const double y = tx_number_at(b_kind, b, b_scalar, b_shift, first - 1);
                not_above = x <= y ? 1 : 0;
            }
            for (i = 0; i < here; ++i) {
                const double x = tx_number_at(a_kind, a, a_scalar, a_shift, first + i);
                const double y = tx_number_at(b_kind, b, b_scalar, b_shift, first + i);
                bits |= (x > y ? not_above : 0) << i;
                not_above = x <= y ? 1 : 0;
            }
        } else {
            for (i = 0; i < here; ++i) {
                const double x = tx_number_at(a_kind, a, a_scalar, a_shift, first + i);
                const double y = tx_number_at(b_kind, b, b_scalar, b_shift, first + i);
                bits |= (tx_u64)(tx_compare(op, x, y) ? 1 : 0) << i;
            }
        }
    } else if (boolean) {
        const tx_u64 x = tx_word_at(a_kind, TX_AT(kept_bits, slice_bits, job[0]), a_scalar, a_shift, word);
        bits = x;
        if (op == TX_OP_logical_not) bits = ~x;
        if (op == TX_OP_logical_and || op == TX_OP_logical_or) {
            const tx_u64 y =
                tx_word_at(b_kind, TX_AT(kept_bits, slice_bits, job[2 * count]), b_scalar, b_shift, word);
            bits = op == TX_OP_logical_and ? x & y : x | y;
        }
    } else {
        TX_GLOBAL double* out = TX_AT(kept_numbers, slice_numbers, result) + first;
        if (op == TX_OP_choose)
            bits = tx_word_at(c_kind, TX_AT(kept_bits, slice_bits, job[4 * count]), scalar[2 * count],
                              (int)job[5 * count], word);
        for (i = 0; i < TX_BARS_PER_WORD; ++i) {
            const double x = tx_number_at(a_kind, a, a_scalar, a_shift, first + i);
            const double y = tx_number_at(b_kind, b, b_scalar, b_shift, first + i);
            const double value = op == TX_OP_choose ? (bits >> i & 1 ? x : y) : tx_operate(op, x, y);
            out[i] = i < here ? value : TX_NAN;
        }
        return;
    }
    if (here < TX_BARS_PER_WORD) bits &= ((tx_u64)1 << here) - 1; /* no truth after the last bar */
    TX_AT(kept_bits, slice_bits, result)[word] = bits;
}
#endif
