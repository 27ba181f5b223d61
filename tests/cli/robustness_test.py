"""What is left of scenarios in other conditions, against the program's own backtests under these conditions.

    python3 robustness_test.py PATH/TO/threadx FOLDER_OF_FAKE_LIBCUDA FOLDER_OF_FAKE_LIBNVRTC [--sanitized]

The devices are those of the fake CUDA driver (tests/device/fake_cuda), which is always there, and PoCL's, which is left out
with --sanitized: it compiles kernels with an LLVM of its own, which no sanitizer has seen.
"""

import csv
import io
import json
import os
import sys

import program

FAKE_CUDA, FAKE_NVRTC = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))
SANITIZED = "--sanitized" in sys.argv and not sys.argv.remove("--sanitized")
DEVICES = {"LD_LIBRARY_PATH": FAKE_CUDA, "FAKE_CUDA": "devices=2", "POCL_DEVICES": "pthread basic"}

GRID = "fast = { from = 3, to = 12, step = 3 }\nslow = [20, 30, 45]\nstop = { from = 0.02, to = 0.06, step = 0.02 }\n"
COSTS = "[execution]\nfee = 0.0004\nslippage = 0.0001\n"
FEW = ("--simulations", 40, "--top", 3)


class RobustnessTest(program.ProgramTest):
    def sweep(self, more=COSTS, space=GRID, name="run", options=()):
        self.write(f"{name}.toml", program.sweep_file(program.bars(900), "ma_crossover", space, more))
        self.threadx("sweep", f"{name}.toml", "--out", name, *options)

    def report(self, *options):
        return json.loads(self.threadx("robustness", "run", "--json", *options).out)

    def backtest(self, parameters, **execution):
        arguments = [a for key, value in parameters.items() for a in ("--set", f"{key}={value}")]
        arguments += [a for key, value in execution.items() for a in ("--execution", f"{key}={value}")]
        out = self.threadx("backtest", "ma_crossover", "--data", program.bars(900), "--json", *arguments).out
        return json.loads(out)["metrics"]

    def test_costs_are_those_of_backtests_that_pay_them(self):
        self.sweep()
        report = self.report(*FEW)
        self.assertEqual(report, json.loads(self.read("run/robustness.json")))
        self.assertEqual(len(report["scenarios"]), 3)
        for scenario in report["scenarios"]:
            self.same(scenario["as_run"], self.backtest(scenario["parameters"], fee=0.0004, slippage=0.0001))
            seen = {(case["name"], round(case["value"], 9)): case for case in scenario["stresses"]}
            self.same(seen["fee", 0.0012], self.backtest(scenario["parameters"], fee=0.0012, slippage=0.0001))
            self.same(seen["slippage", 0.0002], self.backtest(scenario["parameters"], fee=0.0004, slippage=0.0002))
            self.assertEqual({key[0] for key in seen}, {"fee", "slippage", "entry_delay"})
            self.assertEqual(len(seen), 9)

    def same(self, found, expected):
        for name in ("total_return", "max_drawdown", "sharpe"):
            self.assertEqual(found[name], expected[name], name)

    def test_entries_come_later(self):
        self.sweep()
        # The same strategy with its entries delayed by hand.
        text = self.threadx("strategies", "ma_crossover").out
        delayed = []
        for line in text.splitlines():
            key, _, value = line.partition("=")
            if key.strip() in ("enter_long", "enter_short"):
                line = f'{key}= "({value.strip()[1:-1]})[2]"'
            delayed.append(line)
        self.assertNotEqual(delayed, text.splitlines())
        self.write("later.toml", "\n".join(delayed))
        for scenario in self.report(*FEW)["scenarios"]:
            arguments = [a for key, value in scenario["parameters"].items() for a in ("--set", f"{key}={value}")]
            arguments += ["--execution", "fee=0.0004", "--execution", "slippage=0.0001", "--json"]
            out = self.threadx("backtest", "later.toml", "--data", program.bars(900), *arguments).out
            case = next(c for c in scenario["stresses"] if c["name"] == "entry_delay" and c["value"] == 2)
            self.same(case, json.loads(out)["metrics"])

    def test_all_tests_are_made_and_ordered(self):
        self.sweep()
        report = self.report(*FEW, "--devices", "cpu")
        self.assertEqual(report["notes"], ["the CPU alone was asked for: no GPU was looked for"])
        for scenario in report["scenarios"]:
            tests = {test["name"]: test for test in scenario["tests"]}
            self.assertEqual(
                list(tests), ["trade_shuffle", "trade_bootstrap", "return_bootstrap", "neighbours", "price_noise"]
            )
            for test in tests.values():
                self.assertEqual(test["simulations"], 40)
                for name in ("total_return", "max_drawdown", "sharpe"):
                    self.assertEqual(test[name]["quantiles"], sorted(test[name]["quantiles"]))
                drawdown = test["max_drawdown"]
                self.assertLessEqual(drawdown["at_levels"][0], drawdown["at_levels"][1])
            for name in ("total_return", "sharpe"):
                self.assertGreater(tests["price_noise"][name]["quantiles"][-1], tests["price_noise"][name]["quantiles"][0])
            shuffled = tests["trade_shuffle"]["total_return"]["quantiles"]
            self.assertAlmostEqual(shuffled[0], shuffled[-1], places=9)

    def test_without_noise_the_bars_are_the_runs(self):
        self.sweep()
        quiet = self.report(*FEW, "--set", "robustness.price_noise=1e-14")
        for scenario in quiet["scenarios"]:
            noise = next(test for test in scenario["tests"] if test["name"] == "price_noise")
            self.assertAlmostEqual(noise["total_return"]["mean"], scenario["as_run"]["total_return"], places=6)

    def test_the_numbers_do_not_depend_on_threads_and_follow_the_seed(self):
        self.sweep()
        one = self.report(*FEW, "--workers", 1)
        self.assertEqual(one["scenarios"], self.report(*FEW, "--workers", 3)["scenarios"])
        other = self.report(*FEW, "--seed", 43)
        self.assertEqual(one["scenarios"][0]["as_run"], other["scenarios"][0]["as_run"])
        for mine, theirs in zip(one["scenarios"][0]["tests"], other["scenarios"][0]["tests"]):
            self.assertEqual(mine["name"], theirs["name"])
            self.assertNotEqual(mine, theirs)

    def test_each_scenario_has_random_numbers_of_its_own(self):
        # Two scenarios that do the same.
        self.write("same.toml", '[params]\nk = { default = 1, min = 1, max = 9 }\n[rules]\nenter_long = "close > open + 0 * k"\n[risk]\nmax_hold = 9\n')
        self.write("run.toml", program.sweep_file(program.bars(900), self.path("same.toml"), "k = [1, 2]"))
        self.threadx("sweep", "run.toml", "--out", "run")
        one, other = self.report("--ids", "0,1", "--simulations", 30)["scenarios"]
        self.assertEqual(one["as_run"], other["as_run"])
        for mine, theirs in zip(one["tests"], other["tests"]):
            if mine["name"] == "price_noise":  # the same bars for all
                self.assertEqual(mine, theirs)
            elif mine["name"] != "neighbours":  # which do the same too
                self.assertNotEqual(mine["max_drawdown"], theirs["max_drawdown"], mine["name"])

    def test_blocks_of_returns_are_as_long_as_positions_and_at_least_the_cube_root_of_the_bars(self):
        self.sweep(space="fast = [3]\nslow = [5, 45]\n")
        for ids, more_than_root in ((0, False), (1, True)):
            held = float(self.rows("run")[ids]["avg_hold_bars"])
            self.assertEqual(held >= 10, more_than_root, held)
            chosen = self.returns_test(ids)
            self.assertEqual(chosen, self.returns_test(ids, int(held) if more_than_root else 9))
            self.assertNotEqual(chosen, self.returns_test(ids, 1))

    def returns_test(self, ids, *block_bars):
        options = [word for bars in block_bars for word in ("--set", f"robustness.block_bars={bars}")]
        tests = self.report("--ids", ids, "--simulations", 50, *options)["scenarios"][0]["tests"]
        return next(test for test in tests if test["name"] == "return_bootstrap")

    def test_trades_of_fixed_cash_add_and_those_of_a_part_of_equity_multiply(self):
        for size, both in (("cash = 5000", lambda a, b: a + b), ("equity = 0.5", lambda a, b: (1 + a) * (1 + b) - 1)):
            # Two trades; the first changes the equity so much that adding and multiplying differ.
            rules = '[rules]\nenter_long = "close > 0"\n[risk]\nmax_hold = 300\nspacing = 450\nsize = { ' + size + " }\n"
            self.write("two.toml", "[params]\nk = { default = 1, min = 1, max = 9 }\n" + rules)
            self.write("run.toml", program.sweep_file(program.bars(900), self.path("two.toml"), "k = [1, 2]"))
            self.threadx("sweep", "run.toml", "--out", "run", "--force")
            self.threadx("backtest", "two.toml", "--data", program.bars(900), "--trades", "trades.csv")
            profits = [float(row["pnl"]) for row in csv.DictReader(io.StringIO(self.read("trades.csv")))]
            self.assertEqual(len(profits), 2)
            equity = 10000.0
            results = []
            for profit in profits:
                results.append(profit / (10000.0 if "cash" in size else equity))
                equity += profit
            scenario = self.report("--ids", 0, "--simulations", 200)["scenarios"][0]
            drawn = next(test for test in scenario["tests"] if test["name"] == "trade_bootstrap")["total_return"]["quantiles"]
            self.assertAlmostEqual(drawn[0], both(min(results), min(results)), places=9)
            self.assertAlmostEqual(drawn[-1], both(max(results), max(results)), places=9)

    def test_costs_where_the_run_has_none(self):
        self.sweep(more="")
        for scenario in self.report("--ids", 7, "--simulations", 20)["scenarios"]:
            seen = {(case["name"], round(case["value"], 9)): case for case in scenario["stresses"]}
            costs = {(name, value) for name in ("fee", "slippage") for value in (0.00075, 0.001, 0.0015)}
            self.assertEqual({key for key in seen if key[0] != "entry_delay"}, costs)
            self.same(seen["fee", 0.001], self.backtest(scenario["parameters"], fee=0.001))
            self.same(seen["slippage", 0.0015], self.backtest(scenario["parameters"], slippage=0.0015))

    def test_ruin_is_the_drawdown_that_the_settings_say(self):
        self.sweep()
        for limit, everywhere in ((1e-9, 1.0), (1.0, 0.0)):
            for test in self.report("--ids", 7, "--simulations", 25, "--set", f"robustness.ruin={limit}")["scenarios"][0]["tests"]:
                self.assertEqual(test["ruin_probability"], everywhere, test["name"])

    def test_scenarios_are_chosen_by_id_and_settings_say_the_bounds(self):
        self.sweep()
        report = self.report("--ids", "7,2", "--simulations", 25, "--set", "robustness.confidence_levels=[0.9]")
        self.assertEqual([scenario["scenario"] for scenario in report["scenarios"]], [7, 2])
        self.assertEqual(report["settings"]["confidence_levels"], [0.9])
        self.assertEqual(len(report["scenarios"][0]["tests"][0]["sharpe"]["at_levels"]), 1)
        table = self.threadx("robustness", "run", "--ids", 7, "--simulations", 25).out
        self.assertIn("return_bootstrap", table)
        self.assertIn("at 95 %", table)

    def test_neighbours_are_near(self):
        # A strategy whose return is a function of its parameter alone.
        self.write("level.toml", '[params]\nsize = { default = 0.5, min = 0.0, max = 1.0 }\n[rules]\nenter_long = "close > 0"\n[risk]\nsize = { equity = "size" }\n')
        self.write("run.toml", program.sweep_file(program.bars(900), self.path("level.toml"), "size = [0.4, 0.8]"))
        self.threadx("sweep", "run.toml", "--out", "run")
        near = self.report("--ids", 0, "--simulations", 200)["scenarios"][0]
        neighbours = next(test for test in near["tests"] if test["name"] == "neighbours")
        ratio = [value / near["as_run"]["total_return"] for value in neighbours["total_return"]["quantiles"]]
        self.assertTrue(all(0.88 < r < 1.12 for r in ratio), ratio)
        self.assertGreater(max(ratio) - min(ratio), 0.15)

        # As far as was asked for, and within what the strategy allows.
        far = self.report("--ids", 1, "--simulations", 200, "--set", "robustness.neighbourhood=0.5")["scenarios"][0]
        neighbours = next(test for test in far["tests"] if test["name"] == "neighbours")
        ratio = [value / far["as_run"]["total_return"] for value in neighbours["total_return"]["quantiles"]]
        self.assertTrue(0.45 < min(ratio) < 0.6 and 1.15 < max(ratio) < 1.27, ratio)

    def test_neighbours_of_a_whole_number_are_at_least_one_away(self):
        self.write("steps.toml", '[params]\nn = { default = 3, min = 1, max = 9, kind = "int" }\n[rules]\nenter_long = "close > 0"\n[risk]\nsize = { equity = "n / 10" }\n')
        self.write("run.toml", program.sweep_file(program.bars(900), self.path("steps.toml"), "n = [3, 5]"))
        self.threadx("sweep", "run.toml", "--out", "run")
        scenario = self.report("--ids", 0, "--simulations", 200)["scenarios"][0]
        neighbours = next(test for test in scenario["tests"] if test["name"] == "neighbours")
        ratio = [value / scenario["as_run"]["total_return"] for value in neighbours["total_return"]["quantiles"]]
        ratio.sort()  # of losses
        for found, expected in zip((ratio[0], ratio[3], ratio[-1]), (2 / 3, 1.0, 4 / 3)):
            self.assertAlmostEqual(found, expected, delta=0.05)

    def test_fewer_simulations_are_told_with_the_way_to_more(self):
        self.sweep()
        # 900 bars: of three scenarios 2,700 for a neighbour of each, and (16 + 3) · 900 for a set of other prices.
        limited = ("--top", 3, "--simulations", 300, "--set", "robustness.most_bars=500000")
        report = self.report(*limited)
        counts = {test["name"]: test["simulations"] for test in report["scenarios"][0]["tests"]}
        self.assertEqual((counts["neighbours"], counts["price_noise"], counts["return_bootstrap"]), (185, 100, 300))
        told = self.threadx("robustness", "run", *limited).err
        for test, count in (("neighbours", 185), ("price_noise", 100)):
            words = f"{test}: {count} simulations, not 300: more would compute over robustness.most_bars = 500000 bars"
            self.assertEqual(len([note for note in report["notes"] if words in note]), 1, report["notes"])
            self.assertIn(words, told)
        unlimited = self.report("--top", 3, "--simulations", 300, "--set", "robustness.most_bars=0")
        self.assertFalse(any("simulations" in note for note in unlimited["notes"]))
        self.assertEqual({test["simulations"] for test in unlimited["scenarios"][0]["tests"]}, {300})

    def on_devices(self, devices, *options, faults=""):
        environment = {**DEVICES, **({"THREADX_FAULTS": faults} if faults else {})}
        if "opencl" not in devices:
            environment["OCL_ICD_VENDORS"] = "/nowhere"
        arguments = ("robustness", "run", "--json", *FEW, "--devices", devices, "--set", f'gpu.nvrtc="{FAKE_NVRTC}"', *options)
        return json.loads(self.threadx(*arguments, env=environment).out)

    def usable(self, kind):
        found = json.loads(self.threadx("devices", "--json", env=DEVICES).out)["devices"]
        return [device["id"] for device in found if device["usable"] and device["kind"] == kind]

    def test_every_device_gives_the_same_bits(self):
        self.assertEqual(self.usable("cuda"), ["cuda:0", "cuda:1"], "the fake driver is not found")
        opencl = [] if SANITIZED else self.usable("opencl")[:1]
        for precision in ("float64", "float32"):
            self.sweep(options=("--precision", precision, "--force"))
            alone = self.on_devices("cpu")
            self.assertEqual(alone["devices"]["bar_sets"], {"cpu": 40})
            for device in ["cuda:0", *opencl]:
                with self.subTest(device=device, precision=precision):
                    report = self.on_devices(device)
                    self.assertEqual(report["devices"]["bar_sets"], {device: 40})
                    self.assertEqual(list(report["devices"]["backtests"]), [device])
                    self.assertEqual(report["scenarios"], alone["scenarios"])
        together = ["cpu", "cuda:0", *(opencl or ["cuda:1"])]
        report = self.on_devices(",".join(together), "--balance", ",".join(f"{name}={share}" for name, share in zip(together, (0.5, 0.3, 0.2))))
        self.assertEqual(report["devices"]["bar_sets"], dict(zip(together, (20, 12, 8))))
        self.assertEqual(report["scenarios"], alone["scenarios"])

    def test_sets_of_a_device_that_is_lost_are_done_by_the_cpu(self):
        self.sweep()
        few = ("--set", "robustness.entry_delays=0", "--set", "robustness.cost_multiples=[]")
        alone = self.on_devices("cpu", *few)
        shares = []
        for number in range(30, 200, 12):  # in the tests before, until it is among the sets
            report = self.on_devices("cuda:0", *few, faults=f"cuda:0 download {number}.. lost")
            self.assertEqual(report["scenarios"], alone["scenarios"])
            sets = report["devices"]["bar_sets"]
            self.assertEqual(sum(sets.values()), 40)
            self.assertTrue(any("cuda:0 " in note for note in report["notes"]), report["notes"])
            self.assertTrue(any("no accelerator is left: the CPU computes" in note for note in report["notes"]))
            shares.append(sets.get("cuda:0", 0))
            if 0 < shares[-1] < 40:
                self.assertTrue(any("sets of bars are left to others" in note for note in report["notes"]))
                break
        self.assertTrue(0 < shares[-1] < 40, shares)

    def test_mistakes_are_told(self):
        self.sweep()
        self.refused("robustness", "run", "--ids", 99, says="no such scenario")
        self.refused("robustness", "run", "--by", "sharp", says="did you mean 'sharpe'?")
        self.refused("robustness", "run", "--simulations", 0, says="expected 1 to")
        self.refused("robustness", "run", "--set", "execution.fee=0.1", says="only settings")
        self.refused("robustness", "run", "--set", "robustness.ruin=2", says="at most 1")
        self.refused("robustness", "nowhere", says="no run")


if __name__ == "__main__":
    program.main()
