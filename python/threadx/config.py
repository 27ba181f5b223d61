"""Settings of the machine and its user: who and where, never what is computed.

>>> from threadx.config import get_settings
>>> settings = get_settings()
>>> settings.multi_gpu_enabled = False

They are those of the program: ``config/paths.toml``, else the user's ``threadx/paths.toml``, else defaults. What is set here
is in force for everything that is begun afterwards in this process.
"""

from __future__ import annotations

import os
from typing import Any

from threadx import _arguments, _core, _toml
from threadx._core import InputError
from threadx._core import Settings as CoreSettings

# How attributes are called: a key of a section, with something before or after it where it would not be clear alone.
_SECTION_NAMES = {
    "paths": "{}_folder",
    "gpu": "gpu_{}",
    "optimization.performance": "{}",
    "logging": "log_{}",
    "robustness": "robustness_{}",
}


class Settings:
    """The settings in force, an attribute for each; `toml` shows them with what they mean.

    Setting one checks it: InputError says what is expected, and names the nearest known setting.
    """

    _file: str | None
    _changes: dict[str, Any]
    _core: CoreSettings
    _keys: dict[str, str]
    _values: dict[str, Any]

    def __init__(self, file: str | os.PathLike[str] | None = None, **changes: Any) -> None:
        object.__setattr__(self, "_file", None if file is None else os.fspath(file))
        object.__setattr__(self, "_changes", {})
        self._read({})
        for name, value in changes.items():
            setattr(self, name, value)

    def _read(self, changes: dict[str, Any]) -> None:
        core = _core.Settings(self._file, _overrides(changes))
        keys: dict[str, str] = {}
        values: dict[str, Any] = {}
        for section, key, value in core.values():
            name = key if "gpu" in key else _SECTION_NAMES[section].format(key)
            keys[name], values[name] = f"{section}.{key}", value
        for attribute, content in (("_core", core), ("_keys", keys), ("_values", values), ("_changes", changes)):
            object.__setattr__(self, attribute, content)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._values[self._known(name, AttributeError)]

    def __setattr__(self, name: str, value: Any) -> None:
        self._read({**self._changes, self._keys[self._known(name, InputError)]: value})

    def __dir__(self) -> list[str]:
        return [*object.__dir__(self), *self._values]

    def _known(self, name: str, error: type[Exception]) -> str:
        if name in self._values:
            return name
        import difflib

        near = difflib.get_close_matches(name, self._values, 1)
        raise error(f"there is no setting '{name}'" + (f"; did you mean '{near[0]}'?" if near else ""))

    @property
    def source(self) -> str:
        """The file that they were read from, or "defaults"."""
        return self._core.source

    def toml(self) -> str:
        """All of them as a settings file, with what they mean."""
        return self._core.toml()

    def core(self) -> CoreSettings:
        """For the engine."""
        return self._core

    def overrides(self) -> list[str]:
        """What was changed, as the program's ``--set`` has it."""
        return _overrides(self._changes)

    def with_changes(self, **changes: Any) -> Settings:
        """Others, with these changes."""
        other = Settings(self._file)
        other._read(dict(self._changes))
        for name, value in changes.items():
            setattr(other, name, value)
        return other

    def __repr__(self) -> str:
        changed = ", ".join(self.overrides())
        return f"<threadx.config.Settings from {self.source}{': ' + changed if changed else ''}>"


def _overrides(changes: dict[str, Any]) -> list[str]:
    return [f"{key}={_toml.value(value)}" for key, value in changes.items()]


_settings: Settings | None = None


def get_settings() -> Settings:
    """The settings of this process, read when they are first asked for."""
    global _settings
    if _settings is None:
        _settings = Settings()
    return _settings


def reset_settings(file: str | os.PathLike[str] | None = None) -> Settings:
    """Reads them anew, from `file` if it is given; what was set is forgotten."""
    global _settings
    _settings = Settings(file)
    return _settings


def settings_for(
    settings: Settings | None = None, workers: int | None = None, batch_size: int | None = None
) -> Settings:
    """Those of the process, or the given ones, with what was said besides."""
    in_force = settings if settings is not None else get_settings()
    changes: dict[str, Any] = {}
    if workers is not None:
        changes["max_workers"] = _arguments.whole("workers", workers)
    if batch_size is not None:
        changes["batch_size"] = _arguments.whole("batch_size", batch_size)
    return in_force.with_changes(**changes) if changes else in_force
