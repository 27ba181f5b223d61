"""`threadx monitor`: readings as a table, JSON, CSV and for Prometheus, with and without GPUs.

    python3 monitor_test.py PROGRAM FOLDER_OF_THE_FAKE_NVML [--promtool FILE]

The GPUs are those of the tests' own NVML (tests/monitor/fake_nvml).
"""

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.request

import program

PROMTOOL = sys.argv.pop(sys.argv.index("--promtool") + 1) if "--promtool" in sys.argv else "promtool"
sys.argv = [word for word in sys.argv if word != "--promtool"]
FAKE = os.path.join(os.path.abspath(sys.argv.pop(1)), "today", "libnvidia-ml.so.1")
GPUS = "memory_used=2048,512;memory_total=16384,8192;temperature=71,-;power=150250,1200;utilization=97,3;throttle=4,0"
WITHOUT = {"THREADX_NVML": "libthere_is_none.so.1"}
WHY = "the NVIDIA driver's libthere_is_none.so.1 is not installed"


def with_gpus(script=GPUS):
    return {"THREADX_NVML": FAKE, "FAKE_NVML": script}


class OneReading(program.ProgramTest):
    def test_a_table_has_a_line_for_the_processor_and_for_each_gpu(self):
        lines = self.threadx("monitor", "--once", env=with_gpus()).out.splitlines()
        self.assertEqual(lines[0].split()[:4], ["device", "name", "load", "memory"])
        self.assertRegex(lines[1], r"^cpu +\d+ % +[\d.]+ \w+ of [\d.]+ \w+")
        self.assertRegex(lines[2], r"^gpu0 +NVIDIA GeForce RTX 5080 +97 % +2.0 GiB of 16.0 GiB +71 C +150 W +2310 MHz +power limit$")
        self.assertRegex(lines[3], r"^gpu1 +NVIDIA GeForce RTX 2060 SUPER +3 % +512.0 MiB of 8.0 GiB +- +1 W +2310 MHz +nothing$")

    def test_json_has_what_is_there_and_null_for_what_is_not(self):
        reading = json.loads(self.threadx("monitor", "--once", "--json", env=with_gpus()).out)
        self.assertNotIn("no_gpus", reading)
        self.assertGreater(reading["cpu"]["memory_total_bytes"], 0)
        self.assertTrue(0 <= reading["cpu"]["load_percent"] <= 100)
        first, second = reading["gpus"]
        self.assertEqual(first["uuid"], "GPU-00010203-0405-0607-0809-0a0b0c0d0e0f")
        self.assertEqual(first["power_watts"], 150.25)
        self.assertEqual(first["memory_used_bytes"], 2048 * 2**20)
        self.assertIsNone(second["temperature_celsius"])
        self.assertLess(reading["cost_seconds"], 1)

    def test_without_gpus_the_processor_is_read_and_one_sentence_says_why(self):
        result = self.threadx("monitor", "--once", env=WITHOUT)
        self.assertEqual(len(result.out.splitlines()), 2)
        self.assertEqual(result.err, f"info: no GPU figures: {WHY}\n")
        reading = json.loads(self.threadx("monitor", "--once", "--json", env=WITHOUT).out)
        self.assertEqual(reading["gpus"], [])
        self.assertEqual(reading["no_gpus"], WHY)

    def test_a_gpu_that_is_lost_says_so_in_place_of_numbers(self):
        out = self.threadx("monitor", "--once", env=with_gpus("lost=0,-")).out
        self.assertRegex(out.splitlines()[2], r"^gpu0 +GPU 0 +- +- +- +- +- +GPU is lost$")

    def test_options_that_make_no_sense_are_refused(self):
        self.refused("monitor", "--once", "--interval", "0.05", says=["--interval 0.05", "0.1"])
        self.refused("monitor", "--once", "--history", "0", says="--history 0")
        self.refused("monitor", "--duration", "-1", says="--duration -1")
        self.refused("monitor", "--prometheus", "70000", says="--prometheus 70000")
        self.refused("monitor", "--csv", "a.csv", "--prometheus", "0", says="--prometheus")
        self.refused("monitor", "--csv", "no/such/folder/a.csv", status=1, says="no/such/folder/a.csv")


class Samples(program.ProgramTest):
    def test_csv_has_the_names_of_nvidia_smi_and_a_row_for_each_gpu_and_sample(self):
        options = ["--csv", "samples.csv", "--interval", "0.1", "--duration", "0.35"]
        result = self.threadx("monitor", *options, env=with_gpus("temperature=50:60:70,40;power=-"))
        rows = list(csv.DictReader(io.StringIO(self.read("samples.csv"))))
        self.assertGreaterEqual(len(rows), 4)
        self.assertEqual([row["index"] for row in rows], ["0", "1"] * (len(rows) // 2))
        self.assertEqual(rows[0]["name"], "NVIDIA GeForce RTX 5080")
        for column in ["utilization.gpu [%]", "utilization.memory [%]", "memory.used [MiB]", "memory.total [MiB]", "temperature.gpu",
                       "power.draw [W]", "clocks.current.sm [MHz]", "clocks.current.memory [MHz]", "uuid"]:
            self.assertIn(column, rows[0])
        self.assertEqual(rows[0]["memory.used [MiB]"], "2048")
        self.assertEqual([row["temperature.gpu"] for row in rows[:4]], ["60", "40", "70", "40"])
        self.assertEqual({row["power.draw [W]"] for row in rows}, {""}, "absent, not zero")
        self.assertRegex(rows[0]["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertGreater(float(rows[-1]["cpu.memory.used [MiB]"]), 0)
        self.assertRegex(result.out, r"(?m)^gpu0 +37 \(37\) % +2.0 GiB +6\d \(70\) C +- +- +NVIDIA GeForce RTX 5080$", "the summary")
        self.assertRegex(result.err, r"samples, each took \d")

    def test_csv_without_gpus_has_the_processor(self):
        out = self.threadx("monitor", "--csv", "-", "--interval", "0.1", "--duration", "0.3", env=WITHOUT).out
        rows = list(csv.DictReader(io.StringIO(out)))
        self.assertGreaterEqual(len(rows), 2)
        self.assertEqual(rows[0]["temperature.gpu"], "")
        self.assertGreater(float(rows[0]["cpu.memory.total [MiB]"]), 0)

    def test_json_is_an_object_a_line(self):
        out = self.threadx("monitor", "--json", "--interval", "0.1", "--duration", "0.3", env=with_gpus()).out
        samples = [json.loads(line) for line in out.splitlines()]
        self.assertGreaterEqual(len(samples), 2)
        elapsed = [sample["elapsed_seconds"] for sample in samples]
        self.assertEqual(elapsed, sorted(set(elapsed)))

    def test_where_there_is_no_terminal_each_sample_is_a_line(self):
        result = self.threadx("monitor", "--interval", "0.1", "--duration", "0.25", env=with_gpus("lost=3,-"))
        lines = [line for line in result.out.splitlines() if line.startswith("2")]
        self.assertRegex(lines[0], r"Z  cpu \d+ %, .* GiB   gpu0 37 %, 61 C, 120 W, 2.0 of 16.0 GiB   gpu1 ")
        self.assertIn("(GPU is lost)", lines[-1])


class ForPrometheus(program.ProgramTest):
    def start(self, *more, env):
        process = subprocess.Popen([program.PROGRAM, "monitor", "--prometheus", "0", "--interval", "0.1", *more], cwd=self.folder,
                                   env=program.environment(**env), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(lambda: (process.kill(), process.communicate()))
        line = process.stderr.readline()
        found = re.search(r"metrics at (http://\S+/metrics)", line)
        self.assertTrue(found, line)
        return process, found.group(1)

    def fetch(self, url):
        with urllib.request.urlopen(url, timeout=20) as answer:
            self.assertTrue(answer.headers["Content-Type"].startswith("text/plain; version=0.0.4"))
            return answer.read().decode()

    def test_metrics_are_in_base_units_and_have_labels(self):
        process, url = self.start(env=with_gpus())
        self.assertTrue(url.startswith("http://127.0.0.1:"), "nobody else can ask, unless it was said so")
        text = self.fetch(url)
        first = '{gpu="0",uuid="GPU-00010203-0405-0607-0809-0a0b0c0d0e0f",name="NVIDIA GeForce RTX 5080"}'
        for line in [f"threadx_gpu_power_watts{first} 150.25", f"threadx_gpu_utilization_ratio{first} 0.97",
                     f"threadx_gpu_memory_used_bytes{first} 2147483648", f"threadx_gpu_sm_clock_hertz{first} 2.31e+09",
                     "# TYPE threadx_gpu_energy_joules_total counter", "# TYPE threadx_gpu_power_watts gauge", f"threadx_gpu_up{first} 1"]:
            self.assertIn(line + "\n", text)
        self.assertEqual(text.count("threadx_gpu_temperature_celsius{"), 1, "the second card does not tell it")
        self.assertEqual(text.count("# HELP threadx_gpu_power_watts "), 1)
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(url.replace("/metrics", "/passwd"), timeout=20)
        self.assertEqual(refused.exception.code, 404)
        refused.exception.close()
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=20), 0)

    def test_a_lost_gpu_is_not_up_and_has_no_other_metric(self):
        _, url = self.start(env=with_gpus("lost=2,-"))
        for _ in range(100):
            text = self.fetch(url)
            if 'threadx_gpu_up{gpu="0",uuid="GPU-00010203-0405-0607-0809-0a0b0c0d0e0f",name="NVIDIA GeForce RTX 5080"} 0\n' in text:
                break
            time.sleep(0.1)
        self.assertEqual(re.findall(r'^threadx_gpu_(\w+)\{gpu="0"', text, re.M), ["up"])
        self.assertIn('threadx_gpu_temperature_celsius{gpu="1"', text)

    def test_a_port_that_is_taken_is_one_clear_error(self):
        _, url = self.start(env=WITHOUT)
        port = re.search(r":(\d+)/", url).group(1)
        self.refused("monitor", "--prometheus", port, status=1, says=["127.0.0.1", port, "in use"], env=WITHOUT)
        self.refused("monitor", "--prometheus", "0", "--address", "nowhere.invalid", status=1, says="nowhere.invalid", env=WITHOUT)

    def test_promtool_finds_nothing_wrong(self):
        if shutil.which(PROMTOOL) is None:
            self.skipTest("promtool is not installed (tools/setup.sh gets it where apt has the package prometheus)")
        for name, env in {"with GPUs": with_gpus('name=A "quoted" \\ card'), "without": WITHOUT}.items():
            with self.subTest(name):
                _, url = self.start(env=env)
                checked = subprocess.run([PROMTOOL, "check", "metrics"], input=self.fetch(url), capture_output=True, text=True, check=False)
                self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ""))


if __name__ == "__main__":
    program.main()
