"""What tools/gpu_check.py found, as Markdown.

The state of a check is a dictionary: `devices` as `threadx devices --json` lists them, `rows` as `threadx bench --json` measures
them, `tests` with (name, passed, what came out), `nvidia_smi` and `clocks` in MHz, `instructions` that a lane executes for a
bar-scenario by precision, `machine`, `date`, `runs`, `smaller`, `complete`.
"""

import json
import os
import re

LARGE = "W1x100"
WANTED = 0.80  # of the kernel's rate, end to end
LANES_PER_CYCLE = 4 * 32  # of an NVIDIA multiprocessor: it issues four warp instructions a cycle, of 32 lanes each


def pairs(rows):
    """(row of a device, row of the CPU with the same workload and precision)"""
    cpu = {(row["workload"], row["precision"]): row for row in rows if row["device"] == "cpu"}
    return [(row, cpu.get((row["workload"], row["precision"]))) for row in rows if row["device"] != "cpu"]


def verdict(state):
    """The lines that say what is wrong; none if all is well."""
    wrong = [] if state["complete"] else ["the check did not come to its end"]
    wrong += [f"{name} failed" for name, passed, _ in state["tests"] if not passed]
    known = [device["id"] for device in state["devices"] if not device["usable"]]  # is in the report; no fault of ours
    for row, cpu in pairs(state["rows"]):
        where = f"{row['workload']} {row['precision']} on {row['device']}"
        if row["device"] in known:
            continue
        if "unusable" in row:
            wrong.append(f"{where}: not measured: {row['unusable']}")
        elif cpu is None:
            wrong.append(f"{where}: there is nothing of the CPU to compare with")
        elif row["hash"] != cpu["hash"]:
            wrong.append(f"{where}: the hash {row['hash'][:12]} is not the CPU's {cpu['hash'][:12]}")
    if not any("unusable" not in row for row, _ in pairs(state["rows"])):
        wrong.append("nothing was measured on any device")
    return wrong


def table(head, lines):
    out = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    out += ["| " + " | ".join(str(cell).replace("|", "/") for cell in line) + " |" for line in lines]
    return "\n".join(out) + "\n"


def millions(rate):
    return f"{rate / 1e6:,.0f}" if rate >= 1e8 else f"{rate / 1e6:,.1f}"


def percent(share):
    return f"{share:.0%}"


def device_lines(state):
    lines = []
    for device in state["devices"]:
        smi = smi_of(state, device)
        parts = [device["driver"], f"{device['compute_units']} multiprocessors or cores", f"{device['memory_bytes'] / 2**30:.0f} GiB"]
        if device["compute_capability"]:
            parts.append(f"compute capability {device['compute_capability']}")
        if smi:
            parts.append(f"driver {smi['driver_version']}, at most {smi['clocks.max.sm']} MHz")
        if not device["usable"]:
            parts.append(f"not usable: {device['unusable']}")
        lines.append((device["id"], f"{device['name']}: {', '.join(part for part in parts if part)}"))
    return lines


def smi_of(state, device):
    """What nvidia-smi says of the device, by its UUID or else by its name."""
    uuid = device["uuid"].lower().removeprefix("gpu-")
    for smi in state["nvidia_smi"]:
        if smi["uuid"].lower().removeprefix("gpu-") == uuid:
            return smi
    return next((smi for smi in state["nvidia_smi"] if smi["name"] in device["name"] or device["name"] in smi["name"]), None)


def hash_section(state):
    lines = []
    for row, cpu in pairs(state["rows"]):
        expected = cpu["hash"] if cpu else ""
        found = row.get("hash", "")
        equal = "**equal**" if found and found == expected else f"not measured: {row['unusable']}" if "unusable" in row else "**DIFFERENT**"
        lines.append((row["workload"], row["precision"], row["device"], f"`{expected[:16]}`", f"`{found[:16]}`" if found else "-", equal))
    return table(["workload", "precision", "device", "CPU", "device's", ""], lines)


def rate_section(state):
    lines = []
    for row in state["rows"]:
        label = (row["workload"], row["precision"], row["device"])
        if "workers" in row:
            label = (*label[:2], f"cpu, {row['workers']} workers ({row['instruction_set']})")
        if "unusable" in row:
            lines.append((*label, f"not measured: {row['unusable']}", *[""] * 6))
            continue
        kernel, run, whole = (row[f"{name}bar_scenarios_per_second"] for name in ("kernel_", "run_", ""))
        lines.append(
            (
                *label,
                millions(kernel),
                millions(run),
                millions(whole),
                percent(run / kernel),
                percent(whole / kernel),
                f"{row['phases']['columns']:.3f}",
                f"{row['seconds']:.3f}",
            )
        )
    head = ["workload", "precision", "device", "kernel", "sweep", "whole program", "sweep / kernel", "whole / kernel", "columns, s", "whole, s"]
    return table(head, lines)


def ratio_verdict(state):
    shares = [
        (row["bar_scenarios_per_second"] / row["kernel_bar_scenarios_per_second"], f"{row['precision']} on {row['device']}")
        for row in state["rows"]
        if row["device"] != "cpu" and row["workload"] == LARGE and "unusable" not in row
    ]
    if not shares:
        return f"{LARGE} was not measured.\n"
    return "".join(
        f"- {LARGE}, {where}: end to end {percent(share)} of the kernel's rate; {percent(WANTED)} was wanted: "
        f"{'reached' if share >= WANTED else '**fell short**'}.\n"
        for share, where in shares
    )


def transfer_section(state):
    lines = []
    for row, _ in pairs(state["rows"]):
        if "unusable" in row:
            continue
        down = row["down_bytes_per_scenario"] * row["scenarios"]
        speed = f"{down / row['down_seconds'] / 1e9:.2f}" if row["down_seconds"] > 0 else "-"
        share = row["down_seconds"] / row["kernel_seconds"] if row["kernel_seconds"] > 0 else 0.0
        lines.append(
            (
                row["workload"],
                row["precision"],
                row["device"],
                f"{row['up_bytes_per_scenario']:.0f}",
                f"{row['down_bytes_per_scenario']:.0f}",
                f"{row['down_seconds'] * 1000:.2f}",
                speed,
                f"{share:.2%}",
            )
        )
    head = ["workload", "precision", "device", "bytes up a scenario", "down", "down, ms", "down, GB/s", "of the kernel's time"]
    return table(head, lines)


def kernel_section(state):
    kernels = {}
    for row, _ in pairs(state["rows"]):
        if "unusable" not in row:
            kernels[row["device"], row["precision"]] = (row["kernel"], row["queues"])
    lines = [(*where, kernel, queues) for where, (kernel, queues) in kernels.items()]
    return table(["device", "precision", "compiled by; registers and local memory (spills) of a work item", "queues"], lines)


def limit_section(state):
    """Issue slots of lanes for each bar-scenario at the kernel's rate, of NVIDIA's GPUs."""
    lines = []
    for row, _ in pairs(state["rows"]):
        device = next((device for device in state["devices"] if device["id"] == row["device"]), None)
        smi = device and smi_of(state, device)
        if "unusable" in row or not smi:
            continue
        seen = state["clocks"].get(smi["uuid"])
        clock = float(seen or smi["clocks.max.sm"]) * 1e6
        slots = device["compute_units"] * LANES_PER_CYCLE * clock / row["kernel_bar_scenarios_per_second"]
        needed = state["instructions"].get(row["precision"])
        share = percent(needed / slots) if needed else "-"
        lines.append((row["workload"], row["precision"], row["device"], f"{clock / 1e6:.0f}{'' if seen else ' (its highest; none was seen)'}", f"{slots:.1f}", needed or "not given", share))
    if not lines:
        return "Not computed: nvidia-smi, which tells the clock, knows none of these devices.\n"
    head = ["workload", "precision", "device", "clock, MHz", "issue slots a bar-scenario", "instructions a bar-scenario", "share of the limit"]
    return table(head, lines)


def comparison_section(state):
    lines = []
    for row, cpu in pairs(state["rows"]):
        if "unusable" in row or cpu is None or "unusable" in cpu:
            continue
        ratios = [row[name] / cpu[name] for name in ("kernel_bar_scenarios_per_second", "run_bar_scenarios_per_second", "bar_scenarios_per_second")]
        lines.append((row["workload"], row["precision"], row["device"], *(f"{ratio:.2f} x" for ratio in ratios)))
    return table(["workload", "precision", "device", "kernel", "sweep", "whole program"], lines)


def report(state):
    wrong = verdict(state)
    first = next(device for device in state["devices"] if device["usable"])
    measured = [row for row in state["rows"] if "unusable" not in row]
    data = "; ".join(sorted({f"{row['workload']}: {row['scenarios']:,} scenarios x {row['bars']:,} bars, {row['data']}" for row in measured}))
    smaller = "**Made smaller to try the check out: these figures compare with nothing.**\n\n" if state["smaller"] else ""
    return f"""# {first['name']}

{smaller}Written by `make gpu-check` on {state['date']}. {"**All hashes equal, all tests passed.**" if not wrong else "**WRONG:** " + "; ".join(wrong)}

## Machine

{table(["", ""], [*state["machine"].items(), *device_lines(state)])}
{data}. Medians of {state['runs']} runs ({LARGE} on the CPU: one).

## Hashes

SHA-256 of the rows, on the CPU and on each device.

{hash_section(state)}
## Rates

Million bar-scenarios a second. Kernel: the simulation alone, by the device's own clock, with one queue (of the CPU: by the time
of its threads). Sweep: the device made ready (kernels compiled or found compiled, the self-test), everything but reading the bars
and the last rows' way to the disk. Whole program: from its start to the printed table, drivers opened, rows stored.

{rate_section(state)}
{ratio_verdict(state)}
## Beside the CPU

How many times as fast as all of the CPU's cores.

{comparison_section(state)}
## Transfers

Five scalars and six column offsets go up for a scenario, 27 statistics come down; the bars go once.

{transfer_section(state)}
## Kernel

{kernel_section(state)}
## Share of the limit

A multiprocessor issues at most 4 warp instructions a cycle, for 32 lanes each. Issue slots a bar-scenario = multiprocessors x 4 x
32 x clock / the kernel's rate; the share of the limit is the instructions that a bar-scenario needs / those slots. The clock is
the highest that nvidia-smi saw during the measurement. The instructions are those of a bar in which a position is held and
nothing happens (docs/PERFORMANCE.md, "On GPUs"), unless `--instructions` gave others: flat bars need fewer, fills and levels
hundreds, and a workload's share of them is its own.

{limit_section(state)}
## Tests

{table(["program", "", "what came out"], [(name, "passed" if passed else "**FAILED**", text) for name, passed, text in state["tests"]])}"""


def file_name(state):
    first = next(device for device in state["devices"] if device["usable"])
    return re.sub(r"[^a-z0-9]+", "_", first["name"].lower()).strip("_")


def write(state, out):
    """Writes the report and, beside it, what it was made of; the path of the report."""
    os.makedirs(out, exist_ok=True)
    path = os.path.join(out, file_name(state) + ".md")
    with open(path, "w", encoding="utf-8") as file:
        file.write(report(state))
    with open(path[:-3] + ".json", "w", encoding="utf-8") as file:
        file.write(json.dumps(state, indent=2) + "\n")
    return path
