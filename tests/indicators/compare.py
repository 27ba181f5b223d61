"""The comparing part of compare_test.py."""

import argparse
import csv
import glob
import io
import os
import subprocess
import sys
import tempfile
import tomllib
import warnings

import numpy as np
import talib

import plain

FIELDS = ["open", "high", "low", "close", "volume"]
FIRST_SECOND = 1700000000  # bars of a minute: 2023-11-14 22:13:20, neither at the start of a period nor of a minute
CHUNK = 40  # expressions a call of the program


def definitions(folder):
    """The descriptions in the files of indicators, by name."""
    out = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.toml")) + glob.glob(os.path.join(folder, "*.h"))):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if path.endswith(".h"):
            text = text[len("/*---\n"):text.index("---*/")]
        out[os.path.splitext(os.path.basename(path))[0]] = tomllib.loads(text)
    return out


def made_bars(close, seed=1):
    """Bars around closes, with volumes; prices in ticks of the closes' own size."""
    rng = np.random.default_rng(seed)
    close = np.asarray(close, dtype=float)
    tick = np.abs(close).mean() * 1e-4
    opens = np.concatenate([close[:1], close[:-1]])
    high = np.maximum(opens, close) + tick * rng.integers(0, 30, len(close))
    low = np.minimum(opens, close) - tick * rng.integers(0, 30, len(close))
    return {"open": opens, "high": high, "low": low, "close": close, "volume": rng.integers(1, 5000, len(close)) / 4.0}


def walk(count, seed, scale=1.0):
    rng = np.random.default_rng(seed)
    return scale * (5000 + np.cumsum(rng.integers(-25, 26, count))) / 100.0


def hard_series():
    """Bars on which implementations go wrong, by name."""
    flat = {name: np.full(300, 100.25) for name in FIELDS}
    jump = np.full(300, 50.0)
    jump[150:] = 80.0
    return {
        "walk": made_bars(walk(3000, 3), 3),
        "constant": flat,
        "one jump": made_bars(jump, 2),
        "rising": made_bars(np.arange(1, 401) * 0.25 + 10),
        "falling": made_bars(500 - np.arange(1, 401) * 0.25),
        "1e-9": made_bars(walk(600, 5, 1e-9), 5),
        "1e9": made_bars(walk(600, 6, 1e9), 6),
        "two bars": made_bars(walk(2, 7), 7),
        "nine bars": made_bars(walk(9, 8), 8),
    }


def real_series(folder):
    out = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.csv"))) if folder else []:
        with open(path, encoding="utf-8") as file:
            names = file.readline().strip().lower().split(",")
        if all(field in names for field in FIELDS):
            table = np.genfromtxt(path, delimiter=",", skip_header=1, usecols=[names.index(field) for field in FIELDS])
            out[os.path.basename(path)] = {field: table[:, i].copy() for i, field in enumerate(FIELDS)}
    return out


def write_bars(path, bars):
    with open(path, "w", encoding="utf-8") as file:
        file.write("time,open,high,low,close,volume\n")
        for i in range(len(bars["close"])):
            file.write(f"{FIRST_SECOND + 60 * i}," + ",".join(repr(float(bars[name][i])) for name in FIELDS) + "\n")


def times(bars):
    return 1000.0 * (FIRST_SECOND + 60 * np.arange(len(bars["close"])))


def computed(program, path, expressions):
    """The program's columns, by expression; None where it refuses one, with its message printed."""
    out = {}
    for first in range(0, len(expressions), CHUNK):
        part = expressions[first:first + CHUNK]
        run = subprocess.run([program, "column", *part, "--data", path, "--devices", "cpu"], capture_output=True, text=True, check=False)
        if run.returncode != 0:
            raise SystemExit(f"{program} column: {run.stderr}")
        rows = list(csv.reader(io.StringIO(run.stdout)))[1:]
        for i, expression in enumerate(part):
            out[expression] = np.array([float(row[2 + i]) if row[2 + i] else np.nan for row in rows])
    return out


def difference(found, expected, tolerance):
    """The bars at which the two differ, and the first of them in words. Relative to the value or to the series' mean size,
    whichever is more: what is near zero by cancellation has no more digits than what it was made of."""
    expected = np.asarray(expected, dtype=float)
    if len(found) != len(expected):
        return np.arange(len(found)), f"{len(found)} values instead of {len(expected)}"
    size = np.nanmean(np.abs(expected)) if np.isfinite(expected).any() else 0.0
    allowed = tolerance * np.maximum(np.abs(expected), size)
    with np.errstate(invalid="ignore"):
        apart = np.where(np.isnan(found) | np.isnan(expected), np.isnan(found) != np.isnan(expected), ~(np.abs(found - expected) <= allowed))
    bars = np.flatnonzero(apart)
    first = f"bar {bars[0]}: {found[bars[0]]!r} instead of {expected[bars[0]]!r}" if len(bars) else ""
    return bars, first


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--indicators", required=True)
    parser.add_argument("--python")
    parser.add_argument("--data", default="")
    parser.add_argument("--only", nargs="*")
    options = parser.parse_args()
    data = options.data or (os.environ.get("THREADX_SHARED", "") and os.path.join(os.environ["THREADX_SHARED"], "data"))
    checks, failures, unchecked, talib_names = [], [], [], set()
    for name, definition in definitions(options.indicators).items():
        if options.only and name not in options.only:
            continue
        if not definition.get("check") and not definition.get("hidden"):
            unchecked.append(name)
        talib_names.add(definition.get("talib"))
        checks += [(name, definition, check) for check in definition.get("check", [])]
    sets = {**hard_series(), **real_series(data)}
    if not data:
        print("skipped: indicators on real bars, because THREADX_SHARED is not set")
    expressions = sorted({check["expression"] for _, _, check in checks})
    count = 0
    with tempfile.TemporaryDirectory(prefix="threadx_compare_") as folder:
        for label, bars in sets.items():
            path = os.path.join(folder, "bars.csv")
            write_bars(path, bars)
            found = computed(options.program, path, expressions)
            for name, definition, check in checks:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    try:
                        expected = eval(check["against"], {"talib": talib, "plain": plain, "np": np, "time": times(bars), **bars})  # our own files
                    except Exception as error:  # whatever TA-Lib throws
                        failures.append(f"{name} on {label}: {check['against']}: {error}")
                        continue
                tolerance = check.get("tolerance", definition.get("tolerance", 1e-9))
                apart, first = difference(found[check["expression"]], expected, tolerance)
                count += 1
                if len(apart) > (check.get("at_most", 0) if "differs" in check else 0) * len(bars["close"]):
                    failures.append(f"{name} on {label}: {check['expression']} is not {check['against']} at {len(apart)} of "
                                    f"{len(bars['close'])} bars; {first}")
    if unchecked:
        failures.append("without a [[check]]: " + ", ".join(unchecked))
    lacking = sorted(set(talib.get_functions()) - talib_names)
    print(f"{count} comparisons of {len(checks)} expressions on {len(sets)} series; {len(failures)} failed")
    print(f"TA-Lib functions without an indicator of ours: {len(lacking)}: {' '.join(lacking)}")
    print("\n".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
