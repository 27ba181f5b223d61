"""What the engine gives as pandas and Arrow have it, and as notebooks show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from threadx._core import InputError

if TYPE_CHECKING:
    import pandas as pd

STATUS_NAMES = ("ok", "ruined", "invalid")


def pandas() -> Any:
    """pandas, or an InputError that says how to have it."""
    try:
        import pandas as pd
    except ImportError:
        raise InputError("this gives a DataFrame, which needs pandas: pip install pandas") from None
    return pd


def time_index(time: np.ndarray) -> Any:
    """Times of bars as an index; None where there are none."""
    if len(time) == 0:
        return None
    return pandas().DatetimeIndex(time.view("datetime64[ns]"), name="time", tz="UTC")


def equity_series(equity: np.ndarray, time: np.ndarray) -> pd.Series:
    """Equity at each close."""
    return pandas().Series(equity, index=time_index(time), name="equity", copy=False)


def trades_frame(columns: dict[str, Any], time: np.ndarray) -> pd.DataFrame:
    """Trades, with times beside the bars where the bars have some."""
    pd = pandas()
    out: dict[str, Any] = {"side": np.where(columns["side"] > 0, "long", "short")}
    for name in ("units", "entry_bar", "exit_bar"):
        out[name] = columns[name]
    index = time_index(time)
    if index is not None:
        out["entry_time"] = index[columns["entry_bar"]]
        out["exit_time"] = index[columns["exit_bar"]]
    for name in ("entry_price", "exit_price", "pnl", "fees", "reason"):
        out[name] = columns[name]
    return pd.DataFrame(out)


def escaped(text: str) -> str:
    """Text as HTML has it."""
    import html

    return html.escape(text)


def metric_html(title: str, parameters: Mapping[str, float], metrics: Mapping[str, float]) -> str:
    """A small table for notebooks."""
    rows = "".join(
        f"<tr><th style='text-align:left'>{escaped(name)}</th><td>{value:.6g}</td></tr>"
        for name, value in {**parameters, **metrics}.items()
    )
    return f"<div><b>{escaped(title)}</b><table>{rows}</table></div>"
