"""Progress as tqdm shows it: a bar on a terminal or in a notebook, nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from threadx._core import InputError

Progress = Callable[[int, int, float, "list[tuple[str, int]]"], None]


class ProgressBar:
    """A context whose `callback` is for the engine.

    `progress`: None for a bar where somebody watches (standard error is a terminal, or it is a notebook), True or False to
    have one or not, or a function ``f(done, total, seconds, [(device, scenarios), ...])`` of one's own.
    """

    def __init__(self, progress: bool | Progress | None, bars: int, description: str) -> None:
        self._progress = progress
        self._bars = bars
        self._description = description
        self._tqdm: Any = None

    @property
    def callback(self) -> Progress | None:
        """What the engine calls ten times a second; None where nobody wants to know."""
        if callable(self._progress):
            return self._progress
        if self._progress not in (None, True, False):
            raise InputError(f"progress = {self._progress!r}: expected True, False, None or a function")
        if self._progress is None and not (sys.stderr.isatty() or _in_notebook()):
            return None
        return None if self._progress is False else self._show

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._tqdm is not None:
            self._tqdm.close()

    def _show(self, done: int, total: int, seconds: float, devices: list[tuple[str, int]]) -> None:
        if self._tqdm is None:
            tqdm = _tqdm()
            self._tqdm = tqdm(total=total, desc=self._description, unit=" scenarios", unit_scale=True, delay=0.5)
        if seconds > 0.0:
            shares = sum(scenarios for _, scenarios in devices) or 1
            by_device = [f"{device} {100 * scenarios / shares:.0f} %" for device, scenarios in devices]
            rate = f"{done / seconds * self._bars / 1e6:,.0f} M bar-scenarios/s"
            self._tqdm.set_postfix_str(", ".join([rate, *by_device]), refresh=False)
        self._tqdm.update(done - self._tqdm.n)


def _tqdm() -> Any:
    # What tqdm.auto does, without its warning where a notebook has no widgets.
    if _in_notebook():
        try:
            import ipywidgets  # noqa: F401
            from tqdm.notebook import tqdm

            return tqdm
        except ImportError:
            pass
    from tqdm import tqdm

    return tqdm


def _in_notebook() -> bool:
    shell = sys.modules.get("IPython")  # a notebook has imported it
    return shell is not None and type(shell.get_ipython()).__name__ == "ZMQInteractiveShell"
