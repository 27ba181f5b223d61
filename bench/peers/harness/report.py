"""The table: on a terminal, as Markdown, as JSON."""

HEADER = ["workload", "tool", "scenarios", "agreement", "seconds", "M bar-scenarios/s", "ThreadX is", "peak memory"]


def _megabytes(count):
    return f"{count / 1e6:,.0f} MB"


def _ours(result):
    sweep = result.sweep
    cells = [f"{len(sweep.rows):,}", "–", f"{sweep.seconds:.2f}", f"{sweep.rate / 1e6:,.0f}", "–"]
    return [result.workload.name, "ThreadX", *cells, _megabytes(sweep.peak_memory)]


def _theirs(result, outcome):
    head = [outcome.workload, f"{outcome.peer} {outcome.version}".strip()]
    if outcome.said != "agrees":
        scenarios = f"{outcome.scenarios:,}" if outcome.scenarios and outcome.said != "cannot" else "–"
        short = {"disagrees": f"no: {outcome.reason.split(';')[0]}", "not installed": outcome.reason.split(":")[0]}
        agreement = short.get(outcome.said, outcome.said)
        return [*head, scenarios, agreement, "–", "–", "–", "–"]
    agreement = f"all, to {outcome.largest_difference:.0e}"
    rate = outcome.rate / 1e6
    speed = [f"{outcome.seconds:.2f}", f"{rate:.2f}" if rate < 10 else f"{rate:,.0f}"]
    ratio = f"{result.sweep.rate / outcome.rate:,.0f} x"
    return [*head, f"{outcome.scenarios:,}", agreement, *speed, ratio, _megabytes(outcome.peak_memory)]


def rows(results):
    """ThreadX first in each workload, then the peers; text."""
    for result in results:
        yield _ours(result)
        for outcome in result.outcomes:
            yield _theirs(result, outcome)


def table(results):
    lines = [HEADER, *rows(results)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADER))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines)


def refusals(results):
    """Why a cell has no time."""
    for result in results:
        for outcome in result.outcomes:
            if outcome.said != "agrees":
                yield f"{outcome.workload}, {outcome.peer}: {outcome.said}: {outcome.reason}."


def setups(results):
    """How the others were set up to fill as asked, and what is in their time; once for all workloads alike."""
    workloads = {}
    for result in results:
        for outcome in result.outcomes:
            if outcome.options:
                workloads.setdefault((outcome.peer, outcome.options, outcome.work), []).append(outcome)
    for (peer, options, work), outcomes in workloads.items():
        names = ", ".join(outcome.workload for outcome in outcomes)
        at_once = ", ".join(sorted({f"{outcome.chunk:,}" for outcome in outcomes}))
        yield f"{peer} ({names}): {options}. Timed: {work}; {at_once} scenarios at once."


def workload_lines(results):
    for result in results:
        costs = ", ".join(f"{name} {value}" for name, value in result.workload.execution.items())
        size = f"{len(result.sweep.rows):,} scenarios x {result.sweep.bars:,} bars"
        yield f"{result.workload.name}: {result.workload.title}; {size} ({result.bars_title}); fill at the close; {costs}."


METHOD = [
    "A time is printed only where the closed trades of every scenario that the tool ran are ours and its final equity is"
    " ours to 1e-6; where they are not, the first difference is printed instead.",
    "One core each: the process is pinned to it, and the libraries' threads are set to one. Medians of {repeats} runs.",
    "ThreadX: the whole program with one worker: reading the CSV, every metric of every scenario, every row stored on disk."
    " The others: bars already in memory and code already compiled (one chunk is run before), results in memory.",
    "A slower tool runs a subset of the scenarios, spread evenly over the grid; rates are bars x scenarios a second.",
]


def text(results, about):
    notes = [*workload_lines(results), "", *refusals(results), "", *setups(results), ""]
    parts = [about, table(results), "", *notes]
    return "\n".join([*parts, *(line.format(repeats=results[0].repeats) for line in METHOD)])


def markdown(results, about):
    lines = ["# ThreadX and its peers", "", "Made by `make peers`. " + about, ""]
    lines += ["| " + " | ".join(HEADER) + " |", "|" + "---|" * len(HEADER)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows(results)]
    lines += ["", "## The workloads", "", *(f"- {line}" for line in workload_lines(results))]
    lines += ["", "## What was measured", "", *(f"- {line.format(repeats=results[0].repeats)}" for line in METHOD)]
    lines += ["", "## Where there is no time, and why", "", *(f"- {line}" for line in refusals(results))]
    lines += ["", "## How the others were set up", "", *(f"- {line}" for line in setups(results))]
    return "\n".join(lines) + "\n"


def as_json(results, about):
    return {
        "about": about,
        "workloads": [
            {
                "workload": result.workload.name,
                "title": result.workload.title,
                "bars": result.bars_title,
                "threadx": {
                    "scenarios": len(result.sweep.rows),
                    "bars": result.sweep.bars,
                    "seconds": result.sweep.seconds,
                    "rate": result.sweep.rate,
                    "peak_memory": result.sweep.peak_memory,
                },
                "peers": [
                    # No time where there is no agreement: not here either.
                    {key: value for key, value in outcome._asdict().items() if value not in ("", 0, 0.0)}
                    for outcome in result.outcomes
                ],
            }
            for result in results
        ],
    }
