#!/bin/sh
# Runs every test of a built preset, and says after them which parts were skipped and why: ctest is silent about what
# a passing test printed.
#
#   sh tools/run_tests.sh PRESET [CTEST-ARGUMENT...]
set -u
cd "$(dirname "$0")/.." || exit
preset=$1
shift

# The thread sanitizer of older compilers does not start where the kernel randomizes addresses widely.
fixed_addresses=""
if [ "$preset" = tsan ] && setarch --addr-no-randomize true 2>/dev/null; then
    fixed_addresses="setarch --addr-no-randomize"
fi

jobs=$(nproc 2>/dev/null || echo 2)
$fixed_addresses ctest --preset "$preset" --parallel "$jobs" "$@"
status=$?
sed -n 's/^skipped: /skipped: /p' "build/$preset/Testing/Temporary/LastTest.log" 2>/dev/null | sort -u
exit $status
