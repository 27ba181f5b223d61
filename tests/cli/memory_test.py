"""Bounded memory: the columns of a sweep stay within the budget that the settings give, whatever they would take."""

import os
import subprocess
import unittest

import program

BARS = 20000
SPACE = """bb_period = { from = 2, to = 201, step = 1 }
entry_z = { values = [1.0, 1.5, 2.0, 2.5] }
"""
MIB = 1 << 20
ALL_COLUMNS = 200 * 3 * 8 * BARS  # means, deviations and the distances in them: 92 MiB, and the signals' bits
SLACK = 12 * MIB  # stacks, rows that wait, what the allocator keeps


class MemoryTest(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("s.toml", program.sweep_file(program.bars(BARS, bar="1m"), "bollinger_atr", SPACE))

    def peak(self, budget, *more):
        """Bytes of memory that the sweep's process had at most."""
        process = subprocess.Popen(
            [program.PROGRAM, "sweep", "s.toml", "--out", "run", "--force", *map(str, more), "--set",
             f"optimization.performance.memory_budget={budget // MIB}MiB"],
            cwd=self.folder, env=program.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE)
        errors = process.stderr.read().decode("utf-8", "replace")
        process.stderr.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0, errors)
        return usage.ru_maxrss * 1024

    def test_columns_stay_within_the_budget_and_give_the_same_rows(self):
        alone = self.peak(256 * MIB, "--range", "0:1", "--workers", 1)
        plenty = self.peak(256 * MIB, "--workers", 1) - alone
        expected = self.hash("run")
        self.assertGreater(plenty, 0.8 * ALL_COLUMNS, "the columns that this test is about are not there")
        for workers in (1, 2):
            for budget in (16 * MIB, 48 * MIB):
                with self.subTest(workers=workers, budget=budget):
                    self.assertLess(self.peak(budget, "--workers", workers) - alone, budget + SLACK)
                    self.assertEqual(self.hash("run"), expected)


if __name__ == "__main__":
    program.main()
