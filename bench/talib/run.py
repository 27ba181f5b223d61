"""Every function of TA-Lib that ThreadX has too, one column each: ThreadX's time beside that of TA-Lib's C.

    build/python/bin/python3 bench/talib/run.py --program build/release/threadx --markdown table.md --json result.json

Both compute the same columns of the same bars on one core, in turns, function by function; the medians count. What is
compared is the first [[check]] with a call of TA-Lib in the indicator's file in src/indicators: its expression with all
results of the function, and the call. ThreadX computes all that a column is made of anew each time; TA-Lib is called
through its Python package, whose own part is a few microseconds a call. The memory of results is allocated on both sides,
out of what the process has used before (no page is new). A sweep is one function over many lengths: TA-Lib is called for
each, ThreadX computes what they share once for 64 of them.

`sh tools/test_environment.sh` makes build/python, which has TA-Lib.
"""

import argparse
import glob
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib

HERE = os.path.dirname(os.path.abspath(__file__))
INDICATORS = os.path.join(HERE, "..", "..", "src", "indicators")
FIELDS = ["open", "high", "low", "close", "volume"]
CALL = re.compile(r"(?:plain\.undefined_before\()?(talib\.(\w+)\(([^()]*)\))(?:\[\d\])?(?:, \d+\))?")
FIRST_LENGTH = 2
INNER_RUNS = 5  # of each program before the other's turn, of which the median counts
# glibc's malloc keeps what was freed, as ThreadX's bench makes it do: no page is new.
MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": "2000000000"}


def definitions():
    """The descriptions in the files of indicators that TA-Lib has too, by name."""
    out = {}
    for path in sorted(glob.glob(os.path.join(INDICATORS, "*.toml")) + glob.glob(os.path.join(INDICATORS, "*.h"))):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if path.endswith(".h"):
            text = text[len("/*---\n"):text.index("---*/")]
        definition = tomllib.loads(text)
        if definition.get("talib"):
            out[os.path.splitext(os.path.basename(path))[0]] = definition
    return out


def pair_of(definition):
    """The expression, all results of it, and the arguments of TA-Lib's function; None where no check calls it."""
    for check in definition.get("check", []):
        found = CALL.fullmatch(check["against"])
        if found and found[2] == definition["talib"]:
            return re.sub(r"\)\.\w+$", ")", check["expression"]), [part.strip() for part in found[3].split(",")]
    return None


def swept(definition, expression):
    """The expression with its argument `length` left open, if it has one and those before it are known."""
    name, given = re.fullmatch(r"(\w+)\((.*)\)", expression).groups()
    given = [part.strip() for part in given.split(",")] if given else []
    names = [argument["name"] for argument in definition["arguments"]]
    if "length" not in names:
        return None
    place = names.index("length")
    for argument in definition["arguments"][len(given):place]:
        if "default" not in argument:
            return None
        given.append(str(argument["default"]))
    return f"{name}({', '.join([*given[:place], 'length', *given[place + 1:]])})"


def median_ns(seconds, bars, columns=1):
    return statistics.median(seconds) / bars / columns * 1e9


class Measuring:
    def __init__(self, options, folder):
        import numpy as np  # pylint: disable=import-outside-toplevel
        import talib  # pylint: disable=import-outside-toplevel
        self.options, self.talib = options, talib
        self.path = os.path.join(folder, "bars.csv")
        if options.data:
            self.path = options.data
        else:
            subprocess.run([options.program, "synth", "--bars", str(options.bars), "--out", self.path], check=True, capture_output=True)
        with open(self.path, encoding="utf-8") as file:
            names = file.readline().strip().lower().split(",")
        table = np.loadtxt(self.path, delimiter=",", skiprows=1, usecols=[names.index(field) for field in FIELDS])
        self.bars = {field: table[:, i].copy() for i, field in enumerate(FIELDS)}
        self.count = len(table)
        self.swept_bars = {field: values[:options.sweep_bars].copy() for field, values in self.bars.items()}

    def threadx(self, expression, runs=1):
        command = [self.options.program, "bench", "columns", expression, "--data", self.path, "--runs", str(runs), "--json",
                   "--periods", str(self.options.periods), "--sweep-bars", str(self.options.sweep_bars)]
        run = subprocess.run(command, check=False, capture_output=True, text=True)
        if run.returncode != 0:
            sys.exit(run.stderr)
        return json.loads(run.stdout)["columns"][0]["seconds"]

    def arguments(self, texts, bars):
        return [eval(text, {"__builtins__": {}}, dict(bars)) for text in texts]  # our own files

    def column(self, name, definition):
        """Nanoseconds a bar of both."""
        expression, texts = pair_of(definition)
        function = getattr(self.talib, definition["talib"])
        arguments = self.arguments(texts, self.bars)
        ours, theirs = [], []
        for _ in range(3):  # memory and caches are made ready, as ThreadX does
            function(*arguments)
        for _ in range(self.options.runs):
            ours.append(self.threadx(expression, INNER_RUNS))
            seconds = []
            for _ in range(INNER_RUNS):
                begin = time.thread_time()
                function(*arguments)
                seconds.append(time.thread_time() - begin)
            theirs.append(statistics.median(seconds))
        return {"function": definition["talib"], "indicator": name, "expression": expression, "bars": self.count,
                "threadx_ns": median_ns(ours, self.count), "talib_ns": median_ns(theirs, self.count),
                "threadx_seconds": ours, "talib_seconds": theirs}

    def sweep(self, name, definition):
        """Nanoseconds a bar of a column of both; None where the function has no length."""
        expression, texts = pair_of(definition)
        expression = swept(definition, expression)
        function = getattr(self.talib, definition["talib"])
        if expression is None or "timeperiod" not in (function.__doc__ or ""):
            return None
        count = min(self.count, self.options.sweep_bars)
        arguments = [argument for argument in self.arguments(texts, self.swept_bars) if not isinstance(argument, (int, float))]
        lengths = range(FIRST_LENGTH, FIRST_LENGTH + self.options.periods)
        function(*arguments, timeperiod=lengths[-1])
        begin = time.thread_time()
        function(*arguments, timeperiod=lengths[len(lengths) // 2])
        # What takes TA-Lib very long is told from every so many lengths.
        step = max(1, int((time.thread_time() - begin) * len(lengths) / self.options.most_seconds))
        lengths = lengths[::step]
        ours, theirs = [], []
        for _ in range(self.options.sweep_runs):
            ours.append(self.threadx(expression))
            begin = time.thread_time()
            for length in lengths:
                function(*arguments, timeperiod=length)
            theirs.append(time.thread_time() - begin)
        return {"function": definition["talib"], "indicator": name, "expression": expression, "bars": count,
                "columns": self.options.periods, "talib_columns": len(lengths),
                "threadx_ns": median_ns(ours, count, self.options.periods), "talib_ns": median_ns(theirs, count, len(lengths)),
                "threadx_seconds": ours, "talib_seconds": theirs}


def table(columns, sweeps):
    swept_by_name = {row["indicator"]: row for row in sweeps}
    lines = ["| TA-Lib | ThreadX | ns a bar | TA-Lib's C | times as fast | swept: ns a bar | TA-Lib's C | times as fast |",
             "|---|---|---|---|---|---|---|---|"]
    for row in columns:
        cells = [row["function"], f"`{row['expression']}`", f"{row['threadx_ns']:.2f}", f"{row['talib_ns']:.2f}",
                 f"{row['talib_ns'] / row['threadx_ns']:.2f}"]
        sweep = swept_by_name.get(row["indicator"])
        cells += [f"{sweep['threadx_ns']:.2f}", f"{sweep['talib_ns']:.2f}", f"{sweep['talib_ns'] / sweep['threadx_ns']:.1f}"] if sweep else [""] * 3
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def summary(columns, sweeps):
    slower = [row for row in columns if row["threadx_ns"] > row["talib_ns"]]
    lines = [f"{len(columns) - len(slower)} of {len(columns)} functions are at least as fast as TA-Lib's C."]
    if slower:
        slower.sort(key=lambda row: row["talib_ns"] / row["threadx_ns"])
        lines.append("Slower: " + ", ".join(f"{row['function']} {row['talib_ns'] / row['threadx_ns']:.2f}" for row in slower))
    if sweeps:
        factors = sorted(row["talib_ns"] / row["threadx_ns"] for row in sweeps)
        lines.append(f"Swept: {sum(factor >= 4 for factor in factors)} of {len(factors)} at least 4 times TA-Lib's rate; "
                     f"median {statistics.median(factors):.1f}, least {factors[0]:.1f}")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--program", default="build/release/threadx", help="ThreadX")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="only these indicators (default: all)")
    parser.add_argument("--data", default="", help="bars (default: synthetic)")
    parser.add_argument("--bars", type=int, default=1_000_000, help="synthetic ones (default: 1000000)")
    parser.add_argument("--runs", type=int, default=3, help="of each column (default: 3)")
    parser.add_argument("--sweep-bars", type=int, default=100_000, help="that sweeps use (default: 100000)")
    parser.add_argument("--periods", type=int, default=1000, help="lengths of a sweep, from 2 on (default: 1000)")
    parser.add_argument("--sweep-runs", type=int, default=1, help="of each sweep; 0 leaves sweeps out (default: 1)")
    parser.add_argument("--most-seconds", type=float, default=2.0, help="TA-Lib gets for a sweep before lengths are left out (default: 2)")
    parser.add_argument("--json", metavar="FILE", help="add the figures to this file; what it has of other functions stays")
    parser.add_argument("--markdown", metavar="FILE", help="write the table of all that is in the JSON file")
    options = parser.parse_args()
    if not all(os.environ.get(name) == value for name, value in MEMORY.items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **MEMORY})
    known = {name: definition for name, definition in definitions().items() if pair_of(definition)}
    unknown = sorted(set(options.only) - set(known))
    if unknown:
        sys.exit(f"error: no indicator '{unknown[0]}' that TA-Lib has too; known: {', '.join(known)}")
    columns, sweeps = [], []
    with tempfile.TemporaryDirectory(prefix="threadx_talib_") as folder:
        measuring = Measuring(options, folder)
        for name, definition in known.items():
            if options.only and name not in options.only:
                continue
            columns.append(measuring.column(name, definition))
            sweep = measuring.sweep(name, definition) if options.sweep_runs else None
            sweeps += [sweep] if sweep else []
            print(f"{name}: {columns[-1]['threadx_ns']:.2f} ns, TA-Lib {columns[-1]['talib_ns']:.2f}"
                  + (f"; swept {sweep['threadx_ns']:.2f}, TA-Lib {sweep['talib_ns']:.2f}" if sweep else ""), file=sys.stderr)
    if options.json and os.path.exists(options.json):
        with open(options.json, encoding="utf-8") as file:
            before = json.load(file)
        measured = {row["indicator"] for row in columns}
        columns = sorted(columns + [row for row in before["columns"] if row["indicator"] not in measured], key=lambda row: row["indicator"])
        sweeps = sorted(sweeps + [row for row in before["sweeps"] if row["indicator"] not in measured], key=lambda row: row["indicator"])
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"talib": measuring.talib.__ta_version__.decode(), "columns": columns, "sweeps": sweeps}, file, indent=1)
    if options.markdown:
        with open(options.markdown, "w", encoding="utf-8") as file:
            file.write(table(columns, sweeps))
    print(table(columns, sweeps), summary(columns, sweeps), sep="\n")


if __name__ == "__main__":
    main()
