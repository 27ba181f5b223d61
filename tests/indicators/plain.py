"""Plain implementations, from the formulas that the indicators' files cite, of what TA-Lib lacks. Slow on purpose: each bar is
computed from its window, nothing slides. Series are numpy arrays; NaN is undefined."""

import numpy as np


def each_window(x, length):
    """The windows that end at each bar, from bar length - 1 on."""
    return np.lib.stride_tricks.sliding_window_view(np.asarray(x, dtype=float), length) if len(x) >= length else np.empty((0, length))


def after(undefined, values):
    return np.concatenate([np.full(undefined, np.nan), np.asarray(values, dtype=float)])


def bars_since_highest(x, length):
    return after(min(len(x), length - 1), [-float(np.argmax(window[::-1])) for window in each_window(x, length)])


def bars_since_lowest(x, length):
    return after(min(len(x), length - 1), [-float(np.argmin(window[::-1])) for window in each_window(x, length)])


def ago(x, bars):
    return after(min(bars, len(x)), x[:max(0, len(x) - bars)])


def mean(x, length):
    return after(min(len(x), length - 1), [np.mean(window) for window in each_window(x, length)])


def true_range(high, low, close):
    before = ago(close, 1)
    return np.maximum(high, before) - np.minimum(low, before)


def ema(x, length):
    """From the mean of the first length values that are defined."""
    out = np.full(len(x), np.nan)
    defined = np.flatnonzero(~np.isnan(x))
    if len(defined) < length:
        return out
    value = np.mean(x[defined[:length]])
    out[defined[length - 1]] = value
    for bar in defined[length:]:
        value += 2 / (length + 1) * (x[bar] - value)
        out[bar] = value
    return out


def squeeze_on(high, low, close, length, factor, channel_factor):
    deviation = after(min(len(close), length - 1), [np.std(window) for window in each_window(close, length)])
    width = channel_factor * mean(true_range(high, low, close), length)
    return np.where(np.isnan(width), np.nan, factor * deviation < width)


def squeeze_momentum(high, low, close, length):
    top = after(min(len(close), length - 1), [max(window) for window in each_window(high, length)])
    bottom = after(min(len(close), length - 1), [min(window) for window in each_window(low, length)])
    distance = close - ((top + bottom) / 2 + mean(close, length)) / 2
    bars = np.arange(length)
    ends = [np.nan if np.isnan(window).any() else np.polyval(np.polyfit(bars, window, 1), length - 1) for window in each_window(distance, length)]
    return after(min(len(close), length - 1), ends)


def wavetrend(high, low, close, length, average):
    typical = (high + low + close) / 3
    middle = ema(typical, length)
    spread = 0.015 * ema(np.abs(typical - middle), length)
    place = np.where(spread == 0, 0.0, (typical - middle) / np.where(spread == 0, 1.0, spread))
    return ema(place, average)


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
