"""What the tests of the Python module have in common."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def nothing_of_the_users(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings are the defaults, and what is measured stays in a folder of the tests."""
    import threadx.config

    home = tmp_path_factory.getbasetemp() / "home"
    home.mkdir(exist_ok=True)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", os.environ.get("THREADX_TEST_CACHE", str(home / "cache")))
    monkeypatch.chdir(tmp_path_factory.mktemp("here"))
    threadx.config.reset_settings()
    yield
    threadx.config.reset_settings()


@pytest.fixture(scope="session")
def bars():
    """3,000 synthetic minutes."""
    import threadx

    return threadx.synthetic_bars(3_000, seed=7)


@pytest.fixture
def columns() -> dict[str, np.ndarray]:
    """Bars as a dict of arrays, made by numpy."""
    rng = np.random.default_rng(1)
    close = 100.0 + np.cumsum(rng.normal(0.0, 0.1, 1000)).round(2)
    open_ = np.roll(close, 1)
    open_[0] = close[0]
    spread = rng.integers(0, 20, 1000) / 100
    return {
        "time": np.datetime64("2022-01-03", "ns") + np.arange(1000) * np.timedelta64(60, "s"),
        "open": open_,
        "high": np.maximum(open_, close) + spread,
        "low": np.minimum(open_, close) - spread,
        "close": close,
        "volume": rng.integers(1, 100, 1000).astype(float),
    }


def run_python(*arguments: str, **options):
    """A Python of its own, with this one's packages."""
    import subprocess

    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, **options)
