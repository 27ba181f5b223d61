"""Indicators on the device that is soonest done with them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from threadx import _core, indicators
from threadx.config import get_settings


class Decision(NamedTuple):
    """Where something was computed, and why there."""

    device: str
    reason: str
    predictions: list[str]
    seconds: float


class IndicatorBank:
    """Every indicator of ThreadX as a method, computed on the processor or a GPU as measurements say.

    ``use_dynamic=True`` (the default) decides from what was measured, and measures further; False is the processor;
    ``device="cuda:0"`` a device. The bits are the same wherever they are computed. Devices stay open.
    """

    def __init__(self, devices: str = "auto") -> None:
        self._engine = _Recorder(_core.ColumnEngine(get_settings().core(), devices))

    def bollinger_bands(
        self,
        close: Any,
        period: int = 20,
        std_dev: float = 2.0,
        *,
        use_dynamic: bool = True,
        device: str | None = None,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Upper band, middle and lower band: `std_dev` population standard deviations from the simple moving average."""
        bands = self.compute(
            "bbands", close, length=period, up=std_dev, down=std_dev, use_dynamic=use_dynamic, device=device
        )
        return bands.upper, bands.middle, bands.lower

    def atr(
        self,
        high: Any,
        low: Any,
        close: Any,
        period: int = 14,
        *,
        use_dynamic: bool = True,
        device: str | None = None,
    ) -> np.ndarray:
        """Wilder's average true range."""
        bars = {"high": high, "low": low, "close": close}
        return self.compute("atr", bars, period, use_dynamic=use_dynamic, device=device)

    def compute(self, name: str, *args: Any, use_dynamic: bool = True, device: str | None = None, **kwargs: Any) -> Any:
        """An indicator by name, with the arguments of ``threadx.indicators``; `period` is another name of `length`."""
        description = indicators.catalogue().get(name)
        if description is None:
            return indicators.__getattr__(name)  # which says what there is
        if "period" in kwargs and not any(each["name"] == "period" for each in description["arguments"]):
            kwargs["length"] = kwargs.pop("period")
        names = [argument["name"] for argument in description["arguments"]]
        if indicators.needs_bars(description):
            names.insert(0, "bars")
        given = indicators._bound(description, names, args, kwargs)
        placement = device or ("dynamic" if use_dynamic else "cpu")
        return indicators._compute(description, given, placement, self._engine)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        indicators.__getattr__(name)  # AttributeError if there is none

        def method(*args: Any, **kwargs: Any) -> Any:
            return self.compute(name, *args, **kwargs)

        method.__name__ = name
        method.__doc__ = indicators.function(name).__doc__
        return method

    def last_decision(self) -> Decision | None:
        """Where the last indicator was computed, and why; None before the first."""
        return self._engine.last

    def flush(self) -> None:
        """Writes down what was measured so far, into the profiles' folder."""
        self._engine.core.flush()


class _Recorder:
    """An engine that remembers its last decision."""

    def __init__(self, core: _core.ColumnEngine) -> None:
        self.core = core
        self.last: Decision | None = None

    def compute(self, *args: Any) -> tuple[list[np.ndarray], dict[str, Any]]:
        arrays, decision = self.core.compute(*args)
        self.last = Decision(**decision)
        return arrays, decision
