"""`threadx profile`: what it shows of what was measured, and what it measures.

    python3 profile_test.py PATH/TO/threadx FOLDER_OF_FAKE_LIBCUDA FOLDER_OF_FAKE_LIBNVRTC
"""

import functools
import json
import os
import re
import signal
import subprocess
import sys
import unittest.mock

import program

FAKE_CUDA, FAKE_NVRTC = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))

QUICKLY = ["--precision", "float64", "--set", f'gpu.nvrtc="{FAKE_NVRTC}"']


def environment(cache, cuda="devices=2", **more):
    return {"LD_LIBRARY_PATH": FAKE_CUDA, "FAKE_CUDA": cuda, "OCL_ICD_VENDORS": "/nowhere", "XDG_CACHE_HOME": cache, **more}


class ProfileTest(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.cache = self.path("cache")
        self.file = "cache/threadx/profiles/profiles.json"

    def profile(self, *arguments, command=None, **more):
        return (command or self.threadx)("profile", *arguments, env=environment(self.cache, **more))

    def json(self, *arguments, **more):
        return json.loads(self.profile("--json", *arguments, **more).out)

    def put(self, profiles, caps=()):
        """Writes a file of profiles as they are kept."""
        return self.write(self.file, json.dumps({"schema": 1, "profiles": profiles, "memory_caps": list(caps)}))

    def entry(self, **more):
        return {"device": "gpu:7 (Gone)", "uuid": "GPU-gone", "driver": "d", "kernels": "k", "tag": "sim/x", "precision": "float64",
                "size_bucket": 20, "item_seconds": 1e-9, "count": 3, "updated": "2022-01-31T12:00:00Z", **more}


@functools.lru_cache(maxsize=None)
def measured():
    """What measuring the processor and both GPUs of the fake driver says, and the file that it leaves."""
    test = ProfileTest()
    test.setUp()
    try:
        result = test.profile("--recalibrate", *QUICKLY)
        return result, test.read(test.file)
    finally:
        test.doCleanups()


class Shown(ProfileTest):
    def test_before_anything_was_measured_it_says_so_and_makes_nothing(self):
        said = self.profile()
        self.assertEqual(said.out, "nothing was measured yet; `threadx profile --recalibrate` does\n"
                                   f"kept in {self.path(self.file)}\n")
        self.assertEqual(said.err, "")
        shown = self.json()
        self.assertEqual([shown[key] for key in ("profiles", "costs", "starts", "memory_caps", "warnings")], [[]] * 5)
        self.assertEqual(shown["file"], self.path(self.file))
        self.assertFalse(os.path.exists(self.cache))

    def test_devices_that_are_not_there_are_shown_as_such(self):
        self.put([self.entry(), self.entry(tag="start", precision="", size_bucket=0, item_seconds=0.25)],
                 [{"uuid": "GPU-gone", "driver": "d", "kernels": "k", "tag": "sim/x", "precision": "float64", "items": 4096,
                   "free_bytes": 1 << 30, "updated": "2022-01-31T12:00:00Z"}])
        table = self.profile().out
        self.assertRegex(table, r"(?m)^gpu:7 \(Gone\) +sim/x +float64 +1,572,864 +1,000,000,000 +0.0 % +3 +\d+ d +not there$")
        self.assertRegex(table, r"(?m)^gpu:7 \(Gone\) +0.250 +0.0 % +3 +\d+ d +not there$")
        self.assertRegex(table, r"(?m)^GPU-gone +sim/x +float64 +4,096 +1.0 GiB +\d+ d +not there$")
        shown = self.json()
        for key in ("profiles", "costs", "starts", "memory_caps"):
            self.assertEqual([(e["device"], e["uuid"], e["current"], e["remark"]) for e in shown[key]],
                             [(None, "GPU-gone", False, "not there")], key)
        self.assertEqual(shown["starts"][0]["seconds"], 0.25)
        self.assertEqual(self.json("--devices", "cpu")["profiles"], [])
        self.assertEqual(self.json("--precision", "float32")["profiles"], [])

    def test_damage_is_a_warning_and_the_rest_is_shown(self):
        self.put([self.entry(item_seconds=-1), self.entry(tag="sim/good")])
        said = self.profile()
        self.assertRegex(said.err, r"\Awarning: '.*profiles.json': profiles\[0\] \(sim/x on gpu:7 \(Gone\)\): its 'item_seconds' of -1 "
                                   r"cannot be; this entry is ignored, and measured anew\n\Z")
        self.assertIn("sim/good", said.out)
        self.assertNotIn("sim/x", said.out)
        shown = self.json()
        self.assertEqual((len(shown["profiles"]), len(shown["warnings"])), (1, 1))
        for text in ("", "{", "\0" * 100, '{"schema": 99}', b"\xff\xfe"):
            self.write(self.file, text)
            said = self.profile()
            self.assertIn("are damaged: it ", said.err)
            self.assertIn("they are not used, and the next run sets them aside", said.err)
            self.assertIn("nothing was measured yet", said.out)

    def test_mistakes_are_refused(self):
        self.profile("--precision", "float65", command=functools.partial(self.refused, says="did you mean 'float64'?"))
        self.profile("--precision", "", command=functools.partial(self.refused, says="--precision: a name is missing"))
        self.profile("--devices", "cuda:9", command=functools.partial(self.refused, says="there is no device 'cuda:9'"))
        self.profile("--recalibrated", command=functools.partial(self.refused, says="did you mean '--recalibrate'?"))


class Measured(ProfileTest):
    def setUp(self):
        super().setUp()
        self.said, text = measured()
        self.write(self.file, text)

    def remarks(self, *arguments, **more):
        """By device; all entries of one must say the same."""
        remarks = {}
        for entry in self.json(*arguments, **more)["profiles"]:
            remarks.setdefault(entry["device"] or entry["measured_as"], set()).add(entry["remark"])
        self.assertEqual({len(texts) for texts in remarks.values()}, {1})
        return {device: texts.pop() for device, texts in remarks.items()}

    def test_the_log_says_what_was_measured_and_the_balance(self):
        lines = self.said.err.splitlines()
        self.assertEqual(lines[0], "info: profiling auto-balance: 640,000 samples, 3 warm-ups + 5 runs, float64")
        line = r"info: device {}: [\d,]+ samples/s \(mean \d+\.\d{{3}} s ± \d+\.\d{{3}} s\){}(; not steady: .*)?"
        self.assertRegex(lines[1], line.format("cpu", ""))
        for number in (0, 1):
            self.assertRegex(lines[2 + number], line.format(f"cuda:{number}", r", memory efficiency \d+"))
        self.assertRegex(lines[4], r"^info: balance updated: cpu:[\d.]+%, cuda:0:[\d.]+%, cuda:1:[\d.]+%$")
        self.assertAlmostEqual(sum(map(float, re.findall(r":([\d.]+)%", lines[4]))), 100.0, delta=0.2)
        self.assertEqual(len(lines), 5)
        rates = [float(re.search(r"([\d,]+) samples", text).group(1).replace(",", "")) for text in lines[1:4]]
        shares = [float(share) for share in re.findall(r":([\d.]+)%", lines[4])]
        for rate, share in zip(rates, shares):
            self.assertAlmostEqual(100.0 * rate / sum(rates), share, delta=0.1)

    def test_each_device_has_profiles_of_several_sizes_a_cost_and_a_start(self):
        shown = self.json()
        for device in ("cpu", "cuda:0", "cuda:1"):
            own = [entry for entry in shown["profiles"] if entry["device"] == device and entry["work"] != "columns/bollinger_atr"]
            self.assertGreaterEqual(len({entry["size_bucket"] for entry in own}), 2)
            self.assertEqual({(e["work"], e["precision"], e["current"]) for e in own}, {("sim/bollinger_atr", "float64", True)})
            for entry in own:
                self.assertEqual(entry["runs"], 5)
                self.assertTrue(2 ** entry["size_bucket"] <= entry["batch_items"] < 2 ** (entry["size_bucket"] + 1))
                self.assertTrue(1e-13 < entry["item_seconds"] < 1e-4)
            (cost,) = [entry for entry in shown["costs"] if entry["device"] == device and entry["work"] == "sim/bollinger_atr"]
            self.assertGreater(cost["item_seconds"], 0.0)
            self.assertGreaterEqual(cost["batch_seconds"], 0.0)
        (columns,) = [entry for entry in shown["profiles"] if entry["work"] == "columns/bollinger_atr"]
        self.assertEqual((columns["device"], columns["precision"], columns["current"]), ("cpu", "", True))
        self.assertTrue(1e-12 < columns["item_seconds"] < 1e-5)
        self.assertEqual([entry["device"] for entry in shown["starts"]], ["cuda:0", "cuda:1"])
        for entry in shown["starts"]:
            self.assertTrue(0.0 < entry["seconds"] < 100.0)
        self.assertEqual(len({entry["uuid"] for entry in shown["profiles"]}), 3)

    def test_the_table_has_a_line_for_each_in_the_order_of_the_devices(self):
        table = self.said.out.splitlines()
        self.assertRegex(table[0], r"^device +work +precision +batch +items/s +spread +runs +age$")
        devices = [line.split()[0] for line in table[1 : table.index("")]]
        self.assertEqual(devices, sorted(devices))
        self.assertEqual(set(devices), {"cpu", "cuda:0", "cuda:1"})
        self.assertRegex(self.said.out, r"(?m)^start of +seconds +spread +runs +age\ncuda:0 +\d")
        self.assertRegex(table[-1], r"^kept in .*/cache/threadx/profiles/profiles\.json$")

    def test_what_holds_for_another_machine_than_todays_is_marked(self):
        self.assertEqual(set(self.remarks().values()), {""})
        self.assertEqual(self.remarks(cuda="devices=1"), {"cpu": "", "cuda:0": "", "cuda:1 (Fake Small GPU)": "not there"})
        self.assertEqual(self.remarks(cuda="devices=2;driver=12040")["cuda:0"], "other driver: CUDA 13.0")
        (driver,) = {e["driver"] for e in self.json("--devices", "cpu")["profiles"]}
        here = re.fullmatch(r"(\w+) x(\d+)", driver)
        workers = int(here.group(2)) + 1
        other = self.remarks("--set", f"optimization.performance.max_workers={workers}")
        self.assertEqual((other["cpu"], other["cuda:0"]), (f"for {driver}", ""))
        scalar = self.remarks("--set", "optimization.performance.instruction_set=scalar")["cpu"]
        self.assertEqual(scalar, "" if here.group(1) == "scalar" else f"for {driver}")
        kept = json.loads(self.read(self.file))
        for entry in kept["profiles"]:
            entry["kernels"] = "0123456789ab"
        self.put(kept["profiles"])
        self.assertEqual(set(self.remarks().values()), {"other kernels"})
        self.assertIn("other kernels", self.profile().out)

    def test_measuring_anew_forgets_what_was_known_of_these_devices_alone(self):
        kept = json.loads(self.read(self.file))
        (cpu,) = {e["uuid"] for e in kept["profiles"] if e["device"].startswith("cpu ")}
        extra = [self.entry(), self.entry(uuid=cpu, driver="older"), self.entry(uuid=cpu, precision="float32")]
        cap = {"driver": "d", "kernels": "k", "tag": "sim/x", "precision": "float64", "items": 9, "free_bytes": 9,
               "updated": "2022-01-31T12:00:00Z"}
        self.put(kept["profiles"] + extra, [{**cap, "uuid": cpu}, {**cap, "uuid": "GPU-gone"}])
        self.profile("--recalibrate", "--devices", "cpu", *QUICKLY)
        now = json.loads(self.read(self.file))
        old = [e for e in now["profiles"] if e["updated"] == "2022-01-31T12:00:00Z"]
        self.assertEqual({(e["uuid"], e["precision"]) for e in old}, {("GPU-gone", "float64"), (cpu, "float32")})
        self.assertEqual([e["uuid"] for e in now["memory_caps"]], ["GPU-gone"])

        def of_gpus(entries):
            return [e for e in entries if e["device"].startswith("cuda:")]

        self.assertEqual(of_gpus(now["profiles"]), of_gpus(kept["profiles"]))
        times = {e["updated"] for e in now["profiles"] if e["device"].startswith("cpu ")}
        self.assertTrue(times.isdisjoint({e["updated"] for e in kept["profiles"]}))

    def test_a_device_that_cannot_be_measured_is_an_error_and_the_others_are_kept(self):
        before = [e for e in self.json()["profiles"] if e["device"] == "cpu"]
        said = self.profile("--recalibrate", "--devices", "cpu,cuda:1", *QUICKLY, command=self.run_threadx,
                            THREADX_FAULTS="cuda:1 open 1.. failed")
        self.assertEqual(said.status, 1)
        self.assertIn("error: cuda:1 could not be measured in float64: ", said.err)
        shown = self.json()["profiles"]
        self.assertEqual({e["device"] for e in shown}, {"cpu", "cuda:0"})
        self.assertNotEqual([e for e in shown if e["device"] == "cpu"], before)

    def test_an_interrupt_leaves_everything_as_it_was(self):
        before = self.read(self.file)
        with subprocess.Popen([program.PROGRAM, "profile", "--recalibrate", *QUICKLY], cwd=self.folder, text=True,
                              env=program.environment(**environment(self.cache)), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            process.stderr.readline()  # it has begun
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=120)
        self.assertEqual((process.returncode, out), (130, ""))
        self.assertIn("interrupted: the profiles are as they were", err)
        self.assertEqual(self.read(self.file), before)


class Place(ProfileTest):
    def test_the_tests_never_see_the_users_own_cache(self):
        with unittest.mock.patch.dict(os.environ, {"XDG_CACHE_HOME": self.cache, "HOME": self.folder}):
            self.assertIn("no profiles are kept", self.threadx("profile").out)

    def test_profiles_are_where_the_settings_say(self):
        folder = self.path("mine")
        said = self.profile("--recalibrate", "--devices", "cpu", "--set", f"paths.profiles={folder}", *QUICKLY)
        self.assertIn(f"kept in {folder}/profiles.json\n", said.out)
        self.assertEqual(sorted(os.listdir(folder)), ["profiles.json", "profiles.lock"])
        self.assertFalse(os.path.exists(self.cache))

    def test_where_nothing_is_kept_measuring_is_refused(self):
        nothing = ["--set", 'paths.profiles=""']
        self.assertIn("no profiles are kept", self.profile(*nothing).out)
        self.profile("--recalibrate", *nothing, command=functools.partial(self.refused, says="--recalibrate: nothing could be kept"))

    def test_a_folder_that_cannot_be_made_is_an_error(self):
        self.write("mine", "a file")
        self.profile("--recalibrate", "--devices", "cpu", "--set", f"paths.profiles={self.path('mine/deeper')}", *QUICKLY,
                     command=functools.partial(self.refused, status=1, says="cannot make the folder of profiles"))

    def test_a_damaged_file_is_set_aside(self):
        self.write(self.file, "no JSON")
        said = self.profile("--recalibrate", "--devices", "cpu", *QUICKLY)
        self.assertIn("they are set aside as 'profiles.json.damaged-1'", said.err)
        self.assertEqual(self.read(self.file + ".damaged-1"), "no JSON")
        self.assertEqual({e["device"] for e in self.json()["profiles"]}, {"cpu"})


if __name__ == "__main__":
    program.main()
