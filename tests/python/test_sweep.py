"""Sweeps from Python are those of the program, bit by bit, and their rows are tables."""

import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest

import threadx
from threadx._program import program

SPACE = {
    "bb_period": range(10, 40, 5),
    "entry_z": [1.0, 1.5, 2.0],
    "atr_multiplier": {"from": 1.0, "to": 3.0, "step": 1.0},
}
COSTS = {"fee": 0.0005, "slippage": 0.0001}


@pytest.fixture(scope="module")
def run(bars):
    return threadx.sweep(bars, "bollinger_atr", SPACE, execution=COSTS)


def test_the_program_has_the_same_bits(run, bars, tmp_path):
    bars.to_csv(tmp_path / "bars.csv")
    (tmp_path / "sweep.toml").write_text(
        '[data]\nfile = "bars.csv"\n[strategy]\nuse = "bollinger_atr"\n[space]\n'
        "bb_period = { from = 10, to = 35, step = 5 }\nentry_z = [1.0, 1.5, 2.0]\n"
        "atr_multiplier = { from = 1.0, to = 3.0, step = 1.0 }\n[execution]\nfee = 0.0005\nslippage = 0.0001\n"
    )
    subprocess.run(
        [program(), "sweep", tmp_path / "sweep.toml", "--out", tmp_path / "run"], check=True, capture_output=True
    )
    theirs = subprocess.run(
        [program(), "hash", tmp_path / "run"], check=True, capture_output=True, text=True
    ).stdout.strip()
    assert run.hash() == theirs
    opened = threadx.open_run(tmp_path / "run")
    pd.testing.assert_frame_equal(opened.to_pandas(), run.to_pandas())
    assert opened.overfitting == run.overfitting
    from_file = threadx.sweep(tmp_path / "bars.csv", "bollinger_atr", SPACE, execution=COSTS, out=tmp_path / "mine")
    assert from_file.hash() == theirs
    shown = subprocess.run([program(), "hash", tmp_path / "mine"], check=True, capture_output=True, text=True)
    assert shown.stdout.strip() == theirs


def test_rows_are_tables(run, tmp_path):
    frame = run.to_pandas()
    assert len(frame) == len(run) == 6 * 3 * 3 and frame.index.name == "scenario"
    assert frame["bb_period"].dtype == np.int64 and frame["entry_z"].dtype == np.float64
    assert list(frame["status"].cat.categories) == ["ok", "ruined", "invalid"]
    assert list(frame.columns) == ["status", *run.parameters, *run.metrics]
    # The last parameter of the space varies fastest.
    assert frame[["bb_period", "entry_z", "atr_multiplier"]].iloc[4].tolist() == [10, 1.5, 2.0]
    arrow = run.to_arrow()
    assert arrow.num_rows == len(frame) and arrow["status"].to_pylist() == frame["status"].tolist()
    np.testing.assert_array_equal(arrow["sharpe"].to_pandas(), frame["sharpe"])
    assert arrow["profit_factor"].null_count == frame["profit_factor"].isna().sum() == 0
    run.to_parquet(tmp_path / "rows.parquet")
    assert pyarrow.parquet.read_table(tmp_path / "rows.parquet").equals(arrow)
    for name, values in run.to_numpy().items():
        assert len(values) == len(frame), name


def test_what_is_undefined_is_no_number(bars):
    no_trades = threadx.sweep(bars, "bollinger_atr", {"entry_z": [1.0, 6.0]})
    assert no_trades.to_pandas()["trades"].tolist()[1] == 0
    assert no_trades.to_arrow()["profit_factor"].is_null().to_pylist() == [False, True]
    assert np.isnan(no_trades.to_numpy()["profit_factor"]).tolist() == [False, True]


def test_top_has_the_best_first(run):
    frame = run.to_pandas()
    assert run.top(5)["sharpe"].tolist() == frame["sharpe"].sort_values(ascending=False).head(5).tolist()
    assert run.top(5, "max_drawdown")["max_drawdown"].tolist() == frame["max_drawdown"].sort_values().head(5).tolist()
    assert run.top(3, "entry_z", ascending=False)["entry_z"].tolist() == [2.0, 2.0, 2.0]
    assert run.best().name == run.top(1).index[0]
    with pytest.raises(threadx.InputError, match="did you mean|sharpe"):
        run.top(5, "sharp")


def test_heatmap(run):
    frame = run.to_pandas()
    best = frame.pivot_table(index="bb_period", columns="entry_z", values="sharpe", aggfunc="max")
    mean = frame.pivot_table(index="bb_period", columns="entry_z", values="sharpe", aggfunc="mean")
    pd.testing.assert_frame_equal(run.heatmap("bb_period", "entry_z", "sharpe"), best)
    pd.testing.assert_frame_equal(run.heatmap("bb_period", "entry_z", "sharpe", how="mean"), mean)
    drawdown = frame.pivot_table(index="entry_z", columns="bb_period", values="max_drawdown", aggfunc="min")
    pd.testing.assert_frame_equal(run.heatmap("entry_z", "bb_period", "max_drawdown"), drawdown)
    with pytest.raises(threadx.InputError, match="did you mean 'bb_period'"):
        run.heatmap("bb_perod", "entry_z")


def test_one_scenario_in_full(run, bars):
    row = run.best()
    equity, trades = run.equity(row.name), run.trades(row.name)
    assert len(equity) == len(bars) and equity.iloc[-1] == row["final_equity"]
    assert len(trades) == row["trades"] and trades["pnl"].max() == row["best_trade"]
    assert (trades["entry_time"] == equity.index[trades["entry_bar"]]).all()
    parameters = {name: row[name] for name in run.parameters}
    alone = threadx.backtest(bars, "bollinger_atr", parameters, execution=COSTS)
    pd.testing.assert_series_equal(alone.equity, equity)
    pd.testing.assert_frame_equal(alone.trades, trades)
    assert alone["sharpe"] == row["sharpe"] and alone.parameters == parameters
    with pytest.raises(threadx.InputError, match="no scenario 99999"):
        run.equity(99999)


def test_report_and_robustness(run, tmp_path):
    tests = run.robustness(top=2, simulations=50)
    assert len(tests.index.unique("scenario")) == 2 and "price_noise" in tests.index.unique("test")
    assert tests.loc[(run.best().name, "as_run"), "sharpe"] == run.best()["sharpe"]
    report = run.report(tmp_path / "report.html", top=2).read_text("utf-8")
    assert run.report("here.html", top=1) == Path("here.html") and Path("here.html").exists()
    assert "bollinger_atr" in report and "<script" in report
    with pytest.raises(threadx.InputError, match="no such metric"):
        run.report(tmp_path / "x.html", by="sharp")


def test_notebooks_show_the_best(run):
    shown = run._repr_html_()
    assert "bollinger_atr" in shown and f"{len(run)} scenarios" in shown and "<table" in shown
    assert str(run.directory) in repr(run)


def test_samplers_and_constraints(bars):
    space = {"fast": {"min": 5, "max": 50}, "slow": {"min": 20, "max": 200}}
    drawn = threadx.sweep(bars, "ma_crossover", space, sampler="monte_carlo", scenarios=40, seed=3)
    again = threadx.sweep(bars, "ma_crossover", space, sampler={"kind": "monte_carlo", "scenarios": 80, "seed": 3})
    pd.testing.assert_frame_equal(drawn.to_pandas(), again.to_pandas().iloc[:40])
    some = threadx.sweep(bars, "ma_crossover", space, sampler="sobol", scenarios=64, constraints=["fast < slow"])
    assert 0 < len(some) < 64 and (some.to_pandas()["fast"] < some.to_pandas()["slow"]).all()
    with pytest.raises(threadx.InputError, match="a grid has as many scenarios"):
        threadx.sweep(bars, "ma_crossover", {"fast": [5]}, scenarios=10)


def test_workers_devices_and_batches_change_no_bit(run, bars):
    for options in (
        {"workers": 1},
        {"workers": 3, "batch_size": 7},
        {"devices": "cpu"},
        {"devices": ["cpu"], "balance": {"cpu": 1.0}},
    ):
        assert threadx.sweep(bars, "bollinger_atr", SPACE, execution=COSTS, **options).hash() == run.hash()
    rough = threadx.sweep(bars, "bollinger_atr", SPACE, execution=COSTS, precision="float32")
    assert rough.hash() != run.hash()
    np.testing.assert_allclose(rough.to_pandas()["final_equity"], run.to_pandas()["final_equity"], rtol=1e-2)


def test_a_run_without_a_directory_goes_with_its_object(bars, tmp_path):
    run = threadx.sweep(bars, "ma_crossover", {"fast": [5, 10]})
    directory = run.directory
    assert (directory / "rows.sqlite").exists()
    kept = run.save(tmp_path / "kept")
    del run
    assert not directory.exists()
    assert len(kept.equity(0)) == len(bars)


def test_a_directory_is_not_overwritten_by_accident(bars, tmp_path):
    first = threadx.sweep(bars, "ma_crossover", {"fast": [5, 10]}, out=tmp_path / "run")
    with pytest.raises(threadx.InputError, match="run"):
        threadx.sweep(bars, "ma_crossover", {"fast": [5]}, out=tmp_path / "run")
    assert len(first) == 2
    assert len(threadx.sweep(bars, "ma_crossover", {"fast": [5]}, out=tmp_path / "run", overwrite=True)) == 1


def test_mistakes_are_said_with_their_place(bars):
    with pytest.raises(threadx.InputError, match="did you mean 'bollinger_atr'"):
        threadx.sweep(bars, "bolinger_atr", {})
    with pytest.raises(threadx.InputError, match=r"sweep:\d+:\d+: .*'bb_perod'.*bb_period"):
        threadx.sweep(bars, "bollinger_atr", {"bb_perod": [10]})
    with pytest.raises(threadx.InputError, match="leverage"):
        threadx.sweep(bars, "bollinger_atr", {}, execution={"leverege": 2})
    with pytest.raises(threadx.InputError, match="cuda:7|no such device|cuda"):
        threadx.sweep(bars, "bollinger_atr", {}, devices="cuda:7")


def test_mistakes_are_said_in_words_of_python(run, bars, tmp_path):
    """The engine's messages name the program's options; here they are arguments."""
    threadx.sweep(bars, "ma_crossover", {"fast": [5]}, out=tmp_path / "run")
    for call, words in (
        (lambda: threadx.sweep(bars, "bollinger_atr", {}, devices="cuda:7"), "devices"),
        (lambda: threadx.sweep(bars, "bollinger_atr", {}, devices="gpux"), "devices"),
        (lambda: threadx.sweep(bars, "bollinger_atr", {}, balance="cuda:7=1"), "balance"),
        (
            lambda: threadx.sweep(bars, "bollinger_atr", {}, devices="cpu", balance="cuda:0=1"),
            "balance cuda:0=1: it is not among",
        ),
        (lambda: threadx.sweep(bars, "ma_crossover", {"fast": [5]}, out=tmp_path / "run"), "overwrite=True"),
        (lambda: threadx.sweep(bars, "ma_crossover", {"fast": [5]}, out=tmp_path / "run"), "threadx.resume('"),
        (lambda: threadx.robustness(run, by="shape"), "by shape"),
        (lambda: threadx.robustness(run, top=0), "top 0"),
        (lambda: threadx.robustness(run, scenarios=[99999]), "scenarios 99999"),
        (lambda: threadx.open_run(tmp_path / "nowhere"), "threadx.sweep"),
    ):
        with pytest.raises(threadx.InputError) as error:
            call()
        assert words in str(error.value)
        assert "--" not in str(error.value) and "`threadx" not in str(error.value)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"space": [5, 10]}, "space: a list is not understood"),
        ({"space": {"fast": None}}, "fast: a NoneType is not understood"),
        ({"space": {"fast": [5, np.nan]}}, "takes finite numbers"),
        ({"space": {"fast": {"min": 5, "max": 9}}, "sampler": "sobol", "scenarios": "many"}, "scenarios = 'many'"),
        ({"execution": {"fee": "low"}}, "expected a number, found text"),
        ({"execution": 0.1}, "execution: a float is not understood"),
        ({"precision": np.float16}, "'float16' is not one of"),
        ({"devices": [1]}, "devices = 1: expected a text"),
        ({"balance": {"cpu": 2.0}}, "the shares sum to 2"),
        ({"workers": 2.5}, "workers = 2.5: expected a whole number"),
        ({"progress": "yes"}, "progress = 'yes'"),
        ({"constraints": "fast <"}, "expected a value before the end"),
    ],
)
def test_wrong_arguments_are_said(bars, wrong, message):
    with pytest.raises(threadx.InputError, match=message):
        threadx.sweep(bars, "ma_crossover", **wrong)


def test_wrong_questions_are_said(run, bars, tmp_path):
    for ask, message in (
        (lambda: run.top("5"), "n = '5': expected a whole number"),
        (lambda: run.equity(-1), "scenario = -1: expected 0 or more"),
        (lambda: run.trades("a"), "scenario = 'a': expected a whole number"),
        (lambda: run.robustness(simulations=0), "simulations = 0"),
        (lambda: run.robustness(scenarios=[99]), "no such scenario"),
        (lambda: run.save(tmp_path), "is there already"),
        (lambda: threadx.backtest(bars, "ma_crossover", fast="x"), "fast = 'x': expected a number"),
        (lambda: threadx.column(None, bars), "expression = None: expected a text"),
        (lambda: threadx.synthetic_bars(5.5), "count = 5.5: expected a whole number"),
        (lambda: threadx.open_run(tmp_path / "none"), "there is no run"),
        (lambda: threadx.open_run(tmp_path), "is not a run"),
    ):
        with pytest.raises(threadx.InputError, match=message):
            ask()


def test_runs_of_bars_in_memory_are_gone_on_with_on_those_bars(bars, tmp_path):
    run = threadx.sweep(bars, "ma_crossover", {"fast": [5, 10]}, out=tmp_path / "run")
    opened = threadx.open_run(tmp_path / "run")
    with pytest.raises(threadx.InputError, match="needs the run's bars"):
        opened.equity(0)
    assert threadx.open_run(tmp_path / "run", bars=bars).equity(0).equals(run.equity(0))
    with pytest.raises(threadx.InputError, match="no longer"):
        threadx.resume(tmp_path / "run", bars=threadx.synthetic_bars(3_000, seed=8))
    assert threadx.resume(tmp_path / "run", bars=bars).hash() == run.hash()
    assert run.manifest["data"]["sha256"] == bars.sha256


def test_walkforward(bars, tmp_path):
    run = threadx.walkforward(
        bars, "ma_crossover", {"fast": range(5, 30, 5)}, train=1000, test=500, out=tmp_path / "wf"
    )
    assert isinstance(run, threadx.WalkforwardRun) and len(run.folds) == len(run.result["folds"]) > 1
    assert len(run) == 5 * len(run.folds)
    first = run.folds.iloc[0]
    rows = run.to_pandas()
    trained = rows[rows["fold"] == 0]
    assert trained["sharpe"].max() == first["in_sharpe"]
    equity = run.test_equity()
    assert len(equity) >= 500 and equity["equity"].iloc[-1] > 0
    assert "walk-forward" in run._repr_html_()
    bars.to_csv(tmp_path / "bars.csv")
    (tmp_path / "wf.toml").write_text(
        '[data]\nfile = "bars.csv"\n[strategy]\nuse = "ma_crossover"\n[space]\nfast = [5, 10, 15, 20, 25]\n'
        "[walkforward]\ntrain = 1000\ntest = 500\n"
    )
    subprocess.run(
        [program(), "walkforward", tmp_path / "wf.toml", "--out", tmp_path / "theirs"], check=True, capture_output=True
    )
    theirs = threadx.open_run(tmp_path / "theirs")
    assert isinstance(theirs, threadx.WalkforwardRun)
    assert theirs.hash() == run.hash() and theirs.result["folds"] == run.result["folds"]
