"""Writes what other packages say of some equity curves: convention_curves.csv and convention_goldens.csv.

    python3 make_convention_goldens.py

with vectorbt==1.2.0, or quantstats==0.0.86 and backtesting==0.6.6, or all of them installed: lines of packages that
are not are kept. The packages are given the curves as their users would; ThreadX has no part in it.
"""

import csv
import datetime
import math
import pathlib
import random

FOLDER = pathlib.Path(__file__).parent
GOLDENS = FOLDER / "convention_goldens.csv"

# Name, bars, days from bar to bar (0: weekdays), mean and deviation of returns, share of bars in cash.
CURVES = [("daily", 500, 1, 0.0008, 0.012, 0.3), ("weekdays", 420, 0, 0.0003, 0.009, 0.0),
          ("weekly", 150, 7, -0.002, 0.025, 0.5)]


def make_curves():
    """{name: [(date, equity)]}, in numbers that their text has in full."""
    curves = {}
    for name, bars, step, mean, deviation, cash in CURVES:
        dice = random.Random(name)
        date, equity, points = datetime.date(2022, 1, 3), 10000.0, []
        for bar in range(bars):
            if bar > 0 and dice.random() >= cash:
                equity = round(equity * (1.0 + mean + deviation * dice.gauss(0.0, 1.0)), 4)
            points.append((date, equity))
            date += datetime.timedelta(days=step or (3 if date.weekday() == 4 else 1))
        curves[name] = points
    return curves


def series(points):
    import pandas

    return pandas.Series([equity for _, equity in points], pandas.DatetimeIndex([date for date, _ in points]))


def vectorbt_metrics(name, points):
    import vectorbt  # noqa: F401: registers the accessor

    if name == "weekdays":  # it takes one length of a bar, weekends or not
        return {}
    equity = series(points)
    accessor = equity.pct_change().fillna(0.0).vbt.returns(freq=f"{(points[1][0] - points[0][0]).days}D")
    return {"sharpe": accessor.sharpe_ratio(), "sortino": accessor.sortino_ratio(),
            "volatility": accessor.annualized_volatility(), "cagr": accessor.annualized(),
            "calmar": accessor.calmar_ratio(), "omega": accessor.omega_ratio(),
            "total_return": accessor.total(), "max_drawdown": -accessor.max_drawdown()}


def quantstats_metrics(name, points):
    import quantstats.stats as stats

    returns = series(points).pct_change().dropna()
    return {"sharpe": stats.sharpe(returns), "sortino": stats.sortino(returns),
            "volatility": stats.volatility(returns), "cagr": stats.cagr(returns), "calmar": stats.calmar(returns),
            "omega": stats.omega(returns), "ulcer_index": stats.ulcer_index(returns), "skew": stats.skew(returns),
            "kurtosis": stats.kurtosis(returns), "profit_factor": stats.profit_factor(returns),
            "max_drawdown": -stats.max_drawdown(returns)}


def backtesting_metrics(name, points):
    import numpy
    import pandas
    from backtesting._stats import compute_stats

    equity = series(points)
    trades = pandas.DataFrame({column: pandas.Series(dtype=float) for column in
                               ("Size", "EntryBar", "ExitBar", "EntryPrice", "ExitPrice", "PnL", "ReturnPct")})
    trades["Duration"] = pandas.Series(dtype="timedelta64[ns]")
    bars = pandas.DataFrame({"Close": numpy.linspace(100.0, 200.0, len(equity))}, equity.index)
    stats = compute_stats(trades, equity.to_numpy(), bars, None)
    return {"sharpe": stats["Sharpe Ratio"], "sortino": stats["Sortino Ratio"], "calmar": stats["Calmar Ratio"],
            "volatility": stats["Volatility (Ann.) [%]"] / 100.0, "cagr": stats["CAGR [%]"] / 100.0,
            "total_return": stats["Return [%]"] / 100.0, "max_drawdown": -stats["Max. Drawdown [%]"] / 100.0}


PACKAGES = {"vectorbt": vectorbt_metrics, "quantstats": quantstats_metrics, "backtesting.py": backtesting_metrics}


def main():
    curves = make_curves()
    with open(FOLDER / "convention_curves.csv", "w", newline="\n") as out:
        out.write("curve,day,equity\n")
        for name, points in curves.items():
            for date, equity in points:
                out.write(f"{name},{date.toordinal()},{equity!r}\n")
    lines = [row for row in csv.reader(open(GOLDENS))][1:] if GOLDENS.exists() else []
    for package, metrics in PACKAGES.items():
        try:
            found = [[package, name, metric, repr(float(value))] for name, points in curves.items()
                     for metric, value in metrics(name, points).items()]
        except ImportError as error:
            print(f"{package}: kept as it was: {error}")
            continue
        assert all(math.isfinite(float(row[3])) for row in found), found
        lines = [row for row in lines if row[0] != package] + found
    with open(GOLDENS, "w", newline="\n") as out:
        for row in [["convention", "curve", "metric", "value"], *sorted(lines)]:
            out.write(",".join(row) + "\n")


if __name__ == "__main__":
    main()
