/*---
group = "helper"
hidden = true
help = "parabolic stop and reverse: the stop at each bar, and the side that it is on (1 below a rise, -1 above a fall)"
source = "Wilder (1978), New Concepts in Technical Trading Systems; TA-Lib: SAREXT for its start"
arguments = [
  { name = "start", kind = "scalar", help = "the first stop, below 0 for a fall; 0: from the first two bars" },
  { name = "offset", kind = "scalar", help = "part of the stop that it is moved away by at a reversal" },
  { name = "long_first", kind = "scalar" },
  { name = "long_step", kind = "scalar" },
  { name = "long_most", kind = "scalar" },
  { name = "short_first", kind = "scalar" },
  { name = "short_step", kind = "scalar" },
  { name = "short_most", kind = "scalar" },
]
kernel = { form = "scan", series = ["high", "low", "high[1]", "low[1]"], scalars = ["start", "offset", "min(long_first, long_most)", "long_step", "long_most", "min(short_first, short_most)", "short_step", "short_most"], outputs = ["stop", "side"] }
undefined = "1"

[[known]]
expression = "parabolic(0, 0, 0.1, 0.1, 0.2, 0.1, 0.1, 0.2).stop"
high = [10, 12, 13, 12, 10]
low = [8, 9, 11, 10, 7]
value = [nan, 8, 8.4, 9, 13]

[[known]]
expression = "parabolic(0, 0, 0.1, 0.1, 0.2, 0.1, 0.1, 0.2).side"
high = [10, 12, 13, 12, 10]
low = [8, 9, 11, 10, 7]
value = [nan, 1, 1, 1, -1]
---*/

typedef struct {
    real rising;  /* 1 or 0 */
    real extreme; /* the highest since the rise began, the lowest since the fall began */
    real stop;    /* of the next bar */
    real speed;
} tx_parabolic_state;

TX_FUNCTION real tx_parabolic_warm_up(const real* p) {
    (void)p;
    return R(1.0);
}

/* A fall is a rise of the negated prices: `near` is the side of a bar that the stop is on, `far` the other.
 */
TX_FUNCTION void tx_parabolic_bar(tx_parabolic_state* s, const real* p, const real* x, real seen, int steady,
                                  real* out) {
    const real zero = R(0.0);
    const real one = R(1.0);
    real rising = s->rising;
    real extreme = s->extreme;
    real stop = s->stop;
    real speed = s->speed;
    real sign, near, far, near_before, far_before, first, step, most, turned, held, value, next;
    if (!steady) {
        const real down = x[3] - x[1];
        const real fell = SELECT(down > zero, SELECT(down > x[0] - x[2], one, zero), zero);
        const real own = SELECT(fell > zero, zero, one);
        const real begins = SELECT(p[0] > zero, one, SELECT(p[0] < zero, zero, own));
        const real first_stop = SELECT(begins > zero, x[3], x[2]);
        rising = SELECT(seen > one, rising, begins);
        extreme = SELECT(seen > one, extreme, SELECT(begins > zero, x[0], x[1]));
        stop = SELECT(seen > one, stop, SELECT(p[0] > zero, p[0], SELECT(p[0] < zero, -p[0], first_stop)));
        speed = SELECT(seen > one, speed, SELECT(begins > zero, p[2], p[5]));
    }
    sign = SELECT(rising > zero, one, -one);
    near = SELECT(rising > zero, x[1], -x[0]);
    far = SELECT(rising > zero, x[0], -x[1]);
    near_before = SELECT(rising > zero, x[3], -x[2]);
    far_before = SELECT(rising > zero, x[2], -x[3]);
    if (!steady) { /* the first bar has none before it */
        near_before = SELECT(seen > one, near_before, near);
        far_before = SELECT(seen > one, far_before, far);
    }
    first = SELECT(rising > zero, p[5], p[2]); /* of the other side */
    step = SELECT(rising > zero, p[3], p[6]);
    most = SELECT(rising > zero, p[4], p[7]);
    extreme = sign * extreme;
    stop = sign * stop;
    /* Reversed: the stop goes to the extreme of the move that ended, and not into the last two bars. */
    turned = SELECT(extreme < far_before, far_before, extreme);
    turned = SELECT(turned < far, far, turned);
    turned = turned + turned * (sign * p[1]);
    value = SELECT(near <= stop, turned, stop);
    next = turned + first * (near - turned);
    next = SELECT(next < far_before, far_before, next);
    next = SELECT(next < far, far, next);
    /* Held: a new extreme makes it faster. */
    speed = SELECT(far > extreme, SELECT(speed + step > most, most, speed + step), speed);
    extreme = SELECT(far > extreme, far, extreme);
    held = stop + speed * (extreme - stop);
    held = SELECT(held > near_before, near_before, held);
    held = SELECT(held > near, near, held);
    s->rising = SELECT(near <= stop, one - rising, rising);
    s->extreme = sign * SELECT(near <= stop, near, extreme);
    s->speed = SELECT(near <= stop, first, speed);
    s->stop = sign * SELECT(near <= stop, next, held);
    out[0] = sign * value;
    out[1] = SELECT(s->rising > zero, one, -one);
}
