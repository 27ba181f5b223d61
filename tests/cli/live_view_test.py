"""The live view of `threadx monitor`, on a terminal of tmux: what is on the screen, its keys, its end.

    python3 live_view_test.py PROGRAM FOLDER_OF_THE_FAKE_NVML
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import unittest

import program

FAKE = os.path.join(os.path.abspath(sys.argv.pop(1)), "today", "libnvidia-ml.so.1")
GPUS = ("memory_used=2048,512;memory_total=16384,8192;temperature=71,91;power=150250,1200;utilization=20:40:60:80:97,3;"
        "throttle=4,0x20;power_limit=360000,175000;slowdown=92,91")
BRAILLE = re.compile("[\u2801-\u28ff]")
DEADLINE = 60  # seconds, for a busy machine


@unittest.skipIf(shutil.which("tmux") is None, "tmux is not installed (tools/setup.sh installs it where apt has it)")
class LiveView(program.ProgramTest):
    def setUp(self):
        super().setUp()
        self.opened = 0

    def tmux(self, *arguments):
        done = subprocess.run(["tmux", "-S", self.socket, "-u", "-f", "/dev/null", *arguments], capture_output=True, text=True,
                              check=False, env=program.environment(LC_ALL="C.UTF-8", TERM="xterm-256color"))
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    # Runs the program in a shell of which one sees whether it got its terminal back. Each time on a server of its own: one
    # that has been told to end still listens for a moment, and would end with what it is asked for then.
    def open(self, width, height, script=GPUS, options="", library=FAKE, **more):
        variables = {"THREADX_NVML": library, "FAKE_NVML": script, "LC_ALL": "C.UTF-8", **more}
        words = " ".join(f"{key}={shlex.quote(value)}" for key, value in variables.items())
        self.opened += 1
        self.socket = self.path(f"tmux{self.opened}")
        self.addCleanup(subprocess.run, ["tmux", "-S", self.socket, "kill-server"], capture_output=True, check=False)
        self.tmux("new-session", "-d", "-c", self.folder, "-x", str(width), "-y", str(height), "sh", "-i")
        command = f"env {words} {shlex.quote(program.PROGRAM)} monitor --interval 0.1 {options}"
        self.tmux("send-keys", "-l", f"stty -g > before; {command}; echo status $?; stty -g > after")
        self.tmux("send-keys", "Enter")

    def screen(self, colours=False):
        return self.tmux("capture-pane", "-p", *(["-e"] if colours else []))

    # The screen once it has all of `texts`.
    def wait_for(self, *texts, colours=False):
        until = time.monotonic() + DEADLINE
        while True:
            screen = self.screen(colours)
            if all(text in screen for text in texts):
                return screen
            self.assertLess(time.monotonic(), until, f"{texts} not within {DEADLINE} s:\n{screen}")
            time.sleep(0.05)

    def ended(self, status):
        screen = self.wait_for(f"status {status}")
        until = time.monotonic() + DEADLINE
        while not (os.path.exists(self.path("after")) and self.read("after")) and time.monotonic() < until:
            time.sleep(0.05)
        self.assertEqual(self.read("before"), self.read("after"), "the terminal is not as it was")
        self.assertEqual(self.tmux("display-message", "-p", "#{alternate_on} #{cursor_flag}").strip(), "0 1")
        return screen

    def test_everything_is_on_a_usual_screen_and_q_quits_with_a_summary(self):
        self.open(80, 24)
        screen = self.wait_for("97 %", "GPU 1")
        lines = screen.splitlines()
        self.assertLessEqual(len(lines), 24)
        self.assertRegex(lines[0], r"^threadx monitor  \d\d:\d\d:\d\d  every 0.1 s  a sample costs .* q quits$")
        self.assertRegex(screen, r"(?m)^GPU 0  NVIDIA GeForce RTX 5080 +71 °C  150 W  2310 MHz  power limit$")
        self.assertRegex(screen, r"(?m)^GPU 1  NVIDIA GeForce RTX 2060 SUPER +91 °C  1 W  2310 MHz  heat$")
        self.assertRegex(screen, r"(?m)^load 97 % +mean \d+, max 97 % +memory 2.0 of 16.0 GiB +max 12 %$")
        for name in ["CPU", "GPU 0", "GPU 1"]:
            at = next(i for i, line in enumerate(lines) if line.startswith(name))
            graph = "".join(lines[at + 2 : at + 6])
            self.assertRegex(graph, BRAILLE, f"the graph of {name}")
        self.tmux("send-keys", "q")
        self.assertRegex(self.ended(0), r"gpu0 +\d+ \(97\) % .* 71 \(71\) C +150 \(150\) W")

    def test_a_wide_screen_has_four_graphs_and_a_new_size_is_followed(self):
        self.open(200, 50)
        screen = self.wait_for("97 %", "temperature 71 °C", "power 150 of 360 W")
        self.assertLessEqual(max(map(len, screen.splitlines())), 200)
        self.tmux("resize-window", "-x", "60", "-y", "16")
        until = time.monotonic() + DEADLINE
        while "temperature" in (screen := self.screen()) or "GPU 1" not in screen:
            self.assertLess(time.monotonic(), until, screen)
            time.sleep(0.05)
        lines = screen.splitlines()
        self.assertLessEqual(len(lines), 16)
        self.assertEqual(len([line for line in lines if line.startswith("threadx monitor")]), 1, "nothing of the old screen")
        self.assertEqual(len([line for line in lines if line.startswith("GPU ")]), 2)
        self.tmux("send-keys", "q")
        self.ended(0)

    def test_a_low_screen_has_a_line_for_each_gpu_and_counts_the_others(self):
        self.open(80, 6, script="devices=8;utilization=5")
        screen = self.wait_for("and 5 more")
        self.assertEqual(len([line for line in screen.splitlines() if line.startswith("GPU ")]), 3)

    def test_ctrl_c_gives_the_terminal_back(self):
        self.open(80, 24)
        self.wait_for("97 %")
        self.tmux("send-keys", "C-c")
        self.ended(0)

    def test_it_ends_by_itself_after_the_duration(self):
        self.open(80, 24, options="--duration 0.5")
        self.ended(0)

    def test_colours_say_what_is_wrong_and_no_color_is_respected(self):
        self.open(80, 24)
        screen = self.wait_for("91 °C", colours=True)
        self.assertRegex(screen, "\x1b\\[[0-9;]*31m91 °C", "a hot GPU is red")
        self.assertNotRegex(screen, "\x1b\\[[0-9;]*31m71 °C")
        self.tmux("send-keys", "q")
        self.ended(0)
        self.open(80, 24, NO_COLOR="1")
        screen = self.wait_for("97 %", colours=True)
        self.assertNotIn("\x1b[", screen)

    def test_without_utf8_the_graphs_are_of_plain_characters(self):
        self.open(80, 24, LC_ALL="C")
        screen = self.wait_for("97 %", "71 C")
        self.assertTrue(screen.isascii(), screen)
        self.assertIn("#", screen)

    def test_a_gpu_that_is_lost_while_one_looks_says_so(self):
        self.open(80, 24, script="lost=5,-")
        screen = self.wait_for("GPU is lost")
        self.assertRegex(screen, r"(?m)^GPU 0  NVIDIA GeForce RTX 5080 +GPU is lost$")
        self.assertRegex(screen, r"(?m)^GPU 1  NVIDIA GeForce RTX 2060 SUPER +61 °C")

    def test_without_gpus_the_processor_is_shown_and_it_is_said_why(self):
        self.open(80, 24, library="libthere_is_none.so.1")
        screen = self.wait_for("no GPU figures: the NVIDIA driver's libthere_is_none.so.1 is not installed")
        self.assertRegex(screen, BRAILLE)
        self.assertNotIn("GPU 0", screen)


if __name__ == "__main__":
    program.main()
