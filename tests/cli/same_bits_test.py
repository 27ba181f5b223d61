"""One answer: the rows of a sweep have the same bits whatever computed them, and however the work was cut."""

import json

import program

# All that a strategy can have: `let`, volume, long and short, stop, target, trailing, a parameter of each kind of use, and
# scenarios that cannot run (windows of n - 2 bars).
EVERYTHING = """[params]
n = { default = 10, min = 2, max = 60, kind = "int" }
k = { default = 1.0, min = 0.1, max = 5.0 }
hold = { default = 20, min = 0, max = 100, kind = "int" }
gap = { default = 0, min = 0, max = 50, kind = "int" }
share = { default = 0.5, min = 0.0, max = 3.0 }
[let]
mid = "ema(close, n)"
busy = "volume > sma(volume, n - 2)"
[rules]
enter_long = "crossover(close, mid + k * atr(14)) and busy"
exit_long = "close < mid[1]"
enter_short = "crossunder(close, mid - k * stdev(close, n)) or rsi(close, n) > 90 - k"
exit_short = "close > highest(high, 5)[1]"
[risk]
stop_distance = "k * atr(n)"
target_distance = "3 * k * stdev(close, 20)"
trailing = true
max_hold = "hold"
spacing = "gap"
size = { equity = "share" }
"""
WILD = """[params]
n = { default = 10, min = 2, max = 60, kind = "int" }
share = { default = 1.0, min = 0.1, max = 5.0 }
[rules]
enter_long = "crossover(close, sma(close, n))"
enter_short = "crossunder(close, sma(close, n))"
[risk]
size = { equity = "share" }
"""
EXECUTION = "[execution]\nfee = 0.0004\nslippage = 0.0001\nleverage = 2.0\n"

# name: (strategy, space, sampler and execution, the bars' volatility: in the last, many accounts are ruined)
SWEEPS = {
    "grid": (
        "bollinger_atr",
        """bb_period = { from = 10, to = 50, step = 10 }
entry_z = [1.0, 1.5, 2.0]
atr_period = [7, 14, 21]
atr_multiplier = { from = 1.0, to = 3.0, step = 0.5 }
constraints = ["atr_period < bb_period"]
""",
        EXECUTION,
        0.6,
    ),
    "random": (
        "everything.toml",
        """n = { min = 2, max = 40 }
k = { min = 0.2, max = 3.0, log = true }
hold = { min = 0, max = 60 }
gap = [0, 7]
share = { min = 0.0, max = 2.5 }
""",
        '[sampler]\nkind = "monte_carlo"\nscenarios = 230\nseed = 11\n'
        + EXECUTION
        + 'ambiguity = "nearest_to_open"\n',
        0.6,
    ),
    "wild": (
        "wild.toml",
        "n = { from = 2, to = 20, step = 3 }\nshare = [0.5, 2.0, 5.0]",
        EXECUTION.replace("2.0", "5.0"),
        8.0,
    ),
}


class SameBits(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("everything.toml", EVERYTHING)
        self.count = 0
        self.write("wild.toml", WILD)  # the strategy; the sweep is in wild_sweep.toml
        for name, (strategy, space, more, volatility) in SWEEPS.items():
            self.write(f"{name}_sweep.toml", program.sweep_file(program.bars(2500, volatility=volatility), strategy, space, more))
        self.base = {name: self.sweep(name) for name in SWEEPS}

    def sweep(self, name, *options):
        """The run directory of the sweep `name` with these options."""
        self.count += 1
        run = f"run{self.count}"
        self.threadx("sweep", f"{name}_sweep.toml", "--out", run, *options)
        return run

    def performance(self, key, value):
        return "--set", f"optimization.performance.{key}={value}"

    def assert_same(self, *options):
        for name in SWEEPS:
            with self.subTest(sweep=name, options=options):
                self.assertEqual(self.hash(self.sweep(name, *options)), self.hash(self.base[name]))

    def test_the_sweeps_of_this_test_trade_and_have_rows_of_all_statuses(self):
        rows = {name: self.rows(run) for name, run in self.base.items()}
        self.assertEqual(len(rows["random"]), 230)
        self.assertLess(len(rows["grid"]), 225)
        for name in SWEEPS:
            trading = [row for row in rows[name] if row["trades"] not in ("", "0")]
            self.assertGreater(len(trading), len(rows[name]) * 0.8, name)
        self.assertEqual({"ok", "invalid"}, {row["status"] for row in rows["random"]})
        self.assertEqual({"ok", "ruined"}, {row["status"] for row in rows["wild"]})

    def test_any_number_of_workers(self):
        for workers in (1, 2, 5):
            self.assert_same("--workers", workers)

    def test_any_batch_size(self):
        for size in (1, 7, 64, 1000):
            self.assert_same(*self.performance("batch_size", size), "--workers", 2)

    def test_any_instruction_set(self):
        for name in ("scalar", "sse2", "avx2", "avx512"):
            options = self.performance("instruction_set", name)
            probe = self.run_threadx("sweep", "grid_sweep.toml", "--out", f"probe_{name}", *options)
            if probe.status != 0 and "is not available on this processor" in probe.err:
                print(f"skipped: SameBits.test_any_instruction_set with {name} because this processor has none")
                continue
            self.assertEqual(probe.status, 0, probe.err)
            self.assert_same(*options)
            self.assert_same(*options, *self.performance("batch_size", 3))

    def test_any_memory_budget(self):
        for budget in ("1GiB", "2MiB", "300KiB", "64KiB", "1kB"):
            self.assert_same(*self.performance("memory_budget", budget), "--workers", 2)
        plan = self.threadx("sweep", "grid_sweep.toml", "--explain", *self.performance("memory_budget", "64KiB")).out
        self.assertIn("slice", plan)  # with so little, columns are computed for each slice

    def test_any_split_into_ranges(self):
        for name in SWEEPS:
            count = json.loads(self.read(f"{self.base[name]}/manifest.json"))["space"]["scenarios"]
            for cuts in ((0, count // 2, count), (0, 1, count // 3, count - 1, count)):
                parts = [self.sweep(name, "--range", f"{a}:{b}") for a, b in zip(cuts, cuts[1:])]
                lines = [line for part in parts for line in self.csv_text(part).splitlines()[1:]]
                self.assertEqual(lines, self.csv_text(self.base[name]).splitlines()[1:])

    def test_float32_among_itself(self):
        for name in SWEEPS:
            single = self.hash(self.sweep(name, "--precision", "float32"))
            self.assertNotEqual(single, self.hash(self.base[name]))
            for options in (("--workers", 5), self.performance("batch_size", 7), self.performance("instruction_set", "scalar"),
                            self.performance("memory_budget", "64KiB"), self.performance("instruction_set", "sse2")):
                with self.subTest(sweep=name, options=options):
                    self.assertEqual(self.hash(self.sweep(name, "--precision", "float32", *options)), single)

    def test_float32_is_near_float64(self):
        for name in ("grid", "random"):
            single, double = self.rows(self.sweep(name, "--precision", "float32")), self.rows(self.base[name])
            near = [abs(float(a["final_equity"]) / float(b["final_equity"]) - 1) < 1e-3
                    for a, b in zip(single, double) if b["status"] == "ok"]
            self.assertGreater(sum(near), 0.9 * len(near))

    def test_a_backtest_with_the_parameters_of_a_row_gives_its_metrics_bit_for_bit(self):
        for name, (strategy, space, more, volatility) in SWEEPS.items():
            names = [line.split(" = ")[0] for line in space.splitlines() if not line.startswith("constraints")]
            data = program.bars(2500, volatility=volatility)
            keys = more.split("[execution]\n")[1].splitlines()
            execution = [word for key in keys for word in ("--execution", key.replace(" ", ""))]
            for row in self.rows(self.base[name])[::5]:
                sets = [word for key in names for word in ("--set", f"{key}={row[key]}")]
                command = ["backtest", strategy, "--data", data, "--json", *sets, *execution]
                if row["status"] == "invalid":
                    self.refused(*command, says="cannot be run")
                    continue
                out = json.loads(self.threadx(*command).out)
                self.assertEqual(out["status"], row["status"])
                self.assertEqual(out["metrics"], {key: float(row[key]) if row[key] else None for key in out["metrics"]})


if __name__ == "__main__":
    program.main()
