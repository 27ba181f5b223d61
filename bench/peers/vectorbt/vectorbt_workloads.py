"""The workloads in vectorbt, for both of its engines.

vectorbt takes one order a bar and a column: in a bar with a stop in it, the signals of its close are lost. What ThreadX
does at such a close vectorbt cannot do; the variants for it have no such closes.
"""

import adapter
import numpy as np
import pandas as pd
import vectorbt as vbt

WORK = "its indicators and signals, Portfolio.from_signals, Sharpe ratio, maximum drawdown, win rate"
COMMON = (
    "size inf (all of the equity), stop_entry_price = price, stop_exit_price = stoplimit, the last bar's signals cleared"
    " (ThreadX drops its orders), times without a zone (with one it is up to 20 times slower)"
)
CHUNK = 8  # 4 and 10 were fastest, 25 and 50 slower: more columns at once only fill the memory


def _series(bars):
    index = pd.to_datetime(bars.time)
    return [pd.Series(values, index=index) for values in (bars.open, bars.high, bars.low, bars.close)]


def _of(scenarios, name, kind=None):
    return [kind(scenario[name]) if kind else scenario[name] for scenario in scenarios]


def _table(result):
    """The numbers of an indicator, a column a scenario: vectorbt returns a series where there is but one."""
    values = result.to_numpy()
    return values.reshape(len(values), -1)


def _crossed_above(first, second):
    """vectorbt's crossing of two tables of the same shape."""
    return vbt.generic.dispatch.crossed_above(first, second)


def _signals(*tables):
    """Copies without the signals of the last bar."""
    tables = [np.array(table, dtype=bool) for table in tables]
    for table in tables:
        table[-1] = False
    return tables


def _simulate(series, execution, **signals):
    opens, highs, lows, closes = series
    portfolio = vbt.Portfolio.from_signals(
        closes,
        open=opens,
        high=highs,
        low=lows,
        size=np.inf,
        init_cash=execution["capital"],
        fees=execution["fee"],
        slippage=execution["slippage"],
        stop_entry_price="price",
        stop_exit_price="stoplimit",
        freq="1min",
        **signals,
    )
    portfolio.sharpe_ratio()
    portfolio.max_drawdown()
    portfolio.trades.win_rate()
    return list(zip(np.atleast_1d(portfolio.trades.closed.count()), np.atleast_1d(portfolio.final_value())))


def _bands(closes, scenarios):
    bands = vbt.BBANDS.run(closes, window=_of(scenarios, "bb_period"), alpha=_of(scenarios, "entry_z", float))
    return [_table(one) for one in (bands.lower, bands.middle, bands.upper)]


def bollinger(bars, execution, _scenarios):
    series = _series(bars)
    closes = bars.close[:, None]

    def run(scenarios):
        lower, middle, upper = _bands(series[3], scenarios)
        wide = np.broadcast_to(closes, lower.shape)
        signals = _signals(
            _crossed_above(lower, wide),
            closes >= middle - 0.000001,
            _crossed_above(wide, upper),
            closes <= middle + 0.000001,
        )
        names = ("entries", "exits", "short_entries", "short_exits")
        # Above the upper band is above the middle: a long position is closed there, not reversed.
        return _simulate(series, execution, upon_opposite_entry="close", **dict(zip(names, signals)))

    return adapter.Prepared(run, f"{COMMON}, upon_opposite_entry = close", CHUNK, WORK)


def bollinger_stop(bars, execution, _scenarios):
    series = _series(bars)
    closes = bars.close[:, None]

    def calm():
        inside = np.zeros(len(bars.close), dtype=bool)
        inside[1:] = (bars.high[1:] <= bars.high[:-1]) & (bars.low[1:] >= bars.low[:-1])
        return (inside & ~np.concatenate([[False], inside[:-1]]))[:, None]

    def run(scenarios):
        lower, middle, upper = _bands(series[3], scenarios)
        ranges = vbt.ATR.run(series[1], series[2], series[3], window=_of(scenarios, "atr_period"), ewm=False).atr
        stops = _table(ranges) * np.array(_of(scenarios, "atr_multiplier")) / closes
        may_enter = calm() & (stops > 0)
        signals = _signals(
            (closes < lower) & may_enter,
            closes >= middle - 0.000001,
            (closes > upper) & may_enter,
            closes <= middle + 0.000001,
        )
        names = ("entries", "exits", "short_entries", "short_exits")
        options = {"upon_opposite_entry": "close", "sl_stop": stops}
        return _simulate(series, execution, **options, **dict(zip(names, signals)))

    options = f"{COMMON}, upon_opposite_entry = close, sl_stop = distance / close of the bar, as a table"
    return adapter.Prepared(run, options, CHUNK, WORK)


def _averages(closes, scenarios):
    fast = _table(vbt.MA.run(closes, _of(scenarios, "fast")).ma)
    slow = _table(vbt.MA.run(closes, _of(scenarios, "slow")).ma) + 0.000001
    return _crossed_above(fast, slow), _crossed_above(slow, fast)


def _levels(scenarios):
    return {f"{name}_stop": np.array([_of(scenarios, key)]) for name, key in (("sl", "stop"), ("tp", "target"))}


def crossover_long(bars, execution, _scenarios):
    series = _series(bars)

    def run(scenarios):
        entries, exits = _signals(*_averages(series[3], scenarios))
        return _simulate(series, execution, entries=entries, exits=exits, direction="longonly", **_levels(scenarios))

    return adapter.Prepared(run, f"{COMMON}, sl_stop, tp_stop", CHUNK, WORK)


def crossover(bars, execution, _scenarios):
    series = _series(bars)

    def run(scenarios):
        entries, shorts = _signals(*_averages(series[3], scenarios))
        return _simulate(series, execution, entries=entries, short_entries=shorts, **_levels(scenarios))

    differs = "loses the signals of a bar with a stop in it, having one order a bar"
    return adapter.Prepared(run, f"{COMMON}, sl_stop, tp_stop", CHUNK, WORK, differs)


def bollinger_atr(_bars, _execution, _scenarios):
    raise adapter.CannotDo("from_signals trails a stop by a fraction of the price only, and knows no longest hold")


def main(engine):
    vbt.settings["engine"] = engine
    adapter.main(
        {
            "bollinger": bollinger,
            "bollinger_stop": bollinger_stop,
            "crossover_long": crossover_long,
            "crossover": crossover,
            "bollinger_atr": bollinger_atr,
        },
        version=vbt.__version__,
    )
