"""Writes what other packages say of some equity curves: convention_curves.csv and convention_goldens.csv.

    python3 make_convention_goldens.py [--check]

with what convention_requirements.txt lists, or only some of it: lines of packages that are not installed are kept.
--check writes nothing and compares: exit status 1 if an installed package says something else than what is recorded.
`make conventions` installs the packages and does that. The packages are given the curves as their users would;
ThreadX has no part in it. Values are as the packages have them: nan, inf and their answer to a curve that they refuse (nan).
"""

import csv
import datetime
import math
import pathlib
import random
import sys
import warnings

FOLDER = pathlib.Path(__file__).parent
GOLDENS = FOLDER / "convention_goldens.csv"
CURVES = FOLDER / "convention_curves.csv"
HEADER = ["convention", "curve", "metric", "value"]

DAY = 86400
START = 18995 * DAY  # Monday, 2022-01-03, in seconds since 1970

# Name, bars, seconds from bar to bar (0: weekdays), mean and deviation of returns, share of bars in cash.
RANDOM_CURVES = [("daily", 500, DAY, 0.0008, 0.012, 0.3), ("weekdays", 420, 0, 0.0003, 0.009, 0.0),
                 ("weekly", 150, 7 * DAY, -0.002, 0.025, 0.5), ("hourly", 480, 3600, 0.0001, 0.003, 0.2)]  # fmt: skip


def random_curves():
    for name, bars, step, mean, deviation, cash in RANDOM_CURVES:
        dice = random.Random(name)
        time, equity, points = START, 10000.0, []
        for bar in range(bars):
            if bar > 0 and dice.random() >= cash:
                equity = round(equity * (1.0 + mean + deviation * dice.gauss(0.0, 1.0)), 4)
            points.append((time, equity))
            friday = time // DAY % 7 == 1
            time += step or (3 * DAY if friday else DAY)
        yield name, points


def following(equities, step=DAY, start=START):
    return [(start + bar * step, float(equity)) for bar, equity in enumerate(equities)]


def sessions():
    """Half hours of trading days: nothing at night, nothing on weekends."""
    dice, equity, points = random.Random("sessions"), 10000.0, []
    for day in range(28):
        for half_hour in range(13) if day % 7 < 5 else ():
            equity = round(equity * (1.0 + dice.gauss(0.0001, 0.002)), 4)
            points.append((START + day * DAY + (29 + half_hour) * 1800, equity))
    return points


def months():
    dice, equity, points = random.Random("months"), 10000.0, []
    for month in range(48):
        first = datetime.datetime(2018 + month // 12, 1 + month % 12, 1, tzinfo=datetime.timezone.utc)
        points.append((int(first.timestamp()), equity))
        equity = round(equity * (1.0 + dice.gauss(0.006, 0.03)), 4)
    return points


def make_curves():
    """{name: [(seconds since 1970, equity)]}, in numbers that their text has in full."""
    dice = random.Random("hard")
    falls, rises = [10000.0], [10000.0]
    for _ in range(60):
        falls.append(round(falls[-1] * (1.0 - 0.02 * dice.random() - 0.001), 4))
        rises.append(round(rises[-1] * (1.0 + 0.02 * dice.random() + 0.001), 4))
    return {
        **dict(random_curves()),
        "sessions": sessions(),
        "months": months(),
        "constant": following([10000.0] * 60),  # also what a scenario without trades has
        "only_losses": following(falls),
        "only_gains": following(rises),
        "one_loss": following([10000.0] * 20 + [9900.0] * 40),
        "ruined": following([10000.0, 10100.0, 9000.0, 9500.0, 2000.0, 100.0] + [0.0] * 20),
        "ruined_at_the_end": following(falls[:20] + [0.0]),
        "one_bar": following([10000.0]),
        "two_bars": following([10000.0, 10100.0]),
        "three_bars": following([10000.0, 10100.0, 9900.0]),
        "doubling": following([10000.0, 25000.0, 60000.0, 59000.0, 130000.0]),
    }


def series(points):
    import pandas

    return pandas.Series([equity for _, equity in points], pandas.to_datetime([time for time, _ in points], unit="s"))


def or_nan(function, *arguments):
    """What a package says, and nan where it refuses."""
    try:
        return float(function(*arguments))
    except Exception:  # of whatever class the package has for that
        return math.nan


def usual_step(points):
    steps = [b[0] - a[0] for a, b in zip(points, points[1:])] or [DAY]
    return max(sorted(set(steps)), key=steps.count)


def vectorbt_metrics(name, points):
    import vectorbt  # noqa: F401: registers the accessor

    if name == "months":  # it takes one length of a bar
        return {}
    accessor = series(points).pct_change().fillna(0.0).vbt.returns(freq=f"{usual_step(points)}s")
    return {"sharpe": accessor.sharpe_ratio(), "sortino": accessor.sortino_ratio(),
            "volatility": accessor.annualized_volatility(), "cagr": accessor.annualized(),
            "calmar": accessor.calmar_ratio(), "omega": accessor.omega_ratio(),
            "total_return": accessor.total(), "max_drawdown": -accessor.max_drawdown()}  # fmt: skip


def quantstats_metrics(_name, points):
    import quantstats.stats as stats

    returns = series(points).pct_change().dropna()
    names = ["sharpe", "sortino", "volatility", "cagr", "calmar", "omega", "ulcer_index", "skew", "kurtosis", "profit_factor"]
    found = {name: or_nan(getattr(stats, name), returns) for name in names}
    return {**found, "max_drawdown": -or_nan(stats.max_drawdown, returns)}


def backtesting_metrics(_name, points):
    import numpy
    import pandas
    from backtesting._stats import compute_stats

    equity = series(points)
    trades = pandas.DataFrame({column: pandas.Series(dtype=float) for column in
                               ("Size", "EntryBar", "ExitBar", "EntryPrice", "ExitPrice", "PnL", "ReturnPct")})  # fmt: skip
    trades["Duration"] = pandas.Series(dtype="timedelta64[ns]")
    bars = pandas.DataFrame({"Close": numpy.linspace(100.0, 200.0, len(equity))}, equity.index)
    try:
        stats = compute_stats(trades, equity.to_numpy(), bars, None)
    except Exception:  # of a single bar
        stats = dict.fromkeys(BACKTESTING_NAMES.values(), math.nan)
    scale = {name: 0.01 if name in ("volatility", "cagr", "total_return", "max_drawdown") else 1.0 for name in BACKTESTING_NAMES}
    return {name: stats[theirs] * scale[name] * (-1.0 if name == "max_drawdown" else 1.0) for name, theirs in BACKTESTING_NAMES.items()}


BACKTESTING_NAMES = {"sharpe": "Sharpe Ratio", "sortino": "Sortino Ratio", "calmar": "Calmar Ratio", "volatility": "Volatility (Ann.) [%]",
                     "cagr": "CAGR [%]", "total_return": "Return [%]", "max_drawdown": "Max. Drawdown [%]"}  # fmt: skip

PACKAGES = {"vectorbt": vectorbt_metrics, "quantstats": quantstats_metrics, "backtesting.py": backtesting_metrics}


def goldens_of(package, curves):
    """[[package, curve, metric, value as text]]; ImportError if it is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of divisions by zero, which is what hard curves are for
        return [[package, name, metric, repr(float(value) + 0.0)] for name, points in curves.items()
                for metric, value in PACKAGES[package](name, points).items()]  # fmt: skip


def curves_text(curves):
    lines = [f"{name},{time},{equity!r}\n" for name, points in curves.items() for time, equity in points]
    return "".join(["curve,time,equity\n", *lines])


def same(a, b):
    return a == b or math.isclose(float(a), float(b), rel_tol=1e-12) or (math.isnan(float(a)) and math.isnan(float(b)))


def check(recorded, found):
    """How many values differ from what is recorded; says which."""
    expected = {tuple(row[:3]): row[3] for row in recorded if row[0] == found[0][0]}
    actual = {tuple(row[:3]): row[3] for row in found}
    wrong = [key for key in sorted(expected.keys() | actual.keys())
             if key not in expected or key not in actual or not same(expected[key], actual[key])]  # fmt: skip
    for key in wrong:
        print(f"{' '.join(key)}: recorded {expected.get(key)}, now {actual.get(key)}")
    print(f"{found[0][0]}: {len(actual)} values, {len(wrong)} differ from what is recorded")
    return len(wrong)


def main():
    checking = sys.argv[1:] == ["--check"]
    curves = make_curves()
    lines = list(csv.reader(GOLDENS.read_text().splitlines()))[1:] if GOLDENS.exists() else []
    wrong = int(checking and CURVES.read_text() != curves_text(curves))
    for package in PACKAGES:
        try:
            found = goldens_of(package, curves)
        except ImportError as error:
            print(f"{package}: kept as it was: {error}")
            continue
        if checking:
            wrong += check(lines, found)
        lines = [row for row in lines if row[0] != package] + found
    if checking:
        sys.exit(1 if wrong else 0)
    CURVES.write_text(curves_text(curves), newline="\n")
    GOLDENS.write_text("".join(",".join(row) + "\n" for row in [HEADER, *sorted(lines)]), newline="\n")


if __name__ == "__main__":
    main()
