"""ThreadX: millions of backtests of trading strategies, and what is left of the best of them.

>>> import threadx
>>> run = threadx.sweep(bars, "ma_crossover", {"fast": range(5, 50, 5), "slow": range(60, 200, 20)})
>>> run.top()

``bars`` are a pandas or polars DataFrame, a dict of arrays, an Arrow table or a file. A strategy is the name of a built-in
one, a TOML file, TOML text, a dict, or written in Python (`threadx.rules`). The engine is the one of the program
``threadx``: the same bits, whatever computes them.

Everything is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from threadx._core import DeviceError, Error, InputError, IoError, __version__

if TYPE_CHECKING:
    from threadx import config, indicators, rules
    from threadx._backtest import Backtest, backtest
    from threadx._bars import Bars, read_bars, synthetic_bars
    from threadx._columns import column
    from threadx._run import Run
    from threadx._strategy import StrategyInfo, strategies, strategy_info
    from threadx._sweep import open_run, resume, robustness, sweep, walkforward
    from threadx._walkforward import WalkforwardRun

# Where each name is defined.
_HOMES = {
    "Backtest": "_backtest",
    "Bars": "_bars",
    "Run": "_run",
    "StrategyInfo": "_strategy",
    "WalkforwardRun": "_walkforward",
    "backtest": "_backtest",
    "column": "_columns",
    "open_run": "_sweep",
    "read_bars": "_bars",
    "resume": "_sweep",
    "robustness": "_sweep",
    "strategies": "_strategy",
    "strategy_info": "_strategy",
    "sweep": "_sweep",
    "synthetic_bars": "_bars",
    "walkforward": "_sweep",
}
_MODULES = ("config", "indicators", "optimization", "rules", "ui", "utils")

__all__ = [
    "Backtest",
    "Bars",
    "DeviceError",
    "Error",
    "InputError",
    "IoError",
    "Run",
    "StrategyInfo",
    "WalkforwardRun",
    "__version__",
    "backtest",
    "column",
    "config",
    "indicators",
    "open_run",
    "read_bars",
    "resume",
    "robustness",
    "rules",
    "strategies",
    "strategy_info",
    "sweep",
    "synthetic_bars",
    "walkforward",
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        value = getattr(importlib.import_module(f"threadx.{_HOMES[name]}"), name)
        globals()[name] = value
        return value
    if name in _MODULES:
        return importlib.import_module(f"threadx.{name}")
    raise AttributeError(f"module 'threadx' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
