"""What functions are given, checked: one message that says what is expected."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from typing import Any

from threadx._core import InputError


def whole(name: str, value: Any) -> int:
    """A whole number, numpy's too. InputError, with the argument's name, for anything else."""
    try:
        return operator.index(value)
    except TypeError:
        raise InputError(f"{name} = {value!r}: expected a whole number") from None


def count(name: str, value: Any) -> int:
    """A whole number from 0."""
    number = whole(name, value)
    if number < 0:
        raise InputError(f"{name} = {number}: expected 0 or more")
    return number


def text(name: str, value: Any) -> str:
    """A text."""
    if not isinstance(value, str):
        raise InputError(f"{name} = {value!r}: expected a text")
    return value


def entries(name: str, value: Mapping[str, Any] | None, example: str) -> dict[str, Any]:
    """A dict, empty if there is none."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InputError(f"{name}: a {type(value).__name__} is not understood; give a dict such as {example}")
    return dict(value)


def devices_text(devices: str | Iterable[str]) -> str:
    """Devices as the engine reads them: ``"cuda:0,cpu"``, of a text or several."""
    return devices if isinstance(devices, str) else ",".join(text("devices", each) for each in devices)


def balance_text(balance: str | Mapping[str, float]) -> str:
    """Shares as the engine reads them: ``"cuda:0=0.8,cpu=0.2"``, of a text or a dict."""
    if isinstance(balance, str):
        return balance
    return ",".join(f"{device}={share}" for device, share in entries("balance", balance, '{"cpu": 1.0}').items())
