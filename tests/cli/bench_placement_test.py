"""`threadx bench placement`, `crossover`, `auto-profile` and `columns`: the figures against each other, at tiny sizes.

    python3 bench_placement_test.py PATH/TO/threadx FOLDER_OF_FAKE_LIBCUDA FOLDER_OF_FAKE_LIBNVRTC [--sanitized]

Nothing here looks at how fast anything is.
"""

import json
import os
import statistics

import program
from sweep_devices_test import FAKE_NVRTC, environment


class BenchPartTest(program.ProgramTest):
    def setUp(self):
        super().setUp()
        os.mkdir(self.path("tmp"))

    def run_bench(self, *arguments, status=0, **more):
        result = self.run_threadx("bench", *arguments, "--set", f'gpu.nvrtc="{FAKE_NVRTC}"',
                                  env={**environment(**more), "TMPDIR": self.path("tmp")})
        self.assertEqual(result.status, status, result.err)
        self.assertEqual(os.listdir(self.path("tmp")), [])
        return result

    def refuse(self, *arguments, says):
        self.refused("bench", *arguments, says=says, env={**environment(), "TMPDIR": self.path("tmp")})
        self.assertEqual(os.listdir(self.path("tmp")), [])


class Placement(BenchPartTest):
    TINY = ["placement", "--bars", 300]

    def run_tiny(self, *arguments, seconds="0.005", **more):
        return self.run_bench(*self.TINY, "--seconds", seconds, *arguments, **more)

    def cases(self, *arguments, **more):
        return json.loads(self.run_tiny("--json", *arguments, **more).out)["cases"]

    def check(self, case, runs):
        """The figures of a case agree with each other."""
        self.assertNotIn("wrong", case)
        fixed = [way for way in case["ways"] if way["fixed"]]
        guided = [way for way in case["ways"] if not way["fixed"]]
        self.assertGreaterEqual(len(fixed), 8)
        wrong = [f"guided, {device} known as 5 times too {how}" for device in case["devices"] for how in ("slow", "fast")]
        self.assertEqual([way["name"] for way in guided], ["guided, nothing known", "guided", *wrong])
        count = len(case["devices"])
        for alone in range(count):
            self.assertIn([float(device == alone) for device in range(count)], [way["shares"] for way in fixed])
        for way in fixed:
            self.assertAlmostEqual(sum(way["shares"]), 1.0)
        for way in case["ways"]:
            if way.get("hopeless"):
                self.assertLess(len(way["seconds_of_runs"]), runs + 1)
            else:
                self.assertEqual(len(way["seconds_of_runs"]), runs)
            self.assertAlmostEqual(sum(way["done"]), 1.0)
            self.assertAlmostEqual(way["seconds"], statistics.median(way["seconds_of_runs"]))
            self.assertAlmostEqual(way["regret"], way["seconds"] / case["best_fixed_seconds"] - 1)
            if runs < 3:
                self.assertEqual(way["regret_by_rounds"], way["regret"])
            self.assertAlmostEqual(way["over_ideal"], way["seconds"] / case["ideal_seconds"] - 1)
        measured = [way["seconds"] for way in fixed if not way.get("hopeless")]
        self.assertEqual(case["best_fixed_seconds"], min(measured))
        self.assertLessEqual(case["ideal_seconds"], case["best_fixed_seconds"])

    def test_pairs_and_all_together_in_each_way_of_the_cpu(self):
        cases = self.cases("--runs", 1, "--set", "optimization.performance.max_workers=2")
        ways = [(case["devices"], case.get("instruction_set"), case.get("workers")) for case in cases]
        best = cases[0]["instruction_set"]
        cpu = [(name, workers) for name in dict.fromkeys((best, "scalar")) for workers in (1, 2)]
        expected = [(devices, *way) for devices in (["cpu", "cuda:0"], ["cpu", "cuda:1"]) for way in cpu]
        expected += [(["cuda:0", "cuda:1"], None, None)]
        expected += [(["cpu", "cuda:0", "cuda:1"], *way) for way in cpu]
        self.assertEqual(ways, expected)
        for case in cases:
            with self.subTest(case["devices"]):
                self.check(case, 1)

    def test_rounds_and_several_sizes(self):
        cases = self.cases("--runs", 3, "--devices", "cuda:0,cuda:1", seconds="0.002,0.02")
        self.assertEqual([case["asked_seconds"] for case in cases], [0.002, 0.02])
        self.assertLess(cases[0]["scenarios"], cases[1]["scenarios"])
        for case in cases:
            self.check(case, 3)

    def test_the_table_says_what_was_best_and_what_guided_takes(self):
        text = self.run_tiny("--devices", "cuda:0,cuda:1", "--runs", 1).out
        self.assertRegex(text, r"\Acuda:0, cuda:1: 0\.005 s, [\d,]+ scenarios\n")
        self.assertRegex(text, r"(?m) \+0\.0 % .* best of \d+ fixed: cuda:0 \d+\.\d %, cuda:1 \d+\.\d %$")
        self.assertRegex(text, r"(?m) guided \(cuda:0 \d+ %, cuda:1 \d+ %\)$")

    def test_a_device_that_fails_on_the_way_makes_the_figures_worthless_and_is_said(self):
        faults = "cuda:1 launch 400 lost"  # its self-test makes some 260
        result = self.run_tiny("--json", "--devices", "cuda:0,cuda:1", "--runs", 1, status=1, THREADX_FAULTS=faults)
        (case,) = json.loads(result.out)["cases"]
        self.assertIn("cuda:1", case["wrong"])
        self.assertIn("launch number 400 fails", case["wrong"])

    def test_a_device_that_computes_wrongly_on_the_way_is_seen_by_its_rows(self):
        result = self.run_tiny("--json", "--devices", "cuda:0,cuda:1", "--runs", 1, status=1,
                                THREADX_FAULTS="cuda:0 download 110 wrong")  # its self-test makes some 50
        (case,) = json.loads(result.out)["cases"]
        self.assertIn("other rows", case["wrong"])

    def test_what_cannot_be_measured_is_refused(self):
        self.refuse("placement", "--devices", "cpu", says=["--devices cpu: only cpu can be used here", "two"])
        self.refuse("placement", "--seconds", "1,x", says="--seconds 1,x")
        self.refuse("placement", "--seconds", "0", says="--seconds 0")
        self.refuse("placement", "--runs", 0, says="--runs 0")
        self.refuse("placement", "--bars", 2, says="--bars 2")
        self.refuse("placement", "--devices", "cpu,cuda:9", says="cuda:9")


class Crossover(BenchPartTest):
    TINY = ["crossover", "--bars", 100, 900, "--scenarios", 3, 50, "--runs", 1]

    def test_the_ladder_and_from_where_on_each_device_is_faster(self):
        found = json.loads(self.run_bench(*self.TINY, "--json").out)
        rungs = found["rungs"]
        self.assertEqual([(rung["bars"], rung["scenarios"]) for rung in rungs], [(100, 3), (100, 50), (900, 3), (900, 50)])
        for rung in rungs:
            self.assertEqual([time["device"] for time in rung["times"]], ["cpu", "cuda:0", "cuda:1"])
            self.assertEqual(rung["times"][0]["start_seconds"], 0.0)
            self.assertTrue(all(time["seconds"] > 0 for time in rung["times"]))
            self.assertTrue(all(time["start_seconds"] > 0 for time in rung["times"][1:]))
        rungs.sort(key=lambda rung: rung["bars"] * rung["scenarios"])
        self.assertEqual([one["device"] for one in found["crossover"]], ["cuda:0", "cuda:1"])
        for number, one in enumerate(found["crossover"], start=1):
            for key, with_start in (("started", False), ("with_start", True)):
                expected = None
                for rung in rungs:
                    time = rung["times"][number]
                    seconds = time["seconds"] + (time["start_seconds"] + found["open_seconds"] if with_start else 0)
                    if seconds > rung["times"][0]["seconds"]:
                        expected = None
                    elif expected is None:
                        expected = rung["bars"] * rung["scenarios"]
                self.assertEqual(one[key], expected)

    def test_the_table(self):
        text = self.run_bench(*self.TINY, "--devices", "cpu,cuda:0").out
        self.assertRegex(text, r"(?m)^ +bars +scenarios +bars x scen\. +cpu +cuda:0$")
        self.assertRegex(text, r"(?m)^ +900 +50 +45,000 +\d+\.\d{3} +\d+\.\d{3} \+ \d+\.\d$")
        self.assertRegex(text, r"(?m)^    cuda:0 is as fast as the CPU: started, (from|nowhere) .*; with its start, (from|nowhere) ")

    def test_what_cannot_be_measured_is_refused(self):
        self.refuse("crossover", "--devices", "cuda:0", says=["--devices cuda:0: cpu is missing"])
        self.refuse("crossover", "--devices", "cpu", says="there is no accelerator")
        self.refuse("crossover", "--bars", 1, says="--bars 1")
        self.refuse("crossover", "--scenarios", 0, says="--scenarios 0")
        self.refuse("crossover", "--runs", 0, says="--runs 0")


class AutoProfile(BenchPartTest):
    TINY = ["auto-profile", "--sizes", 200, 900, "--runs", 3]

    def test_every_work_on_every_device_and_what_the_profiles_choose(self):
        found = json.loads(self.run_bench(*self.TINY, "--json", "--set", 'paths.profiles="p"').out)
        works = found["works"]
        self.assertEqual([(work["bars"], work["work"]) for work in works],
                         [(bars, work) for bars in (200, 900) for work in ("bollinger_bands", "atr", "sweep")])
        for work in works:
            with self.subTest(work["work"], bars=work["bars"]):
                self.assertEqual([device["device"] for device in work["devices"]], ["cpu", "cuda:0", "cuda:1"])
                for device in work["devices"]:
                    self.assertEqual(len(device["seconds_of_runs"]), 3)
                    self.assertAlmostEqual(device["seconds"], statistics.median(device["seconds_of_runs"]))
                    self.assertAlmostEqual(device["items_per_second"] * device["seconds"] / work["items"], 1.0)
                    self.assertGreater(device["predicted_seconds"], 0.0)
                seconds = {device["device"]: device["seconds"] for device in work["devices"]}
                self.assertEqual(work["fastest"], min(seconds, key=seconds.get))
                self.assertGreater(work["chosen_predicted_seconds"], 0.0)
                self.assertGreater(work["chosen_seconds"], 0.0)
                if work["work"] == "sweep":  # several may be chosen
                    self.assertEqual(work["items"], 256 * work["bars"])
                    self.assertLessEqual(set(work["chosen"].split(",")), set(seconds))
                else:
                    self.assertEqual(work["chosen_seconds"], seconds[work["chosen"]])
        self.assertEqual(found["profiles"], "p/profiles.json")
        with open(self.path("p", "profiles.json"), encoding="utf-8") as file:
            text = file.read()
        for tag in ("indicator/bollinger_bands", "indicator/atr", "sim/bollinger_atr"):
            self.assertIn(f'"{tag}"', text)

    def test_the_table_and_profiles_that_are_not_kept(self):
        text = self.run_bench("auto-profile", "--sizes", 150, "--runs", 1, "--devices", "cpu,cuda:0").out
        self.assertRegex(text, r"(?m)^ +150 bollinger_bands +cuda:0 +\d+\.\d{4} +\d+\.\d % +\d+\.\d +\d+\.\d{4}$")
        self.assertRegex(text, r"(?m)^ +-> (cpu|cuda:0): predicted \d+\.\d{4} ms, measured \d+\.\d{4} ms \(alone the fastest: ")
        self.assertTrue(text.endswith("the profiles are not kept\n"), text)

    def test_a_device_that_fails_is_an_error(self):
        for faults in ("cuda:1 open 1 failed", "cuda:1 launch 10 lost"):
            self.refused("bench", *self.TINY, "--set", f'gpu.nvrtc="{FAKE_NVRTC}"', status=1, says=["cuda:1", "THREADX_FAULTS"],
                         env={**environment(THREADX_FAULTS=faults), "TMPDIR": self.path("tmp")})
            self.assertEqual(os.listdir(self.path("tmp")), [])

    def test_what_cannot_be_measured_is_refused(self):
        self.refuse("auto-profile", "--sizes", 10, says="--sizes 10")
        self.refuse("auto-profile", "--runs", 0, says="--runs 0")
        self.refuse("auto-profile", "--devices", "cuda:7", says="cuda:7")


class Columns(BenchPartTest):
    TINY = ["columns", "--bars", 90, "--sweep-bars", 70, "--periods", 3, "--runs", 2]

    def test_every_indicator_is_timed_and_swept_where_it_has_a_length(self):
        found = json.loads(self.run_bench(*self.TINY, "--json").out)["columns"]
        known = json.loads(self.run_threadx("indicators", "--json").out)
        known = known["indicators"] if isinstance(known, dict) else known
        lengths = {one["name"]: any(each["name"] == "length" and each["kind"] == "length" for each in one["arguments"])
                   for one in known if one.get("group") != "language" and one.get("kind") == "function"}
        alone = [row["expression"].split("(")[0] for row in found if row["columns"] == 1]
        swept = [row["expression"].split("(")[0] for row in found if row["columns"] == 3]
        self.assertEqual(sorted(alone), sorted(lengths))
        self.assertEqual(sorted(swept), sorted(name for name, has in lengths.items() if has))
        for row in found:
            self.assertEqual(row["bars"], 90 if row["columns"] == 1 else 70)
            self.assertEqual(len(row["seconds_of_runs"]), 2)
            self.assertEqual(row["seconds"], statistics.median(row["seconds_of_runs"]))
            self.assertAlmostEqual(row["nanoseconds_per_bar"], 1e9 * row["seconds"] / row["bars"] / row["columns"])

    def test_expressions_and_the_table(self):
        text = self.run_bench(*self.TINY, "sma(close, 20)", "sma(close, length)").out
        self.assertRegex(text, r"(?m)^ +\d+\.\d\d +1 +90  sma\(close, 20\)$")
        self.assertRegex(text, r"(?m)^ +\d+\.\d\d +3 +70  sma\(close, length\)$")

    def test_what_cannot_be_measured_is_refused(self):
        self.refuse("columns", "smaa(close, 20)", says=["unknown function 'smaa'", "sma"])
        self.refuse("columns", "--periods", 0, says="--periods 0")
        self.refuse("columns", "--runs", 0, says="--runs 0")


class Names(BenchPartTest):
    def test_a_misspelt_part_is_a_workload_that_is_not_known(self):
        self.refuse("placment", says="unknown workload 'placment'")

    def test_the_help_of_each_part(self):
        for part in ("placement", "crossover", "auto-profile", "columns"):
            self.assertIn("--runs", self.run_threadx("bench", part, "--help").out)
            self.assertIn(part, self.run_threadx("bench", "--help").out)


if __name__ == "__main__":
    program.main()
