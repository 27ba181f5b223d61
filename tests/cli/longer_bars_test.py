"""htf(): what it gives is what resampling gives, one bar of it after the other, as soon as each has ended; and rules on times.

    python3 longer_bars_test.py PATH/TO/threadx
"""

import csv
import datetime
import io
import json
import random

import program

HOUR = 3600
PERIODS = {"1h": HOUR, "4h": 4 * HOUR, "1d": 24 * HOUR, "1w": 7 * 24 * HOUR}
EXPRESSIONS = ["close", "high - low", "ema(close, 5)", "atr(3)", "macd(close, 3, 6, 2).hist", "iff(close > open[1], 1, 0)", "hour", "time / 1000"]


def bucket(second, period):
    """The start of the period that holds a time; weeks begin on Monday, 1970-01-05."""
    origin = 4 * 24 * HOUR if period % (7 * 24 * HOUR) == 0 else 0
    return (second - origin) // period * period + origin


def forward_filled(times, step, period, labels, values):
    """At each bar the value of the last longer bar that had ended: one whose period is over when the bar ends, or that a bar of a
    later period follows."""
    out = []
    for time in times:
        over = [k for k, label in enumerate(labels) if label + period <= time + step or label < bucket(time, period)]
        out.append(values[over[-1]] if over else "")
    return out


class LongerBars(program.ProgramTest):
    def bars_with_gaps(self, count=400, seed=3):
        """Hours from the middle of a week on, of which single ones, nights and whole weeks are missing."""
        dice = random.Random(seed)
        second = int(datetime.datetime(2021, 12, 29, 5, tzinfo=datetime.timezone.utc).timestamp())
        price, rows = 10000, ["time,open,high,low,close,volume"]
        for _ in range(count):
            start, price = price, max(100, price + dice.randint(-50, 50))
            high, low = max(start, price) + dice.randint(0, 20), min(start, price) - dice.randint(0, 20)
            rows.append(f"{second},{start / 100},{high / 100},{low / 100},{price / 100},{dice.randint(1, 4000) / 8}")
            second += HOUR * (1 if dice.random() < 0.9 else dice.choice([2, 3, 9, 26, 200]))
        return self.write("gaps.csv", "\n".join(rows) + "\n")

    def columns(self, expressions, data, *options):
        result = self.threadx("column", *expressions, "--data", data, *(options or ["--devices", "cpu"]))
        rows = list(csv.reader(io.StringIO(result.out)))[1:]
        seconds = [int(datetime.datetime.fromisoformat(row[1].replace("Z", "+00:00")).timestamp()) for row in rows]
        return seconds, [[row[2 + i] for row in rows] for i in range(len(expressions))]

    def test_it_is_the_resampled_expression_of_the_last_bar_that_has_ended(self):
        data = self.bars_with_gaps()
        compared = 0
        for name, period in PERIODS.items():
            times, found = self.columns([f"htf('{name}', {expression})" for expression in EXPRESSIONS], data)
            labels, resampled = self.columns(EXPRESSIONS, data, "--devices", "cpu", "--resample", name)
            for expression, mine, theirs in zip(EXPRESSIONS, found, resampled):
                with self.subTest(f"{expression} over {name}"):
                    self.assertEqual(mine, forward_filled(times, HOUR, period, labels, theirs))
                    compared += sum(value != "" for value in mine)
        self.assertGreater(compared, 8000)

    def test_a_value_is_the_same_if_the_data_ends_at_its_bar(self):
        data = self.bars_with_gaps()
        expressions = ["htf('4h', ema(close, 3))", "htf('1d', htf('1w', high) - low)", "vwap(close, '1d')", "dayofweek"]
        _, whole = self.columns(expressions, data)
        lines = open(data, encoding="utf-8").read().splitlines()
        for count in [2, 3, 40, 41, 42, 43, 44, 100, 257, 399]:
            part = self.write("part.csv", "\n".join(lines[:count + 1]) + "\n")
            _, found = self.columns(expressions, part)
            for mine, all_of_it in zip(found, whole):
                self.assertEqual(mine, all_of_it[:count], count)

    def test_a_sweep_over_a_length_inside_of_it_gives_each_backtest(self):
        rules = self.write("rules.toml", """[params]
n = { default = 3, min = 1, max = 50, kind = "int" }
[let]
mean = "ema(close, n)"
[rules]
enter_long = "crossover(close, htf('4h', mean)) and hour >= 4"
exit_long = "close < htf('1d', low) or dayofweek == 6"
[risk]
stop_distance = "2 * htf('4h', atr(n))"
""")
        data = self.bars_with_gaps()
        sweep = self.write("sweep.toml", f'[data]\nfile = "{data}"\n[strategy]\nfile = "{rules}"\n[space]\nn = [2, 3, 7]\n')
        run = self.path("run")
        self.threadx("sweep", sweep, "--out", run, "--devices", "cpu")
        rows = json.loads(self.threadx("show", run, "--all", "--format", "json").out)
        rows = rows if isinstance(rows, list) else rows["rows"]
        self.assertEqual(len(rows), 3)
        traded = 0
        for n, row in zip([2, 3, 7], rows):
            alone = json.loads(self.threadx("backtest", rules, "--data", data, "--set", f"n={n}", "--format", "json").out)
            metrics, single = row.get("metrics", row), alone.get("metrics", alone)
            self.assertEqual(metrics["final_equity"], single["final_equity"])
            traded += metrics["trades"]
        self.assertGreater(traded, 3)

    def test_bars_without_times_are_refused(self):
        rows = ["open,high,low,close,volume"] + ["1,2,1,2,5", "2,3,1,1,5", "1,2,1,2,5"]
        data = self.write("untimed.csv", "\n".join(rows) + "\n")
        for expression in ["hour", "htf('4h', close)", "vwap(close, '1d')", "time"]:
            self.refused("column", expression, "--data", data, says=["the rules use the time of bars, and", "has no timestamps"])
        self.threadx("column", "vwap()", "--data", data)
        rules = self.write("rules.toml", '[rules]\nenter_long = "hour == 3"\n')
        self.refused("backtest", rules, "--data", data, "--bars-per-year", 100, says=["the rules use the time of bars"])

    def test_a_period_that_is_not_made_of_whole_bars_is_refused_where_it_stands(self):
        data = self.bars_with_gaps()
        result = self.run_threadx("column", 'close > htf("90m", close)', "--data", data)
        self.assertEqual(result.status, 2)
        self.assertIn(f"""EXPR:1:13: bars of 1h30m cannot be made of bars of 1h in the expression
    close > htf("90m", close)
                ^~~~~
take a whole multiple of the period of the bars of '{data}'""", result.err)
        rules = self.write("rules.toml", "[rules]\nenter_long = \"close > htf('15m', close)\"\n")
        self.refused("backtest", rules, "--data", data, says=["rules.toml:2:27: bars of 15m cannot be made of bars of 1h"])


program.main()
