"""tools/setup.sh on made-up machines: what it would install, as whom, and what it says where it cannot.

Every machine is a folder of programs that is the whole PATH: the real tools of the shell, and stand-ins for apt, dpkg,
sudo and id that write down how they were called.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = sys.argv.pop(1) if len(sys.argv) > 1 else os.getcwd()

SHELL_TOOLS = ["sh", "dirname", "sed", "tr", "grep", "mkdir", "env", "mktemp", "rm", "mv", "touch", "sha256sum", "tar"]
BUILD_TOOLS = ["make", "cmake", "ninja", "g++", "git", "python3", "clang++"]
LIBRARIES = (
    "libcli11-dev libfmt-dev libspdlog-dev nlohmann-json3-dev libssl-dev libsqlite3-dev librandom123-dev "
    "libevent-dev doctest-dev librapidcheck-dev libtomlplusplus-dev python3-venv libjs-dygraphs chromium chromium-driver tmux "
    "pocl-opencl-icd ocl-icd-libopencl1"
).split()


class Machine:
    def __init__(self, folder, installed=(), programs=BUILD_TOOLS, user=0, sudo=False, apt_knows=(), apt_status=0):
        self.log = os.path.join(folder, "calls")
        self.bin = os.path.join(folder, "bin")
        self.project = os.path.join(folder, "threadx")
        os.makedirs(self.bin)
        shutil.copytree(os.path.join(ROOT, "tools"), os.path.join(self.project, "tools"))
        for name in SHELL_TOOLS:
            os.symlink(shutil.which(name), os.path.join(self.bin, name))
        for name in programs:
            self.program(name, "exit 0")
        self.program("id", f"echo {user}")
        self.program("apt-get", f'echo "apt-get $*" >>{self.log}; exit {apt_status}')
        known = " ".join(apt_knows)
        self.program("apt-cache", f'case " {known} " in *" $2 "*) echo "  Candidate: 1.0" ;; esac')
        answers = "\n".join(f"{name}) echo '{name} installed' ;;" for name in installed)
        self.program("dpkg-query", f'for name in "$@"; do case "$name" in\n{answers or "-) ;;"}\nesac; done')
        if sudo:
            self.program("sudo", f'echo "sudo" >>{self.log}; exec "$@"')

    def program(self, name, body):
        path = os.path.join(self.bin, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\n{body}\n")
        os.chmod(path, 0o755)

    def setup(self, *arguments, **environment):
        script = os.path.join(self.project, "tools", "setup.sh")
        return subprocess.run(
            ["sh", script, *arguments], env={"PATH": self.bin, **environment}, capture_output=True, text=True, check=False
        )

    def calls(self):
        if not os.path.exists(self.log):
            return []
        with open(self.log, encoding="utf-8") as file:
            return file.read().splitlines()


class Setup(unittest.TestCase):
    def machine(self, **what):
        folder = tempfile.TemporaryDirectory(prefix="threadx_setup_")
        self.addCleanup(folder.cleanup)
        return Machine(folder.name, **what)

    def test_a_complete_machine_calls_no_apt_and_says_nothing(self):
        machine = self.machine(installed=LIBRARIES, user=1000)
        result = machine.setup()
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))
        self.assertEqual(machine.calls(), [])

    def test_what_is_missing_is_installed_after_one_update(self):
        machine = self.machine(
            installed=[name for name in LIBRARIES if name not in ("libfmt-dev", "doctest-dev")],
            programs=[name for name in BUILD_TOOLS if name != "ninja"],
        )
        result = machine.setup()
        self.assertEqual(result.returncode, 0, result.stderr)
        update, install = machine.calls()
        self.assertTrue(update.endswith(" update"), update)
        self.assertTrue(install.endswith("--no-install-recommends install ninja-build libfmt-dev doctest-dev"), install)

    def test_sudo_is_used_by_those_who_are_not_root(self):
        machine = self.machine(installed=LIBRARIES[1:], user=1000, sudo=True)
        self.assertEqual(machine.setup().returncode, 0)
        self.assertEqual([call.split()[0] for call in machine.calls()], ["sudo", "apt-get", "sudo", "apt-get"])

    def test_root_does_without_sudo(self):
        machine = self.machine(installed=LIBRARIES[1:], sudo=True)
        self.assertEqual(machine.setup().returncode, 0)
        self.assertNotIn("sudo", machine.calls())

    def test_without_root_and_sudo_the_command_to_run_by_hand_is_printed(self):
        machine = self.machine(installed=LIBRARIES[1:], user=1000)
        result = machine.setup()
        self.assertEqual(result.returncode, 1)
        self.assertIn("apt-get install --no-install-recommends libcli11-dev", result.stderr)
        self.assertEqual(machine.calls(), [])

    def test_a_failing_apt_fails_with_the_command_to_run_by_hand(self):
        machine = self.machine(installed=LIBRARIES[1:], apt_status=100)
        result = machine.setup()
        self.assertEqual(result.returncode, 1)
        self.assertIn("install by hand, as root: apt-get update", result.stderr)

    def test_clang_is_not_asked_for_with_no_clang(self):
        machine = self.machine(installed=LIBRARIES, programs=[name for name in BUILD_TOOLS if name != "clang++"])
        self.assertEqual(machine.setup("--no-clang").returncode, 0)
        self.assertEqual(machine.calls(), [])
        self.assertIn("clang", machine.setup("--check").stderr)

    def test_sanitizers_and_lint_ask_for_their_packages(self):
        machine = self.machine(installed=LIBRARIES, apt_knows=["libclang-rt-dev"])
        self.assertEqual(machine.setup("--sanitizers", "--lint").returncode, 0)
        self.assertTrue(machine.calls()[-1].endswith("install clang-format clang-tidy libclang-rt-dev"), machine.calls())

    def test_the_guard_asks_for_valgrind(self):
        machine = self.machine(installed=LIBRARIES)
        self.assertEqual(machine.setup("--guard").returncode, 0)
        self.assertTrue(machine.calls()[-1].endswith("install valgrind"), machine.calls())

    def test_a_package_that_apt_does_not_know_is_done_without_and_asked_for_once(self):
        machine = self.machine(installed=LIBRARIES)
        first = machine.setup("--sanitizers")
        self.assertEqual(first.returncode, 0, first.stderr)
        self.assertIn("apt has no libclang-rt-dev here", first.stdout)
        calls = machine.calls()
        self.assertFalse(any("install" in call.split() for call in calls), calls)
        self.assertEqual(machine.setup("--sanitizers").returncode, 0)
        self.assertEqual(machine.calls(), calls)

    def test_a_machine_without_opencl_gets_it_for_the_tests_where_apt_has_it(self):
        machine = self.machine(installed=LIBRARIES[:-2], apt_knows=["pocl-opencl-icd"])
        self.assertEqual(machine.setup().returncode, 0)
        self.assertTrue(machine.calls()[-1].endswith("install pocl-opencl-icd"), machine.calls())

    def test_check_installs_nothing_and_fails_if_something_is_missing(self):
        machine = self.machine(installed=LIBRARIES[1:])
        result = machine.setup("--check")
        self.assertEqual(result.returncode, 1)
        self.assertIn("missing: libcli11-dev", result.stderr)
        self.assertEqual(machine.calls(), [])

    def test_an_unknown_argument_is_refused(self):
        result = self.machine(installed=LIBRARIES).setup("--sanitisers")
        self.assertEqual(result.returncode, 1)
        self.assertIn("known: --sanitizers", result.stderr)

    def test_a_damaged_distribution_of_toml_is_refused(self):
        machine = self.machine(installed=LIBRARIES)
        folder = os.path.join(machine.project, "build", "third_party")
        os.makedirs(folder)
        with open(os.path.join(folder, "pytomlpp-1.1.0.tar.gz"), "wb") as file:
            file.write(b"something else")
        result = machine.setup(THREADX_TOMLPLUSPLUS="bundled")
        self.assertEqual(result.returncode, 1)
        self.assertIn("is not the file that tools/tomlplusplus.txt names", result.stderr)
        self.assertFalse(os.path.exists(os.path.join(folder, "tomlplusplus")))


if __name__ == "__main__":
    unittest.main()
