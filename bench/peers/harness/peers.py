"""The peers: each is a folder with a peer.json, a requirements.txt and a peer.py (see adapter.py).

peer.json: name (as printed), python (versions it runs with, the preferred first), scenarios (how many of each
workload it runs; one that is not named is not attempted).
"""

import json
import math
import os
import statistics
from typing import NamedTuple

from agreement import disagreement, largest_difference
from environments import NotInstalled, environment
from processes import run_on_one_core
from workloads import CAPITAL

HERE = os.path.dirname(os.path.abspath(__file__))
TIME_LIMIT = 900  # seconds for all repeats of a workload


class Peer(NamedTuple):
    name: str
    title: str
    folder: str
    pythons: list
    scenarios: dict


class Outcome(NamedTuple):
    """What came of a peer and a workload. `seconds` is set only where every scenario agreed."""

    peer: str
    workload: str
    said: str  # agrees | disagrees | cannot | not installed | failed
    reason: str = ""
    version: str = ""
    scenarios: int = 0
    stride: int = 0
    seconds: float = 0.0  # median
    rate: float = 0.0  # bar-scenarios a second
    largest_difference: float = 0.0
    peak_memory: int = 0
    chunk: int = 0
    options: str = ""
    work: str = ""


def find(folder, names=()):
    """The peers of a folder, by name; all of them, or those named."""
    found = []
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name, "peer.json")
        if os.path.exists(path) and (not names or name in names):
            with open(path, encoding="utf-8") as file:
                about = json.load(file)
            found.append(
                Peer(name, about["name"], os.path.dirname(path), about.get("python", []), about.get("scenarios", {}))
            )
    return found


def spread(rows, count):
    """About `count` rows, evenly spread, and their stride. It shares no divisor with their number, so that no parameter
    of a grid keeps one value."""
    stride = max(1, len(rows) // count)
    while math.gcd(stride, len(rows)) != 1:
        stride -= 1
    return rows[::stride][:count], stride


class Runner:
    def __init__(self, folder, repeats):
        self.folder = folder  # of the environments and of what passes between here and the peers
        self.repeats = repeats
        self._environments = {}

    def _environment(self, peer):
        """A peer that cannot be installed is not tried again for the next workload."""
        if peer.name not in self._environments:
            try:
                self._environments[peer.name] = environment(peer, self.folder)
            except NotInstalled as reason:
                self._environments[peer.name] = reason
        found = self._environments[peer.name]
        if isinstance(found, NotInstalled):
            raise found
        return found

    def _ask(self, peer, python, request):
        """The peer's answer and the process; the answer is None where it gave none."""
        paths = [os.path.join(self.folder, f"{peer.name}.{kind}.json") for kind in ("request", "answer")]
        if os.path.exists(paths[1]):
            os.remove(paths[1])
        with open(paths[0], "w", encoding="utf-8") as file:
            json.dump(request, file)
        command = [python, os.path.join(peer.folder, "peer.py"), *paths]
        finished = run_on_one_core(command, {"PYTHONPATH": HERE}, timeout=TIME_LIMIT)
        if finished.status != 0 or not os.path.exists(paths[1]):
            return None, finished
        with open(paths[1], encoding="utf-8") as file:
            return json.load(file), finished

    def run(self, peer, workload, sweep, bars):
        """The outcome of a workload whose sweep by ThreadX is given; None if the peer does not attempt it."""
        if workload.name not in peer.scenarios:
            return None
        try:
            python = self._environment(peer)
        except NotInstalled as reason:
            return Outcome(peer.title, workload.name, "not installed", str(reason))
        if not os.path.exists(os.path.join(peer.folder, "peer.py")):
            return Outcome(peer.title, workload.name, "failed", "it installs here, but has no adapter yet")
        ours, stride = spread(sweep.rows, peer.scenarios[workload.name])
        request = {
            "workload": workload.name,
            "bars": bars,
            "execution": {"capital": CAPITAL, **workload.execution},
            "scenarios": [parameters for _, parameters, _, _ in ours],
            "repeats": self.repeats,
        }
        answer, finished = self._ask(peer, python, request)
        outcome = Outcome(peer.title, workload.name, "failed", scenarios=len(ours), stride=stride)
        if answer is None:
            last = (finished.err.strip().splitlines() or ["no message"])[-1]
            return outcome._replace(reason=f"exit status {finished.status}: {last}")
        return self._judge(outcome._replace(version=answer["version"]), answer, finished, sweep, ours)

    def _judge(self, outcome, answer, finished, sweep, ours):
        if "cannot" in answer:
            return outcome._replace(said="cannot", reason=answer["cannot"])
        outcome = outcome._replace(
            options=answer["options"],
            work=answer["work"],
            chunk=answer["chunk"],
            peak_memory=finished.peak_memory,
        )
        different = disagreement(ours, answer["rows"])
        if different:
            known = answer.get("differs", "")
            return outcome._replace(said="disagrees", reason=different + (f". It {known}" if known else ""))
        seconds = statistics.median(answer["seconds"])
        return outcome._replace(
            said="agrees",
            seconds=seconds,
            rate=len(ours) * sweep.bars / seconds,
            largest_difference=largest_difference(ours, answer["rows"]),
        )
