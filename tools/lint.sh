#!/bin/sh
# The style checks: clang-format over every source, clang-tidy over all that is compiled of src/, each of whose files
# must compile by itself, and shellcheck over the scripts where it is installed.
#
#   sh tools/lint.sh          checks
#   sh tools/lint.sh --fix    formats the sources in place, nothing else
set -eu
cd "$(dirname "$0")/.."

sources() { git ls-files --cached --others --exclude-standard -- '*.cpp' '*.hpp' '*.h'; }

if [ "${1:-}" = --fix ]; then
    sources | xargs -r clang-format -i
    exit 0
fi
[ $# = 0 ] || {
    echo "usage: sh tools/lint.sh [--fix]" >&2
    exit 2
}

failed=0
echo "lint: clang-format"
sources | xargs -r clang-format --dry-run -Werror || failed=1

if command -v shellcheck >/dev/null; then
    echo "lint: shellcheck"
    shellcheck tools/*.sh .ci/run || failed=1
fi

# of_each FOLDER SCRIPT: runs it with the command of each translation unit of src/ as $1 and its file as $0, the largest
# first. Those that are generated are left out, and of a file that is compiled several times (once for each instruction set)
# all but one.
of_each() {
    python3 - "$1/compile_commands.json" "$PWD" <<'END' | xargs -r -0 -P "$(nproc)" -n 2 sh -c "$2"
import json, re, sys
root = re.escape(sys.argv[2])
ours = re.compile(rf"{root}/(src/.*|build/[^/]*/src/.*/Unity/.*)")
commands = {entry["file"]: entry["command"] for entry in json.load(open(sys.argv[1])) if ours.fullmatch(entry["file"])}
size = lambda file: open(file).read().count("#include") if "/Unity/" in file else 0
print("".join(f"{file}\0{commands[file]}\0" for file in sorted(commands, key=lambda file: (-size(file), file))), end="")
END
}

# made FOLDER: makes the sources that are included, and the compiled ones that are part of a module's.
made() {
    # shellcheck disable=SC2046 # words
    cmake --build "$1" --target made_kernel_lists \
        $(find "$1/src" -path '*/Unity/*' -exec sed -n "s|^#include \"$PWD/$1/\(.*\)\"$|\1|p" {} +) >/dev/null
}

echo "lint: each file compiles by itself"
cmake --preset lint >/dev/null
made build/lint
# shellcheck disable=SC2016 # expanded by the inner sh
of_each build/lint 'eval "$1 -fsyntax-only"' || failed=1

# A module at once: most of what clang-tidy reads are the libraries' headers.
echo "lint: clang-tidy"
cmake --preset lint-modules >/dev/null
made build/lint-modules
# shellcheck disable=SC2016 # expanded by the inner sh
of_each build/lint-modules 'found=$(clang-tidy --quiet --checks=-bugprone-suspicious-include -p build/lint-modules "$0" 2>&1); status=$?
                            printf "%s\n" "$found" | grep -v "^[0-9]* warnings\{0,1\}.* generated\.$"; exit $status' || failed=1
if [ $failed != 0 ]; then
    echo "lint: errors (above); make format puts the format right"
    exit 1
fi
echo "lint: clean"
