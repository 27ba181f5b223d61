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


def covariance(a, b):
    return 0.0 if np.ptp(a) == 0 or np.ptp(b) == 0 else ((a - a.mean()) * (b - b.mean())).mean()


def nan_for_zero(series):
    return np.where(series == 0, np.nan, series)


def undefined_before(series, bar):
    return np.where(np.arange(len(series)) < bar, np.nan, series)


def barssince(condition):
    held = np.flatnonzero(condition)
    return np.array([t - held[held <= t][-1] if (held <= t).any() else np.nan for t in range(len(condition))])


def valuewhen(condition, series, occurrence):
    held = np.flatnonzero(condition)
    return np.array([series[held[held <= t][-1 - occurrence]] if (held <= t).sum() > occurrence else np.nan for t in range(len(condition))])


def pivothigh(series, left, right):
    def value(window):
        middle = window[left]
        return middle if (window[:left] < middle).all() and (window[left + 1:] <= middle).all() else np.nan

    return windows(value, left + right + 1, series)


def pivotlow(series, left, right):
    return -pivothigh(-series, left, right)


def mode(window):
    values, counts = np.unique(window, return_counts=True)
    return values[counts.argmax()]
