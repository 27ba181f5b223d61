#!/bin/sh
# Makes build/python, a Python environment with what some tests compare with (tests/requirements.txt), and nothing
# where it is there already. Without network, or without Python's venv, it says so: those tests are then skipped.
set -u
cd "$(dirname "$0")/.." || exit
home=build/python
if cmp -s tests/requirements.txt "$home/requirements.txt"; then exit 0; fi
rm -rf "$home"
if python3 -m venv "$home" >"$home.log" 2>&1 && "$home/bin/pip" install --quiet --disable-pip-version-check -r tests/requirements.txt >>"$home.log" 2>&1; then
    cp tests/requirements.txt "$home/requirements.txt"
else
    echo "test environment: $home could not be made; what compares with TA-Lib will be skipped: $(tail -n 1 "$home.log")"
    rm -rf "$home"
fi
