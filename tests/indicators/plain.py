"""Plain implementations, from the formulas that the indicators' files cite, of what TA-Lib lacks. Slow on purpose: each bar is
computed from its window, nothing slides. Series are numpy arrays; NaN is undefined."""

import numpy as np


def windows(x, length):
    """The windows that end at each bar, from bar length - 1 on."""
    return np.lib.stride_tricks.sliding_window_view(np.asarray(x, dtype=float), length) if len(x) >= length else np.empty((0, length))


def after(undefined, values):
    return np.concatenate([np.full(undefined, np.nan), np.asarray(values, dtype=float)])


def bars_since_highest(x, length):
    return after(min(len(x), length - 1), [-float(np.argmax(window[::-1])) for window in windows(x, length)])


def bars_since_lowest(x, length):
    return after(min(len(x), length - 1), [-float(np.argmin(window[::-1])) for window in windows(x, length)])
