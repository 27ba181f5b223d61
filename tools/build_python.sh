#!/bin/sh
# Builds the Python module with the preset's program, and installs both into build/python, the environment of the tests. Where
# that could not be made (tools/test_environment.sh says why) nothing is done.
#
#   sh tools/build_python.sh PRESET
set -eu
cd "$(dirname "$0")/.."
preset=$1
sh tools/test_environment.sh
python=$PWD/build/python/bin/python
if [ ! -x "$python" ]; then
    echo "skipped: the Python module: there is no build/python"
    exit 0
fi
cmake --preset "$preset" -DTHREADX_PYTHON=ON -DPython_EXECUTABLE="$python"
cmake --build --preset "$preset"
packages=$("$python" -c "import sysconfig; print(sysconfig.get_path('platlib'))")
rm -rf "$packages/threadx" # what is no longer part of it
cmake --install "build/$preset" --component python --prefix "$packages" >build/python/install.log
