"""The snippets of docs/PYTHON.md and of the README's section on Python run as they stand there."""

import re
from pathlib import Path

import pytest

import threadx

ROOT = Path(__file__).resolve().parents[2]


def snippets() -> list:
    found = []
    for name, part in (("docs/PYTHON.md", ""), ("README.md", "## From Python")):
        text = (ROOT / name).read_text("utf-8")
        start = text.index(part)
        for block in re.finditer(r"```python\n(.*?)```", text[start:], re.DOTALL):
            line = text[: start + block.start()].count("\n") + 2
            found.append(pytest.param(block[1], id=f"{name}:{line}"))
    return found


@pytest.mark.parametrize("snippet", snippets())
def test_snippet(snippet, bars):
    frame = bars.to_pandas()
    exec(compile(snippet, "snippet", "exec"), {"threadx": threadx, "df": frame, "close": frame["close"]})
