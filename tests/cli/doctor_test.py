"""`threadx doctor`: what it says of a machine that is well, lacks something, or is not well, and its exit status.

    python3 doctor_test.py PATH/TO/threadx FOLDER_OF_FAKE_LIBCUDA FOLDER_OF_FAKE_LIBNVRTC FOLDER_OF_FAKE_NVML

The devices are those of the fake CUDA driver and of the fake NVML, so that a machine with GPUs is one without them here.
"""

import fcntl
import json
import os
import pty
import re
import resource
import select
import signal
import struct
import sys
import termios
import threading
import unittest

import program

FAKE_NVML = os.path.abspath(sys.argv.pop(3))

from sweep_devices_test import FAKE_CUDA, FAKE_NVRTC, environment  # noqa: E402: it takes its own arguments

PARTS = ["settings", "libraries", "devices", "results", "temperatures", "profiles", "disk and memory"]
NO_NVML = {"THREADX_NVML": "libnvidia-ml-none.so.1"}
NO_DRIVER = {"LD_LIBRARY_PATH": "", **environment(cuda=False), **NO_NVML}
NVML = "devices=2;name=Large,Small"
GIB = 1 << 30


def nvidia_on_the_bus(folder="/sys/bus/pci/devices"):
    """Whether there is a GPU that the doctor rightly misses where the tests hide its driver."""

    def read(device, file):
        try:
            with open(os.path.join(folder, device, file), encoding="ascii") as text:
                return text.read().strip()
        except OSError:
            return ""

    return any(read(device, "vendor") == "0x10de" and read(device, "class").startswith("0x03")
               for device in (os.listdir(folder) if os.path.isdir(folder) else []))


class DoctorTest(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.nvrtc = ("--set", f'gpu.nvrtc="{FAKE_NVRTC}"')

    def run_doctor(self, *options, env=None, **more):
        """In a folder of its own, with a cache in it."""
        own = {**NO_DRIVER, "XDG_CACHE_HOME": self.path("cache"), "CUDA_HOME": "", **(env or {})}
        return self.run_threadx("doctor", *options, env=own, **more)

    def doctor(self, *options, env=None, status=0, **more):
        """Its findings by part, each a list. Whatever failed must say what to do, and nothing is left behind."""
        before = sorted(os.listdir(self.folder))
        result = self.run_doctor("--json", *options, env=env, **more)
        self.assertEqual(result.status, status, result.out + result.err)
        self.assertEqual(result.err, "")
        self.assertLessEqual(set(os.listdir(self.folder)) - set(before), {"cache"})
        found = json.loads(result.out)
        self.assertEqual([part["title"] for part in found["parts"]], PARTS)
        checks = [check for part in found["parts"] for check in part["checks"]]
        for word, key in (("ok", "ok"), ("note", "notes"), ("FAILED", "failed")):
            self.assertEqual(found[key], sum(check["outcome"] == word for check in checks))
        for check in checks:
            self.assertTrue(check["says"], check)
            if check["outcome"] == "FAILED":
                self.assertTrue(check["remedy"], check)
        self.assertEqual(found["failed"] > 0, status == 1)
        return {part["title"]: part["checks"] for part in found["parts"]}

    def gpus(self, script="devices=2", **more):
        return {**environment(FAKE_CUDA=script), "THREADX_NVML": os.path.join(FAKE_NVML, "libnvidia-ml.so.1"),
                "FAKE_NVML": NVML, **more}

    def the(self, checks, name):
        """The one check of that name."""
        (found,) = [check for check in checks if check["name"] == name]
        return found

    def failed(self, parts):
        return [(title, check["name"]) for title, checks in parts.items() for check in checks if check["outcome"] == "FAILED"]

    def assert_check(self, check, outcome, says="", remedy=""):
        self.assertEqual(check["outcome"], outcome, check)
        for text, pattern in ((check["says"], says), (check["remedy"], remedy)):
            self.assertIsNotNone(re.search(pattern, text), f"no {pattern!r} in {text!r}")


class Healthy(DoctorTest):
    @unittest.skipIf(nvidia_on_the_bus(), "there is an NVIDIA GPU here, which no driver shows in this test")
    def test_a_machine_without_a_gpu_is_well(self):
        parts = self.doctor()
        libraries = parts["libraries"]
        self.assert_check(self.the(libraries, "libcuda"), "note", r"libcuda\.so\.1 is not installed", "nvidia-driver")
        self.assert_check(self.the(libraries, "libOpenCL"), "note", "^no OpenCL: ", "to have it: install the loader")
        self.assert_check(self.the(libraries, "NVML"), "note", "is not installed; it is for temperatures")
        self.assertRegex(self.the(libraries, "SQLite")["facts"]["version"], r"^3\.\d+\.\d+$")
        self.assertTrue(os.path.exists(self.the(libraries, "SQLite")["facts"]["path"]))
        self.assertEqual([check["name"] for check in parts["devices"]], ["cpu", "sweeps use"])
        self.assertEqual(self.the(parts["devices"], "sweeps use")["says"], "cpu")
        self.assertEqual([check["outcome"] for check in parts["results"]], ["ok", "note", "note", "ok"])

    def test_the_processor_gives_its_known_answer_at_a_rate(self):
        for kernels in ("scalar", "auto"):
            options = ("--devices", "cpu", "--set", f"optimization.performance.instruction_set={kernels}")
            (cpu, choice) = self.doctor(*options)["devices"]
            self.assert_check(cpu, "ok", rf"known answer given with {kernels if kernels != 'auto' else '[a-z0-9]+'}; [\d,.]+ million ")
            self.assertTrue(1e5 < cpu["facts"]["bar_scenarios_per_second"] < 1e12, cpu)
            self.assertEqual(choice["name"], "sweeps use")

    def test_two_gpus_are_each_tested_and_used(self):
        parts = self.doctor(*self.nvrtc, env=self.gpus())
        self.assertEqual(self.failed(parts), [])
        for library, folder in (("libcuda", FAKE_CUDA), ("NVRTC", FAKE_NVRTC), ("NVML", FAKE_NVML)):
            facts = self.the(parts["libraries"], library)["facts"]
            self.assertEqual(os.path.dirname(facts["path"]), folder)
            self.assertTrue(facts["version"] and facts["enables"], facts)
        for device, rate in (("cuda:0", 1 / 2), ("cuda:1", 1 / 32)):
            check = self.the(parts["devices"], device)
            self.assert_check(check, "ok", rf"known answer given; .* in float64, which it does at 1/{round(1 / rate)} of float32's speed$")
            self.assertEqual(check["facts"]["float64_rate"], rate)
            self.assertGreater(check["facts"]["bar_scenarios_per_second"], 1e4)
            self.assert_check(self.the(parts["profiles"], device), "note", "^nothing is measured yet")
        self.assertEqual(self.the(parts["devices"], "sweeps use")["says"], "cpu, cuda:0, cuda:1")
        self.assertEqual({check["outcome"] for check in parts["results"]}, {"ok"})
        self.assertEqual([check["name"] for check in parts["temperatures"] if check["name"] != "cpu"],
                         ["GPU 0 (Large)", "GPU 1 (Small)"])

    def test_the_table_is_aligned_and_counted(self):
        self.write("file", "no folder")
        options = ("--devices", "cpu", "--set", "paths.logs=file")
        parts = self.doctor(*options, status=1)
        *tables, summary = self.run_doctor(*options).out.split("\n\n")
        for (title, checks), table in zip(parts.items(), tables, strict=True):
            first, *rows = table.splitlines()
            self.assertEqual(first, title)
            remedies = [row for row in rows if row.lstrip().startswith("-> ")]
            rows = [row for row in rows if row not in remedies]
            width = max(len(check["name"]) for check in checks)
            self.assertEqual([row[:10] for row in rows], [f"  {check['outcome']:6}  " for check in checks])
            self.assertEqual([row[10 : 12 + width] for row in rows], [f"{check['name']:{width}}  " for check in checks])
            self.assertEqual([row[: 15 + width] for row in remedies], [" " * (12 + width) + "-> "] * len(self.failed({title: checks})))
        words = re.findall(r"(?m)^  (ok|note|FAILED) ", "\n\n".join(tables))
        counts = [words.count(word) for word in ("ok", "note", "FAILED")]
        self.assertEqual(counts[2], 1)
        self.assertTrue(summary.startswith("{} ok, {} notes, {} failed; each says what to do after ->".format(*counts)), summary)

    def test_lines_are_broken_where_a_terminal_ends(self):
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 100, 0, 0))
        with os.fdopen(ours, "rb", buffering=0) as screen:
            done = threading.Thread(target=lambda: self.run_doctor("--devices", "cpu", stdout=theirs))
            done.start()
            text = b""
            while b" failed" not in text:
                self.assertTrue(select.select([screen], [], [], 60)[0], text.decode())
                text += screen.read(4096)
            done.join()
        os.close(theirs)
        lines = text.decode().replace("\r\n", "\n").splitlines()
        self.assertLessEqual(max(len(line) for line in lines), 100)
        start = next(i for i, line in enumerate(lines) if "Monte Carlo sampling" in line)
        at = lines[start].index("2000 scenarios")
        self.assertEqual(lines[start + 1][:at].strip(), "")
        self.assertNotEqual(lines[start + 1][at], " ")


class Settings(DoctorTest):
    def test_each_says_where_it_came_from(self):
        self.write("config/paths.toml", '[paths]\nruns = "here"\n[optimization.performance]\nmax_workers = 2\n')
        checks = self.doctor("--devices", "cpu", "--set", "optimization.performance.max_workers=1", "--set", "robustness.ruin=0.4",
                             env={"CUDA_VISIBLE_DEVICES": "3"})["settings"]
        for name, value, origin in (("paths.runs", '"here"', "config/paths.toml:2:8"),
                                    ("optimization.performance.max_workers", "1", "--set optimization.performance.max_workers=1"),
                                    ("robustness.ruin", "0.4", "--set robustness.ruin=0.4"),
                                    ("gpu.memory_budget", '"80%"', "default"), ("CUDA_VISIBLE_DEVICES", "3", "environment")):
            check = self.the(checks, name)
            self.assertEqual((check["facts"]["value"], check["facts"]["from"]), (value, origin))
            self.assertIn(f"[{origin}]", check["says"])
        self.assertEqual(self.the(checks, "file")["says"], "config/paths.toml")
        self.assertIn(self.path("cache/threadx/profiles"), self.the(checks, "paths.profiles")["says"])
        self.assertEqual({c["name"] for c in checks if c["name"].startswith("robustness.")}, {"robustness.ruin"})

    def test_every_setting_is_there(self):
        names = {check["name"] for check in self.doctor("--devices", "cpu")["settings"]}
        section, known = "", set()
        for line in self.threadx("settings").out.splitlines():
            section = line.strip("[]") if line.startswith("[") else section
            if re.match(r"\w+ = ", line) and section != "robustness":
                known.add(f"{section}.{line.split(' = ')[0]}")
        self.assertGreater(len(known), 15)
        self.assertLessEqual(known, names)

    def test_a_mistake_in_the_file_fails_and_the_rest_is_checked(self):
        self.write("config/paths.toml", '[paths]\nrnus = "here"\n')
        parts = self.doctor("--devices", "cpu", status=1)
        self.assertEqual(self.failed(parts), [("settings", "file")])
        self.assert_check(parts["settings"][0], "FAILED", r"^config/paths\.toml:2:8: unknown key 'rnus' \(did you mean 'runs'\?\)$",
                          "mend it there; .* defaults")
        self.assert_check(parts["devices"][0], "ok", "known answer given")
        self.doctor("--devices", "cpu", "--set", "paths.data=x", status=1)

    def test_a_mistake_on_the_command_line_is_refused(self):
        self.refused("doctor", "--set", "paths.rnus=x", says="did you mean 'runs'?")
        self.refused("doctor", "--devices", "cuda:0", says="there is no device 'cuda:0'", env=NO_DRIVER)

    def test_devices_and_shares_that_name_nothing(self):
        for setting, name, says in (('gpu.devices=["cuda:9"]', "sweeps use", "there is no device 'cuda:9'"),
                                    ('gpu.balance="cpu=0.5,cuda:7=0.5"', "gpu.balance", "there is no device 'cuda:7'"),
                                    ('gpu.balance="cpu=0.5"', "gpu.balance", "sum")):
            with self.subTest(setting):
                parts = self.doctor("--devices", "cpu", "--set", setting, status=1)
                self.assertEqual(self.failed(parts), [("devices", name)])
                self.assert_check(self.the(parts["devices"], name), "FAILED", re.escape(says))

    def test_gpus_that_are_switched_off_are_not_looked_for(self):
        parts = self.doctor("--set", "gpu.enabled=false", env=self.gpus("init=999"))
        self.assert_check(self.the(parts["libraries"], "drivers of GPUs"), "note", r"not looked for: \[gpu\] enabled = false")
        self.assertEqual([check["name"] for check in parts["devices"]], ["cpu", "sweeps use", "not used"])
        self.assertNotIn("NVML", {check["name"] for check in parts["libraries"]})

    def test_an_nvrtc_that_is_not_there(self):
        parts = self.doctor("--set", 'gpu.nvrtc="/nowhere/libnvrtc.so"', status=1, env=self.gpus())
        self.assertIn(("libraries", "NVRTC"), self.failed(parts))
        self.assert_check(self.the(parts["libraries"], "NVRTC"), "FAILED", "/nowhere/libnvrtc.so", r"set \[gpu\] nvrtc")


class Devices(DoctorTest):
    def test_a_device_that_computes_wrongly(self):
        parts = self.doctor(*self.nvrtc, status=1, env=self.gpus(THREADX_FAULTS="cuda:1 download 1 wrong"))
        self.assertIn(("devices", "cuda:1"), self.failed(parts))
        self.assert_check(self.the(parts["devices"], "cuda:0"), "ok", "known answer given")
        self.assert_check(self.the(parts["devices"], "cuda:1"), "FAILED", r"^cuda:1 \(Fake Small GPU\) fails its self-test in float64: ",
                          "newest driver; runs leave it out")
        self.assertEqual(self.the(parts["devices"], "sweeps use")["says"], "cpu, cuda:0")
        self.assert_check(self.the(parts["settings"], "THREADX_FAULTS"), "note", "fail on purpose")

    def test_a_gpu_whose_last_bits_are_wrong(self):
        parts = self.doctor(*self.nvrtc, "--devices", "cuda:0", status=1, env=self.gpus("devices=1;wrong=simulate"))
        self.assertEqual(self.failed(parts), [("devices", "cuda:0"), ("results", "Device activation")])
        self.assert_check(self.the(parts["devices"], "cuda:0"), "FAILED", r"a small sweep has another result \(hash ")

    def test_devices_without_room_or_lost(self):
        for fault, remedy in (("allocate 1.. out_of_memory", "end other programs .* memory_budget"), ("launch 2 lost", "dmesg"),
                              ("launch 100 lost", "dmesg|newest driver"), ("open 1 failed", "newest driver")):
            with self.subTest(fault):
                parts = self.doctor(*self.nvrtc, "--devices", "cuda:0", status=1, env=self.gpus(THREADX_FAULTS=f"cuda:0 {fault}"))
                self.assertIn(("devices", "cuda:0"), self.failed(parts))
                self.assert_check(self.the(parts["devices"], "cuda:0"), "FAILED", "because THREADX_FAULTS say?s? so", remedy)

    def test_a_driver_that_does_not_work(self):
        parts = self.doctor(status=1, env=self.gpus("init=999"))
        self.assertIn(("libraries", "libcuda"), self.failed(parts))
        self.assert_check(self.the(parts["libraries"], "libcuda"), "FAILED", "the NVIDIA driver does not work: cuInit failed: ", "nvidia-smi")

    @unittest.skipIf(nvidia_on_the_bus(), "there is an NVIDIA GPU here, which no driver shows in this test")
    def test_a_driver_without_a_device_is_a_note(self):
        self.assert_check(self.the(self.doctor(env=self.gpus("init=100"))["libraries"], "libcuda"), "note", "no device is visible to it")

    def test_a_gpu_that_may_not_be_used(self):
        parts = self.doctor(*self.nvrtc, status=1, env=self.gpus("devices=2;compute_mode=2,0"))
        self.assertEqual(self.failed(parts), [("devices", "cuda:0")])
        self.assert_check(self.the(parts["devices"], "cuda:0"), "FAILED", r"cannot be used: .*nvidia-smi -c 0", r"\[gpu\] devices")

    def test_a_gpu_that_is_too_old_is_a_note(self):
        parts = self.doctor(*self.nvrtc, env=self.gpus("devices=2;capability=9.0,6.1"))
        self.assert_check(self.the(parts["devices"], "cuda:1"), "note", "cannot be used: its compute capability is 6.1")
        self.assertEqual(self.the(parts["devices"], "sweeps use")["says"], "cpu, cuda:0")


class Temperatures(DoctorTest):
    def temperatures(self, script, status):
        return self.doctor(*self.nvrtc, "--devices", "cuda:1", status=status, env=self.gpus(FAKE_NVML=script))["temperatures"]

    def test_a_gpu_that_is_too_hot(self):
        checks = self.temperatures(f"{NVML};temperature=84,86", 1)
        self.assert_check(self.the(checks, "GPU 0 (Large)"), "ok", "^84 °C, ")
        self.assert_check(self.the(checks, "GPU 1 (Small)"), "FAILED", "^86 °C, and it should be below 85", "clean the fans")

    def test_a_gpu_that_slows_down_for_heat_or_power(self):
        for bits, words in ((0x20, "heat"), (0x80, "power")):
            checks = self.temperatures(f"devices=1;temperature=60;throttle={bits}", 1)
            self.assert_check(checks[-1], "FAILED", f"it is slowed down: .*{words}", "power supply")
        self.assertEqual(self.temperatures("devices=1;temperature=60;throttle=4", 0)[-1]["outcome"], "ok", "full load is no trouble")

    def test_a_gpu_that_is_lost(self):
        self.assert_check(self.temperatures("devices=1;lost=0", 1)[-1], "FAILED", "lost", "dmesg")

    def test_without_nvml_there_is_a_note_that_says_what_to_install(self):
        parts = self.doctor(*self.nvrtc, "--devices", "cuda:0", env={**self.gpus(), **NO_NVML})
        self.assert_check(self.the(parts["libraries"], "NVML"), "note", "is not installed", "libnvidia-ml1")


class Profiles(DoctorTest):
    def setUp(self):
        super().setUp()
        self.file = self.path("cache/threadx/profiles/profiles.json")

    def measure(self):
        self.write("s.toml", program.sweep_file(program.bars(600), space="fast = [2, 5]\nslow = [10, 20]"))
        self.threadx("sweep", "s.toml", "--out", self.path("cache/run"), "--force", "--devices", "cpu", env={"XDG_CACHE_HOME": self.path("cache")})

    def profiles(self, status=0):
        return self.doctor("--devices", "cpu", status=status)["profiles"]

    def test_they_are_counted_with_their_age(self):
        self.measure()
        with open(self.file, encoding="utf-8") as text:
            kept = json.load(text)
        for entry in kept["profiles"]:
            entry["updated"] = "2020-01-01T00:00:00Z"
        self.write(self.file, json.dumps(kept))
        file, cpu = self.profiles()
        self.assertIn(self.file, file["says"])
        self.assert_check(cpu, "ok", r"^\d+ measurements, \d{4,} d old$")
        self.assertEqual(cpu["facts"]["oldest"], "2020-01-01T00:00:00Z")
        for entry in kept["profiles"]:
            entry["kernels"] = "0123456789abcdef"
        self.write(self.file, json.dumps(kept))
        self.assert_check(self.profiles()[1], "note", r"nothing is measured yet.*; \d+ more are not used now \(other kernels\)")
        for entry in kept["profiles"]:
            entry["uuid"] = "GPU-none"
        self.write(self.file, json.dumps(kept))
        self.assert_check(self.profiles()[2], "note", r"^\d+ measurements of devices that are not there now$")

    def test_a_damaged_file_fails_until_a_run_has_set_it_aside(self):
        self.write(self.file, '{"schema": 1, "profiles": [')
        self.assert_check(self.profiles(status=1)[1], "FAILED", "are damaged: .*the next run sets them aside", "--recalibrate")
        self.measure()
        self.assertEqual({check["outcome"] for check in self.profiles()}, {"ok"})


class Room(DoctorTest):
    def room(self, *options, status=1, **more):
        return self.doctor("--devices", "cpu", *options, status=status, **more)["disk and memory"]

    def test_folders_that_are_files(self):
        self.write("file", "no folder")
        checks = self.room(env={"XDG_CACHE_HOME": self.path("file")})
        for name, key in (("profiles", "profiles"), ("compiled kernels", "kernel_cache")):
            self.assert_check(self.the(checks, name), "FAILED", rf"^'{self.path('file')}' is no folder$", rf"\[paths\] {key}$")
        self.assert_check(self.the(checks, "runs"), "ok", "free, and it is made when it is needed$")
        checks = self.room("--set", "paths.runs=file/deep/runs", "--set", "paths.logs=file")
        self.assert_check(self.the(checks, "runs"), "FAILED", "file' is no folder$", r"\[paths\] runs$")
        self.assert_check(self.the(checks, "logs"), "FAILED", "file' is no folder$", r"\[paths\] logs$")

    def test_a_file_system_that_takes_no_files(self):
        self.assert_check(self.the(self.room("--set", "paths.runs=/proc/runs"), "runs"), "FAILED", "cannot write in the folder '/proc'")

    def test_a_disk_that_is_full(self):
        def limit_file_size():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))

        checks = self.room(preexec_fn=limit_file_size)
        self.assert_check(self.the(checks, "runs"), "FAILED", "cannot write in the folder '.*': File too large", "make room")

    def test_the_room_that_there_is(self):
        os.makedirs(self.path("runs"))
        checks = self.room(status=0)
        disk = os.statvfs(self.path("runs"))
        self.assertLess(abs(self.the(checks, "runs")["facts"]["free_bytes"] - disk.f_bavail * disk.f_frsize), GIB)
        self.assertNotIn("is made", self.the(checks, "runs")["says"])
        self.assertGreater(self.the(checks, "memory")["facts"]["free_bytes"], 1 << 20)

    def test_a_budget_that_is_more_than_the_memory(self):
        check = self.the(self.room("--set", "optimization.performance.memory_budget=900TiB"), "memory")
        self.assert_check(check, "FAILED", "columns may take 900", "memory_budget lower")


if __name__ == "__main__":
    program.main()
