"""Nothing is lost: a sweep that is killed, interrupted or cut short in any way is resumed to the rows, and the hash, of the
sweep that ran through.

    python3 resume_test.py PATH/TO/threadx [--sanitized]
"""

import contextlib
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import program

SANITIZED = "--sanitized" in sys.argv and not sys.argv.remove("--sanitized")
SPACE = """fast = { from = 2, to = 31, step = 1 }
slow = { from = 40, to = 119, step = 1 }
"""
SCENARIOS = 2400
# Sanitized the program is several times as slow, and as long in between two batches.
BARS = 30000 if SANITIZED else 50000
# One slow worker, and batches small enough that hundreds of them are cut at any moment.
SLOWLY = ["--set", "optimization.performance.instruction_set=scalar", "--set", "optimization.performance.batch_size=8",
          "--workers", 1]


class ResumeTest(program.ProgramTest):
    whole = None  # hash, seconds: of the sweep that ran through

    def setUp(self):
        super().setUp()
        self.write("s.toml", program.sweep_file(program.bars(BARS, bar="1m"), space=SPACE))
        if ResumeTest.whole is None:
            start = time.monotonic()
            self.threadx("sweep", "s.toml", "--out", "whole", *SLOWLY)
            ResumeTest.whole = (self.hash("whole"), time.monotonic() - start)
            print(f"the sweep that runs through takes {ResumeTest.whole[1]:.1f} s")

    def start(self, *arguments):
        """Starts the program; its end is waited for by the test, or made by its clean-up."""
        process = subprocess.Popen(
            [program.PROGRAM, *map(str, arguments)], cwd=self.folder, env=program.environment(), text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

        def end():
            process.kill()
            process.communicate()

        self.addCleanup(end)
        return process

    def start_sweep(self, run="run", *more):
        return self.start("sweep", "s.toml", "--out", run, *SLOWLY, *more)

    def finished(self, run="run"):
        """How many rows the run has."""
        return len(self.rows(run))

    def wait_for_rows(self, process, run="run", at_least=1):
        while process.poll() is None:
            if os.path.exists(self.path(run, "manifest.json")) and self.finished(run) >= at_least:
                return
            time.sleep(0.005)
        self.fail(f"the sweep ended before it could be disturbed: {process.stderr.read()}")

    def assert_whole(self, run="run"):
        self.assertEqual(self.hash(run), self.whole[0])
        self.assertEqual(sorted(os.listdir(self.path(run))), ["manifest.json", "overfitting.json", "rows.sqlite"])

    def manifest(self, run="run"):
        return json.loads(self.read(f"{run}/manifest.json"))


class Kill(ResumeTest):
    def test_kills_at_random_moments_until_done_give_the_hash_of_the_uninterrupted_run(self):
        chance = random.Random(5)
        rows, never_began, process = [], 0, self.start_sweep()
        while process.poll() is None and len(rows) < 14:
            if rows and len(rows) % 2:  # every second time not before there is more to lose, however slow the program is
                wanted = rows[-1] + chance.randint(1, 400)
                while process.poll() is None and self.finished() < wanted:  # or until it is done before it is killed
                    time.sleep(0.005)
            time.sleep(chance.uniform(0.0, 0.1 * (1 + never_began)))  # longer and longer where the program is slow to begin
            process.kill()
            process.communicate()
            if os.path.exists(self.path("run", "manifest.json")):
                rows.append(self.finished())
                process = self.start("resume", "run", *SLOWLY)
            else:
                never_began += 1
                process = self.start_sweep()  # it had not begun: no --force is needed
        _, err = process.communicate()
        self.assertEqual(process.returncode, 0, err)
        self.assertEqual(rows, sorted(rows), "rows were lost")
        self.assertGreater(len({count for count in rows if 0 < count < SCENARIOS}), 2, rows)
        self.assert_whole()
        self.assertEqual(self.manifest()["state"], "complete")
        self.assertLessEqual(len(self.manifest()["sessions"]), len(rows) + 1)
        print(f"killed at {rows} of {SCENARIOS} rows")

    def test_kills_in_the_middle_of_writing_leave_whole_batches(self):
        """Bars so few that the program does little but write."""
        space = "fast = { from = 2, to = 251, step = 1 }\nslow = { from = 2, to = 401, step = 1 }"
        self.write("w.toml", program.sweep_file(program.bars(50), space=space))
        batches = ["--set", "optimization.performance.batch_size=2", "--workers", 2]
        process, chance, rows = self.start("sweep", "w.toml", "--out", "run", *batches), random.Random(8), []
        for _ in range(18):
            while process.poll() is None and not os.path.exists(self.path("run", "manifest.json")):
                time.sleep(0.001)
            time.sleep(chance.uniform(0.03, 0.12))
            process.kill()
            process.communicate()
            rows.append(self.finished())  # which fails where rows and finished ranges disagree
            self.assertEqual(rows[-1] % 2, 0)
            process = self.start("resume", "run", *batches)
        process.kill()
        process.communicate()
        self.assertEqual(rows, sorted(rows))
        print(f"killed while writing at {rows} of 100000 rows")
        self.threadx("resume", "run")
        self.threadx("sweep", "w.toml", "--out", "whole_w")
        self.assertEqual(self.hash("run"), self.hash("whole_w"))

    def test_a_sweep_killed_before_its_first_batch_can_be_resumed_or_started_again(self):
        chance, never_began, no_rows = random.Random(6), 0, 0
        for _ in range(25):
            shutil.rmtree(self.path("run"), ignore_errors=True)
            process = self.start_sweep("run", "--range", "0:100")
            time.sleep(chance.uniform(0.0, 0.06))
            process.kill()
            process.communicate()
            if os.path.exists(self.path("run", "manifest.json")):
                no_rows += self.finished() == 0
                self.threadx("resume", "run")
            else:
                never_began += 1
                self.refused("resume", "run")
                self.threadx("sweep", "s.toml", "--out", "run", "--range", "0:100")
            self.assertEqual(self.finished(), 100)
            shutil.rmtree(self.path("run"))
        print(f"of 25 sweeps killed at once, {never_began} had no manifest and {no_rows} no rows yet")

    def test_what_was_being_written_when_the_program_was_killed_is_removed(self):
        self.threadx("sweep", "s.toml", "--out", "run", "--range", "0:8")
        self.write("run/manifest.json.tmp12345", '{"form')
        self.write("run/manifest.json.tmp.mine", "not the program's")
        self.threadx("resume", "run")
        self.assertEqual(sorted(os.listdir(self.path("run"))), ["manifest.json", "manifest.json.tmp.mine", "overfitting.json", "rows.sqlite"])

    def test_a_run_without_a_manifest_is_made_anew(self):
        """What a kill between the making of the database and the writing of the manifest leaves."""
        self.threadx("sweep", "s.toml", "--out", "run", "--range", "0:8")
        shutil.copytree(self.path("run"), self.path("full"))
        os.remove(self.path("full/manifest.json"))
        self.refused("sweep", "s.toml", "--out", "full", says="already holds a run")  # rows are never thrown away
        os.remove(self.path("run/manifest.json"))
        with contextlib.closing(sqlite3.connect(self.path("run/rows.sqlite"))) as database, database:
            database.execute("DELETE FROM rows")
            database.execute("DELETE FROM ranges")
        self.refused("resume", "run", says=["run", "stopped before it began", "threadx sweep"])
        self.threadx("sweep", "s.toml", "--out", "run", "--range", "0:8")
        self.assertEqual(self.finished(), 8)

    def test_a_run_that_cannot_be_made_says_why_and_leaves_nothing(self):
        """The scenarios are computed while the database is made."""
        os.makedirs(self.path("run/rows.sqlite.new"))  # in the place of the file that is made first
        done = program.run("sweep", "s.toml", "--out", "run", cwd=self.folder)
        self.assertEqual(done.status, 1, done.err)
        self.assertIn("run/rows.sqlite.new", done.err)
        self.assertEqual(os.listdir(self.path("run")), ["rows.sqlite.new"])
        os.rmdir(self.path("run/rows.sqlite.new"))
        self.threadx("sweep", "s.toml", "--out", "run")
        self.assert_whole()


class Interrupt(ResumeTest):
    def interrupt(self, which):
        process = self.start_sweep()
        self.wait_for_rows(process)
        process.send_signal(which)
        out, err = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 130, err)
        self.assertEqual(out, "")
        self.assertRegex(err, r"(?m)^warning: interrupted; .*threadx resume run$")
        self.assertEqual(self.manifest()["state"], "interrupted")
        done = self.finished()
        self.assertLess(done, SCENARIOS)
        self.assertEqual(sorted(os.listdir(self.path("run"))), ["manifest.json", "rows.sqlite"])
        resumed = self.threadx("resume", "run")
        self.assertIn(f"{SCENARIOS - done:,} / {SCENARIOS - done:,} scenarios", resumed.err)
        self.assert_whole()

    def test_control_c_ends_cleanly_and_says_how_to_resume(self):
        self.interrupt(signal.SIGINT)

    def test_the_request_to_terminate_does_the_same(self):
        self.interrupt(signal.SIGTERM)

    def test_a_resumed_run_is_interrupted_and_resumed_again(self):
        process = self.start_sweep()
        for at_least in (1, 100, 300):
            self.wait_for_rows(process, at_least=at_least)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=120)
            self.assertEqual(process.returncode, 130)
            process = self.start("resume", "run", *SLOWLY)
        process.communicate()
        self.assert_whole()
        self.assertEqual([session["state"] for session in self.manifest()["sessions"]], ["interrupted"] * 3 + ["complete"])


class Resume(ResumeTest):
    def interrupted(self):
        process = self.start_sweep()
        self.wait_for_rows(process)
        process.kill()
        process.communicate()

    def test_resume_needs_none_of_the_files_but_the_data(self):
        self.write("mine.toml", self.threadx("strategies", "ma_crossover").out)
        self.write("s.toml", program.sweep_file(program.bars(BARS, bar="1m"), "mine.toml", SPACE))
        self.interrupted()
        os.remove(self.path("mine.toml"))
        self.write("s.toml", "something else")
        self.threadx("resume", "run")
        self.assert_whole()

    def test_resume_from_another_folder_and_of_a_run_that_was_moved(self):
        self.interrupted()
        os.makedirs(self.path("deep/er"))
        shutil.move(self.path("run"), self.path("deep/er/moved"))
        done = program.run("resume", "../er/moved", cwd=self.path("deep/er"))
        self.assertEqual(done.status, 0, done.err)
        self.assert_whole("deep/er/moved")

    def test_a_data_file_that_changed_is_refused(self):
        data = self.path("b.csv")
        shutil.copy(program.bars(BARS, bar="1m"), data)
        self.write("s.toml", program.sweep_file(data, space=SPACE))
        self.interrupted()
        before = self.csv_text("run")
        with open(data, "a", encoding="utf-8") as file:
            file.write("2022-03-01T00:00:00Z,1,1,1,1,1\n")
        self.refused("resume", "run", says=[data, "no longer the file", "SHA-256"])
        os.remove(data)
        self.refused("resume", "run", says=data)
        self.assertEqual(self.csv_text("run"), before)
        shutil.copy(program.bars(BARS, bar="1m"), data)
        self.threadx("resume", "run")
        self.assert_whole()

    def test_resume_of_a_complete_run_changes_no_row(self):
        self.threadx("sweep", "s.toml", "--out", "run")
        for _ in range(2):
            self.assertIn("all 2,400 rows are there already", self.threadx("resume", "run").err)
            self.assert_whole()

    def test_what_is_computed_cannot_be_changed_by_resume(self):
        self.interrupted()
        self.refused("resume", "run", "--set", "execution.fee=0.1", says=["--set execution.fee=0.1", "resume"])
        self.threadx("resume", "run", "--workers", 2, "--set", "optimization.performance.batch_size=1000")
        self.assert_whole()

    def test_a_range_of_a_sweep_stays_that_range(self):
        process = self.start_sweep("run", "--range", "100:2200")
        self.wait_for_rows(process)
        process.kill()
        process.communicate()
        self.threadx("resume", "run")
        self.assertEqual([int(row["scenario"]) for row in self.rows("run")], list(range(100, 2200)))


class Together(ResumeTest):
    """Several processes on one run."""

    def test_a_second_process_is_refused_while_one_adds_rows_and_readers_are_not(self):
        process = self.start_sweep()
        self.wait_for_rows(process)
        for command in (["resume", "run"], ["sweep", "s.toml", "--out", "run", "--force"]):
            self.refused(*command, says=["run", f"process {process.pid}"])
        self.assertIsNone(process.poll(), "the sweep ended too early for this test")
        seen = [self.finished()]
        hashes = {self.hash("run")}
        while process.poll() is None:
            lines = self.csv_text("run").splitlines()
            seen.append(len(lines) - 1)
            top = json.loads(self.threadx("show", "run", "--json").out)
            self.assertLessEqual(len(top), 10)
            hashes.add(self.hash("run"))
        process.communicate()
        self.assertEqual(process.returncode, 0)
        self.assertEqual(seen, sorted(seen))
        self.assertTrue(all(count % 8 == 0 for count in seen), "a batch in parts")
        self.assertGreater(len(hashes), 1)
        self.assert_whole()

    def test_two_sweeps_into_one_new_directory_make_one_run(self):
        both = [self.start_sweep(), self.start_sweep()]
        said = [process.communicate()[1] for process in both]
        self.assertEqual(sorted(process.returncode for process in both), [0, 2], said)
        refusal = next(text for process, text in zip(both, said) if process.returncode == 2)
        self.assertTrue(re.search("another process|already holds a run", refusal), refusal)
        self.assert_whole()


if __name__ == "__main__":
    program.main()
