"""Plain implementations, from the formulas that the indicators' files cite, of what TA-Lib lacks. Slow on purpose: each bar is
computed from its window, nothing slides; but all windows in one go, so that whole real series can be compared. Series are numpy
arrays; NaN is undefined."""

import datetime

import numpy as np
import talib


def each_window(x, length):
    """The windows that end at each bar, from bar length - 1 on: a row each."""
    return np.lib.stride_tricks.sliding_window_view(np.asarray(x, dtype=float), length) if len(x) >= length else np.empty((0, length))


def windows(of, length, *series):
    """`of` of the last `length` values of each series, which are given as rows; NaN where one of the values is."""
    out = np.full(len(series[0]), np.nan)
    parts = [each_window(each, length) for each in series]
    full = np.flatnonzero(np.all([np.isfinite(part).all(axis=1) for part in parts], axis=0))
    if len(full):
        out[full + length - 1] = of(*[part[full] for part in parts])
    return out


def each_run(of, *series):
    """`of` of each run of bars at which all the series are defined, as if there were no others: what is computed from
    windows must be full of defined values."""
    defined = np.concatenate([[False], ~np.isnan(series).any(axis=0), [False]])
    edges = np.flatnonzero(np.diff(defined.astype(int)))
    out = np.full(len(series[0]), np.nan)
    for first, end in edges.reshape(-1, 2):
        out[first:end] = of(*[np.ascontiguousarray(each[first:end]) for each in series])
    return out


def passing_over(of, *series):
    """`of` of the bars at which all the series are defined, as if the others were not there: what remembers passes over
    undefined values."""
    defined = ~np.isnan(series).any(axis=0)
    out = np.full(len(series[0]), np.nan)
    if defined.any():
        out[defined] = of(*[np.ascontiguousarray(each[defined]) for each in series])
    return out


def differ(w):
    """Whether the values of a row differ, by so much that their range has as many digits as a comparison needs."""
    return np.ptp(w, axis=1) > 1e-6 * np.abs(w).max(axis=1)


def moved(x, length):
    """Whether the last `length` values differ."""
    return windows(differ, length, x) == 1


def held(condition, length):
    """Whether it held at each of the last `length` bars."""
    return windows(lambda w: w.all(axis=1), length, condition) == 1


def moved_in_cycle(x):
    """The same of the bars that a phase of the dominant cycle is made of: one cycle's, and three that smooth."""
    period = talib.HT_DCPERIOD(x)
    length = np.where(np.isnan(period), 1, np.floor(period + 0.5)).astype(int) + 3
    out = np.zeros(len(x), dtype=bool)
    for each in np.unique(length):
        ends = np.flatnonzero((length == each) & (np.arange(len(x)) >= each - 1))
        out[ends] = differ(each_window(x, each)[ends - each + 1])
    return out


def beta(a, b):
    """The slope of b's changes over a's."""
    apart = a - a.mean(axis=1, keepdims=True)
    square = (apart * apart).sum(axis=1)
    return np.where(square > 0, (apart * (b - b.mean(axis=1, keepdims=True))).sum(axis=1) / np.where(square > 0, square, 1), 0.0)


def change(x):
    """From the bar before, as a part."""
    return x / ago(x, 1) - 1


def correlation(a, b):
    a, b = (each - each.mean(axis=1, keepdims=True) for each in (a, b))
    size = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    return np.where(size > 0, (a * b).sum(axis=1) / np.where(size > 0, size, 1), 0.0)


def bars_since_highest(x, length):
    return windows(lambda w: -np.argmax(w[:, ::-1], axis=1).astype(float), length, x)


def bars_since_lowest(x, length):
    return windows(lambda w: -np.argmin(w[:, ::-1], axis=1).astype(float), length, x)


def ago(x, bars):
    return np.concatenate([np.full(min(bars, len(x)), np.nan), x[:max(0, len(x) - bars)]])


def mean(x, length):
    return windows(lambda w: w.mean(axis=1), length, x)


def true_range(high, low, close):
    before = ago(close, 1)
    return np.maximum(high, before) - np.minimum(low, before)


def ema(x, length, part=None):
    """From the mean of the first length values that are defined; moves by `part`, 2/(length + 1) if left out."""
    part = 2 / (length + 1) if part is None else part
    out = np.full(len(x), np.nan)
    defined = np.flatnonzero(~np.isnan(x))
    if len(defined) < length:
        return out
    value = float(np.mean(x[defined[:length]]))
    values = [value]
    for each in x[defined[length:]].tolist():
        value += part * (each - value)
        values.append(value)
    out[defined[length - 1:]] = values
    return out


def rma(x, length):
    return ema(x, length, 1 / length)


def ratio(a, b):
    return np.where(b == 0, 0.0, a / np.where(b == 0, 1.0, b))


def strength(x, length):
    """Wilder's means of gains and of losses, from each bar to the next."""
    move = x - ago(x, 1)
    return rma(np.maximum(move, 0), length), rma(np.maximum(-move, 0), length)


def strength_index(x, length):
    gains, losses = strength(x, length)
    return 100 * ratio(gains, gains + losses)


def stochrsi(x, length, stoch):
    return windows(lambda w: 100 * ratio(w[:, -1] - w.min(axis=1), np.ptp(w, axis=1)), stoch, strength_index(x, length))


def tsi(x, first, second):
    move = x - ago(x, 1)
    return 100 * ratio(ema(ema(move, first), second), ema(ema(np.abs(move), first), second))


def rvi(x, length, deviation_length):
    deviation = windows(lambda w: w.std(axis=1), deviation_length, x)
    up = rma(np.where(x > ago(x, 1), deviation, 0 * deviation), length)
    down = rma(np.where(x < ago(x, 1), deviation, 0 * deviation), length)
    return np.where(up + down == 0, 50.0, 100 * ratio(up, up + down))


def kama(x, length):
    before = ago(x, 1)
    path = windows(lambda w: w.sum(axis=1), length, np.abs(x - before))
    pace = np.minimum(np.where(path == 0, 1.0, ratio(np.abs(x - ago(x, length)), path)), 1) * (2 / 3 - 2 / 31) + 2 / 31
    out = np.full(len(x), np.nan)
    defined = np.flatnonzero(~np.isnan(before + pace + x))
    value = before[defined[0]] if len(defined) else np.nan
    for bar in defined.tolist():
        value += pace[bar] ** 2 * (x[bar] - value)
        out[bar] = value
    return out


def squeeze_on(high, low, close, length, factor, channel_factor):
    deviation = windows(lambda w: w.std(axis=1), length, close)
    width = channel_factor * mean(true_range(high, low, close), length)
    return np.where(np.isnan(width), np.nan, factor * deviation < width)


def line_end(w):
    """The last value of the line of least squares through each row."""
    length = w.shape[1]
    slope, start = np.polyfit(np.arange(length), w.T, 1)
    return start + slope * (length - 1)


def squeeze_momentum(high, low, close, length):
    top = windows(lambda w: w.max(axis=1), length, high)
    bottom = windows(lambda w: w.min(axis=1), length, low)
    return windows(line_end, length, close - ((top + bottom) / 2 + mean(close, length)) / 2)


def wavetrend(high, low, close, length, average):
    typical = (high + low + close) / 3
    middle = ema(typical, length)
    spread = 0.015 * ema(np.abs(typical - middle), length)
    place = np.where(spread == 0, 0.0, (typical - middle) / np.where(spread == 0, 1.0, spread))
    return ema(place, average)


def covariance(a, b):
    apart = ((a - a.mean(axis=1, keepdims=True)) * (b - b.mean(axis=1, keepdims=True))).mean(axis=1)
    return np.where((np.ptp(a, axis=1) == 0) | (np.ptp(b, axis=1) == 0), 0.0, apart)


def nan_for_zero(series):
    return np.where(series == 0, np.nan, series)


def undefined_before(series, bar):
    return np.where(np.arange(len(series)) < bar, np.nan, series)


def valuewhen(condition, series, occurrence):
    held = np.flatnonzero(condition)
    place = np.searchsorted(held, np.arange(len(condition)), side="right") - 1 - occurrence
    return np.array([series[held[at]] if at >= 0 else np.nan for at in place.tolist()])


def barssince(condition):
    return np.arange(len(condition)) - valuewhen(condition, np.arange(len(condition), dtype=float), 0)


def pivothigh(series, left, right):
    def value(w):
        middle = w[:, left]
        peak = (w[:, :left] < middle[:, None]).all(axis=1) & (w[:, left + 1:] <= middle[:, None]).all(axis=1)
        return np.where(peak, middle, np.nan)

    return windows(value, left + right + 1, series)


def pivotlow(series, left, right):
    return -pivothigh(-series, left, right)


def mode(w):
    """The most frequent value of each row; the least of several."""
    counts = (w[:, :, None] == w[:, None, :]).sum(axis=2)
    return np.where(counts == counts.max(axis=1, keepdims=True), w, np.inf).min(axis=1)


def alma(x, length, offset, sigma):
    weights = np.exp(-((np.arange(length) - offset * (length - 1)) ** 2) / (2 * (length / sigma) ** 2))
    return windows(lambda w: (w * weights).sum(axis=1) / weights.sum(), length, x)


def line_channel(x, length, factor):
    """The end of each window's line, and factor deviations of the window from it; a distance that is nothing but rounding is none."""
    bars = np.arange(length) - (length - 1) / 2

    def end(w):
        middle = w.mean(axis=1, keepdims=True)
        slope = ((w - middle) * bars).sum(axis=1, keepdims=True) / (bars ** 2).sum()
        rest = w - middle - slope * bars
        rest[np.abs(rest) < 1e-13 * np.abs(w).max(axis=1, keepdims=True)] = 0.0
        return middle[:, 0] + slope[:, 0] * bars[-1] + factor * np.sqrt((rest ** 2).sum(axis=1) / (length - 1))

    return windows(end, length, x)


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
