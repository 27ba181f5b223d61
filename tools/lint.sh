#!/bin/sh
# The style checks: clang-format over every source, clang-tidy over all that is compiled of src/ and python/, each of whose
# files must compile by itself, shellcheck over the scripts and ruff over the Python module where they are installed.
#
#   sh tools/lint.sh BUILD-FOLDER     checks; in the folder all is built
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

python=$PWD/build/python/bin/python # tools/test_environment.sh
if [ -x "${python%/*}/ruff" ]; then
    echo "lint: ruff"
    "$python" -m ruff check --quiet . || failed=1
    "$python" -m ruff format --quiet --check . || failed=1
fi

# of_each FOLDER SCRIPT: runs it with the command of each translation unit of src/ and python/ as $1 and its file as $0, the
# largest first. Those that are generated are left out, and of a file that is compiled several times (once for each
# instruction set) all but one.
of_each() {
    python3 - "$1/compile_commands.json" "$PWD" <<'END' | xargs -r -0 -P "$(nproc)" -n 2 sh -c "$2"
import json, re, sys
root = re.escape(sys.argv[2])
ours = re.compile(rf"{root}/((python/)?src/.*|build/[^/]*/(src|python)/.*/Unity/.*)")
commands = {entry["file"]: entry["command"] for entry in json.load(open(sys.argv[1])) if ours.fullmatch(entry["file"])}
size = lambda file: open(file).read().count("#include") if "/Unity/" in file else 0
print("".join(f"{file}\0{commands[file]}\0" for file in sorted(commands, key=lambda file: (-size(file), file))), end="")
END
}

# configure PRESET: its commands in build/PRESET, those of the Python module where there is what it needs, and beside them the
# sources that the build has made.
configure() {
    if [ -x "$python" ]; then set -- "$1" -DTHREADX_PYTHON=ON "-DPython_EXECUTABLE=$python"; fi
    cmake --preset "$@" >/dev/null
    cp -r "$build/generated" "build/$1"
    find "build/$1/src" -path '*/Unity/*' -exec sed -n "s|^#include \"$PWD/build/$1/\(.*\)\"$|\1|p" {} + |
        while read -r file; do cp "$build/$file" "build/$1/$file"; done
}

echo "lint: each file compiles by itself"
configure lint
# shellcheck disable=SC2016 # expanded by the inner sh
of_each build/lint 'eval "$1 -fsyntax-only"' || failed=1

# A module at once: most of what clang-tidy reads are the libraries' headers.
echo "lint: clang-tidy"
configure lint-modules
# shellcheck disable=SC2016 # expanded by the inner sh
of_each build/lint-modules 'found=$(clang-tidy --quiet --checks=-bugprone-suspicious-include -p build/lint-modules "$0" 2>&1); status=$?
                            printf "%s\n" "$found" | grep -v "^[0-9]* warnings\{0,1\}.* generated\.$"; exit $status' || failed=1
if [ $failed != 0 ]; then
    echo "lint: errors (above); make format puts the format right"
    exit 1
fi
echo "lint: clean"
