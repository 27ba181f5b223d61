"""What `cmake --install` gives to C++ users: headers that need the standard library alone, and a package with which
examples/cpp builds, runs, and computes what it should; README.md shows the part of it that it says it does.

    python3 cpp_package_test.py ROOT BUILD CXX
"""

import glob
import math
import os
import re
import subprocess
import sys
import tempfile
import unittest

ROOT, BUILD = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))
CXX = sys.argv.pop(1)


def read(*names):
    with open(os.path.join(ROOT, *names), encoding="utf-8") as file:
        return file.read()


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="threadx_package_")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.prefix = os.path.join(folder.name, "installed here")  # a path with a space in it
        cls.run_program("cmake", "--install", BUILD, "--prefix", cls.prefix)
        cls.headers = sorted(glob.glob(os.path.join(cls.prefix, "include", "threadx", "*.hpp")))

    @classmethod
    def run_program(cls, *words, cwd=None, **environment):
        kept = {key: value for key, value in os.environ.items() if key not in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
        done = subprocess.run(words, cwd=cwd or cls.folder, env={**kept, **environment}, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(words)}: {done.stdout}{done.stderr}")
        return done

    def example(self):
        if not os.path.exists(os.path.join(self.folder, "example", "example")):
            options = [f"-DCMAKE_PREFIX_PATH={self.prefix}", f"-DCMAKE_CXX_COMPILER={CXX}", "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror"]
            self.run_program("cmake", "-S", os.path.join(ROOT, "examples", "cpp"), "-B", "example", *options)
            self.run_program("cmake", "--build", "example")
        return os.path.join(self.folder, "example", "example")

    def test_every_public_header_is_installed_and_compiles_alone_with_the_standard_library(self):
        here = sorted(os.listdir(os.path.join(ROOT, "include", "threadx")))
        self.assertEqual([os.path.basename(header) for header in self.headers], here)
        for header in self.headers:
            with self.subTest(os.path.basename(header)):
                with open(os.path.join(self.folder, "alone.cpp"), "w", encoding="utf-8") as file:
                    file.write(f"#include <threadx/{os.path.basename(header)}>\n#include <threadx/{os.path.basename(header)}>\n")
                words = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I", os.path.join(self.prefix, "include")]
                self.run_program(CXX, *words, "alone.cpp")

    def test_public_headers_include_nothing_but_each_other_and_the_standard_library(self):
        for header in [*self.headers, os.path.join(self.prefix, "include", "threadx", "base", "error.hpp")]:
            with open(header, encoding="utf-8") as file:
                for quoted, angled in re.findall(r'#include (?:"([^"]+)"|<([^>]+)>)', file.read()):
                    with self.subTest(f"{os.path.basename(header)} includes {quoted or angled}"):
                        if quoted:
                            self.assertTrue(os.path.exists(os.path.join(os.path.dirname(header), quoted)))
                        else:
                            self.assertRegex(angled, r"\A[a-z_]+\Z")

    def test_the_installed_program_runs(self):
        self.assertIn("threadx", self.run_program(os.path.join(self.prefix, "bin", "threadx"), "--version").stdout)

    def test_the_example_builds_and_computes_the_bands(self):
        done = self.run_program(self.example())
        lower, middle, upper = map(float, done.stdout.splitlines()[0].split())
        window = [100.0 + 5.0 * math.sin(i * 0.01) + math.sin(i * 0.7) for i in range(19_980, 20_000)]
        mean = math.fsum(window) / 20
        deviation = math.sqrt(math.fsum((x - mean) ** 2 for x in window) / 20)
        for found, expected in [(lower, mean - 2 * deviation), (middle, mean), (upper, mean + 2 * deviation)]:
            self.assertAlmostEqual(found, expected, places=4)
        self.assertIn("profiling auto-balance: 10,000 samples, 3 warm-ups + 5 runs", done.stderr)
        self.assertRegex(done.stdout, r"\nbalance \w+.*%\n20000 changes, sum ")

    def test_the_example_has_the_same_results_with_any_number_of_threads(self):
        sums = set()
        for workers in (1, 2, 7):
            folder = os.path.join(self.folder, f"with_{workers}")
            os.makedirs(os.path.join(folder, "config"))
            with open(os.path.join(folder, "config", "paths.toml"), "w", encoding="utf-8") as file:
                file.write(f"[optimization.performance]\nmax_workers = {workers}\n")
            sums.add(self.run_program(self.example(), cwd=folder).stdout.splitlines()[-1])
        self.assertEqual(len(sums), 1, sums)


class Readme(unittest.TestCase):
    def test_it_shows_what_the_example_builds(self):
        built = re.search(r"// README: from here\n(.*?)\n *// README: to here", read("examples", "cpp", "example.cpp"), re.DOTALL)
        shown = re.search(r"```cpp\n(.*?)\n```", read("README.md"), re.DOTALL)
        lines = [line.removeprefix("    ").rstrip() for line in built.group(1).splitlines()]
        wanted = [line for line in shown.group(1).splitlines() if not line.startswith("#include")]
        self.assertEqual([line for line in wanted if line], [line for line in lines if line])


if __name__ == "__main__":
    done = unittest.main(exit=False, testRunner=unittest.TextTestRunner(stream=sys.stdout)).result
    for test, reason in done.skipped:
        print(f"skipped: {test.id()} because {reason}")
    sys.exit(not done.wasSuccessful())
