"""What is left of scenarios in other conditions, against the program's own backtests under these conditions."""

import json

import program

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
        for scenario in self.report(*FEW)["scenarios"]:
            tests = {test["name"]: test for test in scenario["tests"]}
            self.assertEqual(
                list(tests), ["trade_shuffle", "trade_bootstrap", "return_bootstrap", "neighbours", "price_noise"]
            )
            for test in tests.values():
                self.assertLessEqual(test["simulations"], 40)
                self.assertGreaterEqual(test["simulations"], 20)
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
        self.assertEqual(one, self.report(*FEW, "--workers", 3))
        other = self.report(*FEW, "--seed", 43)
        self.assertEqual(one["scenarios"][0]["as_run"], other["scenarios"][0]["as_run"])
        self.assertNotEqual(one["scenarios"][0]["tests"], other["scenarios"][0]["tests"])

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
