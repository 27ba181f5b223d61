"""Settings: who and where. Which file they come from, what overrides them, and what each does."""

import json
import os
import re

import program

SPACE = "fast = [2, 5]\nslow = [10, 20]"


class SettingsTest(program.ProgramTest):
    def settings(self, *options, **environment):
        """What `threadx settings` prints: the source, and the values by key (names are unique among sections)."""
        text = self.threadx("settings", *options, env=environment).out
        source = re.match(r"# settings in force, from: (.*)\n", text).group(1)
        return source, dict(re.findall(r"(?m)^(\w+) = (.*?) +#", text))

    def sweep(self, *options, data=None, status=0, **environment):
        self.write("s.toml", program.sweep_file(data or program.bars(600), space=SPACE))
        result = self.run_threadx("sweep", "s.toml", *options, env=environment)
        self.assertEqual(result.status, status, result.err)
        return result

    def session(self, run):
        return json.loads(self.read(f"{run}/manifest.json"))["sessions"][-1]


class Source(SettingsTest):
    def test_without_any_file_every_key_has_its_default(self):
        source, values = self.settings()
        self.assertEqual(source, "defaults")
        self.assertEqual(values["runs"], '"runs"')
        self.assertEqual(values["profiles"], '"auto"')
        self.assertEqual(values["instruction_set"], '"auto"')
        self.assertEqual(values["max_workers"], "0")
        self.assertEqual(values["level"], '"info"')

    def test_what_settings_prints_is_a_settings_file(self):
        text = self.threadx("settings", "--set", "optimization.performance.batch_size=77").out
        self.write("mine.toml", text)
        again = self.threadx("settings", "--settings", "mine.toml").out
        self.assertEqual(again.splitlines()[1:], text.splitlines()[1:])
        self.assertIn("batch_size = 77", again)

    def test_the_named_file_goes_before_the_folders_which_goes_before_the_users(self):
        self.write("user/threadx/paths.toml", "[paths]\nruns = 'user'\n")
        user = {"XDG_CONFIG_HOME": self.path("user")}
        self.assertEqual(self.settings(**user)[1]["runs"], '"user"')
        self.write("config/paths.toml", "[paths]\nruns = 'folder'\n")
        source, values = self.settings(**user)
        self.assertEqual((source, values["runs"]), ("config/paths.toml", '"folder"'))
        self.write("named.toml", "[paths]\nruns = 'named'\n")
        source, values = self.settings("--settings", "named.toml", **user)
        self.assertEqual((source, values["runs"]), ("named.toml", '"named"'))

    def test_the_users_folder_is_in_the_home_where_nothing_else_is_said(self):
        self.write("home/.config/threadx/paths.toml", "[logging]\nlevel = 'error'\n")
        source, values = self.settings(HOME=self.path("home"))
        self.assertEqual((source, values["level"]), (self.path("home/.config/threadx/paths.toml"), '"error"'))

    def test_set_overrides_the_file(self):
        self.write("config/paths.toml", "[paths]\nruns = 'folder'\ndata = 'd'\n")
        values = self.settings("--set", "paths.runs=mine", "--set", "optimization.performance.max_workers=3")[1]
        self.assertEqual((values["runs"], values["data"], values["max_workers"]), ('"mine"', '"d"', "3"))


class Mistakes(SettingsTest):
    def test_an_unknown_key_names_its_place_and_the_nearest_one(self):
        self.write("a.toml", "[paths]\nrnus = 'x'\n")
        self.refused("settings", "--settings", "a.toml", says=["a.toml:2:", "'rnus'", "did you mean 'runs'?"])
        self.write("b.toml", "[optimization.performance]\nbatch_sizes = 3\n")
        self.refused("sweep", "s.toml", "--settings", "b.toml", says=["b.toml:2:", "did you mean 'batch_size'?"])
        self.write("config/paths.toml", "[logging]\nlevl = 'info'\n")
        self.refused("settings", says=["config/paths.toml:2:", "did you mean 'level'?"])
        self.refused("settings", "--settings", "a.toml", "--set", "gpu.enabeld=true", says="did you mean")

    def test_a_value_of_the_wrong_kind_or_out_of_its_limits_is_refused(self):
        for text, says in (
            ("[paths]\nruns = 3", "a.toml:2:8: expected text"),
            ("[optimization.performance]\nmax_workers = -1", "must be at least 0"),
            ("[optimization.performance]\ninstruction_set = 'avx'", "did you mean 'avx2'?"),
            ("[optimization.performance]\nmemory_budget = 'plenty'", '"512MiB"'),
            ("[logging]\nlevel = 'loud'", "is not one of: debug, info"),
            ("[paths\nruns = 3", "a.toml:1:"),
            ("[pahts]\nruns = 'x'", "did you mean 'paths'?"),
        ):
            with self.subTest(text):
                self.write("a.toml", text + "\n")
                self.refused("settings", "--settings", "a.toml", says=["a.toml:", says])

    def test_a_settings_file_that_is_not_there_is_refused(self):
        self.refused("settings", "--settings", "absent.toml", says="absent.toml")


class Effect(SettingsTest):
    def test_runs_go_to_the_folder_of_runs_under_the_name_of_the_sweep(self):
        self.sweep()
        self.assertTrue(os.path.exists(self.path("runs/s/rows.sqlite")))
        self.sweep("--set", f"paths.runs={self.path('elsewhere')}")
        self.assertEqual(self.hash("elsewhere/s"), self.hash("runs/s"))

    def test_data_is_searched_beside_the_sweep_and_then_in_the_folder_of_data(self):
        here, there = program.bars(600), program.bars(600, seed=8)
        os.makedirs(self.path("store"))
        os.symlink(there, self.path("store/b.csv"))
        refused = self.sweep("--out", "x", data="b.csv", status=2)
        self.check_error(refused, 2, ["s.toml:2:", "data file not found", "b.csv"])
        self.sweep("--out", "found", "--set", "paths.data=store", data="b.csv")
        self.sweep("--out", "there", data=there)
        self.assertEqual(self.hash("found"), self.hash("there"))
        os.symlink(here, self.path("b.csv"))
        self.sweep("--out", "beside", "--set", "paths.data=store", data="b.csv")
        self.sweep("--out", "here", data=here)
        self.assertEqual(self.hash("beside"), self.hash("here"))
        self.assertNotEqual(self.hash("here"), self.hash("there"))

    def test_data_of_the_sweep_is_relative_to_its_file_and_that_of_the_command_line_to_the_user(self):
        os.makedirs(self.path("sub"))
        os.symlink(program.bars(600), self.path("sub/b.csv"))
        os.symlink(program.bars(600, seed=8), self.path("b.csv"))
        self.write("sub/s.toml", program.sweep_file("b.csv", space=SPACE))
        self.threadx("sweep", "sub/s.toml", "--out", "file")
        self.threadx("sweep", "sub/s.toml", "--out", "line", "--data", "b.csv")
        for run, data in (("file", self.path("sub/b.csv")), ("line", self.path("b.csv"))):
            self.assertEqual(json.loads(self.read(f"{run}/manifest.json"))["data"]["file"], data)

    def test_set_takes_keys_of_the_sweep_and_of_the_settings_at_once(self):
        self.sweep("--out", "run", "--set", "execution.fee=0.01", "--set", "optimization.performance.max_workers=1",
                   "--set", "space.stop=[0.01]", "--set", "optimization.performance.batch_size=3")
        session = self.session("run")
        self.assertEqual((session["devices"][0]["workers"], session["batch_size"]), (1, 3))
        self.assertEqual({row["stop"] for row in self.rows("run")}, {"0.01"})
        self.assertTrue(all(float(row["fees"]) > 0 for row in self.rows("run")))

    def test_workers_on_the_command_line_go_before_the_settings(self):
        self.sweep("--out", "run", "--workers", 2, "--set", "optimization.performance.max_workers=1")
        self.assertEqual(self.session("run")["devices"][0]["workers"], 2)

    def test_the_instruction_set_is_the_one_asked_for(self):
        self.sweep("--out", "run", "--set", "optimization.performance.instruction_set=scalar")
        self.assertEqual(self.session("run")["devices"][0]["instruction_set"], "scalar")

    def test_the_manifest_says_which_settings_were_in_force(self):
        self.write("config/paths.toml", "[paths]\nruns = 'r'\n")
        self.sweep()
        self.assertIn("config/paths.toml", json.dumps(self.session("r/s")["settings"]))

    def test_the_level_of_logging_silences_messages_but_not_errors(self):
        self.assertIn("info: ", self.sweep("--out", "a").err)
        quiet = self.sweep("--out", "b", "--set", "logging.level=off").err
        self.assertNotIn("info: ", quiet)
        self.refused("sweep", "s.toml", "--out", "b", "--set", "logging.level=off", says="already holds a run")

    def test_a_folder_of_logs_gets_a_log_with_times(self):
        self.sweep("--out", "run", "--set", "paths.logs=logs")
        self.assertRegex(self.read("logs/threadx.log"), r"(?m)^\d{4}-\d\d-\d\dT[\d:.]+ info: ma_crossover: 4 scenarios")


if __name__ == "__main__":
    program.main()
