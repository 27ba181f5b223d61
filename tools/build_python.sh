#!/bin/sh
# Builds all of a preset, the Python module with it, and installs that and the program into build/python, the environment of
# the tests. Without one (tools/test_environment.sh says why), or without Python's headers, the module is left out.
#
#   sh tools/build_python.sh PRESET [CMAKE-ARGUMENT...]
set -eu
cd "$(dirname "$0")/.."
preset=$1
shift
sh tools/test_environment.sh
python=$PWD/build/python/bin/python
headers="import os, sysconfig; raise SystemExit(not os.path.exists(sysconfig.get_path('include') + '/Python.h'))"
without=""
if [ ! -x "$python" ]; then
    without="there is no build/python"
elif ! "$python" -c "$headers"; then
    without="Python's headers are missing (python3-dev)"
fi
if [ -n "$without" ]; then
    echo "skipped: the Python module: $without"
    cmake --preset "$preset" "$@" -DTHREADX_PYTHON=OFF
    cmake --build --preset "$preset"
    exit
fi
cmake --preset "$preset" "$@" -DTHREADX_PYTHON=ON -DPython_EXECUTABLE="$python"
cmake --build --preset "$preset"
packages=$("$python" -c "import sysconfig; print(sysconfig.get_path('platlib'))")
rm -rf "$packages/threadx" # what is no longer part of it
cmake --install "build/$preset" --component python --prefix "$packages" >build/python/install.log
"$python" -m compileall -q "$packages/threadx" # as pip does
