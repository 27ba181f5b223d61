"""The program under test, driven as a user drives it: through its command line alone.

    python3 SOME_test.py PATH/TO/threadx [unittest's arguments]
"""

import atexit
import csv
import functools
import io
import os
import subprocess
import sys
import tempfile
import unittest
from typing import NamedTuple

PROGRAM = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "threadx"

# What the program must never say, whatever it is given.
CRASH_WORDS = ["terminate called", "what():", "Assertion", "core dumped", "Sanitizer", "runtime error", "std::", "nlohmann"]
LONGEST_ERROR = 5  # lines


class Result(NamedTuple):
    status: int
    out: str
    err: str


def environment(**more):
    """This process's, without the user's settings, and without a place for the user's cache: neither kernels nor profiles
    are kept unless a test names a folder for them."""
    users = ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "HOME")
    own = {key: value for key, value in os.environ.items() if key not in users}
    return {**own, **more}


def run(*arguments, cwd, env=None, stdout=subprocess.PIPE, **options):
    """Runs the program to its end; `arguments` are made text."""
    done = subprocess.run(
        [PROGRAM, *map(str, arguments)],
        cwd=cwd,
        env=environment(**(env or {})),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=300,
        check=False,
        **options,
    )
    return Result(done.returncode, (done.stdout or b"").decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


@functools.lru_cache(maxsize=None)
def _shared_folder():
    folder = tempfile.TemporaryDirectory(prefix="threadx_bars_")
    atexit.register(folder.cleanup)
    return folder.name


@functools.lru_cache(maxsize=None)
def bars(count, bar="1h", seed=7, volatility=0.6):
    """The path of a CSV file of made-up bars that all tests of this process share."""
    name = os.path.join(_shared_folder(), f"{count}_{bar}_{seed}_{volatility}.csv")
    options = ["--bars", count, "--bar", bar, "--seed", seed, "--volatility", volatility, "--out", name]
    made = run("synth", *options, cwd=_shared_folder())
    assert made.status == 0, made.err
    return name


class ProgramTest(unittest.TestCase):
    """A test with a folder of its own, where the program runs."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="threadx_cli_")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, text):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb" if isinstance(text, bytes) else "w") as file:
            file.write(text)
        return path

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def run_threadx(self, *arguments, **options):
        return run(*arguments, cwd=self.folder, **options)

    def threadx(self, *arguments, **options):
        """Runs a command that has to succeed."""
        result = self.run_threadx(*arguments, **options)
        self.assertEqual(result.status, 0, f"threadx {arguments}: {result.err}")
        return result

    def refused(self, *arguments, says=(), status=2, **options):
        """Runs a command that has to fail with one clear message, which has all of `says` in it."""
        result = self.run_threadx(*arguments, **options)
        self.check_error(result, status, [says] if isinstance(says, str) else says)
        return result

    def check_error(self, result, status, says):
        self.assertEqual(result.status, status, result.err)
        self.assertEqual(result.out, "", "results beside an error")
        errors = [line for line in result.err.splitlines() if line.startswith("error: ")]
        self.assertEqual(len(errors), 1, result.err)
        message = result.err[result.err.index("error: ") :]
        self.assertLessEqual(len(message.splitlines()), LONGEST_ERROR, message)
        for word in CRASH_WORDS:
            self.assertNotIn(word, message)
        for part in says:
            self.assertIn(part, message)

    def hash(self, run_name):
        text = self.threadx("hash", run_name).out
        self.assertRegex(text, r"\A[0-9a-f]{64}\n\Z")
        return text.strip()

    def csv_text(self, run_name):
        return self.threadx("show", run_name, "--all", "--format", "csv").out

    def rows(self, run_name):
        """All rows, as dictionaries of text."""
        return list(csv.DictReader(io.StringIO(self.csv_text(run_name))))


def sweep_file(data, strategy="ma_crossover", space="", more=""):
    """A sweep's text. `strategy` is a built-in name, or a file that ends in .toml."""
    key = "file" if strategy.endswith(".toml") else "use"
    return f'[data]\nfile = "{data}"\n[strategy]\n{key} = "{strategy}"\n[space]\n{space}\n{more}\n'


def main():
    """Runs the tests of the script; says how many passed, and what was skipped and why."""
    done = unittest.main(module="__main__", exit=False, testRunner=unittest.TextTestRunner(stream=sys.stdout)).result
    for test, reason in done.skipped:
        print(f"skipped: {test.id().removeprefix('__main__.')} because {reason}")
    failed = len({getattr(test, "test_case", test).id() for test, _ in done.failures + done.errors})  # not by sub-test
    print(f"{done.testsRun - failed - len(done.skipped)} passed, {failed} failed")
    sys.exit(1 if failed else 0)
