"""Compares ThreadX with other backtesting tools: the same bars, strategy, costs and fills, one core each.

    python3 bench/peers/run.py --program build/release/threadx

Each peer is installed in an environment of its own under build/peers (from the package index that pip is set to). No time
is printed for a peer whose trades and final equity are not ours. harness/adapter.py says how a peer is added.
"""

import argparse
import json
import os
import platform
import sys
from typing import NamedTuple

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "harness"))

import peers  # pylint: disable=wrong-import-position
import report  # pylint: disable=wrong-import-position
from threadx import ProgramFailed, Sweep, ThreadX  # pylint: disable=wrong-import-position
from workloads import WORKLOADS, Workload  # pylint: disable=wrong-import-position


class Result(NamedTuple):
    workload: Workload
    bars_title: str
    sweep: Sweep
    outcomes: list
    repeats: int


def machine():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    except OSError:
        models = []
    return models[0] if models else platform.processor() or platform.machine()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--program", default="build/release/threadx", help="ThreadX")
    parser.add_argument("--peers", nargs="*", default=[], metavar="NAME", help="only these (default: all)")
    parser.add_argument("--peers-folder", default=HERE, help=argparse.SUPPRESS)  # for the tests
    parser.add_argument("--workloads", nargs="*", default=[], metavar="NAME", help="only these (default: all)")
    parser.add_argument("--bars", type=int, default=0, help="this many synthetic bars instead of the workload's own")
    parser.add_argument("--repeats", type=int, default=3, help="timed runs of each (default: 3)")
    parser.add_argument("--folder", default=os.path.join(HERE, "..", "..", "build", "peers"), help="for all that is made")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--markdown", metavar="FILE", help="write the table to this file too")
    return parser.parse_args()


def compare(options, workloads, found):
    folder = os.path.abspath(options.folder)
    os.makedirs(folder, exist_ok=True)
    program = ThreadX(options.program, folder)
    runner = peers.Runner(folder, options.repeats)
    about = f"{program.version()} on one core of {machine()}."
    results = []
    for workload in workloads:
        bars, title = program.bars(workload.bars, options.bars)
        print(f"{workload.name}: ThreadX", file=sys.stderr)
        sweep = program.sweep(workload, bars, options.repeats)
        outcomes = []
        for peer in found:
            if workload.name in peer.scenarios:
                print(f"{workload.name}: {peer.title}", file=sys.stderr)
                outcomes.append(runner.run(peer, workload, sweep, bars))
        results.append(Result(workload, title, sweep, outcomes, options.repeats))
    return results, about


def chosen(names, known, what):
    unknown = sorted(set(names) - set(known))
    if unknown:
        sys.exit(f"error: no {what} '{unknown[0]}'; known: {', '.join(known)}")


def main():
    options = arguments()
    chosen(options.workloads, [workload.name for workload in WORKLOADS], "workload")
    chosen(options.peers, [peer.name for peer in peers.find(options.peers_folder)], "peer")
    found = peers.find(options.peers_folder, options.peers)
    workloads = [one for one in WORKLOADS if not options.workloads or one.name in options.workloads]
    try:
        results, about = compare(options, workloads, found)
    except (ProgramFailed, OSError) as error:
        sys.exit(f"error: {error}")
    if options.markdown:
        with open(options.markdown, "w", encoding="utf-8") as file:
            file.write(report.markdown(results, about))
    print(json.dumps(report.as_json(results, about), indent=2) if options.json else report.text(results, about))


if __name__ == "__main__":
    main()
