"""Walk-forward: what is chosen is what the rows say, what is tested is what a backtest of those bars says, and a run that was
killed ends as one that was not."""

import csv
import json
import os
import signal
import statistics
import subprocess
import time

import program

BARS = 3000
# Rules that do not look back: a backtest of the bars of a window alone knows all that a window of the series knows.
STRATEGY = """[params]
rise = { default = 0.3, min = 0.0, max = 9.0 }
hold = { default = 10, min = 1, max = 500, kind = "int" }
[rules]
enter_long = "close > open * (1 + rise / 100)"
exit_long = "close < open * (1 - rise / 100)"
[risk]
max_hold = "hold"
stop_distance = "0.05 * close"
"""
SPACE = "rise = { from = 0.1, to = 1.0, step = 0.1 }\nhold = [5, 20, 80]"
ROLLING = '[walkforward]\ntrain = 1000\ntest = 300\npurge = 20\n'
CPCV = '[walkforward]\nkind = "cpcv"\ngroups = 5\ntest_groups = 2\npurge = "10h"\nembargo = "1d"\n'
COSTS = "[execution]\nfee = 0.0004\nslippage = 0.0002\nclose_at_end = true\n"


class WalkforwardTest(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.bars = program.bars(BARS)
        self.write("s.toml", STRATEGY)

    def config(self, section, name="w.toml", space=SPACE, strategy="s.toml"):
        self.write(name, program.sweep_file(self.bars, strategy=strategy, space=space, more=COSTS + section))
        return name

    def result(self, run="run"):
        return json.loads(self.read(f"{run}/walkforward.json"))

    def cut(self, bar_range):
        """A CSV of the bars of a range alone."""
        lines = open(self.bars, encoding="utf-8").read().splitlines()
        self.write("cut.csv", "\n".join([lines[0], *lines[1 + bar_range["first"] : 1 + bar_range["end"]]]) + "\n")
        return "cut.csv"

    def backtest(self, bar_range, parameters):
        chosen = [option for name, value in parameters.items() for option in ("--set", f"{name}={value}")]
        costs = [option for line in COSTS.splitlines()[1:] for option in ("--execution", line.replace(" ", ""))]
        done = self.threadx("backtest", "s.toml", "--data", self.cut(bar_range), *chosen, *costs, "--json")
        return json.loads(done.out)["metrics"]

    def assert_metrics(self, found, expected):
        for name, value in found.items():
            if value is None or expected[name] is None:
                self.assertEqual(value, expected[name], name)
            else:
                self.assertAlmostEqual(value, expected[name], delta=1e-9 * max(1.0, abs(value)), msg=name)


class Rolling(WalkforwardTest):
    def test_choices_are_those_of_the_rows_and_tests_those_of_backtests_of_their_bars(self):
        shown = self.threadx("walkforward", self.config(ROLLING), "--out", "run").out
        result = self.result()
        self.assertEqual(result["kind"], "rolling")
        rows = self.rows("run")
        folds = result["folds"]
        self.assertEqual(len(rows), 30 * len(folds))
        self.assertEqual([(fold["train"][0]["first"], fold["test"][0]["first"], fold["test"][0]["end"]) for fold in folds],
                         [(300 * k, 300 * k + 1020, 300 * k + 1320) for k in range(6)])
        equity = 10000.0
        for number, fold in enumerate(folds):
            of_fold = [row for row in rows if row["fold"] == str(number) and row["trades"] != "0" and row["sharpe"]]
            best = max(of_fold, key=lambda row: (float(row["sharpe"]), -int(row["scenario"])))
            self.assertEqual(int(best["scenario"]), fold["scenario"] * len(folds) + number)
            self.assertEqual(float(best["sharpe"]), fold["score"])
            self.assertEqual(float(best["rise"]), fold["parameters"]["rise"])
            self.assert_metrics(fold["in_sample"], self.backtest(fold["train"][0], fold["parameters"]))
            self.assert_metrics(fold["out_of_sample"], self.backtest(fold["test"][0], fold["parameters"]))
            equity *= 1.0 + fold["out_of_sample"]["total_return"]
            self.assertIn(fold["test"][0]["from"][:10], shown)
        self.assertAlmostEqual(result["out_of_sample"]["metrics"]["final_equity"], equity, delta=1e-6)
        chosen = [fold["parameters"]["rise"] for fold in folds]
        self.assertAlmostEqual(result["stability"]["rise"]["deviation"], statistics.stdev(chosen))
        with open(self.path("run/walkforward_equity.csv"), encoding="utf-8") as file:
            curve = list(csv.DictReader(file))
        self.assertEqual(len(curve), 1800)
        self.assertAlmostEqual(float(curve[-1]["equity"]), equity, delta=1e-6)
        values = [float(point["equity"]) for point in curve]
        returns = [after / before - 1.0 for before, after in zip(values, values[1:])]
        sharpe = statistics.mean(returns) / statistics.stdev(returns) * (365.25 * 24) ** 0.5  # bars of an hour
        self.assertAlmostEqual(result["out_of_sample"]["metrics"]["sharpe"], sharpe, delta=1e-6)
        self.assertEqual(json.loads(self.read("run/manifest.json"))["kind"], "walkforward")

    def test_efficiency_compares_what_was_gained_a_year(self):
        self.threadx("walkforward", self.config(ROLLING + 'by = "total_return"\n'), "--out", "run",
                     "--set", "execution.fee=0", "--set", "execution.slippage=0")
        result = self.result()
        gained, trained = (sum(fold[key]["total_return"] for fold in result["folds"]) for key in ("out_of_sample", "in_sample"))
        self.assertGreater(trained, 0.0)
        # Years are as bars are: 1000 in training, 300 in a test.
        self.assertAlmostEqual(result["efficiency"], gained / trained * 1000 / 300, delta=0.01 * abs(result["efficiency"]))

    def test_the_same_rows_and_result_however_it_is_computed_and_a_plain_sweep_of_the_file_too(self):
        config = self.config(ROLLING + 'choose = "plateau"\n')
        whole = json.loads(self.threadx("walkforward", config, "--out", "run", "--json").out)
        self.assertEqual(whole, self.result())
        for number, more in enumerate((["--workers", 1], ["--workers", 3, "--set", "optimization.performance.batch_size=7"],
                                       ["--set", "optimization.performance.instruction_set=scalar"])):
            self.threadx("walkforward", config, "--out", f"run{number}", *more)
            self.assertEqual(self.hash(f"run{number}"), self.hash("run"))
            self.assertEqual(self.read(f"run{number}/walkforward.json"), self.read("run/walkforward.json"))
        self.threadx("sweep", config, "--out", "plain")
        self.assertEqual(len(self.rows("plain")), 30)
        self.threadx("walkforward", config, "--out", "run", "--force")

    def test_killed_and_resumed_it_ends_as_one_that_was_not(self):
        self.bars = program.bars(20000)
        slowly = ["--set", "optimization.performance.instruction_set=scalar", "--workers", 1,
                  "--set", "optimization.performance.batch_size=8"]
        space = "fast = { from = 2, to = 21, step = 1 }\nslow = { from = 30, to = 69, step = 1 }"
        config = self.config('[walkforward]\ntrain = 4000\ntest = 1000\n', space=space, strategy="ma_crossover")
        self.threadx("walkforward", config, "--out", "whole", *slowly)
        process = subprocess.Popen([program.PROGRAM, "walkforward", config, "--out", "run", *map(str, slowly)],
                                   cwd=self.folder, env=program.environment(), stderr=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL)
        try:
            while process.poll() is None and not (os.path.exists(self.path("run/manifest.json")) and self.rows("run")):
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
        finally:
            process.kill()
            process.wait()
        self.assertEqual(process.returncode, -signal.SIGKILL, "it ended before it was killed")
        self.assertFalse(os.path.exists(self.path("run/walkforward.json")))
        done = json.loads(self.threadx("resume", "run", "--json").out)
        self.assertEqual(self.hash("run"), self.hash("whole"))
        self.assertEqual(done, self.result("whole"))
        self.assertEqual(self.read("run/walkforward.json"), self.read("whole/walkforward.json"))


class CombinatorialPurged(WalkforwardTest):
    def test_folds_and_paths_are_made_of_backtests_of_the_groups(self):
        shown = self.threadx("walkforward", self.config(CPCV), "--out", "run").out
        result = self.result()
        self.assertEqual([fold["test_groups"] for fold in result["folds"]],
                         [[a, b] for a in range(5) for b in range(a + 1, 5)])
        self.assertEqual(len(result["paths"]), 4)
        self.assertIn("path", shown)
        for fold in result["folds"]:
            for test, group in zip(fold["test"], fold["test_groups"]):
                self.assertEqual((test["first"], test["end"]), (600 * group, 600 * group + 600))
            for train in fold["train"]:  # 10 bars before a test, 34 behind it
                group = train["first"] // 600
                self.assertEqual(train["first"] - 600 * group, 34 if group - 1 in fold["test_groups"] else 0)
                self.assertEqual(600 * group + 600 - train["end"], 10 if group + 1 in fold["test_groups"] else 0)
        path = result["paths"][1]
        gain = 1.0
        for group, fold in enumerate(path["folds"]):
            tested = {"first": 600 * group, "end": 600 * group + 600}
            gain *= 1.0 + self.backtest(tested, result["folds"][fold]["parameters"])["total_return"]
        self.assertAlmostEqual(path["metrics"]["total_return"], gain - 1.0, delta=1e-9)
        sharpes = [path["metrics"]["sharpe"] for path in result["paths"]]
        self.assertAlmostEqual(result["distribution"]["sharpe"]["mean"], statistics.mean(sharpes))
        self.assertAlmostEqual(result["distribution"]["sharpe"]["deviation"], statistics.stdev(sharpes))
        self.assertAlmostEqual(result["distribution"]["sharpe"]["median"], statistics.median(sharpes))
        fold = result["folds"][3]  # what is trained on several groups
        gain = 1.0
        trades = 0
        for train in fold["train"]:
            metrics = self.backtest(train, fold["parameters"])
            gain *= 1.0 + metrics["total_return"]
            trades += metrics["trades"]
        self.assertAlmostEqual(fold["in_sample"]["total_return"], gain - 1.0, delta=1e-9)
        self.assertEqual(fold["in_sample"]["trades"], trades)


class Errors(WalkforwardTest):
    def test_what_cannot_be_done_is_said(self):
        self.refused("walkforward", self.config(""), "--out", "run", says=["w.toml", "[walkforward]", "train"])
        self.refused("walkforward", self.config('[walkforward]\ntrain = "9000d"\ntest = "1d"\n'), "--out", "run",
                     says=["w.toml:", "longer than the data", "3,000 bars"])
        self.refused("walkforward", self.config(ROLLING), "--out", "run", "--set", "walkforward.by=sharp",
                     says=["walkforward.by", "sharpe"])
        self.refused("walkforward", self.config(ROLLING), "--out", "run", "--set", "walkforward.test=5000",
                     says="longer than the data")
        self.assertFalse(os.path.exists(self.path("run")))


if __name__ == "__main__":
    program.main()
