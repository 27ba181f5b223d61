"""The choice of devices by measurement: profiles are kept and used, work is balanced, results are the same each time.

Tests with the marker `gpu` need a device beside the processor: a GPU, or OpenCL devices such as PoCL's.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import threadx
from threadx import _core
from threadx.config import get_settings, reset_settings
from threadx.indicators import get_gpu_accelerated_bank
from threadx.utils.gpu import DeviceManager, get_default_manager, multi_gpu


@pytest.fixture(autouse=True)
def profiles(tmp_path: Path) -> Path:
    """What is measured here stays here."""
    settings = reset_settings()
    settings.profiles_folder = str(tmp_path / "profiles")
    yield tmp_path / "profiles"
    reset_settings()


@pytest.fixture(scope="session")
def accelerator(request: pytest.FixtureRequest) -> str:
    """A device beside the processor."""
    patch = pytest.MonkeyPatch()
    patch.setenv("POCL_DEVICES", "pthread basic")
    request.addfinalizer(patch.undo)
    devices, missing = _core.inventory(get_settings().core())
    found = [each["id"] for each in devices if each["id"] != "cpu" and each["float64"] and not each["unusable"]]
    if not found:
        pytest.skip(f"no device beside the processor: {'; '.join(missing)}")
    return found[0]


CLOSE = 100.0 + np.cumsum(np.random.default_rng(5).normal(0.0, 0.1, 20_000))


def test_profiles_are_kept_as_json(profiles: Path) -> None:
    """What a bank measures is in a file that the next one reads."""
    bank = get_gpu_accelerated_bank()
    for _ in range(5):
        bank.bollinger_bands(CLOSE, use_dynamic=True, period=20, std_dev=2.0)
    bank.flush()
    (file,) = profiles.glob("*.json")
    assert "indicator/bbands" in json.dumps(json.loads(file.read_text("utf-8")))


def test_a_damaged_profile_is_set_aside(profiles: Path) -> None:
    """It is a warning, never an error."""
    manager = DeviceManager("cpu")
    manager.profile_auto_balance(sample_size=1000, warmup=0, runs=1)
    manager.flush()
    (file,) = profiles.glob("*.json")
    file.write_text("{ damaged")
    assert DeviceManager("cpu").profile_auto_balance(sample_size=1000, warmup=0, runs=1) == {"cpu": 1.0}


def test_the_decision_has_a_reason() -> None:
    """Where an indicator was computed is known, and the values do not depend on it."""
    bank = get_gpu_accelerated_bank()
    dynamic = bank.bollinger_bands(CLOSE, use_dynamic=True)
    assert bank.last_decision().reason
    fixed = bank.bollinger_bands(CLOSE, use_dynamic=False)
    for a, b in zip(dynamic, fixed, strict=True):
        np.testing.assert_array_equal(a, b)


def test_distributed_work_is_that_of_a_loop() -> None:
    """Whatever the shares, the data and the halo."""
    manager = get_default_manager()
    squares = manager.distribute_workload(CLOSE, lambda part: part**2)
    np.testing.assert_array_equal(squares, CLOSE**2)

    def means(part: np.ndarray) -> np.ndarray:
        padded = np.concatenate([np.full(19, np.nan), part])
        return np.lib.stride_tricks.sliding_window_view(padded, 20).mean(axis=1)

    whole = means(CLOSE)
    np.testing.assert_array_equal(manager.distribute_workload(CLOSE, means, halo=(19, 0)), whole)
    assert manager.distribute_workload(list("abc"), lambda part: [each * 2 for each in part]) == ["aa", "bb", "cc"]
    assert sum(use["items"] for use in manager.last_use().values()) == 3


def test_a_seed_makes_runs_the_same() -> None:
    """Random numbers depend on the seed and the place in the data alone."""
    manager = get_default_manager()

    def noise(part: np.ndarray, context: multi_gpu.SliceContext) -> np.ndarray:
        return part + context.uniform()

    first = manager.distribute_workload(CLOSE, noise, seed=42)
    np.testing.assert_array_equal(first, manager.distribute_workload(CLOSE, noise, seed=42))
    one_slice = CLOSE + _core.uniform(42, 0, len(CLOSE), 0)
    np.testing.assert_array_equal(first, one_slice)
    assert not np.array_equal(first, manager.distribute_workload(CLOSE, noise, seed=43))


def test_what_a_function_raises_is_raised() -> None:
    """And a result of the wrong length is an error that says so."""
    manager = get_default_manager()

    def fail(part: np.ndarray) -> np.ndarray:
        raise ZeroDivisionError("here")

    with pytest.raises(ZeroDivisionError, match="here"):
        manager.distribute_workload(CLOSE, fail)
    with pytest.raises(threadx.InputError, match="one for each"):
        manager.distribute_workload(CLOSE, lambda part: part[:-1])
    with pytest.raises(threadx.InputError, match="tpu:0"):
        manager.distribute_workload(CLOSE, lambda part: part, balance={"tpu:0": 1.0})


def test_a_fixed_balance_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also by a part of a device's name."""
    manager = get_default_manager()
    (processor,) = [each for each in manager.devices() if each["id"] == "cpu"]
    monkeypatch.setattr(multi_gpu, "FIXED_BALANCE", {processor["name"]: 1.0})
    manager.distribute_workload(CLOSE, lambda part: part)
    assert set(manager.last_use()) == {"cpu"}
    from threadx.gpu import multi_gpu as the_same

    assert the_same is multi_gpu


def test_a_change_of_settings_makes_another_manager() -> None:
    """It has its devices by the settings in force."""
    first = get_default_manager()
    assert get_default_manager() is first
    get_settings().gpu_enabled = False
    assert get_default_manager() is not first
    assert [each["id"] for each in get_default_manager().devices()] == ["cpu"]


@pytest.mark.gpu
def test_a_gpu_has_the_bits_of_the_processor(accelerator: str) -> None:
    """Of indicators and of sweeps."""
    bank = get_gpu_accelerated_bank(f"cpu,{accelerator}")
    there = bank.bollinger_bands(CLOSE, device=accelerator)
    assert bank.last_decision().device == accelerator
    for a, b in zip(there, bank.bollinger_bands(CLOSE, device="cpu"), strict=True):
        np.testing.assert_array_equal(a, b)
    bars = threadx.synthetic_bars(2_000)
    space = {"bb_period": range(10, 40, 5), "entry_z": [1.0, 2.0]}
    hashes = {threadx.sweep(bars, "bollinger_atr", space, devices=each).hash() for each in ("cpu", accelerator)}
    assert len(hashes) == 1


@pytest.mark.gpu
def test_balance_of_two_devices(accelerator: str) -> None:
    """Is measured, and used."""
    manager = DeviceManager(f"cpu,{accelerator}")
    balance = manager.profile_auto_balance(sample_size=20_000, warmup=1, runs=2, workload_tag="my_workload")
    assert set(balance) == {"cpu", accelerator} and abs(sum(balance.values()) - 1.0) < 1e-9
    halves = {"cpu": 0.5, accelerator: 0.5}
    np.testing.assert_array_equal(manager.distribute_workload(CLOSE, lambda part: part + 1, balance=halves), CLOSE + 1)
    assert {device: use["items"] for device, use in manager.last_use().items()} == dict.fromkeys(
        halves, len(CLOSE) // 2
    )
