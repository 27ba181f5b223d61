"""Samples processor, memory and GPUs while something else goes on.

>>> from threadx.ui.system_monitor import SystemMonitor
>>> monitor = SystemMonitor(interval=0.5, max_history=120)
>>> monitor.start()
>>> ...
>>> monitor.stop()
>>> monitor.get_history_dataframe()[["time", "cpu", "gpu1", "gpu1_temp"]]
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from threadx import _core
from threadx._frames import pandas

if TYPE_CHECKING:
    import pandas as pd

_NOWHERE = float("nan")
# A GPU's columns in a history: name, and the engine's quantity.
_GPU_COLUMNS = {"": "utilization_percent", "_temp": "temperature_celsius", "_power": "power_watts"}


class Snapshot:
    """What was measured at one time. What the machine does not tell is NaN.

    GPUs are counted from 1: ``gpu1_percent`` (of the time in which a kernel ran), ``gpu1_memory_percent``,
    ``gpu1_temperature`` (°C), ``gpu1_power_usage`` (W), ``gpu2_percent``, ... There are always the names of two.
    """

    def __init__(self, values: dict[str, float]) -> None:
        self._values = values

    @property
    def time(self) -> float:
        """Seconds since 1970, UTC."""
        return self._values["time"]

    @property
    def cpu_percent(self) -> float:
        """Load of the processors that this process may use: 100 is all of them; NaN in a first reading."""
        return self._values["cpu_load_percent"]

    @property
    def memory_percent(self) -> float:
        """Memory in use, of what this process may use."""
        return _percent(self._values["cpu_memory_used_bytes"], self._values["cpu_memory_total_bytes"])

    @property
    def cpu_temperature(self) -> float:
        """°C of the processor."""
        return self._values["cpu_temperature_celsius"]

    def gpu(self, number: int) -> dict[str, float]:
        """All of a GPU, counted from 1, by the engine's names: ``utilization_percent``, ``power_watts``, ..."""
        prefix = f"gpu{number - 1}_"
        return {name[len(prefix) :]: value for name, value in self._values.items() if name.startswith(prefix)}

    def __getattr__(self, name: str) -> float:
        number, _, quantity = name.removeprefix("gpu").partition("_")
        if not (name.startswith("gpu") and number.isdigit() and int(number) > 0):
            raise AttributeError(name)
        gpu = self.gpu(int(number))
        if quantity == "memory_percent":
            return _percent(gpu.get("memory_used_bytes", _NOWHERE), gpu.get("memory_total_bytes", _NOWHERE))
        names = {"percent": "utilization_percent", "temperature": "temperature_celsius", "power_usage": "power_watts"}
        if quantity not in names:
            raise AttributeError(name)
        return gpu.get(names[quantity], _NOWHERE)

    def __repr__(self) -> str:
        known = {"cpu": self.cpu_percent, "memory": self.memory_percent, "gpu1": self.gpu1_percent}
        shown = ", ".join(f"{name} {value:.0f} %" for name, value in known.items() if not math.isnan(value))
        return f"<threadx Snapshot: {shown}>"


class SystemMonitor:
    """A sampler in a thread of its own that needs nothing of Python.

    `interval`: seconds between two samples, at least 0.1. `max_history`: how many are kept. A monitor is a context too:
    ``with SystemMonitor() as monitor: ...``
    """

    def __init__(self, interval: float = 0.5, max_history: int = 120) -> None:
        self._core = _core.SystemMonitor(interval, max_history, True)

    @property
    def gpu_names(self) -> list[str]:
        """The GPUs, in the order in which they are numbered."""
        return self._core.gpu_names

    @property
    def no_gpus(self) -> str:
        """Why there are none; empty where there are."""
        return self._core.no_gpus

    @property
    def running(self) -> bool:
        """Whether it samples."""
        return self._core.running

    def start(self) -> None:
        """Takes a first sample and goes on in the background."""
        self._core.start()

    def stop(self) -> None:
        """Takes a last sample and ends. What was kept stays."""
        self._core.stop()

    def __enter__(self) -> SystemMonitor:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def get_latest_snapshot(self) -> Snapshot | None:
        """The newest sample; None before `start`."""
        values = self._core.latest()
        return None if values is None else Snapshot(values)

    def get_history_dataframe(self) -> pd.DataFrame:
        """A row for each sample that is kept: ``time`` (UTC), ``elapsed`` (seconds), ``cpu``, ``memory`` (percent), and for
        each GPU, but at least two, ``gpu1``, ``gpu1_mem`` (percent), ``gpu1_temp`` (°C), ``gpu1_power`` (W)."""
        pd = pandas()
        history = self._core.history()
        columns = {
            "time": pd.to_datetime(history["time"], unit="s", utc=True),
            "elapsed": history["elapsed"],
            "cpu": history["cpu_load_percent"],
            "memory": 100.0 * history["cpu_memory_used_bytes"] / history["cpu_memory_total_bytes"],
        }
        nothing = np.full(len(history["time"]), _NOWHERE)
        for number in range(1, max(2, len(self.gpu_names)) + 1):
            prefix = f"gpu{number - 1}_"
            for suffix, quantity in _GPU_COLUMNS.items():
                columns[f"gpu{number}{suffix}"] = history.get(prefix + quantity, nothing)
            used, total = (history.get(f"{prefix}memory_{which}_bytes", nothing) for which in ("used", "total"))
            columns[f"gpu{number}_mem"] = 100.0 * used / total
        return pd.DataFrame(columns)


def _percent(part: float, whole: float) -> float:
    return 100.0 * part / whole if whole else _NOWHERE
