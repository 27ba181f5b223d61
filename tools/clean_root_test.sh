#!/bin/bash
# Shows that the README's command works where nothing is installed: makes a minimal Debian or Ubuntu in a folder, with
# git and certificates only, clones this checkout's HEAD into it, and runs the command there in a chroot. Needs root,
# debootstrap, a package mirror, and about 3 GB; takes some minutes. It is run by hand, not by continuous integration.
#
#   tools/clean_root_test.sh FOLDER [--suite NAME] [--mirror URL] [--keep] [--user] [-- COMMAND]
#     FOLDER     made, and removed at the end unless --keep; a system that is there already is used, and kept
#     --suite    bookworm (default), jammy, ...
#     --mirror   where its packages are; default: the first mirror of this machine's own apt
#     --user     run the command as an ordinary user who has sudo, instead of as root
#     COMMAND    default: sh tools/setup.sh && make test && make demo
set -euo pipefail

usage() { sed -n '2,/^set/{/^# \{0,1\}/s///p}' "$0"; }
die() {
    echo "clean_root_test: $*" >&2
    exit 2
}

[ $# -ge 1 ] || { usage; exit 2; }
root=$1
shift
suite=bookworm mirror="" keep=no as_user=no command="sh tools/setup.sh && make test && make demo"
while [ $# -gt 0 ]; do
    case $1 in
    --suite) suite=$2; shift 2 ;;
    --mirror) mirror=$2; shift 2 ;;
    --keep) keep=yes; shift ;;
    --user) as_user=yes; shift ;;
    --) shift; command="$*"; break ;;
    *) die "unknown argument '$1'" ;;
    esac
done
[ "$(id -u)" = 0 ] || die "chroot needs root"
command -v debootstrap >/dev/null || die "install debootstrap"
checkout=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)

if [ -e "$root/etc/os-release" ]; then
    keep=yes # not ours to remove
else
    # Not every machine has both kinds of list; head may close the pipe early.
    [ -n "$mirror" ] || mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources} 2>/dev/null |
        sed -nE 's/^(deb |URIs: *)(\[[^]]*\] *)?(https?:[^ ]*).*/\3/p' | head -n 1) || true
    [ -n "$mirror" ] || die "this machine's apt names no mirror; give one with --mirror"
    components=main like=sid
    case $mirror in *ubuntu*) components=main,universe like=jammy ;; esac
    script=/usr/share/debootstrap/scripts/$suite # a newer suite is made as the newest known one is
    [ -e "$script" ] || script=/usr/share/debootstrap/scripts/$like
    # grep fails where it prints nothing; whether debootstrap did its work is what the next line looks at.
    debootstrap --variant=minbase --components=$components --include=git,ca-certificates "$suite" "$root" "$mirror" "$script" |
        grep -v '^I: \(Retrieving\|Validating\|Extracting\|Unpacking\|Configuring\)' || true
    [ -e "$root/usr/bin/git" ] || die "debootstrap failed; see $root/debootstrap/debootstrap.log"
fi

# What lets this machine reach its mirrors: names, proxies, certificates, pip's settings. Nothing else goes in.
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
# How apt fetches, if this machine says anything of it: grep fails where it does not, which is no failure.
for file in $(grep -ls '^Acquire::' /etc/apt/apt.conf.d/* || true); do
    [ -e "$root$file" ] || cp "$file" "$root$file"
done
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
if [ -f /etc/pip.conf ]; then cp /etc/pip.conf "$root/etc/pip.conf"; fi

# in_root COMMAND...: in the chroot, with the kernel's file systems, in a mount namespace that ends with the command: no
# mount is left behind, whatever happens.
in_root() {
    # shellcheck disable=SC2016 # expanded inside
    unshare --mount --propagation private sh -euc '
        for place in proc sys dev; do mount --rbind "/$place" "$0/$place"; done
        exec chroot "$0" "$@"' "$root" "$@"
}

name=tester
rm -rf "$root/srv/threadx"
git clone --quiet --no-hardlinks "$checkout" "$root/srv/threadx"
run_as=()
if [ $as_user = yes ]; then
    in_root sh -c "command -v sudo >/dev/null || { apt-get -q update; apt-get -qy install sudo; }
        id $name >/dev/null 2>&1 || useradd --create-home $name
        echo '$name ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/$name; chown -R $name /srv/threadx" >/dev/null
    run_as=(su "$name" --shell /bin/sh --command)
else
    run_as=(sh -c)
fi

# grep fails where there is no proxy, which is no failure.
settings=$(env | grep -iE '^(https?|no|ftp)_proxy=' || true)
echo "clean_root_test: $suite: $(in_root sh -c 'dpkg-query -W | wc -l') packages; running: $command"
begun=$SECONDS
status=0
# shellcheck disable=SC2086 # one word a setting
in_root env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 $settings \
    "${run_as[@]}" "cd /srv/threadx && $command" || status=$?
echo "clean_root_test: $suite: exit status $status after $((SECONDS - begun)) s"
if [ "$keep" = no ]; then rm -rf --one-file-system "$root"; fi
exit $status
