#!/usr/bin/env python3
"""Checks ThreadX on this machine's GPUs, measures it there, and writes what came out as Markdown.

    python3 tools/gpu_check.py                            with the programs of build/release
    python3 tools/gpu_check.py --bundle FILE              with those that `make bundle` packed on another machine
    python3 threadx-bundle/gpu_check.py --out .           the same, unpacked
    python3 tools/gpu_check.py --devices opencl --scenarios 100 --bars 2000     tries it out, with PoCL for example

It runs the device tests, compares the hash of every workload's rows in both precisions on each GPU with the CPU's, and
measures kernel, sweep and whole program. It needs python3 and nothing else, ends in some minutes, and exits with 1 if there
is no GPU, a test fails, a device cannot be measured or a hash differs.
"""

import argparse
import ctypes
import datetime
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

from gpu_report import LARGE, verdict, write

HERE = os.path.dirname(os.path.abspath(__file__))
SMALL = ["W1", "W2", "W3"]
PRECISIONS = ["float64", "float32"]
INSTRUCTIONS = "float64=90,float32=57"  # of a quiet bar, compute capability 9.0: docs/PERFORMANCE.md, On GPUs
TEST_SECONDS = 240
BENCH_SECONDS = 420


class Refusal(Exception):
    """What the user has to hear; the script ends with 1."""


# The programs


class Programs:
    """Where the programs are, and the environment in which they run, which leaves nothing in the user's folders."""

    def __init__(self, folder, temporary):
        self.folder = os.path.abspath(folder)
        self.temporary = temporary
        self.program = self.find("threadx", "threadx")
        self.environment = {**os.environ, "XDG_CONFIG_HOME": temporary, "XDG_CACHE_HOME": temporary}
        self.add_libraries()

    def find(self, *names):
        for name in names:
            path = os.path.join(self.folder, name)
            if os.path.exists(path):
                return path
        raise Refusal(f"there is no {names[0]} in {self.folder}; build it (make build), or say where it is with --programs or --bundle")

    def add_libraries(self):
        """Of a bundle: the libraries that this machine lacks."""
        lib = os.path.join(self.folder, "lib")
        if not os.path.isdir(lib):
            return
        self.prepend(lib)
        if self.start_error() and os.path.isdir(os.path.join(lib, "standard")):
            self.prepend(os.path.join(lib, "standard"))
        if os.path.isdir(os.path.join(lib, "opencl")):
            try:
                ctypes.CDLL("libOpenCL.so.1")
            except OSError:
                self.prepend(os.path.join(lib, "opencl"))

    def prepend(self, folder):
        before = self.environment.get("LD_LIBRARY_PATH")
        self.environment["LD_LIBRARY_PATH"] = folder + (":" + before if before else "")

    def start_error(self):
        done = self.run([self.program, "--version"], 30)
        return None if done.returncode == 0 else done.stderr.strip() or f"exit status {done.returncode}"

    def run(self, command, seconds, **more):
        """Runs a command to its end; one that takes too long has the exit status 124."""
        try:
            return subprocess.run(
                command,
                cwd=self.temporary,
                env={**self.environment, **more},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            out = late.stdout.decode("utf-8", "replace") if late.stdout else ""
            return subprocess.CompletedProcess(command, 124, out, f"stopped after {seconds} s")
        except OSError as error:  # another processor, say
            return subprocess.CompletedProcess(command, 127, "", str(error))

    def json(self, arguments, seconds):
        done = self.run([self.program, *arguments, "--json"], seconds)
        if done.returncode != 0:
            raise Refusal(f"threadx {' '.join(arguments)} failed with {done.returncode}: {done.stderr.strip()}")
        return json.loads(done.stdout)


def unpack(bundle, temporary):
    """The folder of the programs in a bundle."""
    try:
        with tarfile.open(bundle) as tar:
            tar.extractall(temporary, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    except (OSError, tarfile.TarError) as error:
        raise Refusal(f"--bundle {bundle}: {error}") from error
    return os.path.join(temporary, "threadx-bundle")


# The machine


def choose(inventory, names):
    """The devices to check, and a row for each that was named or is a GPU and cannot be used."""
    accelerators = [device for device in inventory["devices"] if device["kind"] != "cpu"]
    if names == "gpu":
        chosen = [device for device in accelerators if not device["is_cpu"]]
    else:
        words = names.split(",")
        chosen = [device for device in accelerators if device["id"] in words or device["kind"] in words]
    if not any(device["usable"] for device in chosen):
        reasons = [f"{device['id']} ({device['name']}): {device['unusable']}" for device in chosen]
        reasons += [driver["reason"] for driver in inventory["missing"]]
        others = [f"{device['id']} ({device['name']}) computes on this machine's processor" for device in accelerators if device["is_cpu"]]
        wanted = "GPU" if names == "gpu" else f"device '{names}'"
        raise Refusal(
            f"there is no {wanted} here that can be used: {'; '.join(reasons + others) or 'no driver lists one'}.\n"
            "Nothing was checked. To try the check itself out on a processor: --devices opencl, with PoCL"
        )
    return chosen


def nvidia_smi(fields):
    """What nvidia-smi says of each GPU, a dictionary each; none where it is not there."""
    if not shutil.which("nvidia-smi"):
        return []
    command = ["nvidia-smi", f"--query-gpu={','.join(fields)}", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    lines = [line for line in done.stdout.splitlines() if line.count(",") == len(fields) - 1]
    return [dict(zip(fields, (value.strip() for value in line.split(",")))) for line in lines]


class ClockWatch:
    """The highest clock of each NVIDIA GPU's multiprocessors while it is measured, in MHz by the GPU's UUID."""

    def __init__(self):
        self.process = None
        self.file = tempfile.TemporaryFile("w+")

    def __enter__(self):
        if shutil.which("nvidia-smi"):
            command = ["nvidia-smi", "--query-gpu=uuid,clocks.sm", "--format=csv,noheader,nounits", "-lms", "100"]
            self.process = subprocess.Popen(command, stdout=self.file, stderr=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.terminate()
            self.process.wait()

    def highest(self):
        self.file.seek(0)
        clocks = {}
        for line in self.file:
            match = re.match(r"(\S+), (\d+)$", line.strip())
            if match:
                clocks[match.group(1)] = max(clocks.get(match.group(1), 0), int(match.group(2)))
        return clocks


def first_line(path, pattern):
    try:
        with open(path, encoding="utf-8") as file:
            return next((match.group(1) for match in map(re.compile(pattern).match, file) if match), "unknown")
    except OSError:
        return "unknown"


def machine(programs, inventory):
    cpu = next(device for device in inventory["devices"] if device["kind"] == "cpu")
    model = first_line("/proc/cpuinfo", r"model name\s*: (.*)")
    return {
        "CPU": f"{model}, {cpu['compute_units']} threads, {cpu['driver']}",
        "memory": f"{cpu['memory_bytes'] / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "program": programs.run([programs.program, "--version"], 30).stdout.strip(),
    }


# The checks


def run_tests(programs, devices):
    """(name, passed, what came out) of each test program; test_gpu has to have run on every device."""
    results = []
    done = programs.run([programs.find("test_gpu", "tests/device/test_gpu")], TEST_SECONDS)
    names = re.findall(r"(?m)^device \S+: (.*)$", done.stdout)
    missed = [device["id"] for device in devices if device["usable"] and device["name"] not in names]
    passed = done.returncode == 0 and not missed
    results.append(("test_gpu", passed, test_summary(done, f"on {', '.join(names) or 'no device'}" + (f"; NOT ON {', '.join(missed)}" if missed else ""))))
    fake = os.path.dirname(os.path.dirname(programs.find("fake_cuda/lib/libcuda.so.1", "tests/device/fake_cuda/lib/libcuda.so.1")))
    before = programs.environment.get("LD_LIBRARY_PATH")
    done = programs.run(
        [programs.find("test_cuda", "tests/device/test_cuda")],
        TEST_SECONDS,
        THREADX_FAKE_CUDA=fake,
        LD_LIBRARY_PATH=os.path.join(fake, "lib") + (":" + before if before else ""),
    )
    results.append(("test_cuda (the tests' own driver; PTX of the NVRTC that is here)", done.returncode == 0, test_summary(done, "")))
    return results


def test_summary(done, more):
    counts = re.findall(r"\[doctest\] (test cases: .*)", done.stdout)
    parts = [re.sub(r"\s+", " ", counts[-1]) if counts else f"exit status {done.returncode}", more]
    if done.returncode != 0:
        errors = re.findall(r"(?m)^.*(?:ERROR|FATAL).*$", done.stdout)[:5] + done.stderr.strip().splitlines()[:5]
        parts += [f"exit status {done.returncode}"] + errors
    skipped = sorted(set(re.findall(r"(?m)^skipped: (.*)$", done.stdout)))
    return "; ".join(part for part in parts + [f"skipped: {text}" for text in skipped] if part)


def measure(programs, workloads, devices, runs, small):
    names = ",".join(devices)
    arguments = ["bench", *workloads, "--devices", names, "--precision", ",".join(PRECISIONS), "--workers", "all", "--runs", str(runs)]
    return programs.json(arguments + small, BENCH_SECONDS)["measurements"]


def say(text):
    print(f"gpu-check: {text}", flush=True)


def check(programs, arguments):
    if programs.start_error():
        raise Refusal(f"{programs.program} does not start here: {programs.start_error()}")
    inventory = programs.json(["devices"], 60)
    devices = choose(inventory, arguments.devices)
    ids = [device["id"] for device in devices]
    small = []
    if arguments.scenarios:
        small += ["--scenarios", str(arguments.scenarios)]
    if arguments.bars:
        small += ["--bars", str(arguments.bars)]
    elif arguments.data:
        small += ["--data", os.path.abspath(arguments.data)]
    state = {
        "date": datetime.date.today().isoformat(),
        "smaller": bool(arguments.scenarios or arguments.bars),
        "runs": arguments.runs,
        "machine": machine(programs, inventory),
        "devices": devices,
        "nvidia_smi": nvidia_smi(["uuid", "name", "driver_version", "clocks.max.sm"]),
        "clocks": {},
        "instructions": arguments.instructions,
        "complete": False,
        "rows": [],
        "tests": [],
    }
    for device in devices:
        say(f"{device['id']}: {device['name']}{'' if device['usable'] else ': not usable: ' + device['unusable']}")
    with ClockWatch() as clocks:
        say(f"measuring {', '.join(SMALL)}")
        state["rows"] += measure(programs, SMALL, ["cpu", *ids], arguments.runs, small)
        write(state, arguments.out)  # what there is, should the time run out
        say(f"measuring {LARGE}")
        state["rows"] += measure(programs, [LARGE], ["cpu"], 1, small)
        state["rows"] += measure(programs, [LARGE], ids, arguments.runs, small)
        state["clocks"] = clocks.highest()
    write(state, arguments.out)
    say("running the device tests")
    state["tests"] = run_tests(programs, devices)
    state["complete"] = True
    path = write(state, arguments.out)
    return path, verdict(state)


def instructions(text):
    """ "float64=150,float32=140" as a dictionary."""
    try:
        return {name: float(value) for name, value in (part.split("=") for part in text.split(","))}
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"'{text}': expected float64=NUMBER,float32=NUMBER") from error


def main():
    root = os.path.dirname(HERE)
    unpacked = os.path.exists(os.path.join(HERE, "threadx"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", default=HERE if unpacked else os.path.join(root, "build", "release"), help="folder of a build, or of an unpacked bundle")
    parser.add_argument("--bundle", help="archive that `make bundle` wrote")
    parser.add_argument("--devices", default="gpu", help="gpu (every one), cuda, opencl, or ids with commas between")
    parser.add_argument("--out", default="." if unpacked else os.path.join(root, "docs", "results"), help="folder of the report")
    parser.add_argument("--data", help="BTC minutes or their folder; synthetic ones of the same number without")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--scenarios", type=int, help="only so many of each workload, to try the check out")
    parser.add_argument("--bars", type=int, help="so many synthetic bars instead, to try the check out")
    parser.add_argument("--instructions", type=instructions, default=INSTRUCTIONS, help="executed by a lane for a bar-scenario (default: %(default)s, a quiet bar)")
    arguments = parser.parse_args()
    arguments.out = os.path.abspath(arguments.out)
    try:
        with tempfile.TemporaryDirectory(prefix="threadx_gpu_check_") as temporary:
            folder = unpack(arguments.bundle, temporary) if arguments.bundle else arguments.programs
            path, wrong = check(Programs(folder, temporary), arguments)
    except Refusal as refusal:
        print(f"error: {refusal}", file=sys.stderr)
        return 1
    print(path)
    for line in wrong:
        print(f"WRONG: {line}")
    print("All hashes equal, all tests passed." if not wrong else f"{len(wrong)} things are wrong.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
