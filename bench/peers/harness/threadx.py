"""ThreadX's side: the sweep's file, the timed runs and the rows that the peers are held to."""

import csv
import io
import os
import statistics
import subprocess
from typing import NamedTuple

from processes import run_on_one_core
from workloads import BARS, CAPITAL

HERE = os.path.dirname(os.path.abspath(__file__))
STRATEGIES = os.path.join(os.path.dirname(HERE), "strategies")
BUILT_IN = os.path.join(HERE, "..", "..", "..", "strategies")


class ProgramFailed(Exception):
    pass


class Sweep(NamedTuple):
    rows: list  # (id, parameters, closed trades, final equity), ids ascending
    bars: int
    seconds: float  # median
    peak_memory: int

    @property
    def rate(self):
        """Bar-scenarios a second."""
        return len(self.rows) * self.bars / self.seconds


def _number(text):
    return float(text) if set(text) & set(".en") else int(text)


def strategy_file(workload):
    own = os.path.join(STRATEGIES, workload.strategy)
    return own if os.path.exists(own) else os.path.abspath(os.path.join(BUILT_IN, workload.strategy))


def sweep_text(workload, bars):
    lines = ["[data]", f'file = "{bars}"', "[strategy]", f'file = "{strategy_file(workload)}"', "[space]"]
    lines += [f"{name} = {values}" for name, values in workload.space.items()]
    lines += ["[execution]", f"capital = {CAPITAL}", 'fill = "close"']
    lines += [f"{name} = {value}" for name, value in workload.execution.items()]
    return "\n".join(lines) + "\n"


class ThreadX:
    def __init__(self, program, folder):
        self.program = os.path.abspath(program)
        self.folder = folder

    def _done(self, *arguments):
        finished = run_on_one_core([self.program, *arguments])
        if finished.status != 0:
            raise ProgramFailed(f"threadx {' '.join(arguments)}: {finished.err.strip() or finished.status}")
        return finished

    def version(self):
        return self._done("--version").out.strip()

    def bars(self, name, count=0):
        """The path of the bars and what they are: those of BARS, or `count` synthetic ones."""
        kind = BARS[name]
        shared = os.environ.get("THREADX_SHARED") or os.path.join(HERE, "..", "..", "..", "..", "shared")
        real = os.path.join(shared, "data", kind.file)
        if kind.file and not count and os.path.isfile(real):
            return os.path.abspath(real), kind.title
        count = count or kind.count
        path = os.path.join(self.folder, f"made_{count}.csv")
        self._done("synth", "--bars", str(count), "--bar", "1m", "--seed", "42", "--out", path)
        return path, f"synthetic, 1 min, {count:,} bars"

    def sweep(self, workload, bars, repeats):
        """The whole program, start to end: it reads the bars, computes all metrics and stores every row."""
        file = os.path.join(self.folder, f"{workload.name}.toml")
        with open(file, "w", encoding="utf-8") as out:
            out.write(sweep_text(workload, bars))
        run = os.path.join(self.folder, f"{workload.name}.run")
        finished = [self._done("sweep", file, "--out", run, "--force", "--workers", "1") for _ in range(repeats)]
        with open(bars, encoding="utf-8") as lines:
            count = sum(1 for _ in lines) - 1
        return Sweep(
            rows=self._rows(workload, run),
            bars=count,
            seconds=statistics.median(one.seconds for one in finished),
            peak_memory=max(one.peak_memory for one in finished),
        )

    def _rows(self, workload, run):
        command = [self.program, "show", run, "--all", "--format", "csv"]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        rows = []
        for row in csv.DictReader(io.StringIO(text)):
            if row["status"] != "ok":
                raise ProgramFailed(f"{workload.name}: scenario {row['scenario']} is {row['status']}")
            parameters = {name: _number(row[name]) for name in workload.space}
            rows.append((int(row["scenario"]), parameters, int(row["trades"]), float(row["final_equity"])))
        return rows
