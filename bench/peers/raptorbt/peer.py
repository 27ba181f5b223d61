"""raptorbt: one direction a run, signals as arrays, indicators of its own."""

import importlib.metadata

import adapter
import numpy as np
import raptorbt

WORK = "its indicators, signals, run_single_backtest (which computes all of its metrics)"


def crossover(bars, execution, scenarios):
    arrays = bars.time, bars.open, bars.high, bars.low, bars.close, bars.volume

    def averages(name):
        return {period: np.asarray(raptorbt.sma(bars.close, period)) for period in {one[name] for one in scenarios}}

    def run(scenarios):
        fast, slow = averages("fast"), averages("slow")  # once each, as a user would
        rows = []
        for one in scenarios:
            difference = fast[one["fast"]] - (slow[one["slow"]] + 0.000001)
            now, before = difference[1:], difference[:-1]
            entries, exits = np.zeros((2, len(difference)), dtype=bool)
            entries[1:] = (now > 0) & (before <= 0)
            exits[1:] = (now < 0) & (before >= 0)
            entries[-1] = exits[-1] = False
            config = raptorbt.BacktestConfig(
                initial_capital=execution["capital"],
                fees=execution["fee"],
                slippage=execution["slippage"],
                fill_timing="same_bar_close",
            )
            config.set_fixed_stop(one["stop"])
            if "target" in one:
                config.set_fixed_target(one["target"])
            metrics = raptorbt.run_single_backtest(*arrays, entries, exits, direction=1, config=config).metrics
            rows.append((metrics.total_closed_trades, metrics.end_value))
        return rows

    options = (
        "fill_timing = same_bar_close, set_fixed_stop, set_fixed_target, the last bar's signals cleared (ThreadX drops its"
        " orders)"
    )
    differs = "fills a target at its level where the bar opens beyond it; ThreadX fills at the open"
    return adapter.Prepared(run, options, work=WORK, differs=differs)


def one_direction(_bars, _execution, _scenarios):
    raise adapter.CannotDo("a run has one direction; the strategy is long and short")


adapter.main(
    {
        "bollinger": one_direction,
        "bollinger_stop": one_direction,
        "crossover_long": crossover,
        "crossover_stop": crossover,
        "crossover": one_direction,
        "bollinger_atr": one_direction,
    },
    version=importlib.metadata.version("raptorbt"),
)
