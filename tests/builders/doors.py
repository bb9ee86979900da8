"""Identity behind the gateway as two processes on a bus, at production's cost of a password."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from databases import Database

from builders.gateway import CREDENTIAL
from builders.messaging import Bus
from builders.roll import DELIVERY_KEY, INSTITUTE
from deploy.local.environments import base
from deploy.local.ports import free_ports

_NOBODY = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Doors:
    """URLs of the gateway's two listeners and of identity itself; `log` is identity's."""

    public: str
    portal: str
    identity: str
    log: Path


def costly_institute(folder: Path) -> Path:
    """The institute without its demo mark: a password costs what it costs in production."""
    institute = folder / "issstecali"
    shutil.copytree(INSTITUTE, institute)
    (institute / "demo.toml").unlink()
    return institute


@asynccontextmanager
async def doors(
    database: Database, bus: Bus, institute: Path, folder: Path, **settings: str
) -> AsyncIterator[Doors]:
    """Both processes, ready; `settings` are more of identity's. They end with the block."""
    identity, public, portal = free_ports(3)
    at = "http://127.0.0.1"
    log = folder / "identity.log"
    found = Doors(f"{at}:{public}", f"{at}:{portal}", f"{at}:{identity}", log)
    both = {"ENVIRONMENT": "development", "INSTITUTE": str(institute)}
    given = both | {
        "PORT": str(identity),
        "DATABASE_URL": database.app_url,
        "AMQP_URL": bus.url("identity"),
        "DELIVERY_KEY": DELIVERY_KEY,
    }
    edge = both | {
        "PORT": str(public),
        "PORTAL_PORT": str(portal),
        "PORTAL_CREDENTIAL": CREDENTIAL,
        "IDENTITY_URL": found.identity,
        **{f"{name}_URL": _NOBODY for name in ("SCHEDULING", "CLINICAL_RECORDS", "NOTIFICATIONS")},
    }
    async with (
        _process("identity", given | settings, found.log, found.identity),
        # The second listener is opened last.
        _process("gateway", edge, folder / "gateway.log", found.portal),
    ):
        yield found


@asynccontextmanager
async def _process(
    package: str, settings: dict[str, str], log: Path, url: str
) -> AsyncIterator[None]:
    named = {f"{package.upper()}_{name}": value for name, value in settings.items()}
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", package, env=base() | named, stdout=output, stderr=output
        )
    try:
        async with asyncio.timeout(60):
            while not await _ready(url):  # another process is waited for
                assert process.returncode is None, log
                await asyncio.sleep(0.1)
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(20):
            await process.wait()


async def _ready(url: str) -> bool:
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{url}/health/ready") as answer,
        ):
            return answer.status == 200
    except aiohttp.ClientError:
        return False
