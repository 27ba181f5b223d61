"""What is wrong is answered by one clear message that names the place, exit status 2 (1 where the machine failed), and
leaves nothing behind that is in the way of the next try."""

import contextlib
import os
import resource
import shutil
import signal
import subprocess

import program

HEADER = "timestamp,open,high,low,close,volume\n"
GOOD = [f"2020-01-{day:02},10,11,9,10,5\n" for day in range(1, 10)]
SPACE = "fast = [2, 5]\nslow = [10, 20]"


def csv_with(line, row):
    """Bars whose row on the line `line` of the file is `row`."""
    return HEADER + "".join(GOOD[: line - 2]) + row + "\n" + "".join(GOOD[line - 1 :])


class BrokenInput(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("good.toml", program.sweep_file(program.bars(600), space=SPACE))

    def refused_and_clean(self, *arguments, **options):
        """Refused, and the working directory is as it was."""
        before = sorted(os.listdir(self.folder))
        self.refused(*arguments, **options)
        self.assertEqual(sorted(os.listdir(self.folder)), before)


class Bars(BrokenInput):
    def refuse(self, text, *says):
        self.write("b.csv", text)
        self.refused("backtest", "ma_crossover", "--data", "b.csv", says=["b.csv", *says])
        self.write("s.toml", program.sweep_file("b.csv", space=SPACE))
        self.refused_and_clean("sweep", "s.toml", "--out", "run", says=["b.csv", *says])

    def test_rows_out_of_order(self):
        self.refuse(csv_with(5, "2020-01-01,10,11,9,10,5"), "b.csv:5:", "is before", "sort")

    def test_a_repeated_time(self):
        self.refuse(csv_with(5, "2020-01-03,10,11,9,10,5"), "b.csv:5:", "line 4")

    def test_a_high_below_the_low(self):
        self.refuse(csv_with(5, "2020-01-04,10,9,11,10,5"), "b.csv:5:", "high 9 is below low 11")

    def test_a_close_outside_of_low_to_high(self):
        self.refuse(csv_with(5, "2020-01-04,10,11,9,12,5"), "b.csv:5:", "close 12 lies outside")

    def test_a_negative_price(self):
        self.refuse(csv_with(5, "2020-01-04,10,11,-9,10,5"), "b.csv:5:", "low is -9")

    def test_a_price_that_is_no_number(self):
        self.refuse(csv_with(5, "2020-01-04,10,eleven,9,10,5"), "b.csv:5:", "'eleven'", "'high'")

    def test_a_missing_column(self):
        self.refuse("timestamp,open,high,close\n2020-01-01,1,1,1\n", "b.csv:1:", "no column for: low")

    def test_a_misspelt_column(self):
        self.refuse("timestamp,open,high,low,clsoe\n2020-01-01,1,1,1,1\n", "b.csv:1:", "'clsoe' meant to be 'close'")

    def test_a_row_with_too_few_cells(self):
        self.refuse(csv_with(5, "2020-01-04,10,11"), "b.csv:5:", "3 cells", "6")

    def test_a_row_with_too_many_cells(self):
        self.refuse(csv_with(5, "2020-01-04,10,11,9,10,5,6"), "b.csv:5:", "7 cells")

    def test_a_time_that_is_none(self):
        self.refuse(csv_with(5, "soon,10,11,9,10,5"), "b.csv:5:", "'soon'")

    def test_an_empty_file(self):
        self.refuse("", "b.csv")

    def test_a_header_and_no_bars(self):
        self.refuse(HEADER, "no bars")

    def test_one_bar(self):
        self.refuse(HEADER + GOOD[0], "one bar")

    def test_bytes_that_are_no_text(self):
        self.refuse(bytes(range(256)) * 40, "no text")
        self.refuse(HEADER.encode() + bytes(range(255, -1, -1)) * 40, "b.csv:2:")
        self.refuse(b"\xff\xfe" + HEADER.encode("utf-16-le"), "UTF-16")

    def test_a_file_that_is_not_there(self):
        self.refused("backtest", "ma_crossover", "--data", "absent.csv", says="absent.csv")
        self.refused("column", "close", "--data", "absent.csv", says="absent.csv")
        self.refused_and_clean("sweep", "good.toml", "--data", "absent.csv", "--out", "run", says="absent.csv")

    def test_a_directory_in_the_place_of_a_file(self):
        self.refused("backtest", "ma_crossover", "--data", ".", says="directory")
        self.refused_and_clean("sweep", "good.toml", "--data", ".", "--out", "run", says="directory")
        self.refused_and_clean("sweep", ".", "--out", "run", says="directory")

    def test_a_name_that_is_not_utf8_is_refused_where_resume_would_not_find_it(self):
        folder, file = os.fsdecode(b"f\xe9"), os.fsdecode(b"b\xe9.csv")
        os.makedirs(self.path(folder))
        for name in (file, os.path.join(folder, "b.csv")):
            os.symlink(program.bars(600), self.path(name))
            self.refused_and_clean("sweep", "good.toml", "--data", name, "--out", "run", says="is not UTF-8")
        self.write(os.path.join(folder, "s.toml"), program.sweep_file("b.csv", space=SPACE))
        self.refused_and_clean("sweep", os.path.join(folder, "s.toml"), "--out", "run", says="is not UTF-8")
        self.threadx("backtest", "ma_crossover", "--data", file)
        self.threadx("sweep", "good.toml", "--out", folder + "/run", "--json")

    def test_volume_where_the_bars_have_none(self):
        self.write("v.toml", '[rules]\nenter_long = "volume > sma(volume, 5)"\n')
        self.write("b.csv", "timestamp,open,high,low,close\n" + "".join(row.rsplit(",", 1)[0] + "\n" for row in GOOD))
        self.refused("backtest", "v.toml", "--data", "b.csv", says=["v.toml", "volume", "b.csv"])
        self.write("s.toml", program.sweep_file("b.csv", "v.toml"))
        self.refused_and_clean("sweep", "s.toml", "--out", "run", says=["v.toml", "volume", "b.csv"])

    def test_resampling_to_what_is_no_multiple(self):
        self.refused_and_clean("sweep", "good.toml", "--out", "run", "--set", "data.resample=90m", says="whole multiple")
        self.refused_and_clean("sweep", "good.toml", "--out", "run", "--set", "data.resample=long", says='"long"')


class SweepFile(BrokenInput):
    def refuse(self, space="", *says, strategy="ma_crossover", more=""):
        self.write("s.toml", program.sweep_file(program.bars(600), strategy, space, more))
        self.refused_and_clean("sweep", "s.toml", "--out", "run", says=says)

    def test_a_syntax_error(self):
        self.write("s.toml", '[data]\nfile = "b.csv\n[strategy]\n')
        self.refused_and_clean("sweep", "s.toml", "--out", "run", says="s.toml:2:")

    def test_an_unknown_section_and_an_unknown_key(self):
        self.refuse(SPACE, "s.toml:9:", "'smapler'", "did you mean 'sampler'?", more="\n[smapler]\nkind = 'grid'")
        self.refuse(SPACE, "s.toml:10:", "did you mean 'slippage'?", more="\n[execution]\nslipage = 0.1")

    def test_a_value_of_the_wrong_type(self):
        self.refuse(SPACE, "s.toml:10:", "expected a number", more="\n[execution]\nfee = 'much'")
        self.refuse("fast = 'quick'", "s.toml:6:", "'fast'")
        self.refuse("fast = [2.5]", "s.toml:6:", "whole")

    def test_a_value_out_of_its_limits(self):
        self.refuse(SPACE, "s.toml:10:", "must be at most 0.5, found 0.6", more="\n[execution]\nfee = 0.6")
        self.refuse("fast = [2, 5000]", "s.toml:6:", "500")

    def test_a_missing_section(self):
        self.write("s.toml", f'[data]\nfile = "{program.bars(600)}"\n')
        self.refused_and_clean("sweep", "s.toml", "--out", "run", says=["s.toml", "[strategy]"])
        self.write("s.toml", '[strategy]\nuse = "ma_crossover"\n')
        self.refused_and_clean("sweep", "s.toml", "--out", "run", says=["s.toml", "[data]"])

    def test_an_unknown_strategy(self):
        self.refuse("", "s.toml:4:", "did you mean 'ma_crossover'?", strategy="ma_crosover")
        self.refuse("", "s.toml:4:", "absent.toml", strategy="absent.toml")
        self.refused("backtest", "ma_crosover", "--data", program.bars(600), says="did you mean 'ma_crossover'?")

    def test_an_unknown_parameter(self):
        self.refuse("fsat = [1]", "s.toml:6:", "did you mean 'fast'?")
        self.refused("backtest", "ma_crossover", "--data", program.bars(600), "--set", "fsat=3", says="did you mean 'fast'?")

    def test_an_empty_list(self):
        self.refuse("fast = []", "s.toml:6:", "empty")

    def test_a_range_that_ends_before_it_begins(self):
        sampler = '[sampler]\nkind = "monte_carlo"\nscenarios = 5'
        self.refuse("stop = { min = 0.1, max = 0.05 }", "s.toml:6:", "stop", "0.05", "0.1", more=sampler)
        self.refuse("fast = { from = 9, to = 3, step = 1 }", "s.toml:6:", "lies below", more=sampler)
        self.refuse("fast = { from = 3, to = 9, step = 0 }", "s.toml:6:", "step must be above 0")

    def test_a_continuum_in_a_grid(self):
        self.refuse("stop = { min = 0.01, max = 0.05 }", "s.toml:6:", "grid", "sampler")

    def test_a_sampler_without_scenarios(self):
        self.refuse(SPACE, "s.toml:", "scenarios", more='[sampler]\nkind = "sobol"')

    def test_a_constraint_that_is_none(self):
        self.refuse('fast = [2]\nconstraints = ["fast < slwo"]', "s.toml:7:", "did you mean 'slow'?")
        self.refuse('fast = [2]\nconstraints = ["close > slow"]', "s.toml:7:")
        self.refuse('fast = [2]\nconstraints = ["fast + slow"]', "s.toml:7:", "expected a condition")

    def test_a_file_that_is_not_there(self):
        self.refused_and_clean("sweep", "absent.toml", "--out", "run", says="absent.toml")


class Expressions(BrokenInput):
    def refuse(self, expression, *says):
        self.refused("column", expression, "--data", program.bars(600), says=says)

    def test_an_unknown_name(self):
        self.refuse("sma(clsoe, 5)", "EXPR:1:5", "'clsoe'", "^", "did you mean 'close'?")
        self.refuse("smaa(close, 5)", "EXPR:1:1", "did you mean 'sma'?")

    def test_unbalanced_parentheses(self):
        self.refuse("(close + open", "EXPR:1:", "')'")
        self.refuse("close)", "EXPR:1:6")

    def test_a_condition_where_a_number_is_needed_and_the_other_way_round(self):
        self.refuse("close + (open > 3)", "EXPR:1:", "expected a number")
        self.refuse("close and open > 3", "EXPR:1:1", "expected a condition")

    def test_the_wrong_number_of_arguments(self):
        self.refuse("sma(close)", "EXPR:1:1", "2 arguments, not 1")
        self.refuse("atr(3, 4)", "EXPR:1:1", "atr")

    def test_nothing_at_all_and_stray_characters(self):
        self.refuse("", "EXPR:1:1")
        self.refuse("close $ open", "EXPR:1:7", "$")
        self.refuse("close +", "EXPR:1:")

    def test_depth_that_would_overflow_a_stack(self):
        for expression in ("(" * 50000 + "close" + ")" * 50000, "-" * 100000 + "close", "not " * 25000 + "close > 1"):
            self.refuse(expression, "EXPR:1:")
            self.write("deep.toml", f'[rules]\nenter_long = "{expression * 10}"\n')
            self.refused("backtest", "deep.toml", "--data", program.bars(600), says="deep.toml:2:")

    def test_a_mistake_in_a_strategy_names_its_file_and_line(self):
        self.write("mine.toml", '[params]\nn = 5\n[rules]\nenter_long = "crossover(close, sma(close, m))"\n')
        self.refused("backtest", "mine.toml", "--data", program.bars(600), says=["mine.toml:4:43", "enter_long", "^"])
        self.write("mine.toml", '[params]\nn = 5\n[rules]\nenter_lnog = "close > open"\n')
        self.refused("backtest", "mine.toml", "--data", program.bars(600), says=["mine.toml:4:", "did you mean 'enter_long'?"])
        self.write("mine.toml", "[params]\nn = 5\n")
        self.refused("backtest", "mine.toml", "--data", program.bars(600), says=["mine.toml", "[rules]"])


class CommandLine(BrokenInput):
    def test_a_misspelt_command(self):
        self.refused("swep", "good.toml", says=["swep", "sweep"])

    def test_a_misspelt_option(self):
        self.refused_and_clean("sweep", "good.toml", "--outt", "run", says=["--outt", "'--out'"])

    def test_a_missing_argument(self):
        self.refused("sweep", says="config")
        self.refused("backtest", "ma_crossover", says="--data")

    def test_ranges(self):
        for text, says in (("3:1", "3:1"), ("2:2", "2:2"), ("0:5", "only 4 scenarios"), ("a:b", "a:b"), ("3", "first:last"),
                           ("-1:3", "-1:3"), ("0:99999999999999999999", "first:last"), (":", "first:last")):
            with self.subTest(text):
                self.refused_and_clean("sweep", "good.toml", "--out", "run", f"--range={text}", says=["--range", says])

    def test_a_precision_that_there_is_not(self):
        self.refused_and_clean("sweep", "good.toml", "--out", "run", "--precision", "float16", says=["float16", "float32"])

    def test_a_device_that_there_is_not(self):
        self.refused_and_clean("sweep", "good.toml", "--out", "run", "--devices", "cuda:0", says=["--devices", "cuda:0"])

    def test_workers_that_are_none(self):
        for workers in ("-1", "1025", "many"):
            self.refused_and_clean("sweep", "good.toml", "--out", "run", "--workers", workers, says=["--workers", workers])

    def test_an_override_that_is_none(self):
        for text, says in (("execution.fee", "section.key=value"), ("execution.fe=1", "did you mean 'fee'?"),
                           ("exeuction.fee=1", "did you mean 'execution'?"), ("optimization.performance.batch=1", "batch_size")):
            self.refused_and_clean("sweep", "good.toml", "--out", "run", "--set", text, says=["--set", says])

    def test_parameters_of_a_backtest_out_of_their_limits(self):
        for text, says in (("fast=0", "1 to 500"), ("fast=2.5", "whole"), ("stop=nan", "number"), ("stop", "name=value")):
            self.refused("backtest", "ma_crossover", "--data", program.bars(600), "--set", text, says=["--set", says])
        for text, says in (("fee=2", "at most 0.5"), ("fil=close", "did you mean 'fill'?"), ("capital=0", "above 0")):
            self.refused("backtest", "ma_crossover", "--data", program.bars(600), "--execution", text, says=["--execution", says])

    def test_what_show_cannot_show(self):
        self.threadx("sweep", "good.toml", "--out", "run")
        self.refused("show", "run", "--by", "sharp", says=["--by", "did you mean 'sharpe'?"])
        self.refused("show", "run", "--top", "0", says="--top")
        self.refused("show", "run", "--format", "xml", says="xml")
        for command in ("show", "hash", "resume"):
            self.refused(command, "absent", says=["absent", "no run"])
            self.refused(command, ".", says="not a run")

    def test_a_run_that_is_damaged(self):
        self.threadx("sweep", "good.toml", "--out", "run")
        self.write("run/manifest.json", '{"format": "thr')
        self.refused("resume", "run", says="manifest.json")
        self.write("run/rows.sqlite", "not a database " * 1000)
        for command in ("show", "hash", "resume"):
            result = self.run_threadx(command, "run")
            self.assertIn(result.status, (1, 2), result.err)
            self.check_error(result, result.status, ["rows.sqlite"])


class Disk(BrokenInput):
    """The machine's failures: exit status 1."""

    def big_sweep(self):
        self.write("big.toml", program.sweep_file(
            program.bars(600), space="fast = { from = 2, to = 41, step = 1 }\nslow = { from = 45, to = 94, step = 1 }"))
        return "sweep", "big.toml", "--set", "optimization.performance.batch_size=100"

    def test_a_file_where_the_run_should_be(self):
        self.write("taken", "mine")
        self.refused_and_clean("sweep", "good.toml", "--out", "taken", says=["taken", "is a file"])
        self.refused_and_clean("sweep", "good.toml", "--out", "taken/run", says="taken/run", status=1)
        self.assertEqual(self.read("taken"), "mine")

    def test_a_directory_that_is_not_writable(self):
        if os.geteuid() == 0:
            self.skipTest("root may write everywhere")
        os.makedirs(self.path("locked"))
        os.chmod(self.path("locked"), 0o555)
        self.refused("sweep", "good.toml", "--out", "locked/run", says="locked", status=1)
        self.refused("sweep", "good.toml", "--out", "locked", says="locked", status=1)
        self.assertEqual(os.listdir(self.path("locked")), [])

    def test_a_file_system_that_takes_no_files(self):
        self.refused("sweep", "good.toml", "--out", "/proc/run", says="/proc/run", status=1)
        self.refused("synth", "--bars", 10, "--out", "/proc/b.csv", says="/proc/b.csv", status=1)
        self.refused("backtest", "ma_crossover", "--data", program.bars(600), "--trades", "/proc/t.csv", says="/proc/t.csv", status=1)

    @program.unittest.skipUnless(os.path.exists("/dev/full"), "this system has no /dev/full")
    def test_a_standard_output_that_is_full(self):
        self.threadx("sweep", "good.toml", "--out", "run")
        for command in (["synth", "--bars", 5000], ["show", "run"], ["show", "run", "--all", "--format", "csv"],
                        ["show", "run", "--json"], ["hash", "run"], ["strategies"], ["indicators", "--json"], ["settings"],
                        ["strategies", "ema_cross"], ["column", "close", "--data", program.bars(600)],
                        ["backtest", "ma_crossover", "--data", program.bars(600)], ["sweep", "good.toml", "--out", "other"]):
            with self.subTest(command[0]), open("/dev/full", "wb") as full:
                result = self.run_threadx(*command, stdout=full)
                self.check_error(result, 1, ["cannot write"])
        self.assertEqual(self.hash("other"), self.hash("run"))

    def full_disk(self, limit):
        def limit_file_size():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        return self.run_threadx(*self.big_sweep(), "--out", "run", preexec_fn=limit_file_size)

    def test_a_disk_that_is_full_before_the_first_row_leaves_nothing_in_the_way(self):
        for limit in (0, 1000, 20000):
            with self.subTest(limit):
                self.check_error(self.full_disk(limit), 1, ["the disk is full", "run/rows.sqlite", "start again"])
                self.assertEqual(os.listdir(self.path("run")), [])
        self.threadx("sweep", "good.toml", "--out", "run")

    def test_a_disk_that_is_full_in_the_middle_loses_no_finished_batch_and_resume_gives_the_same_rows(self):
        self.threadx(*self.big_sweep(), "--out", "whole")
        for limit in (150_000, 250_000, 400_000):
            with self.subTest(limit):
                shutil.rmtree(self.path("run"), ignore_errors=True)
                self.check_error(self.full_disk(limit), 1, ["the disk is full", "run/rows.sqlite", "threadx resume run"])
                self.assertIn('"state": "failed"', self.read("run/manifest.json"))
                kept = len(self.rows("run"))
                self.assertLess(kept, 2000)
                self.assertEqual(kept % 100, 0)
                resumed = self.threadx("resume", "run")
                self.assertIn(f"{2000 - kept:,} / {2000 - kept:,} scenarios", resumed.err)
                self.assertEqual(self.hash("run"), self.hash("whole"))

    @contextlib.contextmanager
    def small_disk(self, kilobytes):
        """A file system of that size, mounted on `disk`; skips where that is not possible."""
        os.makedirs(self.path("disk"), exist_ok=True)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", self.path("disk")]
        try:
            done = subprocess.run(mount, capture_output=True, text=True, check=False)
        except OSError as error:
            self.skipTest(f"no file system can be mounted ({error.strerror})")
        if done.returncode != 0:
            self.skipTest(f"no file system can be mounted ({done.stderr.strip()})")
        try:
            yield
        finally:
            subprocess.run(["umount", self.path("disk")], check=True)

    def test_a_small_disk_of_any_size_is_survived(self):
        with self.small_disk(1000):
            pass  # or the whole test is skipped
        self.threadx(*self.big_sweep(), "--out", "whole")
        whole = self.hash("whole")
        for kilobytes in (16, 64, 84, 92, 100, 112, 200, 800):
            with self.subTest(kilobytes), self.small_disk(kilobytes):
                failed = self.run_threadx(*self.big_sweep(), "--out", "disk/run")
                self.check_error(failed, 1, ["disk/run", "full"])
                subprocess.run(["mount", "-o", "remount,size=30m", self.path("disk")], check=True)
                if self.run_threadx("resume", "disk/run").status != 0:  # it never began
                    self.threadx(*self.big_sweep(), "--out", "disk/run")
                self.assertEqual(self.hash("disk/run"), whole)


if __name__ == "__main__":
    program.main()
