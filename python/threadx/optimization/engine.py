"""Runs of sweeps that a :class:`threadx.optimization.scenarios.ScenarioSpec` describes."""

from __future__ import annotations

import os
from typing import Any

from threadx._progress import Progress
from threadx._run import Run
from threadx._sweep import sweep
from threadx.config import get_settings
from threadx.optimization.scenarios import ScenarioSpec


class SweepRunner:
    """Runs sweeps with the same resources.

    Parameters
    ----------
    max_workers
        CPU threads; else the settings' ``max_workers``, else all of the machine.
    batch_size
        Scenarios that a device takes at a time; smaller where memory is short.
    devices, balance
        As in :func:`threadx.sweep`.
    """

    def __init__(
        self,
        max_workers: int | None = None,
        batch_size: int | None = None,
        *,
        devices: str = "auto",
        balance: str = "",
        progress: bool | Progress | None = None,
    ) -> None:
        self.max_workers = max_workers
        self.batch_size = batch_size
        self.devices = devices
        self.balance = balance
        self.progress = progress
        self._checked()

    def _checked(self) -> None:
        changes = {"max_workers": self.max_workers, "batch_size": self.batch_size}
        get_settings().with_changes(**{name: value for name, value in changes.items() if value is not None})

    @property
    def workers(self) -> int:
        """CPU threads that a run will have."""
        settings = get_settings()
        if self.max_workers is not None:
            settings = settings.with_changes(max_workers=self.max_workers)
        return settings.core().workers

    def run_grid(self, spec: ScenarioSpec, *, out: str | os.PathLike[str] | None = None, **options: Any) -> Run:
        """Every combination of the parameters' values. `options` are those of :func:`threadx.sweep`."""
        return self._run(spec, {"kind": "grid"}, out, options)

    def run_monte_carlo(self, spec: ScenarioSpec, *, out: str | os.PathLike[str] | None = None, **options: Any) -> Run:
        """``spec.n_scenarios`` points of the space, drawn with ``spec.seed``: the same ones each time."""
        sampler = {"kind": "monte_carlo", "scenarios": spec.n_scenarios, "seed": spec.seed}
        return self._run(spec, sampler, out, options)

    def _run(
        self, spec: ScenarioSpec, sampler: dict[str, Any], out: str | os.PathLike[str] | None, options: dict[str, Any]
    ) -> Run:
        return sweep(
            spec.held_bars(),
            spec.strategy,
            spec.space(),
            sampler=sampler,
            **{
                "constraints": spec.constraints,
                "execution": spec.execution,
                "workers": self.max_workers,
                "batch_size": self.batch_size,
                "devices": self.devices,
                "balance": self.balance,
                "progress": self.progress,
                "out": out,
                **options,
            },
        )
