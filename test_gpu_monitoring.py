"""Watches the machine during a sweep: run it with `python test_gpu_monitoring.py`, or by pytest.

Without a GPU it says why there is none, and shows the processor.
"""

from __future__ import annotations

import sys
import time

import pandas as pd

import threadx
from threadx.ui.system_monitor import SystemMonitor


def watched(seconds: float) -> tuple[SystemMonitor, pd.DataFrame]:
    """A sweep, again and again for so long, and what was seen meanwhile."""
    bars = threadx.synthetic_bars(20_000)
    space = {"bb_period": range(10, 60), "entry_z": [1.0, 1.5, 2.0]}
    monitor = SystemMonitor(interval=0.1, max_history=120)
    end = time.monotonic() + seconds
    with monitor:
        while time.monotonic() < end:
            threadx.sweep(bars, "bollinger_atr", space, progress=False)
    return monitor, monitor.get_history_dataframe()


def test_a_sweep_is_seen() -> None:
    """The processor was at work, and what it used was read again and again."""
    monitor, history = watched(1.0)
    assert len(history) >= 5 and history["time"].is_monotonic_increasing
    assert history["cpu"].max() > 20.0 and history["memory"].between(0, 100).all()
    snapshot = monitor.get_latest_snapshot()
    assert snapshot is not None and 0.0 < snapshot.memory_percent < 100.0
    assert len(monitor.gpu_names) > 0 or monitor.no_gpus
    for number in range(1, len(monitor.gpu_names) + 1):
        assert history[f"gpu{number}"].between(0, 100).all()


def main() -> int:
    """What was seen, for people."""
    monitor, history = watched(3.0)
    for number, name in enumerate(monitor.gpu_names, start=1):
        column = f"gpu{number}"
        print(f"🎮 GPU {number} ({name}):")
        print(f"  mean utilization: {history[column].mean():.1f} %")
        print(f"  mean memory: {history[column + '_mem'].mean():.1f} %")
        print(
            f"  mean temperature: {history[column + '_temp'].mean():.0f} °C (max: {history[column + '_temp'].max():.0f} °C)"
        )
        print(
            f"  mean power: {history[column + '_power'].mean():.1f} W (max: {history[column + '_power'].max():.1f} W)\n"
        )
    if monitor.no_gpus:
        print(f"no GPU is watched: {monitor.no_gpus}")
    print(f"processor: mean load {history['cpu'].mean():.0f} %, memory {history['memory'].mean():.0f} %")
    print(f"✅ monitoring works: {len(history)} samples")
    return 0


if __name__ == "__main__":
    sys.exit(main())
