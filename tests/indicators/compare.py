"""The comparing part of compare_test.py."""

import argparse
import glob
import os
import re
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
CHUNK = 100  # expressions a call of the program
# What must be compared on a series with holes: all that take a series. These are left out: their formulas do not say what a hole
# is to a Hilbert transform; here the smoothing waits until its window is full, and what follows passes over the bars.
NO_HOLES = {"ht_dcperiod", "ht_dcphase", "ht_phasor", "ht_sine", "ht_trendline", "ht_trendmode", "mama"}


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


def with_holes(bars, seed):
    """Bars that close where they open, alone and several in a row, the first ones too: there `holed` series are undefined."""
    rng = np.random.default_rng(seed)
    for first, count in [(0, 3)] + [(at, rng.integers(1, 5)) for at in np.cumsum(rng.integers(2, 90, 200))]:
        bars["close"][first:first + count] = bars["open"][first:first + count]
    bars["high"] = np.maximum(bars["high"], bars["close"])
    bars["low"] = np.minimum(bars["low"], bars["close"])
    return bars


def with_holes_of(bars):
    """The function `holed` of checks: iff(close != open, x, 0 / 0)."""
    return lambda x: np.where(bars["close"] != bars["open"], x, np.nan)


def random_candles(count, seed):
    """Candles of a few sizes only, with gaps: patterns are frequent in them, and prices that are equal."""
    rng = np.random.default_rng(seed)
    body = rng.choice([0.0, 0.25, 1.0, 4.0, 8.0], count) * rng.choice([-1.0, 1.0], count)
    gap = rng.choice([0.0, 0.0, 0.25, 1.0, 3.0, 9.0], count) * rng.choice([-1.0, 1.0], count)
    upper, lower = (rng.choice([0.0, 0.0, 0.25, 2.0, 6.0], count) for _ in range(2))
    opens, close = np.empty(count), np.empty(count)
    before = 500.0
    for t in range(count):
        opens[t] = before + gap[t]
        close[t] = opens[t] + body[t]
        before = close[t] + np.round((500.0 - close[t]) / 64)  # does not go far away
    return {"open": opens, "high": np.maximum(opens, close) + upper, "low": np.minimum(opens, close) - lower, "close": close,
            "volume": rng.integers(1, 5000, count) / 4.0}


def known_patterns(found):
    """The candles of the patterns' known answers one after the other, then the same upside down."""
    known = [answer for name, definition in found.items() if name.startswith("cdl") for answer in definition["known"]]
    # In hundredths, which are whole numbers: no average of them is off by a last bit that would decide a tie.
    bars = {name: np.round(100 * np.concatenate([answer[name] for answer in known])) for name in FIELDS[:4]}
    mirror = {"open": "open", "high": "low", "low": "high", "close": "close"}
    bars = {name: np.concatenate([bars[name], 10000.0 - bars[mirror[name]]]) for name in mirror}
    return {**bars, "volume": np.arange(1.0, 1.0 + len(bars["close"]))}


def signs(definition):
    """What a candle pattern may be, by the text of its result: the colour of a candle and the like are either."""
    text = " ".join(definition["outputs"].values())
    said = {sign for sign, number in ((1, r"(?<!-)\b100\b"), (-1, r"-100\b")) if re.search(number, text)}
    return said or {1, -1}


def hard_series(patterns):
    """Bars on which implementations go wrong, by name."""
    flat = {name: np.full(300, 100.25) for name in FIELDS}
    jump = np.full(300, 50.0)
    jump[150:] = 80.0
    return {
        "candles": random_candles(6000, 9),
        "patterns": patterns,
        "holes": with_holes(made_bars(walk(3000, 4), 4), 4),
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
    """The program's columns, by expression."""
    out = {}
    array = path + ".npy"
    for first in range(0, len(expressions), CHUNK):
        part = expressions[first:first + CHUNK]
        run = subprocess.run([program, "column", *part, "--data", path, "--devices", "cpu", "--out", array], capture_output=True, text=True, check=False)
        if run.returncode != 0:
            raise SystemExit(f"{program} column: {run.stderr}")
        values = np.load(array).reshape(-1, len(part), order="F")
        out.update({expression: values[:, i] for i, expression in enumerate(part)})
    return out


def difference(found, expected, tolerance, where):
    """The bars at which the two differ, and the first of them in words. Relative to the value or to the series' mean size,
    whichever is more: what is near zero by cancellation has no more digits than what it was made of. Elsewhere than `where`
    only that they are defined at the same bars is compared."""
    expected = np.asarray(expected, dtype=float)
    if len(found) != len(expected):
        return np.arange(len(found)), f"{len(found)} values instead of {len(expected)}"
    size = np.nanmean(np.abs(expected)) if np.isfinite(expected).any() else 0.0
    allowed = tolerance * np.maximum(np.abs(expected), size)
    with np.errstate(invalid="ignore"):
        apart = np.where(np.isnan(found) | np.isnan(expected), np.isnan(found) != np.isnan(expected), ~(np.abs(found - expected) <= allowed) & where)
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
    found_definitions = definitions(options.indicators)
    for name, definition in found_definitions.items():
        if options.only and name not in options.only:
            continue
        if not definition.get("check") and not definition.get("hidden"):
            unchecked.append(name)
        talib_names.add(definition.get("talib"))
        checks += [(name, definition, check) for check in definition.get("check", [])]
    sets = {**hard_series(known_patterns(found_definitions)), **real_series(data)}
    if not data:
        print("skipped: indicators on real bars, because THREADX_SHARED is not set")
    expressions = sorted({check["expression"] for _, _, check in checks})
    count = 0
    seen = {name: set() for name, _, _ in checks if name.startswith("cdl")}  # signs of candle patterns
    with tempfile.TemporaryDirectory(prefix="threadx_compare_") as folder:
        for label, bars in sets.items():
            path = os.path.join(folder, "bars.csv")
            write_bars(path, bars)
            found = computed(options.program, path, expressions)
            for name, definition, check in checks:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    names = {"talib": talib, "plain": plain, "np": np, "holed": with_holes_of(bars), "time": times(bars), **bars}
                    try:
                        expected = eval(check["against"], names)  # our own files
                        where = eval(check.get("where", "True"), names)
                    except Exception as error:  # whatever TA-Lib throws
                        failures.append(f"{name} on {label}: {check['against']}: {error}")
                        continue
                tolerance = check.get("tolerance", definition.get("tolerance", 1e-9))
                apart, first = difference(found[check["expression"]], expected, tolerance, where)
                count += 1
                if name in seen:
                    seen[name] |= set(np.sign(expected[expected != 0]).astype(int).tolist())
                if len(apart) > check.get("at_most", 0) * len(bars["close"]):
                    failures.append(f"{name} on {label}: {check['expression']} is not {check['against']} at {len(apart)} of "
                                    f"{len(bars['close'])} bars; {first}")
    for name, found in seen.items():
        if lacking := signs(found_definitions[name]) - found:
            failures.append(f"{name} never occurs with the sign of {sorted(lacking)} in any of the series")
    failures += [f"{name} takes a series, but has no [[check]] of one with holes: iff(close != open, close, 0 / 0), against "
                 "plain.each_run or plain.passing_over"
                 for name, definition in found_definitions.items()
                 if not definition.get("hidden") and name not in NO_HOLES and not options.only
                 and any(argument["kind"] == "series" for argument in definition["arguments"])
                 and not any("0 / 0" in check["expression"] for check in definition.get("check", []))]
    failures += [f"{name}: a check with a 'tolerance' of its own, 'where' or 'at_most' says by 'differs' why" for name, _, check in checks
                 if check.keys() & {"tolerance", "where", "at_most"} and "differs" not in check]
    if unchecked:
        failures.append("without a [[check]]: " + ", ".join(unchecked))
    lacking = sorted(set(talib.get_functions()) - talib_names)
    print(f"{count} comparisons of {len(checks)} expressions on {len(sets)} series; {len(failures)} failed")
    print(f"TA-Lib functions without an indicator of ours: {len(lacking)}: {' '.join(lacking)}")
    print("\n".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
