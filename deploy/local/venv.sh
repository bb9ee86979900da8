#!/bin/sh
# Makes .venv and installs into it exactly what requirements.txt pins; argument: the python to use.
set -eu
python=$1

say() {
    printf '%s\n' "$@" >&2
}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    say "Python 3.11 or newer is needed; \`$python\` is not." \
        "Name another one: make PYTHON=/path/to/python3.11 ..."
    exit 1
fi

# Debian and Ubuntu leave out of python3 what makes virtual environments.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif sudo -n true 2>/dev/null; then
        as_root='sudo -n'
    else
        as_root=none
    fi
    if [ "$as_root" = none ] || ! command -v apt-get >/dev/null; then
        say "Python's venv module is missing, and it cannot be installed without a password." \
            "Install it: sudo apt-get install $package"
        exit 1
    fi
    say "Installing $package ..."
    $as_root apt-get update -qq
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$package" >/dev/null
fi

say "Making .venv: a minute or two the first time ..."
"$python" -m venv --clear .venv
.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes \
    --requirement requirements.txt
