"""Backtests of some forty strategies on made-up bars, against what an independent implementation computed for them.

    python3 golden_test.py PATH/TO/threadx      make_goldens.py says where goldens.json comes from
"""

import json
import os
import pathlib
import sys
import tempfile
import unittest

import backtests

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = os.path.abspath(sys.argv.pop(1))
TRADE = "side units entry_bar exit_bar entry_price exit_price pnl fees reason".split()


class Goldens(unittest.TestCase):
    maxDiff = None

    def test_every_golden_has_the_metrics_and_trades_of_the_reference(self):
        cases = json.loads((HERE / "goldens.json").read_text(encoding="utf-8"))
        self.assertGreater(len(cases), 40)
        with tempfile.TemporaryDirectory(prefix="threadx_goldens_") as folder:
            strategy = pathlib.Path(folder, "strategy.toml")
            for golden in cases:
                with self.subTest(golden["name"]):
                    strategy.write_text(golden["strategy"], encoding="utf-8")
                    execution = golden["execution"]
                    metrics, trades = backtests.backtest(PROGRAM, folder, strategy, HERE / "bars.csv", execution)
                    expected = [dict(zip(TRADE, trade)) for trade in golden["trades"]]
                    found = backtests.differences(metrics, trades, golden["metrics"], expected, execution["capital"])
                    self.assertEqual(found, [], f"{golden['strategy']}\n{execution}")
        print(f"{len(cases)} goldens compared")


if __name__ == "__main__":
    unittest.main()
