"""What a run notes of the machine: the manifest's series, energy and warnings, the progress line; and that it changes no row
and holds up no short run.

    python3 run_watch_test.py PROGRAM FOLDER_OF_THE_FAKE_NVML FOLDER_OF_FAKE_LIBCUDA FOLDER_OF_FAKE_LIBNVRTC
"""

import json
import os
import re
import sys

import program

FAKE_NVML = os.path.join(os.path.abspath(sys.argv.pop(1)), "today", "libnvidia-ml.so.1")
FAKE_CUDA, FAKE_NVRTC = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))


def machine(script, library=FAKE_NVML, **more):
    """The fake CUDA devices and what NVML tells of them; their UUIDs are the same."""
    return {"LD_LIBRARY_PATH": FAKE_CUDA, "FAKE_CUDA": "devices=2", "OCL_ICD_VENDORS": "/nowhere", "THREADX_NVML": library,
            "FAKE_NVML": script, **more}


class Watched(program.ProgramTest):
    # A sweep of some seconds: the fake devices are slow.
    def sweep(self, run, *options, env, bars=20000, scenarios=4000, command="sweep", more=""):
        more += f'[sampler]\nkind = "monte_carlo"\nscenarios = {scenarios}\n'
        space = "fast = { min = 5, max = 30 }\nslow = { min = 31, max = 120 }\n"
        self.write("sweep.toml", program.sweep_file(program.bars(bars), "ema_cross", space, more))
        return self.threadx(command, "sweep.toml", "--out", run, "--set", f'gpu.nvrtc="{FAKE_NVRTC}"', *options, env=env)

    def session(self, run):
        return json.loads(self.read(f"{run}/manifest.json"))["sessions"][-1]

    def test_a_run_on_gpus_keeps_their_series_energy_and_warnings(self):
        script = "temperature=86,40;power=150250,1200;energy=power,-;throttle=0x20,0;utilization=97,3"
        # A device is watched from its first batch on: batches are small, so that this is long before the last.
        said = self.sweep("run", "--balance", "cpu=0.4,cuda:0=0.3,cuda:1=0.3", "--devices", "cpu,cuda:0,cuda:1", "--set",
                          "optimization.performance.batch_size=50", env=machine(script))
        session = self.session("run")
        watched = session["machine"]
        self.assertEqual([device["device"] for device in watched["devices"]], ["cpu", "cuda:0", "cuda:1"])
        cpu, first, second = watched["devices"]
        self.assertEqual(first["uuid"], "GPU-00010203-0405-0607-0809-0a0b0c0d0e0f")
        self.assertEqual(first["mean"]["utilization_percent"], 97)
        self.assertEqual(first["max"]["temperature_celsius"], 86)
        self.assertEqual(second["max"]["temperature_celsius"], 40)
        for device in watched["devices"]:
            for name, values in device["series"].items():
                self.assertEqual(len(values), len(watched["elapsed_seconds"]), name)
        self.assertIn("load_percent", cpu["series"])
        self.assertEqual((first["energy_from"], second["energy_from"]), ("counter", "power"))
        # 150.25 W for the time that it was watched, and so much for each million of bars x scenarios.
        self.assertGreater(first["energy_joules"], 0)
        self.assertLess(first["energy_joules"], 150.25 * session["seconds"])
        self.assertGreater(first["joules_per_million_bar_scenarios"], 0)
        self.assertLess(second["energy_joules"], first["energy_joules"] / 50)
        self.assertNotIn("energy_joules", cpu)
        hot = [note for note in session["notes"] if "cuda:0 (NVIDIA GeForce RTX 5080) was hot: 86 C" in note]
        self.assertEqual(len(hot), 1, session["notes"])
        self.assertTrue([note for note in session["notes"] if "slowed down by heat in 100 % of the samples" in note])
        self.assertIn("warning: cuda:0 (NVIDIA GeForce RTX 5080) was hot", said.err)
        self.assertFalse([note for note in session["notes"] if "cuda:1" in note and "hot" in note])

    def test_rows_are_the_same_whatever_is_known_of_the_machine(self):
        hashes = set()
        for i, env in enumerate([machine("temperature=95"), machine("lost=2"), machine("init=9"), machine("", library="libthere_is_none.so.1")]):
            self.sweep(f"run{i}", "--devices", "cpu,cuda:0", "--balance", "cpu=0.5,cuda:0=0.5", env=env, bars=5000, scenarios=1000)
            hashes.add(self.hash(f"run{i}"))
        self.assertEqual(len(hashes), 1)

    def test_the_progress_line_has_load_temperature_and_power_as_far_as_they_are_known(self):
        said = self.sweep("run", "--devices", "cuda:0", env=machine("power=-", FAKE_CUDA="devices=1"), scenarios=6000)
        # Without a terminal there is a line every five seconds, and the last one.
        last = [line for line in said.err.splitlines() if "100.0 %" in line][-1]
        self.assertRegex(last, r"cuda:0 100 % \(37 %, 61 C\)")

    def test_on_the_processor_alone_nvml_is_not_opened(self):
        env = machine("this would end the program")
        self.sweep("run", "--devices", "cpu", "--workers", "1", env=env, scenarios=50000)
        watched = self.session("run")["machine"]
        self.assertEqual([device["device"] for device in watched["devices"]], ["cpu"])
        self.assertTrue(all(0 <= load <= 100 for load in watched["devices"][0]["series"]["load_percent"] if load is not None))
        self.assertGreater(watched["sample_cost_seconds"], 0)

    def test_who_does_not_want_it_is_not_watched(self):
        self.sweep("run", "--devices", "cuda:0", "--set", "logging.watch=false", env=machine("this would end the program"), scenarios=1000)
        self.assertNotIn("machine", self.session("run"))

    def test_a_short_run_is_not_watched(self):
        said = self.sweep("run", "--devices", "cpu", env=machine("this would end the program"), bars=500, scenarios=20)
        self.assertNotIn("machine", self.session("run"), said.err)

    def test_a_walk_forward_is_watched_too_and_the_report_shows_it(self):
        more = '[walkforward]\ntrain = 4000\ntest = 1000\n'
        env = machine("temperature=61", FAKE_CUDA="devices=1")
        self.sweep("run", "--devices", "cuda:0", env=env, command="walkforward", more=more, scenarios=2000)
        self.assertIn("cuda:0", [device["device"] for device in self.session("run")["machine"]["devices"]])
        self.threadx("report", "run", env=env)
        page = self.read("run/report.html")
        self.assertTrue(re.search(r'"temperature_celsius":\s*\[', page))
        self.assertIn("Load, temperature and power", page)


if __name__ == "__main__":
    program.main()
