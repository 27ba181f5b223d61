"""What is in a run: which scenarios, in which order, with which parameters; how `show` writes and ranks them."""

import csv
import io
import itertools
import json
import math
import os
import re
import struct
from decimal import Decimal
from hashlib import sha256

import program

# A grid of ints and floats with constraints, and scenarios that tie.
GRID = """fast = { from = 2, to = 8, step = 3 }
slow = [5, 8, 30]
stop = [0.01, 0.05]
target = [0.9, 1.0]
"""
NEVER_TRADES = """[params]
level = { default = 1.0, min = 0.0, max = 100.0 }
[rules]
enter_long = "close < -level"
"""
# A window of n - 3 bars: no scenario for n below 4.
SOME_INVALID = """[params]
n = { default = 5, min = 0, max = 50, kind = "int" }
[rules]
enter_long = "crossover(close, sma(close, n - 3))"
exit_long = "crossunder(close, sma(close, n - 3))"
"""


def number(cell):
    return math.nan if cell == "" else float(cell)


class RowsTest(program.ProgramTest):
    def sweep(self, name, space=GRID, strategy="ma_crossover", more="", data=None, options=()):
        """Sweeps into the run directory `name`; gives the messages."""
        text = program.sweep_file(data or program.bars(600), strategy, space, more)
        self.write(f"{name}.toml", text)
        return self.threadx("sweep", f"{name}.toml", "--out", name, *options).err

    def sampled(self, name, kind, scenarios, seed=42, space=None, options=()):
        space = space or 'stop = { min = 0.01, max = 0.05 }\ntarget = { min = 0.01, max = 0.16, log = true }\nfast = { min = 3, max = 12 }'
        more = f'[sampler]\nkind = "{kind}"\nscenarios = {scenarios}\nseed = {seed}'
        self.sweep(name, space, more=more, options=options)
        return self.rows(name)


class Format(RowsTest):
    def test_csv_has_the_documented_header_and_ascending_ids(self):
        self.sweep("run")
        lines = self.csv_text("run").splitlines()
        header = lines[0].split(",")
        strategy = json.loads(self.threadx("strategies", "ma_crossover", "--json").out)[0]
        backtest = json.loads(self.threadx("backtest", "ma_crossover", "--data", program.bars(600), "--json").out)
        parameters = [parameter["name"] for parameter in strategy["parameters"]]
        self.assertEqual(header, ["scenario", "status"] + parameters + list(backtest["metrics"]))
        self.assertEqual([int(line.split(",")[0]) for line in lines[1:]], list(range(36)))

    def test_numbers_are_the_shortest_text_that_reads_back_as_the_same_number(self):
        self.sweep("run", more="[execution]\nfee = 0.0005")
        cells = {cell for row in self.rows("run") for name, cell in row.items() if name != "status" and cell != ""}
        self.assertGreater(len(cells), 300)
        for cell in cells:
            shortest = repr(float(cell))
            self.assertEqual(Decimal(cell).normalize(), Decimal(shortest).normalize(), "more digits than needed")
            self.assertLessEqual(len(cell), len(shortest.removesuffix(".0")))

    def test_json_has_the_same_numbers_as_csv(self):
        self.sweep("run", "level = [1, 2.5]", self.write("never.toml", NEVER_TRADES))
        self.sweep("more")
        for run in ("run", "more"):
            rows, listed = self.rows(run), json.loads(self.threadx("show", run, "--all", "--format", "json").out)
            self.assertEqual(len(listed), len(rows))
            for row, item in zip(rows, listed):
                self.assertEqual((item["scenario"], item["status"]), (int(row.pop("scenario")), row.pop("status")))
                values = {**item["parameters"], **item["metrics"]}
                self.assertEqual({key: None if cell == "" else float(cell) for key, cell in row.items()}, values)

    def test_undefined_is_empty_in_csv_null_in_json_and_a_dash_in_the_table(self):
        self.sweep("run", "level = [1, 2]", self.write("never.toml", NEVER_TRADES))
        row = self.rows("run")[0]
        self.assertEqual((row["sharpe"], row["win_rate"], row["trades"], row["total_return"]), ("", "", "0", "0"))
        item = json.loads(self.threadx("show", "run", "--json").out)[0]
        self.assertIsNone(item["metrics"]["sharpe"])
        self.assertRegex(self.threadx("show", "run").out.splitlines()[1], r"^ +0 +1 +- ")

    def test_the_hash_is_the_documented_one_of_the_rows(self):
        self.sweep("run")
        self.sweep("some_invalid", "n = { from = 0, to = 6, step = 1 }", self.write("n.toml", SOME_INVALID))
        statuses = {"ok": 0, "ruined": 1, "invalid": 2}
        for run in ("run", "some_invalid"):
            rows = self.rows(run)
            names = list(rows[0])[2:]
            bytes_ = b"threadx-rows-1\n" + ",".join(names).encode() + b"\n"
            for row in rows:
                bytes_ += struct.pack("<QB", int(row["scenario"]), statuses[row["status"]])
                for name in names:
                    bits = struct.pack("<d", float(row[name])) if row[name] else struct.pack("<Q", 0x7FF8 << 48)
                    bytes_ += bits
            self.assertEqual(self.hash(run), sha256(bytes_).hexdigest())

    def test_a_scenario_that_cannot_run_is_a_row_with_a_status(self):
        err = self.sweep("run", "n = { from = 0, to = 6, step = 1 }", self.write("n.toml", SOME_INVALID))
        rows = self.rows("run")
        self.assertEqual([row["status"] for row in rows], ["invalid"] * 4 + ["ok"] * 3)
        self.assertEqual({cell for row in rows[:4] for cell in list(row.values())[3:]}, {""})
        self.assertIn("4 scenarios could not be run", err)
        ranked = json.loads(self.threadx("show", "run", "--by", "n", "--json").out)
        self.assertEqual([row["scenario"] for row in ranked], [4, 5, 6, 0, 1, 2, 3])


class Ranking(RowsTest):
    def shown(self, *options):
        text = self.threadx("show", "run", "--format", "csv", *options).out
        return [int(row["scenario"]) for row in csv.DictReader(io.StringIO(text))]

    def expected(self, column, descending):
        def place(row):
            value = number(row[column])
            return (math.isnan(value), 0 if math.isnan(value) else -value if descending else value, int(row["scenario"]))

        return [int(row["scenario"]) for row in sorted(self.rows("run"), key=place)]

    def test_ranks_with_ties_by_id_and_undefined_ones_last_whatever_the_direction(self):
        self.sweep("run")
        ties = 0
        for column in ("sharpe", "final_equity", "trades", "max_drawdown", "win_rate", "stop", "slow", "scenario"):
            for option, descending in (("--descending", True), ("--ascending", False)):
                with self.subTest(column=column, option=option):
                    self.assertEqual(self.shown("--by", column, "--top", 100, option), self.expected(column, descending))
            ties += len(self.rows("run")) - len({row[column] for row in self.rows("run")})
        self.assertGreater(ties, 20)
        self.assertIn("", {row["sharpe"] for row in self.rows("run")})

    def test_the_best_comes_first_without_being_told_which_way_is_best(self):
        self.sweep("run")
        for column, descending in (("sharpe", True), ("total_return", True), ("max_drawdown", False), ("fast", False)):
            with self.subTest(column):
                self.assertEqual(self.shown("--by", column), self.expected(column, descending)[:10])
        self.assertEqual(self.shown(), self.expected("sharpe", True)[:10])

    def test_top_says_how_many_and_may_be_more_than_there_are(self):
        self.sweep("run")
        self.assertEqual(self.shown("--top", 3), self.expected("sharpe", True)[:3])
        self.assertEqual(len(self.shown("--top", 1000)), 36)

    def test_the_table_shows_parameters_and_the_ranked_metric(self):
        self.sweep("run")
        header, *lines = self.threadx("show", "run", "--by", "omega", "--top", 2).out.splitlines()
        self.assertEqual(header.split()[:6], ["scenario", "fast", "slow", "stop", "target", "omega"])
        self.assertEqual([int(line.split()[0]) for line in lines], self.shown("--by", "omega", "--top", 2))


class Scenarios(RowsTest):
    def points(self, rows, names=("fast", "slow", "stop", "target")):
        return [tuple(float(row[name]) for name in names) for row in rows]

    def test_a_grid_is_in_the_order_of_the_file_the_last_one_fastest(self):
        self.sweep("run")
        expected = list(itertools.product([2, 5, 8], [5, 8, 30], [0.01, 0.05], [0.9, 1.0]))
        self.assertEqual(self.points(self.rows("run")), expected)
        self.sweep("turned", "\n".join(reversed(GRID.splitlines())))
        expected = [point[::-1] for point in itertools.product([0.9, 1.0], [0.01, 0.05], [5, 8, 30], [2, 5, 8])]
        self.assertEqual(self.points(self.rows("turned")), expected)

    def test_parameters_that_are_not_in_the_space_keep_their_defaults(self):
        self.sweep("run", "slow = [20, 40]\nfast = 7")
        self.assertEqual(self.points(self.rows("run")), [(7, 20, 0.02, 0.04), (7, 40, 0.02, 0.04)])

    def test_a_step_reaches_its_end_in_spite_of_rounding(self):
        self.sweep("run", "stop = { from = 0.1, to = 0.3, step = 0.1 }")
        self.assertEqual(self.points(self.rows("run"), ["stop"]), [(0.1,), (0.2,), (0.1 + 2 * 0.1,)])

    def test_points_that_the_constraints_exclude_have_no_row_and_the_others_keep_their_ids(self):
        self.sweep("whole")
        self.sweep("run", GRID + 'constraints = ["fast < slow", "not (stop > 0.03 and fast == 2)"]')
        whole = self.csv_text("whole").splitlines()
        allowed = [line for line, row in zip(whole[1:], self.rows("whole"))
                   if float(row["fast"]) < float(row["slow"]) and not (float(row["stop"]) > 0.03 and row["fast"] == "2")]
        self.assertLess(len(allowed), 30)
        self.assertEqual(self.csv_text("run").splitlines(), [whole[0]] + allowed)

    def test_a_range_gives_the_same_rows_as_the_whole(self):
        self.sweep("whole")
        self.sampled("drawn", "sobol", 40)
        for run, a, b in (("whole", 5, 17), ("whole", 0, 1), ("whole", 35, 36), ("drawn", 11, 29)):
            with self.subTest(run=run, a=a, b=b):
                self.threadx("sweep", f"{run}.toml", "--out", "part", "--force", "--range", f"{a}:{b}")
                lines = self.csv_text(run).splitlines()
                self.assertEqual(self.csv_text("part").splitlines(), lines[:1] + lines[1 + a : 1 + b])

    def test_bars_are_resampled_as_if_the_file_had_longer_ones(self):
        with open(program.bars(600), encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        text = "timestamp,open,high,low,close,volume\n"
        for first in range(0, 600, 4):
            bar = rows[first : first + 4]
            text += ",".join([bar[0]["timestamp"], bar[0]["open"], max((row["high"] for row in bar), key=float),
                              min((row["low"] for row in bar), key=float), bar[-1]["close"],
                              str(sum(int(row["volume"]) for row in bar))]) + "\n"
        self.sweep("run", options=["--set", "data.resample=4h"])
        self.sweep("made", data=self.write("4h.csv", text))
        self.assertEqual(self.csv_text("run"), self.csv_text("made"))

    def test_bars_without_times_need_bars_per_year(self):
        with open(program.bars(600), encoding="utf-8") as file:
            bare = self.write("bare.csv", "".join(line.split(",", 1)[1] for line in file))
        self.write("bare.toml", program.sweep_file(bare, space=GRID))
        self.refused("sweep", "bare.toml", "--out", "run", says=["bare.csv", "bars_per_year"])
        self.assertFalse(os.path.exists(self.path("run")))
        self.threadx("sweep", "bare.toml", "--out", "run", "--set", "data.bars_per_year=8766")
        self.sweep("timed")
        for bare_row, row in zip(self.rows("run"), self.rows("timed")):
            a, b = number(bare_row["sharpe"]), number(row["sharpe"])
            self.assertTrue(math.isclose(a, b, rel_tol=1e-12) or math.isnan(a) and math.isnan(b))

    def test_fills_at_the_close_are_named_as_what_they_are(self):
        err = self.sweep("run", more='[execution]\nfill = "close"')
        self.assertRegex(err, r'(?m)^warning: fill = "close": .*for comparisons only$')


class Samplers(RowsTest):
    def test_draws_depend_on_the_seed_and_lie_in_the_ranges(self):
        for kind in ("monte_carlo", "sobol", "latin_hypercube"):
            with self.subTest(kind):
                rows = self.sampled(kind, kind, 64)
                self.assertEqual([int(row["scenario"]) for row in rows], list(range(64)))
                self.assertTrue(all(0.01 <= float(row["stop"]) <= 0.05 for row in rows))
                self.assertTrue(all(0.01 <= float(row["target"]) <= 0.16 for row in rows))
                self.assertEqual({int(row["fast"]) for row in rows}, set(range(3, 13)))
                self.assertEqual(len({row["stop"] for row in rows}), 64)
                again = self.sampled("again", kind, 64, options=["--force"])
                self.assertEqual(again, rows)
                other = self.sampled("again", kind, 64, seed=43, options=["--force"])
                self.assertEqual(len({row["stop"] for row in other} & {row["stop"] for row in rows}), 0)

    def test_a_scenario_of_monte_carlo_and_sobol_does_not_depend_on_how_many_there_are(self):
        for kind in ("monte_carlo", "sobol"):
            self.assertEqual(self.sampled(f"{kind}_few", kind, 10), self.sampled(f"{kind}_many", kind, 25)[:10])

    def test_what_a_parameter_draws_does_not_depend_on_which_others_are_swept(self):
        one = self.sampled("one", "monte_carlo", 20, space="stop = { min = 0.01, max = 0.05 }")
        two = self.sampled("two", "monte_carlo", 20, space="fast = [2, 3]\nstop = { min = 0.01, max = 0.05 }")
        self.assertEqual([row["stop"] for row in one], [row["stop"] for row in two])

    def test_a_latin_hypercube_has_one_scenario_in_each_stratum(self):
        rows = self.sampled("run", "latin_hypercube", 50)
        self.assertEqual(sorted(int((float(row["stop"]) - 0.01) / 0.04 * 50) for row in rows), list(range(50)))
        logs = [math.log(float(row["target"]) / 0.01) / math.log(16) for row in rows]
        self.assertEqual(sorted(int(value * 50) for value in logs), list(range(50)))
        counts = [sum(row["fast"] == str(value) for row in rows) for value in range(3, 13)]
        self.assertEqual(counts, [5] * 10)

    def test_sobol_points_fill_the_halves_quarters_and_eighths(self):
        rows = self.sampled("run", "sobol", 32)
        for power in (2, 4, 8, 16, 32):
            places = [int((float(row["stop"]) - 0.01) / 0.04 * power) for row in rows[:power]]
            self.assertEqual(sorted(places), list(range(power)))

    def test_sobol_without_a_shift_starts_with_the_known_points(self):
        rows = self.sampled("run", "sobol", 4, seed=0, space="stop = { min = 0.0625, max = 0.3125 }")
        places = [(float(row["stop"]) - 0.0625) / 0.25 for row in rows]
        self.assertEqual(sorted(places), [0.0, 0.25, 0.5, 0.75])
        self.assertEqual(places[:2], [0.0, 0.5])


class Directory(RowsTest):
    def test_a_used_directory_is_refused_and_replaced_with_force(self):
        self.sweep("run")
        before = self.hash("run")
        self.refused("sweep", "run.toml", "--out", "run", says=["run", "--force", "threadx resume run"])
        self.assertEqual(self.hash("run"), before)
        self.write("run.toml", program.sweep_file(program.bars(600), space="fast = [3, 4]"))
        self.threadx("sweep", "run.toml", "--out", "run", "--force")
        self.assertEqual([row["fast"] for row in self.rows("run")], ["3", "4"])

    def test_somebody_elses_directory_is_refused_even_with_force(self):
        self.write("home/letter.txt", "dear")
        self.write("s.toml", program.sweep_file(program.bars(600), space=GRID))
        for force in ([], ["--force"]):
            self.refused("sweep", "s.toml", "--out", "home", *force, says=["home", "holds no run"])
        self.assertEqual(os.listdir(self.path("home")), ["letter.txt"])

    def test_an_empty_directory_and_one_several_levels_down_are_used(self):
        os.makedirs(self.path("empty"))
        self.sweep("empty")
        self.sweep("a/b/c")
        self.assertEqual(self.hash("a/b/c"), self.hash("empty"))

    def test_a_finished_run_is_its_rows_its_manifest_and_its_verdict(self):
        self.sweep("run")
        self.assertEqual(sorted(os.listdir(self.path("run"))), ["manifest.json", "overfitting.json", "rows.sqlite"])
        manifest = json.loads(self.read("run/manifest.json"))
        self.assertEqual((manifest["state"], manifest["space"]["scenarios"], manifest["precision"]), ("complete", 36, "float64"))
        with open(program.bars(600), "rb") as file:
            self.assertEqual(manifest["data"]["sha256"], sha256(file.read()).hexdigest())
        self.assertEqual(manifest["config"]["text"], self.read("run.toml"))
        self.assertTrue(re.match(r"threadx \d", manifest["program"]))


if __name__ == "__main__":
    program.main()
