/* The sufficient statistics of one scenario, in the order in which devices deliver them. Kernel text. */

#define SIM_STATISTICS(X)                                                                                    \
    X(final_equity)     /* at the last close */                                                              \
    X(open_quantity)    /* units held at the last close, signed; 0 = flat */                                 \
    X(ruined)           /* 1 or 0 */                                                                         \
    X(max_drawdown)     /* fraction of the peak */                                                           \
    X(drawdown_squares) /* sum over bars of drawdown^2 */                                                    \
    X(longest_drawdown) /* bars */                                                                           \
    X(return_sum)       /* sum over bars of r */                                                             \
    X(return_squares)   /* of r^2 */                                                                         \
    X(return_cubes)     /* of r^3 */                                                                         \
    X(return_fourths)   /* of r^4 */                                                                         \
    X(gain_sum)         /* of max(r, 0) */                                                                   \
    X(loss_sum)         /* of max(-r, 0) */                                                                  \
    X(loss_squares)     /* of min(r, 0)^2 */                                                                 \
    X(trades)           /* closed trades */                                                                  \
    X(long_trades)                                                                                           \
    X(wins)                  /* trades with pnl > 0 */                                                       \
    X(gross_profit)          /* sum of their pnl */                                                          \
    X(gross_loss)            /* sum of the others' pnl */                                                    \
    X(best_trade)            /* largest pnl */                                                               \
    X(worst_trade)           /* smallest pnl */                                                              \
    X(pnl_deviations)        /* sum over trades of (pnl - first_pnl) */                                      \
    X(pnl_deviation_squares) /* of its square */                                                             \
    X(hold_bars)             /* sum over closed trades of exit bar - entry bar */                            \
    X(held_bars)             /* bars with a position at the close */                                         \
    X(max_losing_streak)     /* trades */                                                                    \
    X(fees)                  /* sum of fees paid */                                                          \
    X(rejected)              /* entries refused */
