"""bench/peers/run.py on made-up peers: one that agrees, ones that do not, ones that fail.

    python3 peers_test.py PATH/TO/threadx ROOT [unittest's arguments]
"""

import json
import math
import os
import re
import subprocess
import sys
import tempfile
import textwrap
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1))
ROOT = os.path.abspath(sys.argv.pop(1))
sys.path.insert(0, os.path.join(ROOT, "bench", "peers", "harness"))

import agreement  # pylint: disable=wrong-import-position
import environments  # pylint: disable=wrong-import-position
import peers  # pylint: disable=wrong-import-position

WORKLOAD = "crossover_long"
HERE = ".".join(map(str, sys.version_info[:2]))

# A peer that backtests with `threadx backtest`, one scenario after another, and answers with what {answer} makes of it.
PEER = """
    import json, subprocess, sys
    request = json.load(open(sys.argv[1]))
    def backtest(scenario):
        command = [{program!r}, "backtest", {strategy!r}, "--data", request["bars"], "--format", "json"]
        for name, value in scenario.items():
            command += ["--set", f"{{name}}={{value}}"]
        for name, value in {{"fill": "close", **request["execution"]}}.items():
            command += ["--execution", f"{{name}}={{value}}"]
        metrics = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)["metrics"]
        return [metrics["trades"], metrics["final_equity"]]
    rows = [backtest(scenario) for scenario in request["scenarios"]]
    {answer}
    answer = {{"version": "7.7", "seconds": [0.5, 0.25, 1.0], "rows": rows, "chunk": 5, "options": "none", "work": "all"}}
    json.dump(answer, open(sys.argv[2], "w"))
"""


class MadeUpPeers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="threadx_peers_")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def peer(self, name, code=None, requirements="", scenarios=5):
        """Makes a peer; its code, or what it does to the right rows."""
        folder = os.path.join(self.folder, "peers", name)
        os.makedirs(folder)
        about = {"name": name, "python": [HERE], "scenarios": {WORKLOAD: scenarios}}
        texts = {"peer.json": json.dumps(about), "requirements.txt": requirements}
        if code is not None:
            texts["peer.py"] = textwrap.dedent(code)
        for file, text in texts.items():
            with open(os.path.join(folder, file), "w", encoding="utf-8") as out:
                out.write(text)

    def backtesting_peer(self, name, answer="pass", **options):
        strategy = os.path.join(ROOT, "bench", "peers", "strategies", f"{WORKLOAD}.toml")
        self.peer(name, PEER.format(program=PROGRAM, strategy=strategy, answer=answer), **options)

    def run_driver(self, *arguments, status=0):
        command = [sys.executable, "-B", os.path.join(ROOT, "bench", "peers", "run.py"), "--program", PROGRAM]
        command += ["--peers-folder", os.path.join(self.folder, "peers"), "--folder", os.path.join(self.folder, "work")]
        command += ["--workloads", WORKLOAD, "--bars", "1500", "--repeats", "1", *arguments]
        offline = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=offline)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def outcome(self):
        """Of the only peer; and the line of the table and the whole text that go with it."""
        report = json.loads(self.run_driver("--json").stdout)
        text = self.run_driver().stdout
        found = report["workloads"][0]["peers"][0]
        return found, next(line for line in text.splitlines() if f" {found['peer']} " in line), text

    def assert_no_time(self, outcome, line):
        self.assertNotIn("seconds", outcome)
        self.assertNotIn("rate", outcome)
        cells = re.split(r"\s{2,}", line)
        self.assertEqual(cells[4:], ["–"] * 4, line)  # seconds, rate, ratio, memory

    def test_a_peer_that_agrees_is_timed(self):
        self.backtesting_peer("right")
        outcome, line, _ = self.outcome()
        self.assertEqual(outcome["said"], "agrees")
        self.assertEqual(outcome["seconds"], 0.5)  # the median of what it said
        self.assertAlmostEqual(outcome["rate"], 5 * 1500 / 0.5)
        self.assertRegex(line, r"right 7\.7\s+5\s+all, to \S+\s+0\.50\s+0\.0\d\s+[\d,]+ x\s+[\d,]+ MB$")

    def test_a_final_equity_that_is_off_by_half_a_millionth_agrees(self):
        self.backtesting_peer("near", "rows[3][1] *= 1 + 0.5e-6")
        self.assertEqual(self.outcome()[0]["said"], "agrees")

    def test_a_final_equity_that_is_off_by_two_millionths_is_shown_instead_of_a_time(self):
        self.backtesting_peer("far", "rows[3][1] *= 1 + 2e-6")
        outcome, line, text = self.outcome()
        self.assertEqual(outcome["said"], "disagrees")
        self.assert_no_time(outcome, line)
        self.assertIn("no: 1 of 5 scenarios differ", line)
        self.assertRegex(text, r"far: disagrees: .* the first is \d+ \(fast \d+, slow \d+, .*\): \d+ trades and .* by ThreadX")

    def test_a_trade_more_is_shown_instead_of_a_time(self):
        self.backtesting_peer("eager", "rows[0][0] += 1")
        outcome, line, _ = self.outcome()
        self.assertEqual(outcome["said"], "disagrees")
        self.assert_no_time(outcome, line)

    def test_an_equity_that_is_no_number_is_not_agreement(self):
        self.backtesting_peer("undefined", "rows[2][1] = float('nan')")
        outcome, line, _ = self.outcome()
        self.assertEqual(outcome["said"], "disagrees")
        self.assert_no_time(outcome, line)

    def test_a_peer_that_leaves_scenarios_out_does_not_agree(self):
        self.backtesting_peer("short", "rows.pop()")
        outcome, line, _ = self.outcome()
        self.assertEqual(outcome["reason"], "returned 4 of 5 scenarios")
        self.assert_no_time(outcome, line)

    def test_a_crash_is_shown_with_its_last_words(self):
        self.peer("fragile", "raise SystemExit('out of cheese')")
        outcome, line, text = self.outcome()
        self.assertEqual(outcome["said"], "failed")
        self.assert_no_time(outcome, line)
        self.assertIn("fragile: failed: exit status 1: out of cheese", text)

    def test_a_peer_that_cannot_be_installed_is_shown_with_the_reason(self):
        self.peer("absent", "raise SystemExit('never run')", requirements="threadx-no-such-package==1.0\n")
        outcome, line, text = self.outcome()
        self.assertEqual(outcome["said"], "not installed")
        self.assert_no_time(outcome, line)
        self.assertNotIn("never run", text)
        self.assertGreater(len(outcome["reason"]), 10)

    def test_a_peer_without_an_adapter_is_shown(self):
        self.peer("silent")
        self.assertIn("no adapter", self.outcome()[0]["reason"])

    def test_what_a_peer_cannot_do_is_shown_in_its_words(self):
        code = "import json, sys; json.dump({'version': '1', 'cannot': 'it has no shorts'}, open(sys.argv[2], 'w'))"
        self.peer("modest", code)
        outcome, line, text = self.outcome()
        self.assertEqual(outcome["said"], "cannot")
        self.assert_no_time(outcome, line)
        self.assertIn("modest: cannot: it has no shorts", text)

    def test_the_markdown_has_the_table(self):
        self.backtesting_peer("right")
        path = os.path.join(self.folder, "peers.md")
        self.run_driver("--markdown", path)
        with open(path, encoding="utf-8") as file:
            self.assertRegex(file.read(), rf"\| {WORKLOAD} \| right 7\.7 \| 5 \| all, to ")

    def test_an_unknown_peer_is_refused(self):
        self.backtesting_peer("right")
        self.assertIn("no peer 'wrong'; known: right", self.run_driver("--peers", "wrong", status=1).stderr)


class Parts(unittest.TestCase):
    def test_agreement_is_relative_to_ours(self):
        self.assertIsNone(agreement.disagreement([(0, {}, 1, 1e6)], [(1, 1e6 + 0.9)]))
        self.assertIsNotNone(agreement.disagreement([(0, {}, 1, 1e6)], [(1, 1e6 + 1.1)]))
        self.assertIsNotNone(agreement.disagreement([(0, {}, 1, 0.0)], [(1, 1e-9)]))

    def test_a_spread_keeps_every_value_of_every_parameter(self):
        rows = list(range(10_000))
        for count in (1, 16, 150, 500, 10_000):
            chosen, stride = peers.spread(rows, count)
            self.assertEqual(len(chosen), count)
            self.assertEqual(math.gcd(stride, len(rows)), 1)
            if count >= 150:
                self.assertEqual({row % 10 for row in chosen}, set(range(10)))
                self.assertEqual({row // 1000 for row in chosen}, set(range(10)))

    def test_a_reason_names_no_address(self):
        text = "Looking in x\nERROR: nothing at https://host.example/simple/p for p==1\nNOTE: more"
        self.assertEqual(environments._reason(text), "nothing at for p==1")  # pylint: disable=protected-access

    def test_a_package_that_pip_finds_nowhere_is_said_to_be_missing(self):
        text = "ERROR: Could not find a version that satisfies the requirement p==1.0 (from versions: none)\nERROR: No match"
        self.assertIn("pip finds no version of p", environments._reason(text))  # pylint: disable=protected-access


if __name__ == "__main__":
    unittest.main()
