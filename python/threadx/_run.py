"""A run: the rows of a sweep, and what else can be asked about it."""

from __future__ import annotations

import json
import os
import weakref
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from threadx import _arguments, _core
from threadx._core import InputError
from threadx._frames import STATUS_NAMES, equity_series, escaped, pandas, trades_frame

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    import pyarrow as pa


def _remove_tree(directory: str | os.PathLike[str]) -> None:
    import shutil

    shutil.rmtree(directory, ignore_errors=True)


class Run:
    """The run of a sweep: a row for each scenario, on disk.

    Made by :func:`threadx.sweep`, :func:`threadx.open_run` and :func:`threadx.resume`. A run that no directory was given
    for is removed with this object; `save` keeps it.
    """

    def __init__(self, core: _core.Run, temporary: bool = False) -> None:
        self._core = core
        self._remove = weakref.finalize(self, _remove_tree, core.directory) if temporary else None

    @property
    def directory(self) -> Path:
        """Where its rows and its manifest are."""
        from pathlib import Path  # 7 ms, which a first sweep need not pay

        return Path(self._core.directory)

    @property
    def parameters(self) -> list[str]:
        """Names of the columns that are parameters."""
        return self._core.parameters

    @property
    def metrics(self) -> list[str]:
        """Names of the columns that are metrics."""
        return self._core.metrics

    @property
    def manifest(self) -> dict[str, Any]:
        """All that went into it and became of it: inputs with their hashes, settings, versions, times, devices."""
        return json.loads(self._core.manifest)

    @cached_property
    def overfitting(self) -> dict[str, Any] | None:
        """Whether the best scenario is good, or the luckiest: deflated Sharpe ratio, probability of overfitting, reality
        check. None where the run has no sums of returns."""
        return self._json("overfitting.json")

    def hash(self) -> str:
        """SHA-256 of the rows in the order of scenarios: the same for any devices, threads and batches."""
        return self._core.hash()

    def __len__(self) -> int:
        return self._core.row_count

    def to_numpy(self) -> dict[str, np.ndarray]:
        """All rows by ascending scenario, as one array for each column: ``scenario`` (uint64), ``status`` (uint8: 0 ok,
        1 ruined, 2 invalid), then parameters and metrics (float64; NaN where undefined)."""
        return self._named(self._core.rows())

    def to_pandas(self) -> pd.DataFrame:
        """All rows, by scenario: ``status``, parameters (whole ones as integers) and metrics (NaN where undefined)."""
        return self._frame(self._core.rows())

    def to_arrow(self) -> pa.Table:
        """All rows as an Arrow table, undefined metrics as nulls."""
        try:
            import pyarrow as pa
        except ImportError:
            raise InputError("this gives an Arrow table, which needs pyarrow: pip install pyarrow") from None
        columns = self.to_numpy()
        names = pa.array(STATUS_NAMES)
        arrays = {"scenario": pa.array(columns.pop("scenario"))}
        arrays["status"] = pa.DictionaryArray.from_arrays(pa.array(columns.pop("status").astype(np.int8)), names)
        for name, values in columns.items():
            values = self._whole(name, values)
            arrays[name] = pa.array(values, from_pandas=values.dtype.kind == "f")
        return pa.table(arrays)

    def to_parquet(self, path: str | os.PathLike[str], **options: Any) -> None:
        """Writes all rows to a Parquet file; `options` are those of ``pyarrow.parquet.write_table``."""
        table = self.to_arrow()
        import pyarrow.parquet

        pyarrow.parquet.write_table(table, os.fspath(path), **options)

    def top(self, n: int = 10, by: str = "sharpe", *, ascending: bool | None = None) -> pd.DataFrame:
        """The first `n` rows by a metric or parameter, the best first unless `ascending` says otherwise.

        Raises
        ------
        InputError
            if there is no such metric or parameter, naming the nearest.
        """
        if _arguments.whole("n", n) < 1:
            raise InputError(f"top({n}): expected 1 or more")
        return self._frame(self._core.top(n, _arguments.text("by", by), ascending))

    def best(self, by: str = "sharpe") -> pd.Series:
        """The first row."""
        return self.top(1, by).iloc[0]

    def heatmap(self, x: str, y: str, metric: str = "sharpe", *, how: str = "best") -> pd.DataFrame:
        """A metric over two swept parameters: rows are values of `x`, columns of `y`.

        `how` = "best": the best over all others, or "mean". Where a parameter takes many values, cells are ranges of
        them, named by the least.
        """
        if how not in ("best", "mean"):
            raise InputError(f'how = "{how}": expected "best" or "mean"')
        rows, columns, _, _, cells = self._core.heatmap(x, y, metric, how == "mean")
        pd = pandas()
        return pd.DataFrame(
            cells.reshape(len(rows), len(columns)),
            index=pd.Index(self._whole(x, rows), name=x),
            columns=pd.Index(self._whole(y, columns), name=y),
        )

    def equity(self, scenario: int) -> pd.Series:
        """Equity of one scenario at each close: it is backtested again, and checked against its row."""
        return equity_series(self._core.record(_arguments.count("scenario", scenario))[0], self._core.bar_times())

    def trades(self, scenario: int) -> pd.DataFrame:
        """The closed trades of one scenario; columns as :attr:`threadx.Backtest.trades`."""
        return trades_frame(self._core.record(_arguments.count("scenario", scenario))[1], self._core.bar_times())

    def report(self, path: str | os.PathLike[str] | None = None, *, top: int = 5, by: str = "sharpe") -> Path:
        """Writes the report: one HTML file that loads nothing. In the run's directory if no `path` is given.

        `top` scenarios are shown with curves and trades.
        """
        from pathlib import Path

        file = self.directory / "report.html" if path is None else Path(path)
        if not 1 <= _arguments.whole("top", top) <= 50:
            raise InputError(f"top = {top}: expected 1 to 50")
        for missing in self._core.report(os.fspath(file), top, _arguments.text("by", by)):
            import logging

            logging.getLogger("threadx").warning("the report lacks something: %s", missing)
        return file

    def robustness(self, **options: Any) -> pd.DataFrame:
        """What is left of the best scenarios in other conditions; see :func:`threadx.robustness`."""
        from threadx._sweep import robustness

        return robustness(self, **options)

    def save(self, directory: str | os.PathLike[str]) -> Run:
        """Copies the run to a directory that is not there yet, and gives it back from there."""
        if os.path.exists(directory):
            raise InputError(f"'{os.fspath(directory)}' is there already; name a new directory for the run")
        import shutil

        shutil.copytree(self.directory, directory)
        return type(self)(self._core.at(os.fspath(directory)))

    # Columns by name.
    def _named(self, rows: tuple[np.ndarray, np.ndarray, list[np.ndarray]]) -> dict[str, np.ndarray]:
        scenario, status, values = rows
        names = [*self.parameters, *self.metrics]
        return {"scenario": scenario, "status": status, **dict(zip(names, values, strict=True))}

    def _whole(self, name: str, values: np.ndarray) -> np.ndarray:
        return values.astype(np.int64) if name in self._core.whole_parameters else values

    def _frame(self, rows: tuple[np.ndarray, np.ndarray, list[np.ndarray]]) -> pd.DataFrame:
        pd = pandas()
        columns: dict[str, Any] = self._named(rows)
        index = pd.Index(columns.pop("scenario").astype(np.int64), name="scenario")
        columns["status"] = pd.Categorical.from_codes(columns["status"].astype(np.int8), STATUS_NAMES)
        for name in self.parameters:
            columns[name] = self._whole(name, columns[name])
        return pd.DataFrame(columns, index=index, copy=False)

    def _json(self, name: str) -> dict[str, Any] | None:
        file = self.directory / name
        return json.loads(file.read_text("utf-8")) if file.exists() else None

    def __repr__(self) -> str:
        return (
            f"<threadx.{type(self).__name__} of {self._core.strategy_name}: {len(self):,} rows in '{self.directory}'>"
        )

    def _repr_html_(self) -> str:
        shown = self.top(5)[["status", *self._core.swept_parameters, *_core.table_metrics()]]
        verdict = (self.overfitting or {}).get("verdict", "")
        return (
            f"<div><b>{escaped(self._core.strategy_name)}</b>: {len(self):,} scenarios × "
            f"{self._core.bars_count:,} bars; the best by Sharpe ratio:{shown.to_html(float_format='{:.4g}'.format)}"
            f"<p>{escaped(verdict)}</p></div>"
        )
