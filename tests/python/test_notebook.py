"""The notebook of examples/ runs from its first cell to its last: by itself, and in a kernel where nbclient and ipykernel are."""

import ast
import importlib.util
import json
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).resolve().parents[2] / "examples" / "threadx.ipynb"
HAS_KERNEL = all(importlib.util.find_spec(name) for name in ("nbclient", "nbformat", "ipykernel"))


def check(shown: str) -> None:
    assert "bollinger_atr" in shown and "cross" in shown and "out_sharpe" in shown


def test_cells(capsys):
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    assert not any(cell.get("outputs") for cell in cells), "the notebook is kept without outputs"
    names, shown = {}, ""
    for number, cell in enumerate(cells):
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, f"cell {number}", "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), names)
            shown += value._repr_html_() if hasattr(value, "_repr_html_") else repr(value)
    check(shown + capsys.readouterr().out)


@pytest.mark.skipif(not HAS_KERNEL, reason="nbclient, nbformat or ipykernel is not installed")
def test_in_a_kernel(tmp_path, monkeypatch):
    import nbclient
    import nbformat

    notebook = nbformat.read(NOTEBOOK, as_version=4)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    check("".join(str(output) for cell in notebook.cells for output in cell.get("outputs", ())))
