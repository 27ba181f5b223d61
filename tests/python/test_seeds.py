"""Every code block of the documents in THREADX_SHARED/seeds is run, as far as this machine goes.

What cannot be run here is printed with its reason, on a line that begins with "skipped:".
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import threadx

ROOT = Path(__file__).resolve().parents[2]
SEEDS = Path(os.environ.get("THREADX_SHARED") or ROOT.parent / "shared") / "seeds"


@dataclass
class Block:
    """A block between two lines of three backticks."""

    document: str
    line: int
    language: str
    text: str


def blocks() -> list[Block]:
    """All blocks of all documents, in their order."""
    found = []
    for path in sorted(SEEDS.glob("*.md")):
        opened = None
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            fence = re.match(r"^\s*```(\w*)\s*$", line)
            if not fence:
                if opened:
                    opened.text += line + "\n"
            elif opened is None:
                opened = Block(path.name, number, fence[1], "")
            else:
                indent = min(
                    (len(each) - len(each.lstrip()) for each in opened.text.splitlines() if each.strip()), default=0
                )
                opened.text = "".join(each[indent:] for each in opened.text.splitlines(keepends=True))
                found.append(opened)
                opened = None
    return found


ALL = blocks()
if not ALL:
    print(f"skipped: the snippets of the documents: there is no {SEEDS}")


def of_language(language: str) -> list:
    return [pytest.param(block, id=f"{block.document}:{block.line}") for block in ALL if block.language == language]


@pytest.fixture
def skipped(capsys):
    """Says what is not run, and why, past pytest's capturing."""

    def say(block: Block, what: str, why: str) -> None:
        with capsys.disabled():
            print(f"\nskipped: {block.document}:{block.line}: {what}: {why}")

    return say


# What blocks take for granted of the reader's program.
def namespace() -> dict:
    from threadx.optimization.engine import SweepRunner
    from threadx.optimization.scenarios import ScenarioSpec
    from threadx.utils.gpu import get_default_manager

    close = threadx.synthetic_bars(5_000).close
    return {
        "close_prices": close,
        "data": np.array(close),
        "process_function": lambda part: part * 2.0,
        "manager": get_default_manager(),
        "sweep_spec": ScenarioSpec(params={"bb_period": [10, 20], "entry_z": [1.0, 1.5, 2.0]}, n_bars=2000),
        "SweepRunner": SweepRunner,
    }


@pytest.mark.skipif(not ALL, reason="no documents")
def test_the_documents_were_found():
    languages = {block.language for block in ALL}
    assert {"python", "bash", "toml"} <= languages and len(ALL) > 20


@pytest.mark.parametrize("block", of_language("python"))
def test_python(block, skipped, capsys):
    names = namespace()
    text = block.text
    if "cupy" in text and importlib.util.find_spec("cupy") is None:
        skipped(block, "import cupy", "CuPy is not installed; ThreadX computes in float64 by itself, on GPUs too")
        assert threadx.sweep(names["sweep_spec"].held_bars(), "bollinger_atr").manifest["precision"] == "float64"
        return
    if re.search(r"\d%\s*(,|#|\n)", text):
        # A balance as people write it: shares in percent are no Python.
        ast.parse(text.replace("%", ""))
        names["manager"].profile_auto_balance(sample_size=1000, warmup=0, runs=1)
        exec(compile(re.sub(r"([\d.]+)%", r"(\1 / 100)", text), block.document, "exec"), names)
        assert abs(sum(names["balance"].values()) - 1.0) < 1e-9
        return
    exec(compile(text, f"{block.document}:{block.line}", "exec"), names)
    check_python(names, text, capsys.readouterr().out)


def check_python(names: dict, text: str, printed: str) -> None:
    """That a block did what it is there for."""
    if "bollinger_bands" in text:
        upper, middle, lower = names["result"]
        assert len(upper) == len(names["close_prices"]) and np.nanmin(upper - middle) >= 0 >= np.nanmax(lower - middle)
    elif "distribute_workload" in text:
        np.testing.assert_array_equal(names["result"], names["data"] * 2.0)
        if "optimized_balance" in text:
            assert abs(sum(names["optimized_balance"].values()) - 1.0) < 1e-9
    elif "SystemMonitor" in text:
        assert "GPU 1 :" in printed and "gpu1_power" in printed and len(names["history"]) >= 2
    elif "max_workers=30" in text:
        run = names["runner"].run_grid(names["sweep_spec"])
        assert run.manifest["sessions"][0]["devices"][0]["workers"] == 30
    elif "batch_size=500" in text:
        assert names["runner"].run_grid(names["sweep_spec"]).manifest["sessions"][0]["batch_size"] == 500
    elif "n_bars" in text:
        run = names["SweepRunner"]().run_grid(names["sweep_spec"])
        assert run.manifest["data"]["bars"] == 500
    elif "get_settings" in text:
        settings_of_run = threadx.sweep(names["sweep_spec"].held_bars(), "bollinger_atr").manifest["sessions"][0][
            "settings"
        ]
        assert "multi_gpu_enabled = false" in settings_of_run["text"] and "\nenabled = true" in settings_of_run["text"]
    elif "FIXED_BALANCE" in text:
        assert abs(sum(names["FIXED_BALANCE"].values()) - 1.0) < 1e-9
    else:
        pytest.fail(f"nothing is checked of this block:\n{text}")


@pytest.mark.parametrize("block", of_language("toml"))
def test_toml(block, tmp_path, monkeypatch):
    from threadx.config import reset_settings

    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "paths.toml").write_text(block.text, "utf-8")
    monkeypatch.chdir(tmp_path)
    assert reset_settings().max_workers == 30


# Commands that prepare a machine for another program, or ask one that may not be here.
NOT_OURS = {
    "pip": "ThreadX needs neither CuPy nor numba: pip install . is all",
    "cd": "a folder of the reader's",
}


def commands(text: str) -> list[str]:
    lines = (re.sub(r"\s+#.*$", "", line).strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("block", of_language("bash"))
def test_commands(block, skipped, tmp_path):
    for command in commands(block.text):
        words = shlex.split(command)
        if words[0] in ("python", "python3") and words[1:3] != ["-m", "pip"]:
            run_python(block, command, words[1:], skipped, tmp_path)
        elif words[0] in NOT_OURS or words[1:3] == ["-m", "pip"]:
            skipped(block, command, NOT_OURS.get(words[0], NOT_OURS["pip"]))
        elif shutil.which(words[0]) is None:
            skipped(block, command, f"there is no {words[0]} here")
        else:
            assert subprocess.run(words, check=False, capture_output=True).returncode == 0, command


def run_python(block: Block, command: str, words: list[str], skipped, tmp_path: Path) -> None:
    if "cupy" in command and importlib.util.find_spec("cupy") is None:
        skipped(block, command, "CuPy is not installed; ThreadX opens drivers itself: threadx devices")
        return
    environment = {**os.environ, "POCL_DEVICES": os.environ.get("POCL_DEVICES", "pthread basic")}
    if "pytest" in words:
        words = [*words, "-p", "no:cacheprovider", "--basetemp", str(tmp_path / "pytest")]
    done = subprocess.run(
        [sys.executable, *words], check=False, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=300
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    expected = {
        "test_parallel_engine.py": "5/5 tests passed",
        "test_gpu_monitoring.py": "monitoring works",
        "threadx.demo_gpu_auto": "the same bits on one processor thread: True",
        "threadx.benchmarks.run_auto_profile": "bollinger",
        "pytest": " passed",
    }
    (sign,) = [sign for name, sign in expected.items() if name in words]
    assert sign in done.stdout, f"{command}\n{done.stdout}"
