"""tools/count_instructions.py with a made-up program and a made-up valgrind: what it counts, when it fails, and that a
committed count goes up with a reason only.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = sys.argv.pop(1) if len(sys.argv) > 1 else os.getcwd()
SCRIPT = os.path.join(ROOT, "tools", "count_instructions.py")

# As callgrind writes: names by number, a call's own line before the line of what the callee cost.
COUNTS = """\
version: 1
events: Ir

ob=(1) /somewhere/threadx
fl=(1) ???
fn=(1) threadx::(anonymous namespace)::float64::simulate(threadx::PackJob<double>&)
0 {simulation}
cob=(2) /lib/libc.so.6
cfn=(2) malloc
calls=3 0
0 999999999
+4 50

fn=(3) unsigned long threadx::read<int>(int)
* {rest}
fn=(4) std::vector<threadx::Row, std::allocator<threadx::Row> >::push_back(threadx::Row const&)
0 5000
ob=(2)
fn=(2)
0 77777
ob=(1)
fn=(3)
-2 30
"""

VALGRIND = """\
#!/bin/sh
for word in "$@"; do
    case "$word" in --callgrind-out-file=*) cp "{counts}" "${{word#*=}}" ;; esac
done
echo "$@" >>"{calls}"
"""

PROGRAM = """\
#!/bin/sh
case "$1" in
--version) echo "threadx 1.2.3 ({compiler})" ;;
*) {other} ;;
esac
"""


class Guard(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="threadx_guard_")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.numbers = self.path("numbers.json")
        os.mkdir(self.path("bin"))
        self.make_program()
        self.executable("bin/valgrind", VALGRIND.format(counts=self.path("counts"), calls=self.path("calls")))
        self.executes(1000, 2000)

    def path(self, name):
        return os.path.join(self.folder, name)

    def executable(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.path(name), 0o755)

    def make_program(self, compiler="clang 14.0.6, libstdc++ 12", other="exit 0"):
        self.executable("threadx", PROGRAM.format(compiler=compiler, other=other))

    def executes(self, simulation, rest, text=COUNTS):
        """The program executes so many instructions from now on."""
        with open(self.path("counts"), "w", encoding="utf-8") as file:
            file.write(text.format(simulation=simulation - 50, rest=rest - 30))

    def guard(self, *arguments, path=None):
        return subprocess.run(
            [sys.executable, SCRIPT, self.path("threadx"), "--numbers", self.numbers, *arguments],
            env={**os.environ, "PATH": path or f"{self.path('bin')}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )

    def passes(self, *arguments):
        result = self.guard(*arguments)
        self.assertEqual((result.returncode, result.stderr), (0, ""), result.stdout)
        return result.stdout

    def fails(self, *arguments, **options):
        result = self.guard(*arguments, **options)
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertTrue(result.stderr.startswith("error: "), result.stderr)
        return result.stderr

    def committed(self):
        with open(self.numbers, encoding="utf-8") as file:
            return json.load(file)

    def counts(self):
        """The committed counts, which are the same for each sweep here, as (simulation, rest)."""
        (sweeps,) = self.committed()["counts"].values()
        found = {(parts["simulation"], parts["rest"]) for parts in sweeps.values()}
        self.assertEqual(len(found), 1, found)
        return found.pop()


class Counting(Guard):
    def test_only_our_own_functions_count_and_without_what_they_call(self):
        self.passes("--update")
        self.assertEqual(self.counts(), (1000, 2000))

    def test_sweeps_of_both_precisions_and_samplers_are_counted_on_one_thread_and_instruction_set(self):
        self.passes("--update")
        (sweeps,) = self.committed()["counts"].values()
        self.assertEqual(set(sweeps), {"grid float64", "grid float32", "long float64", "monte carlo float64"})
        with open(self.path("calls"), encoding="utf-8") as file:
            calls = file.read().splitlines()
        self.assertEqual(len(calls), len(sweeps))
        for call in calls:
            self.assertIn("--tool=callgrind", call)
            self.assertIn("--workers 1 ", call)
            self.assertIn("instruction_set=avx2", call)

    def test_a_program_without_the_simulation_s_name_is_an_error_and_no_gain(self):
        self.passes("--update")
        self.executes(1000, 2000, COUNTS.replace("float64::simulate", "renamed::simulate"))
        self.assertIn("no function of the part 'simulation'", self.fails())

    def test_a_sweep_that_fails_is_an_error_with_what_it_said(self):
        self.passes("--update")
        self.make_program(other="echo broken >&2; exit 3")
        message = self.fails()
        self.assertIn("failed with 3", message)
        self.assertIn("broken", message)

    def test_without_valgrind_it_says_how_to_install_it(self):
        self.passes("--update")
        os.remove(self.path("bin/valgrind"))
        for name in ("sh", "cp"):
            os.symlink(f"/bin/{name}", self.path(f"bin/{name}"))
        self.assertIn("sh tools/setup.sh --guard", self.fails(path=self.path("bin")))


class Comparing(Guard):
    def setUp(self):
        super().setUp()
        self.executes(100000, 200000)
        self.passes("--update")

    def test_the_same_counts_pass(self):
        text = self.passes()
        self.assertIn("+0.00%", text)
        self.assertNotIn("Fewer", text)

    def test_a_count_above_the_committed_one_fails_and_is_named_with_by_how_much(self):
        self.executes(101000, 200000)
        message = self.fails()
        self.assertIn("grid float64, simulation: 101,000 instructions, +1.00% over 100,000", message)
        self.assertIn('make guard BECAUSE="why"', message)
        self.assertNotIn("rest", message)

    def test_the_rest_is_guarded_like_the_simulation(self):
        self.executes(100000, 201000)
        self.assertIn("rest: 201,000", self.fails())

    def test_what_varies_by_itself_passes(self):
        self.executes(100100, 200300)
        self.assertNotIn("Fewer", self.passes())

    def test_a_count_far_below_passes_and_asks_to_commit_it(self):
        self.executes(90000, 200000)
        text = self.passes()
        self.assertRegex(text, "Fewer than committed: grid float64, simulation")
        self.assertIn("make guard UPDATE=yes", text)
        self.assertEqual(self.counts(), (100000, 200000), "comparing writes nothing")

    def test_a_sweep_that_is_not_committed_fails(self):
        numbers = self.committed()
        for sweeps in numbers["counts"].values():
            del sweeps["grid float32"]
        with open(self.numbers, "w", encoding="utf-8") as file:
            json.dump(numbers, file)
        self.assertIn("grid float32, simulation: no count is committed", self.fails())

    def test_for_another_compiler_nothing_is_compared_and_it_says_so(self):
        self.executes(900000, 900000)
        self.make_program(compiler="clang 99.0.0, libstdc++ 99")
        text = self.passes()
        self.assertIn("WARNING: NOTHING WAS COMPARED", text)
        self.assertIn("no counts for clang 99.0.0, libstdc++ 99 (it has: clang 14.0.6, libstdc++ 12)", text)

    def test_on_a_processor_without_the_instruction_set_nothing_is_compared_and_it_says_so(self):
        self.make_program(other="echo \"error: instruction set 'avx2' is not available on this processor\" >&2; exit 2")
        self.assertIn("WARNING: NOTHING WAS COMPARED: this processor", self.passes())


class Updating(Guard):
    def setUp(self):
        super().setUp()
        self.executes(100000, 200000)
        self.passes("--update")

    def test_lower_counts_are_written_without_a_reason(self):
        self.executes(90000, 199999)
        self.passes("--update")
        self.assertEqual(self.counts(), (90000, 199999))
        self.assertEqual(self.committed()["raised"], [])

    def test_higher_counts_are_refused_without_a_reason_and_nothing_is_written(self):
        before = self.committed()
        self.executes(102000, 150000)
        for reason in ([], ["--because", " "]):
            with self.subTest(reason):
                message = self.fails("--update", *reason)
                self.assertIn("only with a reason", message)
                self.assertIn("grid float64, simulation (+2.00%)", message)
                self.assertEqual(self.committed(), before)

    def test_higher_counts_are_written_with_their_reason(self):
        self.executes(102000, 190000)
        self.passes("--update", "--because", "liquidation needs a comparison more")
        self.assertEqual(self.counts(), (102000, 190000))
        raised = self.committed()["raised"]
        self.assertEqual(len(raised), 4)  # a line for each sweep's simulation, none for what went down
        for entry in raised:
            self.assertTrue(re.fullmatch(r"\d{4}-\d\d-\d\d", entry.pop("date")))
            entry.pop("sweep")
            self.assertEqual(
                entry,
                {
                    "compiler": "clang 14.0.6, libstdc++ 12",
                    "part": "simulation",
                    "from": 100000,
                    "to": 102000,
                    "because": "liquidation needs a comparison more",
                },
            )
        self.passes()

    def test_small_rises_do_not_creep_in(self):
        self.executes(100150, 200300)
        self.passes("--update")
        self.passes("--update", "--because", "no reason needed")
        self.assertEqual(self.counts(), (100000, 200000))
        self.assertEqual(self.committed()["raised"], [])

    def test_another_compiler_gets_counts_of_its_own(self):
        self.make_program(compiler="gcc 12.2.0, libstdc++ 12")
        self.executes(500000, 600000)
        self.passes("--update")
        counts = self.committed()["counts"]
        self.assertEqual(counts["clang 14.0.6, libstdc++ 12"]["grid float64"], {"simulation": 100000, "rest": 200000})
        self.assertEqual(counts["gcc 12.2.0, libstdc++ 12"]["grid float64"], {"simulation": 500000, "rest": 600000})


class Committed(unittest.TestCase):
    def test_every_committed_raise_has_its_reason_and_every_count_is_one(self):
        with open(os.path.join(ROOT, "bench", "instructions.json"), encoding="utf-8") as file:
            numbers = json.load(file)
        for entry in numbers["raised"]:
            self.assertTrue(entry["because"].strip(), entry)
        self.assertTrue(numbers["counts"])
        for sweeps in numbers["counts"].values():
            for parts in sweeps.values():
                self.assertEqual(set(parts), {"simulation", "rest"})
                self.assertTrue(all(isinstance(count, int) and count > 0 for count in parts.values()))


if __name__ == "__main__":
    unittest.main()
