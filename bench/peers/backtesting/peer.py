"""backtesting.py: event by event in Python; it can do every workload here, with fills at the close."""

import importlib.metadata
import warnings

import adapter
import backtesting
import numpy as np
import pandas as pd
from backtesting.lib import FractionalBacktest

WORK = "pandas' rolling windows for the indicators (it has none of its own), FractionalBacktest.run with its statistics"
OPTIONS = "FractionalBacktest with units of 1e-12, trade_on_close, orders of the last close dropped, as in ThreadX"
ALL = 1 - 2**-53  # of the equity; 1 would be one unit


def _sma(values, period):
    return pd.Series(values).rolling(period).mean().to_numpy()


def _stdev(values, period):
    return pd.Series(values).rolling(period).std(ddof=0).to_numpy()


def _true_range(bars):
    before = np.concatenate([[np.nan], bars.close[:-1]])
    return np.maximum(bars.high - bars.low, np.maximum(abs(bars.high - before), abs(bars.low - before)))


def _wilder(values, period):
    """ThreadX's rma: seeded with the mean of the first defined values."""
    out = np.full(len(values), np.nan)
    first = int(np.argmax(~np.isnan(values)))
    seed = first + period - 1
    out[seed] = values[first : seed + 1].mean()
    rest = pd.Series(np.concatenate([[out[seed]], values[seed + 1 :]])).ewm(alpha=1 / period, adjust=False).mean()
    out[seed:] = rest.to_numpy()
    return out


def _above(first, second):
    """first crosses above second."""
    out = np.zeros(len(first), dtype=bool)
    out[1:] = (first[1:] > second[1:]) & (first[:-1] <= second[:-1])
    return out


class _Signals:
    """What a scenario decides at each close: booleans and distances by bar."""

    def __init__(self, count):
        nothing = np.zeros(count, dtype=bool)
        self.enter_long = self.exit_long = self.enter_short = self.exit_short = nothing
        self.stop = self.target = None
        self.trailing = False
        self.risk = None
        self.max_hold = 0


def _bollinger(bars, one, gap=0.000001):
    signals = _Signals(len(bars.close))
    middle = _sma(bars.close, one["bb_period"])
    width = one["entry_z"] * _stdev(bars.close, one["bb_period"])
    signals.enter_long = _above(middle - width, bars.close)
    signals.enter_short = _above(bars.close, middle + width)
    signals.exit_long, signals.exit_short = bars.close >= middle - gap, bars.close <= middle + gap
    return signals


def _bollinger_stop(bars, one):
    signals = _bollinger(bars, one)
    middle = _sma(bars.close, one["bb_period"])
    width = one["entry_z"] * _stdev(bars.close, one["bb_period"])
    inside = np.zeros(len(bars.close), dtype=bool)
    inside[1:] = (bars.high[1:] <= bars.high[:-1]) & (bars.low[1:] >= bars.low[:-1])
    calm = inside & ~np.concatenate([[False], inside[:-1]])
    signals.enter_long, signals.enter_short = (bars.close < middle - width) & calm, (bars.close > middle + width) & calm
    ranges = _true_range(bars)
    ranges[0] = bars.high[0] - bars.low[0]
    signals.stop = one["atr_multiplier"] * _sma(ranges, one["atr_period"])
    return signals


def _bollinger_atr(bars, one):
    signals = _bollinger(bars, one, gap=0)
    z = (bars.close - _sma(bars.close, one["bb_period"])) / _stdev(bars.close, one["bb_period"])
    level = np.full(len(z), float(one["entry_z"]))
    signals.enter_long, signals.enter_short = _above(-level, z), _above(z, level)
    signals.stop = one["atr_multiplier"] * _wilder(_true_range(bars), one["atr_period"])
    signals.trailing, signals.risk, signals.max_hold = True, 0.01, 72
    return signals


def _crossover(bars, one):
    signals = _Signals(len(bars.close))
    fast, slow = _sma(bars.close, one["fast"]), _sma(bars.close, one["slow"]) + 0.000001
    signals.enter_long, signals.enter_short = _above(fast, slow), _above(slow, fast)
    signals.stop = one["stop"] * bars.close
    if "target" in one:
        signals.target = one["target"] * bars.close
    return signals


def _crossover_long(bars, one):
    signals = _crossover(bars, one)
    signals.exit_long, signals.enter_short = signals.enter_short, np.zeros(len(bars.close), dtype=bool)
    return signals


def _strategy(signals, execution, unit):
    """The order rules of ThreadX (fill = close) in a backtesting.py Strategy."""
    fee, slippage = execution["fee"], execution["slippage"]
    last = len(signals.enter_long) - 1

    class Rules(backtesting.Strategy):
        def init(self):
            self.entered = -1
            self.distance = 0.0

        def next(self):
            bar = len(self.data) - 1
            if bar >= last:
                return
            if self.trades:
                self.hold(bar)
            else:
                self.enter(bar)

        def hold(self, bar):
            trade = self.trades[0]
            if signals.trailing and bar > self.entered:
                self.trail(trade)
            long = trade.is_long
            leave, turn = (
                (signals.exit_long, signals.enter_short) if long else (signals.exit_short, signals.enter_long)
            )
            if leave[bar] or (signals.max_hold and bar - self.entered >= signals.max_hold):
                trade.close()
            elif turn[bar] and not (signals.enter_long[bar] and signals.enter_short[bar]):
                trade.close()
                self.enter(bar)

        def trail(self, trade):
            if trade.is_long:
                self.extreme = max(self.extreme, self.data.High[-1])
                trade.sl = max(trade.sl, self.extreme - self.distance)
            else:
                self.extreme = min(self.extreme, self.data.Low[-1])
                trade.sl = min(trade.sl, self.extreme + self.distance)

        def enter(self, bar):
            long, short = signals.enter_long[bar], signals.enter_short[bar]
            if bool(long) == bool(short):
                return
            side = 1 if long else -1
            price = self.data.Close[-1] * (1 + side * slippage)
            levels = {}
            size = ALL
            if signals.stop is not None:
                distance = signals.stop[bar] * unit
                if not distance > 0:
                    return
                levels["sl"] = price - side * distance
                self.distance = distance
                if signals.risk:
                    size = min(ALL, signals.risk * price * (1 + fee) / distance)
            if signals.target is not None:
                levels["tp"] = price + side * signals.target[bar] * unit
            self.entered = bar
            self.extreme = -np.inf if long else np.inf
            (self.buy if long else self.sell)(size=size, **levels)

    return Rules


def _prepare(signals_of):
    def prepare(bars, execution, _scenarios):
        if execution["slippage"]:
            raise adapter.CannotDo("its spread is paid at entries only; slippage is paid at both ends")
        names = {"Open": bars.open, "High": bars.high, "Low": bars.low, "Close": bars.close, "Volume": bars.volume}
        frame = pd.DataFrame(names, index=pd.to_datetime(bars.time))
        unit = 1e-12

        def run(scenarios):
            rows = []
            for one in scenarios:
                signals = signals_of(bars, one)
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    test = FractionalBacktest(
                        frame,
                        _strategy(signals, execution, unit),
                        fractional_unit=unit,
                        cash=execution["capital"],
                        commission=execution["fee"],
                        trade_on_close=True,
                    )
                    result = test.run()
                rows.append((len(result["_trades"]), result["_equity_curve"]["Equity"].iloc[-1]))
            return rows

        return adapter.Prepared(run, OPTIONS, chunk=1, work=WORK)

    return prepare


adapter.main(
    {
        "bollinger": _prepare(_bollinger),
        "bollinger_stop": _prepare(_bollinger_stop),
        "crossover_long": _prepare(_crossover_long),
        "crossover_stop": _prepare(_crossover_long),
        "crossover": _prepare(_crossover),
        "bollinger_atr": _prepare(_bollinger_atr),
    },
    version=importlib.metadata.version("backtesting"),
)
