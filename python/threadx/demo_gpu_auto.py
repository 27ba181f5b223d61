"""Shows how ThreadX chooses devices: indicators by measurement, work over all devices, the same results each time.

python -m threadx.demo_gpu_auto
"""

from __future__ import annotations

import sys
import time

import numpy as np

import threadx
from threadx import _core
from threadx.config import get_settings
from threadx.indicators import get_gpu_accelerated_bank
from threadx.utils.gpu import get_default_manager


def show_devices() -> None:
    """What there is, and why what is not there is not."""
    devices, missing = _core.inventory(get_settings().core())
    print("devices")
    for device in devices:
        note = f" (not used: {device['unusable']})" if device["unusable"] else ""
        print(f"  {device['id']:<10} {device['name']}{note}")
    for reason in missing:
        print(f"  {reason}")


def show_dynamic_choice(bars: threadx.Bars) -> None:
    """An indicator wherever it is soonest done, at several sizes."""
    bank = get_gpu_accelerated_bank()
    print("\nBollinger bands, on the device that is predicted to be done first")
    for size in (1_000, 10_000, len(bars)):
        close = bars.close[:size]
        upper, _, lower = bank.bollinger_bands(close, period=20, std_dev=2.0, use_dynamic=True)
        same = bank.bollinger_bands(close, period=20, std_dev=2.0, use_dynamic=False)
        assert np.array_equal(upper, same[0], equal_nan=True) and np.array_equal(lower, same[2], equal_nan=True)
        bank.bollinger_bands(close, period=20, std_dev=2.0, use_dynamic=True)
        decision = bank.last_decision()
        assert decision is not None
        print(f"  {size:>9,} bars: {decision.device}, {1e3 * decision.seconds:.2f} ms; {decision.reason}")


def show_balance(bars: threadx.Bars) -> None:
    """Work of one's own over all devices, in the shares that were measured."""
    manager = get_default_manager()
    balance = manager.profile_auto_balance(sample_size=100_000, runs=3, workload_tag="demo")
    print("\nbalance:", ", ".join(f"{device} {100 * share:.1f} %" for device, share in balance.items()))
    returns = manager.distribute_workload(bars.close, lambda close: np.diff(close, prepend=close[0]), halo=(1, 0))
    assert np.array_equal(returns[1:], np.diff(bars.close))
    for device, use in manager.last_use().items():
        print(f"  {device}: {use['items']:,} items in {use['slices']} slices")


def show_determinism() -> None:
    """Random numbers by place: cut as one likes, the same sum."""
    manager = get_default_manager()
    data = np.zeros(50_000)
    draws = [manager.distribute_workload(data, lambda part, at: part + at.uniform(), seed=42) for _ in range(2)]
    print("\nthe same random numbers in two distributed runs with one seed:", np.array_equal(*draws))


def show_sweep(bars: threadx.Bars) -> None:
    """A sweep, and the same one on the processor alone."""
    space = {"bb_period": range(10, 60, 5), "entry_z": {"from": 1.0, "to": 2.5, "step": 0.25}}
    begun = time.perf_counter()
    run = threadx.sweep(bars, "bollinger_atr", space, devices="auto")
    seconds = time.perf_counter() - begun
    alone = threadx.sweep(bars, "bollinger_atr", space, devices="cpu", workers=1)
    print(f"\nsweep: {len(run)} scenarios x {len(bars):,} bars in {seconds:.2f} s")
    print("the same bits on one processor thread:", run.hash() == alone.hash())


def main() -> int:
    """Everything, one after the other."""
    bars = threadx.synthetic_bars(200_000)
    show_devices()
    show_dynamic_choice(bars)
    show_balance(bars)
    show_determinism()
    show_sweep(bars)
    return 0


if __name__ == "__main__":
    sys.exit(main())
