"""Plain implementations, from the formulas that the indicators' files cite, of what TA-Lib lacks. Slow on purpose: each bar is
computed from its window, nothing slides. Series are numpy arrays; NaN is undefined."""

import numpy as np


def windows(of, length, *series):
    """`of` of the last `length` values of each series; NaN where one of them is."""
    out = np.full(len(series[0]), np.nan)
    for t in range(length - 1, len(out)):
        parts = [each[t - length + 1:t + 1] for each in series]
        if np.isfinite(parts).all():
            out[t] = of(*parts)
    return out
