"""tools/gpu_check.py and tools/make_bundle.py: what the report says, when the check fails, and that a bundle works by itself.

    python3 gpu_check_test.py ROOT BUILD

With PoCL in the place of a GPU, where it is installed, and with a program and tests that are made up.
"""

import json
import os
import subprocess
import sys
import tarfile
import tempfile
import unittest

ROOT = os.path.abspath(sys.argv.pop(1))
BUILD = os.path.abspath(sys.argv.pop(1))
POCL = {"POCL_DEVICES": "pthread"}
TINY = ["--scenarios", "30", "--bars", "500", "--runs", "1"]

GPU = {
    "id": "cuda:0", "kind": "cuda", "name": "Made Up 9000 (R)", "uuid": "GPU-77", "memory_bytes": 2**33, "compute_capability": "9.0",
    "compute_units": 100, "is_cpu": False, "float64": True, "driver": "CUDA 13.0", "usable": True, "unusable": "",
}  # fmt: skip
CPU = {**GPU, "id": "cpu", "kind": "cpu", "name": "Some CPU", "is_cpu": True, "driver": "instruction set avx2"}

# Answers as the program does, with the made-up devices and rates beside it; a sweep's figures do not depend on anything.
PROGRAM = """\
#!/usr/bin/env python3
import json, sys
words = sys.argv[1:]
made_up = json.load(open({made_up!r}))
def rows():
    names = words[1 : next(i for i, word in enumerate(words) if word.startswith("--"))]
    devices = words[words.index("--devices") + 1].split(",")
    for name in names:
        for precision in words[words.index("--precision") + 1].split(","):
            for device in devices:
                row = dict(workload=name, precision=precision, device=device, data="bars", scenarios=1000, bars=10, seconds=2.0,
                           hash=name + precision, kernel_bar_scenarios_per_second=4e9, run_bar_scenarios_per_second=3e9,
                           bar_scenarios_per_second=2e9, phases=dict(columns=0.5))
                if device == "cpu":
                    row.update(workers=8, instruction_set="avx2", kernel_bar_scenarios_per_second=1e9)
                else:
                    row.update(device_name="x", kernel="NVRTC 13.0: 64 registers, 0 bytes of local memory", queues=2, kernel_seconds=1.0,
                               up_bytes_per_scenario=88, down_bytes_per_scenario=216, down_seconds=0.001)
                    row.update(made_up["row"])
                yield row
if words[0] == "--version":
    print("threadx 9.9")
elif words[0] == "devices":
    print(json.dumps(dict(devices=made_up["devices"], missing=made_up["missing"], notes=[])))
else:
    print(json.dumps(dict(measurements=list(rows()))))
"""
TESTS = """\
#!/bin/sh
echo "device cuda:0: {device}"
echo "[doctest] test cases:    4 |    4 passed | 0 failed | 0 skipped"
exit {status}
"""
SMI = """\
#!/bin/sh
case "$*" in
*uuid,clocks.sm*) echo "GPU-77, 1000"; echo "GPU-77, 2000"; echo "GPU-77, 1500"; exec sleep 60 ;;
*) echo "GPU-77, Made Up 9000, 580.1, 2100" ;;
esac
"""


class Check(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="threadx_gpu_check_")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        os.mkdir(self.path("bin"))

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def executable(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.path(name), 0o755)

    def check(self, *arguments, script=None, status=0, **environment):
        path = f"{self.path('bin')}:{os.environ['PATH']}"
        done = subprocess.run(
            [sys.executable, "-B", script or os.path.join(ROOT, "tools", "gpu_check.py"), "--out", self.path("out"), *arguments],
            env={**os.environ, "PATH": path, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def report(self, name):
        with open(self.path("out", name), encoding="utf-8") as file:
            return file.read()


class MadeUp(Check):
    def make(self, devices=(CPU, GPU), missing=(), row=None, tested="Made Up 9000 (R)", status=0):
        with open(self.path("made_up.json"), "w", encoding="utf-8") as file:
            json.dump({"devices": devices, "missing": missing, "row": row or {}}, file)
        self.executable("build/threadx", PROGRAM.format(made_up=self.path("made_up.json")))
        for name in ("test_gpu", "test_cuda"):
            self.executable(f"build/tests/device/{name}", TESTS.format(device=tested, status=status))
        self.executable("build/tests/device/fake_cuda/lib/libcuda.so.1", "")
        self.executable("bin/nvidia-smi", SMI)

    def made_up(self, *arguments, **options):
        return self.check("--programs", self.path("build"), *arguments, **options)

    def test_equal_hashes_and_passing_tests_are_a_success_in_a_file_named_for_the_gpu(self):
        self.make()
        done = self.made_up()
        path = self.path("out", "made_up_9000_r.md")
        self.assertEqual(done.stdout.splitlines()[-2:], [path, "All hashes equal, all tests passed."])
        text = self.report("made_up_9000_r.md")
        for workload in ("W1", "W2", "W3", "W1x100"):
            for precision in ("float64", "float32"):
                self.assertIn(f"| {workload} | {precision} | cuda:0 | `{workload}{precision}` | `{workload}{precision}` | **equal** |", text)
        self.assertIn("driver 580.1, at most 2100 MHz", text)
        self.assertIn("| W1 | float64 | cuda:0 | 4,000 | 3,000 | 2,000 | 75% | 50% | 0.500 | 2.000 |", text)
        self.assertIn("| W1 | float64 | cuda:0 | 4.00 x | 1.00 x | 1.00 x |", text)
        self.assertIn("NVRTC 13.0: 64 registers, 0 bytes of local memory", text)
        self.assertIn("W1x100, float32 on cuda:0: end to end 50% of the kernel's rate; 80% was wanted: **fell short**", text)
        with open(self.path("out", "made_up_9000_r.json"), encoding="utf-8") as file:
            self.assertTrue(json.load(file)["complete"])

    def test_the_share_of_the_limit_is_instructions_over_issue_slots_at_the_highest_clock_seen(self):
        self.make()
        self.made_up("--instructions", "float64=160")
        text = self.report("made_up_9000_r.md")
        # 100 multiprocessors x 128 lanes x 2000 MHz / 4e9 = 6,400 slots
        self.assertIn("| W1 | float64 | cuda:0 | 2000 | 6400.0 | 160.0 | 2% |", text)
        self.assertIn("| W1 | float32 | cuda:0 | 2000 | 6400.0 | not given | - |", text)

    def test_a_hash_that_differs_fails_and_is_named(self):
        self.make(row={"hash": "another"})
        done = self.made_up(status=1)
        self.assertIn("WRONG: W3 float32 on cuda:0: the hash another is not the CPU's W3float32", done.stdout)
        self.assertIn("**DIFFERENT**", self.report("made_up_9000_r.md"))
        self.assertNotIn("All hashes equal", self.report("made_up_9000_r.md") + done.stdout)

    def test_a_gpu_that_cannot_be_measured_fails_with_the_reason(self):
        self.make(row={"unusable": "cuda:0 is left out: it fell off the bus"})
        done = self.made_up(status=1)
        self.assertIn("WRONG: W1 float64 on cuda:0: not measured: cuda:0 is left out: it fell off the bus", done.stdout)
        self.assertIn("not measured: cuda:0 is left out", self.report("made_up_9000_r.md"))

    def test_a_device_that_nobody_can_use_is_in_the_report_and_no_failure_beside_one_that_is_measured(self):
        broken = {**GPU, "id": "opencl:0", "kind": "opencl", "name": "Old 1", "usable": False, "unusable": "OpenCL 1.2 is needed"}
        self.make(devices=[CPU, GPU, broken])
        self.made_up()
        self.assertIn("not usable: OpenCL 1.2 is needed", self.report("made_up_9000_r.md"))

    def test_a_failing_test_fails_and_so_does_one_that_ran_on_another_device(self):
        self.make(status=1)
        self.assertIn("WRONG: test_gpu failed", self.made_up(status=1).stdout)
        self.make(tested="Fake Large GPU")
        self.assertIn("WRONG: test_gpu failed", self.made_up(status=1).stdout)
        self.assertIn("NOT ON cuda:0", self.report("made_up_9000_r.md"))

    def test_without_a_gpu_it_says_so_and_why_and_writes_nothing(self):
        self.make(devices=[CPU], missing=[{"kind": "cuda", "reason": "no CUDA: there is no driver", "install": "it"}])
        done = self.made_up(status=1)
        self.assertTrue(done.stderr.startswith("error: there is no GPU here that can be used: no CUDA: there is no driver"), done.stderr)
        self.assertIn("Nothing was checked", done.stderr)
        self.assertFalse(os.path.exists(self.path("out")))

    def test_opencl_on_the_processor_is_no_gpu(self):
        self.make(devices=[CPU, {**GPU, "id": "opencl:0", "kind": "opencl", "is_cpu": True}])
        self.assertIn("computes on this machine's processor", self.made_up(status=1).stderr)

    def test_programs_that_are_not_there_are_an_error(self):
        self.assertIn("there is no threadx in", self.check("--programs", self.path("nowhere"), status=1).stderr)


class Real(Check):
    def setUp(self):
        super().setUp()
        done = subprocess.run(
            [os.path.join(BUILD, "threadx"), "devices", "--json"], env={**os.environ, **POCL}, capture_output=True, check=True
        )
        if not any(device["kind"] == "opencl" and device["usable"] for device in json.loads(done.stdout)["devices"]):
            self.skipTest("there is no OpenCL device here")

    def test_a_bundle_checks_an_opencl_device_by_itself(self):
        made = subprocess.run(
            [sys.executable, "-B", os.path.join(ROOT, "tools", "make_bundle.py"), BUILD, self.path("bundle")],
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(made.returncode, 0, made.stderr)
        archive = self.path("bundle", "threadx-bundle.tar.gz")
        self.assertLess(os.path.getsize(archive), 60 * 2**20)
        with tarfile.open(archive) as tar:
            tar.extractall(self.folder)
        libraries = os.listdir(self.path("threadx-bundle", "lib"))
        self.assertTrue(any(name.startswith("libfmt.so") or name.startswith("libsqlite3.so") for name in libraries), libraries)
        self.assertFalse([name for name in libraries if name.startswith(("libc.so", "libcuda", "ld-linux"))])
        script = self.path("threadx-bundle", "gpu_check.py")
        done = self.check(*TINY, "--devices", "opencl", script=script, **POCL)
        self.assertIn("All hashes equal, all tests passed.", done.stdout)
        (name,) = [name for name in os.listdir(self.path("out")) if name.endswith(".md")]
        text = self.report(name)
        self.assertIn("Made smaller to try the check out", text)
        self.assertEqual(text.count("**equal**"), 8)
        self.assertIn("| test_gpu | passed |", text)

    def test_a_bundle_of_what_is_not_built_is_an_error(self):
        command = [sys.executable, "-B", os.path.join(ROOT, "tools", "make_bundle.py"), self.folder, self.path("bundle")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("make build", done.stderr)


if __name__ == "__main__":
    done = unittest.main(exit=False, testRunner=unittest.TextTestRunner(stream=sys.stdout)).result
    for test, reason in done.skipped:
        print(f"skipped: {test.id()} because {reason}")
    sys.exit(not done.wasSuccessful())
