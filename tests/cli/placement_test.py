"""Where the work goes: fixed shares, what is predicted and said about it, and what runs leave behind for the next ones.

    python3 placement_test.py PATH/TO/threadx FOLDER_OF_FAKE_LIBCUDA FOLDER_OF_FAKE_LIBNVRTC [--sanitized]

The devices are those of the fake CUDA driver, as in sweep_devices_test.py.
"""

import json
import os

import program
import sweep_devices_test as devices
from sweep_devices_test import BOTH, environment


class Balance(devices.DeviceTest):
    def test_shares_are_kept_to_the_scenario(self):
        for balance, expected in (("cpu=0.5,cuda:0=0.25,cuda:1=0.25", {"cpu": 96, "cuda:0": 48, "cuda:1": 48}),
                                  ("cuda:0=0.8,cpu=0.2", {"cpu": 38, "cuda:0": 154}),  # 153.6 and 38.4
                                  ("cuda:1=70%,cuda:0=30%", {"cpu": 0, "cuda:0": 58, "cuda:1": 134}),
                                  ("cuda:1=1", {"cpu": 0, "cuda:1": 192}), ("cpu=1", {"cpu": 192})):
            with self.subTest(balance=balance):
                run = self.sweep("--balance", balance, devices="auto")
                self.assertEqual(self.shares(run), expected, self.notes(run))
                self.assertIn("balance", self.session(run))
                self.assert_small(run)

    def test_shares_by_uuid_and_from_the_settings(self):
        uuid = next(d["uuid"] for d in json.loads(self.threadx("devices", "--json", env=environment()).out)["devices"]
                    if d["id"] == "cuda:1")
        run = self.sweep("--balance", f"{uuid}=0.5,cpu=0.5", devices="auto")
        self.assertEqual(self.shares(run), {"cpu": 96, "cuda:1": 96})
        self.write("settings.toml", f'[gpu]\nbalance = "cuda:0=0.25,cpu=0.75"\nnvrtc = "{devices.FAKE_NVRTC}"\n')
        run = self.sweep("--settings", "settings.toml", devices="auto")
        self.assertEqual(self.shares(run), {"cpu": 144, "cuda:0": 48})
        run = self.sweep("--settings", "settings.toml", *BOTH, devices="auto")
        self.assertEqual(self.shares(run)["cpu"], 0, "--balance wins")
        run = self.sweep("--settings", "settings.toml", devices="cpu")
        self.assertEqual(self.shares(run), {"cpu": 192})
        self.assertIn('[gpu] balance = "cuda:0=0.25,cpu=0.75" is not used: --devices cpu says otherwise', self.notes(run))

    def test_shares_that_cannot_be_given(self):
        for balance, says in (("cuda:0=0.5", "sum"), ("cuda:0=x,cpu=1", "cuda:0=x"), ("cuda:0=-1,cpu=2", "-1"),
                              ("cpu=0.5,cpu=0.5", "cpu"), ("cuda:0", "no device=share"), ("cuda:7=0.5,cpu=0.5", "there is no device 'cuda:7'"),
                              ("cpv=1", "there is no device 'cpv'")):
            with self.subTest(balance=balance):
                self.refused("sweep", "small.toml", "--out", "refused", "--balance", balance, says=["--balance", says],
                             env=environment())
        self.refused("sweep", "small.toml", "--out", "refused", "--balance", "cuda:1=0.5,cpu=0.5", "--devices", "cpu,cuda:0",
                     says=["--balance", "cuda:1", "not among"], env=environment())
        self.refused("sweep", "small.toml", "--out", "refused", "--balance", "cuda:0=1", "--devices", "cpu",
                     says=["--balance", "cuda:0", "not among"], env=environment())
        self.refused("sweep", "small.toml", "--out", "refused", "--set", 'gpu.balance="cpu"', says=["[gpu] balance"])
        self.assertFalse(os.path.exists(self.path("refused")))

    def test_a_resumed_run_keeps_to_shares_of_what_is_missing(self):
        self.threadx("sweep", "small.toml", "--out", "part", "--devices", "cpu", "--range", "0:192")
        run = self.sweep("--range", "0:100", devices="cpu")
        self.assertEqual(len(self.rows(run)), 100)
        whole = self.hash("part")
        self.threadx("resume", run, *BOTH, env=environment())  # nothing is missing of its range
        self.assertEqual(len(self.rows(run)), 100)
        self.assertEqual(whole, self.small_hash)


class Profiles(devices.DeviceTest):
    def kept(self):
        with open(self.path("profiles", "profiles.json"), encoding="utf-8") as file:
            return json.load(file)["profiles"]

    def keeping(self, *options, **more):
        return self.sweep("--set", f'paths.profiles="{self.path("profiles")}"', *options, **more)

    def test_every_batch_of_every_run_is_learned_from(self):
        known = {}
        for _ in range(2):
            run = self.keeping("--set", "optimization.performance.batch_size=16", *BOTH, devices="auto")
            self.assert_small(run)
            entries = [entry for entry in self.kept() if entry["tag"] == "sim/ema_cross"]
            simulations = {}  # what is known of each device: its entries, one for each size of batches
            for entry in entries:
                what_is_known = {key: value for key, value in entry.items() if key != "updated"}
                simulations.setdefault((entry["device"], entry["uuid"]), []).append(what_is_known)
            worked = {device for device, scenarios in self.shares(run).items() if scenarios}
            self.assertTrue(worked)
            self.assertLessEqual(worked, {"cuda:0", "cuda:1"})
            for device, found in simulations.items():  # a batch moves the rate, or is noted as an outlier
                if device[0] in worked:
                    self.assertNotEqual(found, known.get(device), device)
            known.update(simulations)
            self.assertLessEqual(worked, {device for device, _ in simulations})
            self.assertEqual(sum(entry["tag"] == "start" for entry in self.kept()), 2)
        self.assertEqual({device for device, _ in known}, {"cuda:0", "cuda:1"})
        self.assertEqual(len({uuid for _, uuid in known}), 2)
        self.keeping(devices="cpu")
        self.assertTrue([e for e in self.kept() if e["device"] == "cpu" and " x" in e["driver"]])

    def test_what_is_known_decides_and_is_explained(self):
        explain = ("sweep", "small.toml", "--explain", "--set", f'paths.profiles="{self.path("profiles")}"')
        before = self.threadx(*explain, "--devices", "cpu,cuda:0", env=environment()).out
        self.assertIn("cuda:0: not measured yet; it is tried", before)
        self.assertFalse(os.path.exists(self.path("profiles")), "explaining measures nothing")
        self.keeping("--balance", "cpu=0.5,cuda:0=0.5", devices="auto")
        after = self.threadx(*explain, "--devices", "cpu,cuda:0", env=environment()).out
        self.assertRegex(after, r"cpu: \d+ million bar-scenarios a second")
        self.assertRegex(after, r"cuda:0: \d+ million bar-scenarios a second, .* to start")
        self.assertIn("predicted finish:", after)
        self.assertRegex(after, r"chosen: cpu\n")
        self.assertRegex(after, r"cuda:0 left idle: [\d.]+ [mu]s of work, [\d.]+ (m|u|)s to start")
        run = self.keeping(devices="cpu,cuda:0")
        self.assertEqual(self.shares(run), {"cpu": 192})
        self.assert_noted(run, "cuda:0 left idle: ")
        fixed = self.threadx(*explain, "--balance", "cpu=0.25,cuda:0=0.75", env=environment()).out
        self.assertIn("fixed balance", fixed)
        self.assertIn("cuda:0: 144 scenarios", fixed)

    def test_damaged_profiles_are_said_and_set_aside(self):
        self.write("profiles/profiles.json", '{"schema": 1, "profiles": [')
        run = self.keeping(devices="cpu")
        self.assert_noted(run, "profiles.json")
        self.assert_small(run)
        self.assertTrue(self.kept())
        self.assertTrue([name for name in os.listdir(self.path("profiles")) if "damaged" in name])

    def test_profiles_that_cannot_be_kept_are_a_warning(self):
        self.write("file", "no folder")
        run = self.sweep("--set", f'paths.profiles="{self.path("file", "x")}"', devices="cpu")
        self.assert_noted(run, "what devices can do is not remembered: ")
        self.assert_small(run)
        none = self.sweep("--set", 'paths.profiles=""', devices="cpu")
        self.assertEqual(self.notes(none), ["the CPU alone was asked for: no GPU was looked for"])

    def test_memory_that_was_too_little_is_remembered(self):
        options = ("--set", "optimization.performance.batch_size=4")
        said = "scenarios at once were too many, now"
        number = self.call_after_self_test("launch", 20)
        run = self.keeping(*options, devices="cuda:0", THREADX_FAULTS=f"cuda:0 launch {number} out_of_memory")
        self.assert_noted(run, said)
        with open(self.path("profiles", "profiles.json"), encoding="utf-8") as file:
            (cap,) = json.load(file)["memory_caps"]
        self.assertGreater(cap["items"], 0)
        again = self.keeping(*options, devices="cuda:0")
        self.assertFalse([note for note in self.notes(again) if said in note])
        self.assert_small(again)


if __name__ == "__main__":
    program.main()
