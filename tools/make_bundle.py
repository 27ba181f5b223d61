#!/usr/bin/env python3
"""Packs the built program, its device tests and the libraries they need, for a machine with a GPU that cannot build them:

    python3 tools/make_bundle.py build/release build/bundle        writes build/bundle/threadx-bundle.tar.gz
    tar xf threadx-bundle.tar.gz && python3 threadx-bundle/gpu_check.py       there

The C library and the GPU's driver are that machine's. So are the C++ library and the OpenCL loader where it has them that
are new enough: they come in folders of their own, which gpu_check.py uses only if need be.
"""

import argparse
import ctypes.util
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NAME = "threadx-bundle"
PROGRAMS = {
    "threadx": "threadx",
    "test_gpu": "tests/device/test_gpu",
    "test_cuda": "tests/device/test_cuda",
    "fake_cuda/lib/libcuda.so.1": "tests/device/fake_cuda/lib/libcuda.so.1",
    "fake_cuda/nvrtc/libnvrtc.so": "tests/device/fake_cuda/nvrtc/libnvrtc.so",
}
OF_THE_MACHINE = re.compile(r"(linux-vdso|ld-linux|libc|libm|libdl|librt|libpthread|libcuda|libnvidia.*|libGL.*)[-.]")
STANDARD = re.compile(r"(libstdc\+\+|libgcc_s|libatomic)\.so")


class Refusal(Exception):
    """What the user has to hear; the script ends with 1."""


def libraries(program):
    """(name, file) of every shared library that the program is linked with, and those of the libraries."""
    text = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    missing = re.findall(r"(\S+) => not found", text)
    if missing:
        raise Refusal(f"{program} needs {', '.join(missing)}, which this machine does not have; build it here again")
    return re.findall(r"(\S+) => (/\S+) \(", text)


def place_of(library):
    return os.path.join("lib/standard" if STANDARD.match(library) else "lib", library)


def opencl_loader():
    """The file of the OpenCL loader of this machine, or None."""
    name = ctypes.util.find_library("OpenCL")
    if not name:
        return None
    listed = subprocess.run(["ldconfig", "-p"], capture_output=True, text=True, check=False).stdout
    found = re.search(rf"{re.escape(name)} \(.*x86-64.*\) => (\S+)", listed) or re.search(rf"{re.escape(name)} .*=> (\S+)", listed)
    return found and found.group(1)


def add(source, target):
    os.makedirs(os.path.dirname(target), exist_ok=True)
    shutil.copyfile(os.path.realpath(source), target)
    os.chmod(target, 0o755)
    if shutil.which("strip"):
        subprocess.run(["strip", "--strip-unneeded", target], check=False, capture_output=True)


def fill(build, folder):
    for target, source in PROGRAMS.items():
        path = os.path.join(build, source)
        if not os.path.exists(path):
            raise Refusal(f"there is no {path}; build it first: make build")
        add(path, os.path.join(folder, target))
        for library, file in libraries(path):
            if not OF_THE_MACHINE.match(library):
                add(file, os.path.join(folder, place_of(library)))
    loader = opencl_loader()
    if loader:
        add(loader, os.path.join(folder, "lib/opencl/libOpenCL.so.1"))
    for script in ("gpu_check.py", "gpu_report.py"):
        shutil.copyfile(os.path.join(ROOT, "tools", script), os.path.join(folder, script))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", help="the folder of a build, such as build/release")
    parser.add_argument("out", help="the folder to write the archive into")
    arguments = parser.parse_args()
    archive = os.path.join(arguments.out, f"{NAME}.tar.gz")
    try:
        with tempfile.TemporaryDirectory(prefix="threadx_bundle_") as temporary:
            folder = os.path.join(temporary, NAME)
            fill(arguments.build, folder)
            os.makedirs(arguments.out, exist_ok=True)
            with tarfile.open(archive, "w:gz") as tar:
                tar.add(folder, NAME)
    except Refusal as refusal:
        print(f"error: {refusal}", file=sys.stderr)
        return 1
    print(f"{archive}: {os.path.getsize(archive) / 2**20:.1f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
