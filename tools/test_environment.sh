#!/bin/sh
# Makes a Python environment with what some tests compare with, and nothing where it is there already. Without network, or
# without Python's venv, it says so: those tests are then skipped.
#
#   sh tools/test_environment.sh                build/python, which tests/requirements.txt lists: seconds
#   sh tools/test_environment.sh conventions    build/conventions, tests/analysis/convention_requirements.txt: minutes, 760 MB
set -u
cd "$(dirname "$0")/.." || exit
case "${1-}" in
conventions) home=build/conventions requirements=tests/analysis/convention_requirements.txt others="vectorbt, quantstats and backtesting.py" ;;
*) home=build/python requirements=tests/requirements.txt others=TA-Lib ;;
esac
if cmp -s "$requirements" "$home/requirements.txt"; then exit 0; fi
rm -rf "$home"
mkdir -p build
if python3 -m venv "$home" >"$home.log" 2>&1 && "$home/bin/pip" install --quiet --disable-pip-version-check -r "$requirements" >>"$home.log" 2>&1; then
    cp "$requirements" "$home/requirements.txt"
else
    echo "test environment: $home could not be made; what compares with $others will be skipped: $(tail -n 1 "$home.log")"
    rm -rf "$home"
fi
