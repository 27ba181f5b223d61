"""Every indicator of the rule language over arrays: ``threadx.indicators.rsi(close, 14)``.

The functions are those of ``threadx indicators`` (docs/INDICATORS.md); each has its own help: ``help(threadx.indicators.rsi)``.
Series are numpy arrays, lists or pandas Series, oldest value first; what comes back has a value for each of theirs, NaN
until a window is full, and is a pandas Series if the first of them was one. What an indicator reads of the bars beside its
arguments (``atr`` reads high, low and close) comes first, as a DataFrame, a dict of arrays or ``threadx.Bars``:
``threadx.indicators.atr(bars, 14)``. Several results are a named tuple: ``threadx.indicators.macd(close).hist``.
"""

from __future__ import annotations

import os
from collections import namedtuple
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from threadx import _columns, _core
from threadx._bars import Bars, as_bars, float_array, is_pandas, some_columns
from threadx._core import InputError
from threadx._help import help_text, needs_bars

_FIELDS = _columns.FIELDS


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """What there is to know of each indicator: signature, arguments, outputs, help, source of the formula."""
    return {description["name"]: description for description in _core.indicators()}


def names() -> list[str]:
    """The names of all indicators."""
    return sorted(catalogue())


def __getattr__(name: str) -> Callable[..., Any]:
    if name.startswith("_"):
        raise AttributeError(name)
    if name not in catalogue():
        import difflib

        near = difflib.get_close_matches(name, catalogue(), 1)
        raise AttributeError(f"there is no indicator '{name}'" + (f"; did you mean '{near[0]}'?" if near else ""))
    return function(name)


def __dir__() -> list[str]:
    return [*globals(), *catalogue()]


@cache
def function(name: str) -> Callable[..., Any]:
    """The function of an indicator."""
    description = catalogue()[name]
    parameters = [argument["name"] for argument in description["arguments"]]
    if needs_bars(description):
        parameters.insert(0, "bars")

    def indicator(*args: Any, **kwargs: Any) -> Any:
        return _compute(description, _bound(description, parameters, args, kwargs))

    indicator.__name__ = indicator.__qualname__ = name
    indicator.__module__ = __name__
    indicator.__doc__ = help_text(description)
    return indicator


def _bound(
    description: dict[str, Any], parameters: list[str], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any]:
    name = description["name"]
    if len(args) > len(parameters):
        raise TypeError(f"{name}() takes at most {len(parameters)} arguments: {name}({', '.join(parameters)})")
    given = dict(zip(parameters, args, strict=False))
    for key, value in kwargs.items():
        if key not in parameters:
            raise TypeError(f"{name}() has no argument '{key}': {name}({', '.join(parameters)})")
        if key in given:
            raise TypeError(f"{name}() got '{key}' twice")
        given[key] = value
    required = [a["name"] for a in description["arguments"] if not a["default"] or _is_series(a, description)]
    missing = [each for each in (parameters[:1] if needs_bars(description) else []) + required if each not in given]
    if missing:
        raise TypeError(f"{name}() lacks '{missing[0]}': {name}({', '.join(parameters)})")
    return given


def _is_series(argument: dict[str, Any], description: dict[str, Any]) -> bool:
    # A series that is the bars' own if it is left out; without bars it must be given.
    return argument["kind"] == "series" and not argument["default"].isdigit() and not needs_bars(description)


def _compute(description: dict[str, Any], given: dict[str, Any], placement: str = "dynamic", engine: Any = None) -> Any:
    """`given`: the arguments by name."""
    bars = given.pop("bars", None)
    series: dict[str, np.ndarray] = {}
    index = None
    if bars is not None:
        if isinstance(bars, (str, os.PathLike)):
            bars = as_bars(bars, bars_per_year=1.0)  # no metric is computed
        series = _columns.bar_series(bars) if isinstance(bars, Bars) else some_columns(bars, (*_FIELDS, "time"))
        index = bars.index if is_pandas(bars, "DataFrame") else None
    taken = description["fields"]
    spare = [name for name in ("volume", "open", "close", "high", "low") if name not in taken]
    texts = []
    for argument in description["arguments"]:
        name = argument["name"]
        if name not in given:
            continue
        value = given[name]
        if argument["kind"] in ("series", "condition") and np.ndim(value) > 0:
            if index is None and is_pandas(value, "Series"):
                index = value.index
            if not spare:
                raise InputError(f"{description['name']}: more series than fit beside what it reads of the bars")
            field = spare.pop(0)
            series[field] = float_array(value, name)
            texts.append(f"{name} = {field}" + (" != 0" if argument["kind"] == "condition" else ""))
        else:
            texts.append(f"{name} = {_scalar_text(argument, value)}")
    lengths = {len(values) for values in series.values()}
    if len(lengths) > 1:
        raise InputError(f"{description['name']}: the series have {' and '.join(map(str, sorted(lengths)))} values")
    call = f"{description['name']}({', '.join(texts)})"
    outputs = description["outputs"]
    expressions = [f"{call}.{output}" for output in outputs] if len(outputs) > 1 else [call]
    engine = engine or _columns.engine()
    arrays, _ = engine.compute(expressions, series, f"indicator/{description['name']}", placement)
    if index is not None:
        import pandas as pd

        arrays = [pd.Series(array, index=index, copy=False) for array in arrays]
    return _results(description["name"], tuple(outputs))(*arrays) if len(outputs) > 1 else arrays[0]


def _scalar_text(argument: dict[str, Any], value: Any) -> str:
    if isinstance(value, str):
        return value if argument["kind"] == "expression" else f'"{value}"'
    if hasattr(value, "rule_text"):
        return value.rule_text()
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise InputError(f"{argument['name']} = {value!r}: expected {argument['kind']}") from None
    return str(int(number)) if number.is_integer() else repr(number)


@cache
def _results(name: str, outputs: tuple[str, ...]) -> Any:
    title = "".join(part.capitalize() for part in name.split("_"))
    return namedtuple(title, outputs)


def get_gpu_accelerated_bank(devices: str = "auto") -> Any:
    """A bank of indicators that chooses by itself where each is computed; see :class:`threadx._bank.IndicatorBank`."""
    from threadx._bank import IndicatorBank

    return IndicatorBank(devices)
