"""Writes goldens.json: what an independent implementation of the contract computes for some forty strategies on bars.csv.

    python3 make_goldens.py FOLDER      the folder holds oracle.py and compare.py, the reference and its case generator

The product has no part in it. bars.csv was made once by

    threadx synth --bars 600 --bar 1h --seed 2024 --volatility 0.8 --price 250 --tick 0.05 --out bars.csv
"""

import importlib.util
import json
import pathlib
import random
import statistics
import sys
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
BUILT_IN = HERE.parent.parent / "strategies"
RANDOM_CASES = 32
SEED = "goldens-1"
MOST_TRADES = 60  # of a random case, so that the file stays small
TRADE = "side units entry_bar exit_bar entry_price exit_price pnl fees reason".split()

# Accounts that lose everything, which the generator hardly ever makes.
RUIN = """[rules]
enter_long = "crossover(close, sma(close, 20))"
[risk]
size = { equity = 40.0 }
"""
RUIN_EXECUTION = {"capital": 5000.0, "fee": 0.0002, "slippage": 0.0, "leverage": 50.0, "fill": "next_open",
                  "ambiguity": "stop_first", "close_at_end": False}

# Stop and target lie in the range of most bars: which one comes first decides.
AMBIGUOUS = """[rules]
enter_long = "close > open"
enter_short = "close < open"
[risk]
stop_distance = "0.005 * close"
target_distance = "high - low"
max_hold = 3
spacing = 12
"""
AMBIGUITIES = ["stop_first", "target_first", "nearest_to_open"]


def load_module(folder, name):
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def case(oracle, bars, times, name, text, execution):
    metrics, simulation = oracle.run(tomllib.loads(text), bars, times, execution=execution)
    trades = [[trade[key] for key in TRADE] for trade in simulation["trades"]]
    return {"name": name, "strategy": text, "execution": execution, "metrics": metrics, "trades": trades}


def is_noise(golden):
    """Whether the profits are equal up to rounding: their deviation, and with it sqn, is then the rounding's."""
    profits = [trade[TRADE.index("pnl")] for trade in golden["trades"]]
    return len(profits) > 1 and statistics.pstdev(profits) < 1e-9 * max(map(abs, profits))


def random_cases(oracle, compare, bars, times):
    trial = found = idle = 0
    while found < RANDOM_CASES:
        chance = random.Random(f"{SEED}/{trial}")
        text, execution = compare.toml(compare.strategy(chance)), compare.execution(chance)
        golden = case(oracle, bars, times, f"random {trial}", text, execution)
        trial += 1
        idle += not golden["trades"]
        if len(golden["trades"]) <= MOST_TRADES and (golden["trades"] or idle <= 2) and not is_noise(golden):
            found += 1
            yield golden


def check_coverage(cases):
    """The cases have all that a trade can be."""
    reasons = {trade[-1] for golden in cases for trade in golden["trades"]}
    assert reasons == {"signal", "hold", "stop", "target", "end", "ruin"}, reasons
    for key, values in (("fill", {"next_open", "close"}), ("close_at_end", {True, False}),
                        ("ambiguity", {"stop_first", "target_first", "nearest_to_open"})):
        assert {golden["execution"][key] for golden in cases} == values, key
    ambiguous = {golden["name"]: golden["metrics"]["final_equity"] for golden in cases if golden["name"] in AMBIGUITIES}
    assert len(set(ambiguous.values())) == 3, ambiguous
    text = "".join(golden["strategy"] for golden in cases)
    for word in ("cash", "units", "risk =", "equity", "trailing = true", "max_hold", "spacing", "reverse = false"):
        assert word in text, word


def main(folder):
    oracle = load_module(folder, "oracle")
    compare = load_module(folder, "compare")
    bars, times = oracle.load(HERE / "bars.csv")
    cases = [case(oracle, bars, times, "ruin", RUIN, RUIN_EXECUTION)]
    for ambiguity in AMBIGUITIES:
        execution = {**RUIN_EXECUTION, "leverage": 1.0, "ambiguity": ambiguity}
        cases.append(case(oracle, bars, times, ambiguity, AMBIGUOUS, execution))
    chance = random.Random(SEED)
    for path in sorted(BUILT_IN.glob("*.toml")):
        cases.append(case(oracle, bars, times, path.stem, path.read_text(encoding="utf-8"), compare.execution(chance)))
    cases.extend(random_cases(oracle, compare, bars, times))
    check_coverage(cases)
    lines = ",\n".join(json.dumps(golden) for golden in cases)
    (HERE / "goldens.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    print(f"{len(cases)} cases with {sum(len(golden['trades']) for golden in cases)} trades")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve())
