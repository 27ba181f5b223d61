"""`threadx column --devices`: the same bytes wherever a column is computed, and what --explain says of where and why.

    python3 column_devices_test.py PATH/TO/threadx FOLDER_OF_FAKE_LIBCUDA FOLDER_OF_FAKE_LIBNVRTC

The devices are those of the fake CUDA driver (tests/device/fake_cuda), which is always there, and PoCL's.
"""

import json
import os
import sys

import program

FAKE_CUDA, FAKE_NVRTC = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))
EXPRESSIONS = [
    "sma(close, 20) + 2 * stdev(close, 20)",
    "rsi(close, 14)",
    "crossover(ema(close, 5), ema(close, 20)) or volume > sma(volume, 50)",
    "atr(14)[3]",
    "htf('4h', ema(close, 5)) - htf('1d', atr(2)) + alma(close, 9) * linreg_channel(close, 20).upper - vwap(hlc3, '1d')",
    "htf('1d', close > open) and hour(-5) >= 9 or year * 10000 + month * 100 + dayofmonth < time / 60000",
]


class Columns(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.environment = {
            "LD_LIBRARY_PATH": FAKE_CUDA,
            "FAKE_CUDA": "devices=2",
            "POCL_DEVICES": "pthread basic",
            "XDG_CACHE_HOME": self.path("cache"),
        }
        self.profiles = self.path("cache", "threadx", "profiles", "profiles.json")

    def column(self, expression, *options, **environment):
        arguments = ["column", expression, "--data", program.bars(700), "--set", f'gpu.nvrtc="{FAKE_NVRTC}"', *options]
        return self.threadx(*arguments, env={**self.environment, **environment})

    def devices(self):
        found = json.loads(self.threadx("devices", "--json", env=self.environment).out)["devices"]
        ids = [device["id"] for device in found if device["usable"]]
        self.assertEqual([name for name in ids if name.startswith("cuda")], ["cuda:0", "cuda:1"], "the fake driver is not found")
        return ids

    def test_every_device_gives_the_same_bytes(self):
        devices = self.devices()
        for expression in EXPRESSIONS:
            expected = self.column(expression, "--devices", "cpu").out
            self.assertEqual(len(expected.splitlines()), 701)
            for device in [*devices, "auto", ",".join(devices)]:
                with self.subTest(f"{expression} on {device}"):
                    result = self.column(expression, "--devices", device, "--explain")
                    self.assertEqual(result.out, expected)
                    if device in devices:
                        self.assertIn(f"computed on {device} in ", result.err)

    def test_nothing_is_said_unless_it_is_asked_for(self):
        self.assertEqual(self.column("close").err, "")
        self.assertEqual(self.column("close", "--devices", "cuda:1").err, "")

    def test_explain_says_what_was_predicted_and_why_it_was_computed_there(self):
        first = self.column("close", "--explain")
        self.assertIn("predicted: cpu: not known yet", first.err)
        self.assertIn("cpu: this work is not known yet, it is measured here first", first.err)
        self.assertIn("computed on cpu in ", first.err)
        second = self.column("close", "--explain")
        self.assertRegex(second.err, r"cpu: \S+ [um]s of work, finding and starting a GPU takes 300 ms")

    def test_what_is_measured_decides_the_next_time(self):
        self.column("close", "--devices", "cpu")
        self.column("close", "--devices", "cuda:0")
        with open(self.profiles, encoding="utf-8") as file:
            text = file.read()
        entries = json.loads(text)["profiles"]
        self.assertEqual(sorted(entry["tag"] for entry in entries), ["indicator/expression"] * 2 + ["start"])
        processor = next(entry for entry in entries if entry["device"].startswith("cpu "))
        others = [entry for entry in entries if entry is not processor]
        for entry in others:  # as if the device were fast, and started at once
            entry["item_seconds"] = 1e-12
        processor["item_seconds"] = 1e-3
        with open(self.profiles, "w", encoding="utf-8") as file:
            json.dump({**json.loads(text), "profiles": entries}, file)
        result = self.column("close", "--devices", "cpu,cuda:0", "--explain")
        self.assertRegex(result.err, r"cuda:0: \S+ us of work, cpu takes 700 ms")
        self.assertIn("computed on cuda:0 in ", result.err)

    def test_devices_that_cannot_be_used_are_refused(self):
        for devices, says in [("cuda:9", "cuda:9"), ("cuda", "means 2 devices"), ("warp", "warp")]:
            arguments = ["column", "close", "--data", program.bars(700), "--devices", devices]
            self.refused(*arguments, env=self.environment, says=says)

    def test_a_named_device_that_fails_is_an_error_and_one_of_several_is_not(self):
        faults = {"THREADX_FAULTS": "cuda:0 open 1 lost"}
        self.refused("column", "close", "--data", program.bars(700), "--devices", "cuda:0", env={**self.environment, **faults}, status=1)
        result = self.column("close", "--devices", "cuda:0,cuda:1", "--explain", **faults)
        self.assertEqual(result.out, self.column("close", "--devices", "cpu").out)
        self.assertRegex(result.err, "warning: cpu: cuda:0 was to do it, but ")


program.main()
