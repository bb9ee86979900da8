"""Debian and Ubuntu packages, installed without starting or touching any service."""

import asyncio
import os
import re
import shutil

from deploy.local.errors import CannotProvide
from deploy.local.processes import run

# policy-rc.d is Debian's own way to forbid service starts and restarts; it stands only while apt
# works, and one that stands already is left alone, as is the choice about PostgreSQL's first
# cluster. One shell does it all, so that both are gone afterwards even if we are killed meanwhile.
_INSTALL = r"""
set -eu
made=
for_now() {
    if [ ! -e "$1" ]; then
        mkdir -p "${1%/*}"
        made="$made $1"
        printf "$3" >"$1"
        chmod "$2" "$1"
    fi
}
trap 'rm -f $made' EXIT
for_now /usr/sbin/policy-rc.d 755 '#!/bin/sh\nexit 101\n'
for_now /etc/postgresql-common/createcluster.d/sisa-local.conf 644 'create_main_cluster = false\n'
apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 "$@"
"""


async def _elevate() -> list[str] | None:
    """Return the words that make a command root's, or None where nothing does."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    status, _ = await run(["sudo", "-n", "true"])
    return ["sudo", "-n"] if status == 0 else None


async def usable() -> bool:
    """Whether packages can be installed here without asking anybody for a password."""
    return shutil.which("apt-get") is not None and await _elevate() is not None


async def _as_root(*argv: str) -> None:
    """Run a command as root to its end; raises `CannotProvide` with its output when it fails."""
    prefix = await _elevate()
    if prefix is None:
        raise CannotProvide("apt needs root or a sudo that asks for no password")
    environment = ["env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C"]
    working = asyncio.create_task(run([*prefix, *environment, *argv]))
    try:
        status, output = await asyncio.shield(working)
    except asyncio.CancelledError:
        # Never leave packages half configured: whoever cancels waits for apt.
        await working
        raise
    if status != 0:
        raise CannotProvide(f"`{argv[0]}` failed with status {status}:\n{output[-2000:]}")


async def update() -> None:
    """Read the package lists anew."""
    await _as_root("apt-get", "update", "-qq")


async def candidate(package: str) -> tuple[int, int]:
    """Return major and minor version of what apt would install; (0, 0) when it knows none."""
    _, output = await run(["apt-cache", "policy", package], env={**os.environ, "LC_ALL": "C"})
    found = re.search(r"Candidate: (?:\d+:)?(\d+)(?:\.(\d+))?", output)
    return (int(found[1]), int(found[2] or 0)) if found else (0, 0)


async def install(*packages: str) -> None:
    """Install packages; no service is started or restarted, and PostgreSQL makes no cluster."""
    await _as_root("sh", "-c", _INSTALL, "install", *packages)
