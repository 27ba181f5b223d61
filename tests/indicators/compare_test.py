"""Every indicator against TA-Lib, or against a plain implementation of the formula it cites (plain.py).

    python3 compare_test.py PROGRAM --indicators FOLDER --python INTERPRETER [--data FOLDER] [--only NAME...]

Each file of an indicator has entries

    [[check]]
    expression = "macd(close, 12, 26, 9).hist"         what the program computes
    against    = "talib.MACD(close, 12, 26, 9)[2]"     what it must be: Python, with talib, plain, np, and the bars
    where      = "plain.moved(close, 5)"               Python: at which bars they are compared; at others both are defined or not
    at_most    = 0.001                                 the part of those bars at which they may differ
    tolerance  = 1e-7                                  the file's, if left out
    differs    = "why"                                 the reason for any of these three

computed on real bars and on hard ones, and equal within the tolerance, undefined at the same bars. The comparing part runs
in INTERPRETER's environment; where it is not there, or lacks TA-Lib, the test says so and is skipped.
"""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    python = sys.argv[sys.argv.index("--python") + 1]
    if not os.path.exists(python):
        print(f"skipped: indicators against TA-Lib, because there is no {os.path.basename(os.path.dirname(os.path.dirname(python)))} "
              "environment (tools/test_environment.sh makes it)")
        return 0
    probe = subprocess.run([python, "-c", "import talib"], capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        print("skipped: indicators against TA-Lib, because its package cannot be imported: " + probe.stderr.strip().splitlines()[-1])
        return 0
    return subprocess.run([python, "-B", os.path.join(HERE, "compare.py")] + sys.argv[1:], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
