#!/bin/sh
# Gets promtool, which checks the metrics of `threadx monitor --prometheus` in a test, into build/promtool: out of apt's package
# `prometheus`, which is not installed, for it would start a server. Nothing where promtool is there already; where it cannot be had it
# says so, and the test is skipped.
set -u
cd "$(dirname "$0")/.." || exit
home=build/promtool
if command -v promtool >/dev/null || [ -x "$home/promtool" ]; then exit 0; fi
mkdir -p "$home"
if (cd "$home" && apt-get -q download prometheus && dpkg-deb --fsys-tarfile prometheus_*.deb | tar -xf - ./usr/bin/promtool) >"$home/log" 2>&1; then
    mv "$home/usr/bin/promtool" "$home/promtool"
    rm -rf "${home:?}/usr" "$home"/prometheus_*.deb
else
    echo "promtool could not be had; its check of the metrics will be skipped: $(tail -n 1 "$home/log")"
fi
