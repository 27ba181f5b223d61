"""Strategies written in Python: operators and calls become the rules that a TOML file would have, and the same graph.

>>> from threadx.rules import Strategy, close, params, sma
>>> p = params(fast=(10, 2, 100), slow=(30, 5, 400))
>>> cross = Strategy(
...     "cross",
...     params=p,
...     enter_long=close.crossover(sma(close, p.fast)) & (sma(close, p.fast) > sma(close, p.slow)),
...     exit_long=close < sma(close, p.slow),
... )
>>> threadx.sweep(bars, cross, {"fast": range(5, 50, 5)})

Series (``open, high, low, close, volume, hl2, tr``, ...) and every function of the rule language are names of this module, and
functions are methods too: ``close.rsi(14)`` is ``rsi(close, 14)``. Conditions are joined with ``&``, ``|`` and ``~``;
``close[1]`` is the close of the bar before; ``macd(close).hist`` one of several results. Nothing is computed here: an
expression is a text that the engine reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from threadx import _core, _toml
from threadx._core import InputError

# How tightly operators bind, loosest first.
_OR, _AND, _NOT, _COMPARE, _ADD, _MULTIPLY, _NEGATE, _ATOM = range(8)


class Expr:
    """An expression of the rule language."""

    __slots__ = ("_call", "_level", "_parts", "_text")

    def __init__(self, parts: tuple[Any, ...], level: int, call: str = "") -> None:
        # Texts, and (expression, least level that needs no parentheses).
        self._parts = parts
        self._level = level
        self._call = call

    def rule_text(self, names: Mapping[int, str] | None = None) -> str:
        """The expression as text; those that `names` knows, by id, are called so."""
        out = []
        for part in self._parts:
            if isinstance(part, str):
                out.append(part)
                continue
            operand, least = part
            if names and id(operand) in names:
                out.append(names[id(operand)])
            else:
                text = operand.rule_text(names)
                out.append(text if operand._level >= least else f"({text})")
        return "".join(out)

    def operands(self) -> Iterator[Expr]:
        """The expressions that it is made of."""
        return (part[0] for part in self._parts if not isinstance(part, str))

    def __add__(self, other: Any) -> Expr:
        return _binary(self, "+", other, _ADD)

    def __radd__(self, other: Any) -> Expr:
        return _binary(other, "+", self, _ADD)

    def __sub__(self, other: Any) -> Expr:
        return _binary(self, "-", other, _ADD)

    def __rsub__(self, other: Any) -> Expr:
        return _binary(other, "-", self, _ADD)

    def __mul__(self, other: Any) -> Expr:
        return _binary(self, "*", other, _MULTIPLY)

    def __rmul__(self, other: Any) -> Expr:
        return _binary(other, "*", self, _MULTIPLY)

    def __truediv__(self, other: Any) -> Expr:
        return _binary(self, "/", other, _MULTIPLY)

    def __rtruediv__(self, other: Any) -> Expr:
        return _binary(other, "/", self, _MULTIPLY)

    def __neg__(self) -> Expr:
        return Expr(("-", (self, _NEGATE)), _NEGATE)

    def __abs__(self) -> Expr:
        return call("abs", self)

    def __lt__(self, other: Any) -> Expr:
        return _compare(self, "<", other)

    def __le__(self, other: Any) -> Expr:
        return _compare(self, "<=", other)

    def __gt__(self, other: Any) -> Expr:
        return _compare(self, ">", other)

    def __ge__(self, other: Any) -> Expr:
        return _compare(self, ">=", other)

    def __eq__(self, other: object) -> Expr:  # type: ignore[override]
        return _compare(self, "==", other)

    def __ne__(self, other: object) -> Expr:  # type: ignore[override]
        return _compare(self, "!=", other)

    __hash__ = object.__hash__

    def __and__(self, other: Any) -> Expr:
        return _binary(self, "and", other, _AND)

    def __rand__(self, other: Any) -> Expr:
        return _binary(other, "and", self, _AND)

    def __or__(self, other: Any) -> Expr:
        return _binary(self, "or", other, _OR)

    def __ror__(self, other: Any) -> Expr:
        return _binary(other, "or", self, _OR)

    def __invert__(self) -> Expr:
        return Expr(("not ", (self, _NOT)), _NOT)

    def __getitem__(self, bars_ago: Any) -> Expr:
        return Expr(((self, _ATOM), "[", (_expr(bars_ago), _OR), "]"), _ATOM)

    def __bool__(self) -> bool:
        raise InputError(
            f"'{self.rule_text()}' is a rule, whose truth differs from bar to bar: join rules with & | ~ instead of "
            "and, or, not, and compare twice instead of a < b < c"
        )

    def __iter__(self) -> Iterator[Expr]:
        raise TypeError("a rule has no length: close[1] is the close of the bar before")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if self._call and name in _functions()[self._call]:
            return Expr(((self, _ATOM), f".{name}"), _ATOM)
        if name in _functions():
            return lambda *args, **kwargs: call(name, self, *args, **kwargs)
        raise AttributeError(f"there is no function '{name}'{_nearest(name)}")

    def __repr__(self) -> str:
        return f"<rule {self.rule_text()}>"


class Params:
    """Parameters of a strategy: ``p.fast`` is the parameter fast in a rule."""

    def __init__(self, entries: Mapping[str, Any]) -> None:
        self._entries = {name: _parameter(name, entry) for name, entry in entries.items()}
        self._names = {name: Expr((name,), _ATOM) for name in entries}

    def __getattr__(self, name: str) -> Expr:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._names:
            raise AttributeError(f"there is no parameter '{name}'; there are: {', '.join(self._names)}")
        return self._names[name]

    def __getitem__(self, name: str) -> Expr:
        return self._names[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def entries(self) -> dict[str, Any]:
        """The section ``[params]``."""
        return self._entries


def params(**entries: Any) -> Params:
    """Parameters by name: a default, ``(default, min, max)``, or a dict with ``default, min, max, kind, description``.
    Whole defaults are of whole parameters."""
    return Params(entries)


def _parameter(name: str, entry: Any) -> dict[str, Any]:
    if isinstance(entry, Mapping):
        out = dict(entry)
    elif isinstance(entry, tuple):
        if len(entry) != 3:
            raise InputError(f"parameter '{name}': give (default, min, max)")
        out = dict(zip(("default", "min", "max"), entry, strict=True))
    else:
        out = {"default": entry}
    if "default" not in out:
        raise InputError(f"parameter '{name}' has no default")
    out.setdefault("kind", "int" if isinstance(out["default"], int) else "float")
    return out


class Strategy:
    """A strategy of rules, as a TOML file has them: what enters and leaves, and the risk taken.

    Parameters are those of the sections ``[rules]`` and ``[risk]``; ``size`` is a dict such as ``{"risk": 0.01}``. What is
    used twice is written down once, as a ``[let]`` entry, unless `let` names it.

    Raises
    ------
    InputError
        if no rule enters; mistakes in the rules are found when the strategy is used.
    """

    def __init__(
        self,
        name: str,
        *,
        params: Params | Mapping[str, Any] | None = None,
        enter_long: Any = None,
        exit_long: Any = None,
        enter_short: Any = None,
        exit_short: Any = None,
        let: Mapping[str, Expr] | None = None,
        description: str = "",
        **risk: Any,
    ) -> None:
        self.name = name
        self.description = description
        self.params = params if isinstance(params, Params) else Params(params or {})
        self.let = dict(let or {})
        rules = {"enter_long": enter_long, "exit_long": exit_long, "enter_short": enter_short, "exit_short": exit_short}
        self.rules = {key: rule for key, rule in rules.items() if rule is not None}
        self.risk = risk
        if enter_long is None and enter_short is None:
            raise InputError("the rules never enter: give enter_long or enter_short")

    def to_toml(self) -> str:
        """The strategy as a TOML file has it."""
        names, lets = self._shared()
        sections = {
            "params": self.params.entries(),
            "let": lets,
            "rules": {key: _written(rule, names) for key, rule in self.rules.items()},
            "risk": {key: _written(entry, names) for key, entry in self.risk.items()},
        }
        head = f"name = {_toml.text(self.name)}\n"
        if self.description:
            head += f"description = {_toml.text(self.description)}\n"
        return head + "".join("\n" + _toml.table(key, entries) for key, entries in sections.items() if entries)

    def _shared(self) -> tuple[dict[int, str], dict[str, str]]:
        """What expressions are called that have a name, by id; and the let entries in the order of their use."""
        roots = [*self.let.values(), *(r for r in self.rules.values() if isinstance(r, Expr)), *_expressions(self.risk)]
        named = {id(expression): name for name, expression in self.let.items()}
        uses: dict[int, int] = {}
        order: list[Expr] = []

        def visit(expression: Expr) -> None:
            uses[id(expression)] = uses.get(id(expression), 0) + 1
            if uses[id(expression)] > 1:
                return
            for operand in expression.operands():
                visit(operand)
            order.append(expression)

        for root in roots:
            visit(root)
        taken = {*self.params, *self.let}
        names: dict[int, str] = {}
        lets: dict[str, str] = {}
        for expression in order:
            name = named.get(id(expression))
            if name is None and uses[id(expression)] > 1 and any(True for _ in expression.operands()):
                name = next(f"x{i}" for i in range(1, len(order) + 1) if f"x{i}" not in taken)
            if name is not None:
                taken.add(name)
                lets[name] = expression.rule_text(names)
                names[id(expression)] = name
        return names, lets

    def __repr__(self) -> str:
        return f"<threadx.rules.Strategy {self.name}: {', '.join(self.rules)}>"


def _expressions(entry: Any) -> Iterator[Expr]:
    if isinstance(entry, Expr):
        yield entry
    elif isinstance(entry, Mapping):
        for each in entry.values():
            yield from _expressions(each)


def _written(entry: Any, names: Mapping[int, str]) -> Any:
    if isinstance(entry, Expr):
        return names.get(id(entry)) or entry.rule_text(names)
    if isinstance(entry, Mapping):
        return {key: _written(each, names) for key, each in entry.items()}
    return entry


@cache
def _functions() -> dict[str, set[str]]:
    """Functions, and the names of their results where there are several."""
    return {each["name"]: set(each["outputs"]) if len(each["outputs"]) > 1 else set() for each in _core.indicators()}


@cache
def _series() -> dict[str, Expr]:
    return {name: Expr((name,), _ATOM) for name in _core.series_names()}


def call(name: str, *args: Any, **kwargs: Any) -> Expr:
    """A call of a function of the rule language; arguments may be given by name."""
    if name not in _functions():
        raise InputError(f"there is no function '{name}'{_nearest(name)}")
    parts: list[Any] = [f"{name}("]
    for i, (key, value) in enumerate([*(("", arg) for arg in args), *kwargs.items()]):
        parts += [", " if i else "", f"{key} = " if key else "", (_expr(value), _OR)]
    return Expr((*parts, ")"), _ATOM, name)


def expr(text: str) -> Expr:
    """An expression of the rule language as it is written there: ``expr("close > sma(close, 20)")``."""
    return Expr((text,), _OR)


def _expr(value: Any) -> Expr:
    if isinstance(value, Expr):
        return value
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()
    if isinstance(value, bool):
        return Expr(("true" if value else "false",), _ATOM)
    if isinstance(value, (int, float)):
        text = repr(value)
        return Expr((text,), _NEGATE if text.startswith("-") else _ATOM)
    if isinstance(value, str):
        return Expr((f'"{value}"' if '"' not in value else f"'{value}'",), _ATOM)
    raise InputError(f"a {type(value).__name__} is no part of a rule: give numbers, parameters or expressions")


def _binary(left: Any, operator: str, right: Any, level: int) -> Expr:
    return Expr(((_expr(left), level), f" {operator} ", (_expr(right), level + 1)), level)


def _compare(left: Any, operator: str, right: Any) -> Expr:
    return Expr(((_expr(left), _ADD), f" {operator} ", (_expr(right), _ADD)), _COMPARE)


def _nearest(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, [*_functions(), *_series()], 1)
    return f"; did you mean '{near[0]}'?" if near else ""


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(name)
    if name in _series():
        return _SeriesOrFunction(name) if name in _functions() else _series()[name]
    if name in _functions():
        return lambda *args, **kwargs: call(name, *args, **kwargs)
    raise AttributeError(f"module 'threadx.rules' has no attribute '{name}'{_nearest(name)}")


class _SeriesOrFunction(Expr):
    """A series that may be called too: ``hour``, and ``hour(2)`` of another zone."""

    __slots__ = ()

    def __init__(self, name: str) -> None:
        super().__init__((name,), _ATOM)

    def __call__(self, *args: Any, **kwargs: Any) -> Expr:
        return call(self.rule_text(), *args, **kwargs)


def __dir__() -> list[str]:
    return [*globals(), *_functions(), *_series()]
