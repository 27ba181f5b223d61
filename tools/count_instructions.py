#!/usr/bin/env python3
"""Guards the speed of the program without a clock: counts the instructions of small sweeps, and compares the counts with
the committed ones, which may only go down.

    python3 tools/count_instructions.py PROGRAM                      compares; exits with 1 if a count has gone up
    python3 tools/count_instructions.py PROGRAM --update             writes the counts that have gone down, and new ones
    python3 tools/count_instructions.py PROGRAM --update --because "why"    writes those that have gone up, too

valgrind counts each instruction that the program executes, so load, clock and caches do not matter. Only functions of our
own are counted: those of the C library, SQLite and the others are another version elsewhere, and some of them are chosen
by the processor. Our kernels are too, so the sweeps say which: avx2, valgrind knowing no AVX-512. The simulation's count
is the same each time; in the rest, what depends on paths and timing (messages, the writer's thread) is two parts in a
hundred thousand. What remains is the compiler and its standard library: each version has counts of its own, and where there are
none for the one at hand nothing is compared.
"""

import argparse
import collections
import datetime
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

NUMBERS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "bench", "instructions.json")
INSTRUCTION_SET = "avx2"
BARS = 5000
MAY_EXCEED = 0.002  # of the committed count: a hundred times what it was seen to vary
WORTH_COMMITTING = 0.01  # less than the committed count

BOLLINGER = """[strategy]
use = "bollinger_atr"
[space]
bb_period = { from = 10, to = 40, step = 10 }
atr_period = { from = 7, to = 14, step = 7 }
"""
GRID = BOLLINGER + "entry_z = { from = 1.0, to = 1.6, step = 0.2 }\natr_multiplier = { from = 1.0, to = 1.5, step = 0.5 }\n"
MONTE_CARLO = BOLLINGER + (
    "entry_z = { min = 1.0, max = 2.8 }\natr_multiplier = { min = 1.0, max = 5.5 }\n"
    '[sampler]\nkind = "monte_carlo"\nscenarios = 64\nseed = 42\n'
)
LONG = """[strategy]
use = "ma_crossover"
[space]
fast = { from = 5, to = 20, step = 5 }
slow = { from = 60, to = 120, step = 20 }
stop = [0.005, 0.02]
target = [0.01, 0.05]
"""
COSTS = "[execution]\nfee = 0.0005\nslippage = 0.0001\n"

# Each has 64 scenarios: the workloads of `threadx bench`, smaller.
SWEEPS = {
    "grid float64": (GRID + COSTS, "float64"),
    "grid float32": (GRID + COSTS, "float32"),
    "long float64": (LONG + COSTS, "float64"),
    "monte carlo float64": (MONTE_CARLO + COSTS, "float64"),
}

OURS = re.compile(r"(?:[\w:]+[ &*]+)*threadx::")  # after the type that a template function returns
SIMULATION = re.compile(r"\bfloat(?:32|64)::")  # the namespaces of the kernels that read the simulation's text


class Refusal(Exception):
    """What the user has to hear; the script ends with 1."""


class NothingToCompare(Exception):
    """Why nothing can be compared here; the script ends with 0, having said so."""


def costs_by_function(lines):
    """Instructions by name of function, callees not included, of a file that callgrind wrote."""
    costs = collections.Counter()
    names = {}  # by number: callgrind writes a name out once, unless told otherwise
    function, skip = None, False
    for line in lines:
        match = re.match(r"(c?)fn=(?:\((\d+)\))? ?(.*)", line)
        if match:
            called, number, name = match.groups()
            if number:
                name = names.setdefault(number, name)
            if not called:
                function = name
        elif line.startswith("calls="):
            skip = True  # the next line is what the callee cost
        elif re.match(r"[\d+*-]", line):
            if not skip:
                costs[function] += int(line.split()[1])
            skip = False
    return costs


def count_parts(lines):
    """The two counts of a sweep, from what callgrind wrote."""
    parts = {"simulation": 0, "rest": 0}
    for name, cost in costs_by_function(lines).items():
        if OURS.match(name or ""):
            parts["simulation" if SIMULATION.search(name) else "rest"] += cost
    for part, count in parts.items():
        if count == 0:
            raise Refusal(
                f"callgrind saw no function of the part '{part}': the program has no symbols, or they have other names; "
                "see OURS and SIMULATION in tools/count_instructions.py"
            )
    return parts


def run(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if f"instruction set '{INSTRUCTION_SET}' is not available" in done.stderr:
        raise NothingToCompare(f"this processor, or valgrind on it, has no {INSTRUCTION_SET}")
    if done.returncode != 0:
        raise Refusal(f"{' '.join(command)} failed with {done.returncode}:\n{done.stderr}")
    return done.stdout


def count_sweep(program, folder, text, precision):
    with open(os.path.join(folder, "sweep.toml"), "w", encoding="utf-8") as file:
        file.write(f'[data]\nfile = "bars.csv"\n{text}')
    counts = os.path.join(folder, "counts")
    sweep = [program, "sweep", "sweep.toml", "--out", "run", "--force", "--workers", "1", "--precision", precision]
    # Without profiles: how long reading them takes depends on what there are. How often the machine is watched depends on time.
    own_settings = ["--settings", "settings.toml", "--set", f"optimization.performance.instruction_set={INSTRUCTION_SET}",
                    "--set", 'paths.profiles=""', "--set", "logging.watch=false"]
    run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={counts}", *sweep, *own_settings], folder)
    with open(counts, encoding="utf-8", errors="replace") as file:
        return count_parts(file)


def count_all(program):
    """{sweep: {part: instructions}}"""
    if not shutil.which("valgrind"):
        raise Refusal("valgrind is not installed; sh tools/setup.sh --guard installs it")
    with tempfile.TemporaryDirectory(prefix="threadx_count_") as folder:
        with open(os.path.join(folder, "settings.toml"), "w", encoding="utf-8"):
            pass  # defaults, whatever the user's are
        run([program, "synth", "--bars", str(BARS), "--bar", "1m", "--seed", "42", "--out", "bars.csv"], folder)
        return {name: count_sweep(program, folder, *sweep) for name, sweep in SWEEPS.items()}


def compiler_of(program):
    """The compiler and library that the program says it was made with: "clang 14.0.6, libstdc++ 12"."""
    text = run([program, "--version"], None).strip()
    match = re.search(r"\((\w+ \d[^)]*)\)$", text)
    if not match:
        raise Refusal(f"'{text}' does not say what made {program}")
    return match.group(1)


def read_numbers(path):
    if not os.path.exists(path):
        return {"counts": {}, "raised": []}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def write_numbers(path, numbers):
    with open(path, "w", encoding="utf-8") as file:
        file.write(json.dumps(numbers, indent=2) + "\n")


def pairs(committed, counted):
    """(sweep, part, count, committed count or None)"""
    for sweep, parts in counted.items():
        for part, count in parts.items():
            yield sweep, part, count, committed.get(sweep, {}).get(part)


def change(count, before):
    return count / before - 1


def print_table(committed, counted):
    print(f"{'instructions of our own functions':38}{'counted':>14}{'committed':>14}{'change':>10}")
    for sweep, part, count, before in pairs(committed, counted):
        known = f"{before:>14,}{change(count, before):>+9.2%}" if before else f"{'-':>14}{'new':>9}"
        print(f"  {sweep:24}{part:12}{count:>14,}{known}")


def compare(committed, counted):
    """Raises Refusal if a count has gone up; says which may be committed lower."""
    raised, lower = [], []
    for sweep, part, count, before in pairs(committed, counted):
        if before is None:
            raised.append(f"{sweep}, {part}: no count is committed; write it with --update")
        elif change(count, before) > MAY_EXCEED:
            raised.append(f"{sweep}, {part}: {count:,} instructions, {change(count, before):+.2%} over {before:,}")
        elif change(count, before) < -WORTH_COMMITTING:
            lower.append(f"{sweep}, {part}")
    if raised:
        raise Refusal(
            "\n".join(raised) + "\n"
            "The program does the same with more instructions. Make it as fast as it was, or, if this is the price of something\n"
            'worth it, raise the number with a reason: make guard BECAUSE="why"'
        )
    if lower:
        print(f"Fewer than committed: {'; '.join(lower)}. Keep the gain: make guard UPDATE=yes, and commit {os.path.relpath(NUMBERS)}")


def update(numbers, compiler, counted, because, today):
    """Lowers what has gone down and adds what is new; raises only with a reason, which is kept."""
    committed = numbers["counts"].setdefault(compiler, {})
    over = [
        (sweep, part, count, before)
        for sweep, part, count, before in pairs(committed, counted)
        if before is not None and change(count, before) > MAY_EXCEED
    ]
    if over and not because:
        names = "; ".join(f"{sweep}, {part} ({change(count, before):+.2%})" for sweep, part, count, before in over)
        raise Refusal(f'counts go up only with a reason, --because "why" (make guard BECAUSE="why"): {names}')
    for sweep, part, count, before in over:
        numbers["raised"].append(
            {"date": today, "compiler": compiler, "sweep": sweep, "part": part, "from": before, "to": count, "because": because}
        )
        committed[sweep][part] = count
    for sweep, part, count, before in pairs(committed, counted):
        if before is None or count < before:
            committed.setdefault(sweep, {})[part] = count
    for sweep in set(committed) - set(counted):
        del committed[sweep]  # is counted no more


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--numbers", default=NUMBERS, help="the committed counts (default: bench/instructions.json)")
    parser.add_argument("--update", action="store_true", help="write the counts instead of comparing them")
    parser.add_argument("--because", default="", help="why counts may go up")
    arguments = parser.parse_args()
    if arguments.because and not arguments.update:
        parser.error("--because goes with --update")
    try:
        program = os.path.abspath(arguments.program)
        numbers = read_numbers(arguments.numbers)
        compiler = compiler_of(program)
        committed = numbers["counts"].get(compiler, {})
        if not committed and not arguments.update:
            raise NothingToCompare(
                f"{os.path.relpath(arguments.numbers)} has no counts for {compiler} (it has: "
                f"{', '.join(numbers['counts']) or 'none'}); add them with --update"
            )
        counted = count_all(program)
        print_table(committed, counted)
        if arguments.update:
            update(numbers, compiler, counted, arguments.because.strip(), datetime.date.today().isoformat())
            write_numbers(arguments.numbers, numbers)
            print(f"written: {os.path.relpath(arguments.numbers)}")
        else:
            compare(committed, counted)
    except NothingToCompare as reason:
        print(f"WARNING: NOTHING WAS COMPARED: {reason}")
    except Refusal as refusal:
        print(f"error: {refusal}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
