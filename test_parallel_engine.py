"""Five checks of the parallel engine on this machine: run it with `python test_parallel_engine.py`, or by pytest.

Where there is no GPU, other OpenCL devices take its part if there are any; what cannot be checked here is said.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

import pytest

import threadx
from threadx import _core
from threadx.config import get_settings
from threadx.optimization.engine import SweepRunner
from threadx.optimization.scenarios import ScenarioSpec
from threadx.utils.gpu import DeviceManager

GRID = ScenarioSpec(
    params={"bb_period": range(10, 35, 5), "entry_z": [1.0, 1.25, 1.5, 1.75, 2.0], "atr_multiplier": [1.5, 2.0, 2.5]},
    strategy="bollinger_atr",
    n_bars=500,
)


def accelerators() -> list[str]:
    """Devices beside the processor that compute in float64."""
    devices, _ = _core.inventory(get_settings().core())
    return [each["id"] for each in devices if each["id"] != "cpu" and each["float64"] and not each["unusable"]]


def test_multi_worker_parallelism() -> str:
    """Any number of workers gives the same rows."""
    hashes = {workers: SweepRunner(max_workers=workers).run_grid(GRID).hash() for workers in (1, 2, 4, 30)}
    assert len(set(hashes.values())) == 1
    return f"75 scenarios with {', '.join(map(str, hashes))} workers: one hash"


def test_gpu_activation() -> str:
    """A GPU gives the rows of the processor; without one the engine says so and goes on."""
    cpu = SweepRunner(devices="cpu").run_grid(GRID)
    found = accelerators()
    if found:
        assert SweepRunner(devices=found[0]).run_grid(GRID).hash() == cpu.hash()
        return f"{found[0]} has the processor's bits"
    with pytest.raises(threadx.InputError):
        SweepRunner(devices="gpu").run_grid(GRID)
    assert SweepRunner(devices="auto").run_grid(GRID).hash() == cpu.hash()
    return "no GPU here: asking for one is an error, auto computes on the processor"


def test_multi_gpu_balancing() -> str:
    """Shares are measured, sum to one, and change no result."""
    devices = ",".join(["cpu", *accelerators()[:2]])
    manager = DeviceManager(devices)
    balance = manager.profile_auto_balance(sample_size=20_000, warmup=1, runs=2, workload_tag="test_parallel_engine")
    assert abs(sum(balance.values()) - 1.0) < 1e-9 and set(balance) <= set(devices.split(","))
    data = list(range(1000))
    assert manager.distribute_workload(data, lambda part: [x * x for x in part], balance=balance) == [
        x * x for x in data
    ]
    return ", ".join(f"{device}: {100 * share:.1f} %" for device, share in balance.items())


def test_monte_carlo_sampling() -> str:
    """Draws of a seed are the same ones each time, and more of them begin with the same."""
    spec = ScenarioSpec(
        params={"bb_period": {"min": 10, "max": 60}, "entry_z": {"min": 1.0, "max": 3.0}},
        n_scenarios=100,
        seed=42,
        n_bars=500,
    )
    runner = SweepRunner()
    first, again = runner.run_monte_carlo(spec), runner.run_monte_carlo(spec)
    assert first.hash() == again.hash() and len(first) == 100
    spec.seed = 43
    assert runner.run_monte_carlo(spec).hash() != first.hash()
    return "100 scenarios of one seed twice: one hash"


def test_performance_benchmark() -> str:
    """The workload of the documents, 75 scenarios over 500 bars, in far less than the seconds that it took."""
    runner = SweepRunner()
    begun = time.perf_counter()
    run = runner.run_grid(GRID)
    seconds = time.perf_counter() - begun
    assert len(run) == 75 and seconds < 5.0
    return f"75 scenarios x 500 bars: {75 / seconds:,.0f} tests a second, rows stored"


TESTS: dict[str, Callable[[], str]] = {
    "Multi-worker parallelism": test_multi_worker_parallelism,
    "GPU activation": test_gpu_activation,
    "Multi-GPU balancing": test_multi_gpu_balancing,
    "Monte Carlo sampling": test_monte_carlo_sampling,
    "Performance benchmark": test_performance_benchmark,
}


def main() -> int:
    """All of them, and a summary."""
    os.environ.setdefault("POCL_DEVICES", "pthread basic")
    passed, lines = 0, []
    for name, check in TESTS.items():
        try:
            lines.append(f"✅ passed   {name}: {check()}")
            passed += 1
        except Exception as error:  # noqa: BLE001 -- a summary of all is wanted
            lines.append(f"❌ FAILED   {name}: {type(error).__name__}: {error}")
    rule = "=" * 80
    print("\n".join([rule, "summary of the tests", rule, *lines, rule]))
    print(f"result: {passed}/{len(TESTS)} tests passed ({100 * passed // len(TESTS)} %)")
    return 0 if passed == len(TESTS) else 1


# pytest wants tests that return nothing.
for _name, _check in list(TESTS.items()):

    def _silent(check: Callable[[], str] = _check) -> None:
        check()

    _silent.__doc__ = _check.__doc__
    globals()[_check.__name__] = _silent

if __name__ == "__main__":
    sys.exit(main())
