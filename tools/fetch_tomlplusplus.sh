#!/bin/sh
# Puts the headers of toml++ into build/third_party/tomlplusplus, for systems whose apt has none (Ubuntu 22.04). They
# come out of a Python package's source distribution, pinned with its SHA-256 in tools/tomlplusplus.txt; pip fetches it
# from wherever this machine's pip is set to fetch, and refuses it unread if the hash is another.
#
#   sh tools/fetch_tomlplusplus.sh [--check]      --check: fetch nothing, exit with 1 if the headers are not there
set -eu
cd "$(dirname "$0")/.."

folder=build/third_party
target=$folder/tomlplusplus
name=$(sed -n 's/^\([a-z]*\)==\([0-9.]*\) .*/\1-\2/p' tools/tomlplusplus.txt)
sha256=$(sed -n 's/.*sha256:\([0-9a-f]*\)$/\1/p' tools/tomlplusplus.txt)
archive=$folder/$name.tar.gz

die() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

# The folder appears by a rename, whole: if the stamp of this version is there, so is everything.
if [ -f "$target/$sha256" ]; then exit 0; fi
if [ "${1:-}" = --check ]; then die "missing: toml++ (tools/fetch_tomlplusplus.sh)"; fi

mkdir -p "$folder"
if ! [ -f "$archive" ]; then
    printf 'setup: fetching toml++ (%s)\n' "$name"
    if ! python3 -c 'import pip' 2>/dev/null; then
        root=$(if [ "$(id -u)" != 0 ]; then echo sudo; fi)
        $root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -o DPkg::Lock::Timeout=300 \
            -q -y --no-install-recommends install python3-pip python3-setuptools python3-wheel ca-certificates ||
            die "toml++ needs pip; install by hand, as root: apt-get install python3-pip python3-setuptools python3-wheel"
    fi
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: --require-hashes \
        --dest "$folder" --requirement tools/tomlplusplus.txt ||
        die "pip could not fetch $name; put its source distribution at $archive and run this again"
fi
if ! echo "$sha256  $archive" | sha256sum --check --quiet; then
    die "$archive is not the file that tools/tomlplusplus.txt names (SHA-256); delete it and run this again"
fi

scratch=$(mktemp -d "$folder/unpack.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
tar -xzf "$archive" -C "$scratch" --strip-components=3 \
    "$name/third_party/tomlplusplus/include" "$name/third_party/tomlplusplus/LICENSE"
touch "$scratch/$sha256"
rm -rf "$target"
mv "$scratch" "$target"
trap - EXIT
printf 'setup: toml++ is at %s\n' "$target"
