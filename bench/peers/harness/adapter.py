"""What every peer.py shares. It runs inside the peer's own environment, which has numpy and the peer.

A peer.py names for each workload a function that prepares it, and hands them to main():

    def crossover(bars, execution, scenarios):        # untimed: arrays, columns, whatever the tool wants to be given
        def run(scenarios):                           # timed: signals, backtests, metrics
            return [(closed_trades, final_equity) for each scenario, in order]
        return adapter.Prepared(run, chunk=8, options="what was set, and why")

    adapter.main({"crossover_long": crossover}, version="1.2.3")

Not every tool can do everything: raise adapter.CannotDo("why") from the function.
"""

import csv
import datetime
import json
import os
import resource
import sys
import time
from typing import Any, Callable, NamedTuple

import numpy


class CannotDo(Exception):
    """The tool has no way to express the workload."""


class Prepared(NamedTuple):
    run: Callable[[list], list]
    options: str  # how the tool was set up to fill as the workload asks
    chunk: int = 0  # scenarios given to run() at once; 0 = all
    work: str = ""  # what is in the time
    differs: str = ""  # where it is known to fill otherwise than asked; printed if it disagrees


class Bars(NamedTuple):
    time: numpy.ndarray  # nanoseconds since 1970, UTC
    open: numpy.ndarray
    high: numpy.ndarray
    low: numpy.ndarray
    close: numpy.ndarray
    volume: numpy.ndarray


def read_bars(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    numbers = [numpy.array([float(row[name]) for row in rows]) for name in Bars._fields[1:]]
    utc = datetime.timezone.utc
    times = [datetime.datetime.fromisoformat(row["timestamp"].replace("Z", "")).replace(tzinfo=utc) for row in rows]
    return Bars(numpy.array([int(t.timestamp()) * 1_000_000_000 for t in times], dtype=numpy.int64), *numbers)


def in_chunks(prepared, scenarios):
    size = prepared.chunk or len(scenarios)
    rows = []
    for first in range(0, len(scenarios), size):
        rows += prepared.run(scenarios[first : first + size])
    return rows


def timed(prepared, scenarios, repeats):
    """The rows, and the seconds of each repeat. What is compiled at the first call is compiled before."""
    in_chunks(prepared, scenarios[: prepared.chunk or 2])
    seconds = []
    for _ in range(repeats):
        begun = time.perf_counter()
        rows = in_chunks(prepared, scenarios)
        seconds.append(time.perf_counter() - begun)
    return rows, seconds


def answer(request, workloads, version) -> dict[str, Any]:
    prepare = workloads.get(request["workload"])
    if prepare is None:
        return {"version": version, "cannot": "no such strategy in its adapter"}
    scenarios = request["scenarios"]
    try:
        prepared = prepare(read_bars(request["bars"]), request["execution"], scenarios)
        rows, seconds = timed(prepared, scenarios, request["repeats"])
    except CannotDo as reason:
        return {"version": version, "cannot": str(reason)}
    return {
        "version": version,
        "seconds": seconds,
        "rows": [[int(trades), float(equity)] for trades, equity in rows],
        "chunk": prepared.chunk or len(scenarios),
        "options": prepared.options,
        "work": prepared.work,
        "differs": prepared.differs,
    }


def limit_memory():
    """To half of the machine's, so that a tool that asks for more fails by itself and takes nothing else down."""
    half = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    resource.setrlimit(resource.RLIMIT_AS, (half, half))


def main(workloads, version):
    limit_memory()
    request_path, answer_path = sys.argv[1:]
    with open(request_path, encoding="utf-8") as file:
        request = json.load(file)
    result = answer(request, workloads, version)
    with open(answer_path, "w", encoding="utf-8") as file:
        json.dump(result, file)
