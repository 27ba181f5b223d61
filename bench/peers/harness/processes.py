"""Child processes on one core, with their time and peak memory."""

import os
import subprocess
import tempfile
import threading
import time
from typing import NamedTuple

# Libraries that would start a thread per core.
ONE_THREAD = {
    name: "1"
    for name in (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMBA_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "RAYON_NUM_THREADS",
        "POLARS_MAX_THREADS",
    )
}


class Finished(NamedTuple):
    status: int
    out: str
    err: str
    seconds: float
    peak_memory: int  # bytes


def _pin():
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def run_on_one_core(command, environment=None, timeout=None):
    """Runs a command to its end, or kills it after `timeout` seconds (status -9)."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = time.perf_counter()
        process = subprocess.Popen(  # pylint: disable=consider-using-with,subprocess-popen-preexec-fn
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env={**os.environ, **ONE_THREAD, **(environment or {})},
            preexec_fn=_pin,
        )
        killer = threading.Timer(timeout or 1e6, process.kill)
        killer.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        killer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        texts = [file.read().decode("utf-8", "replace") for file in (out, err)]
    return Finished(process.returncode, *texts, seconds, usage.ru_maxrss * 1024)
