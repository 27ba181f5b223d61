"""What a sweep says of overfitting, against the definitions, from the equity curves of its scenarios."""

import itertools
import json
import math

import program

GRID = "fast = { from = 3, to = 12, step = 3 }\nslow = [20, 30, 45]\nstop = [0.02, 0.05]\n"
BARS = 700
BLOCKS = 8


def sharpe(total, squares, count):
    variance = (squares - total * total / count) / (count - 1)
    return total / count / math.sqrt(variance) if variance > 0 else 0.0


class OverfittingTest(program.ProgramTest):
    def sweep(self, name, more="", options=()):
        self.write(f"{name}.toml", program.sweep_file(program.bars(BARS), "ma_crossover", GRID, more))
        return self.threadx("sweep", f"{name}.toml", "--out", name, *options)

    def equity(self, row):
        parameters = [argument for key in ("fast", "slow", "stop") for argument in ("--set", f"{key}={row['parameters'][key]}")]
        self.threadx("backtest", "ma_crossover", "--data", program.bars(BARS), *parameters, "--equity", "equity.csv")
        return [float(line.split(",")[2]) for line in self.read("equity.csv").splitlines()[1:]]

    def test_the_numbers_follow_from_the_equity_curves(self):
        said = self.sweep("run", f"[analysis]\nblocks = {BLOCKS}").out
        found = json.loads(self.read("run/overfitting.json"))
        self.assertIn(found["verdict"], said)
        self.assertEqual(found["format"], "threadx-overfitting-1")
        rows = json.loads(self.threadx("show", "run", "--all", "--json").out)
        returns = []
        for row in rows:
            curve = self.equity(row)
            returns.append([b / a - 1.0 for a, b in zip(curve, curve[1:])])
        count = len(returns[0])
        whole = [sharpe(sum(r), sum(x * x for x in r), count) for r in returns]
        year = math.sqrt(365.25 * 24.0)
        best = max(range(len(rows)), key=whole.__getitem__)
        self.assertEqual(found["best"]["scenario"], rows[best]["scenario"])
        self.assertAlmostEqual(found["best"]["sharpe"], whole[best] * year, places=8)
        self.assertAlmostEqual(found["best"]["skew"], rows[best]["metrics"]["skew"], places=8)
        self.assertAlmostEqual(found["best"]["kurtosis"], rows[best]["metrics"]["kurtosis"], places=8)
        self.assertEqual(found["trials"]["count"], len(rows))
        self.check_splits(found["cross_validation"], returns)

    def check_splits(self, found, returns):
        def block(values, b):
            part = values[len(values) * b // BLOCKS : len(values) * (b + 1) // BLOCKS]
            return sum(part), sum(x * x for x in part), len(part)

        blocks = [[block(r, b) for b in range(BLOCKS)] for r in returns]

        def sharpes(subset):
            return [sharpe(*(sum(trial[b][k] for b in subset) for k in range(3))) for trial in blocks]

        splits = list(itertools.combinations(range(BLOCKS), BLOCKS // 2))
        overfitted = losses = 0
        for subset in splits:
            inside, outside = sharpes(subset), sharpes([b for b in range(BLOCKS) if b not in subset])
            chosen = max(range(len(inside)), key=inside.__getitem__)
            below = sum(1 for other in outside if other < outside[chosen] - 1e-12)
            equal = sum(1 for other in outside if abs(other - outside[chosen]) <= 1e-12)
            place = (below + (equal + 1) / 2) / (len(outside) + 1)
            overfitted += place <= 0.5
            losses += outside[chosen] < 0
        self.assertEqual(found["splits"], len(splits))
        self.assertAlmostEqual(found["overfitting_probability"], overfitted / len(splits), places=12)
        self.assertAlmostEqual(found["loss_probability"], losses / len(splits), places=12)
        self.assertEqual(sum(found["logits"]["counts"]), len(splits))
        self.assertEqual(len(found["chosen"]), len(splits))

    def test_the_file_is_the_same_whatever_computes_it(self):
        self.sweep("one", options=("--workers", 1))
        self.sweep("three", options=("--workers", 3))
        self.assertEqual(self.read("one/overfitting.json"), self.read("three/overfitting.json"))

    def test_show_prints_the_verdict_or_the_file(self):
        summary = json.loads(self.sweep("run", options=("--json",)).out)
        verdict = self.threadx("show", "run", "--overfitting").out.strip()
        self.assertEqual(summary["overfitting"], verdict)
        self.assertIn("expected of the best without skill: deflated Sharpe ratio", verdict)
        self.assertEqual(self.threadx("show", "run", "--overfitting", "--json").out, self.read("run/overfitting.json"))

    def test_a_run_without_sums_of_returns_says_how_to_get_them(self):
        self.assertNotIn("deflated", self.sweep("run", "[analysis]\nblocks = 0").out)
        self.refused("show", "run", "--overfitting", says="--set analysis.blocks=16")

    def test_an_earlier_verdict_does_not_survive_its_run(self):
        self.sweep("run")
        self.sweep("run", "[analysis]\nblocks = 0", ("--force",))
        self.refused("show", "run", "--overfitting", says="has no overfitting.json")

    def test_metrics_follow_the_convention_asked_for(self):
        self.sweep("own")
        self.sweep("other", '[analysis]\nconvention = "quantstats"')
        own = json.loads(self.threadx("show", "own", "--all", "--json").out)
        other = json.loads(self.threadx("show", "other", "--all", "--json").out)
        year = math.sqrt(365.25 * 24.0)
        for a, b in zip([row["metrics"] for row in own], [row["metrics"] for row in other]):
            self.assertAlmostEqual(b["sharpe"], a["sharpe"] / year * math.sqrt(252), places=8)
            self.assertEqual(b["win_rate"], a["win_rate"])
        self.assertEqual(json.loads(self.read("other/manifest.json"))["analysis"]["convention"], "quantstats")
        mistaken = ("--out", "x", "--set", "analysis.convention=quantstat")
        self.refused("sweep", "own.toml", *mistaken, says="did you mean 'quantstats'?")


if __name__ == "__main__":
    program.main()
