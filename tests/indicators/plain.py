"""Plain implementations, from the formulas that the indicators' files cite, of what TA-Lib lacks. Slow on purpose: each bar is
computed from its window, nothing slides. Series are numpy arrays; NaN is undefined."""

import datetime

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


def alma(x, length, offset, sigma):
    weights = np.exp(-((np.arange(length) - offset * (length - 1)) ** 2) / (2 * (length / sigma) ** 2))
    return after(min(len(x), length - 1), (each_window(x, length) * weights).sum(axis=1) / weights.sum())


def line_channel(x, length, factor):
    """The end of each window's line, and factor deviations of the window from it; a distance that is nothing but rounding is none."""
    windows = each_window(x, length)
    bars = np.arange(length) - (length - 1) / 2
    middle = windows.mean(axis=1, keepdims=True)
    slope = ((windows - middle) * bars).sum(axis=1, keepdims=True) / (bars ** 2).sum()
    rest = windows - middle - slope * bars
    rest[np.abs(rest) < 1e-13 * np.abs(windows).max(axis=1, keepdims=True)] = 0.0
    ends = middle[:, 0] + slope[:, 0] * bars[-1] + factor * np.sqrt((rest ** 2).sum(axis=1) / (length - 1))
    return after(min(len(x), length - 1), ends)


def anchored_vwap(price, volume, period):
    out = np.full(len(price), np.nan)
    paid = traded = 0.0
    for bar in range(len(price)):
        if bar > 0 and period[bar] != period[bar - 1]:
            paid = traded = 0.0
        paid += price[bar] * volume[bar]
        traded += volume[bar]
        out[bar] = paid / traded if traded else np.nan
    return out


def utc(time, offset, part):
    """A part of the date and time `offset` hours east of UTC, of milliseconds since 1970."""
    seconds = (np.asarray(time, dtype=np.int64) + int(3600000 * offset)) // 1000
    unit = 1 if part == "second" else 60 if part == "minute" else 3600
    numbers, place = np.unique(seconds // unit * unit, return_inverse=True)
    first = datetime.datetime(1970, 1, 1)
    found = [first + datetime.timedelta(seconds=int(each)) for each in numbers]
    values = [each.isoweekday() % 7 + 1 if part == "dayofweek" else getattr(each, part) for each in found]
    return np.array(values, dtype=float)[place]


def longer_bars(minutes, time, *bars):
    """Open, high, low, close and volume of longer bars, all that the bars begin, and which of them each bar is in."""
    numbers = np.unique(np.asarray(time, dtype=np.int64) // (60000 * minutes), return_inverse=True)[1]
    starts = np.flatnonzero(np.diff(numbers, prepend=-1))
    groups = [np.split(each, starts[1:]) for each in bars]
    of = [lambda g: g[0], max, min, lambda g: g[-1], sum]
    return [np.array([part(group) for group in each]) for part, each in zip(of, groups)], numbers


def ended(minutes, time, numbers):
    """How many longer bars have ended when each bar does: those before its own, and its own if the bar after it would be the next one's."""
    step = np.diff(time).min() if len(time) > 1 else 0
    return numbers + (((np.asarray(time) + step) // (60000 * minutes)) != np.asarray(time) // (60000 * minutes))


def htf(minutes, time, opens, high, low, close, volume, of):
    """`of` computed over longer bars, and at each bar its value at the last one that had ended."""
    made, numbers = longer_bars(minutes, time, opens, high, low, close, volume)
    values = np.concatenate([[np.nan], np.asarray(of(*made), dtype=float)])
    return values[ended(minutes, time, numbers)]


def nested_htf(minutes, more, time, opens, high, low, close, volume):
    """htf(minutes, htf(more, tr) > tr)"""
    made, numbers = longer_bars(minutes, time, opens, high, low, close, volume)
    starts = np.unique(np.asarray(time) // (60000 * minutes)) * (60000 * minutes)
    inner, inner_numbers = longer_bars(more, starts, *made)
    last = ((starts + 60000 * minutes) // (60000 * more)) != starts // (60000 * more)
    far = np.concatenate([[np.nan], true_range(*inner[1:4])])[inner_numbers + last]
    truth = np.concatenate([[0.0], far > true_range(*made[1:4])])
    return truth[ended(minutes, time, numbers)]


def macd_hist(close, fast, slow, signal):
    skipped = np.concatenate([np.full(min(slow - fast, len(close)), np.nan), close[slow - fast:]])
    line = ema(skipped, fast) - ema(close, slow)
    return line - ema(line, signal)


def hours_of_periods(time, minutes):
    starts = np.unique(np.asarray(time) // (60000 * minutes)) * (60000 * minutes)
    return 100 * utc(starts, 0, "hour") + utc(starts, 0, "minute")
