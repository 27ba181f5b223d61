"""Expressions of the rule language over arrays and bars."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import numpy as np

from threadx import _arguments, _core
from threadx._bars import Bars, as_bars, some_columns
from threadx.config import get_settings

FIELDS = ("open", "high", "low", "close", "volume")


@cache
def _engine_for(overrides: tuple[str, ...], source: str, devices: str) -> _core.ColumnEngine:
    return _core.ColumnEngine(get_settings().core(), devices)


def engine(devices: str = "auto") -> _core.ColumnEngine:
    """What computes columns, with the settings in force; its devices stay open."""
    settings = get_settings()
    return _engine_for(tuple(settings.overrides()), settings.source, devices)


def bar_series(bars: Bars, names: Any = (*FIELDS, "time")) -> dict[str, np.ndarray]:
    """The named series of bars as the rule language has them."""
    out = {name: getattr(bars, name) for name in names if name in FIELDS}
    if "time" in names and bars._core.has_time:
        out["time"] = bars._core.time // 1_000_000 * 1.0  # milliseconds
    return out


def column(expression: str, bars: Any, *, devices: str = "auto") -> np.ndarray:
    """Any expression of the rule language over bars, as float64; truths are 1 and 0, undefined values NaN.

    >>> threadx.column("crossover(close, sma(close, 20))", bars)

    Raises
    ------
    InputError
        that points at a mistake in the expression.
    """
    text = expression.rule_text() if hasattr(expression, "rule_text") else _arguments.text("expression", expression)
    if isinstance(bars, (str, os.PathLike)):
        bars = as_bars(bars, bars_per_year=1.0)  # no metric is computed
    series = bar_series(bars) if isinstance(bars, Bars) else some_columns(bars, (*FIELDS, "time"))
    return engine(devices).compute([text], series, "indicator/expression", placement_of(devices))[0][0]


def placement_of(devices: str) -> str:
    """Where it has to be computed: one device that is named, or wherever it is soonest done."""
    return "dynamic" if devices == "auto" or "," in devices else devices
