"""The kernel text is plain C: C99, OpenCL C 1.2 and CUDA compilers take it, and it needs no library.

    python3 kernel_text_test.py --source SRC      SRC/kernels holds the text

A compiler that is not there is skipped with a line that says so.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = ""

# What the text may call besides its own functions: macros of the dialect, which are the includer's.
DIALECT = {"SELECT", "NOT", "R", "ANY", "ABS", "COLUMN_AT", "ON_TRADE", "TX_SQRT", "SIM_STATISTICS", "SIM_MAX",
           "SIM_MEMBER", "X", "TX_DEFINED"}
KEYWORDS = {"if", "for", "while", "switch", "return", "sizeof", "defined"}

# One scenario, scalar. {space} stands before what a column points to.
DIALECT_TEXT = """
#define TX_FUNCTION {function}
#define TX_GLOBAL {space}
#define TX_NAN {nan}
#define TX_SQRT(x) sqrt(x)
#define R(x) ((real)(x))
#define SELECT(m, a, b) ((m) ? (a) : (b))
#define NOT(m) (!(m))
#define ANY(m) (m)
#define ABS(x) fabs(x)
#define COLUMN_AT(c, t, m) ((real)(c)[t])
#define ON_TRADE(s, m, bar, price, pnl, fees, reason)
#define SIM_OWN_STATE
typedef {real} real;
typedef int mask;
typedef {space} const double* column_ref;
"""

# Calls everything, so that no compiler may leave a function unread.
USER_TEXT = """
{entry} void use_all({space} const double* x, {space} double* out, int n, int bars, SimRules rules)
{{
    SimInputs in;
    SimState state;
    SimStatistics left;
    int t;
    tx_sum(x, n, bars, out);
    tx_sma(x, n, bars, out);
    tx_stdev(x, n, bars, out);
    tx_ema(x, n, bars, out);
    tx_rma(x, n, bars, out);
    tx_rsi(x, n, bars, out);
    tx_highest(x, n, bars, out);
    tx_lowest(x, n, bars, out);
    in.capital = in.fee = in.slippage = in.leverage = in.size = R(x[0]);
    in.max_hold = in.spacing = in.stop_scale = in.target_scale = R(x[1]);
    in.stop_column = in.target_column = x;
    sim_start(&state, in);
    for (t = 0; t < bars; ++t) {{
        SimBar bar;
        SimSignals signals;
        bar.open = bar.high = bar.low = bar.close = R(x[t]);
        signals.enter_long = x[t] > 0.0;
        signals.exit_long = signals.enter_short = signals.exit_short = !signals.enter_long;
        if (sim_active(&state) || signals.enter_long) sim_bar(&state, in, rules, t, R(t), bar, signals);
    }}
    left = sim_finish(&state, rules);
    out[0] = left.final_equity;
}}
"""


def read(name):
    with open(os.path.join(SOURCE, "kernels", name), encoding="utf-8") as file:
        return file.read()


def kernel_texts():
    return {name: read(name) for name in sorted(os.listdir(os.path.join(SOURCE, "kernels"))) if name.endswith(".h")}


def without_comments(text):
    return re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)


def program(preamble, real="double", **dialect):
    parts = [preamble, DIALECT_TEXT.format(real=real, **{k: dialect[k] for k in ("function", "space", "nan")}),
             read("simulation_rules.h"), read("statistics.h"), read("windows.h"),
             read("simulation.h"),
             USER_TEXT.format(entry=dialect["entry"], space=dialect["space"])]
    return "\n".join(parts)


def found(compiler, what):
    path = shutil.which(compiler)
    if path is None:
        print(f"skipped: {what} because there is no {compiler} on the PATH", flush=True)
    return path


class KernelTextTest(unittest.TestCase):
    def compiles(self, command, text, suffix):
        with tempfile.TemporaryDirectory(prefix="threadx_kernel_text_") as folder:
            source = os.path.join(folder, "kernel" + suffix)
            with open(source, "w", encoding="utf-8") as file:
                file.write(text)
            run = subprocess.run(command + [source], cwd=folder, capture_output=True, text=True, check=False)
            self.assertEqual(run.returncode, 0, f"{' '.join(command)}\n{run.stdout}{run.stderr}")

    def refuses(self, command, text, suffix):
        """That the command does look: a mistake in the text must be found."""
        broken = text.replace("s->cash = in.capital;", "s->cash = in.no_such_member;")
        self.assertTrue(broken != text, "the place for the mistake is gone from the text")
        with self.assertRaises(AssertionError):
            self.compiles(command, broken, suffix)

    def test_the_text_is_c99(self):
        compiler = found("cc", "the kernel text as C99")
        if compiler is None:
            return
        for real in ("double", "float"):
            text = program("#include <math.h>\n", real, function="static inline", space="", nan="((double)NAN)",
                           entry="void use_all(const double*, double*, int, int, SimRules);\n")
            command = [compiler, "-std=c99", "-pedantic", "-Wall", "-Werror", "-ffp-contract=off", "-c", "-o", os.devnull]
            with self.subTest(real=real):
                self.compiles(command, text, ".c")
                self.refuses(command, text, ".c")

    def test_the_text_is_opencl_c_1_2(self):
        compiler = found("clang", "the kernel text as OpenCL C 1.2")
        if compiler is None:
            return
        for real in ("double", "float"):
            text = program("#pragma OPENCL FP_CONTRACT OFF\n#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n", real,
                           function="static inline", space="__global", nan="((double)NAN)", entry="")
            command = [compiler, "-x", "cl", "-cl-std=CL1.2", "-fsyntax-only", "-Wall", "-Werror",
                       "-Wno-unused-function", "-Xclang", "-finclude-default-header"]
            with self.subTest(real=real):
                self.compiles(command, text, ".cl")
                self.refuses(command, text, ".cl")

    def test_the_text_is_cuda(self):
        compiler = found("nvcc", "the kernel text as CUDA")
        if compiler is None:
            return
        for real in ("double", "float"):
            text = program("", real, function="static __device__ inline", space="", nan="nan(\"\")",
                           entry="__global__")
            command = [compiler, "-x", "cu", "-c", "-fmad=false", "-prec-div=true", "-prec-sqrt=true", "-o",
                       "kernel.o"]
            with self.subTest(real=real):
                self.compiles(command, text, ".cu")
                self.refuses(command, text, ".cu")

    def test_the_text_includes_nothing(self):
        for name, text in kernel_texts().items():
            with self.subTest(file=name):
                self.assertNotRegex(without_comments(text), r"#\s*include")

    def test_the_text_calls_no_library(self):
        texts = {name: without_comments(text) for name, text in kernel_texts().items()}
        own = set()
        for text in texts.values():
            own |= set(re.findall(r"TX_FUNCTION\s+\w+\s+(\w+)\s*\(", text))
        self.assertIn("sim_bar", own)
        self.assertIn("tx_sma", own)
        for name, text in texts.items():
            called = set(re.findall(r"\b([A-Za-z_]\w*)\s*\(", text))
            with self.subTest(file=name):
                self.assertEqual(called - own - DIALECT - KEYWORDS, set())

    def test_the_text_is_in_the_subset(self):
        """Nothing that one of the compilers would take and another not."""
        words = r"\b(?:template|class|namespace|auto|new|delete|throw|try|static_cast|constexpr|goto|malloc|long|union)\b"
        for name, text in kernel_texts().items():
            with self.subTest(file=name):
                self.assertNotRegex(without_comments(text), words)
                self.assertNotIn("//", without_comments(text))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", required=True)
    arguments, rest = parser.parse_known_args()
    SOURCE = arguments.source
    unittest.main(argv=[sys.argv[0]] + rest)
