"""Every command: its help, its exit status, and what goes to which stream; and the ones that need no run in full.

Sweeps and what is in their rows: rows_test.py and settings_test.py.
"""

import ast
import csv
import io
import json
import math
import os
import re
import struct

import program

# What there is at least: more may come.
COMMANDS = "sweep resume show hash backtest column synth strategies indicators settings devices bench".split()
STRATEGIES = (
    "atr_channel bollinger_atr bollinger_dual donchian_breakout ema_cross ma_crossover macd_trend rsi_reversion".split()
)
METRICS = (
    "total_return cagr volatility sharpe sortino max_drawdown max_drawdown_bars calmar omega ulcer_index skew kurtosis "
    "exposure trades long_trades short_trades open_trades win_rate profit_factor expectancy best_trade worst_trade "
    "avg_win avg_loss sqn avg_hold_bars max_losing_streak fees rejected_entries final_equity"
).split()
SHORT = 'fast = [2, 5]\nslow = [10, 20]'


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


def prices(path):
    with open(path, encoding="utf-8") as file:
        return [{key: cell if key == "timestamp" else float(cell) for key, cell in row.items()} for row in csv.DictReader(file)]


class Help(program.ProgramTest):
    def commands(self):
        return re.findall(r"^  (\w+)  ", self.threadx("--help").out.split("Subcommands:")[1], re.MULTILINE)

    def test_help_lists_the_commands_and_the_exit_statuses(self):
        result = self.threadx("--help")
        self.assertLessEqual(set(COMMANDS), set(self.commands()))
        self.assertIn("0 done, 1 the job failed, 2 the input is wrong, 130 interrupted", result.out)
        self.assertEqual(result.err, "")

    def test_each_command_has_help_on_stdout(self):
        for command in self.commands():
            with self.subTest(command):
                result = self.threadx(command, "--help")
                self.assertIn(f"Usage: threadx {command}", result.out)
                self.assertEqual(result.err, "")

    def test_the_help_of_sweep_is_the_reference_of_its_file(self):
        text = self.threadx("sweep", "--help").out
        for line in ("[data]", "[strategy]", "[space]", "[sampler]", "[execution]", "[run]", 'fill = "next_open"', "fee = 0.0"):
            self.assertIn(line, text)

    def test_version_says_what_made_the_program(self):
        result = self.threadx("--version")
        self.assertRegex(result.out, r"\Athreadx \d+\.\d+\.\d+ \(.+\)\n\Z")

    def test_no_command_is_an_error(self):
        result = self.run_threadx()
        self.assertEqual((result.status, result.out), (2, ""))
        self.assertIn("--help", result.err)


class Catalogues(program.ProgramTest):
    def test_strategies_lists_the_built_in_ones(self):
        text = self.threadx("strategies").out
        self.assertEqual([line for line in text.splitlines() if line in STRATEGIES], STRATEGIES)

    def test_strategies_as_json_has_each_parameter_in_full(self):
        listed = json.loads(self.threadx("strategies", "--json").out)
        names = [strategy["name"] for strategy in listed]
        self.assertEqual(names, sorted(names))
        self.assertLessEqual(set(STRATEGIES), set(names))
        for strategy in listed:
            self.assertTrue(strategy["description"])
            for parameter in strategy["parameters"]:
                self.assertLessEqual(parameter["min"], parameter["default"], parameter)
                self.assertLessEqual(parameter["default"], parameter["max"], parameter)
                self.assertIn(parameter["kind"], ("int", "float"))

    def test_one_strategy_is_printed_as_the_file_that_can_be_run(self):
        for name in STRATEGIES:
            with self.subTest(name):
                self.write(f"{name}.toml", self.threadx("strategies", name).out)
                data = program.bars(600)
                own = self.threadx("backtest", f"{name}.toml", "--data", data, "--json").out
                self.assertEqual(own, self.threadx("backtest", name, "--data", data, "--json").out)

    def test_one_strategy_as_json(self):
        (listed,) = json.loads(self.threadx("strategies", "ema_cross", "--json").out)
        self.assertEqual(listed["name"], "ema_cross")

    def test_indicators_lists_series_and_functions(self):
        text = self.threadx("indicators").out
        listed = json.loads(self.threadx("indicators", "--json").out)
        for entry in listed:
            self.assertIn(entry["signature"], text)
            self.assertTrue(entry["help"])
        names = {entry["name"] for entry in listed}
        contract = "open high low close volume hl2 hlc3 ohlc4 sma sum highest lowest stdev ema rma tr atr rsi crossover crossunder"
        self.assertLessEqual(set(contract.split() + ["abs", "iff", "min", "max", "nz", "sqrt"]), names)

    def test_indicators_with_a_name_says_all_about_that_one(self):
        text = self.threadx("indicators", "ema").out
        described = json.loads(self.threadx("indicators", "ema", "--json").out)
        self.assertEqual([argument["name"] for argument in described["arguments"]], ["x", "length"])
        for part in (described["signature"], described["help"], described["source"]):
            self.assertIn(part, text)
        self.refused("indicators", "emaa", says="did you mean 'ema'?")
        self.refused("indicators", "prefix_sums", says="no indicator")  # for other definitions alone

    def test_the_page_of_indicators_is_the_one_that_the_program_prints(self):
        with open(os.path.join(os.path.dirname(__file__), "..", "..", "docs", "INDICATORS.md"), encoding="utf-8") as page:
            self.assertEqual(page.read(), self.threadx("indicators", "--markdown").out,
                             "threadx indicators --markdown > docs/INDICATORS.md")

    def test_column_shows_several_expressions_side_by_side(self):
        bars = program.bars(50)
        expressions = ["sma(close, 3)", "close > open", "iff(close > open, high, low)"]
        rows = list(csv.reader(self.threadx("column", *expressions, "--data", bars).out.splitlines()))
        self.assertEqual(rows[0], ["bar", "time"] + expressions)
        for i, expression in enumerate(expressions):
            alone = list(csv.reader(self.threadx("column", expression, "--data", bars).out.splitlines()))
            self.assertEqual(alone[0], ["bar", "time", "value"])
            self.assertEqual([row[2] for row in alone[1:]], [row[2 + i] for row in rows[1:]])


class Synth(program.ProgramTest):
    def test_the_same_seed_gives_the_same_bars_and_another_one_others(self):
        first = self.threadx("synth", "--bars", 200, "--seed", 3)
        self.assertEqual(first.err, "")
        self.assertEqual(first.out, self.threadx("synth", "--bars", 200, "--seed", 3).out)
        self.assertNotEqual(first.out, self.threadx("synth", "--bars", 200, "--seed", 4).out)

    def test_bars_are_as_many_as_asked_for_and_on_the_tick(self):
        rows = table(self.threadx("synth", "--bars", 300, "--bar", "1h", "--tick", 0.25, "--start", "2020-02-28").out)
        self.assertEqual(len(rows), 300)
        self.assertEqual([rows[0]["timestamp"], rows[24]["timestamp"]], ["2020-02-28T00:00:00Z", "2020-02-29T00:00:00Z"])
        for row in rows:
            low, high = float(row["low"]), float(row["high"])
            for column in ("open", "close"):
                self.assertLessEqual(low, float(row[column]))
                self.assertLessEqual(float(row[column]), high)
                self.assertEqual(float(row[column]) % 0.25, 0.0)

    def test_a_file_gets_what_the_standard_output_would(self):
        result = self.threadx("synth", "--bars", 50, "--out", "b.csv")
        self.assertEqual(result.out, "")
        self.assertIn("b.csv", result.err)
        self.assertEqual(self.read("b.csv"), self.threadx("synth", "--bars", 50).out)


class Column(program.ProgramTest):
    def values(self, expression, *more):
        rows = table(self.threadx("column", expression, "--data", program.bars(300), *more).out)
        return [None if row["value"] == "" else float(row["value"]) for row in rows]

    def test_a_sum_is_exact_and_rounded_once_and_empty_until_its_window_is_full(self):
        close = [row["close"] for row in prices(program.bars(300))]
        exact = [math.fsum(close[t - 4 : t + 1]) for t in range(4, 300)]
        self.assertEqual(self.values("sum(close, 5)"), [None] * 4 + exact)
        self.assertEqual(self.values("sma(close, 5)"), [None] * 4 + [value / 5 for value in exact])

    def test_a_condition_is_0_or_1(self):
        rows = prices(program.bars(300))
        self.assertEqual(self.values("close > open"), [float(row["close"] > row["open"]) for row in rows])

    def test_bars_and_times_come_with_the_values(self):
        rows = table(self.threadx("column", "close[2]", "--data", program.bars(300)).out)
        bars = prices(program.bars(300))
        self.assertEqual(list(rows[0]), ["bar", "time", "value"])
        self.assertEqual([int(row["bar"]) for row in rows], list(range(300)))
        self.assertEqual([row["time"] for row in rows], [bar["timestamp"] for bar in bars])
        self.assertEqual([row["value"] for row in rows[:2]], ["", ""])
        self.assertEqual([float(row["value"]) for row in rows[2:]], [bar["close"] for bar in bars[:-2]])

    def test_out_takes_the_place_of_the_standard_output(self):
        result = self.threadx("column", "hl2", "--data", program.bars(300), "--out", "c.csv")
        self.assertEqual(result.out, "")
        self.assertEqual(self.read("c.csv"), self.threadx("column", "hl2", "--data", program.bars(300)).out)

    def test_an_array_for_numpy_has_the_same_values(self):
        expressions = ["sma(close, 3)", "close > open", "close / 3"]
        for count in (1, 3):
            self.threadx("column", *expressions[:count], "--data", program.bars(300), "--out", "values.npy")
            with open(os.path.join(self.folder, "values.npy"), "rb") as file:
                contents = file.read()
            self.assertEqual(contents[:8], b"\x93NUMPY\x01\x00")
            start = 10 + int.from_bytes(contents[8:10], "little")
            self.assertEqual(start % 64, 0)
            self.assertEqual(ast.literal_eval(contents[10:start].decode("ascii")),
                             {"descr": "<f8", "fortran_order": True, "shape": (300, 3) if count > 1 else (300,)})
            numbers = struct.unpack(f"<{300 * count}d", contents[start:])
            for i, expression in enumerate(expressions[:count]):
                column = [None if math.isnan(value) else value for value in numbers[300 * i : 300 * (i + 1)]]
                self.assertEqual(column, self.values(expression))

    def test_resample_makes_longer_bars_first(self):
        rows = prices(program.bars(300))
        highs = [max(row["high"] for row in rows[t : t + 4]) for t in range(0, 300, 4)]
        self.assertEqual(self.values("high", "--resample", "4h"), highs)


class Backtest(program.ProgramTest):
    def backtest(self, strategy, *more):
        return json.loads(self.threadx("backtest", strategy, "--data", program.bars(600), "--json", *more).out)

    def test_json_has_the_parameters_and_every_metric(self):
        out = self.backtest("ma_crossover", "--set", "fast=5", "--set", "stop=0.015")
        self.assertEqual(out["strategy"], "ma_crossover")
        self.assertEqual(out["status"], "ok")
        self.assertEqual(out["bars"], 600)
        self.assertEqual(out["parameters"], {"fast": 5, "slow": 30, "stop": 0.015, "target": 0.04})
        self.assertEqual([name for name in out["metrics"] if name in METRICS], METRICS)

    def test_the_table_has_every_metric(self):
        result = self.threadx("backtest", "ma_crossover", "--data", program.bars(600))
        self.assertEqual(result.err, "")
        names = [line.split()[0] for line in result.out.splitlines() if line.startswith("  ")]
        self.assertEqual(names[:4], ["fast", "slow", "stop", "target"])
        self.assertLessEqual(set(METRICS), set(names))

    def test_trades_and_equity_are_written_and_agree_with_the_metrics(self):
        more = ["--execution", "fee=0.001", "--execution", "close_at_end=true", "--trades", "t.csv", "--equity", "e.csv"]
        metrics = self.backtest("ma_crossover", *more)["metrics"]
        trades, equity = table(self.read("t.csv")), table(self.read("e.csv"))
        self.assertEqual(
            list(trades[0]),
            "side units entry_bar exit_bar entry_time exit_time entry_price exit_price pnl fees reason".split(),
        )
        self.assertEqual(len(trades), metrics["trades"])
        self.assertEqual(sum(trade["side"] == "long" for trade in trades), metrics["long_trades"])
        self.assertTrue(math.isclose(sum(float(trade["fees"]) for trade in trades), metrics["fees"], rel_tol=1e-12))
        self.assertEqual(max(float(trade["pnl"]) for trade in trades), metrics["best_trade"])
        self.assertEqual(list(equity[0]), ["bar", "time", "equity"])
        self.assertEqual(len(equity), 600)
        self.assertEqual(float(equity[0]["equity"]), 10000.0)
        self.assertEqual(float(equity[-1]["equity"]), metrics["final_equity"])
        gained = sum(float(trade["pnl"]) for trade in trades)
        self.assertTrue(math.isclose(gained, metrics["final_equity"] - 10000.0, rel_tol=1e-9))

    def test_execution_settings_change_the_result(self):
        free = self.backtest("ma_crossover")["metrics"]
        dear = self.backtest("ma_crossover", "--execution", "fee=0.002")["metrics"]
        self.assertEqual(free["fees"], 0)
        self.assertLess(dear["final_equity"], free["final_equity"])
        rich = self.backtest("ma_crossover", "--execution", "capital=20000")["metrics"]
        self.assertEqual(rich["final_equity"], 2 * free["final_equity"])

    def test_fills_at_the_close_are_named_as_what_they_are(self):
        command = ["backtest", "ma_crossover", "--data", program.bars(600), "--execution", "fill=close"]
        self.assertIn("for comparison with other tools only", self.threadx(*command).out)
        self.assertEqual(json.loads(self.threadx(*command, "--json").out)["fill"], "close")

    def test_undefined_metrics_are_null_and_a_dash(self):
        self.write("never.toml", '[rules]\nenter_long = "close < 0"\n')
        metrics = self.backtest("never.toml")["metrics"]
        undefined = {name for name in METRICS if metrics[name] is None}
        self.assertEqual(
            undefined,
            set("sharpe sortino calmar omega skew kurtosis win_rate profit_factor expectancy best_trade worst_trade".split())
            | {"avg_win", "avg_loss", "sqn", "avg_hold_bars"},
        )
        self.assertEqual((metrics["trades"], metrics["final_equity"], metrics["exposure"]), (0, 10000, 0))
        text = self.threadx("backtest", "never.toml", "--data", program.bars(600)).out
        self.assertRegex(text, r"(?m)^  win_rate +- ")

    def test_a_ruined_account_says_so(self):
        rows = ["timestamp,open,high,low,close"] + [f"2020-01-0{day},10,10,10,10" for day in (1, 2, 3)]
        self.write("crash.csv", "\n".join(rows + ["2020-01-04,10,90,10,90", "2020-01-05,90,90,90,90"]) + "\n")
        self.write("short.toml", '[rules]\nenter_short = "close > 0"\n')
        out = json.loads(self.threadx("backtest", "short.toml", "--data", "crash.csv", "--json").out)
        self.assertEqual((out["status"], out["metrics"]["final_equity"]), ("ruined", 0))
        self.assertIn("(ruined)", self.threadx("backtest", "short.toml", "--data", "crash.csv").out)

    def test_bars_without_times_need_bars_per_year_and_give_the_same_then(self):
        with open(program.bars(600), encoding="utf-8") as file:
            self.write("bare.csv", "".join(line.split(",", 1)[1] for line in file))
        command = ["backtest", "ma_crossover", "--data", "bare.csv", "--json"]
        self.refused(*command, says=["bare.csv", "bars_per_year"])
        bare = json.loads(self.threadx(*command, "--bars-per-year", 365.25 * 24).out)["metrics"]
        timed = self.backtest("ma_crossover")["metrics"]
        for name in METRICS:
            self.assertTrue(math.isclose(bare[name], timed[name], rel_tol=1e-12), name)


class Streams(program.ProgramTest):
    """Results on stdout, everything else on stderr."""

    def test_each_command_keeps_results_and_messages_apart(self):
        self.write("s.toml", program.sweep_file(program.bars(600), space=SHORT))
        swept = self.threadx("sweep", "s.toml", "--out", "run")
        self.assertTrue(swept.out.startswith("scenario  fast  slow"), swept.out)
        self.assertIn("4 scenarios x 600 bars -> run", swept.err)
        self.assertIn("threadx show run --all", swept.err)
        resumed = self.threadx("resume", "run")
        self.assertEqual(resumed.out, swept.out)
        self.assertIn("all 4 rows are there already", resumed.err)
        for command in (["show", "run"], ["show", "run", "--all"], ["show", "run", "--json"], ["hash", "run"], ["settings"]):
            result = self.threadx(*command)
            self.assertEqual(result.err, "", command)
            self.assertTrue(result.out, command)

    def test_a_sweep_tells_its_progress_in_lines_where_nobody_watches(self):
        self.write("s.toml", program.sweep_file(program.bars(600), space=SHORT))
        err = self.threadx("sweep", "s.toml", "--out", "run").err
        self.assertIn("100.0 %  4 / 4 scenarios", err)
        self.assertNotIn("\r", err)
        self.assertNotIn("\x1b", err)

    def test_the_summary_of_sweep_and_resume_is_json_where_asked_for(self):
        self.write("s.toml", program.sweep_file(program.bars(600), space=SHORT))
        swept = json.loads(self.threadx("sweep", "s.toml", "--out", "run", "--json").out)
        self.assertEqual({key: swept[key] for key in ("run", "rows", "computed", "invalid")},
                         {"run": "run", "rows": 4, "computed": 4, "invalid": 0})
        resumed = json.loads(self.threadx("resume", "run", "--json").out)
        self.assertEqual((resumed["rows"], resumed["computed"]), (4, 0))

    def test_explain_prints_the_plan_and_makes_nothing(self):
        self.write("s.toml", program.sweep_file(program.bars(600), space=SHORT))
        result = self.threadx("sweep", "s.toml", "--out", "run", "--explain")
        for part in ("plan of ma_crossover: 4 scenarios x 600 bars", "sma(close, slow)", "enter_long", "stop_distance"):
            self.assertIn(part, result.out)
        self.assertEqual(sorted(os.listdir(self.folder)), ["s.toml"])


if __name__ == "__main__":
    program.main()
