"""`threadx selftest`: what passes, what fails with its reason, and what is absent and no success.

    python3 selftest_test.py PATH/TO/threadx FOLDER_OF_FAKE_LIBCUDA FOLDER_OF_FAKE_LIBNVRTC [--sanitized]

The devices are those of the fake CUDA driver (tests/device/fake_cuda), which is always there, and PoCL's.
"""

import bisect
import json
import os
import re

import program
from sweep_devices_test import FAKE_NVRTC, environment, opencl_devices

CHECKS = ["Parallel workers", "Device activation", "Multi-device balancing", "Monte Carlo sampling", "Benchmark"]
NONE = {"LD_LIBRARY_PATH": "", **environment(cuda=False)}


class SelftestTest(program.ProgramTest):
    def setUp(self):
        super().setUp()
        os.mkdir(self.path("tmp"))

    def selftest(self, *options, env, status=0):
        """What it says; nothing is left behind."""
        result = self.run_threadx("selftest", "--set", f'gpu.nvrtc="{FAKE_NVRTC}"', *options, env={**env, "TMPDIR": self.path("tmp")})
        self.assertEqual(result.status, status, result.out + result.err)
        self.assertEqual((os.listdir(self.path("tmp")), os.listdir(self.folder)), ([], ["tmp"]))
        return result

    def checks(self, *options, env, status=0):
        """The outcome and the details of each check, by name."""
        found = json.loads(self.selftest("--json", *options, env=env, status=status).out)
        self.assertEqual([check["name"] for check in found["checks"]], CHECKS)
        outcomes = [check["outcome"] for check in found["checks"]]
        for word, key in (("PASS", "passed"), ("FAIL", "failed"), ("ABSENT", "absent")):
            self.assertEqual(found[key], outcomes.count(word))
        self.devices = [device["device"] for device in found["devices"]]
        return {check["name"]: (check["outcome"], "\n".join(check["details"])) for check in found["checks"]}


class WithoutAccelerators(SelftestTest):
    def test_what_needs_one_is_absent_and_no_success(self):
        checks = self.checks(env=NONE)
        self.assertEqual(self.devices, ["cpu"])
        self.assertEqual([checks[name][0] for name in CHECKS], ["PASS", "ABSENT", "ABSENT", "PASS", "PASS"])
        self.assertRegex(checks["Device activation"][1], r"^no accelerator: .*libcuda\.so\.1 is not installed; no OpenCL: ")
        self.assertIn("one device alone (cpu)", checks["Multi-device balancing"][1])

    def test_the_summary_says_so(self):
        text = self.selftest(env=NONE).out
        self.assertRegex(text, r"\ADevices: cpu \(")
        self.assertIn("2. Device activation: ABSENT\n   no accelerator: ", text)
        summary = text[text.index("Self-test of ThreadX") :].splitlines()
        words = ["PASS", "ABSENT", "ABSENT", "PASS", "PASS"]
        self.assertEqual(summary[2:7], [f"{word:8} {name}" for word, name in zip(words, CHECKS)])
        self.assertEqual(summary[-1], "Result: 3/5 passed, 2 absent on this machine")

    def test_the_cpu_alone_when_it_is_asked_for(self):
        checks = self.checks("--devices", "cpu", env=environment())
        self.assertEqual(self.devices, ["cpu"])
        self.assertEqual(checks["Device activation"], ("ABSENT", "no accelerator among the devices that were asked for"))

    def test_one_worker_is_compared_with_two_however_many_sweeps_use(self):
        checks = self.checks("--set", "optimization.performance.max_workers=1", env=NONE)
        self.assertIn("1 worker and 2: the same 240 rows", checks["Parallel workers"][1])
        checks = self.checks("--set", "optimization.performance.max_workers=7", env=NONE)
        self.assertIn("all 7 workers computed some", checks["Parallel workers"][1])

    def test_every_instruction_set_passes(self):
        said = {self.checks("--set", f"optimization.performance.instruction_set={name}", env=NONE)["Parallel workers"]
                for name in ("scalar", "auto")}
        self.assertEqual(len(said), 1, "another hash")

    def test_a_device_that_is_named_and_not_there_is_refused(self):
        self.refused("selftest", "--devices", "cuda:0", env=NONE, says=["--devices cuda:0: there is no device 'cuda:0'", "libcuda.so.1"])


class WithAccelerators(SelftestTest):
    def test_all_pass_on_two_gpus(self):
        checks = self.checks(env=environment())
        self.assertEqual(self.devices, ["cpu", "cuda:0", "cuda:1"])
        self.assertEqual({outcome for outcome, _ in checks.values()}, {"PASS"}, checks)
        for device in ("cuda:0", "cuda:1"):
            self.assertRegex(checks["Device activation"][1], rf"(?m)^{device}: opened, known answer given, the CPU's rows in float64 ")
            self.assertRegex(checks["Benchmark"][1], rf"(?m)^{device}: \d+\.\d million bar-scenarios a second in float64$")
        self.assertIn("(cpu 40, cuda:0 80, cuda:1 120)", checks["Multi-device balancing"][1])
        self.assertRegex(self.selftest(env=environment()).out, r"Result: 5/5 passed\n\Z")

    def test_devices_that_are_the_processor_are_used_and_it_is_said(self):
        if not opencl_devices():
            self.skipTest("there is no OpenCL device here")
        env = environment(cuda=False, opencl=True)
        checks = self.checks(env=env)
        self.assertEqual(self.devices, ["cpu", *opencl_devices()])
        self.assertEqual({outcome for outcome, _ in checks.values()}, {"PASS"}, checks)
        self.assertRegex(self.selftest(env=env).out, r"\ADevices: cpu \(.*\), opencl:0 \(.*, which is this processor's own cores\)")
        self.checks("--devices", "opencl", env=env)
        self.assertEqual(self.devices, opencl_devices())

    def test_a_device_that_is_there_and_cannot_be_used_is_named(self):
        checks = self.checks(env=environment(FAKE_CUDA="devices=2;compute_mode=2,0"))
        self.assertEqual(self.devices, ["cpu", "cuda:1"])
        self.assertRegex(checks["Device activation"][1], r"(?m)^cuda:0 \(Fake Large GPU\) is not checked: it cannot be used: ")
        checks = self.checks(env=environment(FAKE_CUDA="devices=1;compute_mode=2"))
        self.assertEqual(checks["Device activation"][0], "ABSENT")
        self.assertIn("cuda:0 (Fake Large GPU) cannot be used: ", checks["Device activation"][1])


class Faults(SelftestTest):
    """Devices that fail because THREADX_FAULTS says so (device/fault_injection.hpp)."""

    def faulty(self, faults):
        return self.checks(env=environment(THREADX_FAULTS=faults), status=1)

    def assert_fails(self, checks, name, reason):
        self.assertEqual(checks[name][0], "FAIL", checks)
        self.assertRegex(checks[name][1], reason)

    def test_a_device_that_computes_wrongly(self):
        checks = self.faulty("cuda:0 download 1 wrong")
        self.assert_fails(checks, "Device activation", r"(?m)^cuda:0: .* fails its self-test in float64: it fuses multiplications")
        self.assertRegex(checks["Device activation"][1], r"(?m)^cuda:1: opened, known answer given")
        self.assert_fails(checks, "Multi-device balancing", "^cuda:0 should have computed 80 scenarios, and computed 0: ")
        self.assert_fails(checks, "Benchmark", "(?m)^cuda:0: .* fails its self-test")
        self.assertRegex(checks["Benchmark"][1], r"(?m)^cuda:1: \d")
        self.assertEqual([checks[name][0] for name in ("Parallel workers", "Monte Carlo sampling")], ["PASS", "PASS"])

    def test_a_device_whose_rows_are_wrong_though_its_known_answer_was_right(self):
        checks = self.faulty(f"cuda:0 download {self.downloads_of_activation()} wrong")
        self.assert_fails(checks, "Device activation", "(?m)^cuda:0: its rows are not the CPU's: hash [0-9a-f]{12} instead of ")
        self.assertEqual(checks["Multi-device balancing"][0], "PASS")

    def test_devices_that_compute_wrongly_together(self):
        number = self.downloads_of_activation() + 1
        checks = self.faulty(f"cuda:0 download {number} wrong")
        self.assertEqual(checks["Device activation"][0], "PASS")
        self.assert_fails(checks, "Multi-device balancing", "^together they give other rows than the CPU: hash ")

    def activated(self, faults):
        """Whether all devices could be used, each alone; whatever failed later."""
        result = self.run_threadx("selftest", "--json", "--set", f'gpu.nvrtc="{FAKE_NVRTC}"',
                                  env={**environment(THREADX_FAULTS=faults), "TMPDIR": self.path("tmp")})
        outcomes = {check["name"]: check["outcome"] for check in json.loads(result.out)["checks"]}
        return outcomes["Device activation"] == "PASS"

    def downloads_of_activation(self):
        """How many downloads of cuda:0 there are before it is used beside others."""
        numbers = range(1, 512)
        done = bisect.bisect_left(numbers, True, key=lambda number: self.activated(f"cuda:0 download {number} lost"))
        self.assertLess(done, len(numbers), "it is never done")
        return numbers[done] - 1

    def test_a_device_that_cannot_be_opened_or_is_lost(self):
        for fault in ("open 1 failed", "build 1 failed", "launch 1 lost", "launch 30 lost"):
            with self.subTest(fault):
                checks = self.faulty(f"cuda:1 {fault}")
                number = fault.rsplit(" ", 1)[0].replace(" ", " number ")
                self.assert_fails(checks, "Device activation", rf"(?m)^cuda:1: .*{number} fails because THREADX_FAULTS says so")
                self.assertRegex(checks["Device activation"][1], r"(?m)^cuda:0: opened")

    def test_the_summary_counts_what_failed(self):
        result = self.selftest(env=environment(THREADX_FAULTS="cuda:0 open 1 failed"), status=1)
        self.assertIn("FAIL     Device activation\n", result.out)
        self.assertTrue(re.search(r"Result: 2/5 passed, 3 failed\n\Z", result.out), result.out)
        self.assertNotIn("error:", result.err)


if __name__ == "__main__":
    program.main()
