"""The run of a walk-forward."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from threadx._core import InputError
from threadx._frames import escaped, pandas
from threadx._run import Run

if TYPE_CHECKING:
    import pandas as pd


class WalkforwardRun(Run):
    """A walk-forward: rows are of scenarios in the training windows (``fold``); what each fold chose, and what became of
    it in the test, is in `folds`."""

    @cached_property
    def result(self) -> dict[str, Any]:
        """All that the walk-forward found out: walkforward.json."""
        result = self._json("walkforward.json")
        if result is None:
            raise InputError(f"'{self.directory}' has no walkforward.json: resume the run, which is unfinished")
        return result

    @cached_property
    def folds(self) -> pd.DataFrame:
        """A row for each fold: the chosen scenario, its parameters, and its metrics in sample and out of sample (columns
        ``in_sharpe``, ``out_sharpe``, ...)."""
        rows = []
        for fold in self.result["folds"]:
            row: dict[str, Any] = {"scenario": fold.get("scenario")}
            row.update(fold.get("parameters") or {})
            row.update({f"in_{name}": value for name, value in (fold.get("in_sample") or {}).items()})
            row.update({f"out_{name}": value for name, value in (fold.get("out_of_sample") or {}).items()})
            rows.append(row)
        return pandas().DataFrame(rows, index=pandas().RangeIndex(len(rows), name="fold"))

    @property
    def efficiency(self) -> float:
        """Walk-forward efficiency (Pardo 2008): the annual return in the tests over that in the trainings."""
        value = self.result.get("efficiency")
        return float("nan") if value is None else value

    def test_equity(self) -> pd.DataFrame:
        """The tests one after the other as one curve: ``bar``, ``fold``, ``equity``, by time."""
        file = self.directory / "walkforward_equity.csv"
        if not file.exists():
            raise InputError("there is one curve of all tests in a rolling walk-forward alone, not in cpcv")
        frame = pandas().read_csv(file, parse_dates=["time"])
        return frame.set_index("time") if frame["time"].notna().all() else frame.drop(columns="time")

    def _repr_html_(self) -> str:
        out = [name for name in ("out_sharpe", "out_total_return", "out_trades") if name in self.folds]
        chosen = [name for name in self._core.swept_parameters if name in self.folds]
        shown = self.folds[["scenario", *chosen, *out]]
        return (
            f"<div><b>{escaped(self._core.strategy_name)}</b>: walk-forward of {len(self.folds)} folds, efficiency "
            f"{self.efficiency:.3g}{shown.to_html(float_format='{:.4g}'.format)}</div>"
        )
