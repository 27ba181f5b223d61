"""The metrics of real sweeps by each convention, beside what the packages themselves say of the same equity curves.

    python3 live_conventions_test.py PROGRAM --python INTERPRETER

INTERPRETER has the packages (tools/test_environment.sh conventions); one that has not is skipped.
"""

import csv
import datetime
import json
import math
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "cli"))

import make_convention_goldens as goldens
import program

SPACE = "fast = [5, 20]\nslow = [30, 1900]\n"  # an average of 1900 bars never is: no trades


def without_weekends(source, target):
    with open(source, encoding="utf-8") as file, open(target, "w", encoding="utf-8") as out:
        out.write(next(file))
        out.writelines(line for line in file if datetime.date.fromisoformat(line[:10]).weekday() < 5)


class Conventions(program.ProgramTest):
    def rows_and_curves(self, data, convention):
        """[(metrics, [(seconds, equity)])] of each scenario."""
        more = f'[analysis]\nconvention = "{convention}"\n[execution]\nfee = 0.001\n'
        self.write("sweep.toml", program.sweep_file(data, "ma_crossover", SPACE, more))
        self.threadx("sweep", "sweep.toml", "--out", "run", "--force")
        for row in json.loads(self.threadx("show", "run", "--all", "--json").out):
            values = [word for name, value in row["parameters"].items() for word in ("--set", f"{name}={value}")]
            self.threadx("backtest", "ma_crossover", "--data", data, *values, "--execution", "fee=0.001", "--equity", "equity.csv")
            with open(self.path("equity.csv"), encoding="utf-8") as file:
                points = [(datetime.datetime.fromisoformat(line["time"].replace("Z", "+00:00")), float(line["equity"])) for line in csv.DictReader(file)]
            yield row["metrics"], [(int(time.timestamp()), equity) for time, equity in points]

    def compare(self, convention, data, left_out=()):
        compared = 0
        for metrics, points in self.rows_and_curves(data, convention):
            for _, _, name, text in goldens.goldens_of(convention, {"live": points}):
                if name in left_out:
                    continue
                theirs, ours = float(text), metrics[name]
                with self.subTest(metric=name, theirs=theirs, ours=ours):
                    if not math.isfinite(theirs):
                        self.assertIsNone(ours)
                    elif ours is None:  # without gains and losses quantstats says 0
                        self.assertEqual((name, theirs, metrics["trades"]), ("profit_factor", 0.0, 0))
                    else:
                        self.assertAlmostEqual(ours, theirs, delta=1e-9 * max(abs(theirs), 1e-3))
                        compared += 1
        self.assertGreaterEqual(compared, 12)

    def all_data(self):
        days = program.bars(900, "1d")
        without_weekends(days, self.path("weekdays.csv"))
        return {"days": days, "weekdays": self.path("weekdays.csv"), "hours": program.bars(1500, "1h")}

    def check(self, convention, left_out_of_hours=()):
        try:
            goldens.goldens_of(convention, {"live": goldens.make_curves()["three_bars"]})
        except ImportError as error:
            self.skipTest(f"{convention} is not installed: {error}")
        for name, data in self.all_data().items():
            with self.subTest(data=name):
                self.compare(convention, data, left_out_of_hours if name == "hours" else ())

    def test_vectorbt(self):
        self.check("vectorbt")

    def test_quantstats(self):
        self.check("quantstats")

    def test_backtesting(self):
        self.check("backtesting.py", ("sharpe", "sortino", "calmar", "volatility"))  # it makes days of hours


def with_packages(arguments):
    """Runs this script by the interpreter that has the packages."""
    at = arguments.index("--python")
    python = arguments[at + 1]
    if not os.path.exists(python):
        print("skipped: the conventions of metrics live, because there is no build/conventions "
              "(sh tools/test_environment.sh conventions makes it)")  # fmt: skip
        return 0
    return subprocess.run([python, "-B", __file__, program.PROGRAM, *arguments[:at], *arguments[at + 2 :]], check=False).returncode


if __name__ == "__main__":
    if "--python" in sys.argv:
        sys.exit(with_packages(sys.argv[1:]))
    program.main()
