"""The notebook of examples/ runs from its first cell to its last."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")


def test_notebook(tmp_path):
    notebook = nbformat.read(ROOT / "examples" / "threadx.ipynb", as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "the notebook is kept without outputs"
    os.environ["JUPYTER_RUNTIME_DIR"] = str(tmp_path)
    client = nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    shown = "".join(str(output) for cell in notebook.cells for output in cell.get("outputs", ()))
    assert "bollinger_atr" in shown and "cross" in shown and "out_sharpe" in shown
