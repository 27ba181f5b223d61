"""The kernel text is plain C: OpenCL C 1.2, CUDA and C99 compilers take it, and it needs no library.

    python3 kernel_text_test.py --source SRC --write PROGRAM

PROGRAM (write_kernel_text) gives the text as drivers get it; SRC holds its parts. A compiler that is not there is skipped
with a line that says so.
"""

import argparse
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
from fractions import Fraction

SOURCE = ""
WRITE = ""

# Every text that there is: precision, and whether the device computes columns itself. In float64 it always does.
VARIANTS = [("float64", "columns"), ("float32", "columns"), ("float32", "alone")]
KERNELS = {"columns": {"canary", "simulate", "compute_series", "compute_step"}, "alone": {"canary", "simulate"}}

# The dialects of compilers that no device has: C's, so that the text is more than what one vendor takes.
C_DIALECT = """
#include <math.h>
#include <stdint.h>
typedef uint64_t tx_u64;
typedef int64_t tx_i64;
extern int tx_item;
static inline int tx_first_bit(tx_u64 x) { int n = 0; while (!(x >> n & 1)) ++n; return n; }
#define TX_FUNCTION static inline
#define TX_KERNEL
#define TX_ALIGNED
#define TX_GLOBAL
#define TX_ITEM tx_item
#define TX_FIRST_BIT(x) tx_first_bit(x)
#define TX_NAN ((double)NAN)
#define TX_BITS(x) (((union { double number; tx_u64 bits; }){.number = (x)}).bits)
#define TX_FROM_BITS(n) (((union { tx_u64 bits; double number; }){.bits = (n)}).number)
"""
# What the text may call besides its own functions and macros: the mathematics that all of them have, and what a dialect
# has for its own macros.
LIBRARY = {"sqrt", "fabs", "popcount", "as_double", "as_ulong", "get_global_id", "__ffsll", "__longlong_as_double",
           "__double_as_longlong"}
# All compilers have it, C99 as a word of the implementation's.
ATTRIBUTES = {"__attribute__", "aligned"}
KEYWORDS = {"if", "for", "while", "switch", "return", "sizeof", "defined", "case"}


def read(name):
    with open(os.path.join(SOURCE, name), encoding="utf-8") as file:
        return file.read()


def parts():
    """The files of the text, by name: the kernels' and each dialect's."""
    names = [os.path.join("kernels", name) for name in sorted(os.listdir(os.path.join(SOURCE, "kernels")))]
    names += [os.path.join("device", kind, "dialect.h") for kind in ("cuda", "opencl", "gpu")]
    texts = {name: read(name) for name in names if name.endswith(".h")}
    for name in sorted(os.listdir(os.path.join(SOURCE, "indicators"))):
        if name.endswith(".h"):  # without the description, which the catalogue reads
            texts[os.path.join("indicators", name)] = read(os.path.join("indicators", name)).partition("---*/")[2]
    return texts


def kernel_text(dialect, precision, columns):
    return subprocess.run([WRITE, dialect, precision, columns], capture_output=True, text=True, check=True).stdout


def without_comments(text):
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)


def found(compiler, what):
    path = shutil.which(compiler)
    if path is None:
        print(f"skipped: {what} because there is no {compiler} on the PATH", flush=True)
    return path


class KernelTextTest(unittest.TestCase):
    def compile(self, command, text, suffix):
        with tempfile.TemporaryDirectory(prefix="threadx_kernel_text_") as folder:
            source = os.path.join(folder, "kernel" + suffix)
            with open(source, "w", encoding="utf-8") as file:
                file.write(text)
            return subprocess.run(command + [source], cwd=folder, capture_output=True, text=True, check=False)

    def compiles(self, command, text, suffix):
        run = self.compile(command, text, suffix)
        self.assertEqual(run.returncode, 0, f"{' '.join(command)}\n{run.stdout}{run.stderr}")
        # That the command does look: a mistake in the first file, and in the last, must be found.
        for right, wrong in (("s->cash = in.capital;", "s->cash = in.no_such_member;"), ("in.size = scalars[i];", "in.size = scalar[i];")):
            self.assertIn(right, text, "the place for the mistake is gone from the text")
            self.assertNotEqual(self.compile(command, text.replace(right, wrong), suffix).returncode, 0, right)

    def opencl_command(self, *more):
        compiler = found("clang", "the kernel text as OpenCL C 1.2")
        return compiler and [compiler, "-x", "cl", "-cl-std=CL1.2", "-fsyntax-only", "-Wall", "-Werror", "-Wno-unused-function",
                             "-Xclang", "-finclude-default-header", *more]

    def test_the_text_is_c99(self):
        compiler = found("cc", "the kernel text as C99")
        if compiler is None:
            return
        dialect = read("device/opencl/dialect.h")
        for precision, columns in VARIANTS:
            text = kernel_text("opencl", precision, columns)
            self.assertIn(dialect, text)
            text = text.replace(dialect, C_DIALECT)
            command = [compiler, "-std=c99", "-pedantic", "-Wall", "-Werror", "-ffp-contract=off", "-c", "-o", os.devnull]
            with self.subTest(precision=precision, columns=columns):
                self.compiles(command, text, ".c")

    def test_the_text_is_opencl_c_1_2(self):
        command = self.opencl_command()
        if command is None:
            return
        for precision, columns in VARIANTS:
            with self.subTest(precision=precision, columns=columns):
                self.compiles(command, kernel_text("opencl", precision, columns), ".cl")

    def test_nothing_in_the_text_for_devices_without_float64_is_a_double(self):
        """Constants without a suffix are single there (OpenCL C 1.2, 6.1.1 and 9.3), of which clang would warn."""
        command = self.opencl_command("-Xclang", "-cl-ext=-cl_khr_fp64", "-cl-single-precision-constant")
        if command is None:
            return
        text = kernel_text("opencl", "float32", "alone")
        self.compiles(command, text, ".cl")
        for right, wrong in (("typedef real column_real;", "typedef double column_real;"),
                             ("const real zero =", "const double zero =")):
            self.assertIn(right, text)
            refused = self.compile(command, text.replace(right, wrong), ".cl")
            self.assertIn("requires cl_khr_fp64", refused.stderr)
        self.assertIn("requires cl_khr_fp64", self.compile(command, kernel_text("opencl", "float32", "columns"), ".cl").stderr)

    def test_the_constants_of_the_text_are_the_same_singles_with_and_without_float64(self):
        """Cut to a float at once, or to a double first."""
        constants = set(re.findall(r"(?<![\w.])\d+\.\d+(?:e-?\d+)?|(?<![\w.])\d+e-?\d+", without_comments(
            kernel_text("opencl", "float32", "alone"))))
        self.assertTrue({"0.0", "1.0", "1e30"} <= constants, constants)
        for constant in constants:
            (bits,) = struct.unpack("<I", struct.pack("<f", float(constant)))
            neighbours = [struct.unpack("<f", struct.pack("<I", bits + step))[0] for step in (0, 1, -1 if bits else 0)]
            off = [abs(Fraction(constant) - Fraction(number)) for number in neighbours]
            self.assertTrue(off[0] < off[1] and off[0] <= off[2], f"{constant} is rounded twice")

    def test_the_text_is_cuda(self):
        compiler = found("nvcc", "the kernel text as CUDA")
        if compiler is None:
            return
        command = [compiler, "-x", "cu", "-c", "-fmad=false", "-prec-div=true", "-prec-sqrt=true", "-o", "kernel.o"]
        for precision, columns in VARIANTS:
            with self.subTest(precision=precision, columns=columns):
                text = kernel_text("cuda", precision, columns)
                self.compiles(command, text, ".cu")

    def test_each_text_has_its_kernels_and_every_file_is_in_one(self):
        whole = ""
        for dialect in ("cuda", "opencl"):
            for precision, columns in VARIANTS:
                text = kernel_text(dialect, precision, columns)
                whole += text
                code = text if columns == "columns" else text[: text.index("#if TX_COLUMNS\nenum {")]
                with self.subTest(dialect=dialect, precision=precision, columns=columns):
                    self.assertEqual(set(re.findall(r"TX_KERNEL void (\w+)\(", code)), KERNELS[columns])
                    self.assertTrue(text.startswith(f"#define TX_SINGLE {int(precision == 'float32')}\n"
                                                    f"#define TX_COLUMNS {int(columns == 'columns')}\n"))
        for name, text in parts().items():
            self.assertIn(text, whole, f"{name} is in no text")

    def test_the_text_includes_nothing(self):
        for name, text in parts().items():
            with self.subTest(file=name):
                self.assertNotRegex(without_comments(text), r"#\s*include")

    def test_the_text_calls_no_library(self):
        texts = {name: without_comments(text).replace("##", "") for name, text in parts().items()}
        own = {f"tx_name{part}" for part in ("", "_bar", "_warm_up", "_steady", "_columns")} | {"TX_COLUMNS_form", "TX_COLUMN_KERNELS"}  # made by macros
        for text in texts.values():
            own |= set(re.findall(r"TX_(?:FUNCTION|KERNEL)\s+\w+\s+(\w+)\s*\(", text))
            own |= set(re.findall(r"#\s*define\s+(\w+)", text)) | {"X", "name"}  # and the parameters of macros
        own.add("TX_FUSED")  # which no dialect defines
        for name in ("sim_bar", "tx_window_sum", "tx_simulate", "tx_operate", "SELECT"):
            self.assertIn(name, own)
        for name, text in texts.items():
            called = set(re.findall(r"\b([A-Za-z_]\w*)\s*\(", text))
            with self.subTest(file=name):
                self.assertEqual(called - own - KEYWORDS - LIBRARY - ATTRIBUTES, set())
        for name, text in texts.items():  # the text itself knows no dialect's words
            if not name.startswith("device"):
                self.assertNotRegex(text, r"\b(?:popcount|as_double|get_global_id|__(?!attribute__)\w+)\b", name)

    def test_the_text_is_in_the_subset(self):
        """Nothing that one of the compilers would take and another not."""
        words = r"\b(?:template|class|namespace|auto|new|delete|throw|try|static_cast|constexpr|goto|malloc|long|union)\b"
        for name, text in parts().items():
            with self.subTest(file=name):
                self.assertNotIn("//", without_comments(text))
                if not name.startswith("device"):
                    self.assertNotRegex(without_comments(text), words)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", required=True)
    parser.add_argument("--write", required=True)
    arguments, rest = parser.parse_known_args()
    SOURCE, WRITE = arguments.source, arguments.write
    unittest.main(argv=[sys.argv[0]] + rest)
