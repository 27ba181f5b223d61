"""Settings are those of the program, and what is set takes effect."""

import pytest

import threadx
from threadx import config
from threadx.config import get_settings


def test_fields_take_effect(bars):
    settings = get_settings()
    assert get_settings() is settings and settings.source == "defaults"
    settings.max_workers = 3
    run = threadx.sweep(bars, "ma_crossover", {"fast": [5, 10]})
    (session,) = run.manifest["sessions"]
    assert session["devices"][0]["workers"] == 3
    assert "max_workers = 3" in session["settings"]["text"]
    settings.gpu_enabled = False
    settings.multi_gpu_enabled = False
    assert (settings.max_workers, settings.gpu_enabled, settings.multi_gpu_enabled) == (3, False, False)
    run = threadx.sweep(bars, "ma_crossover", {"fast": [5, 10]})
    assert "enabled = false" in run.manifest["sessions"][0]["settings"]["text"]
    with pytest.raises(threadx.InputError, match="gpu"):
        settings_gpu = threadx.sweep(bars, "ma_crossover", {"fast": [5]}, devices="gpu")
        assert settings_gpu
    settings.batch_size = 1
    assert threadx.sweep(bars, "ma_crossover", {"fast": [5, 10]}).manifest["sessions"][0]["batch_size"] == 1


def test_a_file_is_read(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "paths.toml").write_text("[optimization.performance]\nmax_workers = 30\n")
    import os

    os.chdir(tmp_path)
    assert config.reset_settings().max_workers == 30
    assert get_settings().source.endswith("paths.toml")
    (tmp_path / "mine.toml").write_text("[optimization.performance]\nbatch_size = 500\n")
    assert config.Settings(tmp_path / "mine.toml").batch_size == 500


def test_mistakes():
    settings = get_settings()
    with pytest.raises(threadx.InputError, match="did you mean 'multi_gpu_enabled'"):
        settings.multi_gpus_enabled = False
    with pytest.raises(AttributeError, match="did you mean 'max_workers'"):
        settings.max_worker  # noqa: B018
    with pytest.raises(threadx.InputError, match="max_workers"):
        settings.max_workers = -1
    assert settings.max_workers == 0
    with pytest.raises(threadx.InputError, match="max_workers"):
        threadx.sweep(threadx.synthetic_bars(100), "ma_crossover", {}, workers=5000)
