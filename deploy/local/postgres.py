"""Provides PostgreSQL 15 or newer, from the first source that has it."""

import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

from deploy.local import apt, docker
from deploy.local.container import postgres_container
from deploy.local.errors import CannotProvide
from deploy.local.external import ExternalServer
from deploy.local.postgres_node import PostgresNode, major_version
from deploy.local.processes import Guard
from deploy.local.server import Server

_OLDEST = 15
_HELP = """\
PostgreSQL {oldest} or newer is needed, and none was found:
{reasons}
Any one of these helps:
  - install it: sudo apt-get install postgresql   (or https://www.postgresql.org/download/)
  - install and start Docker
  - name a running one: export {variable}=postgresql://SUPERUSER:PASSWORD@HOST:PORT/postgres"""


@contextlib.asynccontextmanager
async def postgres(
    folder: Path,
    guard: Guard,
    *,
    variable: str | None = None,
) -> AsyncIterator[Server]:
    """Run PostgreSQL for the time of the block.

    In this order: the URL in the environment variable, if one is named; programs on this machine;
    Debian's packages; Docker. Data stay in `folder` when the block ends.

    Raises `CannotProvide`, whose text says what is missing and how to get it.
    """
    if variable is not None and os.environ.get(variable):
        yield ExternalServer(os.environ[variable])
        return
    binaries, reasons = await _binaries(folder)
    if binaries is not None:
        node = await PostgresNode.prepare(folder, binaries, guard)
        try:
            await node.start()
            yield node
        finally:
            await node.stop()
        return
    if engine := docker.engine():
        async with postgres_container(folder, engine) as server:
            yield server
        return
    reasons.append("no container engine answers")
    listed = "\n".join(f"  - {reason}" for reason in reasons)
    raise CannotProvide(
        _HELP.format(oldest=_OLDEST, reasons=listed, variable=variable or "SISA_POSTGRES_URL")
    )


async def _binaries(folder: Path) -> tuple[Path | None, list[str]]:
    """Return the folder of the programs, installed now if need be, or why there is none."""
    reasons: list[str] = []
    written = folder / "data" / "PG_VERSION"
    needed = int(written.read_text()) if written.exists() else None
    if found := await _installed(needed, reasons):
        return found, reasons
    if needed is not None:
        raise CannotProvide(
            f"the data in {folder} were written by PostgreSQL {needed}, which is not on this "
            "machine any more: install it, or forget the data with `make clean-run`"
        )
    if not await apt.usable():
        reasons.append("apt is not here or may not be used without a password")
        return None, reasons
    await apt.update()
    major, _ = await apt.candidate("postgresql")
    if major < _OLDEST:
        reasons.append(f"apt offers PostgreSQL {major or '(none)'}")
        return None, reasons
    await apt.install("postgresql")
    return await _installed(None, reasons), reasons


async def _installed(needed: int | None, reasons: list[str]) -> Path | None:
    """Return the newest suitable installation, of the needed major version if one is."""
    versions = {path: await major_version(path) for path in _folders()}
    suitable = {
        path: version
        for path, version in versions.items()
        if version >= _OLDEST and needed in (None, version)
    }
    if suitable:
        return max(suitable, key=lambda path: suitable[path])
    seen = ", ".join(str(version) for version in versions.values()) or "none"
    reasons.append(f"installed versions on this machine: {seen}")
    return None


def _folders() -> list[Path]:
    """Return every folder on this machine that holds PostgreSQL's own programs."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if on_path := shutil.which("initdb"):
        folders.append(Path(on_path).resolve().parent)
    return [folder for folder in folders if (folder / "postgres").exists()]
