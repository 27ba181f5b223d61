"""`threadx report`: what the page holds is what the run's rows, and single backtests, say."""

import csv
import io
import json
import math
import os
import sqlite3
import subprocess
import sys

import program
from report_page import float32, read_parts, unpack

GRID = """fast = [3, 5, 12]
slow = [10, 20, 40]
stop = { from = 0.01, to = 0.05, step = 0.02 }
constraints = ["fast < slow or stop > 0.01"]
"""
SAMPLED = """fast = { from = 2, to = 9, step = 1 }
stop = { min = 0.01, max = 0.16, log = true }
target = { min = 0.01, max = 0.1 }
"""
COSTS = "[execution]\nfee = 0.0005\ncapital = 25000.0\n"


def close(a, b, tolerance=2e-7):
    """Equal as numbers in float32 are, undefined to undefined."""
    if b is None or math.isnan(b):
        return math.isnan(a)
    return math.isclose(a, b, rel_tol=tolerance, abs_tol=1e-30)


class ReportTest(program.ProgramTest):
    def sweep(self, space=GRID, more=COSTS, name="run", data=None, strategy="ma_crossover"):
        self.write(f"{name}.toml", program.sweep_file(data or program.bars(1500), strategy, space, more))
        self.threadx("sweep", f"{name}.toml", "--out", name)

    def report(self, *options, name="run"):
        """The parts of the page's data, and what the program says of it."""
        said = json.loads(self.threadx("report", name, "--json", *options).out)
        with open(self.path(said["file"]), encoding="utf-8") as file:
            return read_parts(file.read()), said

    def sql(self, query, *values, name="run"):
        with sqlite3.connect(self.path(name, "rows.sqlite")) as database:
            return database.execute(query, values).fetchall()


class Heatmap(ReportTest):
    def check_pairs(self, parts, within):
        """Best and mean of every cell of every pair and metric, against SQL. `within(axis, cell)`: a condition."""
        axes, metrics = parts["heatmap"]["axes"], parts["run"]["metrics"]
        defined = 0
        for pair in parts["heatmap"]["pairs"]:
            a, b = axes[pair["a"]], axes[pair["b"]]
            cells = len(a["edges"]) * len(b["edges"])
            best, mean = unpack("f32", pair["best"]), unpack("f32", pair["mean"])
            self.assertEqual((len(best), len(mean)), (cells * len(metrics),) * 2)
            columns = ", ".join(f'{"max" if m["higher_is_better"] else "min"}("{m["name"]}"), avg("{m["name"]}")' for m in metrics)
            for i in range(len(a["edges"])):
                for j in range(len(b["edges"])):
                    found = self.sql(f"select {columns} from rows where status != 2 and {within(a, i)} and {within(b, j)}")[0]
                    for m in range(len(metrics)):
                        at = m * cells + i * len(b["edges"]) + j
                        self.assertTrue(close(best[at], found[2 * m]), (metrics[m], i, j, best[at], found[2 * m]))
                        self.assertTrue(close(mean[at], found[2 * m + 1]), (metrics[m], i, j, mean[at], found[2 * m + 1]))
                        defined += found[2 * m] is not None
        return defined

    def test_each_cell_of_a_grid_is_what_sql_gives(self):
        self.sweep()
        parts, _ = self.report()
        self.assertEqual([axis["name"] for axis in parts["heatmap"]["axes"]], ["fast", "slow", "stop"])
        self.assertEqual(parts["heatmap"]["axes"][1]["edges"], [10, 20, 40])
        self.assertGreater(self.check_pairs(parts, lambda axis, k: f'"{axis["name"]}" = {axis["edges"][k]!r}'), 500)

    def test_each_cell_of_a_continuum_holds_the_values_from_its_edge_to_the_next(self):
        self.sweep(SAMPLED, COSTS + '[sampler]\nkind = "monte_carlo"\nscenarios = 300\nseed = 7')
        parts, _ = self.report()

        def within(axis, k):
            below = f' and "{axis["name"]}" < {axis["edges"][k + 1]!r}' if k + 1 < len(axis["edges"]) else ""
            return f'"{axis["name"]}" >= {axis["edges"][k]!r}{below}'

        stop = next(axis for axis in parts["heatmap"]["axes"] if axis["name"] == "stop")
        self.assertFalse(stop["single_values"])
        self.assertAlmostEqual(stop["edges"][1] / stop["edges"][0], stop["edges"][-1] / stop["edges"][-2])  # a log scale
        parts["heatmap"]["pairs"] = parts["heatmap"]["pairs"][:1]  # fast and stop: the others take long
        self.assertGreater(self.check_pairs(parts, within), 500)

    def test_the_cube_has_each_scenario_of_a_grid(self):
        self.sweep()
        parts, _ = self.report()
        axes, cube = parts["heatmap"]["axes"], parts["heatmap"]["cube"]
        values = unpack("f32", cube["best"])
        cells = math.prod(len(axis["edges"]) for axis in axes)
        names = [metric["name"] for metric in parts["run"]["metrics"]]
        rows = {tuple(float(row[axis["name"]]) for axis in axes): row for row in self.rows("run")}
        self.assertLess(len(rows), cells)  # of those that the constraint leaves out there is nothing
        for cell in range(cells):
            left, point = cell, []
            for axis in reversed(axes):
                left, k = divmod(left, len(axis["edges"]))
                point.insert(0, axis["edges"][k])
            row = rows.get(tuple(point))
            for place, metric in enumerate(cube["metrics"]):
                expected = row[names[metric]] if row else ""
                self.assertTrue(close(values[place * cells + cell], float(expected) if expected else math.nan), (point, names[metric]))


class Table(ReportTest):
    def test_rows_are_all_there_in_the_order_of_their_rank(self):
        self.sweep()
        parts, said = self.report("--by", "max_drawdown")
        shown = json.loads(self.threadx("show", "run", "--top", 100, "--by", "max_drawdown", "--json").out)
        table, names = parts["table"], [metric["name"] for metric in parts["run"]["metrics"]]
        self.assertEqual((table["count"], said["rows"]), (len(shown), len(shown)))
        self.assertEqual(unpack("f64", table["scenario"]), [row["scenario"] for row in shown])
        parameters, metrics = unpack("f64", table["parameters"]), unpack("f32", table["metrics"])
        self.assertEqual(parameters, [value for row in shown for value in row["parameters"].values()])
        for k, row in enumerate(shown):
            for m, name in enumerate(names):
                value = row["metrics"][name]
                self.assertTrue(close(metrics[k * len(names) + m], math.nan if value is None else float32(value)))
        self.assertEqual(parts["run"]["rows"]["hash"], self.hash("run"))

    def test_of_many_scenarios_the_page_has_the_best_by_every_metric_and_stays_small(self):
        space = "fast = { from = 2, to = 31, step = 1 }\nslow = { from = 5, to = 204, step = 1 }\nstop = [0.01, 0.03]"
        self.sweep(space, data=program.bars(200))
        parts, said = self.report()
        self.assertEqual(said["rows"], 12_000)
        self.assertLess(said["bytes"], 12_000_000)
        ids = unpack("f64", parts["table"]["scenario"])
        self.assertEqual(len(set(ids)), len(ids))
        self.assertGreaterEqual(len(ids), 10_000)
        self.assertLess(len(ids), 13_001)
        for metric in ("sharpe", "calmar", "fees", "worst_trade", "max_losing_streak", "trades"):
            best = csv.DictReader(io.StringIO(self.threadx("show", "run", "--top", 100, "--by", metric, "--format", "csv").out))
            missing = [row for row in best if float(row["scenario"]) not in set(ids) and row[metric] != ""]
            self.assertEqual(missing, [], metric)


class Scenarios(ReportTest):
    def test_curves_trades_and_months_are_those_of_single_backtests(self):
        self.sweep()
        parts, said = self.report("--top", 3)
        part = parts["scenarios"]
        self.assertEqual((len(part["scenarios"]), said["scenarios"], said["missing"]), (3, 3, []))
        rows = {int(row["scenario"]): row for row in self.rows("run")}
        for scenario in part["scenarios"]:
            row = rows[scenario["scenario"]]
            product = math.prod(1 + value for _, value in scenario["months"])
            self.assertAlmostEqual(product - 1, float(row["total_return"]), places=12)
            self.assertEqual(unpack("f32", scenario["equity"])[-1], float32(float(row["final_equity"])))
            self.assertTrue(close(max(unpack("f32", scenario["drawdown"])), float(row["max_drawdown"])))
            self.check_trades(scenario["trades"], row)

    def check_trades(self, packed, row):
        options = [option for name in ("fast", "slow", "stop", "target") for option in ("--set", f"{name}={row[name]}")]
        options += ["--execution", "fee=0.0005", "--execution", "capital=25000.0", "--trades", "trades.csv"]
        self.threadx("backtest", "ma_crossover", "--data", program.bars(1500), *options)
        trades = list(csv.DictReader(io.StringIO(self.read("trades.csv"))))
        self.assertEqual((packed["total"], packed["count"]), (len(trades), len(trades)))
        self.assertEqual(packed["total"], int(row["trades"]))
        for name, kind in (("entry_bar", "u32"), ("exit_bar", "u32"), ("entry_price", "f32"), ("exit_price", "f32"), ("pnl", "f32"), ("units", "f32")):
            expected = [float(trade[name]) for trade in trades]
            self.assertEqual(unpack(kind, packed[name]), [float32(value) for value in expected] if kind == "f32" else expected, name)
        self.assertEqual(unpack("u8", packed["is_long"]), [int(trade["side"] == "long") for trade in trades])
        self.assertEqual(packed["reason"], [trade["reason"] for trade in trades])

    def test_candles_are_the_bars(self):
        self.sweep()
        candles = self.report()[0]["candles"]
        with open(program.bars(1500), encoding="utf-8") as file:
            bars = list(csv.DictReader(file))
        self.assertEqual(candles["bars_per_candle"], 1)
        for name in ("open", "high", "low", "close"):
            self.assertEqual(unpack("f32", candles["whole"][name]), [float32(float(bar[name])) for bar in bars])

    def test_without_the_data_the_report_is_made_and_says_what_it_lacks(self):
        data = self.write("bars.csv", open(program.bars(300), encoding="utf-8").read())
        self.sweep(data=data)
        whole, _ = self.report()
        for change, reason in ((lambda: self.write("bars.csv", open(program.bars(301), encoding="utf-8").read()), "is no longer the file"), (lambda: os.remove(data), "bars.csv")):
            change()
            result = self.threadx("report", "run", "--json")
            parts, said = self.report()
            self.assertIn(reason, said["missing"][0])
            self.assertIn("curves, trades and prices", result.err)
            self.assertNotIn("scenarios", parts)
            self.assertNotIn("candles", parts)
            self.assertEqual(parts["heatmap"], whole["heatmap"])
            self.assertEqual(parts["table"], whole["table"])

    def test_without_the_data_the_rules_may_ask_for_longer_bars_all_the_same(self):
        rules = '[params]\nn = { default = 3, min = 2, max = 9, kind = "int" }\n[rules]\nenter_long = "close > htf(\'4h\', sma(close, n)) and hour >= 4"\nexit_long = "close < htf(\'1d\', low)"\n'
        self.write("rules.toml", rules)
        data = self.write("bars.csv", open(program.bars(1500), encoding="utf-8").read())
        self.sweep("n = [2, 3, 4]", data=data, strategy="rules.toml")
        whole, _ = self.report()
        os.remove(data)
        parts, said = self.report()
        self.assertEqual((len(said["missing"]), parts["heatmap"]), (1, whole["heatmap"]))

    def test_rows_that_this_program_would_not_make_are_not_drawn_as_if_they_were(self):
        self.sweep()
        with sqlite3.connect(self.path("run", "rows.sqlite")) as database:
            database.execute("update rows set sharpe = 99 where scenario = 7")
        parts, said = self.report()
        self.assertNotIn("scenarios", parts)
        self.assertIn("scenario 7 has another sharpe now", said["missing"][0])


class Page(ReportTest):
    def test_names_and_texts_that_would_break_a_page_do_not(self):
        evil = "</script><!--<script>alert('x')</script> \\\" & ünï"
        strategy = f"name = '''x{evil}'''\ndescription = '''{evil}'''\n" + '[params]\nn = { default = 3, min = 2, max = 9, kind = "int" }\n[rules]\nenter_long = "close > sma(close, n)"\nexit_long = "close < sma(close, n)"\n'
        self.write("evil.toml", strategy)
        self.sweep("n = [2, 3, 4]", name="it's \"a\" <b> & run", strategy="evil.toml")
        parts, said = self.report(name="it's \"a\" <b> & run")
        self.assertEqual(parts["run"]["strategy"]["description"], evil)
        self.assertEqual(parts["run"]["name"], "it's \"a\" <b> & run")
        html = self.read(said["file"])
        self.assertEqual(html.lower().count("<script"), html.lower().count("</script"))
        self.assertIn("&lt;b&gt; &amp; run</title>", html)
        self.assertNotIn("<!--<", html)

    def test_one_parameter_or_none_or_no_scenario_that_runs_make_a_page_too(self):
        self.sweep("fast = [3, 5, 8]", name="one")
        parts, _ = self.report(name="one")
        self.assertEqual(len(unpack("f32", parts["heatmap"]["pairs"][0]["best"])), 3 * len(parts["run"]["metrics"]))
        self.sweep("", name="none")
        self.assertEqual(self.report(name="none")[0]["heatmap"]["axes"], [])
        rules = '[params]\nn = { default = 0, min = 0, max = 3, kind = "int" }\n[rules]\nenter_long = "close > sma(close, n)"\n'
        self.write("rules.toml", rules)
        self.sweep("n = [0]", name="invalid", strategy="rules.toml")
        parts, said = self.report(name="invalid")
        self.assertEqual(said["verdict"]["headline"], "No scenario could be run.")
        self.assertEqual(parts["scenarios"]["scenarios"], [])

    def test_what_other_commands_found_is_in_the_page_and_in_the_verdict(self):
        self.sweep()
        for name in ("walkforward", "robustness", "overfitting"):  # whatever the sweep itself has left
            if os.path.exists(self.path("run", f"{name}.json")):
                os.remove(self.path("run", f"{name}.json"))
        self.assertIn("threadx robustness run", self.report()[1]["verdict"]["sentences"][-1]["text"])
        found = {"format": "x", "verdict": "It may be </script>", "tone": "doubt", "list": [1, None]}
        self.write("run/overfitting.json", json.dumps(found))
        self.write("run/walkforward.json", json.dumps({"folds": [{}, {}, {}, {}], "profitable_share": 0.75, "efficiency": 0.6}))
        self.write("run/robustness.json", '{"broken": ')
        parts, said = self.report()
        self.assertEqual(parts["overfitting"], found)
        self.assertNotIn("robustness", parts)
        self.assertIn("robustness.json is damaged", said["missing"][0])
        sentences = {sentence["text"]: sentence["tone"] for sentence in said["verdict"]["sentences"]}
        self.assertEqual(sentences["It may be </script>."], "doubt")
        self.assertEqual(sentences["Out of sample, 75 % of 4 tests gained, with 60 % of the annual return of the trainings."], "good")


class Command(ReportTest):
    def test_prints_where_the_page_is(self):
        self.sweep()
        self.assertEqual(self.threadx("report", "run").out, "run/report.html\n")
        self.assertEqual(self.threadx("report", "run", "--out", "here.html").out, "here.html\n")
        self.assertTrue(self.read("here.html").startswith("<!doctype html>"))
        self.threadx("sweep", "run.toml", "--out", "run", "--force")  # a page belongs to its run
        self.assertFalse(os.path.exists(self.path("run", "report.html")))

    def test_rows_go_to_a_file_as_show_prints_them(self):
        self.sweep()
        for kind in ("csv", "json"):
            file = self.threadx("report", "run", "--format", kind, "--out", f"out.{kind}").out.strip()
            self.assertEqual(self.read(file), self.threadx("show", "run", "--all", "--format", kind).out)
        self.assertEqual(self.threadx("report", "run", "--format", "csv").out, "run/rows.csv\n")
        self.assertEqual([name for name in os.listdir(self.folder) if "unfinished" in name], [])

    def test_says_what_is_wrong(self):
        self.sweep()
        self.refused("report", "run", "--by", "sharp", says="no such metric 'sharp' (did you mean 'sharpe'?)")
        self.refused("report", "run", "--top", 0, says="--top 0: expected 1 to 50")
        self.refused("report", "run", "--top", 51, says="--top 51: expected 1 to 50")
        self.refused("report", "run", "--out", "nowhere/x.html", says="there is no directory 'nowhere'")
        self.refused("report", "run", "--out", "run", says="is a directory")
        self.refused("report", "run", "--format", "xml", says="--format")
        self.refused("report", "nothing", says="nothing")
        os.remove(self.path("run", "manifest.json"))
        self.refused("report", "run", says="manifest.json")

    def test_parquet_without_pyarrow_says_what_to_do(self):
        self.sweep()
        self.write("bare", f'#!/bin/sh\nexec {sys.executable} -I -S "$@"\n')
        os.chmod(self.path("bare"), 0o755)
        for python, why in [(self.path("there_is_none"), "No such file"), (self.path("bare"), "No module named 'pyarrow'")]:
            result = self.refused("report", "run", "--format", "parquet", env={"THREADX_PYTHON": python}, says=["pip install pyarrow", "THREADX_PYTHON", why])
            self.assertFalse([name for name in os.listdir(self.path("run")) if name.startswith("rows.parquet")], result)

    def test_parquet_has_the_values_of_the_csv_bit_by_bit(self):
        python = os.path.join(os.path.dirname(__file__), "..", "..", "build", "python", "bin", "python3")
        if subprocess.run([python, "-c", "import pyarrow"], capture_output=True, check=False).returncode != 0:
            self.skipTest("build/python has no pyarrow")
        self.sweep()
        self.threadx("report", "run", "--format", "csv", "--out", "rows.csv")
        self.threadx("report", "run", "--format", "parquet", "--out", "rows.parquet", env={"THREADX_PYTHON": python})
        read = "import json, sys, pyarrow.parquet as p; t = p.read_table(sys.argv[1]); print(json.dumps([[(f.name, str(f.type)) for f in t.schema], t.to_pydict()]))"
        types, columns = json.loads(subprocess.run([python, "-c", read, self.path("rows.parquet")], capture_output=True, check=True, text=True).stdout)
        with open(self.path("rows.csv"), encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(dict(types), {name: {"scenario": "int64", "status": "string"}.get(name, "double") for name in rows[0]})
        self.assertGreater(len(rows), 10)
        self.assertEqual(columns["scenario"], [int(row["scenario"]) for row in rows])
        self.assertEqual(columns["status"], [row["status"] for row in rows])
        for name in set(rows[0]) - {"scenario", "status"}:
            self.assertEqual(columns[name], [float(row[name]) if row[name] else None for row in rows], name)
        self.assertEqual(sorted(name for name in os.listdir(self.path()) if "rows" in name), ["rows.csv", "rows.parquet"])


if __name__ == "__main__":
    program.main()
