"""Spaces and the other parts of a sweep as the sections of its configuration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from threadx import _arguments, _toml
from threadx._core import InputError

SAMPLERS = ("grid", "monte_carlo", "sobol", "latin_hypercube")


def space_entries(space: Mapping[str, Any] | None, constraints: Iterable[str] = ()) -> dict[str, Any]:
    """The section ``[space]``. A parameter's values are a number, a list, array or range of them, or a dict with
    ``from, to, step`` or ``min, max`` (and ``log=True``)."""
    entries: dict[str, Any] = {}
    if isinstance(constraints, str):
        constraints = [constraints]
    for name, values in _arguments.entries("space", space, '{"fast": range(5, 50, 5)}').items():
        if name == "constraints":
            constraints = [*([values] if isinstance(values, str) else values), *constraints]
        elif isinstance(values, range) and values.step > 0 and len(values) > 1:
            entries[name] = {"from": values.start, "to": values[-1], "step": values.step}
        elif isinstance(values, (range, set, frozenset)):
            entries[name] = sorted(values)
        else:
            entries[name] = values
    rules = [each.rule_text() if hasattr(each, "rule_text") else str(each) for each in constraints]
    if rules:
        entries["constraints"] = rules
    return entries


def sampler_entries(sampler: str | Mapping[str, Any], scenarios: int | None, seed: int) -> dict[str, Any]:
    """The section ``[sampler]``.

    Raises
    ------
    InputError
        if scenarios are asked for of a grid, which has as many as it has points.
    """
    entries: dict[str, Any] = (
        {"kind": sampler} if isinstance(sampler, str) else _arguments.entries("sampler", sampler, '{"kind": "sobol"}')
    )
    if scenarios is not None:
        entries["scenarios"] = _arguments.whole("scenarios", scenarios)
    if entries.get("kind", "grid") == "grid":
        if "scenarios" in entries:
            raise InputError(
                "a grid has as many scenarios as it has points; to draw some of a space: "
                'sampler="monte_carlo", "sobol" or "latin_hypercube"'
            )
        entries.pop("seed", None)
    else:
        entries.setdefault("seed", _arguments.whole("seed", seed))
    return entries


def config_text(sections: Mapping[str, Mapping[str, Any]]) -> str:
    """A sweep's configuration."""
    return "\n".join(part for name, entries in sections.items() if (part := _toml.table(name, entries)))
