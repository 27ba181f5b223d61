"""Measures indicators and sweeps on every device at several sizes, and shows what the profiles then choose.

python -m threadx.benchmarks.run_auto_profile --sizes 1000 10000 100000 --runs 5
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from threadx._program import run


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status of ``threadx bench auto-profile``, which does it."""
    parser = argparse.ArgumentParser(prog="python -m threadx.benchmarks.run_auto_profile", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000], help="numbers of bars")
    parser.add_argument("--runs", type=int, default=5, help="of each, of which the median is shown")
    parser.add_argument("--devices", default="all", help="all that can be used, or ids such as cpu,cuda:0")
    parser.add_argument("--json", action="store_true", help="as JSON")
    options = parser.parse_args(arguments)
    sizes = [text for size in options.sizes for text in ("--sizes", str(size))]
    more = ["--json"] if options.json else []
    return run("bench", "auto-profile", *sizes, "--runs", str(options.runs), "--devices", options.devices, *more)


if __name__ == "__main__":
    sys.exit(main())
