/* The elementwise operations on numbers, each defined once: of a rule's scalars, of blocks of a column on the
 * CPU, and of a bar's value on a GPU.
 *
 * Kernel text, always in float64. The includer defines TX_NAN, TX_SQRT and TX_ABS where it expands a list.
 * `a` and `b` are the operands; one that an operation does not read is any number. The numbers of the
 * operations are those of Op (rules/graph.hpp). */

/* a / b; a·b, which is 0, where b is 0. */
#define TX_RATIO(a, b) ((b) == 0.0 || (a) / (b) != (a) / (b) ? (a) * (b) : (a) / (b))

#define TX_NUMBER_OPERATIONS(X)                                                                              \
    X(negate, -a)                                                                                            \
    X(absolute, TX_ABS(a))                                                                                   \
    X(square_root, a >= 0.0 ? TX_SQRT(a) : TX_NAN)                                                           \
    X(add, a + b)                                                                                            \
    X(subtract, a - b)                                                                                       \
    X(multiply, a* b)                                                                                        \
    X(divide, b == 0.0 ? TX_NAN : a / b)                                                                     \
    X(minimum, a != a || b != b ? TX_NAN : (b < a ? b : a))                                                  \
    X(maximum, a != a || b != b ? TX_NAN : (b > a ? b : a))                                                  \
    X(replace_nan, a != a ? b : a)                                                                           \
    X(ratio, TX_RATIO(a, b))

/* False where either is NaN. */
#define TX_COMPARISONS(X)                                                                                    \
    X(less, a < b)                                                                                           \
    X(less_equal, a <= b)                                                                                    \
    X(equal, a == b)                                                                                         \
    X(not_equal, a<b || a> b)

enum {
    TX_OP_copy = 0,
    TX_OP_before_first_operation = 2,
#define TX_OP_NUMBER(name, value) TX_OP_##name,
    TX_NUMBER_OPERATIONS(TX_OP_NUMBER) TX_COMPARISONS(TX_OP_NUMBER)
#undef TX_OP_NUMBER
        TX_OP_logical_and,
    TX_OP_logical_or,
    TX_OP_logical_not,
    TX_OP_choose
};
