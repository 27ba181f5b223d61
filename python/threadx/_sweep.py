"""Sweeps, walk-forwards, tests of robustness, and runs that are there already."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from threadx import _arguments, _core
from threadx._bars import as_bars
from threadx._core import InputError
from threadx._frames import pandas
from threadx._progress import Progress, ProgressBar
from threadx._run import Run, _remove_tree
from threadx._space import config_text, sampler_entries, space_entries
from threadx._strategy import stem, strategy_text
from threadx._walkforward import WalkforwardRun
from threadx.config import Settings, settings_for

if TYPE_CHECKING:
    import pandas as pd


def sweep(
    bars: Any,
    strategy: Any,
    space: Mapping[str, Any] | None = None,
    *,
    sampler: str | Mapping[str, Any] = "grid",
    scenarios: int | None = None,
    seed: int = 42,
    constraints: Iterable[str] = (),
    execution: Mapping[str, Any] | None = None,
    analysis: Mapping[str, Any] | None = None,
    precision: str = "float64",
    devices: str | Iterable[str] = "auto",
    balance: str | Mapping[str, float] = "",
    workers: int | None = None,
    batch_size: int | None = None,
    out: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
    resample: str = "",
    bars_per_year: float | None = None,
    progress: bool | Progress | None = None,
    settings: Settings | None = None,
) -> Run:
    """Backtests every scenario of a space.

    Parameters
    ----------
    bars
        What :class:`threadx.Bars` takes: a DataFrame, a dict of arrays, an Arrow table, polars, a file.
    strategy
        A built-in name (:func:`threadx.strategies`), a TOML file or text, a dict, or a :class:`threadx.rules.Strategy`.
    space
        For each parameter that is varied its values: a list, array or range, ``{"from": 10, "to": 50, "step": 5}``, or
        ``{"min": 1.0, "max": 4.0}`` (``"log": True`` for a log scale). The others keep the strategy's defaults.
    sampler
        ``"grid"`` (every combination), or ``"monte_carlo"``, ``"sobol"``, ``"latin_hypercube"`` with so many `scenarios`
        of a `seed`.
    constraints
        Points that do not satisfy them are left out: ``["fast < slow"]``.
    execution
        ``capital, fee`` (fraction of the notional, per side), ``slippage`` (fraction of the price), ``leverage``,
        ``fill, ambiguity, close_at_end``.
    analysis
        ``blocks`` (of returns, for tests against overfitting), ``convention`` (of metrics).
    devices, balance
        ``"auto"``, ``"cpu"``, ``"cuda:0,cpu"`` or a list of them; fixed shares such as ``"cuda:0=0.8,cpu=0.2"`` or a dict of
        them. The rows have the same bits.
    workers, batch_size
        CPU threads, and scenarios a device takes at a time; else the settings'.
    out
        The run's directory; a temporary one, which goes with the run, if there is none. `overwrite` replaces a run there.
    progress
        None: a bar where somebody watches. True, False, or a function ``f(done, total, seconds, devices)``.

    Ctrl-C ends it; what is finished is in `out`, and :func:`threadx.resume` goes on.

    Raises
    ------
    InputError
        if anything given is wrong: what, where, and what to do.
    """
    return _start(
        Run,
        bars,
        strategy,
        _sections(space, constraints, (sampler, scenarios, seed), execution, analysis, precision),
        places=(devices, balance),
        out=out,
        overwrite=overwrite,
        bar_options=(resample, bars_per_year),
        progress=progress,
        settings=settings_for(settings, workers, batch_size),
    )


def walkforward(
    bars: Any,
    strategy: Any,
    space: Mapping[str, Any] | None = None,
    *,
    train: int | str | None = None,
    test: int | str | None = None,
    kind: str = "rolling",
    options: Mapping[str, Any] | None = None,
    sampler: str | Mapping[str, Any] = "grid",
    scenarios: int | None = None,
    seed: int = 42,
    constraints: Iterable[str] = (),
    execution: Mapping[str, Any] | None = None,
    analysis: Mapping[str, Any] | None = None,
    precision: str = "float64",
    devices: str | Iterable[str] = "auto",
    balance: str | Mapping[str, float] = "",
    workers: int | None = None,
    batch_size: int | None = None,
    out: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
    resample: str = "",
    bars_per_year: float | None = None,
    progress: bool | Progress | None = None,
    settings: Settings | None = None,
) -> WalkforwardRun:
    """Chooses on one window of the bars and trades the choice on the next, again and again.

    Parameters
    ----------
    train, test
        Lengths of the windows: bars, or times such as ``"90d"``.
    kind
        ``"rolling"``, or ``"cpcv"``: combinatorial purged cross-validation.
    options
        The other keys of the section ``[walkforward]``: ``purge, embargo, choose, by, groups, test_groups``, ...
    others
        As :func:`threadx.sweep`.

    Raises
    ------
    InputError
        if anything given is wrong: what, where, and what to do.
    """
    windows: dict[str, Any] = {"kind": kind, **_arguments.entries("options", options, '{"purge": 10}')}
    windows.update({name: length for name, length in (("train", train), ("test", test)) if length is not None})
    return _start(
        WalkforwardRun,
        bars,
        strategy,
        {
            **_sections(space, constraints, (sampler, scenarios, seed), execution, analysis, precision),
            "walkforward": windows,
        },
        places=(devices, balance),
        out=out,
        overwrite=overwrite,
        bar_options=(resample, bars_per_year),
        progress=progress,
        settings=settings_for(settings, workers, batch_size),
    )


def _sections(
    space: Mapping[str, Any] | None,
    constraints: Iterable[str],
    drawn: tuple[str | Mapping[str, Any], int | None, int],
    execution: Mapping[str, Any] | None,
    analysis: Mapping[str, Any] | None,
    precision: str,
) -> dict[str, Mapping[str, Any]]:
    """What sweeps and walk-forwards are both told."""
    return {
        "space": space_entries(space, constraints),
        "sampler": sampler_entries(*drawn),
        "execution": _arguments.entries("execution", execution, '{"fee": 0.0005}'),
        "run": {"precision": getattr(precision, "__name__", precision)},  # numpy.float32 too
        "analysis": _arguments.entries("analysis", analysis, '{"blocks": 16}'),
    }


def _start(
    kind: type[Any],
    bars: Any,
    strategy: Any,
    sections: dict[str, Mapping[str, Any]],
    *,
    places: tuple[Any, Any],
    out: str | os.PathLike[str] | None,
    overwrite: bool,
    bar_options: tuple[str, float | None],
    progress: bool | Progress | None,
    settings: Settings,
) -> Any:
    held = as_bars(bars, *bar_options)
    name, text = strategy_text(strategy)
    config = config_text({"data": held._config(), **sections})
    directory = os.fspath(out) if out is not None else _temporary_directory()
    walkforward_run = kind is WalkforwardRun
    try:
        with ProgressBar(progress, len(held), stem(name)) as bar:
            core = _core.Run.start(
                walkforward=walkforward_run,
                config_text=config,
                config_name="walkforward" if walkforward_run else "sweep",
                strategy_text=text,
                strategy_name=name,
                bars=held._core,
                settings=settings.core(),
                devices=_arguments.devices_text(places[0]),
                balance=_arguments.balance_text(places[1]),
                directory=directory,
                force=overwrite,
                progress=bar.callback,
            )
    except BaseException as error:
        if out is None:
            _remove_tree(directory)
        elif isinstance(error, KeyboardInterrupt) and hasattr(error, "add_note"):
            error.add_note(f"what is finished is stored; go on with threadx.resume({directory!r})")
        raise
    return kind(core, temporary=out is None)


def _temporary_directory() -> str:
    import tempfile

    return tempfile.mkdtemp(prefix="threadx-run-")


def resume(
    directory: str | os.PathLike[str],
    *,
    bars: Any = None,
    devices: str | Iterable[str] = "auto",
    balance: str | Mapping[str, float] = "",
    workers: int | None = None,
    progress: bool | Progress | None = None,
    settings: Settings | None = None,
) -> Run:
    """Goes on with an interrupted run, and ends with the same hash as one that was not.

    `bars` are needed again where the run's came from memory. InputError if they are others than the run's.
    """
    held = None if bars is None else as_bars(bars)
    in_force = settings_for(settings, workers, None)
    with ProgressBar(progress, 0 if held is None else len(held), os.path.basename(os.path.abspath(directory))) as bar:
        core = _core.Run.resume(
            directory=os.fspath(directory),
            settings=in_force.core(),
            devices=_arguments.devices_text(devices),
            balance=_arguments.balance_text(balance),
            bars=None if held is None else held._core,
            progress=bar.callback,
        )
    return _kind_of(directory)(core)


def open_run(directory: str | os.PathLike[str], *, bars: Any = None, settings: Settings | None = None) -> Run:
    """A run that is there already. `bars` are needed where the run's came from memory, for what is computed anew."""
    held = None if bars is None else as_bars(bars)
    core = _core.Run.open(os.fspath(directory), settings_for(settings).core(), None if held is None else held._core)
    return _kind_of(directory)(core)


def _kind_of(directory: str | os.PathLike[str]) -> type[Run]:
    with open(os.path.join(directory, "manifest.json"), encoding="utf-8") as file:
        manifest = json.load(file)
    return WalkforwardRun if manifest.get("kind") == "walkforward" else Run


def robustness(
    run: Run,
    *,
    scenarios: Iterable[int] = (),
    top: int = 20,
    by: str = "sharpe",
    simulations: int = 10_000,
    seed: int = 42,
    devices: str | Iterable[str] = "auto",
    balance: str | Mapping[str, float] = "",
) -> pd.DataFrame:
    """What is left of scenarios when their trades come in another order, prices are a little other, entries come later,
    costs are higher, parameters a little off.

    Parameters
    ----------
    scenarios
        Which; else the first `top` by `by`.
    simulations
        Of each test and scenario.

    Returns
    -------
    DataFrame
        A row for each scenario and test: ``ruin_probability``, ``loss_probability``, and mean and quantiles of
        ``total_return``, ``max_drawdown`` and ``sharpe``; the row ``as_run`` is the scenario itself. All of it is in
        ``attrs["json"]`` and in the run's robustness.json, which its report shows.
    """
    if not 1 <= _arguments.whole("simulations", simulations) <= 1_000_000:
        raise InputError(f"simulations = {simulations}: expected 1 to 1,000,000")
    ids = [scenarios] if isinstance(scenarios, int) else scenarios
    text = run._core.robustness(
        [_arguments.count("scenarios", each) for each in ids],
        _arguments.whole("top", top),
        _arguments.text("by", by),
        simulations,
        _arguments.count("seed", seed),
        _arguments.devices_text(devices),
        _arguments.balance_text(balance),
    )
    found = json.loads(text)
    rows = []
    for scenario in found["scenarios"]:
        rows.append({"scenario": scenario["scenario"], "test": "as_run", **_flat(scenario["as_run"])})
        for test in (*scenario["tests"], *scenario["stresses"]):
            label = test["name"] if "value" not in test else f"{test['name']} {test['value']:g}"
            rest = {key: value for key, value in test.items() if key not in ("name", "value")}
            rows.append({"scenario": scenario["scenario"], "test": label, **_flat(rest, found["quantiles"])})
    frame = pandas().DataFrame(rows).set_index(["scenario", "test"])
    frame.attrs["json"] = found
    return frame


def _flat(entries: Mapping[str, Any], probabilities: Iterable[float] = ()) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, value in entries.items():
        if isinstance(value, Mapping):
            out[name] = value.get("mean")
            out.update(
                {f"{name}_q{100 * p:g}": q for p, q in zip(probabilities, value.get("quantiles", ()), strict=False)}
            )
        else:
            out[name] = value
    return out
