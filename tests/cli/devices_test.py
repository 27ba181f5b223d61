"""`threadx devices`: what is listed, what is said to be used, and why the rest is not."""

import json
import os
import re

import program

# Two OpenCL devices where PoCL is installed, and none anywhere where the loader finds no drivers.
POCL = {"POCL_DEVICES": "pthread basic"}
NONE = {"OCL_ICD_VENDORS": "/nowhere"}


class DevicesTest(program.ProgramTest):
    def devices(self, *arguments, env=None):
        return json.loads(self.threadx("devices", "--json", *arguments, env={**POCL, **(env or {})}).out)


class Devices(DevicesTest):
    def test_the_processor_comes_first_with_what_it_is(self):
        cpu = self.devices()["devices"][0]
        self.assertEqual((cpu["id"], cpu["kind"], cpu["is_cpu"], cpu["usable"], cpu["chosen"]), ("cpu", "cpu", True, True, True))
        self.assertEqual(cpu["compute_units"], len(os.sched_getaffinity(0)))
        self.assertGreater(cpu["memory_bytes"], 1 << 28)
        self.assertRegex(cpu["driver"], r"^instruction set (scalar|sse2|avx2|avx512)$")
        self.assertRegex(cpu["uuid"], r"^cpu-[0-9a-f]{16}$")

    def test_the_table_has_a_line_for_each_device(self):
        table = self.threadx("devices", env=POCL).out.splitlines()
        self.assertRegex(table[0], r"^id +kind +name +memory +units +float64 +used +driver$")
        ids = [device["id"] for device in self.devices()["devices"]]
        self.assertEqual([line.split()[0] for line in table[1 : 1 + len(ids)]], ids)

    def test_without_opencl_it_says_so_and_what_to_install(self):
        found = self.devices(env=NONE)
        missing = {driver["kind"]: driver for driver in found["missing"]}
        self.assertRegex(missing["opencl"]["reason"], r"^no OpenCL: libOpenCL\.so\.1 (is not installed|knows no platform)")
        self.assertIn(missing["opencl"]["reason"], found["notes"])
        self.assertNotIn("opencl", {device["kind"] for device in found["devices"]})
        text = self.threadx("devices", env=NONE).out
        self.assertIn("to have opencl: install the loader", text)
        self.assertIn("\nno OpenCL: libOpenCL.so.1 ", text)

    def test_a_device_that_is_not_there_is_refused_with_those_that_are(self):
        self.refused("devices", "--devices", "opencl:99", env=POCL,
                     says=["--devices opencl:99: there is no device 'opencl:99'; there are: cpu ("])
        self.refused("devices", "--set", 'gpu.devices=["cuda:99"]', env=POCL, says='[gpu] devices = "cuda:99" in ')

    def test_a_mistake_in_the_faults_for_tests_is_refused(self):
        self.refused("devices", env={"THREADX_FAULTS": "opencl:0 lunch 1 lost"}, says="did you mean 'launch'?")


class Pocl(DevicesTest):
    def setUp(self):
        super().setUp()
        self.pocl = [d for d in self.devices()["devices"] if "Portable Computing Language" in d["driver"] and d["usable"]]
        if not self.pocl:
            self.skipTest("there is no PoCL here")

    def test_pocl_is_listed_and_not_used_because_it_is_the_processor(self):
        found = self.devices()
        for device in self.pocl:
            self.assertFalse(device["chosen"])
            note = f"{device['id']} ({device['name']}) is not used: it computes on the CPU's own cores"
            self.assertIn(note, found["notes"])
            self.assertRegex(device["uuid"], r"^opencl-[0-9a-f]{16}$|^[0-9a-f-]{36}$")

    def test_what_is_named_is_chosen(self):
        name = self.pocl[0]["id"]
        for request in (["--devices", name], ["--devices", self.pocl[0]["uuid"]]):
            chosen = [device["id"] for device in self.devices(*request)["devices"] if device["chosen"]]
            self.assertEqual(chosen, [name])
        chosen = [d["id"] for d in self.devices("--set", f'gpu.devices=["{name}"]')["devices"] if d["chosen"]]
        self.assertEqual(chosen, ["cpu", name])
        self.assertTrue(re.search(rf"(?m)^{name} .* yes +yes ", self.threadx("devices", "--devices", name, env=POCL).out))


if __name__ == "__main__":
    program.main()
