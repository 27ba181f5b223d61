"""Python's values as TOML text, which is what the engine reads and a run's manifest keeps."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from threadx._core import InputError

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def key(name: str) -> str:
    """A key, in quotes where it needs them."""
    return name if _BARE_KEY.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def text(value: str) -> str:
    """A text in quotes."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def value(item: Any) -> str:
    """A value on one line: tables are inline ones.

    Raises
    ------
    InputError
        for what TOML does not have.
    """
    if hasattr(item, "item") and getattr(item, "ndim", None) == 0:  # a number of numpy's
        item = item.item()
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, int):
        return str(item)
    if isinstance(item, float):
        return _number(item)
    if isinstance(item, str):
        return text(item)
    if isinstance(item, Mapping):
        return "{ " + ", ".join(f"{key(str(k))} = {value(v)}" for k, v in item.items()) + " }" if item else "{}"
    if hasattr(item, "tolist"):  # an array of numpy's, a series of pandas'
        item = item.tolist()
    if isinstance(item, (list, tuple, range, set, frozenset)):
        return "[" + ", ".join(value(each) for each in item) + "]"
    if hasattr(item, "rule_text"):  # an expression of threadx.rules
        return text(item.rule_text())
    raise InputError(f"a {type(item).__name__} is not understood; give numbers, texts, lists or dicts")


def _number(number: float) -> str:
    if math.isnan(number):
        return "nan"
    if math.isinf(number):
        return "inf" if number > 0 else "-inf"
    shown = repr(number)
    return shown if "." in shown or "e" in shown or "n" in shown else shown + ".0"


def table(name: str, entries: Mapping[str, Any]) -> str:
    """A section ``[name]`` with a line for each entry; nothing if there are none."""
    if not entries:
        return ""
    lines = []
    for entry, given in entries.items():
        try:
            lines.append(f"{key(str(entry))} = {value(given)}\n")
        except InputError as error:
            raise InputError(f"{entry}: {error}") from None
    return f"[{name}]\n" + "".join(lines)
