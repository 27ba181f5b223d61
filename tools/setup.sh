#!/bin/sh
# Installs what building and testing ThreadX needs and this machine lacks: through apt, and nothing else. A complete
# machine is recognised in a moment, without network. Plain sh, because it runs before anything is installed.
#
#   sh tools/setup.sh [--sanitizers] [--lint] [--guard] [--no-clang] [--check]
#     --sanitizers   also what the asan and tsan presets need
#     --lint         also clang-format and clang-tidy
#     --guard        also valgrind, which counts instructions
#     --no-clang     build with g++ alone: do not ask for clang
#     --check        install nothing: say what is missing, exit with 1 if something is
#   THREADX_TOMLPLUSPLUS=bundled takes toml++ from its source distribution even where apt has the package.
set -eu
cd "$(dirname "$0")/.."

# program:package, for programs that may also have come another way than by apt ...
programs="make:make cmake:cmake ninja:ninja-build g++:g++ git:git python3:python3"
# ... and packages that are known by nothing but their name.
packages="libcli11-dev libfmt-dev libspdlog-dev nlohmann-json3-dev libssl-dev libsqlite3-dev librandom123-dev
          libevent-dev doctest-dev librapidcheck-dev"
toml_package=libtomlplusplus-dev
# Installed where apt knows them, done without elsewhere. PoCL makes the processor an OpenCL device for the tests; venv
# is for what tests compare with (tools/test_environment.sh), chromium for the pages of reports. dygraphs draws curves in reports;
# CMake wants it unless it was noted here that apt has none (Ubuntu 22.04).
optional="pocl-opencl-icd ocl-icd-libopencl1 python3-venv chromium chromium-driver libjs-dygraphs tmux"

say() { printf 'setup: %s\n' "$*"; }
die() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

clang=yes sanitizers=no check_only=no
for argument in "$@"; do
    case "$argument" in
    --sanitizers) sanitizers=yes ;;
    --lint) programs="$programs clang-format:clang-format clang-tidy:clang-tidy" ;;
    --guard) programs="$programs valgrind:valgrind" ;;
    --no-clang) clang=no ;;
    --check) check_only=yes ;;
    *) die "unknown argument '$argument'; known: --sanitizers --lint --guard --no-clang --check" ;;
    esac
done
if [ "$clang" = yes ]; then programs="$programs clang++:clang"; fi
# Before Debian 12 and Ubuntu 22.10 clang's own package carries the sanitizers' run-time libraries.
if [ "$sanitizers" = yes ]; then optional="$optional libclang-rt-dev"; fi
case "${THREADX_TOMLPLUSPLUS:-auto}" in
auto) optional="$optional $toml_package" ;;
bundled) ;;
*) die "THREADX_TOMLPLUSPLUS='$THREADX_TOMLPLUSPLUS' is not known; leave it unset, or set it to 'bundled'" ;;
esac

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    # shellcheck disable=SC2086
    say "this machine has no apt; install by your own means what these Debian packages hold:" \
        "$(for p in $programs; do printf '%s ' "${p#*:}"; done)" $packages $toml_package
    exit 0
fi

# installed NAME...: those of the packages that are installed, a line each.
installed() {
    # shellcheck disable=SC2016 # the ${...} are dpkg's
    dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null | sed -n 's/ installed$//p'
}

# absent NAME...: the others, on one line.
absent() {
    present=" $(installed "$@" | tr '\n' ' ')"
    for package in "$@"; do
        case "$present" in
        *" $package "*) ;;
        *) printf '%s ' "$package" ;;
        esac
    done
}

missing="$(for p in $programs; do command -v "${p%%:*}" >/dev/null || printf '%s ' "${p#*:}"; done)"
# shellcheck disable=SC2086 # lists of words
missing="$missing$(absent $packages)"
# shellcheck disable=SC2086
missing_optional="$(if [ -n "$optional" ]; then absent $optional; fi)"

# What is optional is not asked for again once apt was seen not to have it: that keeps the second call quick.
unavailable_list=build/setup/unavailable
wanted_optional=""
for package in $missing_optional; do
    grep -qsx "$package" "$unavailable_list" || wanted_optional="$wanted_optional$package "
done

by_hand() {
    die "$1; install by hand, as root:" \
        "apt-get update && apt-get install --no-install-recommends $missing$wanted_optional"
}

# as_root COMMAND...: never asks dpkg's questions, and waits for another apt (a fresh Ubuntu upgrades itself).
as_root() {
    set -- env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 "$@"
    if [ "$(id -u)" != 0 ]; then set -- sudo "$@"; fi
    "$@"
}

if [ -n "$missing$wanted_optional" ]; then
    if [ "$check_only" = yes ]; then die "missing: $missing$wanted_optional"; fi
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        by_hand "not root, and there is no sudo"
    fi
    say "missing: $missing$wanted_optional"
    as_root apt-get -o DPkg::Lock::Timeout=300 -q update ||
        say "apt-get update failed in part (above); trying with the package lists at hand"
    available=""
    for package in $wanted_optional; do
        # "Candidate: (none)" or no answer: this distribution does not have it.
        if LC_ALL=C apt-cache policy "$package" | grep -q '^  Candidate: [^(]'; then
            available="$available$package "
        else
            say "apt has no $package here"
            mkdir -p "$(dirname "$unavailable_list")"
            echo "$package" >>"$unavailable_list"
        fi
    done
    if [ -n "$missing$available" ]; then
        # shellcheck disable=SC2086
        as_root apt-get -o DPkg::Lock::Timeout=300 -q -y --no-install-recommends install $missing $available ||
            by_hand "apt-get failed (above)"
    fi
fi

# toml++ from apt, or else its headers from a source distribution (cmake/ThreadxToml.cmake finds either).
if [ "${THREADX_TOMLPLUSPLUS:-auto}" = bundled ] || [ -n "$(absent $toml_package)" ]; then
    if [ "$check_only" = yes ]; then set -- --check; else set --; fi
    sh tools/fetch_tomlplusplus.sh "$@"
fi
