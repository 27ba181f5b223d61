/* How a run is simulated: what simulation.h and those who call it have in common. Kernel text. */

enum { FILL_NEXT_OPEN = 0, FILL_CLOSE = 1 };
enum { STOP_FIRST = 0, TARGET_FIRST = 1, NEAREST_TO_OPEN = 2 };
enum { SIZE_EQUITY = 0, SIZE_CASH = 1, SIZE_UNITS = 2, SIZE_RISK = 3 };

/* What is the same for every scenario that is simulated together. Columns and signals are those of the whole
 * series, whichever part of it is simulated. */
typedef struct {
    int fill;
    int ambiguity;
    int size_kind;
    int has_stop;
    int has_target;
    int trailing;
    int reverse;
    int close_at_end;
    int first;  /* the first bar, where the account starts; signals of earlier bars do not exist */
    int end;    /* the bar after the last */
    int blocks; /* of the returns, whose sums are noted too; 0 = none; no more than returns */
} SimRules;
