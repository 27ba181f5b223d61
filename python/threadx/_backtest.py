"""One scenario in full."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from threadx import _arguments, _core, _toml
from threadx._bars import Bars, as_bars
from threadx._core import InputError
from threadx._frames import equity_series, metric_html, trades_frame
from threadx._strategy import stem, strategy_text

if TYPE_CHECKING:
    import pandas as pd


class Backtest:
    """What one scenario did: its metrics, its equity at each close, its trades."""

    def __init__(self, name: str, bars: Bars, result: tuple[Any, ...], names: list[str]) -> None:
        metrics, self.ruined, parameters, self._equity, self._trades = result
        self.strategy = name
        self.bars = bars
        self.metrics: dict[str, float] = dict(zip((m[0] for m in _core.metrics()), metrics.tolist(), strict=True))
        self.parameters: dict[str, float] = dict(zip(names, parameters, strict=True))

    def __getitem__(self, metric: str) -> float:
        return self.metrics[metric]

    @property
    def equity_array(self) -> np.ndarray:
        """Equity at the close of each bar, float64, in the currency of the capital."""
        return self._equity

    @cached_property
    def equity(self) -> pd.Series:
        """Equity at the close of each bar, by the time at which the bar starts."""
        return equity_series(self._equity, self.bars.time)

    @cached_property
    def trades(self) -> pd.DataFrame:
        """A row for each closed trade, in order of exit: side, units, bars and times, prices, pnl net of both fees, fees,
        and why it ended (signal, hold, stop, target, ruin, end)."""
        return trades_frame(self._trades, self.bars.time)

    def to_pandas(self) -> pd.Series:
        """The metrics by name."""
        import pandas as pd

        return pd.Series(self.metrics, name=self.strategy)

    def __repr__(self) -> str:
        shown = ", ".join(f"{name} {self.metrics[name]:.4g}" for name in _core.table_metrics())
        return f"<threadx.Backtest of {self.strategy}{' (ruined)' if self.ruined else ''}: {shown}>"

    def _repr_html_(self) -> str:
        return metric_html(f"{self.strategy}{' (ruined)' if self.ruined else ''}", self.parameters, self.metrics)


def backtest(
    bars: Any,
    strategy: Any,
    params: Mapping[str, float] | None = None,
    *,
    execution: Mapping[str, Any] | None = None,
    resample: str = "",
    bars_per_year: float | None = None,
    **more_params: float,
) -> Backtest:
    """Backtests one scenario and keeps all of it.

    Parameters
    ----------
    bars
        As for :func:`threadx.sweep`.
    strategy
        A built-in name, a TOML file or text, a dict, or a :class:`threadx.rules.Strategy`.
    params, more_params
        Values of the strategy's parameters; the others keep their defaults: ``backtest(bars, "ma_crossover", fast=10)``.
    execution
        ``capital, fee`` (a fraction of the notional, per side), ``slippage`` (a fraction of the price), ``leverage``,
        ``fill, ambiguity, close_at_end``.

    Raises
    ------
    InputError
        if anything given is wrong: what, where, and what to do.
    """
    held = as_bars(bars, resample, bars_per_year)
    name, text = strategy_text(strategy)
    core = _core.Strategy(text, name)
    values = {}
    for key, value in {**_arguments.entries("params", params, '{"fast": 10}'), **more_params}.items():
        try:
            values[key] = float(value)
        except (TypeError, ValueError):
            raise InputError(f"{key} = {value!r}: expected a number") from None
    settings = "".join(
        f"{_toml.key(key)} = {_toml.value(value)}\n"
        for key, value in _arguments.entries("execution", execution, '{"fee": 0.0005}').items()
    )
    result = _core.backtest(core, name, held._core, values, settings, "bars")
    return Backtest(stem(core.name), held, result, [parameter["name"] for parameter in core.parameters])
