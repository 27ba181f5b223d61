"""What the tests of this folder share: a backtest of the program, and its comparison with what was to be expected."""

import csv
import json
import math
import os
import subprocess

# Sums of money: their rounding errors grow with the capital.
MONEY = {"fees", "expectancy", "final_equity", "best_trade", "worst_trade", "avg_win", "avg_loss"}
WHOLE = ("entry_bar", "exit_bar")
NAMES = ("side", "reason")


def close(a, b, scale=1.0):
    if a is None or b is None:
        return a is None and b is None
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-11 * scale)


def backtest(program, folder, strategy, data, execution, parameters=None):
    """The metrics, and the trades as dictionaries, of one `threadx backtest`; `strategy` is a path."""
    trades = os.path.join(folder, "trades.csv")
    command = [program, "backtest", str(strategy), "--data", str(data), "--trades", trades, "--json"]
    for key, value in execution.items():
        command += ["--execution", f"{key}={str(value).lower() if isinstance(value, bool) else value}"]
    for key, value in (parameters or {}).items():
        command += ["--set", f"{key}={value!r}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: exit status {done.returncode}: {done.stderr}")
    with open(trades, newline="", encoding="utf-8") as file:
        rows = [{key: cell if key in NAMES else int(cell) if key in WHOLE else float(cell)
                 for key, cell in row.items() if not key.endswith("_time")} for row in csv.DictReader(file)]
    return json.loads(done.stdout)["metrics"], rows


def differences(metrics, trades, expected_metrics, expected_trades, capital):
    """What is not as expected, as lines of text; both kinds of trades are dictionaries."""
    found = [f"{key}: {metrics.get(key, 'missing')} instead of {value}" for key, value in expected_metrics.items()
             if key not in metrics or not close(metrics[key], value, capital if key in MONEY else 1.0)]
    if len(trades) != len(expected_trades):
        found.append(f"{len(trades)} trades instead of {len(expected_trades)}")
    for number, (trade, expected) in enumerate(zip(trades, expected_trades)):
        for key, value in expected.items():
            same = trade[key] == value if key in NAMES + WHOLE else close(trade[key], value, capital)
            if not same:
                found.append(f"trade {number}: {key} {trade[key]} instead of {value}")
        if len(found) > 10:
            break
    return found
