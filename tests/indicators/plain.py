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


def ago(x, bars):
    return after(min(bars, len(x)), x[:max(0, len(x) - bars)])


def mean(x, length):
    return after(min(len(x), length - 1), [np.mean(window) for window in windows(x, length)])


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
    deviation = after(min(len(close), length - 1), [np.std(window) for window in windows(close, length)])
    width = channel_factor * mean(true_range(high, low, close), length)
    return np.where(np.isnan(width), np.nan, factor * deviation < width)


def squeeze_momentum(high, low, close, length):
    top = after(min(len(close), length - 1), [max(window) for window in windows(high, length)])
    bottom = after(min(len(close), length - 1), [min(window) for window in windows(low, length)])
    distance = close - ((top + bottom) / 2 + mean(close, length)) / 2
    bars = np.arange(length)
    ends = [np.nan if np.isnan(window).any() else np.polyval(np.polyfit(bars, window, 1), length - 1) for window in windows(distance, length)]
    return after(min(len(close), length - 1), ends)


def wavetrend(high, low, close, length, average):
    typical = (high + low + close) / 3
    middle = ema(typical, length)
    spread = 0.015 * ema(np.abs(typical - middle), length)
    place = np.where(spread == 0, 0.0, (typical - middle) / np.where(spread == 0, 1.0, spread))
    return ema(place, average)
