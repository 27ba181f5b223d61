#!/bin/sh
# The style checks: clang-format over every source, clang-tidy over every compiled file of src/, shellcheck over the
# scripts where it is installed.
#
#   sh tools/lint.sh BUILD-FOLDER     checks; the folder holds compile_commands.json
#   sh tools/lint.sh --fix            formats the sources in place, nothing else
set -eu
cd "$(dirname "$0")/.."

sources() { git ls-files --cached --others --exclude-standard -- '*.cpp' '*.hpp' '*.h'; }

if [ "${1:-}" = --fix ]; then
    sources | xargs -r clang-format -i
    exit 0
fi
build=${1:?"usage: sh tools/lint.sh BUILD-FOLDER | --fix"}

failed=0
echo "lint: clang-format"
sources | xargs -r clang-format --dry-run -Werror || failed=1

if command -v shellcheck >/dev/null; then
    echo "lint: shellcheck"
    shellcheck tools/*.sh .ci/run || failed=1
fi

echo "lint: clang-tidy"
# Every translation unit once, though compile_commands.json names some several times (one object per instruction set).
# shellcheck disable=SC2016 # expanded by the inner sh
tidy='found=$(clang-tidy --quiet -p "$0" "$1" 2>&1); status=$?
      printf "%s\n" "$found" | grep -v "^[0-9]* warnings\{0,1\}.* generated\.$"; exit $status'
python3 - "$build/compile_commands.json" "$PWD/src/" <<'END' | xargs -r -P "$(nproc)" -n 1 sh -c "$tidy" "$build" || failed=1
import json, sys
files = {entry["file"] for entry in json.load(open(sys.argv[1]))}
print("\n".join(sorted(file for file in files if file.startswith(sys.argv[2]))))
END
if [ $failed != 0 ]; then
    echo "lint: errors (above); make format puts the format right"
    exit 1
fi
echo "lint: clean"
