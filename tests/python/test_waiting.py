"""Long work lets other threads run, shows progress, and ends at Ctrl-C."""

import logging
import os
import signal
import threading
import time

import pytest

import threadx

# Ten million bar-scenarios a millisecond and core at most: seconds of work.
LONG = {"bb_period": range(10, 200), "entry_z": {"from": 1.0, "to": 3.0, "step": 0.01}}


@pytest.fixture(scope="module")
def many_bars():
    return threadx.synthetic_bars(100_000)


def test_ctrl_c_ends_a_sweep_which_can_be_gone_on_with(tmp_path):
    # A process that was started in the background ignores the signal unless it says otherwise.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    bars = threadx.synthetic_bars(20_000)

    def interrupt(done, total, seconds, devices):
        if 0 < done < total:
            os.kill(os.getpid(), signal.SIGINT)

    try:
        with pytest.raises(KeyboardInterrupt):
            threadx.sweep(bars, "bollinger_atr", LONG, out=tmp_path / "run", workers=1, progress=interrupt)
    finally:
        signal.signal(signal.SIGINT, before)
    interrupted = threadx.open_run(tmp_path / "run")
    assert interrupted.manifest["sessions"][-1]["state"] == "interrupted"
    assert 0 < len(interrupted) < 190 * 201
    resumed = threadx.resume(tmp_path / "run", bars=bars)
    assert resumed.manifest["sessions"][-1]["state"] == "complete" and len(resumed) == 190 * 201
    assert resumed.hash() == threadx.sweep(bars, "bollinger_atr", LONG).hash()


def test_an_exception_of_the_progress_function_ends_it(many_bars):
    def progress(done, total, seconds, devices):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        threadx.sweep(many_bars, "bollinger_atr", LONG, progress=progress)


def test_other_threads_run_meanwhile(many_bars):
    counts = []
    stop = threading.Event()

    def count():
        n = 0
        while not stop.is_set():
            n += 1
            time.sleep(0.001)
        counts.append(n)

    thread = threading.Thread(target=count)
    thread.start()
    seen = []
    space = {"bb_period": range(10, 110), "entry_z": {"from": 1.0, "to": 3.0, "step": 0.05}}
    begun = time.monotonic()
    threadx.sweep(many_bars, "bollinger_atr", space, workers=1, progress=lambda *news: seen.append(news))
    seconds = time.monotonic() - begun
    stop.set()
    thread.join()
    assert counts[0] > 100 * min(seconds, 1.0)
    assert [done for done, *_ in seen] == sorted(done for done, *_ in seen)
    done, total, elapsed, devices = seen[-1]
    assert done == total == 100 * 41 and elapsed > 0 and sum(count for _, count in devices) == total


def test_a_bar_is_shown_where_it_is_asked_for(many_bars, capfd):
    threadx.sweep(many_bars, "bollinger_atr", {"bb_period": range(10, 30)}, progress=False)
    assert capfd.readouterr().err == ""
    space = {"bb_period": range(10, 110), "entry_z": {"from": 1.0, "to": 3.0, "step": 0.02}}
    threadx.sweep(many_bars, "bollinger_atr", space, workers=1, progress=True)
    shown = capfd.readouterr().err
    assert "bollinger_atr" in shown and "M bar-scenarios/s" in shown and "100%" in shown


def test_the_log_is_python_s(bars, caplog):
    with caplog.at_level(logging.WARNING, logger="threadx"):
        threadx.sweep(bars, "ma_crossover", {"fast": [5]}, execution={"fill": "close"})
    assert any("for comparisons only" in record.message for record in caplog.records)
