"""Sweeps on accelerators: the same rows whichever devices compute them, whatever goes wrong with a device, and the user is
told what happened.

    python3 sweep_devices_test.py PATH/TO/threadx FOLDER_OF_FAKE_LIBCUDA FOLDER_OF_FAKE_LIBNVRTC [--sanitized]

The devices are those of the fake CUDA driver (tests/device/fake_cuda), which is always there, and PoCL's. With --sanitized
PoCL is left out: it compiles kernels with an LLVM of its own, which no sanitizer has seen.
"""

import functools
import json
import os
import re
import signal
import subprocess
import sys
import time

import program
import same_bits_test

FAKE_CUDA, FAKE_NVRTC = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))
SANITIZED = "--sanitized" in sys.argv and not sys.argv.remove("--sanitized")

CUDA = {"LD_LIBRARY_PATH": FAKE_CUDA, "FAKE_CUDA": "devices=2"}
POCL = {"POCL_DEVICES": "pthread basic"}
PRECISIONS = ("float64",) if SANITIZED else ("float64", "float32")
BOTH = ("--balance", "cuda:0=0.7,cuda:1=0.3")  # without it one may be left idle
NO_OPENCL = {"OCL_ICD_VENDORS": "/nowhere"}


CALLS_OF_SELF_TEST = {}  # by kind of call, as they were found


def environment(cuda=True, opencl=False, **more):
    return {**(CUDA if cuda else {}), **(POCL if opencl else NO_OPENCL), **more}


@functools.lru_cache(maxsize=None)
def ids_of(kind):
    """The devices of a kind that can be used here."""
    found = program.run("devices", "--json", cwd="/", env=environment(opencl=True))
    assert found.status == 0, found.err
    return [d["id"] for d in json.loads(found.out)["devices"] if d["kind"] == kind and d["usable"]]


def opencl_devices():
    return [] if SANITIZED else ids_of("opencl")


class DeviceTest(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.count = 0
        self.assertEqual(ids_of("cuda")[:2], ["cuda:0", "cuda:1"], "the fake driver is not found")
        self.write("small.toml", self.sweep_text(2500, "fast = { from = 5, to = 16, step = 1 }"))

    def sweep_text(self, bars, fast, bar="1h", more=""):
        space = f"{fast}\nslow = {{ from = 30, to = 60, step = 2 }}\n"
        return program.sweep_file(program.bars(bars, bar=bar), "ema_cross", space, more)

    def sweep(self, *options, file="small.toml", devices="cuda:0", **more):
        """The run directory of a sweep that succeeds, and what it said."""
        self.count += 1
        run = f"run{self.count}"
        said = self.threadx("sweep", file, "--out", run, "--devices", devices, "--set", f'gpu.nvrtc="{FAKE_NVRTC}"', *options,
                            env=environment(opencl="opencl" in devices, **more))
        self.said = said.err
        return run

    def session(self, run, number=-1):
        return json.loads(self.read(f"{run}/manifest.json"))["sessions"][number]

    def shares(self, run):
        """Scenarios by device, of the last session; they must be those of its rows."""
        session = self.session(run)
        shares = {device["device"]: device["scenarios"] for device in session["devices"]}
        self.assertEqual(sum(shares.values()), session["rows"])
        self.assertEqual(len(shares), len(session["devices"]), "a device twice")
        return shares

    def notes(self, run):
        return self.session(run)["notes"]

    def assert_noted(self, run, part):
        """That a note of the run says so, and that its user was told."""
        self.assertTrue([note for note in self.notes(run) if part in note], f"{part!r} is in none of {self.notes(run)}")
        self.assertIn(part, self.said)

    def call_after_self_test(self, call, more=1):
        """The number of a device's call that is the `more`th one of its kind after those of its self-test: the first that fails
        while the device is at work, and does not keep it from being used."""
        if call not in CALLS_OF_SELF_TEST:
            least, most = 1, 1024  # the self-test's last call is among these
            while least < most:
                middle = (least + most + 1) // 2
                run = self.sweep("--set", "optimization.performance.batch_size=4", THREADX_FAULTS=f"cuda:0 {call} {middle} lost")
                if any("is left out" in note for note in self.notes(run)):
                    least = middle
                else:
                    most = middle - 1
            CALLS_OF_SELF_TEST[call] = least
        return CALLS_OF_SELF_TEST[call] + more

    @functools.cached_property
    def small_hash(self):
        return self.hash(self.sweep(devices="cpu"))

    def assert_small(self, run):
        self.assertEqual(self.hash(run), self.small_hash)


class SameBits(DeviceTest):
    def devices(self):
        return ["cuda:0", *opencl_devices()]

    def together(self):
        return ",".join(["cpu", "cuda:0", "cuda:1", *opencl_devices()])

    def test_every_builtin_strategy(self):
        strategies = json.loads(self.threadx("strategies", "--json").out)
        self.assertGreaterEqual(len(strategies), 8)
        for number, strategy in enumerate(strategies):
            space = ""
            for parameter in strategy["parameters"]:
                low = max(0.7 * parameter["default"], parameter["min"])
                high = min(1.4 * parameter["default"], parameter["max"])
                if parameter["kind"] == "int":
                    low, high = int(low), int(high)
                space += f'{parameter["name"]} = {{ min = {low}, max = {high} }}\n'
            self.write("s.toml", program.sweep_file(program.bars(1100), strategy["name"], space, '[sampler]\nkind = "monte_carlo"\n'
                                                    "scenarios = 40\nseed = 3\n[execution]\nfee = 0.0004\n"))
            for which, precision in enumerate(PRECISIONS):
                base = self.sweep("--precision", precision, file="s.toml", devices="cpu")
                expected = self.hash(base)
                self.assertTrue(any(float(row["trades"] or 0) > 0 for row in self.rows(base)), strategy["name"])
                opencl = opencl_devices()  # they take turns: each run starts PoCL, which takes a while
                for devices in ["cuda:0", *opencl[(number + which) % max(1, len(opencl)) :][:1]]:
                    with self.subTest(strategy=strategy["name"], precision=precision, devices=devices):
                        run = self.sweep("--precision", precision, file="s.toml", devices=devices)
                        self.assertEqual(self.hash(run), expected)
                        self.assertEqual(self.shares(run)[devices], 40)

    def write_sweeps(self):
        self.write("everything.toml", same_bits_test.EVERYTHING)
        self.write("wild.toml", same_bits_test.WILD)
        for name, (strategy, space, more, volatility) in same_bits_test.SWEEPS.items():
            text = program.sweep_file(program.bars(2500, volatility=volatility), strategy, space, more)
            self.write(f"{name}_sweep.toml", text)
            yield name, f"{name}_sweep.toml"

    def test_the_sweeps_of_the_test_of_same_bits(self):
        for name, file in self.write_sweeps():
            for precision in PRECISIONS:
                expected = self.hash(self.sweep("--precision", precision, file=file, devices="cpu"))
                for devices in (*self.devices(), self.together()):
                    with self.subTest(sweep=name, precision=precision, devices=devices):
                        run = self.sweep("--precision", precision, file=file, devices=devices)
                        self.assertEqual(self.hash(run), expected)

    def test_any_batch_size_and_any_memory(self):
        for name, file in self.write_sweeps():
            expected = self.hash(self.sweep(file=file, devices="cpu"))
            variants = [("cuda:0,cuda:1", "optimization.performance.batch_size", size) for size in (1, 7, 1000)]
            # Of a GPU, its own budget; of PoCL, the processor's. The smallest is less than the bars take.
            variants += [("cuda:0", "gpu.memory_budget", f'"{size}"') for size in ("1%", "3MiB", "1MiB", "10kB", "1B")]
            variants += [(device, "optimization.performance.memory_budget", f'"{size}"')
                         for device, size in zip(opencl_devices(), ("3MiB", "10kB"))]
            for devices, key, value in variants:
                with self.subTest(sweep=name, devices=devices, key=key, value=value):
                    run = self.sweep("--set", f"{key}={value}", file=file, devices=devices)
                    self.assertEqual(self.hash(run), expected)
                    self.assertEqual(self.shares(run)["cpu"], 0, self.notes(run))

    def test_ranges_on_different_devices_are_the_sweep(self):
        whole = self.csv_text(self.sweep(devices="cpu")).splitlines()[1:]
        cuts = (0, 1, 60, 61, 130, 192)
        devices = (self.devices() + ["cuda:1", "cpu"]) * 3
        parts = [self.sweep("--range", f"{a}:{b}", devices=device) for a, b, device in zip(cuts, cuts[1:], devices)]
        self.assertEqual([line for part in parts for line in self.csv_text(part).splitlines()[1:]], whole)

    def test_very_few_bars_and_no_scenarios(self):
        opencl = opencl_devices()[:1]
        for bars in (2, 3, 63, 64, 65, 129):
            self.write("few.toml", self.sweep_text(bars, "fast = [2, 3, 70]\nslow = [5, 200]").replace("slow = {", "# {"))
            expected = self.csv_text(self.sweep(file="few.toml", devices="cpu"))
            for devices in ["cuda:0", *(opencl if bars in (2, 64) else [])]:
                with self.subTest(bars=bars, devices=devices):
                    self.assertEqual(self.csv_text(self.sweep(file="few.toml", devices=devices)), expected)
        self.write("none.toml", self.sweep_text(100, "fast = [5, 6]").replace("[space]", '[space]\nconstraints = ["fast > slow"]'))
        for devices in ("cpu", "cuda:0", "cpu,cuda:0"):
            run = self.sweep(file="none.toml", devices=devices)
            self.assertEqual((self.rows(run), set(self.shares(run).values())), ([], {0}))


class Resumed(DeviceTest):
    SLOWLY = ["--set", "optimization.performance.instruction_set=scalar", "--set", "optimization.performance.batch_size=1",
              "--workers", 1, "--set", f'gpu.nvrtc="{FAKE_NVRTC}"']

    def test_runs_that_are_killed_or_interrupted_on_one_device_go_on_on_another(self):
        fast = "fast = { from = 5, to = 28, step = 1 }\natr_multiplier = { from = 1.0, to = 4.0, step = 0.5 }"
        self.write("long.toml", self.sweep_text(20000, fast, "1m"))
        plain = self.sweep(file="long.toml", devices="cpu")
        expected, total = self.hash(plain), len(self.rows(plain))
        others = ["cpu,cuda:1", *(opencl_devices() or ["cuda:1"])[:1], "cuda:0,cuda:1"]
        rows = []
        for end, how in enumerate((signal.SIGKILL, signal.SIGINT, signal.SIGKILL, None)):
            device = "cuda:0" if end == 0 else others[end - 1]
            command = ["sweep", "long.toml", "--out", "run"] if end == 0 else ["resume", "run"]
            names = device.split(",")
            shares = ["--balance", ",".join(f"{name}=0.5" for name in names)] if len(names) == 2 else []
            process = subprocess.Popen(
                [program.PROGRAM, *command, "--devices", device, *shares, *map(str, self.SLOWLY)], cwd=self.folder, text=True,
                env=program.environment(**environment(opencl="opencl" in device)), stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE)
            self.addCleanup(process.kill)
            if how is not None:
                enough = (rows[-1] if rows else 0) + 30
                while process.poll() is None and (not os.path.exists(self.path("run", "manifest.json"))
                                                  or len(self.rows("run")) < enough):
                    time.sleep(0.005)
                process.send_signal(how)
            _, err = process.communicate()
            self.assertIn(process.returncode, {signal.SIGKILL: [-9], signal.SIGINT: [130], None: [0]}[how], err)
            rows.append(len(self.rows("run")))
            if how != signal.SIGKILL:
                shares = self.shares("run")
                self.assertEqual(sum(shares.values()), rows[-1] - rows[-2])
                if rows[-2] < total:  # a signal that comes late on a busy machine finds all done
                    self.assertIn(device.split(",")[-1], shares)
        self.assertEqual(self.hash("run"), expected)
        self.assertEqual(rows[-1], total)
        self.assertLess(rows[0], total, "the first was to be killed before its end")
        stops = rows[: rows.index(total) + 1]
        self.assertEqual(stops, sorted(set(stops)), "each of them did something")
        print(f"stopped at {rows} of {total} rows")


class Faults(DeviceTest):
    """Devices that fail because THREADX_FAULTS says so (device/fault_injection.hpp)."""

    BATCHES = ("--set", "optimization.performance.batch_size=4")

    def faulty(self, faults, devices="cuda:0", *options):
        expected = self.small_hash  # now: the last sweep is the one that said something
        run = self.sweep(*(options or self.BATCHES), devices=devices, THREADX_FAULTS=faults)
        self.assertEqual(self.hash(run), expected)
        return run

    def test_one_allocation_without_room(self):
        """Wherever it is: less is tried, or the device is not used; and it is said."""
        words = ("is left out", "bytes of it are used", "at once were too many", "takes no more work")
        seen = {}
        for number in range(1, 26):
            run = self.faulty(f"cuda:0 allocate {number} out_of_memory", "cuda:0", "--set", 'gpu.memory_budget="8MiB"')
            what = [word for word in words if any(word in note for note in self.notes(run))]
            if what:  # nothing where the self-test did with less, and where there are not so many
                self.assert_noted(run, f"allocate number {number} fails because THREADX_FAULTS says so")
            seen[number] = what
            self.assertEqual(self.shares(run).get("cuda:0", 0), 0 if what == ["is left out"] else 192, what)
        for word in words[:3]:
            self.assertIn([word], seen.values(), seen)
        run = self.faulty(f"cuda:0 launch {self.call_after_self_test('launch', 20)} out_of_memory")
        self.assert_noted(run, "scenarios at once were too many, now")

    def test_no_allocation_has_room_from_some_time_on(self):
        later = self.call_after_self_test("allocate", 2)
        for number, what in ((1, "cuda:0 is left out: "), (later, "cuda:0 takes no more work: ")):
            run = self.faulty(f"cuda:0 allocate {number}.. out_of_memory")
            self.assert_noted(run, what)
            self.assert_noted(run, "no accelerator is left: the CPU computes ")
            self.assertGreater(self.shares(run)["cpu"], 0)
        run = self.faulty(f"cuda:0 allocate {later}.. out_of_memory", "cuda:0,cuda:1")
        self.assertEqual(self.shares(run)["cpu"], 0)
        self.assertGreater(self.shares(run)["cuda:1"], 0)

    def test_a_device_that_is_lost_leaves_its_work_to_the_cpu(self):
        for device in ["cuda:0", *opencl_devices()[:1]]:
            # So late that a batch is done, whichever of the device's threads makes the call.
            later = [(call, self.call_after_self_test(call, more))
                     for call, more in (("launch", 40), ("download", 20), ("wait", 20), ("upload", 40))]
            for call, number in [("launch", 1), *later]:
                if device != "cuda:0" and call != "launch":
                    continue
                with self.subTest(device=device, call=call, number=number):
                    run = self.faulty(f"{device} {call} {number} lost", device)
                    self.assert_noted(run, f"{call} number {number} fails because THREADX_FAULTS says so")
                    self.assert_noted(run, "no accelerator is left: the CPU computes ")
                    if number == 1:
                        self.assert_noted(run, f"{device} is left out: ")
                        self.assertEqual(self.shares(run), {"cpu": 192})
                    else:
                        self.assert_noted(run, f"{device} takes no more work: ")
                        self.assert_noted(run, "its batch of 4 scenarios is left to others")
                        shares = self.shares(run)
                        self.assertTrue(0 < shares[device] < 192 and shares["cpu"] == 192 - shares[device], shares)

    def test_one_of_two_that_is_lost_leaves_its_work_to_the_other(self):
        first = self.call_after_self_test("download")
        for other in ["cuda:1", *opencl_devices()[:1]]:  # each has a part of its own, so none can be left without work
            run = self.faulty(f"cuda:0 download {first} lost", f"cuda:0,{other}",
                              *self.BATCHES, "--balance", f"cuda:0=0.5,{other}=0.5")
            self.assert_noted(run, "cuda:0 takes no more work: ")
            shares = self.shares(run)
            self.assertEqual((shares["cpu"], shares["cuda:0"] + shares[other]), (0, 192))
        run = self.faulty(f"cuda:0 download {first} lost; cuda:1 download {first} lost", "cuda:0,cuda:1",
                          *self.BATCHES, "--balance", "cuda:0=0.5,cuda:1=0.5")
        for device in ("cuda:0", "cuda:1"):
            self.assert_noted(run, f"{device} takes no more work: ")
        self.assert_noted(run, "no accelerator is left: the CPU computes ")

    def test_devices_that_are_lost_beside_the_cpu(self):
        later = self.call_after_self_test("download", 4)
        run = self.faulty(f"cuda:0 download {later} lost; cuda:1 download {later + 2} failed", "cpu,cuda:0,cuda:1",
                          *self.BATCHES, "--balance", "cpu=0.2,cuda:0=0.4,cuda:1=0.4")
        for device in ("cuda:0", "cuda:1"):  # each has a part of its own, so none can be left without work
            self.assert_noted(run, f"{device} takes no more work: ")
            self.assert_noted(run, "its batch of 4 scenarios is left to others")
        self.assertGreater(self.shares(run)["cpu"], 100)

    def test_a_device_that_computes_wrongly_is_left_out(self):
        last = self.call_after_self_test("download", 0)
        for number, why in ((1, "it fuses multiplications and additions"), (last, "a small sweep has another result")):
            for device in ["cuda:0", *opencl_devices()[:1]]:
                run = self.faulty(f"{device} download {number} wrong", device)
                self.assert_noted(run, f"{device} is left out: {device} (")
                self.assert_noted(run, f") fails its self-test in float64: {why}")
                self.assertEqual(self.shares(run), {"cpu": 192})
        run = self.faulty(f"cuda:0 download {last} wrong", "cuda:0,cuda:1")
        self.assertEqual(self.shares(run), {"cpu": 0, "cuda:1": 192})

    def test_a_device_that_cannot_be_opened_or_compiled_for(self):
        for call in ("open", "build"):
            run = self.faulty(f"cuda:1 {call} 1 failed", "cuda:0,cuda:1", *BOTH)
            self.assert_noted(run, f"cuda:1 is left out: cuda:1 (Fake Small GPU): {call} number 1 fails")
            self.assertEqual(self.shares(run), {"cpu": 0, "cuda:0": 192})

    def test_a_resumed_run_whose_device_is_lost(self):
        run = self.faulty(f"cuda:0 launch {self.call_after_self_test('launch', 20)} lost")
        self.threadx("sweep", "small.toml", "--out", "part", "--range", "0:192", "--devices", "cpu", *self.BATCHES)
        done = self.threadx("resume", run, "--devices", "cuda:0", env=environment(THREADX_FAULTS="cuda:0 open 1 failed"))
        self.assertIn("all 192 rows are there already", done.err)
        self.assert_small(run)


class Names(DeviceTest):
    def refuse(self, devices, *says, settings=(), **more):
        options = [word for text in settings for word in ("--set", text)]
        self.refused("sweep", "small.toml", "--out", "refused", "--devices", devices, *options, says=list(says),
                     env=environment(**more))
        self.assertFalse(os.path.exists(self.path("refused")), "a run directory of a sweep that was refused")

    def test_names_that_mean_nothing_here(self):
        there = "there are: cpu ("
        self.refuse("cuba", "--devices cuba: there is no device 'cuba' (did you mean 'cuda'?)", there, "cuda:1 (Fake Small GPU)")
        self.refuse("cuda:7", "--devices cuda:7: there is no device 'cuda:7'; " + there)
        self.refuse("cpu,cuda:0,opencl:0", "there is no device 'opencl:0'", there, "no OpenCL: ")
        self.refuse("opencl", "--devices opencl: there is no such device that can be used", "no OpenCL: ")
        self.refuse("cuda:0,,cpu", 'a name is missing; expected auto, or a list such as cpu,cuda:0')
        self.refuse("auto", '[gpu] devices = "cuda:5"', "there is no device 'cuda:5'", settings=['gpu.devices=["cuda:5"]'])

    def test_devices_that_cannot_be_used(self):
        self.refuse("cuda:0", "--devices cuda:0: cuda:0 (Fake Large GPU) cannot be used: ", FAKE_CUDA="devices=2;compute_mode=2,0")
        self.refuse("cuda", "there is no such device that can be used", "[cannot be used: ", FAKE_CUDA="devices=1;compute_mode=2")

    def test_budgets_that_mean_nothing(self):
        for budget in ("lots", "0%", "120%", "-1GiB", ""):
            self.refuse("cuda:0", "memory_budget", f'"{budget}"' if budget else "memory_budget", settings=[f'gpu.memory_budget="{budget}"'])

    def test_a_name_that_comes_twice_is_one_device(self):
        uuid = next(d["uuid"] for d in json.loads(self.threadx("devices", "--json", env=environment()).out)["devices"]
                    if d["id"] == "cuda:0")
        run = self.sweep(devices=f"cuda:0,cuda:0,{uuid}")
        self.assertEqual(self.shares(run), {"cpu": 0, "cuda:0": 192})
        self.assert_small(run)

    def test_the_settings_say_what_auto_is(self):
        listed = self.sweep("--set", 'gpu.devices=["cuda:1"]', "--set", "optimization.performance.batch_size=1", devices="auto")
        self.assertLessEqual(set(self.shares(listed)), {"cpu", "cuda:1"})
        off = self.sweep("--set", "gpu.enabled=false", devices="auto")
        self.assertEqual(self.notes(off), ["GPUs are switched off ([gpu] enabled): none was looked for"])
        only = self.sweep(devices="cpu")
        self.assertEqual(self.notes(only), ["the CPU alone was asked for: no GPU was looked for"])
        for names, devices in (("cuda", {"cpu": 0, "cuda:0": 192}), ("gpu", {"cpu": 0, "cuda:0": 192})):
            one = self.sweep("--set", "gpu.multi_gpu_enabled=false", devices=names)
            self.assertEqual(self.shares(one), devices)
            self.assertTrue([n for n in self.notes(one) if n.startswith("cuda:1 (Fake Small GPU) is not used: [gpu] multi_gpu_enabled")])
        both = self.sweep("--set", "gpu.multi_gpu_enabled=false", *BOTH, devices="cuda:0,cuda:1")  # named are used
        self.assertEqual(set(self.shares(both)), {"cpu", "cuda:0", "cuda:1"})
        for run in (listed, off, only, one, both):
            self.assert_small(run)

    def test_nothing_is_noted_twice(self):
        run = self.sweep(devices="cpu,gpu")
        self.assertEqual(len(self.notes(run)), len(set(self.notes(run))), self.notes(run))
        self.assertTrue([note for note in self.notes(run) if note.startswith("no OpenCL: ")])


class WhatIsSaid(DeviceTest):
    def test_the_summary_names_the_devices_and_their_shares(self):
        run = self.sweep(*BOTH, devices="cuda:0,cuda:1")
        shares = {device: count for device, count in self.shares(run).items() if count}
        (line,) = re.findall(r"(?m)^info: 192 rows in .* bar-scenarios a second on (.*); see all with: ", self.said)
        expected = [device + (f" {100 * count / 192:.0f} %" if count < 192 else "") for device, count in shares.items()]
        self.assertEqual(line, ", ".join(expected))
        self.sweep(devices="cuda:1")
        self.assertRegex(self.said, r" bar-scenarios a second on cuda:1; see all")

    def test_the_manifest_has_an_entry_for_each_device(self):
        run = self.sweep(*BOTH, devices="cuda:0,cuda:1")
        cpu, *others = self.session(run)["devices"]
        self.assertEqual((cpu["device"], cpu["scenarios"], cpu["simulation_seconds"]), ("cpu", 0, 0.0))
        names = {"cuda:0": "Fake Large GPU", "cuda:1": "Fake Small GPU"}
        self.assertEqual({device["device"]: device["name"] for device in others}, names)
        self.assertEqual(sum(device["scenarios"] for device in others), 192)
        for device in others:
            self.assertEqual(device["scenarios"] > 0, device["simulation_seconds"] > 0)

    def test_a_small_sweep_looks_for_no_gpu_and_says_why(self):
        run = self.sweep(devices="auto")
        self.assertEqual(self.shares(run), {"cpu": 192})
        self.assertEqual(len(self.notes(run)), 1)
        self.assertRegex(self.notes(run)[0], r"^no GPU was looked for: the CPU is predicted to need \d+ us, "
                                             r"looking takes 100 ms and none is known here$")

    def test_a_sweep_that_is_worth_it_finds_the_gpus_while_the_cpu_computes(self):
        """Worth it, because a GPU is known, and the CPU is thought to be slow."""
        fast = "fast = { from = 5, to = 28, step = 1 }\natr_multiplier = { from = 1.0, to = 4.0, step = 0.5 }"
        self.write("big.toml", self.sweep_text(20000, fast, "1m"))
        slowly = ("--set", "optimization.performance.instruction_set=scalar", "--workers", 1,
                  "--set", f'paths.profiles="{self.path("profiles")}"')
        self.sweep(*slowly, "--balance", "cpu=0.5,cuda:0=0.5", devices="auto")
        file = self.path("profiles", "profiles.json")
        with open(file, encoding="utf-8") as text:
            kept = json.load(text)
        for entry in kept["profiles"]:
            entry["item_seconds"] *= 100 if entry["device"] == "cpu" else 0.1
        expected = self.hash(self.sweep(file="big.toml", devices="cpu"))
        # On a busy machine the GPU may be found before the CPU's thread asks for its first batch; it is so seldom.
        for _ in range(20):
            with open(file, "w", encoding="utf-8") as text:
                json.dump(kept, text)
            run = self.sweep(*slowly, file="big.toml", devices="auto")
            shares = self.shares(run)
            self.assertGreater(shares.get("cuda:0", 0), 0, self.notes(run))
            self.assertEqual(self.hash(run), expected)
            if shares["cpu"] > 0:
                break
        self.assertGreater(shares["cpu"], 0, self.said)
        self.assertRegex(self.said, r" on cpu \(scalar\) \d+ %, cuda:")
        off = self.sweep("--set", "gpu.enabled=false", file="big.toml", devices="auto")
        self.assertEqual(set(self.shares(off)), {"cpu"})


class Drivers(DeviceTest):
    """Which libraries the program asks the loader for: that of the system says so on request."""

    def libraries(self, *arguments):
        said = self.threadx(*arguments, env={**environment(), "LD_DEBUG": "libs"})
        return set(re.findall(r"find library=(lib(?:cuda|OpenCL|nvrtc)[^\s]*)", said.err))

    def test_what_needs_no_gpu_opens_no_driver(self):
        if "libcuda.so.1" not in self.libraries("devices"):
            self.skipTest("the loader does not say what it opens (LD_DEBUG=libs)")
        run = ["sweep", "small.toml", "--force", "--out", "run"]
        for command in (["--version"], ["strategies"], run, [*run, "--devices", "cpu"], ["resume", "run"],
                        [*run, "--set", "gpu.enabled=false"], ["show", "run"]):
            self.assertEqual(self.libraries(*command), set(), command)
        self.assertIn("libcuda.so.1", self.libraries(*run, "--devices", "cuda:0"))


if __name__ == "__main__":
    if SANITIZED:
        print("skipped: PoCL's devices because the program is sanitized")
    elif not ids_of("opencl"):
        print("skipped: sweeps on OpenCL devices because there is none")
    program.main()
