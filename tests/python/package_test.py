"""The package as users get it: of a source distribution pip makes a wheel, which works in an environment of its own.

    python package_test.py ROOT BUILD     with the Python of build/python, which has what builds it

BUILD has the program and the module that are packed. Without it the source distribution is compiled (`make package`): minutes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
import unittest
import venv
import zipfile
from pathlib import Path

ROOT = Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
BUILD = Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else None
NO_SOURCES = (".ci/", "bench/peers/", "docs/results/")  # of pyproject.toml

USE = """
import sys, threadx
assert "pandas" not in sys.modules and "numpy" not in sys.modules, "imports are lazy"
bars = threadx.synthetic_bars(1000)
run = threadx.sweep(bars, "ma_crossover", {"fast": range(5, 25, 5)}, workers=1)
assert len(run) == 4 and len(run.hash()) == 64 and run.to_numpy()["sharpe"].shape == (4,)
assert threadx.indicators.rsi(bars.close, 14).shape == (1000,)
print(run.hash(), threadx.__file__)
"""


def run(*command: str | Path, **options) -> str:
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done.stdout


class Package(unittest.TestCase):
    def test_source_distribution_to_use(self):
        with tempfile.TemporaryDirectory(prefix="threadx-package-") as folder:
            place = Path(folder)
            code = f"import scikit_build_core.build as b; print(b.build_sdist({str(place)!r}))"
            name = run(sys.executable, "-c", code, cwd=ROOT).split()[-1]
            with tarfile.open(place / name) as archive:
                archive.extractall(place, filter="data")
            source = place / name.removesuffix(".tar.gz")
            self.all_sources_are_in(source)
            if BUILD:
                how = [f"-Ccmake.define.THREADX_PREBUILT={BUILD}"]
            else:
                self.toml_of_other_folders(source)
                # Compiled at the same depth as the tests' own build, so that a compiler cache knows the objects.
                how = [f"-Cbuild-dir={source}/build/release"]
            wheels = place / "wheels"
            run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q", "-w", wheels, source,
                *how, env={**os.environ, "CMAKE_GENERATOR": "Ninja"})  # fmt: skip
            (wheel,) = wheels.glob("threadx-*.whl")
            kind = "cp312-abi3" if sys.version_info >= (3, 12) else "cp{}{}-cp{}{}".format(*sys.version_info[:2] * 2)
            self.assertIn(kind, wheel.name)
            with zipfile.ZipFile(wheel) as archive:
                (module,) = [
                    file for file in archive.namelist() if file.startswith("threadx/_core.") and file.endswith(".so")
                ]
            self.assertIn("abi3" if "abi3" in kind else kind.split("-")[1].replace("cp", "cpython-"), module)
            venv.create(place / "environment", with_pip=False)
            python = place / "environment" / "bin" / "python"
            run(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", wheel)
            # numpy and tqdm are those of the tests' environment.
            shared = next(path for path in sys.path if path.endswith("site-packages"))
            more = place / "more"
            more.mkdir()
            for package in Path(shared).iterdir():
                if package.name.split("-")[0].split(".")[0] in ("numpy", "tqdm"):
                    (more / package.name).symlink_to(package)
            home = {
                **os.environ,
                "PYTHONPATH": str(more),
                "HOME": folder,
                "XDG_CACHE_HOME": folder,
                "XDG_CONFIG_HOME": folder,
            }
            used = run(python, "-c", USE, cwd=place, env=home)
            self.assertIn(str(place / "environment"), used)
            version = run(place / "environment" / "bin" / "threadx", "--version", env=home)
            self.assertIn("threadx", version)
            installed = place / "environment" / "lib"
            for file in ("py.typed", "_core.pyi", "indicators.pyi"):
                self.assertEqual(len(list(installed.glob(f"*/site-packages/threadx/{file}"))), 1, file)

    def all_sources_are_in(self, source: Path) -> None:
        """Every file that is tracked and no other, but for what pip adds."""
        there = {str(file.relative_to(source)) for file in source.rglob("*") if file.is_file()}
        try:
            tracked = run("git", "ls-files", cwd=ROOT).splitlines()
        except (AssertionError, FileNotFoundError):
            print("skipped: files of the source distribution: this is no git checkout")
            return
        wanted = {file for file in tracked if not file.startswith(NO_SOURCES) and (ROOT / file).exists()}
        self.assertGreater(len(wanted), 100)
        self.assertEqual(wanted - there, set(), "missing")
        others = set(run("git", "ls-files", "--others", "--exclude-standard", cwd=ROOT).splitlines())
        self.assertEqual(there - wanted - others, {"PKG-INFO"}, "what was built is no source")

    def toml_of_other_folders(self, source: Path) -> None:
        """Where the distribution has no toml++, its headers were unpacked into the checkout's build folder."""
        headers = ROOT / "build" / "third_party"
        if headers.exists():
            (source / "build").mkdir()
            (source / "build" / "third_party").symlink_to(headers)


if __name__ == "__main__":
    unittest.main()
