"""What is to be swept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from threadx._bars import Bars, as_bars, synthetic_bars
from threadx._core import InputError

DEFAULT_BARS = 2000


@dataclass
class ScenarioSpec:
    """A space of scenarios, the strategy and the bars that they are of. Fields may be changed until it is run.

    Attributes
    ----------
    params
        As the `space` of :func:`threadx.sweep`; ``{"type": "grid", "values": [...]}`` is understood too.
    strategy
        As in :func:`threadx.sweep`.
    n_scenarios, seed
        Of a Monte Carlo sweep: how many scenarios are drawn, with which seed.
    bars, n_bars
        Of these bars the last `n_bars`; synthetic ones if there are none (2,000 if no number is given).
    constraints, execution
        As in :func:`threadx.sweep`.
    """

    params: Mapping[str, Any] = field(default_factory=dict)
    strategy: Any = "bollinger_atr"
    n_scenarios: int = 1000
    seed: int = 42
    bars: Any = None
    n_bars: int | None = None
    constraints: list[str] = field(default_factory=list)
    execution: Mapping[str, Any] | None = None

    def space(self) -> dict[str, Any]:
        """The parameters as :func:`threadx.sweep` takes them."""
        return {name: _values(name, entry) for name, entry in self.params.items()}

    def held_bars(self) -> Bars:
        """The bars that scenarios are run on."""
        if self.n_bars is not None and self.n_bars < 2:
            raise InputError(f"n_bars = {self.n_bars}: a backtest needs at least two bars")
        if self.bars is None:
            return synthetic_bars(self.n_bars or DEFAULT_BARS, seed=self.seed)
        bars = as_bars(self.bars)
        if self.n_bars is None or self.n_bars >= len(bars):
            return bars
        columns: dict[str, Any] = {
            name: getattr(bars, name)[-self.n_bars :] for name in ("open", "high", "low", "close")
        }
        columns["volume"] = bars.volume[-self.n_bars :]
        if len(bars.time):
            columns["time"] = bars.time[-self.n_bars :]
        return Bars(columns, bars_per_year=bars._bars_per_year or None)


def _values(name: str, entry: Any) -> Any:
    if not isinstance(entry, Mapping) or "type" not in entry:
        return entry
    rest = {key: value for key, value in entry.items() if key != "type"}
    if "values" in rest or "value" in rest:
        return rest.get("values", rest.get("value"))
    if not rest:
        raise InputError(f"parameter '{name}': no values beside its type")
    return rest
