"""`threadx bench`: every workload at a tiny size, the figures against each other, and nothing left behind.

Nothing here looks at how fast anything is.
"""

import json
import os
import signal
import subprocess
import time

import program

WORKLOADS = {
    "W1": (10000, 45031),
    "W2": (10000, 200000),
    "W3": (10000, 45031),
    "W4": (1000000, 10000),
    "W5": (75, 500),
    "W1x100": (1000000, 45031),
    "workers": (75, 500),
    "grid": (500, 2000),
    "montecarlo": (1000, 1000),
    "walkforward": (200, 5000),
}
TINY = ["--scenarios", 20, "--bars", 400, "--runs", 1]
LONG = ["--bars", 200000, "--instruction-set", "scalar", "--workers", 1]  # W4 takes many minutes so
PHASES = {"read", "plan", "draw", "columns", "simulation", "rows", "store"}


class BenchTest(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.temporary = self.path("tmp")
        os.mkdir(self.temporary)

    def bench(self, *arguments):
        """Runs `threadx bench`; whatever it wrote has to be gone."""
        result = self.threadx("bench", *arguments, env={"TMPDIR": self.temporary})
        self.assertEqual(os.listdir(self.temporary), [])
        self.assertEqual(os.listdir(self.folder), ["tmp"])
        return result

    def measure(self, *arguments):
        return json.loads(self.bench(*arguments, "--json").out)

    def refused_bench(self, *arguments, says):
        self.refused("bench", *arguments, says=says, env={"TMPDIR": self.temporary})
        self.assertEqual(os.listdir(self.temporary), [])


class Figures(BenchTest):
    def check(self, one):
        """The figures of one measurement agree with each other."""
        work = one["scenarios"] * one["bars"]
        phases = one["phases"]
        self.assertEqual(set(phases), PHASES)
        self.assertIn(one["seconds"], one["seconds_of_runs"])
        self.assertAlmostEqual(one["bar_scenarios_per_second"] * one["seconds"] / work, 1.0)
        self.assertAlmostEqual(one["simulation_bar_scenarios_per_second_per_core"] * phases["simulation"] / work, 1.0)
        whole = one["whole_over_simulation"] * phases["simulation"] / one["workers"]
        self.assertAlmostEqual(whole / one["seconds"], 1.0)
        # What one thread does one after the other takes no longer than the whole; the store has its own thread.
        if one["workers"] == 1:
            self.assertLess(sum(phases.values()) - phases["store"], one["seconds"])
        for name, seconds in phases.items():
            self.assertGreater(seconds, 0.0, name)
        self.assertGreater(one["cpu_seconds"], 0.0)
        self.assertGreater(one["peak_bytes"], 2**20)
        if one["instructions_per_bar_scenario"] is None:
            self.assertTrue(one["instructions_not_counted"])
        else:
            self.assertGreater(one["instructions_per_bar_scenario"], 0.0)

    def test_every_workload_is_measured_and_its_figures_agree(self):
        results = self.measure("--all", *TINY, "--workers", "1,2")
        self.assertEqual([one["workload"] for one in results["measurements"]], [name for name in WORKLOADS for _ in "12"])
        self.assertEqual([one["workers"] for one in results["measurements"]], [1, 2] * len(WORKLOADS))
        for one in results["measurements"]:
            with self.subTest(one["workload"], workers=one["workers"]):
                self.assertEqual((one["scenarios"], one["bars"], one["synthetic"]), (20, 400, True))
                self.check(one)
        self.assertRegex(results["program"], r"^threadx \d")
        self.assertEqual(results["store"]["rows"], 20)
        self.assertAlmostEqual(results["store"]["rows_per_second"] * results["store"]["seconds"], 20)
        csv = results["csv"]
        self.assertAlmostEqual(csv["bytes_per_second"] * csv["seconds"] / csv["bytes"], 1.0)

    def test_scaling_is_the_ratio_of_two_measured_rates(self):
        results = self.measure("W5", "--workers", "1,2", "--bars", 400, "--runs", 1, "--precision", "float64,float32")
        rates = {
            (one["precision"], one["workers"]): one["bar_scenarios_per_second"] for one in results["measurements"]
        }
        self.assertEqual(len(results["scaling"]), 2)
        for scaling in results["scaling"]:
            precision = scaling["precision"]
            self.assertEqual(scaling["workers"], 2)
            self.assertAlmostEqual(scaling["ratio"], rates[precision, 2] / rates[precision, 1])

    def test_workloads_have_the_sizes_that_the_help_states(self):
        text = self.threadx("bench", "--help").out
        for name, (scenarios, bars) in WORKLOADS.items():
            self.assertRegex(text, rf"(?s){name} .*?{scenarios:,} scenarios x {bars:,} bars")
        for small in self.measure("W5", "grid", "montecarlo", "walkforward", "--workers", "1", "--runs", "1")["measurements"]:
            self.assertEqual((small["scenarios"], small["bars"]), WORKLOADS[small["workload"]])
        for name in ("W1", "W2", "W3"):  # a million rows take long
            with self.subTest(name):  # all of its scenarios, over few bars
                (one,) = self.measure(name, "--workers", "1", "--runs", "1", "--bars", "300")["measurements"]
                self.assertEqual(one["scenarios"], WORKLOADS[name][0])

    def test_a_workload_may_have_workers_of_its_own(self):
        workers = [one["workers"] for one in self.measure("workers", "--runs", 1)["measurements"]]
        self.assertEqual(workers, [1, 2, 4, 8, 16, 30])
        workers = [one["workers"] for one in self.measure("workers", "--workers", "3", *TINY)["measurements"]]
        self.assertEqual(workers, [3])

    def test_each_way_asked_for_is_measured_once(self):
        ways = ["--precision", "float32,float64", "--instruction-set", "scalar,sse2,scalar", "--workers", "1"]
        measured = self.measure("W3", *TINY, *ways)["measurements"]
        self.assertEqual(
            [(one["precision"], one["instruction_set"]) for one in measured],
            [("float32", "scalar"), ("float32", "sse2"), ("float64", "scalar"), ("float64", "sse2")],
        )

    def test_the_table_has_a_line_for_each_way_and_says_what_it_ran_on(self):
        text = self.bench("W1", "csv", "store", *TINY, "--workers", "1,2").out
        self.assertIn("20 scenarios x 400 bars: synthetic", text)
        self.assertRegex(text, r"(?m)^ +float64 +\w+ +1 +\d")
        self.assertRegex(text, r"(?m)^ +float64 +\w+ +2 +\d")
        self.assertRegex(text, r"times as fast with 2 workers as with one")
        self.assertRegex(text, r"instructions(: not counted on this machine: \S|, float64)")
        self.assertRegex(text, r"(?m)^csv  \d.* MB/s")
        self.assertRegex(text, r"(?m)^store  \d.* rows/s")


    def test_what_the_dispatcher_loses_is_simulated_where_it_is_asked_for(self):
        text = self.bench("dispatcher").out
        self.assertRegex(text, r"(?m)^ +speeds 13 : 1\.7 : 1, 2 s +2\.00 +\d")
        results = self.measure("dispatcher")
        self.assertEqual(results["measurements"], [])
        rows = {row["situation"]: row for row in results["dispatcher"]}
        self.assertGreater(len(rows), 10)
        for name, row in rows.items():
            with self.subTest(name):
                self.assertEqual((row["runs"], row["incomplete"]), (200, 0))
                self.assertLessEqual(row["regret_mean"], row["regret_worst"])
        self.assertLess(rows["speeds 13 : 1.7 : 1, 2 s"]["regret_mean"], 0.01)
        self.assertNotIn("dispatcher", self.measure("csv", "--runs", 1, "--bars", 400))


class Data(BenchTest):
    def test_bars_of_the_user_are_used_and_named(self):
        data = program.bars(700, bar="1m")
        few = ["W1", "csv", "--scenarios", 20, "--runs", 1, "--workers", 1]
        results = self.measure(*few, "--data", data)
        (one,) = results["measurements"]
        self.assertEqual((one["bars"], one["synthetic"], one["data"]), (700, False, os.path.basename(data)))
        self.assertEqual(results["csv"]["bytes"], os.path.getsize(data))

    def test_a_folder_with_the_real_bars_can_be_given_by_option_and_by_setting(self):
        with open(program.bars(650, bar="1m"), encoding="utf-8") as file:
            bars = file.read()
        for where, options in (("by_option", ["--data", "tmp/data"]), ("by_setting", ["--set", "paths.data=tmp/data"])):
            with self.subTest(where):
                folder = self.path("tmp", "data")
                self.write(os.path.join(folder, "btc_perp_1m_2022-01.csv"), bars)
                result = self.threadx(
                    "bench", "W1", "--json", "--scenarios", 20, "--runs", 1, "--workers", 1, *options,
                    env={"TMPDIR": self.temporary},
                )
                (one,) = json.loads(result.out)["measurements"]
                self.assertEqual((one["bars"], one["data"]), (650, "btc_perp_1m_2022-01.csv"))
                self.assertEqual(os.listdir(self.temporary), ["data"])

    def test_without_real_bars_synthetic_ones_of_the_same_number_are_used_and_it_says_so(self):
        text = self.bench("W1", "--scenarios", 20, "--runs", 1, "--workers", 1).out
        self.assertIn("20 scenarios x 45,031 bars: synthetic minutes, seed 42 (no real data given: --data)", text)


class DeviceBenchTest(BenchTest):
    SMALL = ["--scenarios", 60, "--bars", 900, "--runs", 1, "--workers", 1]

    def bench(self, *arguments):
        result = self.threadx("bench", *arguments, env={"TMPDIR": self.temporary, "POCL_DEVICES": "pthread basic"})
        self.assertEqual(os.listdir(self.temporary), [])
        return result


class Devices(DeviceBenchTest):
    """Rows for devices. PoCL, where it is installed, makes OpenCL devices of the processor."""

    def test_by_default_the_cpu_alone_is_measured(self):
        (one,) = self.measure("W5", "--runs", 1, "--workers", 1)["measurements"]
        self.assertEqual(one["device"], "cpu")

    def test_a_device_that_cannot_be_used_is_a_row_with_the_reason(self):
        for name in ("cuda:77", "opencl:77"):
            missing, cpu = self.measure("W5", *self.SMALL, "--devices", f"{name},cpu")["measurements"]
            self.assertEqual((missing["device"], cpu["device"]), (name, "cpu"))
            self.assertRegex(missing["unusable"], r"is not installed|there is no such device; there are: cpu|knows no")
            self.assertNotIn("seconds", missing)
            self.assertNotIn("unusable", cpu)
            table = self.bench("W5", *self.SMALL, "--devices", name).out
            self.assertIn("not measured: " + missing["unusable"], table)

    def test_all_has_the_cpu_and_a_row_for_each_kind_of_driver(self):
        rows = self.measure("W5", *self.SMALL, "--devices", "all")["measurements"]
        self.assertEqual(rows[0]["device"], "cpu")
        self.assertLessEqual({"cpu", "cuda", "opencl"}, {row["device"].split(":")[0] for row in rows})

    def test_the_hash_is_that_of_the_same_sweep(self):
        (one,) = self.measure("W3", *self.SMALL)["measurements"]
        self.assertRegex(one["hash"], "^[0-9a-f]{64}$")
        (other,) = self.measure("W3", *self.SMALL, "--precision", "float32")["measurements"]
        self.assertNotEqual(one["hash"], other["hash"])

    def test_an_opencl_device_has_the_hash_of_the_cpu_and_figures_that_agree(self):
        rows = self.measure("W1", "W3", *self.SMALL, "--devices", "cpu,opencl", "--precision", "float64,float32")["measurements"]
        if all("unusable" in row for row in rows if row["device"] != "cpu"):
            self.skipTest("there is no OpenCL device here")
        hashes = {(row["workload"], row["precision"]): row["hash"] for row in rows if row["device"] == "cpu"}
        self.assertEqual(len(hashes), 4)
        for row in rows:
            if row["device"] == "cpu" or "unusable" in row:
                continue
            with self.subTest(row["device"], workload=row["workload"], precision=row["precision"]):
                self.assertEqual(row["hash"], hashes[row["workload"], row["precision"]])
                real = {"float64": 8, "float32": 4}[row["precision"]]
                self.assertEqual(row["up_bytes_per_scenario"], 5 * real + 6 * 8)
                self.assertEqual(row["down_bytes_per_scenario"], (27 + 2 * 15) * real)  # statistics, and sums of 16 blocks
                work = row["scenarios"] * row["bars"]
                self.assertAlmostEqual(row["kernel_bar_scenarios_per_second"] * row["kernel_seconds"] / work, 1.0)
                self.assertAlmostEqual(row["run_bar_scenarios_per_second"] * row["run_seconds"] / work, 1.0)
                self.assertLess(row["run_seconds"], row["seconds"])
                self.assertTrue(row["device_name"])
                self.assertNotIn("workers", row)

    def test_a_device_that_fails_on_the_way_is_a_row_with_the_reason_though_the_cpu_finishes_its_sweep(self):
        rows = self.measure("W5", "--devices", "opencl", "--runs", 1)["measurements"]
        if all("unusable" in row for row in rows):
            self.skipTest("there is no OpenCL device here")
        name = next(row["device"] for row in rows if "unusable" not in row)
        os.environ["THREADX_FAULTS"] = f"{name} launch 3 lost"
        self.addCleanup(os.environ.pop, "THREADX_FAULTS")
        (one,) = self.measure("W5", "--devices", name, "--runs", 1)["measurements"]
        self.assertIn(name, one["unusable"])
        self.assertNotIn("hash", one)


class Automatic(DeviceBenchTest):
    """What the program chooses, beside devices of their own."""

    def test_it_is_a_way_of_its_own_with_the_rows_of_the_others(self):
        results = self.measure("W1", "W5", *self.SMALL, "--devices", "cpu,auto", "--precision", "float64,float32")
        rows = results["measurements"]
        self.assertEqual([row["device"] for row in rows], ["cpu", "auto"] * 4)
        self.assertEqual(len({row["hash"] for row in rows}), 4)
        for cpu, auto in zip(rows[::2], rows[1::2]):
            self.assertEqual(auto["hash"], cpu["hash"])
            self.assertEqual(sum(auto["shares"].values()), 60)
            self.assertNotIn("workers", auto)
            self.assertNotIn("kernel_bar_scenarios_per_second", auto)
        for one, cpu, auto in zip(results["comparison"], rows[::2], rows[1::2]):
            self.assertEqual((one["workload"], one["precision"]), (cpu["workload"], cpu["precision"]))
            self.assertAlmostEqual(one["auto_over_best"], auto["seconds"] / cpu["seconds"])
            self.assertAlmostEqual(one["auto_over_cpu"], auto["seconds"] / cpu["seconds"])
            self.assertEqual(one["best_device"], "cpu")

    def test_it_is_compared_with_the_fastest_of_the_others(self):
        results = self.measure("W5", "--runs", 1, "--workers", "1,2", "--devices", "cpu,opencl,auto")
        (one,) = results["comparison"]
        seconds = {(row["device"], row.get("workers")): row["seconds"] for row in results["measurements"] if "seconds" in row}
        auto = seconds.pop(("auto", None))
        (fastest, _), least = min(seconds.items(), key=lambda item: item[1])
        self.assertEqual((one["best_device"], one["best_seconds"]), (fastest, least))
        self.assertAlmostEqual(one["auto_over_best"], auto / least)
        cpu = min(value for (device, _), value in seconds.items() if device == "cpu")
        self.assertAlmostEqual(one["auto_over_cpu"], auto / cpu)

    def test_a_table_has_all_devices_beside_each_other(self):
        text = self.bench("W5", "--runs", 1, "--workers", 1, "--devices", "cpu,auto").out
        self.assertRegex(text, r"(?m)^    auto       float64 +\d")
        self.assertRegex(text, r"(?m)^    auto, float64: cpu 100 %$")
        self.assertRegex(text, r"(?m)^    W5 +float64 +500 +75 +\d\.\d+ s  auto \d\.\d+ s \(\d+\.\d+x\): [+-]\d+\.\d % against cpu \w+ x1 alone$")
        self.assertNotIn("times as fast as the CPU", self.bench("W5", "--runs", 1, "--workers", 1).out)

    def test_without_others_there_is_nothing_to_compare_with(self):
        (one,) = self.measure("W5", "--runs", 1, "--devices", "auto")["comparison"]
        self.assertEqual(set(one), {"workload", "precision", "auto_seconds"})


class Refusals(BenchTest):
    def test_a_misspelt_workload_is_refused_with_the_nearest_name(self):
        self.refused_bench("stroe", says=["unknown workload 'stroe'", "did you mean 'store'?"])
        self.refused_bench("W1", "w22", says="unknown workload 'w22' (did you mean 'W2'?)")

    def test_values_that_cannot_be_measured_are_refused(self):
        for arguments, says in (
            (["--runs", 0], "--runs 0"),
            (["--scenarios", -1], "--scenarios -1"),
            (["--bars", -1], "--bars -1"),
            (["--workers", "1,none"], "--workers 1,none"),
            (["--workers", "0"], "--workers 0"),
            (["--precision", "float46"], "did you mean 'float64'"),
            (["--devices", "cpu,cudo"], "unknown device 'cudo' (did you mean 'cuda'?)"),
            (["--devices", "cuda:x"], "unknown device 'cuda:x'"),
            (["--instruction-set", "avx3"], "'avx3'"),
            (["--data", "nothing.csv"], "nothing.csv"),
            (["--set", "execution.fee=0.1"], "unknown key 'execution'"),
        ):
            with self.subTest(arguments):
                self.refused_bench("W5", *arguments, says=says)

    def test_an_error_of_a_measured_sweep_is_the_error_of_the_bench(self):
        data = self.write("bad.csv", "time,open,high,low,close\n1,2,1,1,1\n2,1,1,1,1\n")
        self.refused_bench("W1", "--data", data, says="bad.csv:2")

    def test_a_folder_for_temporary_files_that_is_not_there_is_an_error(self):
        self.refused("bench", "W5", status=1, says="TMPDIR", env={"TMPDIR": self.path("gone")})


class Interruption(BenchTest):
    def test_a_signal_ends_the_bench_and_its_sweep_and_leaves_nothing(self):
        for which in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(which):
                process = subprocess.Popen(
                    [program.PROGRAM, "bench", "W4", *map(str, LONG)],
                    cwd=self.folder,
                    env=program.environment(TMPDIR=self.temporary),
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                )
                with process:
                    while not self.database():
                        self.assertIsNone(process.poll(), "it ended before it was interrupted")
                        time.sleep(0.02)
                    process.send_signal(which)  # to the bench alone: it has to tell its sweep
                    try:
                        process.communicate(timeout=120)
                    except subprocess.TimeoutExpired:
                        process.kill()  # and its sweep with it
                        raise
                self.assertEqual(process.returncode, 130)
                self.assertEqual(os.listdir(self.temporary), [])

    def database(self):
        """Whether the measured sweep has made its run."""
        return any("rows.sqlite" in names for _, _, names in os.walk(self.temporary))


if __name__ == "__main__":
    program.main()
