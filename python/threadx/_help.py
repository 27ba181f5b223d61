"""What an indicator's help says. Nothing but the standard library: the build makes the types of indicators with it."""

from __future__ import annotations

from typing import Any


def needs_bars(description: dict[str, Any]) -> bool:
    """Whether it reads more than its arguments, or is over longer bars."""
    kinds = {argument["kind"] for argument in description["arguments"]}
    return bool(description["fields"]) or "expression" in kinds


def help_text(description: dict[str, Any]) -> str:
    """The docstring of an indicator."""
    lines = [f"{description['help'][:1].upper()}{description['help'][1:]}.", "", "Parameters", "----------"]
    if needs_bars(description):
        fields = ", ".join(description["fields"]) or "what the expression reads"
        lines += ["bars", f"    DataFrame, dict of arrays or Bars; it reads: {fields}"]
    for argument in description["arguments"]:
        default = f", {argument['default']} if left out" if argument["default"] else ""
        choices = f" of {', '.join(argument['choices'])}" if argument["choices"] else ""
        lines += [f"{argument['name']}", f"    {argument['kind']}{choices}{default}" + _after("; ", argument["help"])]
    lines += ["", "Returns", "-------"]
    if len(description["outputs"]) > 1:
        lines += [f"named tuple of arrays: {', '.join(description['outputs'])}"]
    else:
        lines += ["array of float64"]
    lines += ["", f"Undefined at the start: {description['undefined']} bars. Source: {description['source']}."]
    return "\n".join(lines)


def _after(separator: str, text: str) -> str:
    return separator + text if text else ""
