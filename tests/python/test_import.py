"""What an import costs, and what it brings."""

import importlib
import pkgutil

from conftest import run_python

import threadx

# In time of the processor, which other tests may be using too.
COST = (
    "import time, sys; t = time.process_time(); import threadx; print(time.process_time() - t, 'numpy' in sys.modules)"
)


def test_an_import_is_quick_and_brings_no_library():
    answers = [run_python("-c", COST).stdout.split() for _ in range(5)]
    assert min(float(seconds) for seconds, _ in answers) < 0.150
    assert {numpy for _, numpy in answers} == {"False"}


# What a first sweep has to import is time that the program does not spend.
IMPORTS = """
import sys
import threadx

bars = threadx.synthetic_bars(200)
threadx.sweep(bars, "ema_cross", {"fast": [5, 6]}, devices="cpu")
print(*(name for name in ("pathlib", "dataclasses", "inspect", "subprocess", "pandas", "pyarrow", "tqdm") if name in sys.modules))
"""


IMPORTED_BY_NUMPY = set(run_python("-c", "import sys, numpy; print(*sys.modules)").stdout.split())


def test_a_first_sweep_imports_little():
    answer = run_python("-c", IMPORTS)
    assert answer.returncode == 0, answer.stderr
    assert set(answer.stdout.split()) <= IMPORTED_BY_NUMPY


def test_every_name_is_there_and_says_what_it_is():
    for name in threadx.__all__:
        assert getattr(threadx, name) is not None
        assert name in dir(threadx)
    for module in pkgutil.walk_packages(threadx.__path__, "threadx."):
        if module.name.endswith("_core"):
            continue
        assert importlib.import_module(module.name).__doc__, module.name
    for name in ("Bars", "Run", "backtest", "sweep", "walkforward", "resume", "open_run", "robustness", "column"):
        assert len(getattr(threadx, name).__doc__) > 80, name
