"""Spreads any work over the processor and the GPUs, each as much as it is worth.

>>> from threadx.utils.gpu import get_default_manager
>>> manager = get_default_manager()
>>> manager.profile_auto_balance(sample_size=100_000, runs=3, workload_tag="my_workload")
{'cpu': 1.0}
>>> manager.distribute_workload(data, lambda slice: slice**2)

The results are those of a plain loop, in order, whatever the devices, their shares and their speeds.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from threadx import _core
from threadx._bars import is_pandas
from threadx._core import InputError
from threadx.config import get_settings

# Shares for all work that names none, such as {"5080": 0.8, "2060": 0.2}: ids, UUIDs or parts of devices' names. None:
# each device takes as much as it is fast.
FIXED_BALANCE: Mapping[str, float] | None = None


class SliceContext:
    """What a function that gets a slice of the data knows about it.

    Attributes
    ----------
    first
        The place of the slice's first item in the data.
    before, size, after
        Items before those whose results are wanted, the number of these, and items behind them.
    device
        The id of the device that the slice is for: ``"cpu"``, ``"cuda:0"``.
    """

    def __init__(self, seed: int, first: int, before: int, size: int, after: int, device: str) -> None:
        self.seed, self.first, self.before, self.size, self.after, self.device = (
            seed,
            first,
            before,
            size,
            after,
            device,
        )

    def uniform(self, draw: int = 0) -> np.ndarray:
        """A random number in [0, 1) for each item of the slice: a function of seed, place in the data and `draw` alone, so
        that they are the same however the data is cut."""
        return _core.uniform(self.seed, self.first, self.before + self.size + self.after, draw)


class DeviceManager:
    """The machine's devices: looked for when they are first needed, proven, and kept.

    `devices`: ``"auto"`` (the processor and the GPUs that the settings allow), or ids with commas between. InputError if one
    that is named cannot be used.
    """

    def __init__(self, devices: str = "auto") -> None:
        settings = get_settings()
        file = "" if settings.source == "defaults" else settings.source
        self._core = _core.DeviceManager(file, settings.overrides(), devices)

    def devices(self) -> list[dict[str, Any]]:
        """Those that work is given to: ``id, uuid, name, is_cpu``."""
        return self._core.devices()

    def notes(self) -> list[str]:
        """Which devices could be thought of and are not used, and why."""
        return self._core.notes()

    def profile_auto_balance(
        self,
        sample_size: int = 100_000,
        warmup: int = 3,
        runs: int = 5,
        workload_tag: str = "default",
        work: Callable[[int, str], Any] | None = None,
    ) -> dict[str, float]:
        """Measures how fast each device is, remembers it, and gives back the shares in which work would be split.

        Parameters
        ----------
        sample_size
            Items of a run, at least.
        workload_tag
            The kind of work whose rates these are.
        work
            ``work(items, device)`` computes so many items there; without it the work is ThreadX's own, an item being a bar
            of a backtest.
        """
        return {device: share for device, share, _ in self._core.profile(sample_size, warmup, runs, workload_tag, work)}

    def distribute_workload(
        self,
        data: Any,
        function: Callable[..., Any],
        *,
        seed: int = 0,
        balance: str | Mapping[str, float] | None = None,
        workload_tag: str = "default",
        halo: int | tuple[int, int] = 0,
    ) -> Any:
        """Calls `function` with slices of `data` and joins what it gives back, in the order of the data.

        Parameters
        ----------
        data
            An array (cut along its first axis), a DataFrame or Series, a list.
        function
            ``function(slice)`` or ``function(slice, context)`` with a :class:`SliceContext`; gives a result for each item of
            its slice, as an array, DataFrame or list. Several threads call it, one at a time where it holds the
            interpreter's lock.
        seed
            Of ``context.uniform()``: with it results are the same in every call, on any devices.
        balance
            Fixed shares: ``{"cuda:0": 0.8, "cpu": 0.2}`` or ``"cuda:0=0.8,cpu=0.2"``.
        halo
            Items that a slice has more on either side, for windows; their results are dropped.

        Raises
        ------
        InputError
            if the shares are wrong, or a result has not as many items as its slice. What the function raises is raised.
        """
        before, after = (halo, halo) if isinstance(halo, int) else halo
        with_context = _takes_context(function)
        parts: list[tuple[int, Any]] = []

        def work(first: int, ahead: int, size: int, behind: int, device: str) -> None:
            piece = _cut(data, first, first + ahead + size + behind)
            context = SliceContext(seed, first, ahead, size, behind, device)
            result = function(piece, context) if with_context else function(piece)
            if not hasattr(result, "__len__") or len(result) != len(piece):
                count = len(result) if hasattr(result, "__len__") else "no"
                raise InputError(
                    f"distribute_workload: the function gave back {count} results for a slice of {len(piece)} items; it "
                    "gives back one for each"
                )
            parts.append((first + ahead, _cut(result, ahead, ahead + size)))

        if len(data) == 0:
            return function(data, SliceContext(seed, 0, 0, 0, 0, "cpu")) if with_context else function(data)
        self._core.run(len(data), work, seed, self._shares(balance), workload_tag, before, after)
        return _joined([part for _, part in sorted(parts, key=lambda each: each[0])])

    def last_use(self) -> dict[str, dict[str, float]]:
        """How the last work was spread: by device ``items``, ``slices``, ``seconds``."""
        return {
            device: {"items": items, "slices": slices, "seconds": seconds}
            for device, items, slices, seconds in self._core.last_use()
        }

    def flush(self) -> None:
        """Writes down what was measured so far, into the profiles' folder."""
        self._core.flush()

    # As the engine writes it: "cuda:0=0.8,cpu=0.2"; empty for none.
    def _shares(self, balance: str | Mapping[str, float] | None) -> str:
        chosen = FIXED_BALANCE if balance is None else balance
        if chosen is None:
            return "auto"
        if isinstance(chosen, str):
            return chosen
        return ",".join(f"{self._device(name)}={share!r}" for name, share in chosen.items())

    # An id for a part of a device's name, where one device alone has it.
    def _device(self, name: str) -> str:
        known = self.devices()
        if any(name in (device["id"], device["uuid"]) for device in known):
            return name
        named = [device["id"] for device in known if name.lower() in device["name"].lower()]
        return named[0] if len(named) == 1 else name


def _takes_context(function: Callable[..., Any]) -> bool:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    required = [each for each in parameters if each.kind in kinds and each.default is inspect.Parameter.empty]
    return len(required) >= 2


def _cut(data: Any, first: int, end: int) -> Any:
    return data.iloc[first:end] if is_pandas(data, "DataFrame") or is_pandas(data, "Series") else data[first:end]


def _joined(parts: list[Any]) -> Any:
    if len(parts) == 1:
        return parts[0]
    if is_pandas(parts[0], "DataFrame") or is_pandas(parts[0], "Series"):
        import pandas as pd

        return pd.concat(parts)
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts)
    if isinstance(parts[0], tuple):
        return tuple(item for part in parts for item in part)
    return [item for part in parts for item in part]


_managers: dict[tuple[int, tuple[str, ...], str], DeviceManager] = {}


def get_default_manager() -> DeviceManager:
    """The manager of this process, with the settings in force: a change of these makes another."""
    settings = get_settings()
    key = (os.getpid(), tuple(settings.overrides()), settings.source)
    if key not in _managers:
        _managers[key] = DeviceManager()
    return _managers[key]
