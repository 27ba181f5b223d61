"""What a sweep costs from Python beside the program: W1, in turns, on the same bars with the same rows.

    build/python/bin/python bench/python/run.py --data BARS.csv [--program build/release/threadx] [--rounds 9] [--devices cpu]

The program is measured as a whole, from its start to its end. Python is measured in a new process each time: `import
threadx`, then the first call of threadx.sweep (numpy and threadx are imported, as in a session; what the call itself imports,
reading the file, and the verdict are in it, as they are in the program's time), then a second one. The first call comes --settle
seconds after numpy's import, whose BLAS threads take the processor for some 25 ms; 0 shows what that costs. Each round gives a ratio;
the median counts. The hashes of both runs must be equal, else nothing is printed and the exit status is 1.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

SPACE = {
    "bb_period": {"from": 10, "to": 109, "step": 1},
    "entry_z": {"from": 1.0, "to": 2.8, "step": 0.2},
    "atr_multiplier": {"from": 1.0, "to": 5.5, "step": 0.5},
}
EXECUTION = {"fee": 0.0005, "slippage": 0.0001}

# In a process of its own; prints seconds of the import and of both calls, and the hash.
CALLS = """
import json, sys, time
begin = time.perf_counter()
import threadx
imported = time.perf_counter() - begin
import numpy
settle, data, devices, out, space, execution = json.loads(sys.argv[1])
time.sleep(settle)
seconds = []
for _ in range(2):
    begin = time.perf_counter()
    run = threadx.sweep(data, "bollinger_atr", space, execution=execution, devices=devices, out=out, overwrite=True)
    seconds.append(time.perf_counter() - begin)
print(json.dumps([imported, *seconds, run.hash()]))
"""


def toml(value):
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {toml(each)}" for name, each in value.items()) + " }"
    return json.dumps(value)


def sweep_file(data):
    sections = {"data": {"file": data}, "strategy": {"use": "bollinger_atr"}, "space": SPACE, "execution": EXECUTION}
    return "\n".join(
        f"[{name}]\n" + "".join(f"{key} = {toml(value)}\n" for key, value in entries.items())
        for name, entries in sections.items()
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="a CSV of bars: W1's are 45,031 minutes")
    parser.add_argument("--program", default="build/release/threadx")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--devices", default="cpu")
    parser.add_argument("--settle", type=float, default=0.2, help="seconds between numpy's import and the first call")
    options = parser.parse_args()
    program, data = os.path.abspath(options.program), os.path.abspath(options.data)
    rounds = []
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "sweep.toml"), "w", encoding="utf-8") as file:
            file.write(sweep_file(data))
        command = [program, "sweep", "sweep.toml", "--out", "program", "--force", "--devices", options.devices]
        given = json.dumps([options.settle, data, options.devices, "python", SPACE, EXECUTION])
        for _ in range(options.rounds):
            begin = time.perf_counter()
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
            alone = time.perf_counter() - begin
            ran = subprocess.run([sys.executable, "-c", CALLS, given], cwd=folder, check=True, capture_output=True)
            imported, first, second, python_hash = json.loads(ran.stdout)
            program_hash = subprocess.run(
                [program, "hash", "program"], cwd=folder, check=True, capture_output=True, text=True
            ).stdout.split()[0]
            if python_hash != program_hash:
                sys.exit(f"the rows differ: {python_hash} from Python, {program_hash} from the program")
            rounds.append((alone, imported, first, second))
    alone, imported, first, second = (statistics.median(each) for each in zip(*rounds, strict=True))
    print(f"program, whole            {alone * 1e3:8.1f} ms")
    print(f"import threadx            {imported * 1e3:8.1f} ms")
    for name, at, value in (("first", 2, first), ("second", 3, second)):
        ratios = [100 * (each[at] / each[0] - 1) for each in rounds]
        low, middle, high = statistics.quantiles(ratios, n=4)
        print(f"{name + ' call of sweep':<26}{value * 1e3:8.1f} ms  {middle:+5.1f} % (quartiles of {len(rounds)} ratios: {low:+.1f}, {high:+.1f} %)")


if __name__ == "__main__":
    main()
