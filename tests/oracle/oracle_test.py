"""Backtests of random strategies, and of the built-in ones with several parameters, on slices of real data, against an
independent implementation of the contract (oracle.py, with compare.py that makes strategies), where that is at hand.

    THREADX_SHARED=FOLDER python3 oracle_test.py PATH/TO/threadx STRATEGIES      FOLDER holds oracle/ and data/
"""

import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

import backtests

PROGRAM = os.path.abspath(sys.argv.pop(1))
STRATEGIES = pathlib.Path(sys.argv.pop(1)).resolve()
SHARED = pathlib.Path(os.environ.get("THREADX_SHARED") or "there-is-none")

# A seed without a trial whose profits are all equal up to rounding: the deviation of those, and so sqn, is noise.
SEED = "32"
TRIALS = "200"
BARS = 2500
VARIATIONS = 3  # of each built-in strategy's parameters, on each file


def what_is_missing():
    if not (SHARED / "oracle" / "compare.py").exists() or not (SHARED / "data").is_dir():
        return "THREADX_SHARED names no folder with oracle/compare.py and data/"
    if sys.version_info < (3, 11):
        return "the reference needs Python 3.11, which reads TOML"
    return None


def varied(chance, parameters):
    """Other parameters: within a factor of two of the default, and within the limits."""
    values = {}
    for name, entry in parameters.items():
        value = entry["default"] * chance.uniform(0.5, 2.0)
        value = min(max(value, entry["min"]), entry["max"])
        values[name] = int(value) if entry.get("kind") == "int" else round(value, 4)
    return values


@unittest.skipIf(what_is_missing(), what_is_missing())
class Oracle(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="threadx_oracle_")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_random_strategies(self):
        command = [sys.executable, "-B", SHARED / "oracle" / "compare.py", PROGRAM, "--trials", TRIALS, "--seed", SEED,
                   "--bars", str(BARS), "--keep", self.folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        print(done.stdout[-2000:].strip())
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(f"{TRIALS} passed, 0 failed", done.stdout)

    def test_the_built_in_strategies_at_their_defaults_and_at_others(self):
        import tomllib  # not there before Python 3.11

        sys.path.insert(0, str(SHARED / "oracle"))
        import compare
        import oracle

        compared = trades_seen = 0
        for path in sorted(STRATEGIES.glob("*.toml")):
            strategy = tomllib.loads(path.read_text(encoding="utf-8"))
            for file in sorted((SHARED / "data").glob("*.csv")):
                chance = random.Random(f"{SEED}/{path.stem}/{file.name}")
                data = self.folder / "bars.csv"
                compare.slice_csv(file, data, BARS, chance)
                bars, times = oracle.load(data)
                for variation in range(VARIATIONS):
                    parameters = varied(chance, strategy["params"]) if variation else {}
                    execution = compare.execution(chance)
                    wanted, simulation = oracle.run(strategy, bars, times, parameters, execution)
                    expected = [{key: value for key, value in trade.items() if key != "stop"} for trade in simulation["trades"]]
                    with self.subTest(strategy=path.stem, file=file.name, parameters=parameters, execution=execution):
                        got = backtests.backtest(PROGRAM, self.folder, path, data, execution, parameters)
                        self.assertEqual(backtests.differences(*got, wanted, expected, execution["capital"]), [])
                    compared += 1
                    trades_seen += len(expected)
        print(f"{compared} backtests of built-in strategies compared, with {trades_seen} trades")
        self.assertGreater(trades_seen, 20 * compared)


if __name__ == "__main__":
    if what_is_missing():
        print(f"skipped: the comparison with the independent implementation because {what_is_missing()}")
    unittest.main(warnings="ignore")
