"""Strategies in all their forms, and those that come with ThreadX."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from threadx import _core, _toml
from threadx._core import InputError

_SECTIONS = ("params", "let", "rules", "risk")


class StrategyText(NamedTuple):
    """A strategy as the engine reads it: what errors call it, and its TOML text."""

    name: str
    text: str


class ParameterInfo(NamedTuple):
    """A parameter of a strategy: its default and the values it may take."""

    name: str
    default: float
    min: float
    max: float
    integer: bool
    description: str = ""


class StrategyInfo(NamedTuple):
    """What a strategy is: its parameters, and its text."""

    name: str
    description: str
    parameters: list[ParameterInfo]
    text: str

    def __repr__(self) -> str:
        return f"StrategyInfo(name={self.name!r}, description={self.description!r})"

    def plan(self, bars: int = 100_000) -> str:
        """What the engine computes for a scenario, step by step: the graph that the rules became."""
        return _core.Strategy(self.text, self.name).plan(bars)


def strategy_text(strategy: Any) -> StrategyText:
    """The text of a strategy: a built-in name, a path, TOML text, a dict, or one of threadx.rules.

    Raises
    ------
    InputError
        if there is no such one, naming the nearest; mistakes in the rules are found when it is used.
    """
    if isinstance(strategy, StrategyText):
        return strategy
    if isinstance(strategy, StrategyInfo):
        return StrategyText(f"{strategy.name}.toml", strategy.text)
    if hasattr(strategy, "to_toml"):
        return StrategyText(strategy.name, strategy.to_toml())
    if isinstance(strategy, Mapping):
        return _of_dict(strategy)
    if isinstance(strategy, os.PathLike) or (isinstance(strategy, str) and "\n" not in strategy):
        return StrategyText(*_core.find_strategy(os.fspath(strategy)))
    if isinstance(strategy, str):
        return StrategyText("strategy", strategy)
    raise InputError(
        f"a {type(strategy).__name__} is no strategy; give a name, a file, TOML text, a dict or a threadx.rules.Strategy"
    )


def _of_dict(strategy: Mapping[str, Any]) -> StrategyText:
    unknown = [name for name in strategy if name not in ("name", "description", *_SECTIONS)]
    if unknown:
        raise InputError(f"strategy: unknown key '{unknown[0]}'; known are name, description, {', '.join(_SECTIONS)}")
    name = str(strategy.get("name", "strategy"))
    lines = [f"name = {_toml.text(name)}\n"]
    if "description" in strategy:
        lines.append(f"description = {_toml.text(str(strategy['description']))}\n")
    lines += ["\n" + _toml.table(section, strategy[section]) for section in _SECTIONS if strategy.get(section)]
    return StrategyText(name, "".join(lines))


def strategy_info(strategy: Any) -> StrategyInfo:
    """What a strategy, in any of its forms, is made of. InputError points at a mistake in its rules."""
    name, text = strategy_text(strategy)
    core = _core.Strategy(text, name)
    parameters = [ParameterInfo(**parameter) for parameter in core.parameters]
    return StrategyInfo(core.name, core.description, parameters, text)


def strategies() -> dict[str, StrategyInfo]:
    """The strategies that come with ThreadX, by name; the `text` of one is a start for one's own."""
    return {name: strategy_info(name) for name in _core.builtin_strategies()}


def stem(name: str) -> str:
    """A file's name without its end."""
    return os.path.basename(name)[: -len(".toml")] if name.endswith(".toml") else name
