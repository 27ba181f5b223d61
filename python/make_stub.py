"""Writes indicators.pyi, the types and helps of all indicators, from the catalogue of the built module, and adds to _core.pyi
what nanobind does not see.

    python make_stub.py FOLDER      FOLDER holds the module _core and its _core.pyi, and gets the file
"""

from __future__ import annotations

import importlib.util
import sys
import types
from pathlib import Path
from typing import Any

HEAD = '''"""Every indicator of the rule language over arrays."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from numpy.typing import ArrayLike

from threadx._bank import IndicatorBank

# An array of float64, or a pandas Series where the first series or the bars are of pandas.
Column = Any

def catalogue() -> dict[str, dict[str, Any]]: ...
def names() -> list[str]: ...
def function(name: str) -> Callable[..., Any]: ...
def needs_bars(description: dict[str, Any]) -> bool: ...
def help_text(description: dict[str, Any]) -> str: ...
def get_gpu_accelerated_bank(devices: str = "auto") -> IndicatorBank: ...
def _bound(
    description: dict[str, Any], parameters: list[str], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any]: ...
def _compute(
    description: dict[str, Any], given: dict[str, Any], placement: str = "dynamic", engine: Any = None
) -> Any: ...
'''
TYPES = {
    "series": "ArrayLike",
    "condition": "ArrayLike",
    "length": "int",
    "scalar": "float",
    "number": "float",
    "duration": "str",
    "expression": "str",
}

ERRORS = """
__version__: str

class Error(Exception): ...
class InputError(Error, ValueError): ...
class IoError(Error, OSError): ...
class DeviceError(Error, RuntimeError): ...
"""


def load(folder: Path, helper: Path) -> tuple[Any, Any]:
    """The built module, and the function of indicators.py that writes helps, without the package around them."""
    sys.path.insert(0, str(folder))
    import _core

    package = types.ModuleType("threadx")
    package.__path__ = [str(helper)]
    sys.modules["threadx"] = package
    sys.modules["threadx._core"] = _core
    package._core = _core
    spec = importlib.util.spec_from_file_location("threadx.help", helper / "_help.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return _core, module


def argument_text(argument: dict[str, Any]) -> str:
    """An argument with its type and default."""
    choices = ", ".join(f'"{choice}"' for choice in argument["choices"])
    kind = f"Literal[{choices}]" if choices else TYPES[argument["kind"]]
    return f"{argument['name']}: {kind}" + (" = ..." if argument["default"] else "")


def stub(core: Any, helps: Any) -> str:
    """The file."""
    parts = [HEAD]
    for each in core.indicators():
        arguments = (["bars: Any"] if helps.needs_bars(each) else []) + [argument_text(a) for a in each["arguments"]]
        result = "Column"
        if len(each["outputs"]) > 1:
            result = "".join(part.capitalize() for part in each["name"].split("_")) + "Columns"
            fields = "".join(f"    {output}: Column\n" for output in each["outputs"])
            parts.append(f"class {result}(NamedTuple):\n{fields}")
        text = helps.help_text(each).replace("\\", "\\\\").replace("\n", "\n    ")
        text = "\n".join(line.rstrip() for line in text.splitlines())
        parts.append(f'def {each["name"]}({", ".join(arguments)}) -> {result}:\n    """{text}\n    """\n')
    return "\n".join(parts)


def main() -> None:
    """Writes it."""
    folder = Path(sys.argv[1])
    core, helps = load(folder, Path(__file__).parent / "threadx")
    with (folder / "_core.pyi").open("a", encoding="utf-8") as types_of_core:
        types_of_core.write(ERRORS)
    (folder / "indicators.pyi").write_text(stub(core, helps), "utf-8")


if __name__ == "__main__":
    main()
