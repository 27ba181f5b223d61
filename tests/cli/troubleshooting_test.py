"""docs/TROUBLESHOOTING.md: each of its entries is provoked, says what is quoted there, and ends as it says there.

    python3 troubleshooting_test.py PATH/TO/threadx FOLDER_OF_FAKE_LIBCUDA FOLDER_OF_FAKE_LIBNVRTC FOLDER_OF_FAKE_NVML ROOT

An entry that no test provokes is a failure, and so is one whose words the program does not say.
"""

import fcntl
import json
import os
import re
import resource
import signal
import sys

import program

FAKE_NVML, ROOT = (os.path.abspath(sys.argv.pop(3)) for _ in range(2))

from sweep_devices_test import FAKE_NVRTC, environment  # noqa: E402: it takes its own arguments

PROVOKED = set()  # headings
LEAST_QUOTED = 20  # characters of a symptom that are not left open
NO_DRIVER = {"LD_LIBRARY_PATH": "", **environment(cuda=False)}


def entries(text):
    """The text below each heading of the second level."""
    found = re.split(r"(?m)^## (.*)\n", text)[1:]
    return dict(zip(found[::2], found[1::2]))


def symptoms(entry):
    """The quoted lines."""
    return [line for block in re.findall(r"(?ms)^```text\n(.*?)^```$", entry) for line in block.splitlines()]


def missing(symptom, printed):
    """Whether no line of what was printed has the symptom in it; "..." stands for anything."""
    pattern = ".*".join(re.escape(part) for part in symptom.split("..."))
    return not any(re.search(pattern, line) for line in printed.splitlines())


with open(os.path.join(ROOT, "docs", "TROUBLESHOOTING.md"), encoding="utf-8") as document:
    ENTRIES = entries(document.read())


def entry(heading):
    """A test that provokes this entry: what the program printed, which the method gives back, must be what is quoted there."""

    def register(method):
        PROVOKED.add(heading)

        def test(self):
            self.assertIn(heading, ENTRIES)
            printed = method(self)
            for symptom in symptoms(ENTRIES[heading]):
                self.assertFalse(missing(symptom, printed), f"nothing like {symptom!r} in:\n{printed}")

        return test

    return register


class Document(program.ProgramTest):
    def test_every_entry_is_provoked_by_a_test(self):
        self.assertGreater(len(ENTRIES), 10)
        self.assertEqual(set(ENTRIES) ^ PROVOKED, set())

    def test_every_entry_has_a_symptom_a_cause_and_what_to_do(self):
        for heading, text in ENTRIES.items():
            with self.subTest(heading):
                self.assertTrue(symptoms(text))
                for symptom in symptoms(text):
                    self.assertGreaterEqual(len(symptom.replace("...", "")), LEAST_QUOTED, symptom)
                self.assertRegex(text, r"(?s)```\n\n\*\*Cause\.\*\* \S.*\n\n\*\*What to do\.\*\* \S")

    def test_what_is_quoted_and_not_said_is_found_out(self):
        self.assertFalse(missing("error: ... is full", "x\nerror: disk a is full\n"))
        self.assertTrue(missing("error: ... is full", "error: disk a\nis full\n"))
        self.assertTrue(missing("is full (...)", "is full 3"))


class Provoked(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("s.toml", program.sweep_file(program.bars(2500), "ema_cross",
                                                "fast = { from = 5, to = 16, step = 1 }\nslow = { from = 30, to = 60, step = 2 }"))

    def said(self, *arguments, status=0, env=None, **options):
        """All that a command prints, which ends with this status."""
        result = self.run_threadx(*arguments, env=env or NO_DRIVER, **options)
        self.assertEqual(result.status, status, result.out + result.err)
        return result.out + result.err

    def sweep(self, *options, out="run", **more):
        return self.said("sweep", "s.toml", "--out", out, "--set", f'gpu.nvrtc="{FAKE_NVRTC}"', *options, **more)

    def on_gpu(self, *options, script="devices=1", **more):
        return self.sweep("--devices", "cuda:0", *options, env=environment(FAKE_CUDA=script), **more)

    def assert_right(self, run="run"):
        """The rows are those that the processor alone gives."""
        self.sweep("--devices", "cpu", out="expected")
        self.assertEqual(self.hash(run), self.hash("expected"))

    @entry("No GPU is found")
    def test_no_gpu(self):
        return self.said("devices") + self.sweep("--devices", "gpu", status=2)

    @entry("The NVIDIA driver does not work")
    def test_broken_driver(self):
        env = environment(FAKE_CUDA="init=999")
        self.assertIn("FAILED  libcuda", self.said("doctor", "--set", f'gpu.nvrtc="{FAKE_NVRTC}"', env=env, status=1))
        return self.said("devices", env=env)

    @entry("A GPU is listed and cannot be used")
    def test_unusable_gpu(self):
        script = "devices=2;compute_mode=2,0"
        said = self.on_gpu(script=script, status=2)
        self.sweep("--set", 'gpu.devices=["cuda:1"]', env=environment(FAKE_CUDA=script))
        return said

    @entry("No OpenCL platform")
    def test_no_platform(self):
        said = self.said("devices")
        if "libOpenCL.so.1 is not installed" in said:
            self.skipTest("there is no loader of OpenCL here")
        return said

    @entry("A GPU has not enough memory")
    def test_gpu_memory(self):
        said = ""
        for number in (1, *range(20, 60)):  # the first one is of the self-test; where those of the run begin is found
            said += self.on_gpu("--force", script=f"devices=1;out_of_memory=allocation:{number}")
            if "at once were too many" in said:
                break
        self.assert_right()
        self.on_gpu("--force", "--set", "gpu.memory_budget=50%")
        return said

    @entry("The machine has not enough memory")
    def test_memory(self):
        self.write("s.toml", program.sweep_file(program.bars(100_000, bar="1m"), "bollinger_atr",
                                                "bb_period = { from = 2, to = 201, step = 1 }\nentry_z = [1.0, 2.0]"))
        limit = 512 << 20  # bytes of addresses; the columns of all lengths take 480 MB

        def limit_memory():
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

        said = self.sweep("--workers", 1, status=1, preexec_fn=limit_memory)
        self.sweep("--workers", 1, "--force", "--set", "optimization.performance.memory_budget=64MiB", preexec_fn=limit_memory)
        return said

    @entry("A GPU is slower than the CPU, or stays idle")
    def test_idle_gpu(self):
        options = ("--set", f'paths.profiles="{self.path("profiles")}"')
        env = environment(FAKE_CUDA="devices=1")
        self.sweep(*options, "--balance", "cpu=0.5,cuda:0=0.5", env=env)
        said = self.sweep(*options, "--devices", "cpu,cuda:0", out="idle", env=env)
        self.assertIn("predicted finish:", self.said("sweep", "s.toml", "--explain", *options, "--devices", "cpu,cuda:0", env=env))
        self.assert_right("idle")
        return said

    @entry("Results differ between CPU and GPU")
    def test_wrong_gpu(self):
        said = self.on_gpu(script="devices=1;wrong=simulate")
        self.assert_right()
        checked = self.said("doctor", "--set", f'gpu.nvrtc="{FAKE_NVRTC}"', env=environment(FAKE_CUDA="devices=1;wrong=simulate"), status=1)
        self.assertRegex(checked, r"FAILED  cuda:0 .* fails its self-test in float64")
        self.on_gpu("--precision", "float32", out="float32")
        self.assertNotEqual(self.hash("float32"), self.hash("run"))
        return said

    @entry("NVML is missing")
    def test_no_nvml(self):
        env = {**environment(FAKE_CUDA="devices=1"), "THREADX_NVML": "libnvidia-ml-none.so.1"}
        return self.said("doctor", "--devices", "cpu,cuda:0", "--set", f'gpu.nvrtc="{FAKE_NVRTC}"', env=env)

    @entry("A GPU is too hot")
    def test_hot_gpu(self):
        hot = {"THREADX_NVML": os.path.join(FAKE_NVML, "libnvidia-ml.so.1"), "FAKE_NVML": "devices=2;temperature=91,70;throttle=0,0x40"}
        return self.said("doctor", "--devices", "cuda:0", "--set", f'gpu.nvrtc="{FAKE_NVRTC}"',
                         env={**environment(FAKE_CUDA="devices=1"), **hot}, status=1)

    @entry("A device is lost in the middle of a run")
    def test_lost_gpu(self):
        for launch in (300, 250, 200, 150):  # later than those of the self-test, and before the last
            said = self.on_gpu("--force", "--set", "optimization.performance.batch_size=4", script=f"devices=1;lost=launch:{launch}")
            if "takes no more work" in said:
                break
        self.assert_right()
        return said

    @entry("The profiles are damaged")
    def test_damaged_profiles(self):
        self.write("profiles/profiles.json", '{"schema": 1, "profiles": [')
        options = ("--devices", "cpu", "--set", f'paths.profiles="{self.path("profiles")}"')
        said = self.sweep(*options)
        self.assertIn("profiles.json.damaged-1", os.listdir(self.path("profiles")))
        self.assertNotIn("damaged", self.sweep(*options, "--force"))
        self.assertTrue(json.loads(self.read("profiles/profiles.json"))["profiles"])
        return said

    @entry("The disk is full")
    def test_full_disk(self):
        def limit_file_size():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))

        said = self.sweep("--devices", "cpu", status=1, preexec_fn=limit_file_size)
        self.sweep("--devices", "cpu")
        self.assert_right()
        return said

    @entry("Another process is adding rows to the run")
    def test_locked_run(self):
        os.makedirs(self.path("run"))
        with open(self.path("run/lock"), "w", encoding="ascii") as lock:
            lock.write(str(os.getpid()))
            lock.flush()
            fcntl.flock(lock, fcntl.LOCK_EX)
            said = self.sweep(status=2)
        self.assertIn(f"(process {os.getpid()})", said)
        self.sweep()
        return said

    @entry("A folder cannot be written")
    def test_no_folder(self):
        self.write("file", "")
        said = self.sweep(out="file/run", status=1)
        return said + self.said("doctor", "--devices", "cpu", env={**NO_DRIVER, "XDG_CACHE_HOME": self.path("file")}, status=1)

    @entry("A setting is wrong")
    def test_wrong_setting(self):
        self.write("config/paths.toml", "[paths]\nrnus = 'x'\n")
        return self.sweep(status=2)

    @entry("A run cannot be resumed")
    def test_changed_data(self):
        with open(program.bars(600), encoding="ascii") as file:
            bars = file.read()
        data = self.write("b.csv", bars)
        self.write("s.toml", program.sweep_file(data, "ema_cross", "fast = [5, 6]\nslow = [30, 40]"))
        self.sweep("--range", "0:2")
        self.write("b.csv", "".join(bars.splitlines(True)[:-1]))
        said = self.said("resume", "run", status=2)
        self.write("b.csv", bars)
        self.said("resume", "run")
        return said


if __name__ == "__main__":
    program.main()
